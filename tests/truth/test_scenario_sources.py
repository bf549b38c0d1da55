"""What shipped scenarios cite is in the data that ship with them, and what they derive from it can be derived again."""

import csv
import io
import math
import re
import statistics
from importlib import resources
from typing import Any

import pytest

from baserate.models.scenario import load_scenario, shipped_scenarios

DATA = resources.files("baserate.models") / "data"
LABORATORY_ALGORITHMS = {
    "open-web-gallery": ("clearviewai-000", "clearviewai-001", "clearviewai-002", "clearviewai-003"),
}
NEC = ("nec-007", "nec-008", "nec-009", "nec-010", "nec-011")
FROM_THE_TABLE = [name for name in shipped_scenarios() if "frte_groups" in load_scenario(name).table.sources]
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


@pytest.mark.parametrize("name", ["mobile-fortify", "multimodal-store"])
def test_the_fingerprint_rates_are_the_limits_that_are_quoted(name):
    """FNIR 1.5 % at FPIR 0.1 %; a limit quoted by somebody else is no publication of a result."""
    parameters = load_scenario(name).parameters
    (modality,) = {key.split(".")[1] for key in parameters if key.startswith("modalities.finger_")}
    rates = [parameters[f"modalities.{modality}.matcher.points[0].{rate}"] for rate in ("fpir", "fnir")]
    assert [rate.value for rate in rates] == [0.001, 0.015]
    assert {rate.source.kind for rate in rates} == {"reported"}
    assert all("quoted from" in rate.source.locator for rate in rates)


def test_the_stores_of_people_are_no_larger_than_reported():
    assert "more than 270 million individuals" in FACTS["S004"]["fact"]
    prints = load_scenario("mobile-fortify").parameters["galleries.fingerprint_store.size"]
    assert (prints.value, prints.unit, prints.source.ids) == (270e6, "individuals", ("S004",))
    store = load_scenario("multimodal-store")
    sizes = [store.parameters[f"galleries.{name}.size"] for name in store.searched_galleries]
    assert len(sizes) == 4
    assert all(size.high <= 270e6 and "S004" in size.source.title for size in sizes[:3])


def test_no_rate_of_irises_and_gaits_claims_to_be_published():
    parameters = load_scenario("multimodal-store").parameters
    rates = [key for key in parameters if key.startswith(("modalities.iris.matcher", "modalities.gait.matcher"))]
    assert len(rates) == 12
    assert {parameters[key].source.kind for key in rates} == {"assumed"}


def test_the_faces_of_the_store_span_the_better_half_of_the_table():
    """The rule stands in the source frte_table: lowest and median FNIR of those that were run at 12 million."""
    found = [float(row["fnir_at_fpir_0.003_n12000000"] or "nan") for row in rows("nist_frte_1n_mugshot.csv")]
    known = [rate for rate in found if not math.isnan(rate)]
    fnir = load_scenario("multimodal-store").parameters["matcher.points[0].fnir"]
    assert f"{len(known)} algorithms" in fnir.source.locator
    assert (fnir.low, fnir.high) == (min(known), statistics.median(known))


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


@pytest.mark.parametrize("name", FROM_THE_TABLE)
@pytest.mark.parametrize(("factor", "column"), [("fmr_factor", "fpir"), ("miss_factor", "fnir")])
def test_group_factors_can_be_derived_again(name, factor, column):
    """The rule stands in the scenario's source frte_groups: the range over the versions of group over mean."""
    parameters = load_scenario(name).parameters
    by_version = [factors(algorithm, column) for algorithm in LABORATORY_ALGORITHMS.get(name, NEC)]
    for group in by_version[0]:
        given = parameters[f"matcher.groups.{group}.{factor}"]
        derived = [version[group] for version in by_version]
        assert given.source.kind == "derived"
        assert (given.low, given.high) == (round(min(derived), 3), round(max(derived), 3)), group


@pytest.mark.parametrize("name", FROM_THE_TABLE)
@pytest.mark.parametrize("factor", ["fmr_factor", "miss_factor"])
@pytest.mark.parametrize("sex", ["female", "male"])
def test_people_born_elsewhere_span_the_table_for_their_sex(name, sex, factor):
    parameters = load_scenario(name).parameters
    table = [
        parameter
        for key, parameter in parameters.items()
        if key.startswith(f"matcher.groups.{sex}_") and key.endswith(factor) and NOT_IN_THE_TABLE not in key
    ]
    given = parameters[f"matcher.groups.{sex}_{NOT_IN_THE_TABLE}.{factor}"]
    assert len(table) == 4
    assert (given.low, given.high) == (min(p.low for p in table), max(p.high for p in table))


ROUNDED = [
    (name, key)
    for name in shipped_scenarios()
    for key, parameter in load_scenario(name).parameters.items()
    if re.match(r"Printed as \d", parameter.note)
]


@pytest.mark.parametrize(("name", "key"), ROUNDED)
def test_a_rounded_figure_is_given_as_the_range_of_its_rounding(name, key):
    """Printed as a rate, or as the per cent that were found."""
    fnir = load_scenario(name).parameters[key]
    (figure, percent) = re.findall(r"Printed as ([\d.]+)( %)?", fnir.note)[0]
    printed = 1.0 - float(figure) / 100.0 if percent else float(figure)
    half = 0.005 if percent else 0.5e-4
    assert (fnir.low, fnir.high) == pytest.approx((printed - half, printed + half))


def test_the_laboratory_figures_are_those_of_the_named_algorithms():
    table = {row["algorithm"]: row for row in rows("nist_frte_1n_mugshot.csv")}
    points = load_scenario("open-web-gallery").parameters
    newest = table["clearviewai_003"]
    for index, column in enumerate(("fnir_at_fpir_0.003_n1600000", "fnir_at_fpir_0.003_n12000000")):
        fnir = points[f"matcher.points[{index}].fnir"]
        assert (fnir.low + fnir.high) / 2 == pytest.approx(float(newest[column]))


def test_factors_of_custody_images_follow_from_the_printed_rates():
    """Hazard of each group over that of white subjects."""
    parameters = load_scenario("custody-images").parameters
    printed = {"white": 0.0004, "asian": 0.040, "black_men": 0.004, "black_women": 0.099}
    for group, rate in printed.items():
        factor = math.log1p(-rate) / math.log1p(-printed["white"])
        assert parameters[f"matcher.groups.{group}.fmr_factor"].value == pytest.approx(factor, rel=1e-3), group
