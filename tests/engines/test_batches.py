"""Answers as arrays: empty batches are not the end, missing values are told, the engine's errors are its own."""

# ruff: noqa: S608 - numbers of our own.
from types import SimpleNamespace
from unittest.mock import patch

import duckdb
import nanoarrow
import pytest

from baserate.engines.batches import number_batches
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
