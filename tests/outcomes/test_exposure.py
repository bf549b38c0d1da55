"""What one search touches: counted by hand on the shipped scenario, and held to a second way of walking the graph."""

import json
import re
from dataclasses import replace
from functools import cache
from importlib import resources

import jsonschema
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from baserate.cli.main import main
from baserate.errors import InputError
from baserate.models.reported_facts import reported_facts
from baserate.models.scenario import load_scenario, override, shipped_scenarios
from baserate.models.scenario_schema import DataSourceTable, RoleTable
from baserate.models.stores import Store, catalogue, find_store
from baserate.outcomes.expect import expected_outcomes, expected_worlds
from baserate.outcomes.exposure import EVENTS, FILE, SEARCH, Exposure, exposure, surroundings
from baserate.outcomes.results import Outcome, from_json, read, to_json

SCENARIOS = {name: load_scenario(name) for name in shipped_scenarios()}
SCENARIO = SCENARIOS["mobile-fortify"]


@cache
def shipped(name, *add):
    return exposure(SCENARIOS[name], add=add)


def with_sources(*entries, roles=()):
    """The scenario with other data sources: (name, touched) each."""
    sources = [DataSourceTable(name=name, touched=touched, source="S001") for name, touched in entries]
    people = [RoleTable(name=name, source="S068") for name in roles]
    return replace(SCENARIO, table=SCENARIO.table.model_copy(update={"data_sources": sources, "roles": people}))


def known(outcome: Outcome) -> tuple[float, float, float]:
    assert outcome.value is not None
    assert outcome.low is not None
    assert outcome.high is not None
    return outcome.low, outcome.value, outcome.high


def touched(found, event):
    return next(one for one in found.touched if one.event == event)


# -- the catalogue ----------------------------------------------------------------------------------------------------


def test_every_entry_of_the_catalogue_is_reported_and_names_what_is_there():
    shelf = catalogue()
    entries = [*shelf.stores.values(), *shelf.flows, *shelf.entitlements.values(), *shelf.roles.values(), *shelf.access]
    assert all(set(entry.ids) <= set(reported_facts()) for entry in entries)
    unreported = {key for key, store in shelf.stores.items() if not store.ids}  # a scenario has their sources
    assert all(entry.ids for entry in entries if not isinstance(entry, Store))
    assert not unreported & {key for flow in shelf.flows for key in (flow.origin, flow.target)}
    assert not unreported & {one.store for one in shelf.access}
    assert all(set(store.record_types) <= set(shelf.record_types) for store in shelf.stores.values())
    assert all(store.needs is None or store.needs in shelf.entitlements for store in shelf.stores.values())
    assert all({flow.origin, flow.target} <= set(shelf.stores) for flow in shelf.flows)
    assert all(one.role in shelf.roles and one.store in shelf.stores for one in shelf.access)
    used = {kind for store in shelf.stores.values() for kind in store.record_types}
    assert used == set(shelf.record_types)


def test_no_name_leads_to_two_stores():
    names = [
        name.casefold()
        for key, store in catalogue().stores.items()
        for name in {n.casefold() for n in (key, store.title, *store.aliases)}
    ]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("key", "fact"), [("traveler-faces", "S001"), ("fingerprints", "S004")])
def test_sizes_are_those_of_the_facts(key, fact):
    size = catalogue().stores[key].size
    assert size is not None
    millions, unit = re.findall(r"(\d+) million (\w+)", reported_facts()[fact].fact)[0]
    assert (size.value, size.unit) == (int(millions) * 1_000_000, unit)


@pytest.mark.parametrize("name", SCENARIOS)
def test_shipped_scenarios_name_stores_that_the_catalogue_has_or_say_what_they_hold(name):
    for entry in SCENARIOS[name].table.data_sources:
        assert entry.store or find_store(entry.name) or entry.record_types, f"{entry.name}: add it to stores.toml"


# -- one search -------------------------------------------------------------------------------------------------------


