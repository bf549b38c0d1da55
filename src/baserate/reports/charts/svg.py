"""From rows to SVG text that can stand in a page beside others."""

from __future__ import annotations

import re
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from baserate.reports.charts import CHARTS

if TYPE_CHECKING:
    from baserate.reports.charts.rows import ChartRows

WIDE, NARROW = 720, 346  # px: the page's column, and that of a phone 390 px wide
_SVG = "http://www.w3.org/2000/svg"
# The drawing is one picture with one description: its marks have no roles of their own.
_LEFT_OUT = ("class", "role", "aria-roledescription", "aria-hidden", "aria-label")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")


def can_draw() -> bool:
    """Tell whether the packages of the extra ``charts`` are there."""
    return all(find_spec(name) is not None for name in ("altair", "vl_convert"))


def svg_of(rows: ChartRows, *, width: int, name: str, alternative: str) -> str:
    """Draw rows as SVG text.

    Parameters
    ----------
    rows
        What to draw.
    width
        Width in pixels.
    name
        Unique in the page: the drawing's identifiers begin with it.
    alternative
        The chart in words.
    """
    import vl_convert

    chart = import_module(CHARTS[type(rows).__name__]).draw(rows, width=width)
    drawn = vl_convert.vegalite_to_svg(chart.to_dict(validate=False), allowed_base_urls=[])
    return _stand_alone(drawn, name=name, alternative=alternative)


def _stand_alone(drawn: str, *, name: str, alternative: str) -> str:
    """Make the identifiers the drawing's own, let it shrink with the page, and say what it shows.

    Parsed and not searched for patterns, so that a text in the drawing cannot be taken for an attribute.
    """
    ET.register_namespace("", _SVG)
    root = ET.fromstring(drawn)  # noqa: S314 - written by vl-convert a line above
    for element in root.iter():
        for key, value in list(element.attrib.items()):
            if key == "id":
                element.set(key, f"{name}-{value}")
            elif "url(#" in value:
                element.set(key, _REFERENCE.sub(rf"url(#{name}-\1)", value))
            elif key in _LEFT_OUT:
                del element.attrib[key]
    for key in ("width", "height"):
        del root.attrib[key]
    root.set("role", "img")
    root.set("aria-label", alternative)
    return ET.tostring(root, encoding="unicode")
