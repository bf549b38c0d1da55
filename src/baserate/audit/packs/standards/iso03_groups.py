"""Differences between groups can be reported.

Looks for: for each grouping that the log records (sex, age band, race or ethnicity), who recorded it, and whether
each group has at least thirty live searches with established truth. Groups below are too small for a rate; how small
is not printed.

Why it matters: a difference that nobody could have seen is not a difference that is not there.

Complies: at least one grouping, with its recorder, and no group under thirty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.audit.applicability import ANYBODY
from baserate.audit.asking import NO_LIVE, live_rows
from baserate.audit.rule import LogCheck, Rule, combined, failed, inapplicable, passed, untold

if TYPE_CHECKING:
    from baserate.audit.facts import Facts
    from baserate.audit.rule import Verdict


_LEAST = 30
_GROUPINGS = ("group_sex", "group_age_band", "group_race_ethnicity")


def _check(facts: Facts, governed: str) -> Verdict:
    if not facts.n_live:
        return inapplicable(NO_LIVE)
    found = _count_groups(facts, governed)
    parts = [part for name in _GROUPINGS if (part := _grouping(facts, name, found[name])) is not None]
    if not parts:
        return untold("the log records no groups", fields=_GROUPINGS)
    return combined(parts)


def _count_groups(facts: Facts, governed: str) -> dict[str, list[tuple[int, int]]]:
    """Count for each grouping and each of its groups the rows with truth, and those that nobody signed."""
    # Once by all groupings together: their few combinations give the groups of each. Numbers are quicker to group by
    # than texts, and that two of a few groups share one has no chance worth naming.
    hashed = ", ".join(f"hash({name})" for name in _GROUPINGS)
    (nobody,) = facts.rows("SELECT hash('unknown'), hash(NULL::VARCHAR)")
    combined = facts.rows(
        f"SELECT {hashed}, adjudicated_truth, count(*), count(group_recorded_by) "  # noqa: S608
        f"FROM {live_rows(facts, governed)} GROUP BY ALL"
    )
    found: dict[str, dict[int, tuple[int, int]]] = {name: {} for name in _GROUPINGS}
    for *groups, truth, searches, signed in combined:
        for name, group in zip(_GROUPINGS, groups, strict=True):
            known, unsigned = found[name].get(group, (0, 0))
            found[name][group] = (known + searches * (truth is not None), unsigned + searches - signed)
    return {name: [n for group, n in by.items() if group not in nobody] for name, by in found.items()}


def _grouping(facts: Facts, name: str, rows: list[tuple[int, int]]) -> Verdict | None:
    if not rows:
        return None
    unsigned, small = sum(row[1] for row in rows), sum(row[0] < _LEAST for row in rows)
    if unsigned and facts.has_column("search_event", "group_recorded_by"):
        return failed(f"{name}: who recorded the group is not stated in every row", of=len(rows))
    if unsigned or small:
        fields = ("group_recorded_by",) if unsigned else ("adjudicated_truth",)
        return untold(
            f"{name}: {small} of {len(rows)} groups are too small for a rate, or nobody is said to have recorded them",
            fields=fields,
        )
    return passed(f"{name}: all {len(rows)} groups are large enough", of=len(rows))


RULE = Rule(
    id="ISO-3",
    page=__doc__,
    citation="ISO/IEC 19795-10:2024",
    verified=("C",),
    severity="medium",
    binds=ANYBODY,
    checks=(LogCheck(fields=(*_GROUPINGS, "group_recorded_by", "adjudicated_truth"), check=_check),),
)
