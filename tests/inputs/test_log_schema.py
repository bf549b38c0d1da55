"""The JSON Schema agrees with the reader on good and bad rows, and what ships is what the records say."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import pytest
from tests.inputs.log_rows import as_json, rows

from baserate.columns import TABLES
from baserate.errors import InputError
from baserate.inputs.log_schema import log_schema
from baserate.inputs.logs import read_log

TOOL = Path(__file__).parents[2] / "tools" / "write_log_schema.py"


def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("write_log_schema", TOOL)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def validator(table: str) -> jsonschema.Draft202012Validator:
    schema = log_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator({"$ref": f"#/$defs/{table}", "$defs": schema["$defs"]})


def example(table: str) -> dict[str, Any]:
    (row,) = rows(1, table)
    return {record.name: as_json(record.type, row[record.name]) for record in TABLES[table]}


def test_what_ships_is_what_the_records_say():
    written = tool()
    assert written.SCHEMA.read_text(encoding="utf-8") == written.schema_text(), "run tools/write_log_schema.py"
    assert written.PAGE.read_text(encoding="utf-8") == written.page_text(), "run tools/write_log_schema.py"


@pytest.mark.parametrize("table", TABLES)
def test_examples_are_valid(table):
    validator(table).validate(example(table))


BAD = {
    "mode": "life", "seq": 0, "threshold": "high", "time_start_utc": "2026-03-01 14:00", "hotlist_hit": "yes",
    "fields_displayed": ["ssn"], "operator_pid": "Jane Doe", "row_hash": "ab", "geo_cell": "25.76,-80.19",
    "candidates": [{"rank": 1, "score": 0.5, "person_id": "x"}], "face_image": "x",
    "authorisation_window_utc": "2026-03-01T00:00:00Z", "shared_with": ["a b"],
}  # fmt: skip


@pytest.mark.parametrize("column", BAD)
def test_schema_and_reader_refuse_the_same(tmp_path, column):
    row = example("search_event") | {column: BAD[column]}
    assert not validator("search_event").is_valid(row)
    (tmp_path / "a.jsonl").write_text(json.dumps(row) + "\n")
    with pytest.raises(InputError):
        read_log(tmp_path / "a.jsonl")


def test_the_manifest_has_a_schema():
    good = {"manifest_version": "0.1.0", "deployment_id": "d", "signed_date": "2026-01-01", "system_name": "s",
            "vendor": "v", "thresholds": [], "candidate_limit": 20, "roles_allowed": [], "legal_bases": {},
            "retention_policies": [{"id": "a", "applies_to": "all", "years": 15}], "galleries": []}  # fmt: skip
    validator("manifest").validate(good)
    assert not validator("manifest").is_valid(good | {"candidate_limit": "20"})
    assert not validator("manifest").is_valid(good | {"retention_policies": [{"years": 15}]})
