"""Two algorithms on the same searches: the difference is paired, and other searches are refused."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from baserate.errors import InputError
from baserate.estimates import compare_misses
from baserate.inputs.formats import read_file

PEOPLE = 200


def lists(folder: Path, name: str, found: Any, people: int = PEOPLE) -> Any:
    table, candidates = folder / f"{name}_s.csv", folder / f"{name}_l.csv"
    table.write_text("search_id,subject,mated\n" + "".join(f"{i},p{i},1\n" for i in range(people)), encoding="utf-8")
    rows = "".join(f"{i},{f'p{i}' if found[i] else 'other'},1,0.9\n" for i in range(people))
    candidates.write_text("search_id,candidate_subject,rank,score\n" + rows, encoding="utf-8")
    return read_file(candidates, searches=table).searches


def test_what_is_hard_for_both_cancels(tmp_path):
    hard = np.arange(PEOPLE) < 60
    one, two = ~hard, ~hard & (np.arange(PEOPLE) < PEOPLE - 4)
    found = compare_misses(lists(tmp_path, "a", two), lists(tmp_path, "b", one))
    assert found.value == pytest.approx(0.02)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.02 < found.high
    assert found.high - found.low < 0.07  # two rates of 0.3 apart would give 0.18
    at = compare_misses(lists(tmp_path, "a", two), lists(tmp_path, "b", one), thresholds=(0.5, 0.5))
    assert (at.metric, at.value) == ("fnir_difference", found.value)


def test_the_same_lists_do_not_differ(tmp_path):
    found = compare_misses(*(lists(tmp_path, name, np.arange(PEOPLE) % 3 > 0) for name in "ab"))
    assert found.value == 0


def test_other_searches_are_refused(tmp_path):
    ones = np.ones(PEOPLE)
    with pytest.raises(InputError, match="searches-differ"):
        compare_misses(lists(tmp_path, "a", ones), lists(tmp_path, "b", ones, people=150))
