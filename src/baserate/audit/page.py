"""The page of all rules, written from their records, so that page, message and check cannot drift apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.audit.fields import fields_read
from baserate.audit.finding import MARKS, NOT_ADVICE
from baserate.audit.packs import PACK_TITLES, PACKS

if TYPE_CHECKING:
    from baserate.audit.rule import Rule

_LABELS = ("Looks for", "Why it matters", "Complies")

_HEAD = f"""# Rules

`baserate audit` holds a log against these rules. {NOT_ADVICE}

Every rule answers *pass*, *fail*, *cannot tell* or *not applicable*. Whether it binds is asked first; where it does
not, or where the log does not settle it, what the rule would say is told beside it. A row of which a needed field is
missing or `unknown` is undecidable: a rule passes only when no row fails and none is undecidable. Fields that begin
with `m.` are keys of the deployment's manifest; `m.jurisdictions` (a list such as `["US", "US-WA"]`) says where the
deployment lies. A list that the manifest gives as empty states that there is none; a key that is not there states
nothing.

How far a citation was verified:

{chr(10).join(f"* **[{mark}]** {meaning}" for mark, meaning in MARKS.items())}

State of the law as of 22 November 2026.
"""


def rules_page() -> str:
    """Write the page of all rules in Markdown."""
    parts = [_HEAD]
    for pack, rules in PACKS.items():
        parts += [f"## {PACK_TITLES[pack]}\n\n`--packs {pack}`\n", *map(_rule, rules)]
    return "\n".join(parts)


def _rule(rule: Rule) -> str:
    marks = "".join(f"[{mark}]" for mark in rule.verified)
    lines = [f"### {rule.id}: {rule.title}\n"]
    lines += [f"**{label}.** {_capital(rule.paragraph(label))}\n" for label in _LABELS]
    lines.append(f"**Source.** {rule.citation} {marks}\n")
    lines += [f"**Note.** {rule.note}\n"] if rule.note else []
    since = f", from {rule.applies_from}" if rule.applies_from else ""
    lines.append(f"**Binds** {rule.binds.agencies}{since}. **Severity** {rule.severity}.\n")
    fields = ", ".join(f"`{field}`" for check in rule.checks for field in fields_read(check))
    lines.append(f"**Fields** {fields or 'none'}.\n")
    return "\n".join(lines)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
