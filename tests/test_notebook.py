"""Every result shows itself in a notebook, and text from files stays text."""

from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from types import FunctionType

import numpy as np
import pytest
from tests.inputs.log_rows import rows, write_csv
from tests.public_results import public_results, returned

from baserate.audit.finding import Findings
from baserate.audit.run import audit
from baserate.estimates import Estimate, Estimates, Measurement, planning, tally_of_scores
from baserate.estimates.intervals import wilson
from baserate.estimates.planning import Plan, plan_below
from baserate.inputs import Reading, read_scores
from baserate.inputs.logs import read_log
from baserate.models.gallery_size import Extrapolation, Undefined
from baserate.models.many_points import fnir_of_each
from baserate.models.scenario import load_scenario
from baserate.models.score_extrapolation import GalleryForecast, ScoreSample, forecast_at_fpir
from baserate.models.tail import ParetoTail, pareto_tail
from baserate.notebook import MOST_ROWS, Shown, table_html
from baserate.outcomes.expect import expected_worlds
from baserate.outcomes.record import results_of
from baserate.outcomes.weigh import Weight

RESULTS = public_results()
HOSTILE = "<script>alert(1)</script>"


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found = set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        assert not attrs
        self.found.add(tag)


def of_estimates():
    one = Estimate("fmr", 0.1, 0.05, 0.2, n=10, method="wilson", group=(("sex", HOSTILE),))
    return Measurement(
        listed=False, estimates=Estimates([one]), differentials=Estimates(), trade_off=Estimates(),
        by_rank=Estimates(), problems=(), manifest={},
    )  # fmt: skip


@pytest.fixture
def findings(tmp_path):
    return audit(read_log(write_csv(tmp_path / "log.csv", rows(3))), packs=["standards"])


@pytest.mark.parametrize(("result", "function"), RESULTS.items(), ids=[one.__name__ for one in RESULTS])
def test_every_result_of_the_public_api_shows_itself(result, function):
    assert callable(getattr(result, "_repr_html_", None)), f"{result.__qualname__}, which {function} returns"


def test_the_walk_finds_results_and_would_find_one_that_does_not_show_itself():
    assert {Plan, Extrapolation, Undefined, GalleryForecast, ParetoTail, Reading, Findings, Estimates, Weight} <= set(
        RESULTS
    )

    @dataclass(frozen=True)
    class New:
        value: float

    New.__module__ = "baserate.estimates.planning"

    def answer() -> "New":
        return New(0.5)

    assert isinstance(answer, FunctionType)
    answer.__module__, planning.New = "baserate.estimates.planning", New  # type: ignore[attr-defined]
    try:
        assert list(returned(answer)) == [New]
    finally:
        del planning.New  # type: ignore[attr-defined]
    assert not hasattr(New, "_repr_html_")


@pytest.fixture
def shown(tmp_path, findings):
    """One of each kind, as users come by them."""
    scenario = load_scenario("mobile-fortify")
    rng = np.random.default_rng(1)
    scores = tmp_path / "scores.csv"
    scores.write_text("mated,score\n1,0.9\n0,0.1\n", encoding="utf-8")
    given, undefined = fnir_of_each([0.01, None], to_gallery_size=10_000_000)
    sample = ScoreSample(rng.normal(size=2000), rng.normal(4, 1, size=200), 1000, dispersion=1.0)
    return {
        "measurement": of_estimates(), "estimates": of_estimates().estimates, "estimate": of_estimates().estimates[0],
        "findings": findings, "scenario": scenario, "results": results_of(expected_worlds(scenario, n_draws=8)),
        "plan": plan_below(0.001), "extrapolation": given, "undefined": undefined,
        "forecast": forecast_at_fpir(sample, 2000, fpir=0.01), "tail": pareto_tail(rng.normal(size=2000)),
        "reading": read_scores(scores), "finding": findings[0], "interval": wilson(3, 100),
        "tally": tally_of_scores(np.array([0.9]), np.array([0.1])),
    }  # fmt: skip


def test_every_result_is_a_table_of_plain_text(shown):
    for one in shown.values():
        text = one._repr_html_()
        assert Tags(text).found == {"table", "caption", "thead", "tbody", "tr", "th", "td"}
        assert "<script" not in text
        assert " object at 0x" not in text


@pytest.mark.parametrize(("name", "told"), [
    ("plan", ["2,995", "a rate below 0.001 with 95 % confidence", "rule of 3", "rule of 30"]),
    ("extrapolation", ["fnir", " to ", "10,000,000"]),
    ("undefined", ["fnir", "10,000,000", "reason"]),
    ("forecast", ["threshold", "fpir", "fnir", "0.01", "2,000", " to "]),
    ("tail", ["Pareto tail", "shape", "scale"]),
    ("reading", ["comparisons", "mated, score", "scores.csv"]),
    ("interval", ["low", "high", "wilson_careful"]),
    ("tally", ["2 numbers, 0.1 to 0.9"]),
])  # fmt: skip
def test_a_result_tells_its_value_its_range_or_its_reason(shown, name, told):
    text = shown[name]._repr_html_()
    assert [part for part in told if part not in text] == []
    if name == "undefined":
        assert escape(shown[name].reason) in text


@dataclass(frozen=True)
class Hostile(Shown):
    texts: tuple[str, ...]
    named: dict[str, str]
    deep: object


def test_hostile_text_in_any_field_is_shown_as_it_stands():
    text = Hostile((HOSTILE,), {HOSTILE: HOSTILE}, [[[[[HOSTILE]]]]])._repr_html_()
    assert Tags(text).found == {"table", "caption", "thead", "tbody", "tr", "th", "td"}
    assert text.count("&lt;script&gt;") == 4


def test_what_is_very_much_is_cut():
    text = Hostile(("x" * 100_000,), {}, list(range(100_000)))._repr_html_()
    assert len(text) < 2_000
    assert "and 99,988 more" in text


def test_hostile_text_is_shown_as_it_stands():
    assert "&lt;script&gt;" in of_estimates()._repr_html_()


def test_long_tables_say_that_they_go_on():
    text = table_html("Many", ["n"], ([n] for n in range(MOST_ROWS + 7)))
    assert text.count("<td>") == MOST_ROWS
    assert f"of {MOST_ROWS + 7}" in text
