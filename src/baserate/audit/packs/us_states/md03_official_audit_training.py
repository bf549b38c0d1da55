"""An official, a yearly audit by 1 October, and yearly training.

Looks for: the oversight official, an audit by 1 October of each full year of use, and the training of each operator
on the day of the search.

Why it matters: each is the one person or day that a question can be put to.

Complies: named; audited each year in time; trained.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from baserate.audit.applicability import MARYLAND
from baserate.audit.documents import stated
from baserate.audit.manifest import as_date
from baserate.audit.rule import DocumentCheck, RowCheck, Rule, combined, failed, inapplicable, passed, untold
from baserate.inputs.problems import count_of

if TYPE_CHECKING:
    from baserate.audit.facts import Facts
    from baserate.audit.rule import Verdict


def _check(facts: Facts) -> Verdict:
    return combined([stated(facts, "oversight_official", "oversight official"), _audits(facts)])


def _audits(facts: Facts) -> Verdict:
    first, last = facts.first_day, facts.last_day
    if facts.manifest.says_none("audit_dates"):
        return failed("the manifest states that there was no audit")
    days = [as_date(text) for text in facts.manifest.texts("audit_dates") or ()]
    if not days or None in days or first is None or last is None:
        return untold("the manifest gives no dates of audits", fields=("m.audit_dates",))
    due = [year for year in range(first.year, last.year + 1) if first < date(year, 10, 1) <= last]
    late = [year for year in due if not any(d is not None and d.year == year and d <= date(year, 10, 1) for d in days)]
    if late:
        return failed(f"no audit by 1 October of {', '.join(map(str, late))}", count=len(late), of=len(due))
    if facts.n_mode_unknown or facts.n_untimed:
        return untold("whether further audits were due is not known", fields=("mode", "time_start_utc"))
    if not due:
        return inapplicable("no 1 October lies in the log")
    return passed(f"audits in time in each of {count_of(len(due), 'year')} due", of=len(due))


RULE = Rule(
    id="MD-3",
    page=__doc__,
    citation="Md. Crim. Proc. 2-505",
    verified=("C",),
    severity="medium",
    binds=MARYLAND,
    checks=(
        RowCheck(
            scope="live searches",
            applies="live",
            violates="NOT operator_training_valid",
        ),
        DocumentCheck(fields=("m.oversight_official", "m.audit_dates"), check=_check),
    ),
)
