"""An accountability report, and a plan within ninety days of unfair differences.

Looks for: the report's date against the first live search, and for each test that found unfair differences between
groups a plan of mitigation within ninety days.

Why it matters: a difference that is known and left is chosen.

Complies: dated before; planned within ninety days.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.audit.applicability import COLORADO
from baserate.audit.documents import dates_of, day_before_first_use
from baserate.audit.manifest import as_date
from baserate.audit.rule import DocumentCheck, Rule, combined, failed, passed, untold

if TYPE_CHECKING:
    from datetime import date

    from baserate.audit.facts import Facts
    from baserate.audit.rule import Verdict


_DAYS = 90


def _check(facts: Facts) -> Verdict:
    report = day_before_first_use(
        facts,
        as_date(facts.manifest.get("accountability_report.date")),
        "accountability report",
        "m.accountability_report.date",
    )
    if facts.manifest.says_none("accountability_report"):
        report = failed("the manifest states that there is no accountability report")
    return combined([report, _mitigation(facts)])


def _mitigation(facts: Facts) -> Verdict:
    reports = facts.manifest.records("test_reports")
    if reports is None or any("differences_found" not in r for r in reports):
        return untold(
            "the manifest does not say whether tests found differences", fields=("m.test_reports.differences_found",)
        )
    found = dates_of([r for r in reports if r["differences_found"] is True])
    if not any(r["differences_found"] is True for r in reports):
        return passed("no test found unfair differences", of=len(reports))
    if facts.manifest.says_none("mitigation_plan_date"):
        return failed("unfair differences were found, and the manifest states that there is no plan of mitigation")
    plan = facts.manifest.date("mitigation_plan_date")
    if plan is None or not found:
        return untold(
            "a test or the plan of mitigation has no date", fields=("m.test_reports.date", "m.mitigation_plan_date")
        )
    return _in_time(plan, found)


def _in_time(plan: date, found: list[date]) -> Verdict:
    told = f"differences found on {found[-1]}, plan of {plan}"
    if (plan - found[-1]).days > _DAYS:
        return failed(told)
    # The manifest holds the day of one plan, which cannot answer what was found after it or long before.
    if not all(0 <= (plan - day).days <= _DAYS for day in found):
        return untold(f"{told}; of the plan for another finding nothing is stated", fields=("m.mitigation_plan_date",))
    return passed(told)


RULE = Rule(
    id="CO-1",
    page=__doc__,
    citation="Colorado SB 22-113; C.R.S. 24-18-302, -303 (from memory) and -304",
    verified=("C", "M"),
    severity="medium",
    binds=COLORADO,
    checks=(
        DocumentCheck(fields=("m.accountability_report", "m.test_reports", "m.mitigation_plan_date"), check=_check),
    ),
)
