"""The report of the shipped scenario: everything the models write is shown in words."""

from dataclasses import asdict

import pytest
from tests.reports.made import figures
from tests.reports.test_sections import numbers

from baserate.models.scenario import load_scenario
from baserate.outcomes.curves import scenario_curves
from baserate.outcomes.expect import expected_worlds
from baserate.outcomes.names import OUTCOMES, PARTS_PREFIX, SIMULATED_PREFIX
from baserate.outcomes.record import results_of
from baserate.reports.build import document_of
from baserate.reports.charts import svg
from baserate.reports.charts.parts import ICONS
from baserate.reports.charts.rows import Parts
from baserate.reports.to_html import html_of
from baserate.reports.to_markdown import markdown_of


@pytest.fixture(scope="module")
def worlds():
    return expected_worlds(load_scenario("mobile-fortify"), n_draws=50)


@pytest.fixture(scope="module")
def shown(worlds):
    return document_of(results_of(worlds), scenario_curves(worlds))


def test_every_outcome_and_every_part_has_its_words_and_its_icon(worlds):
    names = {outcome.name.removeprefix(SIMULATED_PREFIX) for outcome in results_of(worlds).outcomes}
    assert names <= set(OUTCOMES)
    assert {name for name in OUTCOMES if name.startswith(PARTS_PREFIX)} == set(ICONS)


def test_all_pictures_are_there_and_compute_nothing(worlds, shown):
    drawn = {figure.name: figure for figure in figures(shown)}
    assert {"of_100_alerts", "of_1000_searches", "alert_is_wrong_by_enrolled_share", "fpir_by_gallery_size"} <= set(
        drawn
    )
    assert {"fpir_by_group", "fpir_over_everybodys_by_group", "fnir_by_group", "alert_is_wrong_by_group"} <= set(drawn)
    held = numbers(asdict(results_of(worlds))) | numbers(asdict(scenario_curves(worlds))) | {1000}
    assert all(numbers(asdict(figure.rows)) <= held for figure in drawn.values())


def test_the_parts_of_a_thousand_are_nearly_a_thousand(shown):
    """Medians of parts need not add up, but parts that were left out would show."""
    rows = next(figure.rows for figure in figures(shown) if isinstance(figure.rows, Parts))
    assert sum(part.value for part in rows.parts) == pytest.approx(1000, rel=0.1)


@pytest.mark.parametrize("width", [svg.WIDE, svg.NARROW])
def test_every_picture_can_be_drawn(shown, width):
    for figure in figures(shown):
        assert "NaN" not in svg.svg_of(figure.rows, width=width, name="x", alternative="y")


def test_both_forms_name_every_input(worlds, shown):
    page, text = html_of(shown, charts=False).replace("<wbr>", ""), markdown_of(shown).replace("\\", "")
    for row in results_of(worlds).parameters:
        assert row.key in page
        assert row.key in text
