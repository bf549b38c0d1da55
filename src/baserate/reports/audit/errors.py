"""Alerts by every denominator, and error rates as bounds and, under an assumption, as intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.reports.audit.say import METRICS, bounds_said, range_said, share_said
from baserate.reports.charts.rows import Axis, IntervalRow, Intervals
from baserate.reports.document import Column, Figure, Note, Paragraph, Section, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from baserate.audit.bounds import Bounds, SearchTotals
    from baserate.audit.result import AuditResult
    from baserate.reports.document import Block


def section(result: AuditResult) -> Section:
    """Build the section."""
    found = result.supports
    text = (
        "The same false alerts are few per face seen, more per search and many per alert. Which one a force publishes "
        "is a choice; here are all that the log gives. Where truth is open, both ends are given."
    )
    shares = Table(
        "Alerts and false alerts by each denominator",
        (Column("share"), Column("value")),
        tuple((share.name, share_said(share)) for share in found.shares),
    )  # fmt: skip
    blocks: list[Block] = [Paragraph(text), shares, _counts(found.totals), *_rates(found.bounds)]
    return Section("errors", "What the log says about errors", tuple(blocks))


def _counts(totals: SearchTotals) -> Table:
    rows = (
        ("alerts on the right person", totals.alert_true),
        ("alerts on somebody else, of people who are enrolled", totals.alert_wrong),
        ("alerts on people who are not enrolled", totals.alert_nonmated),
        ("alerts whose truth is open", totals.alert_open),
        ("no alert, of people who are enrolled", totals.quiet_mated),
        ("no alert, of people who are not enrolled", totals.quiet_nonmated),
        ("no alert, and it is open who was searched", totals.quiet_open),
    )
    listed = tuple((what, f"{n:,}") for what, n in rows)
    return Table("Live searches by what was established", (Column("live searches"), Column("n", numeric=True)), listed)


def _rates(bounds: Sequence[Bounds]) -> list[Block]:
    columns = (Column("rate"), Column("of what"), Column("best to worst case"), Column("open", numeric=True),
               Column("interval, if truth was sought at random"))  # fmt: skip
    rows = tuple(
        (*METRICS[b.metric], bounds_said(b), f"{b.n_open:,}",
         f"{range_said(*b.interval)} ({b.level:.0%})" if b.interval else "cannot be given")
        for b in bounds
    )  # fmt: skip
    table = Table("Error rates", columns, rows)
    drawn = [row for bound in bounds for row in _drawn(bound)]
    shown: Block = table
    if drawn:
        caption = (
            "Long bars: everything that the open rows could make of the rate. Short bars, where there are any: the "
            "interval under the assumption below. No bar has a middle, for the log gives none."
        )
        alternative = "; ".join(f"{row.label} {row.said}" for row in drawn) + "."
        axis = Axis("rate", log=False, probability=True)
        shown = Figure("bounds", "Error rates as far as the log gives them", caption, alternative,
                       Intervals(tuple(drawn), axis), table)  # fmt: skip
    note = Note(
        f"The intervals assume that {bounds[0].assumption}. Alerts are checked far more often than searches without "
        "one, and mostly those that led somewhere, so that this is seldom true; best and worst cases assume nothing."
    )
    return [shown, note]


def _drawn(bound: Bounds) -> list[IntervalRow]:
    if bound.low is None or bound.high is None:
        return []
    short = METRICS[bound.metric][0]
    rows = [IntervalRow(short, None, bound.low, bound.high, range_said(bound.low, bound.high), "best to worst case")]
    if bound.interval is not None and bound.n_open:
        low, high = bound.interval
        rows.append(
            IntervalRow("if sought at random", None, low, high, range_said(low, high), f"{bound.level:.0%} interval")
        )
    return rows
