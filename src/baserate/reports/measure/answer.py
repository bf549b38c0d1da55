"""The answer: the two error rates at the first operating point that was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.reports.document import Answer, Fact, Facts, Note, Section
from baserate.reports.measure import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from baserate.estimates import Estimate, Measurement


def section(found: Measurement) -> Section:
    """Build the section; without a defined miss rate it says why there is none."""
    misses = say.of(found.estimates, say.miss(found))
    first = next((e for e in misses if e.value is not None), None)
    if first is None:
        why = misses[0].undefined if misses else "nothing was asked for"
        return Section("answer", "The answer", (Note(f"There is no miss rate to report: {why}."), *_facts(found)))
    return Section("answer", "The answer", (_answer(found, first), *_facts(found)))


def _answer(found: Measurement, missed: Estimate) -> Answer:
    told, metric = say.said(missed), say.false_positive(found)
    wrong = next((e for e in say.of(found.estimates, metric) if say.point(e) == say.point(missed)), None)
    trials = "searches" if found.listed else "comparisons"
    gallery = "" if missed.gallery_size is None else f" in a gallery of {missed.gallery_size:,} persons"
    where = "at" if missed.rank is None else f"within rank {missed.rank} at"
    people = f" of {missed.n_subjects:,} people" if missed.n_subjects is not None else ""
    text = (
        f"{missed.n_events:,} of {missed.n:,} mated {trials}{people} missed {where} a threshold of "
        f"{missed.threshold:.6g}{gallery}."
    )
    if wrong is not None and wrong.value is not None:
        text += f" {say.title(metric)} there: {say.said(wrong)}, counted on {wrong.n:,} non-mated {trials}."
    return Answer(say.title(missed.metric), told.middle, told.span, text)


def _facts(found: Measurement) -> Iterator[Facts]:
    """One fact for either error at each operating point of everybody where it is defined."""
    main = (say.false_positive(found), say.miss(found))
    shown = [e for e in found.estimates if e.metric in main and not e.group and e.value is not None]
    per_cent = {metric: say.reads_per_cent(say.of(shown, metric)) for metric in main}
    facts = tuple(
        _fact(e, per_cent=per_cent[e.metric])
        for e in sorted(shown, key=lambda e: (e.threshold or 0.0, main.index(e.metric)))
    )
    if facts:
        yield Facts(f"Both errors, with intervals at {next((e.level for e in found.estimates), 0.95):.0%}", facts)


def _fact(estimate: Estimate, *, per_cent: bool) -> Fact:
    said = say.said(estimate, per_cent=per_cent)
    return Fact(f"{say.title(estimate.metric)}, {say.where(estimate)}", said.middle, said.span)
