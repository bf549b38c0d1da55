"""Two policies side by side as a document: the answer, one picture, one table, what was set, what it cannot say."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from baserate import __version__
from baserate.outcomes.compare import EVENTS
from baserate.reports import words
from baserate.reports.charts.rows import Axis, IntervalRow, Intervals
from baserate.reports.differences import times, verdict
from baserate.reports.document import (
    Answer,
    Bullets,
    Code,
    Column,
    Document,
    Fact,
    Facts,
    Figure,
    Paragraph,
    Section,
    Table,
)
from baserate.reports.pick import group_label, heading_of, label_of, listed, said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from baserate.outcomes.compare import Comparison, Difference, Paired, Side
    from baserate.outcomes.results import Outcome, ParameterRow

LINES = (
    "searches",
    "alerts",
    "false_alerts",
    "alert_is_wrong",
    "fpir",
    "fnir",
    "missed",
    "suppressed",
    "wrongful_actions",
    "rightful_actions",
    "action_is_wrongful",
    "records_held",
    "records_held_without_alert",
)
# The first of these that the policies change is the answer; the picture shows all of them.
HEADLINES = (
    "wrongful_actions",
    "false_alerts",
    "rightful_actions",
    "missed",
    "suppressed",
    "searches",
    "records_held",
    "records_held_without_alert",
)
NEARLY_THE_SAME = 0.01  # a ratio this near to 1 is said to be one
LOG_FROM_RATIO = 20  # a wider spread cannot be read on an axis that begins at zero


def comparison_document(found: Comparison) -> Document:
    """Set a comparison as a document that is read in a minute and can be checked in an hour.

    Parameters
    ----------
    found
        Two policies and what differs.
    """
    sections = (
        _answer(found),
        _picture(found),
        _table(found),
        _groups(found),
        _pairs(found),
        _inputs(found),
        _limits(),
        _rerun(found),
    )
    return Document(
        title=_title(found),
        question=_question(found),
        summary=f"A: {_described(found.first)} B: {_described(found.second)}",
        sections=tuple(section for section in sections if section is not None),
        made_by=f"Baserate {__version__}",
    )


def side_name(side: Side) -> str:
    """Say one of the two in a line: the scenario's name, and what was laid on it."""
    return " ".join([side.scenario, *side.settings])


def _title(found: Comparison) -> str:
    if found.first.scenario != found.second.scenario:
        return f"{found.first.title} / {found.second.title}"
    return found.first.title


def _question(found: Comparison) -> str:
    if found.first.scenario != found.second.scenario:
        return f"What differs between {found.first.scenario} (A) and {found.second.scenario} (B)?"
    return f"From A, {_laid(found.first)}, to B, {_laid(found.second)}: what changes for the same people?"


def _laid(side: Side) -> str:
    """Say what was laid on a scenario, within a sentence."""
    titles = [f"{title[:1].lower()}{title[1:]}" for title in side.policies]
    return listed(titles) or "the scenario as it stands"


def _described(side: Side) -> str:
    return f"{side.title} ({side.scenario}): {_laid(side)}."


def _label(one: Difference) -> str:
    return label_of(one.first)


def _changed(found: Comparison, names: Sequence[str]) -> list[Difference]:
    """Outcomes of these names that are not the same in every world and that both define somewhere."""
    listed_ = [found.of(name) for name in names]
    return [one for one in listed_ if one.share_equal < 1.0 and one.share_lower + one.share_higher > 0.0]


# -- the first screen -------------------------------------------------------------------------------------------------


def _answer(found: Comparison) -> Section:
    changed = _changed(found, HEADLINES)
    if not changed:
        text = "None of the outcomes that are counted here differs in any world."
        return Section("answer", "The answer", (Answer("A and B", "the same", "", text),))
    facts = tuple(_fact(one) for one in changed[1:6])
    also = (Facts("And under B", facts),) if facts else ()
    return Section("answer", "The answer", (_headline(changed[0]), *also, _how_to_read()))


def _headline(one: Difference) -> Answer:
    label, first, second = heading_of(one.first), said(one.first), said(one.second)
    text = f"{label}: {_with_range(first)} under A, {_with_range(second)} under B. {_capital(verdict(one))}."
    if one.ratio.value is None:
        return Answer(label, f"{first.middle} under A, {second.middle} under B", "", text)
    spoken, unit = _spoken(one.ratio)
    return Answer(f"{label} under B", f"{spoken.middle} {unit}", spoken.span, text)