def test_a_small_graph_counted_by_hand():
    found = exposure(with_sources(("face gallery", "every_search"), ("IDENT", "match"), ("super query", "on_request")))
    counts = {one.event: (len(one.asked), len(one.behind), len(one.written)) for one in found.touched}
    assert counts == {"non_match": (1, 3, 1), "match": (2, 3, 1), "on_request": (3, 3, 1)}
    assert len(touched(found, "on_request").record_types) == 1 + 1 + 7  # face, finger, and the seven that are reported


def test_a_proposed_link_is_not_touched_until_it_is_added():
    scenario = with_sources(("hotlist", "every_search"), ("HART", "proposed"))
    today, linked = exposure(scenario), exposure(scenario, add=["HART"])
    assert all("multimodal" not in one.stores for one in today.touched)
    assert all("multimodal" in one.asked for one in linked.touched)  # the catalogue has it touched in every search
    assert "fingerprints" in touched(linked, "non_match").behind  # what becomes it feeds it
    (gain,) = linked.gains
    assert gain.stores == ("multimodal", "fingerprints")
    assert gain == replace(today.gains[0], added=True)


def test_what_a_link_waits_for_can_be_said():
    found = exposure(with_sources(("hotlist", "every_search")), add=["broker:on_request"])
    assert ["broker" in touched(found, event).stores for event in EVENTS] == [False, False, True]


def test_what_a_search_leaves_behind_is_there_without_a_match():
    found = shipped("mobile-fortify")
    assert touched(found, "non_match").written == ("search-records",)
    assert "S044" in next(store.cited for store in found.stores if store.key == "search-records")


@pytest.mark.parametrize("name", SCENARIOS)
@pytest.mark.parametrize("event", EVENTS)
def test_reach_agrees_with_a_walk_along_the_links(name, event):
    """Back from the search over open links, one step at a time."""
    found = shipped(name, *(["broker"] if name == "mobile-fortify" else []))
    open_links = [one for one in found.links if one.open and one.when in EVENTS[event][1] and one.kind != "beside"]
    reached: set[str] = set()
    front = {SEARCH}
    while front:
        front = {link.source for link in open_links if link.target in front} - reached
        reached |= front
    assert reached == {*touched(found, event).asked, *touched(found, event).behind}


@pytest.mark.parametrize("name", SCENARIOS)
def test_more_events_never_touch_less(name):
    one, two, three = shipped(name).touched
    assert set(one.stores) <= set(two.stores) <= set(three.stores)
    assert set(one.record_types) <= set(two.record_types) <= set(three.record_types)


def test_a_search_leaves_nothing_where_nothing_is_kept():
    scenario = with_sources(("hotlist", "every_search"))
    for made, expected in (
        (["retention.unmatched=0"], [0, 1]),
        (["retention.unmatched=0", "retention.matched=0"], [0, 0]),
    ):
        found = exposure(override(scenario, made))
        assert [len(touched(found, event).written) for event in ("non_match", "match")] == expected


def test_an_entitlement_bars_a_role():
    found = shipped("mobile-fortify")
    officers = next(role for role in found.roles if role.key == "immigration-officers")
    assert officers.with_entitlement == ("super-query",)
    assert {"scraped-web", "sheriffs-iris", "plate-readers"} <= set(officers.beside)
    assert not set(officers.beside) & set(officers.by_search)


def test_a_store_of_ones_own_stands_for_itself():
    found = exposure(with_sources(("a parish register", "match"), roles=("a verger",)))
    store, kept = found.stores
    assert (store.title, store.record_types, store.size) == ("A parish register", (), None)
    assert touched(found, "match").undescribed == ("own/a parish register", "kept-records")
    assert kept.cited == ("S044",)
    assert found.roles[0].by_search == ("own/a parish register",)


NAMES = st.one_of(
    st.sampled_from([SEARCH, "role/a", "own/x", "hotlist", "Archive: part 2", "broker:match", "HART"]),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=40),
)


