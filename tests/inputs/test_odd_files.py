"""Some hundred bad and odd files by seed; ``python tests/inputs/odd_files.py 10000`` tries ten thousand."""

import importlib.util
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

SPEC = importlib.util.spec_from_file_location("odd_files", Path(__file__).with_name("odd_files.py"))
assert SPEC is not None
assert SPEC.loader is not None
odd_files = importlib.util.module_from_spec(SPEC)
sys.modules["odd_files"] = odd_files
SPEC.loader.exec_module(odd_files)


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
    made = odd_files.OddFile("x.csv", b"mated,score\n1,0.5\n0,0.25\n", "csv")
    assert odd_files.verdict(made, tmp_path) == "accepted"
    monkeypatch.setattr(odd_files, "csv_scores", lambda _: [0.5, 0.25, 0.125])
    assert "rows lost" in odd_files.verdict(made, tmp_path)
    monkeypatch.setattr(odd_files, "csv_scores", lambda _: [0.5, 0.75])
    assert "scores altered" in odd_files.verdict(made, tmp_path)
