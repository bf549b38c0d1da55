"""What the report cannot say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.reports.document import Bullets, Section
from baserate.reports.pick import expected_of, group_label, label_of, listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from baserate.outcomes.results import Curves, Results

MOST_NAMED = 12  # assumed inputs, in a sentence
ALWAYS = (
    "Nothing about any person. Everybody in it is synthetic, and it cannot tell whether a given alert was right.",
    "What really happened. It works out what follows from the inputs listed above; a log of the real system, with the "
    "truth about each alert, would show what did happen.",
    "Where inside a range the truth lies. The middle is not a best guess to be quoted alone; a range covers the inputs "
    "that were varied, over the ranges that were given for them, and nothing else.",
    "Whether the use is lawful, necessary or fair. Error rates are one part of those questions.",
)


def section(results: Results, curves: Curves) -> Section:
    """Build the section."""
    told = (*ALWAYS, *_assumed(results), *_extrapolated(curves), *_undefined(results))
    return Section("limits", "What this report cannot say", (Bullets(told),))


def _assumed(results: Results) -> tuple[str, ...]:
    keys = [row.key for row in results.parameters if row.kind == "assumed"]
    if not keys:
        return ()
    told = f": {listed(keys)}" if len(keys) <= MOST_NAMED else ", and marked so in the table of inputs"
    return (f"What would follow from other assumptions. {len(keys)} inputs are assumed{told}.",)


def _extrapolated(curves: Curves) -> tuple[str, ...]:
    if all(curve.supported is None for curve in curves.curves):
        return ()
    return ("What was never tested. Beyond the gallery sizes that data support, the model alone speaks.",)


def _undefined(results: Results) -> Iterator[str]:
    """Name what is undefined, together where the reason is the same."""
    groups: dict[tuple[str, str], list[str]] = {}
    for item in expected_of(results):
        if item.value is None:
            groups.setdefault((label_of(item), item.undefined or ""), []).append(group_label(item.group))
    for (label, reason), names in groups.items():
        yield f"{label} of {listed(names)}: undefined, because {reason}."
