"""And, or, not and CASE on bits are those of the engine, for every combination of the three values."""

from itertools import product

import duckdb
import numpy as np
import pytest

from baserate.audit.logic import Joined, Step, Told, answer_steps, count_bits

VALUES = {0: "NULL", 1: "TRUE", 2: "FALSE"}
ROWS = list(product(VALUES, repeat=4))
COLUMNS = {name: np.array([row[i] for row in ROWS], np.uint8) for i, name in enumerate("abcd")}
STEPS = [Told(name, (None, True, False)) for name in COLUMNS]


@pytest.mark.parametrize(("joined", "sql"), [
    (Joined("and", (0, 1, 2)), "a AND b AND c"),
    (Joined("or", (0, 1, 2)), "a OR b OR c"),
    (Joined("not", (3,)), "NOT d"),
    (Joined("case", (0, 1, 2)), "CASE WHEN a THEN b ELSE c END"),
    (Joined("case", (0, 1, 2, 3, 1)), "CASE WHEN a THEN b WHEN c THEN d ELSE b END"),
])  # fmt: skip
def test_joints_are_those_of_the_engine(joined, sql):
    answer = answer_steps([*STEPS, joined], COLUMNS, len(ROWS))[-1]
    both = (np.unpackbits(bits.view(np.uint8), bitorder="little") for bits in (answer.true, answer.false))
    true, false = (bits[: len(ROWS)] for bits in both)
    found = [True if t else False if f else None for t, f in zip(true, false, strict=True)]
    listed = ", ".join("(" + ", ".join(f"{VALUES[value]}::BOOLEAN" for value in row) + ")" for row in ROWS)
    rows = duckdb.connect().execute(f"SELECT {sql} FROM (VALUES {listed}) t(a, b, c, d)").fetchall()  # noqa: S608
    assert found == [value for (value,) in rows]


@pytest.mark.parametrize("rows", [0, 1, 63, 64, 65, 1000])
def test_no_bit_is_set_behind_the_last_row(rows):
    steps: list[Step] = [Told("a", (True, False)), Joined("not", (0,)), Joined("case", (0, 1, 1))]
    for answer in answer_steps(steps, {"a": np.zeros(rows, np.uint8)}, rows):
        assert count_bits(answer.true) + count_bits(answer.false) == rows
