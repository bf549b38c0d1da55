"""Only the listed roles search.

Looks for: the role of the operator of each live search against the manifest's dated list of roles (m.roles_allowed),
and roles that searched before the document that allows them.

Why it matters: a list of roles is a promise about who holds the power. Roles that appear later than the list show it
growing without a document.

Complies: every role is on the list, and none searched before its date.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.audit.applicability import DHS_DECLARED
from baserate.audit.asking import NO_LIVE, live_rows, values_in_use
from baserate.audit.documents import dates_of, stated_records
from baserate.audit.expressions import text_literal
from baserate.audit.rule import LogCheck, Rule, Verdict, failed, inapplicable, passed, untold

if TYPE_CHECKING:
    from datetime import date

    from baserate.audit.asking import Used
    from baserate.audit.facts import Facts


def _check(facts: Facts, governed: str) -> Verdict:
    listed = stated_records(facts, "roles_allowed", "roles that may search")
    if isinstance(listed, Verdict):
        return listed
    names = dict.fromkeys(str(role.get("role")) for role in listed)
    allowed = {
        name: min(dates_of([r for r in listed if r.get("role") == name], "from"), default=None) for name in names
    }
    used = values_in_use(facts, governed, "operator_role")
    unlisted = list(dict.fromkeys(role for (role,), _, _, _ in used if role is not None and role not in allowed))
    early = [role for (role,), _, first, _ in used if role in allowed and _before(first, allowed[role])]
    return _verdict(facts, governed, unlisted, early, used, allowed)


def _before(first: date | None, since: date | None) -> bool:
    return first is not None and since is not None and first < since


def _verdict(
    facts: Facts,
    governed: str,
    unlisted: list[str],
    early: list[str],
    used: list[Used],
    allowed: dict[str, date | None],
) -> Verdict:
    total = sum(n for _, n, _, _ in used)
    if unlisted or early:
        bad = [f"operator_role = {text_literal(role)}" for role in unlisted]
        bad += [
            f"operator_role = {text_literal(role)} AND time_start_utc < TIMESTAMPTZ '{allowed[role]} 00:00:00+00'"
            for role in early
        ]
        query = f"SELECT * FROM {live_rows(facts, governed)} WHERE ({') OR ('.join(bad)})"  # noqa: S608
        ((n,),) = facts.rows(f"SELECT count(*) FROM ({query})")  # noqa: S608
        seen = {str(role): first for (role,), _, first, _ in reversed(used) if role in unlisted}
        told = [
            *(f"role {role} is not listed (first search {day or 'of an unknown day'})" for role, day in seen.items()),
            *(f"role {role} came before its date" for role in early),
        ]
        return failed("; ".join(told), count=n, of=total, query=query)
    undated = [role for role, since in allowed.items() if since is None]
    if undated or any(role is None or first is None for (role,), _, first, _ in used):
        return untold("a role, its date or a time is missing", fields=("operator_role", "m.roles_allowed.from"))
    return passed(f"all of {total:,} live searches are by listed roles", of=total) if used else inapplicable(NO_LIVE)


RULE = Rule(
    id="SD-4",
    page=__doc__,
    citation=(
        "Privacy analysis of the field app as reported by 404 Media: roles with access (reported facts S068, S069)"
    ),
    verified=("S",),
    severity="medium",
    binds=DHS_DECLARED,
    checks=(LogCheck(fields=("operator_role", "time_start_utc", "m.roles_allowed"), check=_check),),
)
