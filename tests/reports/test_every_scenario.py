"""The report of each shipped scenario opens: it has its pictures, asks for nothing, and can be parsed."""

from html.parser import HTMLParser

import pytest
from tests.reports.made import figures

from baserate.models.scenario import load_scenario, override, shipped_scenarios
from baserate.outcomes.break_even import break_even
from baserate.outcomes.curves import scenario_curves
from baserate.outcomes.expect import expected_worlds
from baserate.outcomes.record import results_of
from baserate.outcomes.retention import retention
from baserate.outcomes.weigh import Event, weigh
from baserate.reports.build import document_of
from baserate.reports.charts.svg import NARROW, svg_of
from baserate.reports.to_html import html_of
from baserate.reports.to_markdown import markdown_of


class Tags(HTMLParser):
    """Counts what is opened, and how deep it still is at the end."""

    VOID = frozenset({"meta", "link", "br", "wbr", "hr", "img", "input", "col"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        self.seen.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("name", shipped_scenarios())
def test_its_report_opens(name):
    worlds = expected_worlds(load_scenario(name), n_draws=20)
    document = document_of(results_of(worlds), scenario_curves(worlds))
    tags = Tags()
    tags.feed(html_of(document, charts=False))  # drawing them all is the first scenario's test
    tags.close()
    assert tags.open == []
    first = figures(document)[0]
    assert "<svg" in svg_of(first.rows, width=NARROW, name="x", alternative=first.alternative)
    assert not {"script", "iframe"} & set(tags.seen)
    text = markdown_of(document).replace("\\", "")
    assert worlds.scenario.table.question in text
    assert all(line in text for line in worlds.scenario.table.unknown)


@pytest.mark.parametrize("name", shipped_scenarios())
def test_break_even_weighing_and_retention_have_an_answer(name):
    scenario = override(load_scenario(name), ["matcher.heterogeneity=0"])
    assert break_even(scenario)
    assert weigh(scenario, Event())
    held = retention(scenario, years=(30,))
    assert all(one.stock.value is not None for one in held)


def test_a_store_by_status_holds_what_its_two_limits_say():
    """Half the people for 12 hours and half for 14 days, in years of use that has no end."""
    settings = ["retention.shorter_share=0.5", "retention.deletion_failure_share=0"]
    scenario = override(load_scenario("traveler-verification"), settings)
    (held,) = [one for one in retention(scenario, years=(5,)) if (one.limit, one.kind) == ("scenario", "records")]
    (same,) = [
        one
        for one in retention(scenario, years=(5,), short_share=0.5)
        if (one.limit, one.kind) == ("by_status", "records")
    ]
    assert held.stock.value == pytest.approx(same.stock.value, rel=1e-6)
