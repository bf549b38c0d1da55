"""Every reported fact is used by a scenario or listed with the reason why not, and never both."""

from pathlib import Path

import pytest

from baserate.models.facts import facts_used, reported_facts, unused_facts
from baserate.models.scenario import load_scenario, shipped_scenarios

USED = {name: set(facts_used(load_scenario(name))) for name in shipped_scenarios()}
LEDGER = "src/baserate/models/data/facts_not_used.csv"
PAGE = (Path(__file__).parents[2] / "docs/reference/scenarios.md").read_text(encoding="utf-8")


def test_a_fact_that_a_scenario_uses_is_not_listed_as_unused():
    both = {fact: [name for name in USED if fact in USED[name]] for fact in unused_facts()}
    stale = {fact: names for fact, names in both.items() if names}
    assert not stale, f"these are used now: delete their rows in {LEDGER}: {stale}"


def test_a_fact_that_no_scenario_uses_is_listed_with_its_reason():
    missing = set(reported_facts()) - set().union(*USED.values()) - set(unused_facts())
    assert not missing, f"no scenario uses these: cite them, or give each a row with a reason in {LEDGER}: {missing}"


def test_the_list_names_facts_that_are_there_each_with_a_reason_of_its_own_length():
    assert set(unused_facts()) <= set(reported_facts())
    assert all(len(reason) > 20 for reason in unused_facts().values())


@pytest.mark.parametrize("name", USED)
def test_the_page_of_a_scenario_names_every_fact_it_uses(name):
    _, _, rest = PAGE.partition(f"## {name}\n")
    own = rest.partition("\n## ")[0]
    assert own
    assert {fact for fact in USED[name] if f"* {fact}, " not in own} == set()
