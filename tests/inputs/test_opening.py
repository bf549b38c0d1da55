"""Files that are none, or are damaged: one clear problem, never a traceback, never a shorter table."""

import gzip
import os
from pathlib import Path
from typing import Any

import duckdb
import pytest

from baserate.errors import InputError
from baserate.inputs import read_scores
from baserate.inputs.formats import Options, read_file, read_frame
from baserate.inputs.formats.compression import LARGEST_RATIO, check_compressed

ROWS = "mated,score\n" + "".join(f"{k % 2},{k * 7919 % 1000003 / 1000}\n" for k in range(60_000))


def code_of(path: Path | str, **options: Any) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_file(path, options=Options(**options))
    return [problem.code for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty-file"),
        (b"\n\n", "one-column"),
        (b"\xff\xfem\x00a\x00", "not-a-table"),
        (b"PK\x03\x04rest", "not-a-table"),
        (b"\xff\xd8\xff\xe0 a picture", "not-a-table"),
        (b'"mated\xe0,"score"\n"1","2"\n', "header-unreadable"),
        (b"mated,score,\xe9\n1,2,3\n", "not-utf-8"),
        (b"mated,score\n1,\x00\n", "not-text"),
        (b"mated,score\n1,0.5\n0,\xe9\n", "not-utf-8"),
        (b"mated,score\n1\n", "too-few-fields"),
        (b"mated,score\n1,2,3\n", "too-many-fields"),
        (b'mated,score\n1,"2\n', "quotes-broken"),
        (b"mated,score,SCORE\n1,2,3\n", "column-repeated"),
        (b"mated,,score\n1,2,3\n", "column-without-name"),
        (b"mated,score," + b"x" * 300 + b"\n1,2,3\n", "column-name-unusable"),
        (b"mated,score,row_in_file\n1,2,3\n", "column-name-unusable"),
        (b"1,0.5\n0,0.25\n", "header-missing"),
        (b"mated\n1\n", "one-column"),
        (b"x" * 1_100_000, "line-too-long"),
        (b"mated,score\n1,2\n0," + b"1" * 1_100_000 + b"\n", "line-too-long"),
        (b"mated,score\r\n1,2\n0,3\r\n", "unreadable-file"),
        (b"PAR1 and no more", "unreadable-file"),
        (",".join(f"c{k}" for k in range(100_000)).encode() + b"\n", "too-many-columns"),
    ],
)
def test_bad_files_are_refused(body, code, tmp_path):
    (tmp_path / "x.csv").write_bytes(body)
    assert code_of(tmp_path / "x.csv") == [code]


def test_faults_of_lines_are_told_together_with_their_lines(tmp_path):
    (tmp_path / "x.csv").write_bytes(b'mated,score\n1\n1,2,3\n0,\xff\n1,"a"b\n')
    with pytest.raises(InputError) as caught:
        read_file(tmp_path / "x.csv")
    told = {problem.code: problem.what for problem in caught.value.problems}
    assert set(told) == {"too-few-fields", "too-many-fields", "not-utf-8", "quotes-broken"}
    assert "(line 2;" in told["too-few-fields"]
    assert "(line 4;" in told["not-utf-8"]


def test_absent_folder_pipe_and_strange_paths(tmp_path):
    assert code_of(tmp_path / "none.csv") == ["no-such-file"]
    assert code_of(tmp_path) == ["not-a-file"]
    assert code_of("a\x00b") == ["no-such-file"]
    assert code_of("x" * 5000) == ["no-such-file"]
    os.mkfifo(tmp_path / "pipe")
    assert code_of(tmp_path / "pipe") == ["not-a-file"]


