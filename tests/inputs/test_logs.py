"""Logs are read into the schema's types, or refused with every reason; nothing of a person is repeated."""

# ruff: noqa: S608 - SQL over files that the tests make
import gzip
import json
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.inputs.log_rows import rows, write_csv, write_jsonl

from baserate.columns import SEARCH_EVENT, TABLES, duckdb_columns, duckdb_type
from baserate.errors import InputError
from baserate.inputs.log_checks import values
from baserate.inputs.log_checks.values import _counted
from baserate.inputs.log_formats.files import Limits
from baserate.inputs.logs import SearchLog, read_log

AS_TEXT = "SELECT CAST(COLUMNS(*) AS VARCHAR) FROM search_event ORDER BY ALL"


def as_text(log: SearchLog) -> list[tuple[str, ...]]:
    return log.connection.execute(AS_TEXT).fetchall()


def to_parquet(path: Path, log: SearchLog, where: str = "true") -> Path:
    """Write what was read as Parquet, through a connection that may write."""
    con = duckdb.connect()
    types = duckdb_columns("search_event")
    con.execute("CREATE TABLE t (" + ", ".join(f'"{c}" {k}' for c, k in types.items()) + ")")
    cells = ", ".join(f'CAST("{c}" AS VARCHAR)' for c in types)
    made = log.connection.execute(f"SELECT {cells} FROM search_event WHERE {where} ORDER BY row").fetchall()
    con.executemany(f"INSERT INTO t VALUES ({', '.join('?' * len(types))})", made)
    con.execute(f"COPY t TO '{path}'")
    return path


def write_parquet(path: Path, sql: str) -> None:
    duckdb.connect().execute(f"COPY ({sql}) TO '{path}'")


def refused(path: Path, **options: Any) -> InputError:
    with pytest.raises(InputError) as error:
        read_log(path, **options)
    return error.value


# --- what is good is read -------------------------------------------------------------------------------------------


def test_every_example_of_the_schema_is_a_valid_value(tmp_path):
    for table in TABLES:
        folder = tmp_path / table
        folder.mkdir()
        write_csv(folder / "search_event.csv", rows(1))
        write_csv(folder / f"{table}.csv", rows(3, table))
        log = read_log(folder)
        assert log.count(table) == 3
        assert not log.problems


def test_csv_json_lines_and_parquet_give_the_same_table(tmp_path):
    made = rows(40, candidates=lambda i: "[]" if i % 2 else '[{"rank":1,"score":0.71,"above_threshold":true,'
                '"source_gallery":"gal-a"}]')  # fmt: skip
    from_csv = read_log(write_csv(tmp_path / "a.csv", made))
    from_jsonl = read_log(write_jsonl(tmp_path / "a.jsonl", made))
    packed = tmp_path / "b.csv.gz"
    packed.write_bytes(gzip.compress((tmp_path / "a.csv").read_bytes()))
    from_parquet = read_log(to_parquet(tmp_path / "a.parquet", from_csv))
    assert as_text(from_csv) == as_text(from_jsonl) == as_text(from_parquet) == as_text(read_log(packed))


def test_all_tables_and_columns_are_there_in_their_types(tmp_path):
    (tmp_path / "a.csv").write_text("event_id,seq\nev_a,1\n")
    log = read_log(tmp_path / "a.csv")
    for table, records in TABLES.items():
        found = {row[0]: row[1] for row in log.connection.execute(f"DESCRIBE {table}").fetchall()}
        assert found.pop("row") == "BIGINT"
        expected = {record.name: duckdb_type(record) for record in records}
        assert {k: v.replace('"', "") for k, v in found.items()} == expected
    assert ("search_event", "mode") in log.absent
    assert ("search_event", "seq") not in log.absent
    assert {("review", record.name) for record in TABLES["review"]} <= log.absent
    assert [problem.code for problem in log.problems] == ["column-missing"]


