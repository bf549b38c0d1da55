"""Tested by group before use and every three years.

Looks for: for each algorithm version and way of capture in use, a test report of the manifest that reports groups,
dated before the first search and never more than three years before a search.

Why it matters: a test of another version on other pictures says little about this one.

Complies: every version and capture is covered at every time of its use.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from baserate.audit.applicability import DHS
from baserate.audit.asking import NO_LIVE, values_in_use
from baserate.audit.documents import dates_of, stated_records
from baserate.audit.packs.notes import DHS_NOTE
from baserate.audit.rule import LogCheck, Rule, Verdict, failed, inapplicable, passed, untold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from typing import Any

    from baserate.audit.asking import Used
    from baserate.audit.facts import Facts


def _check(facts: Facts, governed: str) -> Verdict:
    reports = stated_records(facts, "test_reports", "test reports")
    if isinstance(reports, Verdict):
        return reports
    used = values_in_use(facts, governed, "algorithm_version", "capture_kind")
    of = sum(n for _, n, _, _ in used)
    bad = [use for use in used if _complete(use) and not _covered(reports, use, silent=True)]
    if bad:
        told = ", ".join(f"{version} with {kind}" for (version, kind), _, _, _ in bad)
        return failed(f"no timely test by group of {told}", count=sum(n for _, n, _, _ in bad), of=of)
    if not all(map(_complete, used)):
        return untold(
            "version, capture or time of some searches is missing",
            fields=("algorithm_version", "capture_kind", "time_start_utc"),
        )
    if not all(_covered(reports, use, silent=False) for use in used):
        return untold("a test report that may cover the use does not say what it tested, or when", fields=_SAID)
    return passed(f"timely tests by group cover all {of:,} live searches", of=of) if used else inapplicable(NO_LIVE)


_SAID = tuple(f"m.test_reports.{key}" for key in ("date", "algorithm_version", "capture_kinds", "demographic"))


def _complete(use: Used) -> bool:
    values, _, first, _ = use
    return None not in values and first is not None


def _covered(reports: Sequence[Mapping[str, Any]], use: Used, *, silent: bool) -> bool:
    """Say whether reports cover a use; where one does not say something, ``silent`` stands for it."""
    (version, kind), _, first, last = use
    if first is None or last is None:
        return False
    wanted = {"demographic": (True,), "algorithm_version": (version,)}
    about = [
        r
        for r in reports
        if all(silent if r.get(key) is None else r[key] in said for key, said in wanted.items())
        and (silent if r.get("capture_kinds") is None else kind in r["capture_kinds"])
    ]
    days = dates_of(about)
    if silent and len(days) < len(about):
        return True
    before = [day for day in days if day < first]
    if not before:
        return False
    chain = [before[-1], *(day for day in days if first <= day <= last), last]
    return all(later_day <= _three_years_after(day) for day, later_day in pairwise(chain))


def _three_years_after(day: date) -> date:
    # There is no 29 February three years after one.
    return day.replace(year=day.year + 3, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year + 3)


RULE = Rule(
    id="US-3",
    page=__doc__,
    citation="DHS Directive 026-11 (Sept 2023), as stated on dhs.gov, 16 Jan 2025",
    verified=("C",),
    severity="high",
    binds=DHS,
    checks=(LogCheck(fields=("algorithm_version", "capture_kind", "time_start_utc", "m.test_reports"), check=_check),),
    note=DHS_NOTE,
)
