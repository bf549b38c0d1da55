"""Some bad and odd logs by seed; ``python -m tests.inputs.odd_logs 10000`` tries ten thousand."""

import pytest
from tests.inputs import odd_logs
from tests.inputs.odd import OddFile, outcome


@pytest.mark.parametrize("block", range(2))
def test_no_traceback_and_no_row_lost(block):
    outcomes, wrong = odd_logs.run(block * 12, 12)
    assert not wrong, next(iter(wrong.items()))
    assert sum(outcomes.values()) == 12


def test_a_lost_row_would_be_seen(monkeypatch, tmp_path):
    made = OddFile("points.csv", b"fnir\n0.5\n0.25\n", "points")
    assert outcome(made, tmp_path, verdict=odd_logs.verdict) == "accepted"
    monkeypatch.setitem(odd_logs.READERS, "points", lambda _: 1)
    assert "rows lost" in outcome(made, tmp_path, verdict=odd_logs.verdict)


@pytest.mark.parametrize("seed", [638, 942, 2522, 4935])
def test_what_ten_thousand_logs_have_found_stays_mended(seed):
    """A header that cannot be shown, one byte, a key of a megabyte, statistics that are not those of the values."""
    _, wrong = odd_logs.run(seed, 1)
    assert not wrong
