"""The first screen: the answer as a range in plain words, and what it rests on."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, get_args

from baserate.outcomes.results import Kind
from baserate.reports.document import Answer, Fact, Facts, Paragraph, Section
from baserate.reports.pick import UNDEFINED, expected_of, heading_of, label_of, level_of, listed, outcome_of, said

if TYPE_CHECKING:
    from baserate.outcomes.results import Curves, Outcome, Results

HEADLINE = "alert_is_wrong"
# The counts that put the headline into proportion, in this order.
BESIDE_IT = ("searches", "alerts", "false_alerts", "missed", "wrongful_actions")
KINDS = {
    "measured": "measured",
    "published": "published",
    "reported": "reported as somebody's claim",
    "derived": "derived from others",
    "assumed": "assumed for want of a source",
}
assert set(KINDS) == set(get_args(Kind))  # noqa: S101 - a kind without words would be left out of the count


def section(results: Results, curves: Curves) -> Section:  # noqa: ARG001 - every section has this shape
    """Build the first screen."""
    beside = tuple(found for name in BESIDE_IT if (found := outcome_of(results, name)))
    facts = Facts("In numbers", tuple(_fact(outcome) for outcome in beside))
    blocks = (headline(outcome_of(results, HEADLINE)), *((facts,) if beside else ()), _rests_on(results))
    return Section("answer", "The answer", blocks)


def headline(outcome: Outcome | None) -> Answer:
    """Say the answer: the number, its range, and a sentence for both."""
    if outcome is None or outcome.value is None:
        reason = "the results do not hold it" if outcome is None else outcome.undefined
        return Answer("Chance that an alert is wrong", UNDEFINED, "", f"It is {UNDEFINED} here: {reason}.")
    spoken = said(outcome)
    text = f"Of the alerts this system gives, {spoken.about} would name the wrong person."
    if spoken.span:
        text += f" What is not known about it leaves everything from {spoken.low} to {spoken.high} open."
    return Answer(label_of(outcome), spoken.middle, spoken.span, text)


def _fact(outcome: Outcome) -> Fact:
    spoken = said(outcome)
    return Fact(heading_of(outcome), spoken.middle, spoken.span or outcome.undefined or "")


def _rests_on(results: Results) -> Paragraph:
    counts = Counter(row.kind for row in results.parameters)
    kinds = [f"{counts[kind]} {meaning}" for kind, meaning in KINDS.items() if counts[kind]]  # type: ignore[index]
    level = level_of(expected_of(results))
    covers = f"; the ranges here cover {level} of what came out" if level else ""
    return Paragraph(
        f"This rests on {len(results.parameters)} inputs: {listed(kinds)}. Every input that is not known was varied "
        f"over its range, all of them together{covers}. Each is listed below with its source."
    )
