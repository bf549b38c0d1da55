"""Each camera deployment states its watchlist and its cameras.

Looks for: live camera searches without watchlist and its size, and deployments without cameras or faces counted.

Why it matters: an alert rate hangs on how many were looked for and how many walked by.

Complies: watchlist size is in every live camera search; cameras and faces are counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.audit.applicability import ANYBODY
from baserate.audit.rule import CountCheck, RowCheck, Rule, failed, inapplicable, passed, untold
from baserate.inputs.problems import count_of

if TYPE_CHECKING:
    from baserate.audit.facts import Facts
    from baserate.audit.rule import Counted, Verdict


def _check(facts: Facts, governed: str, counted: Counted) -> Verdict:  # noqa: ARG001
    if not counted.true["cameras"]:
        return inapplicable("no live camera searches in the log")
    if not facts.has_column("faces_seen", "faces_detected") or not facts.has_column("faces_seen", "cameras"):
        return untold("faces and cameras were not counted", fields=("faces_seen.faces_detected", "faces_seen.cameras"))
    ((of, bad, faces, cameras),) = facts.rows(
        "SELECT count(*), count(*) FILTER (faces_detected IS NULL OR cameras IS NULL), count(faces_detected), "
        "count(cameras) FROM faces_seen"
    )
    if not of:
        return failed("faces and cameras were counted in no deployment")
    if not faces or not cameras:
        return untold("no count gives these", fields=("faces_seen.faces_detected", "faces_seen.cameras"))
    if bad:
        return failed(f"of {count_of(of, 'count')} of faces {bad:,} without faces or cameras", count=bad, of=of)
    return passed(f"{count_of(of, 'count')} of faces, with their cameras", of=of)


RULE = Rule(
    id="ISO-4",
    page=__doc__,
    citation="ISO/IEC 30137-1, biometrics in video surveillance",
    verified=("M",),
    severity="low",
    binds=ANYBODY,
    checks=(
        RowCheck(
            scope="live camera searches",
            applies="live AND capture_kind = 'live_camera'",
            violates="missing(watchlist_id) OR missing(watchlist_size)",
        ),
        CountCheck(
            fields=("capture_kind", "faces_seen.faces_detected", "faces_seen.cameras"),
            asks={"cameras": "capture_kind = 'live_camera'"},
            check=_check,
        ),
    ),
)
