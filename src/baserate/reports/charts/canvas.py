"""A drawing in pixels, made of Altair layers: for charts whose places are counted and not measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import altair as alt

from baserate.reports.charts.theme import INK, TEXT

if TYPE_CHECKING:
    from collections.abc import Sequence

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Canvas:
    """A drawing of a given size; the origin is the upper left corner and y grows downwards.

    Parameters
    ----------
    width, height
        Size in pixels.
    """

    width: float
    height: float

    def x(self, field: str = "x") -> alt.X:
        """Place a field of pixels on the horizontal."""
        return alt.X(f"{field}:Q", axis=None, scale=alt.Scale(domain=[0, self.width], nice=False))

    def y(self, field: str = "y") -> alt.Y:
        """Place a field of pixels on the vertical."""
        return alt.Y(f"{field}:Q", axis=None, scale=alt.Scale(domain=[0, self.height], nice=False, reverse=True))

    def rectangles(
        self, rows: Sequence[Row], *, fill: str, stroke: str | None = None, corner: float = 0.0
    ) -> alt.Chart:
        """Draw rows with ``x``, ``y``, ``x2`` and ``y2``."""
        mark = alt.Chart(alt.InlineData(list(rows))).mark_rect(
            fill=fill, stroke=stroke or fill, strokeWidth=0.0 if stroke is None else 1.0, cornerRadius=corner
        )
        made: alt.Chart = mark.encode(x=self.x(), y=self.y(), x2=alt.X2("x2:Q"), y2=alt.Y2("y2:Q"))
        return made

    def rules(self, rows: Sequence[Row], *, color: str, dash: Sequence[int] = (1, 0), thick: float = 1.0) -> alt.Chart:
        """Draw straight lines from each row's ``x`` and ``y`` to its ``x2`` and ``y2``."""
        mark = alt.Chart(alt.InlineData(list(rows))).mark_rule(
            color=color, strokeDash=list(dash), strokeWidth=thick, opacity=1.0
        )
        made: alt.Chart = mark.encode(x=self.x(), y=self.y(), x2=alt.X2("x2:Q"), y2=alt.Y2("y2:Q"))
        return made

    def symbols(
        self, rows: Sequence[Row], *, shape: str, size: float, fill: str, stroke: str | None = None
    ) -> alt.Chart:
        """Draw one symbol at each row's ``x`` and ``y``; ``size`` is its area."""
        mark = alt.Chart(alt.InlineData(list(rows))).mark_point(
            shape=shape,
            size=size,
            fill=fill,
            stroke=stroke or fill,
            strokeWidth=0.0 if stroke is None else 1.4,
            opacity=1.0,
        )
        made: alt.Chart = mark.encode(x=self.x(), y=self.y())
        return made

    def texts(
        self,
        rows: Sequence[Row],
        *,
        align: Literal["left", "center", "right"] = "left",
        size: float = TEXT,
        color: str = INK,
        bold: bool = False,
    ) -> alt.Chart:
        """Write each row's ``text`` with its middle height at ``y``."""
        mark = alt.Chart(alt.InlineData(list(rows))).mark_text(
            align=align, baseline="middle", fontSize=size, color=color, fontWeight="bold" if bold else "normal"
        )
        made: alt.Chart = mark.encode(x=self.x(), y=self.y(), text=alt.Text("text:N"))
        return made