def test_no_permission(tmp_path, monkeypatch):
    path = tmp_path / "x.csv"
    path.write_text("mated,score\n1,2\n")

    def refused(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", refused)
    assert code_of(path) == ["unreadable-file"]


@pytest.mark.parametrize("cut", [1, 8, 1000, 0.5, 0.99])
def test_gzip_that_was_cut_off(cut, tmp_path):
    body = gzip.compress(ROWS.encode())
    left = int(len(body) * cut) if cut < 1 else len(body) - cut
    (tmp_path / "x.csv.gz").write_bytes(body[:left])
    assert code_of(tmp_path / "x.csv.gz") == ["compressed-file-damaged"]


def test_gzip_with_a_changed_bit(tmp_path):
    body = bytearray(gzip.compress(ROWS.encode()))
    body[len(body) // 2] ^= 0x10
    (tmp_path / "x.csv.gz").write_bytes(body)
    assert code_of(tmp_path / "x.csv.gz") == ["compressed-file-damaged"]


@pytest.mark.parametrize("cut", [1, 3, 100, 0.25, 0.5, 0.75, 0.99])
def test_zstd_that_was_cut_off(cut, tmp_path):
    """DuckDB itself reads such a file as if it ended there."""
    (tmp_path / "plain.csv").write_text(ROWS)
    path = tmp_path / "x.csv.zst"
    duckdb.sql(f"COPY (FROM '{tmp_path}/plain.csv') TO '{path}' (FORMAT csv, HEADER, COMPRESSION zstd)")
    assert read_file(path).connection.execute("SELECT count(*) FROM comparisons").fetchone() == (60_000,)
    body = path.read_bytes()
    path.write_bytes(body[: int(len(body) * cut) if cut < 1 else len(body) - cut])
    assert code_of(path) == ["compressed-file-damaged"]


def test_zstd_with_something_after_it(tmp_path):
    path = tmp_path / "x.csv.zst"
    duckdb.sql(f"COPY (SELECT 1 AS mated, 2 AS score) TO '{path}' (FORMAT csv, HEADER, COMPRESSION zstd)")
    frame = path.read_bytes()
    path.write_bytes(frame + b"more")
    assert code_of(path) == ["compressed-file-damaged"]
    path.write_bytes(frame + b"\x50\x2a\x4d\x18\x03\x00\x00\x00abc" + frame)  # a skippable frame, and the rows again
    check_compressed(path, "zstd")


def test_gzip_that_expands_beyond_reason(tmp_path, monkeypatch):
    monkeypatch.setattr("baserate.inputs.formats.compression.SMALLEST_SUSPECT", 2**20)
    body = gzip.compress(bytes(8 * 2**20), compresslevel=9)
    assert len(body) * LARGEST_RATIO < 8 * 2**20
    (tmp_path / "x.csv.gz").write_bytes(body)
    assert code_of(tmp_path / "x.csv.gz") == ["expands-too-much"]


def test_more_rows_than_memory_are_told(tmp_path, monkeypatch):
    path = tmp_path / "x.csv"
    path.write_text("mated,score\n1,2\n")

    def full(*_args):
        message = "failed to allocate"
        raise duckdb.OutOfMemoryException(message)

    monkeypatch.setattr("baserate.inputs.formats.csv_table.lay_out", full)
    assert code_of(path) == ["too-large"]


@pytest.mark.parametrize(
    "name", ["scores[1].csv", "a*.csv", "q?.csv", "it's {x} $HOME.csv", "-x.csv", "b%20c.csv", "ü;.csv"]
)
@pytest.mark.parametrize("kind", ["csv", "parquet", "jsonl", "txt", "zst"])
def test_names_are_no_patterns(name, kind, tmp_path):
    """Files that the name would stand for as a pattern lie beside it, with other rows."""
    for other in ("scores1.csv", "abc.csv", "qx.csv"):
        (tmp_path / other).write_text("mated,score\n1,9\n1,9\n")
    path = tmp_path / name
    written = tmp_path / "plain"
    if kind in ("parquet", "zst"):
        how = "FORMAT parquet" if kind == "parquet" else "FORMAT csv, HEADER, COMPRESSION zstd"
        duckdb.sql(f"COPY (SELECT true AS mated, 0.5::DOUBLE AS score) TO '{written}' ({how})")
    else:
        bodies = {"csv": "mated,score\n1,0.5\n", "jsonl": '{"mated":true,"score":0.5}\n', "txt": "1 0.5\n"}
        written.write_text(bodies[kind])
    written.rename(path)
    assert read_file(path).connection.execute("SELECT mated, score FROM comparisons").fetchall() == [(True, 0.5)]


def test_name_that_would_disturb_a_terminal(tmp_path):
    (tmp_path / "a\n\x1b[31m.csv").write_text("x")
    with pytest.raises(InputError) as caught:
        read_file(tmp_path / "a\n\x1b[31m.csv")
    assert str(caught.value).isprintable()


def test_parts_of_a_table_are_put_together_as_the_guide_says(tmp_path):
    (tmp_path / "scores").mkdir()
    for k in range(3):
        part = f"SELECT (i + {k}) % 2 = 0 AS mated, i % 2 + 0.001 * i AS score FROM range({k + 3}) t(i)"  # noqa: S608
        duckdb.sql(f"COPY ({part}) TO '{tmp_path}/scores/part-{k}.parquet'")
    with pytest.raises(InputError, match="see the guide on measuring"):
        read_file(tmp_path / "scores")
    (tmp_path / "search_event.csv").touch()
    with pytest.raises(InputError, match="give it to baserate audit"):
        read_file(tmp_path)
    whole, parts = f"'{tmp_path}/scores.parquet'", f"FROM '{tmp_path}/scores/*.parquet'"
    duckdb.sql(f"COPY ({parts}) TO {whole}")
    scores = [
        reading.connection.execute(f"SELECT score FROM {reading.comparisons.table.view} ORDER BY ALL").fetchall()  # noqa: S608
        for reading in (read_file(tmp_path / "scores.parquet"), read_frame(duckdb.sql(parts)))
    ]
    assert scores[0] == scores[1]
    assert len(scores[0]) == 3 + 4 + 5


def test_lines_of_the_wrong_length_and_wrong_values_are_told_together(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("mated,score\n1,0.9\n1\n0,n/a\n0,0.5\n0,0.2,7\nmaybe,0.1\n", encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_scores(file)
    assert {problem.code for problem in error.value.problems} == {
        "too-few-fields", "too-many-fields", "mated-not-true-or-false", "score-not-a-number", "checked-by-row",
    }  # fmt: skip
    assert "(readable row 2; first" in str(error.value)
    (by_row,) = [problem for problem in error.value.problems if problem.code == "checked-by-row"]
    assert by_row.where == str(file)
    with pytest.raises(InputError, match="too-few-fields"):
        _ = read_file(file, partly=True).comparisons  # nothing is counted from a part
