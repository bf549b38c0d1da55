"""Tested under the conditions of use.

Looks for: each combination of capture and kind of place in live use against the operational tests of the manifest that
came before its first search.

Why it matters: a passport photograph in an office tells little about a street at night.

Complies: each combination occurs in an earlier operational test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.audit.applicability import WASHINGTON
from baserate.audit.asking import NO_LIVE, values_in_use
from baserate.audit.documents import stated_records
from baserate.audit.manifest import as_date
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
    used = values_in_use(facts, governed, "capture_kind", "place_type")
    of = sum(n for _, n, _, _ in used)
    bad = [use for use in used if None not in use[0] and not _tested(reports, use, silent=True)]
    if bad:
        told = ", ".join(f"{kind} ({place})" for (kind, place), _, _, _ in bad)
        return failed(f"no operational test before use of {told}", count=sum(n for _, n, _, _ in bad), of=of)
    if any(None in values or first is None for values, _, first, _ in used):
        return untold(
            "capture, place or time of some searches is missing",
            fields=("capture_kind", "place_type", "time_start_utc"),
        )
    if not all(_tested(reports, use, silent=False) for use in used):
        return untold("whether a test that may cover the use does, and came before, is not stated", fields=_SAID)
    return passed(f"operational tests cover all {of:,} live searches", of=of) if used else inapplicable(NO_LIVE)


_SAID = tuple(f"m.test_reports.{key}" for key in ("date", "kind", "capture_kinds", "place_types"))


def _tested(reports: Sequence[Mapping[str, Any]], use: Used, *, silent: bool) -> bool:
    """Say whether a report covers a use; where it does not say something, ``silent`` stands for it."""
    (kind, place), _, first, _ = use
    wanted = {"capture_kinds": kind, "place_types": place}
    return any(
        (silent if r.get("kind") is None else r["kind"] == "operational")
        and all(silent if r.get(key) is None else value in r[key] for key, value in wanted.items())
        and _before(as_date(r.get("date")), first, silent=silent)
        for r in reports
    )


def _before(day: date | None, first: date | None, *, silent: bool) -> bool:
    # Of the same day, either may have come first.
    return silent if day is None or first is None or day == first else day < first


RULE = Rule(
    id="WA-3",
    page=__doc__,
    citation="RCW 43.386.040",
    verified=("C",),
    severity="medium",
    binds=WASHINGTON,
    checks=(LogCheck(fields=("capture_kind", "place_type", "m.test_reports"), check=_check),),
)