def test_parts_of_a_folder_are_counted_through_and_stay_on_disk(tmp_path):
    folder = tmp_path / "log" / "search_event"
    folder.mkdir(parents=True)
    whole = read_log(write_csv(tmp_path / "a.csv", rows(30)))
    to_parquet(folder / "part-0.parquet", whole, "row <= 10")
    to_parquet(folder / "part-1.parquet", whole, "row > 10")
    log = read_log(tmp_path / "log")
    assert log.connection.execute("SELECT list(row ORDER BY row) = list(seq ORDER BY seq) FROM search_event"
                                  ).fetchall() == [(True,)]  # fmt: skip
    assert log.locate(11) == (folder / "part-1.parquet", 1)
    assert log.locate(10) == (folder / "part-0.parquet", 10)
    with pytest.raises(IndexError):
        log.locate(31)
    kinds = dict(log.connection.execute("SELECT view_name, 1 FROM duckdb_views() WHERE NOT internal").fetchall())
    assert "search_event" in kinds


def test_rows_keep_the_order_of_a_large_text_file(tmp_path):
    made = "event_id,seq\n" + "".join(f"ev_{i}x,{i}\n" for i in range(1, 400_001))
    (tmp_path / "a.csv").write_text(made)
    log = read_log(tmp_path / "a.csv")
    assert log.connection.execute("SELECT count(*) FROM search_event WHERE row <> seq").fetchall() == [(0,)]


def test_a_manifest_in_the_folder_is_read_and_its_faults_are_told(tmp_path):
    write_csv(tmp_path / "search_event.csv", rows(2))
    (tmp_path / "manifest.json").write_text('{"deployment_id": "d", "signed_date": "2026-01-01", "colour": 1}')
    (tmp_path / "notes.txt").write_text("left over")
    log = read_log(tmp_path)
    assert log.manifest["deployment_id"] == "d"
    assert {p.code for p in log.problems} == {"key-missing", "unknown-key", "file-not-read"}
    (tmp_path / "manifest.json").write_text(json.dumps({"9" * 1_000_000: 1, "\x1b[31m": 1}))
    (strange,) = [str(p) for p in read_log(tmp_path).problems if p.code == "unknown-key"]
    assert len(strange) < 500
    assert strange.isprintable()
    (tmp_path / "manifest.json").write_text('{"galleries": [{"size": "many"}], "signed_date": "soon"}')
    error = refused(tmp_path)
    assert {p.where.split(": ")[-1] for p in error.problems if p.code == "wrong-type"} == {
        "galleries[].size", "signed_date",
    }  # fmt: skip


# --- what a log must not hold ---------------------------------------------------------------------------------------

FORBIDDEN_COLUMNS = {
    "face_image": "image", "Foto": "image", "probeJPEG": "image", "embedding": "template", "faceTemplate": "template",
    "first_name": "name", "Apellidos": "name", "nachname": "name", "DOB": "birth-date", "dateOfBirth": "birth-date",
    "passport_no": "document-number", "alienNumber": "document-number", "a_number": "document-number",
    "latitude": "exact-place", "gps": "exact-place", "Längengrad": "exact-place", "imei": "device-or-plate",
    "license_plate": "device-or-plate", "matrícula": "device-or-plate", "notes": "free-text",
    "Bemerkungen": "free-text",
}  # fmt: skip


@pytest.mark.parametrize(("column", "kind"), FORBIDDEN_COLUMNS.items())
def test_forbidden_columns_are_refused_by_name(tmp_path, column, kind):
    error = refused(write_csv(tmp_path / "a.csv", [{"event_id": "ev_a", column: "x"}]))
    assert {p.code for p in error.problems if p.severity == "error"} == {f"forbidden-{kind}"}


SECRETS = {
    "/9j/4AAQSkZJRgABAQAAAQABAAD": "image", "iVBORw0KGgoAAAANSUhEUg": "image", "ffd8ffe000104a46": "image",
    "0.12,-0.33,0.44,0.2,0.1,0.5,0.6,0.77": "template", "ab" * 70: "template", "Zm9v" * 40: "template",
    "Jane Doe": "name", "Müller, Karl": "name", "1984-02-03": "birth-date", "03/02/1984": "birth-date",
    "19840203": "birth-date", "A012345678": "document-number", "a-123-456-789": "document-number",
    "123-45-6789": "document-number", "C01234567": "document-number", "25.76170,-80.19180": "exact-place",
    "86283082fffffff": "exact-place", "POINT(25.7 -80.1)": "exact-place", "jane.doe@example.org": "email",
    "+15551234567": "phone", "555-123-4567": "phone", "00:1A:2B:3C:4D:5E": "device", "490154203237518": "device",
    "192.168.0.1": "device", "saw the man at the shop": "free-text", "=HYPERLINK(1)": "formula",
    "<script>alert(1)</script>": "markup",
}  # fmt: skip


