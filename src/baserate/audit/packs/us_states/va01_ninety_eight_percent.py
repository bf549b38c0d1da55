"""At least 98 % true positives in every group, as the system is used.

Looks for: the lowest group value of the tests of the manifest with its confidence bound, and whether those tests were
made at the threshold in use and at a gallery no smaller. The statute names neither; the figure means nothing without
them.

Why it matters: a rate falls as the gallery grows and the threshold rises; a figure from a small test proves nothing
about a large gallery.

Complies: the lower bound of the lowest group is at least 0.98 under the conditions of use, in a report by NIST.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.audit.applicability import VIRGINIA
from baserate.audit.asking import live_rows
from baserate.audit.packs.notes import VA_NOTE
from baserate.audit.rule import LogCheck, Rule, failed, passed, untold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from baserate.audit.facts import Facts
    from baserate.audit.rule import Verdict


_WANTED = 0.98


def _check(facts: Facts, governed: str) -> Verdict:
    reports = [
        r
        for r in facts.manifest.records("test_reports") or ()
        if isinstance(r.get("tpir_by_group"), dict) and r["tpir_by_group"]
    ]
    if facts.manifest.says_none("nist_report"):
        return failed("the manifest states that there is no evaluation by NIST")
    if not reports or not facts.manifest.has("nist_report"):
        return untold(
            "no evaluation by NIST with rates by group", fields=("m.nist_report", "m.test_reports.tpir_by_group")
        )
    groups = [
        (str(name), cell if isinstance(cell, dict) else {"value": cell})
        for report in reports
        for name, cell in report["tpir_by_group"].items()
    ]
    below = [name for name, cell in groups if isinstance(cell.get("value"), (int, float)) and cell["value"] < _WANTED]
    if below:
        return failed(f"below 98 % in {', '.join(below)}", count=len(below), of=len(groups))
    unproven = [name for name, cell in groups if not isinstance(cell.get("low"), (int, float)) or cell["low"] < _WANTED]
    if unproven:
        return untold(
            f"the confidence bound of {', '.join(unproven)} is missing or below 98 %",
            fields=("m.test_reports.tpir_by_group",),
        )
    return _as_used(facts, governed, reports, len(groups))


def _as_used(facts: Facts, governed: str, reports: Sequence[Mapping[str, Any]], of: int) -> Verdict:
    ((largest, low, high, silent),) = facts.rows(
        "SELECT max(gallery_size), min(threshold), max(threshold), "  # noqa: S608
        f"count(*) FILTER (gallery_size IS NULL OR threshold IS NULL) FROM {live_rows(facts, governed)}"
    )
    if largest is None or low is None or silent:
        return untold("gallery size or threshold of some searches is missing", fields=("gallery_size", "threshold"))
    for report in reports:
        size, threshold = report.get("gallery_size"), report.get("threshold")
        if not isinstance(size, (int, float)) or not isinstance(threshold, (int, float)):
            return untold(
                "a test names no gallery size or threshold",
                fields=("m.test_reports.gallery_size", "m.test_reports.threshold"),
            )
        if size < largest or not low == high == threshold:
            return untold(
                f"tested at gallery size {size:,} and threshold {threshold}, "
                f"used at up to {largest:,} and {low} to {high}",
                fields=("m.test_reports.gallery_size", "m.test_reports.threshold"),
            )
    return passed(f"at least 98 % in all {of} groups, at the threshold and a gallery no smaller than in use", of=of)


RULE = Rule(
    id="VA-1",
    page=__doc__,
    citation="Virginia SB 741 (2022)",
    verified=("C",),
    severity="high",
    binds=VIRGINIA,
    checks=(LogCheck(fields=("gallery_size", "threshold", "m.nist_report", "m.test_reports"), check=_check),),
    note=VA_NOTE,
)
