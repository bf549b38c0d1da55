"""The look that all charts share: colours that colour-blind readers tell apart, fonts, and how numbers stand on axes.

Nothing depends on colour alone: lines differ in dash, icons in shape, and what has a name bears it.
"""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING

import altair as alt

from baserate.reports import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from baserate.reports.charts.rows import Axis

# Okabe and Ito's palette (https://jfly.uni-koeln.de/color/).
BLUE, SKY, GREEN, ORANGE, VERMILION, PURPLE = "#0072B2", "#56B4E9", "#009E73", "#E69F00", "#D55E00", "#CC79A7"
INK, MUTED, FAINT, GROUND = "#1b1b1b", "#575757", "#d4d4d0", "#efefec"
# Liberation Sans, Arial and Helvetica have the same widths: text stands where it was measured.
FONT = "Helvetica, Arial, 'Liberation Sans', sans-serif"
TEXT, SMALL = 13, 12  # px; the same on a phone, where a chart is drawn anew and not shrunk
CHARACTER = 6.2  # px: a mean character of SMALL, a little generous
NARROW = 420  # px: a chart below this width is for a phone
FEW_TICKS = 3  # fewer tell nobody where on a logarithmic axis a point lies


# One object and not a chain of configure_...(), each of which copies the whole chart.
_LOOK = alt.Config(
    font=FONT,
    aria=False,
    view=alt.ViewConfig(stroke=None),
    text=alt.MarkConfig(fontSize=TEXT, color=INK),
    title=alt.TitleConfig(anchor="start", fontSize=SMALL, fontWeight="normal", color=MUTED),
    axis=alt.AxisConfig(
        labelFontSize=SMALL,
        titleFontSize=SMALL,
        labelColor=MUTED,
        titleColor=MUTED,
        titleFontWeight="normal",
        domainColor=MUTED,
        ticks=False,
        gridColor=FAINT,
        labelPadding=6,
        titlePadding=8,
    ),
)


def finish(
    layers: Sequence[alt.Chart], *, width: float, height: float, title: alt.TitleParams | None = None
) -> alt.LayerChart:
    """Lay layers over each other and give them a size and the shared look; under a title the size includes the axes."""
    return alt.LayerChart(
        layer=list(layers),
        title=alt.Undefined if title is None else title,
        width=width,
        height=height,
        padding=1,
        background="transparent",
        autosize=alt.AutoSizeParams(type="pad" if title is None else "fit", contains="padding"),
        config=_LOOK,
    )


def wrapped(text: str, *, width: float) -> list[str]:
    """Break a title into lines that fit a width in pixels."""
    return textwrap.wrap(text, max(12, int(width / CHARACTER)))


def scale_of(axis: Axis, low: float, high: float, *, exact: bool = False) -> alt.Scale:
    """Give the scale that holds ``low`` and ``high``: whole powers of ten where it is logarithmic and not ``exact``."""
    if not axis.log:
        top = 1.0 if high <= 0 or (axis.probability and high > 0.5) else high  # more than half: of the whole
        return alt.Scale(domain=[min(0.0, low), top], nice=top != 1.0)
    if exact and low < high:
        return alt.Scale(type="log", domain=[low, high], nice=False)
    exponents = _exponents(axis, low, high)
    return alt.Scale(type="log", domain=[10.0 ** exponents[0], 10.0 ** exponents[-1]], nice=False)


def axis_of(axis: Axis, low: float, high: float, *, most: int = 8, exact: bool = False) -> alt.Axis:
    """Give the axis with at most ``most`` ticks, in words: *1 in 1,000*, *100 million*."""
    if not axis.log:
        return alt.Axis(title=None, format="%" if axis.probability else ",~f", tickCount=5)
    ticks = _ticks(axis, low, high, exact=exact)
    ticks = ticks[:: -math.ceil(len(ticks) / most)]
    said = ",".join(repr(_tick(tick, axis)) for tick in ticks)
    return alt.Axis(title=None, values=ticks, labelExpr=f"[{said}][indexof({ticks}, datum.value)]")


def _tick(value: float, axis: Axis) -> str:
    if axis.per_cent:
        return words.rate(value, per_cent=True).middle
    return words.chance(value) if axis.probability else words.count(value).middle


def _ticks(axis: Axis, low: float, high: float, *, exact: bool) -> list[float]:
    """List the powers of ten on an axis; twice and five times them too where they are few."""
    exponents = _exponents(axis, low, high)
    ends = (low, high) if exact and low < high else (10.0 ** exponents[0], 10.0 ** exponents[-1])
    for steps in ((1,), (1, 2, 5)):
        ticks = [step * 10.0**power if power >= 0 else step / 10.0**-power for power in exponents for step in steps]
        on_axis = [tick for tick in ticks if ends[0] * (1 - 1e-9) <= tick <= ends[1] * (1 + 1e-9)]
        if len(on_axis) >= FEW_TICKS:
            break
    return on_axis


def _exponents(axis: Axis, low: float, high: float) -> list[int]:
    """List the powers of ten that enclose a range; a probability ends at one."""
    first = math.floor(math.log10(low) + 1e-9)
    last = max(math.ceil(math.log10(high) - 1e-9), first + 1)
    if not axis.probability:
        return list(range(first, last + 1))
    return list(range(min(first, -1), min(last, 0) + 1))
