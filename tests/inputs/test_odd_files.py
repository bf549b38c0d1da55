"""Some hundred bad and odd files by seed; ``python -m tests.inputs.odd_files 10000`` tries ten thousand."""

from collections import Counter
from functools import cache

import pytest
from tests.inputs import odd_files
from tests.inputs.odd import OddFile, outcome


@cache
def outcomes_of(block: int) -> tuple[Counter[str], dict[int, str]]:
    outcomes, wrong = odd_files.run(block * 50, 50)
    return outcomes, wrong


@pytest.mark.parametrize("block", range(6))
def test_no_traceback_and_no_row_lost(block):
    outcomes, wrong = outcomes_of(block)
    assert not wrong, next(iter(wrong.items()))
    assert sum(outcomes.values()) == 50


def test_the_generator_makes_good_files_too():
    outcomes, _ = outcomes_of(0)
    assert sum(count for kind, count in outcomes.items() if kind.endswith("accepted")) >= 5


def test_a_lost_row_would_be_seen(monkeypatch, tmp_path):
    made = OddFile("x.csv", b"mated,score\n1,0.5\n0,0.25\n", "csv")
    assert outcome(made, tmp_path, verdict=odd_files.verdict) == "accepted"
    monkeypatch.setattr(odd_files, "csv_scores", lambda _: [0.5, 0.25, 0.125])
    assert "rows lost" in outcome(made, tmp_path, verdict=odd_files.verdict)
    monkeypatch.setattr(odd_files, "csv_scores", lambda _: [0.5, 0.75])
    assert "scores altered" in outcome(made, tmp_path, verdict=odd_files.verdict)
