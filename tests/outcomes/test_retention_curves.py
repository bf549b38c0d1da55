"""The pictures of retention hold what the formulas say, world by world."""

import pytest
from click.testing import CliRunner

from baserate.cli.main import main
from baserate.errors import InputError
from baserate.models.scenario import load_scenario, override
from baserate.outcomes.retention import LIMITS, retention
from baserate.outcomes.retention_curves import FAILURES, GROWTHS, retained
from baserate.reports.document import Figure
from baserate.reports.sections.retention import sections

SCENARIO = load_scenario("mobile-fortify")
YEARS = 30


@pytest.fixture(scope="module")
def found():
    return retained(SCENARIO, years=YEARS)


def at(held, limit, kind, year=YEARS):
    return next(one for one in held if (one.limit, one.kind, one.year) == (limit, kind, year))


def test_no_failing_deletion_is_what_the_scenario_gives_without_them(found):
    clean = retention(override(SCENARIO, [f"{FAILURES}=0"]), years=(1, YEARS))
    for one in clean:
        assert at(found.clean, one.limit, one.kind, one.year).stock == one.stock
        assert at(found.clean, one.limit, one.kind, one.year).years_held == one.years_held


def test_steady_use_is_one_of_the_growths(found):
    assert [growth for growth, _ in found.by_growth] == sorted(GROWTHS)
    steady = dict(found.by_growth)[0.0]
    assert at(steady, "scenario", "records").stock == at(found.held, "scenario", "records").stock
    ends = [at(held, "scenario", "records").stock.value for _, held in found.by_growth]
    assert ends == sorted(ends)


def test_curves_begin_and_end_where_the_tables_do(found):
    curves = {curve.name: curve for curve in found.curves}
    titles = {limit.title: limit.name for limit in LIMITS}
    for series in curves["people_never_matched_by_year"].series:
        one = at(found.clean, titles[series.label], "people_never_matched")
        assert (series.points[-1].x, series.points[-1].value) == (YEARS, one.stock.value)
    for series in curves["people_never_matched_by_failure"].series:
        one = at(found.clean, titles[series.label], "people_never_matched")
        assert (series.points[0].x, series.points[0].value) == (0.0, one.stock.value)
        values = [point.value for point in series.points]
        assert values == sorted(values)


def test_limits_that_are_the_same_are_drawn_once(found):
    labels = [series.label for series in found.curves[0].series]
    assert labels == ["as the scenario has it", "31 days", "24 hours"]  # its own limit is 15 years


@pytest.mark.parametrize("years", [1, 6, 100])
def test_any_number_of_years(years):
    held = retained(SCENARIO, years=years).held
    assert max(one.year for one in held) == years
    assert min(one.year for one in held) == 1


def test_nothing_kept_has_a_page_too():
    """All limits but the longest are drawn by nothing that is above zero."""
    nothing = override(SCENARIO, ["retention.matched=0", "retention.unmatched=0", f"{FAILURES}=0"])
    made = sections(retained(nothing, years=5))
    assert [section.key for section in made] == ["retention", "years", "growth", "failures"]


def test_bounds_are_told():
    with pytest.raises(InputError, match="growth"):
        retained(SCENARIO, growth=9.0)


def test_the_page_names_every_limit_and_every_picture_has_its_table(found, tmp_path):
    blocks = [block for section in sections(found) for block in section.blocks]
    figures = [block for block in blocks if isinstance(block, Figure)]
    assert len(figures) == 5
    assert all(figure.table.rows and figure.alternative and figure.caption for figure in figures)
    done = CliRunner().invoke(main, ["retention", "mobile-fortify", "--years", "5", "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    text = (tmp_path / "retention.md").read_text(encoding="utf-8").replace("\\", "")
    assert all(f"| {limit.title} |" in text for limit in LIMITS)