@pytest.mark.parametrize(("secret", "kind"), SECRETS.items())
def test_forbidden_values_are_refused_by_content_and_never_repeated(tmp_path, secret, kind):
    text_columns = [r.name for r in SEARCH_EVENT if r.type in ("code", "pseudonym") and "version" not in r.name]
    made = [dict.fromkeys(text_columns, secret if i in (4, 9) else "ok_code") for i in range(12)]
    error = refused(write_csv(tmp_path / "a.csv", made))
    found = [p for p in error.problems if p.severity == "error"]
    assert {p.code for p in found} == {f"forbidden-{kind}"}
    assert len(found) == len(text_columns)
    assert all("2 values" in p.what and "(rows 5, 10;" in p.what for p in found)
    assert secret[:24] not in str(error)


def test_a_candidate_never_carries_an_identity(tmp_path):
    named = '[{"rank":1,"score":0.5,"above_threshold":true,"source_gallery":"g","person_id":"x"}]'
    error = refused(write_csv(tmp_path / "a.csv", rows(3, candidates=named)))
    assert {p.code for p in error.problems} == {"forbidden-candidate-field"}
    where = '[{"rank":1,"score":0.5,"above_threshold":true,"source_gallery":"Jane Doe"}]'
    error = refused(write_csv(tmp_path / "b.csv", rows(3, candidates=where)))
    assert {p.code for p in error.problems} == {"bad-candidate"}
    assert "Jane" not in str(error)


def test_binary_and_vector_columns_of_parquet_are_refused_whatever_they_are_called(tmp_path):
    path = tmp_path / "a.parquet"
    write_parquet(path, "SELECT 'ev_a' AS event_id, '\\xFF\\xD8'::BLOB AS x1, [0.1::FLOAT, 0.2::FLOAT] AS x2")
    found = {p.code for p in refused(path).problems if p.severity == "error"}
    assert found == {"forbidden-image", "forbidden-template"}


@pytest.mark.parametrize("cell", [
    "[{'rank': 1, 'score': 0.5, 'above_threshold': true, 'source_gallery': 'g', '{0}': 'Jo'}] AS candidates",
    "[{'rank': 1, 'score': 0.5, 'above_threshold': true, 'source_gallery': {'name': 'Jo'}}] AS candidates",
    "{'{n!r:>9}': 1} AS mode",
    "MAP {'a': 1} AS outcome",
])  # fmt: skip
@pytest.mark.parametrize("check_values", [True, False])
def test_nested_and_oddly_named_fields_of_parquet_are_refused(tmp_path, cell, check_values):
    path = tmp_path / "a.parquet"
    write_parquet(path, f"SELECT 'ev_a' AS event_id, {cell}")
    found = {p.code for p in refused(path, check_values=check_values).problems if p.severity == "error"}
    assert found in ({"forbidden-candidate-field"}, {"wrong-type"})


@given(st.text(min_size=1, max_size=30).filter(lambda t: "\0" not in t and t.strip() != ""))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_a_code_or_refused(tmp_path, text):
    """Whatever stands in a text cell, the file is read with that very text or refused without repeating it."""
    path = write_jsonl(tmp_path / "a.jsonl", [{"event_id": "ev_a", "operator_pid": text}])
    if re.fullmatch("[A-Za-z0-9_-]+", text) is None:
        assert any(p.code.startswith(("forbidden-", "not-a-code")) for p in refused(path).problems)
        return
    with suppress(InputError):  # a code that looks like a document number
        log = read_log(path)
        assert log.connection.execute("SELECT DISTINCT operator_pid FROM search_event").fetchall() == [(text,)]


