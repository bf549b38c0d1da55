"""A deployed high-impact use has the minimum practices, or a waiver.

Looks for: the use's own answers in the public inventory, where the manifest repeats them (m.inventory, a list of
tables with the inventory's columns and report_date): every `hi_` answer established or waived, `In-progress` no
longer after 3 April 2026, and no answer that belongs to another column. `baserate inventory` reads the public file
itself.

Why it matters: the deadline is what turns a practice into a duty.

Complies: each answer is established, or waived.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from baserate.audit.applicability import US_FEDERAL
from baserate.audit.manifest import as_date
from baserate.audit.rule import DocumentCheck, Rule, combined, failed, inapplicable, passed, untold

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from baserate.audit.facts import Facts
    from baserate.audit.rule import Verdict


DEADLINE = date(2026, 4, 3)
#: What an established answer contains, by column; an answer with another column's words sits in the wrong one.
_WORDS = {
    "hi_testing_conducted": ("yes",),
    "hi_assessment_completed": ("yes",),
    "hi_independent_review": ("review",),
    "hi_ongoing_monitoring": ("monitoring",),
    "hi_training_established": ("training",),
    "hi_failsafe_presence": ("yes", "not applicable"),
    "hi_appeal_process": ("appeal", "not applicable"),
}


def _check(facts: Facts) -> Verdict:
    uses = facts.manifest.records("inventory")
    if uses is None:
        return untold("the manifest does not repeat the use's answers in the public inventory", fields=("m.inventory",))
    bound = [
        use for use in uses if use.get("development_stage") == "Deployed" and use.get("is_high_impact") == "High-impact"
    ]
    if not bound:
        return inapplicable("no use in m.inventory is both deployed and high-impact")
    return combined([_answer(use, column) for use in bound for column in _WORDS])


def _answer(use: Mapping[str, Any], column: str) -> Verdict:
    answer = str(use.get(column) or "").lower()
    told = f"{column}: {answer[:60]!r}" if answer else f"{column} is empty"
    if "waive" in answer:
        return passed(told)
    if not answer:
        return failed(told)
    if not any(word in answer for word in (*_WORDS[column], "in-progress")) or answer[:2] in ("a)", "b)", "c)", "d)"):
        return failed(f"{told} does not answer its own question")
    if "progress" not in answer:
        return passed(told)
    day = as_date(use.get("report_date"))
    if day is None:
        return untold(f"{told}, in a report without a date", fields=("m.inventory.report_date",))
    return failed(f"{told} after {DEADLINE}") if day > DEADLINE else untold(f"{told}, allowed until {DEADLINE}")


RULE = Rule(
    id="US-10",
    page=__doc__,
    citation=(
        "OMB M-25-21, s. 4(b)(i) to (vii), as quoted in the data dictionary of the 2025 federal AI inventory (ombegov)"
    ),
    verified=("C",),
    severity="medium",
    binds=US_FEDERAL,
    checks=(DocumentCheck(fields=("m.inventory",), check=_check),),
)
