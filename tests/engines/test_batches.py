"""Answers as arrays: empty batches are not the end, missing values are told, errors are the engine's; flags as bits."""

# ruff: noqa: S608 - numbers of our own.
from types import SimpleNamespace
from unittest.mock import patch

import duckdb
import nanoarrow
import numpy as np
import pytest

from baserate.engines.batches import flag_batches, number_batches
from baserate.engines.duckdb import connect


def numbers(query):
    return [None if columns is None else columns[0].tolist() for columns in number_batches(connect([]), query)]


def test_an_empty_batch_is_not_the_end():
    batches = [next(nanoarrow.c_array_stream(connect([]).sql(f"SELECT i FROM range({n}) t(i)"))) for n in (2, 3)]
    batches.insert(1, SimpleNamespace(length=0))
    with patch.object(nanoarrow, "c_array_stream", return_value=iter(batches)):
        assert numbers("SELECT 1") == [[0, 1], [0, 1, 2]]


def test_a_missing_value_and_an_error_are_told():
    assert numbers("SELECT CASE WHEN i < 2 THEN i END FROM range(3) t(i)") == [None]
    assert numbers("SELECT i FROM range(0) t(i)") == []
    with pytest.raises(duckdb.Error, match=r"^Invalid Input Error: no$"):
        numbers("SELECT error('no')::INTEGER FROM range(3)")


def rows_of(bits, rows):
    found = np.unpackbits(bits.view(np.uint8), bitorder="little")
    assert not found[rows:].any()
    return found[:rows].astype(bool).tolist()


@pytest.mark.parametrize("rows", [1, 63, 64, 65, 1_000])
@pytest.mark.parametrize("condition", ["i % 3 = 0", "nullif(i % 5, 0) > 2", "NULL", "TRUE"])
def test_flags_are_what_the_engine_says(rows, condition):
    expected = [value for (value,) in connect([]).execute(f"SELECT {condition} FROM range({rows}) t(i)").fetchall()]
    ((_, (flags,)),) = flag_batches(connect([]), ["i"], [condition], f"range({rows}) t(i)")
    assert rows_of(flags.true, rows) == [value is True for value in expected]
    assert rows_of(flags.false, rows) == [value is False for value in expected]


@pytest.mark.parametrize("known", [None, [True, True, False, True, False]])
def test_flags_that_begin_within_an_array(known):
    values = nanoarrow.c_array_from_buffers(
        nanoarrow.uint8(), 4, [None if known is None else np.packbits(known, bitorder="little"),
                               np.array([0, 1, 1, 0, 1], np.uint8)], offset=1, null_count=0 if known is None else 2,
    )  # fmt: skip
    batch = SimpleNamespace(length=4, children=[values])
    with patch.object(nanoarrow, "c_array_stream", return_value=iter([batch])):
        ((_, (flags,)),) = flag_batches(connect([]), [], ["TRUE"], "(SELECT 1)")
    assert rows_of(flags.true, 4) == ([True, True, False, True] if known is None else [True, False, False, False])
    assert rows_of(flags.false, 4) == [False, False, True, False]


def test_a_missing_number_beside_flags_is_told():
    with pytest.raises(ValueError, match="a number is missing"):
        list(flag_batches(connect([]), ["nullif(i, 1)"], ["TRUE"], "range(3) t(i)"))
