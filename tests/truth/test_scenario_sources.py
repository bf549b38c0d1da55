"""What shipped scenarios cite is in the data that ship with them, and what they derive from it can be derived again."""

import csv
import io
import math
import re
from importlib import resources
from typing import Any

import pytest

from baserate.models.scenario import load_scenario, shipped_scenarios

DATA = resources.files("baserate.models") / "data"
LABORATORY_ALGORITHMS = ("nec-007", "nec-008", "nec-009", "nec-010", "nec-011")
NOT_IN_THE_TABLE = "elsewhere"


def rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((DATA / name).read_text(encoding="utf-8"))))


FACTS = {row["id"]: row for row in rows("reported_facts.csv")}
GROUPS = rows("nist_frte_1n_groups.csv")


def sources_of(name) -> Any:
    scenario = load_scenario(name)
    own = [parameter.source for parameter in scenario.parameters.values()]
    shared = scenario.table.sources
    return scenario, own, shared


@pytest.mark.parametrize("name", shipped_scenarios())
def test_every_fact_that_is_cited_is_there_with_its_article_and_publisher(name):
    _, own, shared = sources_of(name)
    cited = [(source.ids, source.title, source.publisher) for source in (*own, *shared.values()) if source.ids]
    assert cited
    for ids, title, publisher in cited:
        for fact in ids:
            assert fact in FACTS, f"{fact} is not in reported_facts.csv"
            assert (title, publisher) == (FACTS[fact]["article"], FACTS[fact]["publisher"]), fact


@pytest.mark.parametrize("name", shipped_scenarios())
def test_facts_mentioned_in_words_are_there(name):
    """Assumptions give their reasons with the numbers of facts, ``(S048)``."""
    scenario, own, _ = sources_of(name)
    words = " ".join([scenario.table.summary, *(source.title for source in own)])
    assert set(re.findall(r"\b[A-Z]\d{3}\b", words)) <= set(FACTS)


@pytest.mark.parametrize("name", shipped_scenarios())
def test_a_shared_source_named_by_a_fact_is_that_fact(name):
    for key, source in load_scenario(name).table.sources.items():
        if re.fullmatch(r"[A-Z]\d{3}", key):
            assert source.ids == [key]


def test_the_gallery_and_the_uses_are_the_reported_numbers():
    parameters = load_scenario("mobile-fortify").parameters
    assert "200 million images" in FACTS["S001"]["fact"]
    assert parameters["galleries.traveler_faces.size"].value == 200e6
    assert parameters["galleries.traveler_faces.size"].unit == "images"
    assert re.search(r"15[- ]year|15 years", FACTS["S043"]["fact"])
    assert parameters["retention.matched"].value == 15


def factors(algorithm: str, column: str) -> Any:
    """Rate of each group over the mean of the eight; false positives as hazards, as the decision on the scale says."""
    table = {
        f"{row['sex']}_{row['birth_region'].lower().replace(' ', '_')}": float(row[column])
        for row in GROUPS
        if row["algorithm"] == algorithm
    }
    assert len(table) == 8
    rates = {group: -math.log1p(-rate) if column == "fpir" else rate for group, rate in table.items()}
    mean = sum(rates.values()) / len(rates)
    return {group: rate / mean for group, rate in rates.items()}


@pytest.mark.parametrize(("factor", "column"), [("fmr_factor", "fpir"), ("miss_factor", "fnir")])
def test_group_factors_of_mobile_fortify_can_be_derived_again(factor, column):
    """The rule stands in the scenario's source frte_groups: the range over five versions of group over mean."""
    parameters = load_scenario("mobile-fortify").parameters
    by_version = [factors(algorithm, column) for algorithm in LABORATORY_ALGORITHMS]
    for group in by_version[0]:
        given = parameters[f"matcher.groups.{group}.{factor}"]
        derived = [version[group] for version in by_version]
        assert given.source.kind == "derived"
        assert (given.low, given.high) == (round(min(derived), 3), round(max(derived), 3)), group


@pytest.mark.parametrize("factor", ["fmr_factor", "miss_factor"])
@pytest.mark.parametrize("sex", ["female", "male"])
def test_people_born_elsewhere_span_the_table_for_their_sex(sex, factor):
    parameters = load_scenario("mobile-fortify").parameters
    table = [
        parameter
        for key, parameter in parameters.items()
        if key.startswith(f"matcher.groups.{sex}_") and key.endswith(factor) and NOT_IN_THE_TABLE not in key
    ]
    given = parameters[f"matcher.groups.{sex}_{NOT_IN_THE_TABLE}.{factor}"]
    assert len(table) == 4
    assert (given.low, given.high) == (min(p.low for p in table), max(p.high for p in table))


def test_a_rounded_figure_is_given_as_the_range_of_its_rounding():
    fnir = load_scenario("mobile-fortify").parameters["matcher.points[0].fnir"]
    (figure,) = re.findall(r"Printed as (\d\.\d+)", fnir.note)
    printed = float(figure)
    assert (fnir.low, fnir.high) == pytest.approx((printed - 0.5e-4, printed + 0.5e-4))
