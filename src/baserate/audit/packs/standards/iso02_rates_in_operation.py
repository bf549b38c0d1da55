"""Rates in operation can be computed, without images.

Looks for: whether truth was established both for live searches that showed a match and for some that showed none.
Without the second the misses cannot be seen at all.

Why it matters: a system that only checks its hits measures its success.

Complies: there are established truths on both sides.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from baserate.audit.applicability import ANYBODY
from baserate.audit.asking import NO_LIVE, live_rows
from baserate.audit.finding import Measure
from baserate.audit.rule import LogCheck, Rule, failed, inapplicable, passed, untold

if TYPE_CHECKING:
    from baserate.audit.facts import Facts
    from baserate.audit.rule import Verdict


def _check(facts: Facts, governed: str) -> Verdict:
    truth = "adjudicated_truth IN ('mated', 'nonmated')"
    ((hits, known_hits, misses, known_misses),) = facts.rows(
        f"SELECT count(*) FILTER (match_shown), count(*) FILTER (match_shown AND {truth}), "  # noqa: S608
        "count(*) FILTER (decision_shown = 'no_match'), "
        f"count(*) FILTER (decision_shown = 'no_match' AND {truth}) FROM {live_rows(facts, governed)}"
    )
    if not facts.n_live:
        return inapplicable(NO_LIVE)
    measures = (
        Measure("matches with established truth", known_hits, hits),
        Measure("searches without match with established truth", known_misses, misses),
    )
    lacking = [name for name, known in (("matches", known_hits), ("searches without match", known_misses)) if not known]
    if not known_hits and not known_misses:
        verdict = untold("no truth was established, or none is logged", fields=("adjudicated_truth", "decision_shown"))
    elif lacking:
        verdict = failed(f"no truth was established for any of the {' and '.join(lacking)}")
    else:
        verdict = passed("truth was established on both sides", of=2)
    return replace(verdict, measures=measures)


RULE = Rule(
    id="ISO-2",
    page=__doc__,
    citation="ISO/IEC 19795-6:2012, operational testing",
    verified=("C",),
    severity="low",
    binds=ANYBODY,
    checks=(LogCheck(fields=("adjudicated_truth", "decision_shown"), check=_check),),
)
