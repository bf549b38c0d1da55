"""Every result shows itself in a notebook, and text from files stays text."""

from html.parser import HTMLParser

import pytest
from tests.inputs.log_rows import rows, write_csv

from baserate.audit.run import audit
from baserate.estimates import Estimate, Estimates, Measurement
from baserate.inputs.logs import read_log
from baserate.models.scenario import load_scenario
from baserate.notebook import MOST_ROWS, table_html
from baserate.outcomes.expect import expected_worlds
from baserate.outcomes.record import results_of

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


def test_every_result_is_a_table_of_plain_text(findings):
    scenario = load_scenario("mobile-fortify")
    for shown in (of_estimates(), of_estimates().estimates, of_estimates().estimates[0], findings, scenario,
                  results_of(expected_worlds(scenario, n_draws=8))):  # fmt: skip
        text = shown._repr_html_()
        assert Tags(text).found == {"table", "caption", "thead", "tbody", "tr", "th", "td"}
        assert "<script" not in text


def test_hostile_text_is_shown_as_it_stands():
    assert "&lt;script&gt;" in of_estimates()._repr_html_()


def test_long_tables_say_that_they_go_on():
    text = table_html("Many", ["n"], ([n] for n in range(MOST_ROWS + 7)))
    assert text.count("<td>") == MOST_ROWS
    assert f"of {MOST_ROWS + 7}" in text
