"""A deployed high-impact use has the minimum practices, or a waiver.

Looks for: the use's own answers in the public inventory, where the manifest repeats them (m.inventory, a list of
tables with the inventory's columns and report_date), as `baserate inventory` judges those of the public file: every
`hi_` answer established or waived, none unfinished or missing after 3 April 2026, and no answer that belongs to another
column.

Why it matters: the deadline is what turns a practice into a duty.

Complies: each answer is established, or waived.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.audit.applicability import US_FEDERAL
from baserate.audit.inventory import DEADLINE, QUESTIONS, check_inventory
from baserate.audit.manifest import as_date
from baserate.audit.rule import DocumentCheck, Rule, combined, failed, inapplicable, passed, untold
from baserate.inputs.log_formats.omb_inventory import UseCase
from baserate.inputs.problems import count_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from typing import Any

    from baserate.audit.facts import Facts
    from baserate.audit.inventory import Flag
    from baserate.audit.rule import Verdict


_BOUND = {"development_stage": "Deployed", "is_high_impact": "High-impact"}


def _check(facts: Facts) -> Verdict:
    uses = facts.manifest.records("inventory")
    if uses is None:
        return untold("the manifest does not repeat the use's answers in the public inventory", fields=("m.inventory",))
    # What an entry does not say leaves open whether it is bound.
    bound = [use for use in uses if all(use.get(key) in (None, said) for key, said in _BOUND.items())]
    if not bound:
        return inapplicable("no use in m.inventory is both deployed and high-impact")
    unsaid = tuple(f"m.inventory.{key}" for key in _BOUND if any(use.get(key) is None for use in bound))
    if unsaid:
        return untold("whether a use is deployed and high-impact is not stated", fields=unsaid)
    return combined([verdict for use in bound for verdict in _use(use)])


def _use(use: Mapping[str, Any]) -> list[Verdict]:
    answers = {q.column: str(use[q.column] or "") for q in QUESTIONS if q.column in use}
    entry = UseCase(1, "", "", "", "", str(use["development_stage"]), str(use["is_high_impact"]), answers)
    dated = as_date(use.get("report_date"))
    flags = [flag for flag in check_inventory([entry], dated=dated).flags if flag.severity != "note"]
    silent = [q.column for q in QUESTIONS if q.column not in answers]
    good = len(answers) - len({flag.column for flag in flags})
    return [
        *([passed(f"{count_of(good, 'practice')} established, waived or excused", of=good)] if good else []),
        *(_flagged(flag, dated) for flag in flags),
        *(untold(f"{column} is not repeated", fields=(f"m.inventory.{column}",)) for column in silent),
    ]


def _flagged(flag: Flag, dated: date | None) -> Verdict:
    told = f"{flag.column}: {flag.what}"
    # What is unfinished fails once it is due; an answer in the wrong column is no answer at any time.
    due = flag.code == "answer-in-wrong-column" or (dated is not None and dated > DEADLINE)
    if flag.severity == "fail" and due:
        return failed(told)
    return untold(told, fields=() if dated else ("m.inventory.report_date",))


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
