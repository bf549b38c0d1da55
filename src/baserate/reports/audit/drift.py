"""Whether rates and thresholds stayed the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.audit.drift import LEVEL
from baserate.inputs.problems import count_of
from baserate.reports.audit.say import moment, range_said
from baserate.reports.document import Column, Note, Paragraph, Section, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from baserate.audit.drift import Drift, RateChange, ThresholdChange
    from baserate.audit.result import AuditResult
    from baserate.reports.document import Block


def section(result: AuditResult) -> Section:
    """Build the section."""
    found = result.supports
    blocks: list[Block] = [_searched(found.drift)]
    if found.rate_changes:
        blocks.append(_rates(found.rate_changes))
    if found.threshold_changes:
        blocks.append(_thresholds(found.threshold_changes))
    elif any(period.threshold_scales for period in found.periods):
        text = "The thresholds in use did not change from one period to the next, as far as the log records them."
        blocks.append(Paragraph(text))
    else:
        blocks.append(
            Paragraph("Whether the threshold changed cannot be told: no live search with a time records one.")
        )
    blocks.append(
        Note(
            "A change is the place where the periods before and after differ most, if so large a difference is rare "
            "when the same periods stand in random order. Over all series and looks, the chance of telling any change "
            f"where there is none is at most {LEVEL:.0%}. The method tells that a rate changed, never why: a slow "
            "drift or a season shows as a change too."
        )
    )
    return Section("drift", "Did rates and thresholds change?", tuple(blocks))


def _searched(drifts: Sequence[Drift]) -> Table:
    columns = (Column("rate"), Column("count", numeric=True), Column("periods"), Column("changes", numeric=True),
               Column("p-value of the first look", numeric=True))  # fmt: skip
    rows = tuple(
        (drift.series, f"{drift.count:,} of {drift.of:,}", drift.undefined or count_of(drift.periods, drift.unit),
         "" if drift.undefined else str(drift.changes), "" if drift.p_value is None else f"{drift.p_value:.2g}")
        for drift in drifts
    )  # fmt: skip
    return Table("What was searched for changes", columns, rows)


def _rates(changes: Sequence[RateChange]) -> Table:
    columns = (Column("rate"), Column("from"), Column("before"), Column("after"), Column("p-value", numeric=True))
    rows = tuple(
        (c.series, moment(c.start), f"{range_said(*c.before)} ({c.before_count:,} of {c.before_of:,})",
         f"{range_said(*c.after)} ({c.after_count:,} of {c.after_of:,})", f"{c.p_value:.2g}")
        for c in changes
    )  # fmt: skip
    return Table("Changes of rates, with 95% intervals", columns, rows)


def _thresholds(changes: Sequence[ThresholdChange]) -> Table:
    columns = (Column("from"), Column("system"), Column("scale"), Column("before"), Column("after"))
    rows = tuple(
        (
            moment(c.start),
            c.system,
            c.scale,
            ", ".join(f"{v:g}" for v in c.before),
            ", ".join(f"{v:g}" for v in c.after),
        )
        for c in changes
    )
    return Table("Changes of the thresholds in use", columns, rows)
