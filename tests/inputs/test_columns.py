"""The schema's records are whole: known types, listed values where there are any, one name each."""

import re
from pathlib import Path

import duckdb
import pytest

from baserate.audit import packs
from baserate.columns import MANIFEST, TABLES, TYPES, column, duckdb_columns


def test_records_are_whole():
    for table, records in TABLES.items():
        names = [record.name for record in records]
        assert len(set(names)) == len(names), table
        for record in records:
            assert record.type in TYPES
            assert bool(record.values) == (record.type in ("enum", "set")), record.name
            assert bool(record.condition) == (record.required == "C"), record.name
            assert record.meaning.endswith("."), record.name
            assert record.used_by, record.name


def test_every_enumeration_that_may_be_unknown_says_so():
    for name in ("mode", "place_type", "suspicion_basis", "outcome", "outcome_basis", "adjudicated_truth"):
        assert "unknown" in column("search_event", name).values


def test_duckdb_accepts_every_type():
    for table in TABLES:
        cells = ", ".join(f'CAST(NULL AS {kind}) AS "{name}"' for name, kind in duckdb_columns(table).items())
        assert duckdb.connect().execute(f"DESCRIBE SELECT {cells}").fetchall()


def test_manifest_keys_are_named_once_under_keys_that_exist():
    names = [key.name for key in MANIFEST]
    assert len(set(names)) == len(names)
    assert all(key.top in names for key in MANIFEST)


def test_every_key_of_the_manifest_that_a_rule_names_is_described():
    described = {key.name.replace("[]", "") for key in MANIFEST}
    sources = [path.read_text(encoding="utf-8") for path in Path(packs.__file__).parent.rglob("*.py")]
    named = {key for source in sources for key in re.findall(r'"m\.([a-z0-9_.]+)"', source)}
    assert {"reviews.date", "where_policy.date", "accountability_report.date"} <= named
    assert named - described == set()


def test_a_column_that_is_not_there_is_an_error():
    with pytest.raises(KeyError):
        column("search_event", "face_image")
