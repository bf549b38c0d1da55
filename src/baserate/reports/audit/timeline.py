"""Searches, alerts, thresholds and findings on one axis of time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from baserate.audit.periods import following
from baserate.inputs.problems import count_of
from baserate.reports.audit.say import moment
from baserate.reports.charts.rows import Place, Span, Timeline, TimePanel
from baserate.reports.document import Bullets, Column, Figure, Note, Paragraph, Section, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from baserate.audit.periods import Period
    from baserate.audit.result import AuditResult
    from baserate.audit.when import FindingTimes
    from baserate.reports.document import Block

MOST_FINDINGS = 8  # drawn; the table has all
MOST_PLACES = 12
LETTERS = "ABCDEFGHIJKL"


def section(result: AuditResult) -> Section | None:
    """Build the section; none where no live search has a time."""
    if not result.supports.periods:
        return None
    found = _places(result)
    places = sorted(found[:MOST_PLACES])
    blocks: list[Block] = [_figure(result, places)]
    if places:
        blocks.append(Paragraph("Lines through the chart:"))
        blocks.append(Bullets(tuple(f"{LETTERS[i]}: {text}" for i, (_, text) in enumerate(places))))
    if len(found) > len(places):
        more = f"{len(found) - len(places):,} more changes have no line; all stand under what changed, further below."
        blocks.append(Note(more))
    missing = result.supports.totals.alerts + result.supports.totals.quiet - sum(
        period.searches for period in result.supports.periods
    )  # fmt: skip
    if any(period.threshold_scales > 1 for period in result.supports.periods):
        blocks.append(Note("Thresholds on several scales cannot be compared and are not drawn; changes on each are."))
    if missing:
        blocks.append(Note(f"In no period: {count_of(missing, 'live search')} without a time."))
    return Section("timeline", "What happened when", tuple(blocks))


def days(start: str) -> float:
    """Give a moment in days since 1970, for an axis."""
    return datetime.fromisoformat(start).replace(tzinfo=UTC).timestamp() / 86400


def _places(result: AuditResult) -> list[tuple[str, str]]:
    """Name the changes: (moment, text), those of rates first, and each kind in order of time."""
    rates = [
        (c.start, f"{moment(c.start)}, the rate of {c.series} changed")
        for c in result.supports.rate_changes
    ]  # fmt: skip
    thresholds = [
        (c.start, f"{moment(c.start)}, threshold {_values(c.before)} became {_values(c.after)}")
        for c in result.supports.threshold_changes
    ]
    return sorted(rates) + sorted(thresholds)


def _values(values: tuple[float, ...]) -> str:
    shown = ", ".join(f"{value:g}" for value in values[:3])
    return f"{shown} and {len(values) - 3} more" if len(values) > 3 else shown


def _figure(result: AuditResult, places: list[tuple[str, str]]) -> Figure:
    periods = result.supports.periods
    unit = periods[0].unit
    panels = (*_panels(periods), *(_finding(times, periods) for times in result.times[:MOST_FINDINGS] if times.starts))
    # Two changes of one period share a line, and their letters.
    letters: dict[str, str] = {}
    for i, (start, _) in enumerate(places):
        letters[start] = f"{letters.get(start, '')} {LETTERS[i]}".strip()
    rows = Timeline(
        panels,
        tuple(Place(days(start), letter) for start, letter in letters.items()),
        tuple(Place(days(period.start), moment(period.start)) for period in periods),
    )
    listed = "; ".join(f"{panel.title} {panel.said}".strip() for panel in panels)
    alternative = f"By {unit}, from {moment(periods[0].start)} to {moment(periods[-1].start)}: {listed}."
    caption = (
        f"Each bar is one {unit} (UTC) and each line of bars has its own scale; its largest number stands beside it or "
        "in the table. A rule's bars are the searches that violate it."
    )
    return Figure("timeline", "", caption, alternative, rows, _table(periods, result.times))


def _panels(periods: Sequence[Period]) -> list[TimePanel]:
    unit = periods[0].unit
    panels = [
        TimePanel("Searches", f"at most {max(p.searches for p in periods):,} a {unit}", _bars(periods, "searches")),
        TimePanel("Alerts", f"at most {max(p.alerts for p in periods):,} a {unit}", _bars(periods, "alerts")),
    ]
    stated = [(p, p.lowest_threshold, p.highest_threshold) for p in periods if p.lowest_threshold is not None]
    spans = tuple(Span(*_ends(p), low, high) for p, low, high in stated if low is not None and high is not None)
    if spans:
        low, high = min(span.low for span in spans), max(span.high for span in spans)
        said = f"{low:g}" if low == high else f"{low:g} to {high:g}"
        panels.append(TimePanel("Threshold", said, spans, from_zero=False))
    return panels


def _bars(periods: Sequence[Period], field: str) -> tuple[Span, ...]:
    return tuple(Span(*_ends(period), 0.0, float(getattr(period, field))) for period in periods if period.searches)


def _ends(period: Period) -> tuple[float, float]:
    start = datetime.fromisoformat(period.start)
    return days(period.start), days(following(start, period.unit).isoformat())


def _finding(times: FindingTimes, periods: Sequence[Period]) -> TimePanel:
    ends = {period.start: _ends(period) for period in periods}
    spans = tuple(Span(*ends[start], 0.0, float(n)) for start, n in times.starts if start in ends)
    return TimePanel(f"{times.rule} fails", f"at most {max(n for _, n in times.starts):,}", spans, small=True)


def _table(periods: Sequence[Period], times: Sequence[FindingTimes]) -> Table:
    """Every number of the figure; a column stands only where there is something for it."""
    found = [(each.rule, dict(each.starts)) for each in times]
    columns = [
        (Column(periods[0].unit), [moment(p.start) for p in periods]),
        (Column("searches", numeric=True), [f"{p.searches:,}" for p in periods]),
        (Column("alerts", numeric=True), [f"{p.alerts:,}" for p in periods]),
        (Column("thresholds", numeric=True), [_thresholds(p) for p in periods]),
        (Column("rows of failing rules"), [_failing(found, p.start) for p in periods]),
    ]
    heads, cells = zip(*((head, cells) for head, cells in columns if any(cells)), strict=True)
    return Table("Searches, alerts, thresholds and findings over time", heads, tuple(zip(*cells, strict=True)))


def _failing(found: Sequence[tuple[str, Mapping[str, int]]], start: str) -> str:
    return ", ".join(f"{rule} {starts[start]:,}" for rule, starts in found if start in starts)


def _thresholds(period: Period) -> str:
    low, high = period.lowest_threshold, period.highest_threshold
    if low is None or high is None:
        return f"on {period.threshold_scales} scales" if period.threshold_scales else ""
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"