# --- values out of the schema ---------------------------------------------------------------------------------------


def test_all_problems_are_told_at_once_with_their_rows(tmp_path):
    made = rows(20, outcome=lambda i: "Released" if i == 3 else "released", seq=lambda i: "one" if i == 1 else i + 1,
                time_start_utc=lambda i: "2026-03-01 14:00" if i > 15 else "2026-03-01T14:00:00Z",
                attempt_no=lambda i: 0 if i == 7 else 1, favourite="blue")  # fmt: skip
    by_code = {p.code: p for p in refused(write_csv(tmp_path / "a.csv", made)).problems}
    assert set(by_code) == {"unknown-value", "wrong-type", "time-without-zone", "out-of-range", "unknown-column"}
    assert 'row 4; the first may stand for "released"' in by_code["unknown-value"].what
    assert "rows 17, 18, 19, 20" in by_code["time-without-zone"].what


def test_a_single_fault_is_said_as_one(tmp_path):
    made = rows(3)
    made[1]["time_end_utc"] = made[1]["time_start_utc"].replace(":00:00", ":13:00")
    made[2]["operator_pid"] = "Jane Doe"
    said = str(refused(write_csv(tmp_path / "log.csv", made)))
    assert "1 value looks like a person's name (row 3; the first looks like" in said
    log_rows = rows(3)
    log_rows[0]["time_start_utc"] = log_rows[0]["time_start_utc"].replace(":00:00", ":13:00")
    found = [str(problem) for problem in read_log(write_csv(tmp_path / "fine.csv", log_rows)).problems]
    assert any("1 time is finer than an hour (row 1" in problem for problem in found), found


def test_every_check_of_values_can_be_said_of_one():
    source = Path(values.__file__).read_text(encoding="utf-8")
    said = re.findall(r'f?"(\{+n\}+ [^"]*)"', source)
    assert len(said) > 15
    for what in said:
        assert _counted(what.replace("{{n}}", "{n}"), 1).startswith("1 ")


def test_the_public_profile_refuses_sensitive_columns_and_fine_times(tmp_path):
    found = {p.code for p in refused(write_csv(tmp_path / "a.csv", rows(3)), profile="public").problems}
    assert found == {"sensitive-in-public", "time-too-fine"}
    safe = [{k: v for k, v in row.items() if k in ("event_id", "seq", "geo_cell")} | {"time_start_utc": "2026-03-01"}
            for row in rows(3)]  # fmt: skip
    log = read_log(write_csv(tmp_path / "b.csv", safe), profile="public")
    sql = "SELECT DISTINCT CAST(time_start_utc AT TIME ZONE 'UTC' AS VARCHAR) FROM search_event"
    assert log.connection.execute(sql).fetchall() == [("2026-03-01 00:00:00",)]
    assert "wrong-type" in {p.code for p in refused(tmp_path / "b.csv").problems}
    fine = [row | {"geo_cell": "48201"} for row in safe]
    assert {p.code for p in refused(write_csv(tmp_path / "c.csv", fine), profile="public").problems} == {
        "place-too-fine",
        "column-missing",
    }


def test_times_finer_than_an_hour_are_a_warning_for_the_auditor(tmp_path):
    log = read_log(write_csv(tmp_path / "a.csv", rows(2, time_start_utc="2026-03-01T14:05:00+01:00")))
    assert [p.code for p in log.problems] == ["time-too-fine"]


def test_values_of_parquet_may_go_unchecked_but_not_untold(tmp_path):
    path = tmp_path / "a.parquet"
    write_parquet(path, "SELECT 'Jane Doe' AS event_id")
    assert "forbidden-name" in {p.code for p in refused(path).problems}
    log = read_log(path, check_values=False)
    assert {p.code for p in log.problems} == {"column-missing", "values-not-checked"}


# --- hostile and broken files ---------------------------------------------------------------------------------------

