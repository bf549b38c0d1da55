"""The agency knows which systems its people use.

Looks for: the systems of the log against the manifest's register, in both directions: systems used and not
registered, and registered systems without searches and without a stated zero.

Why it matters: who does not know of a system cannot watch it.

Complies: every system used is registered, and every registered one has searches or a stated zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.audit.applicability import US_FEDERAL
from baserate.audit.asking import live_rows, numbers_in_use, values_in_doubt
from baserate.audit.documents import stated_records
from baserate.audit.expressions import text_literal
from baserate.audit.rule import LogCheck, Rule, Verdict, failed, passed, untold
from baserate.inputs.problems import count_of

if TYPE_CHECKING:
    from baserate.audit.facts import Facts


def _check(facts: Facts, governed: str) -> Verdict:
    register = stated_records(facts, "systems_register", "register of systems")
    if isinstance(register, Verdict):
        return register
    used = numbers_in_use(facts, governed, "system_id")
    listed = {str(entry.get("system_id")): entry.get("stated_searches") for entry in register}
    unlisted = [system for system in used if system is not None and system not in listed]
    # Searches that name no system, and those that may be live, may be those of a registered one.
    unseen = [system for system, stated in listed.items() if not {system, None} & set(used) and stated != 0]
    doubt = values_in_doubt(facts, governed, "system_id") if unseen else {}
    silent = [system for system in unseen if not {system, None} & set(doubt)]
    told = [
        *(f"{s} is used and not registered" for s in unlisted),
        *(f"{s} is registered, without searches or a stated zero" for s in silent),
    ]
    if told:
        listed_sql = ", ".join(text_literal(s) for s in unlisted)
        query = f"SELECT * FROM {live_rows(facts, governed)} WHERE system_id IN ({listed_sql})" if unlisted else ""  # noqa: S608
        return failed("; ".join(told), count=len(told), of=len({*used, *listed} - {None}), query=query)
    if len(silent) < len(unseen):
        searches = count_of(sum(doubt.values()), "search")
        return untold(f"whether the rule governs {searches} is not known", fields=("mode", "system_id"))
    if None in used:
        return untold(f"{count_of(used[None], 'search', 'name')} no system", fields=("system_id",))
    return passed(f"log and register agree on {count_of(len(listed), 'system')}", of=len(listed))


RULE = Rule(
    id="US-5",
    page=__doc__,
    citation=("GAO-21-518; GAO-21-105309: 13 of 14 agencies did not know which non-federal systems their staff used"),
    verified=("C",),
    severity="medium",
    binds=US_FEDERAL,
    checks=(LogCheck(fields=("system_id", "m.systems_register"), check=_check),),
)
