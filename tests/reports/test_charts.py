"""What would be drawn: places, words and shapes, read back from the SVG."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from importlib import import_module

import pytest
from tests.reports import audit_made
from tests.reports.made import HOSTILE, document, figures

from baserate.reports import words
from baserate.reports.charts import CHARTS, svg
from baserate.reports.charts.lines import Y_AXIS
from baserate.reports.charts.rows import (
    Axis,
    ChartRows,
    Grids,
    IntervalRow,
    Intervals,
    Line,
    LinePoint,
    Lines,
    Panel,
    Part,
    Parts,
    Place,
    Span,
    Timeline,
    TimePanel,
)
from baserate.reports.charts.theme import TEXT

WIDTHS = [svg.WIDE, svg.NARROW]
PROBABILITY = Axis("Rate", log=True, probability=True)


def drawn(rows: ChartRows, *, width: int = svg.WIDE, name: str = "x") -> ET.Element:
    return ET.fromstring(svg.svg_of(rows, width=width, name=name, alternative="what it shows"))  # noqa: S314 - our own


def texts(root: ET.Element) -> list[str]:
    return [element.text or "" for element in root.iter() if element.tag.endswith("}text")]


def filled(root: ET.Element, colour: str) -> list[ET.Element]:
    return [element for element in root.iter() if element.get("fill") == colour and element.get("d")]


def grids(*shares: float) -> Grids:
    return Grids(tuple(Panel("end", f"{share}", share) for share in shares), "wrong")


def interval(label: str, low: float, value: float, high: float) -> IntervalRow:
    return IntervalRow(label, value, low, high, f"said {value}", "the range")


def lines(*points: tuple[float, float, float, float], log: bool = True) -> Lines:
    line = Line("a line", tuple(LinePoint(*point) for point in points))
    return Lines((line,), (Place(2.0, "here"),), (1.5, 2.5), Axis("x", log, False), replace(PROBABILITY, log=log))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("figure", figures(document()), ids=lambda figure: figure.name)
def test_every_figure_is_one_picture_with_one_description(figure, width):
    root = drawn(figure.rows, width=width)
    assert (root.get("role"), root.get("aria-label")) == ("img", "what it shows")
    assert not [e for e in root.iter() if e is not root and (e.get("role") or e.get("aria-roledescription"))]
    assert not [e for e in root.iter() if e.get("style") or e.tag.endswith(("}script", "}image", "}a", "}style"))]
    assert float(root.get("viewBox", "").split()[2]) == pytest.approx(width, abs=4)


@pytest.mark.parametrize("name", ["timeline", "retention", "bounds"])
@pytest.mark.parametrize("width", WIDTHS)
def test_an_audit_is_drawn_as_valid_vega_lite(name, width):
    figure = next(figure for figure in figures(audit_made.document()) if figure.name == name)
    import_module(CHARTS[type(figure.rows).__name__]).draw(figure.rows, width=width).to_dict(validate=True)
    assert all(panel.title in texts(drawn(figure.rows, width=width)) for panel in getattr(figure.rows, "panels", ()))


@pytest.mark.parametrize("figure", figures(document()), ids=lambda figure: figure.name)
def test_what_is_drawn_is_valid_vega_lite(figure):
    """Drawing a report leaves this out, because it takes longer than the drawing."""
    import_module(CHARTS[type(figure.rows).__name__]).draw(figure.rows, width=svg.WIDE).to_dict(validate=True)


@pytest.mark.parametrize("figure", figures(document()), ids=lambda figure: figure.name)
def test_the_same_rows_give_the_same_bytes(figure):
    one, other = (svg.svg_of(figure.rows, width=720, name="x", alternative="y") for _ in range(2))
    assert one == other


def test_every_kind_of_rows_has_its_chart():
    shown = [*figures(document()), *figures(audit_made.document())]
    assert {type(figure.rows).__name__ for figure in shown} == set(CHARTS)


@pytest.mark.parametrize("share", [0.0, 0.003, 0.5, 0.6291, 1.0])
def test_filled_squares_have_the_area_of_the_share(share):
    """The last square is filled in part, so nothing is rounded."""
    canvas = drawn(grids(share))
    whole = sum(_area(path) for path in filled(canvas, "white")) or None
    part = sum(_area(path) for path in filled(canvas, "#D55E00"))
    assert whole is not None
    assert part / whole == pytest.approx(share, abs=2e-3)


def _area(path: ET.Element) -> float:
    """Area of a rectangle from its extremes: corners may be round."""
    shape = path.get("d", "")
    steps = [float(step) for step in re.findall(r"[hvHV](-?[\d.]+)", shape)]
    if re.search("[CA]", shape):  # absolute corners
        pairs = [(float(a), float(b)) for a, b in re.findall(r"(-?[\d.]+),(-?[\d.]+)", shape)]
        xs, ys = [x for x, _ in pairs], [y for _, y in pairs]
        return (max(xs) - min(xs)) * (max(ys) - min(ys))
    return abs(steps[0] * steps[1]) if len(steps) > 1 else 0.0


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("values", [(10.2, 0.3, 989.7), (0.0, 0.0, 1000.0), (400.4, 500.4, 0.4), (333.3, 333.3, 333.3)])
def test_a_thousand_icons_whatever_the_parts(values, width):
    parts = tuple(Part(f"per_1000_{n}", f"part {n}", v, None, None, "s", "") for n, v in enumerate(values))
    root = drawn(Parts(parts), width=width)
    symbols = [e for e in root.iter() if e.get("aria-label") is None and e.get("d") and e.get("transform")]
    assert len(symbols) == 1000 + len(values)  # and one beside each name
    assert all(f"part {n}" in texts(root) for n in range(3))


@pytest.mark.parametrize("width", WIDTHS)
def test_groups_are_named_beside_their_bars(width):
    rows = Intervals((interval("one", 0.001, 0.01, 0.2), interval("other", 0.01, 0.05, 0.5)), PROBABILITY)
    found = texts(drawn(rows, width=width))
    assert {"one", "other", "said 0.01", "1 in 1,000", "1 in 10", "all"} <= set(found)


def test_extreme_intervals_can_be_drawn():
    for log in (True, False):
        axis = replace(PROBABILITY, log=log)
        assert texts(drawn(Intervals((interval("certain", 1.0, 1.0, 1.0), interval("b", 1.0, 1.0, 1.0)), axis)))
        assert texts(drawn(Intervals((interval("tiny", 1e-12, 1e-9, 1e-9), interval("b", 1e-9, 1e-3, 1.0)), axis)))
    never = (interval("never", 0.0, 0.0, 0.0), interval("nor", 0.0, 0.0, 0.0))
    assert "never" in texts(drawn(Intervals(never, replace(PROBABILITY, log=False))))
    counts = Axis("Actions", log=True, probability=False)
    assert "10 million" in texts(drawn(Intervals((interval("many", 3e5, 4e6, 9e6), interval("b", 1, 2, 3)), counts)))


def test_a_long_name_is_shortened_and_does_not_reach_the_bars():
    rows = Intervals(
        (interval("name " * 40, 0.1, 0.2, 0.3), interval("b", 0.1, 0.2, 0.3)), replace(PROBABILITY, log=False)
    )
    assert any(text.endswith("…") for text in texts(drawn(rows)))


@pytest.mark.parametrize("width", WIDTHS)
def test_lines_name_places_and_shade_what_is_not_supported(width):
    root = drawn(lines((1, 0.1, 0.01, 0.2), (3, 0.2, 0.1, 0.5)), width=width)
    assert {"here", "beyond the data", "Rate", "x"} <= set(texts(root))
    assert len(filled(root, "#efefec")) == 2


@pytest.mark.parametrize("width", WIDTHS)
def test_lines_are_named_above_the_drawing_where_no_band_can_lie(width):
    one = lines((1, 0.1, 0.01, 0.2), (3, 0.2, 0.1, 0.5))
    named = (replace(one.lines[0], label="as it is"), replace(one.lines[0], label="the other"))
    chart = import_module(CHARTS["Lines"]).draw(replace(one, lines=named), width=width).to_dict()
    written = [layer["encoding"]["y"] for layer in chart["layer"] if layer["mark"]["type"] == "text"]
    above = [y["value"] for y in written if isinstance(y.get("value"), float | int)]
    assert len(set(above)) == 3  # the place and both names, each on a line of its own
    assert max(above) < 0  # 0 is the upper edge of the drawing
    assert [y for y in written if "field" in y] == []
    assert {"as it is", "the other"} <= set(texts(drawn(replace(one, lines=named), width=width)))


@pytest.mark.parametrize(
    "points",
    [
        [(1, 0.0, 0.0, 0.0), (3, 0.2, 0.0, 0.5)],
        [(1, 0.0, 0.0, 0.0), (3, 0.0, 0.0, 0.0)],
        [(0, 0.1, 0.1, 0.1), (3, 0.2, 0.1, 0.5)],
        [(2, 0.1, 0.1, 0.1)],
    ],
    ids=["zero low", "all zero", "x zero", "one point"],
)
def test_zero_on_a_logarithmic_axis_can_be_drawn(points):
    root = drawn(lines(*points))
    assert not [e for e in root.iter() if "NaN" in e.get("d", "") + e.get("transform", "")]


@pytest.mark.parametrize("width", WIDTHS)
def test_moments_too_near_for_a_name_each_share_one(width):
    panel = TimePanel("Searches", "", (Span(0.0, 100.0, 0.0, 5.0),))
    near = tuple(Place(float(x), letter) for x, letter in ((10, "A"), (11, "B"), (12, "C"), (60, "D")))
    found = texts(drawn(Timeline((panel,), near, (Place(0.0, "start"),)), width=width))
    assert [text for text in found if text in ("A", "B", "C", "D", "A–C")] == ["A–C", "D"]


def test_identifiers_do_not_collide():
    rows = lines((1, 0.1, 0.01, 0.2), (3, 0.2, 0.1, 0.5))
    first, second = ({e.get("id") for e in drawn(rows, name=name).iter()} - {None} for name in ("a", "b"))
    assert not first & second


def test_a_hostile_name_is_text():
    root = drawn(Intervals((interval(HOSTILE, 0.1, 0.2, 0.3), interval("b", 0.1, 0.2, 0.3)), PROBABILITY))
    assert any(text.startswith("<img") for text in texts(root))
    raw = svg.svg_of(grids(0.5), width=720, name="x", alternative=HOSTILE)
    assert "<img" not in raw
    assert ET.fromstring(raw).get("aria-label") == HOSTILE  # noqa: S314 - our own


def test_a_text_that_looks_like_an_identifier_stays_as_it_is():
    text = 'id="clip0" url(#clip0)'
    rows = Grids((Panel(text, "1", 0.5),), "wrong")
    assert text in texts(drawn(rows))


def test_a_title_too_long_for_a_phone_is_broken_and_not_cut():
    long = "Share of the people searched who are enrolled in the gallery and in no other one"
    rows = replace(lines((1, 0.1, 0.01, 0.2), (3, 0.2, 0.1, 0.5)), x=Axis(long, False, False))
    found = texts(drawn(rows, width=svg.NARROW)) + [
        element.text or "" for element in drawn(rows, width=svg.NARROW).iter() if element.tag.endswith("}tspan")
    ]
    assert long not in found
    assert {word for text in found for word in text.split()} >= set(long.split())


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("at", [(3e-4, 1e-3, 1e-2), (1e-3, 1e-2, 0.1), (0.05, 0.08, 0.1), (1e-4, 2e-4), (0.002, 0.003)])
def test_no_line_of_a_place_runs_through_the_name_of_another(at, width):
    points = (LinePoint(1e-4, 0.5, 0.4, 0.6), LinePoint(0.1, 0.1, 0.05, 0.2))
    places = tuple(Place(x, f"asked: {words.rate(x)}") for x in at)
    root = drawn(Lines((Line("a", points),), places, None, Axis("x", True, True), PROBABILITY), width=width)
    tops = [_moved(e) for e in root.iter() if e.get("stroke-dasharray") == "3,3"]
    names = [e for e in root.iter() if (e.text or "").startswith("asked")]
    assert len(tops) == len(names) == len(at)
    for name in names:
        x, y = _moved(name)
        long = 5.8 * len(name.text or "")
        left = x - long if name.get("text-anchor") == "end" else x
        assert not [to for to, top in tops if left < to < left + long and top < y - TEXT], name.text
        assert -Y_AXIS < left < left + long < width


def _moved(element: ET.Element) -> tuple[float, float]:
    found = re.match(r"translate\(([-\d.]+),([-\d.]+)\)", element.get("transform", ""))
    assert found
    return float(found[1]), float(found[2])


@pytest.mark.parametrize(("low", "high"), [(0.2, 0.75), (0.0099, 0.0997), (3e-7, 0.5), (0.02, 0.03)])
def test_a_logarithmic_axis_of_chances_has_three_ticks_of_one_form(low, high):
    points = (LinePoint(low, high, high, high), LinePoint(high, low, low, low))
    rows = Lines((Line("a", points),), (), None, replace(PROBABILITY, title="x"), replace(PROBABILITY, title="y"))
    said = [text for text in texts(drawn(rows)) if text not in ("x", "y")]
    assert len(said) >= 5
    assert all(text == "all" or " in " in text for text in said)


def test_words_on_the_shade_stand_before_the_line_of_a_place():
    rows = lines((1, 0.1, 0.1, 0.1), (2, 0.2, 0.2, 0.2), (3, 0.3, 0.3, 0.3))
    root = drawn(replace(rows, places=(Place(2.9, "here"),)))
    order = list(root.iter())
    (line,) = [at for at, e in enumerate(order) if e.get("stroke-dasharray") == "3,3"]
    behind, written = [at for at, e in enumerate(order) if e.text == "beyond the data"]
    assert line < behind < written
    assert (order[behind].get("stroke"), order[written].get("stroke")) == ("#efefec", None)


def test_a_bar_beyond_the_axis_ends_in_an_arrow():
    rows = Intervals((interval("a", 1e-30, 0.02, 0.1), interval("b", 0.01, 0.02, 5.0)), PROBABILITY, ends=(1e-3, 1.0))
    root = drawn(rows)
    arrows = [e.get("transform", "") for e in root.iter() if e.get("fill") == "#1b1b1b" and "L" in (e.get("d") or "")]
    assert len(arrows) == 2
    assert not [text for text in texts(root) if "trillion" in text]


def test_ticks_are_said_as_the_rates_beside_them_are():
    rows = Intervals((interval("a", 0.001, 0.02, 0.5),), replace(PROBABILITY, per_cent=True))
    assert {"0.1%", "1%", "10%", "all"} <= set(texts(drawn(rows)))