BROKEN = {
    "bad-lines": ("a.csv", b"event_id,seq\nx,1\ny,2,3\nz\n"),
    "not-utf8": ("a.csv", b"event_id,seq\nx\xff,1\n"),
    "not-text": ("a.csv", b"event_id,seq\nx\x00,1\n"),
    "empty-file": ("a.csv", b""),
    "wrong-line-ends": ("a.csv", b"event_id,seq\rev_a,1\rev_b,2\r"),
    "wrong-separator": ("a.csv", b"event_id;seq\nx;1\n"),
    "bad-header": ("a.csv", b"event_id,Event_id\nx,1\n"),
    "too-many-columns": ("a.csv", b",".join(b"c%d" % i for i in range(9000)) + b"\n"),
    "line-too-long": ("a.csv", b"event_id\n" + b"x" * (3 << 20)),
    "not-an-object": ("a.jsonl", b'{"event_id": "x"}\n[1]\n'),
    "key-twice": ("a.jsonl", b'{"event_id": "x", "event_id": "y"}\n'),
    "unreadable-file": ("a.jsonl", b'{"event_id": "x"}\n{"event_id": \n'),
    "unknown-form": ("a.xlsx", b"PK"),
}


@pytest.mark.parametrize("code", BROKEN)
def test_broken_files_are_refused_with_a_remedy(tmp_path, code):
    name, content = BROKEN[code]
    (tmp_path / name).write_bytes(content)
    error = refused(tmp_path / name)
    assert {p.code for p in error.problems} == {code}
    assert all(p.remedy for p in error.problems)


@pytest.mark.parametrize("content", [b"{", b" ", b"\n\n"])
def test_json_lines_without_an_object_are_no_empty_log(tmp_path, content):
    (tmp_path / "a.jsonl").write_bytes(content)
    assert {p.code for p in refused(tmp_path / "a.jsonl").problems} == {"empty-file"}


def test_a_parquet_file_cut_short_is_refused(tmp_path):
    whole = to_parquet(tmp_path / "a.parquet", read_log(write_csv(tmp_path / "a.csv", rows(50)))).read_bytes()
    for end in (0, 3, 11, 100, len(whole) // 2, len(whole) - 1):
        (tmp_path / "cut.parquet").write_bytes(whole[:end])
        assert {p.code for p in refused(tmp_path / "cut.parquet").problems} == {"unreadable-file"}
    (tmp_path / "cut.parquet").write_bytes(whole[:100] + b"\0" * 400 + whole[-8:])
    assert {p.code for p in refused(tmp_path / "cut.parquet").problems} <= {"unreadable-file", "too-many-columns"}


def test_a_decompression_bomb_is_refused_and_so_is_too_much_text(tmp_path):
    bomb = tmp_path / "a.csv.gz"
    bomb.write_bytes(gzip.compress(b"event_id\n" + b"x\n" * (40 << 20), compresslevel=6))
    assert {p.code for p in refused(bomb).problems} == {"decompression-bomb"}
    small = Limits(text_bytes=1000)
    assert {p.code for p in refused(write_csv(tmp_path / "b.csv", rows(20)), limits=small).problems} == {
        "file-too-large"
    }
    (tmp_path / "c.csv.gz").write_bytes(bomb.read_bytes()[:200])
    assert {p.code for p in refused(tmp_path / "c.csv.gz").problems} == {"unreadable-file"}


def test_problems_of_all_tables_come_together_and_a_missing_log_is_told(tmp_path):
    write_csv(tmp_path / "search_event.csv", rows(2, mode="life"))
    write_csv(tmp_path / "review.csv", rows(2, "review", confidence="9"))
    (tmp_path / "operation.csv").write_bytes(b"\xff\xfe")
    assert {p.code for p in refused(tmp_path).problems} == {"not-utf8"}
    (tmp_path / "operation.csv").unlink()
    assert {p.code for p in refused(tmp_path).problems} == {"unknown-value", "out-of-range"}
    assert {p.code for p in refused(tmp_path / "nothing").problems} == {"no-such-file"}


def test_the_connection_reads_nothing_but_the_log(tmp_path):
    (tmp_path / "other.csv").write_text("a\n1\n")
    log = read_log(write_csv(tmp_path / "a.csv", rows(2)))
    with pytest.raises(duckdb.PermissionException):
        log.connection.execute(f"SELECT * FROM read_csv('{tmp_path / 'other.csv'}')").fetchall()
