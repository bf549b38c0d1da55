"""Headline outcomes of the shipped scenarios stay as they are unless somebody means to move them.

Renew after a change that is meant to move results: ``python tests/baselines/test_shipped_scenarios.py``
"""

import json
from pathlib import Path

import pytest

from baserate.models.scenario import load_scenario, shipped_scenarios
from baserate.outcomes.expect import expected_outcomes, expected_worlds
from baserate.outcomes.results import round_number

FOLDER = Path(__file__).parent


def headline(name: str) -> dict[str, list[float | None]]:
    """Value, low and high of everybody's outcomes, to the six digits that results.json has."""
    return {
        outcome.name: [
            None if number is None else round_number(number) for number in (outcome.value, outcome.low, outcome.high)
        ]
        for outcome in expected_outcomes(expected_worlds(load_scenario(name)))
        if outcome.group == "all"
    }


def is_same(found: list[float | None], pinned: list[float | None]) -> bool:
    """Equal to six digits, or undefined in both."""
    return found == pinned if None in pinned else found == pytest.approx(pinned, rel=2e-6)


@pytest.mark.parametrize("name", shipped_scenarios())
def test_nothing_moved_unannounced(name):
    path = FOLDER / f"{name}.json"
    assert path.exists(), f"{name} has no baseline: run python {Path(__file__).name} in {FOLDER}"
    pinned, found = json.loads(path.read_text(encoding="utf-8")), headline(name)
    assert set(found) == set(pinned)
    moved = {
        outcome: (pinned[outcome], found[outcome]) for outcome in pinned if not is_same(found[outcome], pinned[outcome])
    }
    assert not moved, (
        f"results of {name} moved: {moved}. If that is meant, run python tests/baselines/{Path(__file__).name} and say "
        "so in CHANGELOG.md under 'Changes to results'."
    )


if __name__ == "__main__":
    for shipped in shipped_scenarios():
        text = json.dumps(headline(shipped), indent=2)
        (FOLDER / f"{shipped}.json").write_text(text + "\n", encoding="utf-8")
