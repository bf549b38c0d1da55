"""What the file was like, and what the report cannot say."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from baserate.estimates.detectable import independent_events
from baserate.estimates.planning import limit_shown
from baserate.reports.document import Bullets, Section
from baserate.reports.measure import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from baserate.estimates import Measurement

ALWAYS = (
    "Rates of another gallery size, another threshold, other people or other cameras. False positives grow with the "
    "gallery; baserate extrapolate says how far these data carry.",
    "How often an alert is right in use. That depends on how many of the people searched are enrolled at all: "
    "the option --prevalence and a scenario work it out.",
    "Whether the truth that the file states is true. A wrong label counts as an error of the system.",
)


ENOUGH = 30


def section(found: Measurement) -> Section:
    """Build the section."""
    return Section(
        "limits",
        "What this report cannot say",
        (Bullets((*_warnings(found), *_whose(found), *_few(found), *_rare(found), *ALWAYS)),),
    )


def _warnings(found: Measurement) -> Iterator[str]:
    yield from (f"Of the file, with certainty: {problem}" for problem in found.problems)


def _whose(found: Measurement) -> Iterator[str]:
    if any(e.n and e.n_subjects is None and e.low is not None for e in found.estimates if e.metric != "threshold"):
        yield (
            "How far the rates may be off if people repeat: the file does not tell whose the trials are, so that each "
            "is taken for another person's. Where people repeat the intervals are too narrow."
        )


def _few(found: Measurement) -> Iterator[str]:
    """The rule of 30: with fewer events a rate is known to little better than its order of magnitude."""
    counted = [(e, independent_events(e)) for e in found.estimates if not e.group]
    few = [
        f"{say.symbol(e.metric)} ({say.where(e)})" for e, events in counted if events is not None and events < ENOUGH
    ]
    if few:
        yield (
            f"More than the order of magnitude where fewer than {ENOUGH} errors that do not depend on each other were "
            f"seen: {'; '.join(few)}."
        )


def _rare(found: Measurement) -> Iterator[str]:
    """The rule of 3, of people: what kinds of them a test may well have met none of."""
    people = [e.n_subjects for e in found.estimates if e.n_subjects and e.low is not None and not e.group]
    share = limit_shown(min(people)).limit if people else None
    if share:
        yield (
            f"How people of a rare kind fare. Of a kind that is fewer than 1 in {ceil(1 / share):,} of all people, "
            f"{min(people):,} hold none one time in twenty or more often. If such people nearly always fail, no range "
            "here knows of it."
        )
