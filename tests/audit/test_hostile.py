"""Hostile logs and manifests: a clear error or a correct result, quickly, and nothing of them is obeyed."""

# ruff: noqa: S608 - SQL over files that the tests make
import gzip
import json
import zipfile

import duckdb
import pytest
from click.testing import CliRunner
from tests.inputs.log_rows import rows, write_csv

from baserate.cli.audit import command
from baserate.columns import TABLES
from baserate.errors import InputError
from baserate.inputs.logs import read_log

HOSTILE = ("=HYPERLINK(1)", "<img src=x onerror=alert(1)>", "x'); DROP TABLE search_event; --", "\x1b[2Jx")
#: Every column, because what stands there only as a number, a flag or a time is refused as such.
TEXT = [(table, column.name) for table, columns in TABLES.items() for column in columns]


def audited(path, *options):
    return CliRunner().invoke(command, [str(path), *map(str, options)], catch_exceptions=False)


def refused(path, **options):
    with pytest.raises(InputError) as error:
        read_log(path, **options)
    assert all(problem.remedy for problem in error.value.problems)
    return {problem.code for problem in error.value.problems if problem.severity == "error"}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_every_field_of_every_table_refuses_what_programs_obey(tmp_path, hostile):
    for table, columns in TABLES.items():
        write_csv(tmp_path / f"{table}.csv", rows(2, table, **dict.fromkeys((c.name for c in columns), hostile)))
    with pytest.raises(InputError) as error:
        read_log(tmp_path)
    text = str(error.value)
    faulty = {p.where.replace('"', "") for p in error.value.problems if p.severity == "error"}
    for table, column in TEXT:
        assert any(f" {table}, column {column}" in where for where in faulty), (table, column)
    assert "DROP" not in text
    assert "\x1b" not in text


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_manifest_is_text_in_a_result(tmp_path, hostile):
    """A manifest's words come up in reasons: escaped in JSON, without control characters in text."""
    (tmp_path / "log").mkdir()
    write_csv(tmp_path / "log" / "search_event.csv", rows(3))
    texts = {"deployment_id": hostile, "system_name": hostile, "claimed_federal_exemption": hostile,
             "jurisdictions": [hostile, "EU", "UK", "US-DHS", "US-NY-NYC"], "vendor_role": hostile,
             "roles_allowed": [{"role": hostile, "from": "2020-01-01"}], "reviews": [{"office": hostile}],
             "systems_register": [{"system_id": hostile}], "policy_docs": [{"systems": [hostile]}],
             "annual_reports": [{"title": hostile, "period_start": "2026-01-01", "period_end": "2026-12-31",
                                 "totals": {hostile: 1, "arrests": 1, "outcome": {hostile: 2}}}]}  # fmt: skip
    (tmp_path / "m.json").write_text(json.dumps(texts))
    result = audited(tmp_path / "log", "--manifest", tmp_path / "m.json", "--json")
    assert result.exit_code == 0
    assert len(json.loads(result.output)["findings"]) == 80
    assert "\x1b" not in result.output + audited(tmp_path / "log", "--manifest", tmp_path / "m.json").output


def test_ten_million_columns_are_refused_unread(tmp_path):
    (tmp_path / "a.csv").write_bytes(b",".join(b"c%d" % i for i in range(10_000_000)) + b"\n1\n")
    assert refused(tmp_path / "a.csv") == {"line-too-long"}
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"c," * 10_000_000, compresslevel=1))
    assert refused(tmp_path / "a.csv.gz") == {"line-too-long"}
    (tmp_path / "a.jsonl").write_text("{" + ",".join(f'"c{i}":1' for i in range(1_000_000)) + "}\n")
    assert refused(tmp_path / "a.jsonl") == {"line-too-long"}
    wide = ", ".join(f"1 AS c{i}" for i in range(3_000))
    duckdb.connect().execute(f"COPY (SELECT {wide}) TO '{tmp_path / 'a.parquet'}'")
    assert refused(tmp_path / "a.parquet") == {"too-many-columns"}


def test_bombs_of_other_packers_are_not_opened(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.csv.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.csv", b"event_id\n" + b"x\n" * (1 << 20))
    assert refused(tmp_path / "a.csv.zip") == {"unknown-form"}
    (tmp_path / "a.csv.zst").write_bytes(b"\x28\xb5\x2f\xfd" + b"\0" * 100)
    assert refused(tmp_path / "a.csv.zst") == {"unknown-form"}


@pytest.mark.parametrize("column", ["operator_pid", "outcome"])
def test_a_parquet_cell_that_unpacks_to_a_mountain_is_refused(tmp_path, column):
    path = tmp_path / "a.parquet"
    sql = f"SELECT 'ev_' || i AS event_id, repeat('x', 4194304) AS {column} FROM range(8) t(i)"
    duckdb.connect().execute(f"COPY ({sql}) TO '{path}' (COMPRESSION zstd)")
    assert path.stat().st_size < 1 << 20
    assert refused(path)


def test_encodings_that_are_mixed_are_told_with_their_line(tmp_path):
    good, path = "event_id,seq,operator_role\nev_a,1,officer\n", tmp_path / "a.csv"
    for bad in ("ev_b,2,Prüfer\n".encode("latin-1"), "ev_b,2,x\n".encode("utf-16"), "ev_b,2,x\n".encode("utf-32")):
        path.write_bytes(good.encode() + bad)
        assert refused(path) <= {"not-utf8", "not-text"}
    path.write_bytes(good.encode("utf-8-sig"))
    assert read_log(path).count() == 1
    path.write_bytes(good.encode("utf-16"))
    assert refused(path) == {"not-utf8"}


def test_times_without_zone_are_refused_in_every_form(tmp_path):
    write_csv(tmp_path / "a.csv", rows(2, time_start_utc="2026-03-01T14:00:00"))
    assert refused(tmp_path / "a.csv") == {"time-without-zone"}
    sql = "SELECT 'ev_a' AS event_id, TIMESTAMP '2026-03-01 14:00:00' AS time_start_utc"
    duckdb.connect().execute(f"COPY ({sql}) TO '{tmp_path / 'a.parquet'}'")
    assert refused(tmp_path / "a.parquet") & {"time-without-zone", "wrong-type"}


@pytest.mark.parametrize("moment", ["290000-01-01 14:00:00+00", "1492-10-12 14:00:00+00", "infinity", "-infinity"])
def test_times_that_no_clock_shows_are_refused(tmp_path, moment):
    sql = f"SELECT 'ev_a' AS event_id, 'live' AS mode, TIMESTAMPTZ '{moment}' AS time_start_utc"
    duckdb.connect().execute(f"COPY ({sql}) TO '{tmp_path / 'a.parquet'}'")
    assert "time-out-of-range" in refused(tmp_path / "a.parquet")


def test_records_that_are_never_to_expire_may_say_so(tmp_path):
    write_csv(tmp_path / "a.csv", rows(3, retention_expiry_utc="9999-12-31T00:00:00Z", retention_policy_id="ret_a"))
    assert audited(tmp_path / "a.csv").exit_code in (0, 1)


def test_the_command_says_what_is_wrong_and_leaves_no_traceback(tmp_path):
    (tmp_path / "cut.parquet").write_bytes(b"PAR1" + b"\0" * 50)
    with pytest.raises(InputError, match="fetch it again"):
        audited(tmp_path / "cut.parquet")