def _with_range(spoken: words.Said) -> str:
    return f"{spoken.about} ({spoken.span})" if spoken.span else spoken.about


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _spoken(ratio: Outcome) -> tuple[words.Said, str]:
    """Say a ratio in the words that read best at its size: *12 for every 100 under A*, or *3 times those under A*."""
    if ratio.value is not None and abs(ratio.value - 1.0) < NEARLY_THE_SAME:
        return words.Said("nearly", times(ratio).low, times(ratio).high), "the same as under A"
    if ratio.value is not None and ratio.value < 1.0:
        low, high = (None if end is None else 100.0 * end for end in (ratio.low, ratio.high))
        return words.count(100.0 * ratio.value, low=low, high=high), "for every 100 under A"
    return times(ratio), "times those under A"


def _fact(one: Difference) -> Fact:
    if one.ratio.value is None:
        return Fact(_label(one), f"{said(one.first).middle} to {said(one.second).middle}")
    spoken, unit = _spoken(one.ratio)
    return Fact(_label(one), f"{spoken.middle} {unit}", spoken.span)


def _how_to_read() -> Paragraph:
    return Paragraph(
        "Everything that is not known was varied over its range, with the same values under A and under B. A ratio is "
        "taken within each of these worlds and its middle and 90% range are given, so that what is unknown of both "
        "alike does not blur the difference. Above 1 is more under B, below 1 is less."
    )


# -- the picture and the table ----------------------------------------------------------------------------------------


def _picture(found: Comparison) -> Section | None:
    changed = _changed(found, HEADLINES)
    rows = tuple(row for one in changed if (row := _interval(one)))
    if not rows:
        return None
    left_out = [_label(one) for one in changed if _interval(one) is None]
    same = [_label(found.of(name)) for name in HEADLINES if found.of(name).share_equal == 1.0]
    caption = "How many times as many there are under B as under A. The dashed line is no difference."
    caption += f" The same under both: {listed(same)}." if same else ""
    caption += f" None under A or under B, and not drawn: {listed(left_out)}." if left_out else ""
    alternative = "B over A: " + "; ".join(f"{row.label} {row.said} ({row.span})" for row in rows) + "."
    lows, highs = [row.low for row in rows], [row.high for row in rows]
    axis = Axis("B over A", max([*highs, 1.0]) > LOG_FROM_RATIO * min([*lows, 1.0]), probability=False)
    cells = tuple((row.label, row.said, row.span) for row in rows)
    columns = (Column("outcome"), Column("B over A", numeric=True), Column("range", numeric=True))
    table = Table("B over A", columns, cells)
    figure = Figure("b_over_a", "", caption, alternative, Intervals(rows, axis, mark=1.0), table)
    return Section("picture", "How many times as many under B as under A", (figure,))


def _interval(one: Difference) -> IntervalRow | None:
    """A row of the picture; none where a ratio is undefined or 0, which no logarithmic axis holds."""
    ratio = one.ratio
    if ratio.value is None or ratio.low is None or ratio.high is None or ratio.low <= 0.0:
        return None
    spoken = times(ratio)
    return IntervalRow(_label(one), ratio.value, ratio.low, ratio.high, f"{spoken.middle} times", spoken.span)


def _table(found: Comparison) -> Section:
    every = [found.of(name) for name in LINES]
    changed, same = ([one for one in every if (one.share_equal == 1.0) is flag] for flag in (False, True))
    note = Paragraph("Middle, and 90% range over everything that is not known. Numbers are for a year of use.")
    tables = [*([_changed_table(changed)] if changed else []), *([_same_table(same)] if same else [])]
    return Section("table", "A and B in numbers", (note, *tables))


def _changed_table(changed: Sequence[Difference]) -> Table:
    columns = (
        Column("outcome"),
        Column("A", numeric=True),
        Column("B", numeric=True),
        Column("B over A", numeric=True),
        Column("B, share of the worlds"),
    )
    return Table("What changes", columns, tuple(_cells(one) for one in changed))


def _cells(one: Difference) -> tuple[str, ...]:
    ratio = "" if one.ratio.value is None else str(times(one.ratio))
    return (
        _label(one),
        str(said(one.first)),
        str(said(one.second)),
        ratio,
        verdict(one).replace("B ", "").replace(" of the worlds", ""),
    )