@given(
    st.lists(st.tuples(NAMES, st.sampled_from(["every_search", "match", "on_request", "proposed"])), max_size=5),
    st.lists(NAMES, max_size=3),
)
@settings(max_examples=60, deadline=None)
def test_any_names_will_do_and_none_is_taken_for_another(entries, roles):
    """No name is refused or loses its store, whatever it is called, and every proposed one can be added by its name."""
    state = surroundings(with_sources(*entries, roles=roles), ())
    searched = [store for store in state.stores.values() if store.place == "search" and store.key != "kept-records"]
    assert len(searched) == len({find_store(name) or " ".join(name.casefold().split()) for name, _ in entries})
    for store in searched:
        if store.when == "proposed":
            linked = surroundings(with_sources(*entries, roles=roles), [store.key])
            assert linked.stores[store.key].added


def test_a_key_that_the_catalogue_does_not_have_is_told(tmp_path):
    path = tmp_path / "a.toml"
    text = SCENARIO.text.replace('name = "hotlist"', 'name = "hotlist"\nstore = "hot-list"')
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"did you mean 'hotlist'\?") as raised:
        load_scenario(path)
    assert [problem.code for problem in raised.value.problems] == ["unknown-store"]


# -- people of the second degree --------------------------------------------------------------------------------------


def test_linked_people_are_the_assumed_number_times_the_matches():
    """With the range of the catalogue in every world, a year's are the matches' times it, world by world."""
    scenario = override(SCENARIO, ["encounters.searches_per_year=1000000"])
    (linked,) = exposure(scenario, add=["broker"]).linked
    alerts = next(o for o in expected_outcomes(expected_worlds(scenario)) if (o.name, o.group) == ("alerts", "all"))
    each, year, wrong = (known(one) for one in linked.people)
    assert 1.0 <= each[0] < each[2] <= 611.0
    assert each[1] == pytest.approx(611**0.5, rel=0.2)  # the middle of a range that is even in its logarithm
    assert year[1] == pytest.approx(each[1] * known(alerts)[1], rel=0.5)
    assert wrong[1] < year[1]
    assert "assumed" not in linked.assumed
    assert "S113" in linked.assumed


def test_no_number_where_no_source_speaks_of_other_people():
    (linked,) = (one for one in exposure(SCENARIO, add=["sheriffs-iris"]).linked if one.store == "sheriffs-iris")
    assert linked.people == ()
    assert linked.undefined == "no source says that its records name other people"


# -- refusals and files -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("a parish register", "unknown-store"),
        ("hotlist", "link-there-already"),
        ("broker:sometimes", "unknown-moment"),
    ],
)
def test_links_that_cannot_be_added(name, code):
    with pytest.raises(InputError) as raised:
        exposure(SCENARIO, add=[name])
    assert [problem.code for problem in raised.value.problems] == [code]


def test_the_shipped_schema_holds_for_what_is_written():
    text = (resources.files("baserate.outcomes") / "schemas" / "exposure-1.json").read_text(encoding="utf-8")
    jsonschema.Draft202012Validator(json.loads(text)).validate(json.loads(to_json(shipped("mobile-fortify", "broker"))))


def test_the_file_holds_what_was_found(tmp_path):
    found = shipped("mobile-fortify", "broker")
    again = from_json(to_json(found), Exposure, where=FILE)
    assert again.touched == found.touched
    assert again.stores == found.stores
    done = CliRunner().invoke(main, ["exposure", "mobile-fortify", "--add", "broker", "--out", str(tmp_path), "--json"])
    assert done.exit_code == 0, done.output
    assert read(tmp_path / FILE, Exposure) == again
    assert sorted(path.name for path in tmp_path.iterdir()) == ["exposure.html", "exposure.json", "exposure.md"]
    page = (tmp_path / "exposure.html").read_text(encoding="utf-8")
    assert "default-src &#39;none&#39;" in page
    assert all(store.title.replace("'", "&#39;") in page for store in found.stores)
