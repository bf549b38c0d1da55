"""Tested under the conditions of use.

Looks for: each combination of capture and kind of place in live use against the operational tests of the manifest.

Why it matters: a passport photograph in an office tells little about a street at night.

Complies: each combination occurs in an operational test.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from baserate.audit.applicability import WASHINGTON
from baserate.audit.asking import NO_LIVE, values_in_use
from baserate.audit.documents import stated_records
from baserate.audit.rule import LogCheck, Rule, Verdict, failed, inapplicable, passed, untold

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from baserate.audit.facts import Facts


def _check(facts: Facts, governed: str) -> Verdict:
    reports = stated_records(facts, "test_reports", "test reports")
    if isinstance(reports, Verdict):
        return reports
    tested = {pair for report in reports if report.get("kind") == "operational" for pair in _pairs(report)}
    used = values_in_use(facts, governed, "capture_kind", "place_type")
    of = sum(n for _, n, _, _ in used)
    bad = {values: n for values, n, _, _ in used if None not in values and values not in tested}
    if bad:
        kinds = ", ".join(sorted({str(kind) for kind, _ in bad}))
        return failed(
            f"no operational test of {kinds} in {len(bad)} of its kinds of place", count=sum(bad.values()), of=of
        )
    if any(None in values for values, _, _, _ in used):
        return untold("capture or place of some searches is missing", fields=("capture_kind", "place_type"))
    return passed(f"operational tests cover all {of:,} live searches", of=of) if used else inapplicable(NO_LIVE)


def _pairs(report: Mapping[str, Any]) -> set[tuple[str | None, ...]]:
    return set(product(report.get("capture_kinds") or (), report.get("place_types") or ()))


RULE = Rule(
    id="WA-3",
    page=__doc__,
    citation="RCW 43.386.040",
    verified=("C",),
    severity="medium",
    binds=WASHINGTON,
    checks=(LogCheck(fields=("capture_kind", "place_type", "m.test_reports"), check=_check),),
)