def _same_table(same: Sequence[Difference]) -> Table:
    columns = (Column("outcome"), Column("A and B", numeric=True))
    return Table("The same in every world", columns, tuple((_label(one), str(said(one.first))) for one in same))


def _groups(found: Comparison) -> Section | None:
    if not found.by_group:
        return None
    columns = (Column("group"), Column("A", numeric=True), Column("B", numeric=True), Column("B over A", numeric=True))
    names = [one.name for one in next(iter(found.by_group.values()))]
    tables = []
    for index, name in enumerate(names):
        each = {group: differences[index] for group, differences in found.by_group.items()}
        if any(one.share_equal < 1.0 and one.share_lower + one.share_higher > 0.0 for one in each.values()):
            rows = tuple((group_label(f"group:{group}"), *_cells(one)[1:4]) for group, one in each.items())
            tables.append(Table(heading_of(found.of(name).first), columns, rows))
    text = "Each group's own rates and numbers, where they change."
    return Section("groups", "By group", (Paragraph(text), *tables)) if tables else None


def _pairs(found: Comparison) -> Section | None:
    if not found.paired:
        return None
    columns = (
        Column("what happened"),
        *(Column(name, numeric=True) for name in ("both", "only A", "only B", "neither")),
    )
    rows = tuple(_pair(pair) for pair in found.paired)
    total = sum((found.paired[0].both, *_ones(found.paired[0]), found.paired[0].neither))
    text = (
        f"{total:,} encounters with the same synthetic people were simulated under A and under B, in the world of the "
        f"middle values (seed {found.seed}). To whom it happens is as important as how often."
    )
    return Section("pairs", "The same people under both", (Paragraph(text), Table("Counted in pairs", columns, rows)))


def _ones(pair: Paired) -> tuple[int, int]:
    return pair.only_first, pair.only_second


def _pair(pair: Paired) -> tuple[str, ...]:
    counts = (pair.both, *_ones(pair), pair.neither)
    return (EVENTS[pair.event], *(f"{count:,}" for count in counts))


# -- what it rests on -------------------------------------------------------------------------------------------------


def _inputs(found: Comparison) -> Section:
    rows = tuple((change.key, _value(change.first), _value(change.second)) for change in found.changed)
    columns = (Column("input"), Column("A"), Column("B"))
    table = Table("Inputs that differ", columns, rows)
    text = "Everything else is the same under both. The report of the scenario lists each input with its source."
    return Section("inputs", "What differs between A and B", (Paragraph(text), table))


def _value(row: ParameterRow | None) -> str:
    if row is None:
        return "not there"
    if row.low is not None and row.high is not None:
        return f"{words.plain(row.low)} to {words.plain(row.high)} {row.unit}".strip()
    return f"{words.plain(row.value)} {row.unit}".strip()


def _limits() -> Section:
    items = (
        "People, encounters and errors are synthetic: no system was run and nobody was identified.",
        "A policy changes what is set above and nothing else. In practice people may act differently under it: "
        "officers who are second-guessed, people who decline, operators who search more.",
        "An action counts as wrongful where somebody else than the person searched was confirmed; whether an action "
        "about the right person was lawful is not asked here.",
        "Missed are only people who are in the gallery that is searched: where a policy searches a smaller one, those "
        "who are no longer in it are not enrolled.",
        "A longer list draws its candidates anew, so that pairs of different list lengths share people and not "
        "candidates.",
    )
    return Section("limits", "What this cannot say", (Bullets(items),))


def _rerun(found: Comparison) -> Section:
    parts = ["baserate", "compare", found.first.scenario]
    if found.second.scenario != found.first.scenario:
        parts += ["--against", found.second.scenario]
    for option, side in (("--set-a", found.first), ("--set", found.second)):
        for setting in side.settings:
            parts += [option, setting]
    parts += ["--searches", str(found.searches), "--seed", str(found.seed)] if found.searches else []
    digests = Table(
        "Digests of the two, with what was set",
        (Column("which"), Column("SHA-256")),
        (("A", found.first.digest), ("B", found.second.digest)),
    )
    return Section("rerun", "How to get the same numbers", (Code(shlex.join(parts)), digests))
