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
from baserate.audit.asking import NO_LIVE
from baserate.audit.finding import Measure
from baserate.audit.rule import CountCheck, Rule, failed, inapplicable, passed, untold

if TYPE_CHECKING:
    from baserate.audit.facts import Facts
    from baserate.audit.rule import Counted, Verdict


_TRUTH = "adjudicated_truth IN ('mated', 'nonmated')"
_ASKS = {
    "hits": "match_shown",
    "known hits": f"match_shown AND {_TRUTH}",
    "misses": "decision_shown = 'no_match'",
    "known misses": f"decision_shown = 'no_match' AND {_TRUTH}",
}


_OPEN = ("mode", "decision_shown")


def _check(facts: Facts, governed: str, counted: Counted) -> Verdict:  # noqa: ARG001
    hits, known_hits, misses, known_misses = (counted.true[name] for name in _ASKS)
    if not facts.n_live:
        return inapplicable(NO_LIVE)
    measures = (
        Measure("matches with established truth", known_hits, hits),
        Measure("searches without match with established truth", known_misses, misses),
    )
    sides = (("matches", hits, known_hits), ("searches without match", misses, known_misses))
    # A side without a search lacks nothing.
    lacking = [name for name, of, known in sides if of and not known]
    if not known_hits and not known_misses:
        verdict = untold("no truth was established, or none is logged", fields=("adjudicated_truth", "decision_shown"))
    elif not (known_hits and known_misses) and counted.unknown["hits"]:
        verdict = untold("what some searches showed, or whether they were live, is not recorded", fields=_OPEN)
    elif lacking:
        verdict = failed(f"no truth was established for any of the {' and '.join(lacking)}")
    else:
        verdict = passed("truth was established on both sides" if hits and misses else "truth was established", of=2)
    return replace(verdict, measures=measures)


RULE = Rule(
    id="ISO-2",
    page=__doc__,
    citation="ISO/IEC 19795-6:2012, operational testing",
    verified=("C",),
    severity="low",
    binds=ANYBODY,
    checks=(CountCheck(fields=("adjudicated_truth", "decision_shown"), asks=_ASKS, check=_check),),
)
