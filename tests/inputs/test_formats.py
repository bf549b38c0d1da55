"""Every format is told by its beginning and read into the canonical tables, to the last row."""

# ruff: noqa: S608 - the queries are made of the tests' own names
import gzip
import io
import json
import struct
from collections.abc import Callable
from functools import partial
from typing import Any

import duckdb
import numpy as np
import pytest
from numpy.typing import NDArray

from baserate.errors import InputError
from baserate.inputs.checks import check_reading
from baserate.inputs.formats import FORMATS, Options, Reading, read_file, read_frame
from baserate.inputs.formats.arrow_messages import has_compressed_dictionary
from baserate.inputs.formats.reading import Role

LONG = "search_id,candidate_subject,rank,score\nq1,A,1,0.9\nq1,B,2,0.8\n"
SEARCHES = "search_id,subject,mated,gallery_size,site\nq1,A,yes,100,x\nq2,,no,100,y\n"
FRTE = (
    "searchId candidateRank searchRetCode isAssigned templateId score decision\n"
    "q1 0 0 1 A 0.9 1\nq1 1 0 1 B 0.8 1\nq1 2 0 0  -1 1\n"
    "q2 0 4 0  -1 0\nq2 1 4 0  -1 0\nq2 2 4 0  -1 0\n"
)


@pytest.fixture
def write(tmp_path):
    def write(name, body):
        path = tmp_path / name
        path.write_bytes(body if isinstance(body, bytes) else body.encode())
        return path

    return write


def rows(reading: Reading, role: Role = "comparisons", columns: str = "*") -> list[Any]:
    view = reading.sheets[role].table.view
    return reading.connection.execute(f"SELECT {columns} FROM {view}").fetchall()


def problems_of(call: Callable[[], object]) -> dict[str, str]:
    with pytest.raises(InputError) as caught:
        call()
    return {problem.code: str(problem) for problem in caught.value.problems}


# Tables ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_csv_in_every_dress(delimiter, end, mark, write):
    table = [["Mated", "score", "site"], ["yes", "0.5", '"a;b,c|d\te"'], ["0", "", " b "]]
    body = mark + end.join(delimiter.join(row) for row in table).encode()
    reading = read_file(write("x.csv", body))
    assert reading.format_name == "csv"
    assert rows(reading) == [(True, 0.5, "a;b,c|d\te"), (False, None, "b")]


def test_delimiter_that_is_named(write):
    path = write("x.csv", "mated:score\n1:0.5\n")
    assert rows(read_file(path, options=Options(delimiter=":"))) == [(True, 0.5)]
    assert "one-column" in problems_of(lambda: read_file(path))
    assert "delimiter-unusable" in problems_of(lambda: read_file(path, options=Options(delimiter="::")))


def test_words_for_missing_are_those_that_are_named(write):
    path = write("x.csv", "mated,score\n1,n/a\n0,0.5\n")
    assert rows(read_file(path, options=Options(missing=("n/a",)))) == [(True, None), (False, 0.5)]
    assert any(p.code == "score-not-a-number" for p in check_reading(read_file(path)))


def test_a_failure_code_is_met_in_single_precision(tmp_path):
    path = tmp_path / "x.parquet"
    duckdb.sql(f"COPY (SELECT true AS mated, -0.1::FLOAT AS score) TO '{path}'")
    assert rows(read_file(path, options=Options(failure_code=-0.1))) == [(True, None)]


def test_identifiers_keep_their_zeros_and_truth_follows_them(write):
    reading = read_file(write("x.csv", "probe_subject,reference_subject,score\n007,7,0.1\n007, 007,0.9\n"))
    assert rows(reading, columns="probe_subject, reference_subject, mated") == [
        ("007", "7", False),
        ("007", "007", True),
    ]


@pytest.mark.parametrize(
    ("rank", "read"), [("2", 2), ("2.0", 2), ("1.5", None), ("1e0", None), ("0x2", None), ("9" * 30, None)]
)
def test_ranks_are_whole_numbers_or_nothing(rank, read, write):
    reading = read_file(write("x.csv", f"search_id,candidate_subject,rank,score\nq,A,{rank},1\n"))
    assert rows(reading, "candidates", "rank") == [(read,)]
    assert any(p.code == "rank-not-a-whole-number" for p in check_reading(reading)) is (read is None)


def test_candidate_lists_with_their_searches(write):
    reading = read_file(write("c.csv", LONG), searches=write("s.csv", SEARCHES))
    assert rows(reading, "candidates") == [("q1", "A", 1, 0.9), ("q1", "B", 2, 0.8)]
    assert rows(reading, "searches") == [("q1", "A", True, 100, "x"), ("q2", None, False, 100, "y")]
    assert reading.searches.groups == ("gallery_size", "site")


@pytest.mark.parametrize("kind", ["INTEGER", "VARCHAR"])
def test_identifiers_of_two_types_are_compared_as_text(kind, write, tmp_path):
    path = tmp_path / "c.parquet"
    ids = f"7::{kind} AS search_id, 5::{kind} AS candidate_subject"
    duckdb.sql(f"COPY (SELECT {ids}, 1 AS rank, 0.5 AS score) TO '{path}'")
    reading = read_file(path, searches=write("s.csv", "search_id,subject,mated,gallery_size\n7,5,1,9\n"))
    assert rows(reading, "candidates") == [("7", "5", 1, 0.5)]
    assert [problem.code for problem in check_reading(reading)] == ["one-kind-only"]


def test_lists_alone_give_no_searches(write):
    reading = read_file(write("c.csv", LONG))
    assert "wrong-kind-of-table" in problems_of(lambda: reading.searches)
    assert "wrong-kind-of-table" in problems_of(lambda: reading.comparisons)


def test_wide_lists_are_the_long_ones(write):
    header = "search_id,subject,mated,gallery_size,candidate_1,score_1,candidate_2,score_2"
    body = f"{header}\nq1,A,1,100,A,0.9,B,0.8\nq2,,0,100,,,,\n"
    reading = read_file(write("w.csv", body))
    assert rows(reading, "candidates") == [("q1", "A", 1, 0.9), ("q1", "B", 2, 0.8)]
    assert rows(reading, "searches") == [("q1", "A", True, 100), ("q2", None, False, 100)]
    long = read_file(write("c.csv", LONG), searches=write("s.csv", SEARCHES))
    assert rows(long, "candidates") == rows(reading, "candidates")


def test_wide_parquet_without_truth(tmp_path):
    path = tmp_path / "w.parquet"
    query = "SELECT 'q' || i AS search_id, 'A' AS candidate_1, i * 1.5::DOUBLE AS score_1 FROM range(3) t(i)"
    duckdb.sql(f"COPY ({query}) TO '{path}'")
    reading = read_file(path)
    assert rows(reading, "candidates") == [("q0", "A", 1, 0.0), ("q1", "A", 1, 1.5), ("q2", "A", 1, 3.0)]
    assert list(reading.sheets) == ["candidates"]


def test_wide_lists_without_truth_say_how_many_are_empty(write):
    reading = read_file(write("w.csv", "search_id,candidate_1,score_1\nq1,A,0.5\nq2,,\nq3, , \n"))
    assert rows(reading, "candidates") == [("q1", "A", 1, 0.5)]
    assert dict(reading.sheets["candidates"].left_out) == {"searches with an empty list": 2}


def test_wide_columns_must_pair_up(write):
    body = "search_id,candidate_1,score_1,candidate_3,score_3\nq,A,1,B,0\n"
    assert "wide-columns-broken" in problems_of(lambda: read_file(write("w.csv", body)))


@pytest.mark.parametrize("suffix", ["gz", "zst"])
def test_compressed_csv(suffix, write, tmp_path):
    if suffix == "gz":
        path = write("x.csv.gz", gzip.compress(b"mated,score\n1,0.5\n") + gzip.compress(b"0,0.25\n"))
    else:
        path = tmp_path / "x.csv.zst"
        values = "(VALUES (1, 0.5), (0, 0.25)) t(mated, score)"
        duckdb.sql(f"COPY (SELECT * FROM {values}) TO '{path}' (FORMAT csv, HEADER, COMPRESSION zstd)")
    assert rows(read_file(path)) == [(True, 0.5), (False, 0.25)]


def test_json_lines(write):
    records = [{"mated": True, "score": 0.5, "site": "é"}, {"score": None, "mated": 0}, {"mated": "no", "score": "1.5"}]
    reading = read_file(write("x.jsonl", "\n".join(map(json.dumps, records))))
    assert rows(reading, columns="mated, score, site") == [(True, 0.5, "é"), (False, None, None), (False, 1.5, None)]


def test_json_lines_tell_all_faults(write):
    body = '{"mated":1,"score":1}\n{"mated":[1],"score":1}\n{oops\n3\n{"mated":1,"mated":0,"score":2}\n'
    told = problems_of(lambda: read_file(write("x.jsonl", body)))
    assert set(told) == {"json-broken", "json-not-object", "json-key-repeated", "json-nested"}
    assert "record 3" in told["json-broken"]


@pytest.mark.parametrize("kind", ["FLOAT", "DOUBLE", "DECIMAL(6, 2)", "VARCHAR", "INTEGER"])
def test_parquet_scores_of_every_type(kind, tmp_path):
    path = tmp_path / "x.parquet"
    duckdb.sql(f"COPY (SELECT i % 2 AS mated, i::{kind} AS score, i AS probe_subject FROM range(3) t(i)) TO '{path}'")
    reading = read_file(path)
    assert rows(reading, columns="mated, score, probe_subject") == [(False, 0, 0), (True, 1, 1), (False, 2, 2)]
    found = reading.connection.execute("SELECT typeof(score) FROM comparisons").fetchone()
    assert found == ("FLOAT" if kind == "FLOAT" else "DOUBLE",)


def test_parquet_is_not_loaded(tmp_path):
    path = tmp_path / "x.parquet"
    duckdb.sql(f"COPY (SELECT true AS mated, 1.0::FLOAT AS score) TO '{path}'")
    kinds = read_file(path).connection.execute("SELECT table_type FROM information_schema.tables").fetchall()
    assert set(kinds) == {("VIEW",)}


def test_nested_columns_are_refused(tmp_path):
    path = tmp_path / "x.parquet"
    duckdb.sql(f"COPY (SELECT true AS mated, 1.0 AS score, [1.0, 2.0] AS vector, 'a'::BLOB AS probe) TO '{path}'")
    with pytest.raises(InputError) as caught:
        read_file(path)
    assert [p.code for p in caught.value.problems] == ["column-nested", "column-nested"]


def test_float_identifiers_that_are_whole_are_read_and_others_told(tmp_path):
    path = tmp_path / "x.parquet"
    values = "(VALUES (7.0, 7.0), (7.5, 7.0), (1e17, 7.0)) t(probe_subject, reference_subject)"
    duckdb.sql(
        f"COPY (SELECT probe_subject::DOUBLE AS probe_subject, reference_subject::DOUBLE AS reference_subject, "
        f"0.5 AS score FROM {values}) TO '{path}'"
    )
    reading = read_file(path)
    assert rows(reading, columns="probe_subject, mated") == [("7", True), (None, None), (None, None)]
    assert any(p.code == "probe-subject-not-an-identifier" and "2 (rows 2, 3" in p.what for p in check_reading(reading))


# Formats of other programs --------------------------------------------------------------------------------------------


def test_bob_table(write):
    body = "probe_key,probe_subject_id,bio_ref_subject_id,score,probe_sex\nk1,1,1,0.9,f\nk2,1,2,nan,f\n"
    reading = read_file(write("scores.csv", body))
    columns = "probe_id, probe_subject, reference_subject, score, mated, probe_sex"
    assert rows(reading, columns=columns) == [("k1", "1", "1", 0.9, True, "f"), ("k2", "1", "2", None, False, "f")]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("1 0.9\n-1 0.2\n1.0 nan\n", [(True, 0.9), (False, 0.2), (True, None)]),
        ("A A p1 0.9\nA  B\tp2 1e-1\nA B p3 NaN\n", [(True, 0.9), (False, 0.1), (False, None)]),
        ("A mA A p1 0.9\n\nA mA B p2 -0.2\n", [(True, 0.9), (False, -0.2)]),
    ],
)
def test_bob_text(body, expected, write):
    reading = read_file(write("scores-dev", body))
    assert reading.format_name == "bob"
    assert rows(reading, columns="mated, score") == expected


def test_bob_text_names_who_is_who(write):
    reading = read_file(write("x.txt", "claimed model real probe 0.5\n"))
    columns = "reference_subject, reference_id, probe_subject, probe_id"
    assert rows(reading, columns=columns) == [("claimed", "model", "real", "probe")]


def test_bob_text_faults(write):
    told = problems_of(
        lambda: read_file(write("x.txt", "1 0.5\n-1 0.2\n2 0.1\n1 2 3 0.5\n" + "1 0.5\n" * 9), format_name="bob")
    )
    assert "line 4" in told["bob-fields"]
    assert "line 3" in told["bob-label"]


def test_bob_text_without_its_last_field_is_told(write):
    told = problems_of(lambda: read_file(write("x.txt", "1 0.5\n1\t \n-1 0.2\n"), format_name="bob"))
    assert "line 2" in told["bob-fields"]


def test_pyeer_two_files(write):
    other = write("false.txt", "x y 0.1\nz w 0.2\n")
    reading = read_file(write("true.txt", "a a 0.9\n0.8\n"), format_name="pyeer", options=Options(companion=other))
    assert rows(reading) == [(True, 0.9), (True, 0.8), (False, 0.1), (False, 0.2)]


def test_pyeer_histogram_counts_lines_from_zero(write):
    options = Options(companion=write("false.txt", "2\n0\n1\n"))
    reading = read_file(write("true.txt", "7\n"), format_name="pyeer-histogram", options=options)
    assert rows(reading) == [(True, 7.0), (False, 0.0), (False, 0.0), (False, 2.0)]


@pytest.mark.parametrize(
    ("counts", "code"),
    [("1\n\n2\n", "histogram-broken"), ("1.5\n", "histogram-broken"), ("9" * 15 + "\n", "too-large")],
)
def test_pyeer_histogram_faults(counts, code, write):
    options = Options(companion=write("false.txt", counts))
    path = write("true.txt", "7\n")
    assert code in problems_of(lambda: read_file(path, format_name="pyeer-histogram", options=options))


def test_pyeer_needs_both_files(write):
    path = write("true.txt", "0.9\n")
    assert "companion-missing" in problems_of(lambda: read_file(path, format_name="pyeer"))


def test_frte_log(write):
    reading = read_file(write("x.candidates", FRTE), searches=write("s.csv", SEARCHES))
    assert reading.format_name == "frte-1n"
    assert rows(reading, "candidates") == [("q1", "A", 1, 0.9), ("q1", "B", 2, 0.8)]
    assert rows(reading, "searches", "search_id, failed") == [("q1", False), ("q2", True)]
    assert dict(reading.sheets["candidates"].left_out) == {"unassigned candidates": 4}
    told = {problem.code: problem for problem in reading.problems}
    assert "1 with code 4, extraction failed" in str(told["searches-failed"])
    assert told["candidates-unassigned"].severity == "warning"


def test_frte_log_names_searches_without_truth(write):
    beside = write("s.csv", SEARCHES.replace("q2", "q3"))
    told = problems_of(lambda: read_file(write("x.log", FRTE), searches=beside))
    assert '1 (line 5; first: "q2")' in told["search-unknown"]


def test_a_frte_log_and_its_searches_say_the_same(write):
    """A log names every search and says which failed: a table that knows better is not taken at its word."""
    lines = ["searchId candidateRank searchRetCode isAssigned templateId score decision",
             "s1 0 0 1 T1 3.5 1", "s2 0 8 0 T0 0 0"]  # fmt: skip
    log = write("list.log", "".join(f"{line}\n" for line in lines))
    table = write("s.csv", "search_id,subject,mated,failed\ns1,T1,1,1\ns2,T2,1,0\ns3,T9,1,0\n")
    told = problems_of(lambda: read_file(log, searches=table))
    assert "rows 1, 2" in told["failed-against-log"]
    assert "row 3" in told["search-not-logged"]
    agreed = write("a.csv", "search_id,subject,mated,failed\ns1,T1,1,0\ns2,T2,1,1\n")
    assert read_file(log, searches=agreed).searches is not None


def test_frte_log_that_contradicts_itself(write):
    body = FRTE + "q3 0 4 1 A 0.5 1\nq4 x 0 1 A 0.5 1\n"
    told = problems_of(lambda: read_file(write("x.log", body)))
    assert "line 8" in told["frte-failed-but-assigned"]
    assert "line 9" in told["frte-line-broken"]


def test_similarity_matrix(write):
    reading = read_file(write("m.csv", ",A,B,A\nA,0.9,0.1,0.8\nC,0.2,,0.3\n"))
    assert reading.format_name == "similarity-matrix"
    expected = [
        *[("A", "A", True, 0.9), ("A", "B", False, 0.1), ("A", "A", True, 0.8)],
        *[("C", "A", False, 0.2), ("C", "B", False, None), ("C", "A", False, 0.3)],
    ]
    assert rows(reading, columns="probe_subject, reference_subject, mated, score") == expected
    assert [problem.code for problem in reading.problems] == ["scores-failed"]


def test_similarity_matrix_of_images(write):
    subjects = write("subjects.csv", "id,subject\na1,A\na2,A\nb1,B\n")
    path = write("m.csv", ",a2,b1\na1,0.9,0.1\n")
    reading = read_file(path, format_name="similarity-matrix", options=Options(companion=subjects))
    assert rows(reading, columns="probe_id, reference_id, mated") == [("a1", "a2", True), ("a1", "b1", False)]
    missing = write("subjects.csv", "id,subject\na1,A\na2,A\n")
    options = Options(companion=missing)
    told = problems_of(lambda: read_file(path, format_name="similarity-matrix", options=options))
    assert '"b1" is not in the table' in told["matrix-broken"]


def test_a_matrix_whose_mated_cells_are_an_identifier_with_itself_is_told(write):
    square = write("m.csv", ",s1_1,s2_1\ns1_1,1,0.1\ns2_1,0.1,1\n")
    (problem,) = read_file(square).problems
    assert (problem.code, problem.severity) == ("mated-diagonal-only", "warning")
    assert "--companion" in problem.remedy
    subjects = write("subjects.csv", "id,subject\ns1_1,s1\ns2_1,s2\n")
    assert read_file(square, options=Options(companion=subjects)).problems == ()
    assert read_file(write("m.csv", ",A,B\nA,1,0.1\nA,0.9,0.2\nB,0.1,1\n")).problems == ()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("probe,distance,label\n1,0.5,1\n2,0.7,0\n", "unknown-table"),
        (",similarity,label\n0,0.5,1\n1,0.7,0\n", "column-without-name"),
        ("id,a,b\n7,1,2\n", "unknown-table"),
    ],
)
def test_a_table_with_names_of_its_own_is_no_matrix(body, code, write):
    assert list(problems_of(lambda: read_file(write("x.csv", body)))) == [code]


def test_digits_of_other_scripts_are_no_numbers(write):
    assert "matrix-broken" in problems_of(
        lambda: read_file(write("m.csv", ",A\nA,٣\n"), format_name="similarity-matrix")
    )
    reading = read_file(write("x.csv", "mated,score\n1,٣\n0,1\n"))
    assert any(problem.code == "score-not-a-number" for problem in check_reading(reading))


def test_similarity_matrix_tells_every_cell(write):
    told = problems_of(
        lambda: read_file(write("m.csv", ",A,B\nA,1,2\nB,x,3\nC,1\nD,inf,2\n"), format_name="similarity-matrix")
    )
    for held in ('row 2, column 1 is no number: "x"', "row 3 has 1 scores instead of 2", "row 4, column 1 is infinite"):
        assert held in told["matrix-broken"]


def bee(kind: bytes, array: NDArray[Any], mark: bytes = b"S2", order: str = "<", cut: int = 0) -> bytes:
    header = mark + b"\ntargets.xml\nqueries.xml\nM%s %d %d " % (kind, *array.shape)
    body = header + struct.pack(f"{order}I", 0x12345678) + b"\n" + array.tobytes()
    return body[: len(body) - cut]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("mark", "sign"), [(b"S2", 1), (b"D2", -1)])
def test_bee_matrix(order, mark, sign, write):
    lowest = np.finfo(np.float32).min
    scores = np.array([[0.5, 0.25, np.nan], [2.0, lowest, 3.0]], dtype=f"{order}f4")
    mask = np.array([[0xFF, 0x7F, 0x7F], [0, 0xFF, 0x7F]], dtype=np.uint8)
    write("x.mask", bee(b"B", mask))
    reading = read_file(write("x.mtx", bee(b"F", scores, mark, order)))
    assert reading.format_name == "mtx"
    expected = [
        *[("1", "1", True, sign * 0.5), ("1", "2", False, sign * 0.25), ("1", "3", False, None)],
        *[("2", "2", True, None), ("2", "3", False, sign * 3.0)],
    ]
    assert rows(reading, columns="probe_id, reference_id, mated, score") == expected
    assert dict(reading.sheets["comparisons"].left_out) == {"cells that the mask ignores": 1}
    assert [problem.code for problem in reading.problems] == ["cells-ignored", "scores-failed"]


def test_bee_matrix_larger_than_a_block_is_what_numpy_reads(write, monkeypatch):
    monkeypatch.setattr("baserate.inputs.formats.bee_matrix.BLOCK_CELLS", 50)
    noise = np.random.default_rng(1)
    scores = noise.normal(size=(37, 11)).astype("<f4")
    mask = noise.choice(np.array([0xFF, 0x7F, 0], dtype=np.uint8), size=scores.shape)
    write("x.mask", bee(b"B", mask))
    reading = read_file(write("x.mtx", bee(b"F", scores)))
    found = np.array([score for (score,) in rows(reading, columns="score")], dtype=np.float32)
    assert np.array_equal(found, scores[mask != 0])
    assert rows(reading, columns="count(*) FILTER (mated)") == [(int((mask == 0xFF).sum()),)]


def test_a_mask_of_other_targets_or_queries_is_told(write):
    scores, mask = np.arange(4, dtype="<f4").reshape(2, 2), np.array([[0xFF, 0x7F], [0x7F, 0xFF]], np.uint8)
    path = write("x.mtx", bee(b"F", scores))
    write("x.mask", bee(b"B", mask))
    assert not read_file(path).problems
    swapped = bee(b"B", mask).replace(b"targets.xml\nqueries.xml", b"queries.xml\ntargets.xml")
    (tmp := path.with_suffix(".mask")).write_bytes(swapped)
    (problem,) = read_file(path).problems
    assert (problem.code, problem.severity, problem.where) == ("mask-of-others", "warning", str(tmp))
    assert 'the mask is of "queries.xml" and "targets.xml"' in problem.what


def test_bee_matrix_faults(write):
    scores, mask = np.ones((2, 2), "<f4"), np.full((2, 2), 0x7F, np.uint8)
    path = write("x.mtx", bee(b"F", scores))
    assert "companion-missing" in problems_of(lambda: read_file(path))
    write("x.mask", bee(b"B", mask[:1]))
    assert "mask-does-not-fit" in problems_of(lambda: read_file(path))
    write("x.mask", bee(b"B", mask + 1))
    assert "mask-broken" in problems_of(lambda: read_file(path))
    write("x.mask", bee(b"F", scores))
    assert "matrix-header-broken" in problems_of(lambda: read_file(path))
    write("x.mask", bee(b"B", mask * 0))
    assert "no-rows" in problems_of(lambda: read_file(path))
    write("x.mask", bee(b"B", mask))
    assert "matrix-cut-off" in problems_of(lambda: read_file(write("x.mtx", bee(b"F", scores, cut=3))))


# Choice ---------------------------------------------------------------------------------------------------------------


def test_format_names_are_distinct_and_csv_is_asked_last():
    names = [one.name for one in FORMATS]
    assert len(set(names)) == len(names)
    assert names[-1] == "csv"


def test_content_comes_before_suffix(write):
    assert read_file(write("x.parquet", "mated,score\n1,0.5\n")).format_name == "csv"
    assert "unreadable-file" in problems_of(
        lambda: read_file(write("x.csv", "mated,score\n1,0.5\n"), format_name="parquet")
    )


def test_companion_that_is_not_needed_is_told(write):
    path = write("x.csv", "mated,score\n1,0.5\n")
    assert "companion-unused" in problems_of(lambda: read_file(path, options=Options(companion=path)))


def test_unknown_names_are_told(write):
    path = write("x.csv", "matd,score\n1,0.5\n")
    assert 'is "matd" what should be "mated"' in problems_of(lambda: read_file(path))["unknown-table"]
    assert "unknown-format" in problems_of(lambda: read_file(path, format_name="xls"))


def test_only_the_named_files_can_be_read(write):
    connection = read_file(write("x.csv", "mated,score\n1,0.5\n")).connection
    with pytest.raises(duckdb.PermissionException):
        connection.execute("SELECT * FROM read_csv('/etc/hostname')")


# Data frames ----------------------------------------------------------------------------------------------------------


def test_relation_as_frame():
    relation = duckdb.sql("SELECT i AS probe_subject, 1 AS reference_subject, i / 2 AS score FROM range(3) t(i)")
    reading = read_frame(relation)
    assert rows(reading, columns="probe_subject, mated, score") == [
        ("0", False, 0.0),
        ("1", True, 0.5),
        ("2", False, 1.0),
    ]
    assert rows(reading, columns="count(*)") == [(3,)]


def test_frames_of_lists_and_searches():
    lists = duckdb.sql("SELECT 'q1' AS search_id, 'A' AS candidate_subject, 1 AS rank, 0.5 AS score")
    searches = duckdb.sql("SELECT 'q1' AS search_id, 'A' AS subject, true AS mated, 10 AS gallery_size")
    assert read_frame(lists, searches=searches).searches.searches.columns == (
        "search_id",
        "subject",
        "mated",
        "gallery_size",
    )


def test_what_is_no_frame_is_refused():
    assert "not-a-frame" in problems_of(lambda: read_frame([1, 2]))


class _Spent:
    """A stream that can be read once, and was."""

    def __arrow_c_stream__(self, requested_schema=None):
        message = "array stream is released"
        raise RuntimeError(message)


def test_stream_that_is_spent_is_refused():
    assert "more than once" in problems_of(lambda: read_frame(_Spent()))["frame-unreadable"]


@pytest.mark.parametrize("package", ["polars", "pandas", "pyarrow"])
def test_frames_of_other_packages(package):
    module = pytest.importorskip(package)
    make = module.table if package == "pyarrow" else module.DataFrame
    frame = make({"mated": [True, False], "score": [0.5, None], "site": ["a", None]})
    assert rows(read_frame(frame)) == [(True, 0.5, "a"), (False, None, None)]
    assert rows(read_frame(frame), columns="count(*)") == [(2,)]


def test_arrow_streams_and_files(tmp_path):
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({"mated": [True, False], "score": [0.5, None]})
    path = tmp_path / "x.arrow"
    frame.write_ipc_stream(path)
    assert rows(read_file(path)) == [(True, 0.5), (False, None)]
    stream = path.read_bytes()
    path.write_bytes(b"ARROW1\x00\x00" + stream + b"footer" + struct.pack("<I", 6) + b"ARROW1")
    assert rows(read_file(path)) == [(True, 0.5), (False, None)]
    path.write_bytes(stream[:-8])
    assert "arrow-cut-off" in problems_of(lambda: read_file(path))
    frame.write_ipc(path)
    assert "arrow-not-a-stream" in problems_of(lambda: read_file(path))


def test_arrow_file_of_pyarrow(tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    table = pyarrow.table({"mated": [True, False] * 5000, "score": [0.5, None] * 5000, "site": ["a", "b"] * 5000})
    path = tmp_path / "x.feather"
    with pyarrow.OSFile(str(path), "wb") as sink, pyarrow.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=1000)
    assert rows(read_file(path)) == [(True, 0.5, "a"), (False, None, "b")] * 5000
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert "arrow-cut-off" in problems_of(lambda: read_file(path))


def test_arrow_streams_put_after_each_other_are_refused(tmp_path):
    polars = pytest.importorskip("polars")
    path = tmp_path / "x.arrow"
    polars.DataFrame({"mated": [True, False], "score": [0.5, None]}).write_ipc_stream(path)
    stream = path.read_bytes()
    path.write_bytes(stream + stream)
    assert f"{len(stream):,} bytes follow" in problems_of(lambda: read_file(path))["arrow-not-alone"]
    file = b"ARROW1\x00\x00" + stream + b"footer" + struct.pack("<I", 6) + b"ARROW1"
    path.write_bytes(file + file)
    assert "arrow-not-alone" in problems_of(lambda: read_file(path))


@pytest.mark.parametrize(("write", "code"), [("write_ipc", "not-a-stream"), ("write_ipc_stream", "not-readable")])
def test_what_is_said_of_text_in_an_arrow_file_of_polars_works(write, code, tmp_path):
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({"mated": ["yes", "no"], "score": [0.5, None]})
    path = tmp_path / "x.arrow"
    getattr(frame, write)(path)
    told = problems_of(lambda: read_file(path))[f"arrow-{code}"]
    assert "compat_level=polars.CompatLevel.oldest()" in told
    assert "write_parquet" in told
    frame.write_ipc_stream(path, compat_level=polars.CompatLevel.oldest())
    assert rows(read_file(path)) == [(True, 0.5), (False, None)]
    frame.write_parquet(path)
    assert rows(read_file(path)) == [(True, 0.5), (False, None)]


@pytest.mark.parametrize("compression", ["lz4", "zstd"])
@pytest.mark.parametrize("package", ["polars", "pyarrow"])
def test_compressed_dictionaries_are_refused_and_what_is_said_works(package, compression, tmp_path):
    module = pytest.importorskip(package)
    path = tmp_path / "x.feather"
    columns = {"mated": [True, False], "score": [0.5, None], "site": ["a", "b"]}

    def save(compression):
        if package == "polars":
            frame = module.DataFrame(columns, schema_overrides={"site": module.Categorical})
            frame.write_ipc_stream(path, compression=compression, compat_level=module.CompatLevel.oldest())
        else:
            feather = pytest.importorskip("pyarrow.feather")
            table = module.table({**columns, "site": module.array(columns["site"]).dictionary_encode()})
            feather.write_feather(table, str(path), compression=compression)

    save(compression)
    assert 'compression="uncompressed"' in problems_of(lambda: read_file(path))["arrow-dictionary-compressed"]
    save("uncompressed")
    assert rows(read_file(path)) == [(True, 0.5, "a"), (False, None, "b")]


def test_a_compressed_file_without_a_dictionary_is_read(tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    feather = pytest.importorskip("pyarrow.feather")
    table = pyarrow.table({"mated": [True, False], "score": [0.5, None], "site": ["a", "b"]})
    feather.write_feather(table, str(tmp_path / "x.feather"), compression="zstd")
    assert rows(read_file(tmp_path / "x.feather")) == [(True, 0.5, "a"), (False, None, "b")]


def test_no_changed_byte_of_an_arrow_stream_stops_the_look_at_its_messages(tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    path = tmp_path / "x.arrow"
    table = pyarrow.table({"mated": [True], "score": [0.5], "site": pyarrow.array(["a"]).dictionary_encode()})
    with pyarrow.OSFile(str(path), "wb") as sink, pyarrow.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    whole = path.read_bytes()
    for place in range(0, len(whole), 7):
        for value in (0, 0x7F, 0xFF):
            damaged = whole[:place] + bytes([value]) + whole[place + 1 :]
            has_compressed_dictionary(io.BytesIO(damaged), 0)
    assert not has_compressed_dictionary(io.BytesIO(whole), 0)


# Streams and readers --------------------------------------------------------------------------------------------------

LISTS = "SELECT 'q1' AS search_id, 'A' AS candidate_subject, 1 AS rank, 0.5 AS score"
TRUTHS = "SELECT 'q1' AS search_id, 'A' AS subject, true AS mated, 10 AS gallery_size"


def relation_of(query: str) -> duckdb.DuckDBPyRelation:
    relation = duckdb.sql(query, connection=duckdb.connect())
    assert relation is not None
    return relation


def test_readers_that_can_be_read_once_are_kept():
    pytest.importorskip("pyarrow")
    reading = read_frame(relation_of(LISTS).arrow(), searches=relation_of(TRUTHS).arrow())
    for _ in range(2):
        assert rows(reading, "candidates") == [("q1", "A", 1, 0.5)]
        assert rows(reading, "searches") == [("q1", "A", True, 10)]
    assert not any(problem.severity == "error" for problem in check_reading(reading))


def test_wide_lists_from_a_reader_are_read_whole():
    pytest.importorskip("pyarrow")
    wide = "SELECT 'q1' AS search_id, 'A' AS subject, true AS mated, 'A' AS candidate_1, 0.5 AS score_1"
    reading = read_frame(relation_of(wide).arrow())
    assert rows(reading, "candidates") == [("q1", "A", 1, 0.5)]
    assert rows(reading, "searches") == [("q1", "A", True)]


@pytest.mark.parametrize("query", [LISTS, TRUTHS, "SELECT true AS mated, 0.5 AS score"])
def test_readers_that_were_read_before_are_refused(query):
    pytest.importorskip("pyarrow")
    reader = relation_of(query).arrow()
    reader.read_all()
    assert "more than once" in problems_of(lambda: read_frame(reader))["frame-unreadable"]


def test_one_reader_is_not_both_tables():
    pytest.importorskip("pyarrow")
    reader = relation_of(LISTS).arrow()
    assert "frame-unreadable" in problems_of(lambda: read_frame(reader, searches=reader))


# The same in every format ---------------------------------------------------------------------------------------------


@pytest.fixture
def held(tmp_path):
    """Read the rows of a query as another format or frame holds them."""

    def read(kind, query, options=None):
        relation = relation_of(query)
        path = tmp_path / f"x.{kind}"
        if kind in ("parquet", "csv", "json"):
            duckdb.sql(f"COPY ({query}) TO '{path}' (FORMAT {kind})")
            return read_file(path, options=options)
        if kind == "relation":
            return read_frame(relation, options=options)
        pytest.importorskip("pyarrow")
        if kind == "arrow":
            table = relation.arrow().read_all()
            with pytest.importorskip("pyarrow").ipc.new_stream(str(path), table.schema) as writer:
                writer.write_table(table)
            return read_file(path, options=options)
        pytest.importorskip(kind)
        if kind == "ibis":
            tables = pytest.importorskip("ibis").polars.connect({"held": relation.pl()})
            return read_frame(tables.table("held"), options=options)
        return read_frame(relation.df() if kind == "pandas" else relation.pl(), options=options)

    return read


KINDS = ["csv", "json", "parquet", "arrow", "relation", "pandas", "polars", "ibis"]


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_text_is_nobody(kind, held):
    values = "(VALUES ('', '', 0.9), ('A', 'A', 0.8), ('A', 'B', 0.1)) t(probe_subject, reference_subject, score)"
    reading = held(kind, f"SELECT probe_subject, reference_subject, score FROM {values}")
    columns = "probe_subject, reference_subject, mated"
    assert rows(reading, columns=columns) == [(None, None, None), ("A", "A", True), ("A", "B", False)]
    assert "identifier-missing" in {problem.code for problem in check_reading(reading)}


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_candidate_ends_a_wide_list(kind, held):
    values = "(VALUES ('q1', 'A', 0.9, 'B', 0.8), ('q2', 'A', 0.9, '', NULL))"
    names = "search_id, candidate_1, score_1, candidate_2, score_2"
    reading = held(kind, f"SELECT {names} FROM {values} t({names})")
    assert rows(reading, "candidates", "search_id, candidate_subject, rank") == [
        ("q1", "A", 1),
        ("q1", "B", 2),
        ("q2", "A", 1),
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_wide_lists_of_numbered_people_name_them_like_their_searches(kind, held):
    values = "(VALUES (1, 7, true, 7, 0.9, 3, 0.5), (2, 8, true, 9, 0.8, NULL, NULL))"
    names = "search_id, subject, mated, candidate_1, score_1, candidate_2, score_2"
    reading = held(kind, f"SELECT {names} FROM {values} t({names})")  # pandas makes floats of the last candidates
    assert rows(reading, "candidates", "candidate_subject") == [("7",), ("3",), ("9",)]
    assert rows(reading, "searches", "subject") == [("7",), ("8",)]
    assert {problem.severity for problem in check_reading(reading)} == {"warning"}


def test_no_numbered_candidate_of_a_wide_list_is_dropped(held):
    values = "(VALUES ('q', 7.5::DOUBLE, NULL, 'nan'::DOUBLE, 0.5), ('r', 1e17, 0.5, 'nan'::DOUBLE, NULL))"
    names = "search_id, candidate_1, score_1, candidate_2, score_2"
    reading = held("parquet", f"SELECT {names} FROM {values} t({names})")
    assert rows(reading, "candidates", "candidate_subject") == [("7.5",), (None,), ("1e+17",)]
    assert "identifier-missing" in {problem.code for problem in check_reading(reading)}


@pytest.mark.parametrize("kind", KINDS)
def test_words_for_missing_hold_in_every_format(kind, held):
    values = "(VALUES ('yes', '0.5', 'a'), ('no', 'n/a', '?')) t(mated, score, site)"
    reading = held(kind, f"SELECT mated, score, site FROM {values}", Options(missing=("n/a", "?")))
    assert rows(reading) == [(True, 0.5, "a"), (False, None, None)]
    assert not any(problem.severity == "error" for problem in check_reading(reading))


def test_words_for_missing_in_texts_of_other_programs(write):
    options = Options(missing=("n/a",))
    path = write("b.txt", "A A p1 0.5\nA B p2 n/a\n")
    assert rows(read_file(path, format_name="bob", options=options), columns="score") == [(0.5,), (None,)]
    other = write("false.txt", "x y 0.1\nx z n/a\n")
    both = Options(missing=("n/a",), companion=other)
    true = write("true.txt", "n/a\n0.8\n")
    assert rows(read_file(true, format_name="pyeer", options=both)) == [
        *[(True, None), (True, 0.8)],
        *[(False, 0.1), (False, None)],
    ]
    assert "score-not-a-number" in problems_of(
        lambda: read_file(true, format_name="pyeer", options=Options(companion=other))
    )
    log = write("x.log", FRTE.replace("0.8", "n/a"))
    assert rows(read_file(log, options=options), "candidates", "score") == [(0.9,), (None,)]
    assert "frte-line-broken" in problems_of(lambda: read_file(log))


@pytest.mark.parametrize("score", ["score", "Score"])
def test_columns_that_stand_twice_are_told(score, write, tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    polars = pytest.importorskip("polars")
    table = pyarrow.table([[True, False], [0.5, 0.1], [9.0, 9.0]], names=["mated", "score", score])
    path = tmp_path / "x.parquet"
    pytest.importorskip("pyarrow.parquet").write_table(table, path)
    calls = [
        lambda: read_file(path),
        lambda: read_frame(table),
        lambda: read_frame(table.to_pandas()),
        lambda: read_file(write("x.csv", f"mated,score,{score}\n1,0.5,9\n")),
    ]
    if score == "Score":  # Polars has no two columns of one name
        calls.append(lambda: read_frame(polars.DataFrame({"mated": [True], "score": [0.5], "Score": [9.0]})))
    with pytest.importorskip("pyarrow").ipc.new_stream(str(tmp_path / "x.arrow"), table.schema) as writer:
        writer.write_table(table)
    calls.append(lambda: read_file(tmp_path / "x.arrow"))
    for call in calls:
        assert list(problems_of(call)) == ["column-repeated"]


def test_names_inside_a_nested_column_are_not_those_of_columns(tmp_path):
    path = tmp_path / "x.parquet"
    query = "SELECT true AS mated, {'score': 1, 'b': {'score': 2}} AS s, [1] AS l, [2] AS m, 1.0 AS score"
    duckdb.sql(f"COPY ({query}) TO '{path}'")
    assert list(problems_of(lambda: read_file(path))) == ["column-nested"]


def test_categorical_and_decimal_truth(tmp_path):
    pandas = pytest.importorskip("pandas")
    categories = pandas.DataFrame({"mated": pandas.Categorical(["yes", "no"]), "score": [0.5, 0.1]})
    categories["site"] = pandas.Categorical(["a", "b"])
    assert rows(read_frame(categories)) == [(True, 0.5, "a"), (False, 0.1, "b")]
    path = tmp_path / "x.parquet"
    duckdb.sql(f"COPY (SELECT i::DECIMAL(4, 1) AS mated, 0.5 AS score FROM range(3) t(i)) TO '{path}'")
    reading = read_file(path)
    assert rows(reading, columns="mated") == [(False,), (True,), (None,)]
    assert any(p.code == "mated-not-true-or-false" and "1 (row 3" in p.what for p in check_reading(reading))


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("search_id,candidate_1,candidate_subject_1,score_1", "candidate_1 and candidate_subject_1"),
        ("search_id,candidate_1,score_1,score_01", "score_1 and score_01"),
    ],
)
def test_two_columns_of_one_rank_are_told(header, told, write):
    path = write("w.csv", f"{header}\nq1,A,0.5,0.9\n")
    assert told in problems_of(lambda: read_file(path))["wide-columns-broken"]


def test_tables_that_are_no_searches_are_told(write):
    lists, searches = write("c.csv", LONG), write("s.csv", SEARCHES)
    wide = write("w.csv", "search_id,subject,mated,candidate_1,score_1\nq1,A,1,A,0.9\n")
    log = write("x.log", FRTE)
    told = problems_of(lambda: read_file(lists, searches=lists))["wrong-kind-of-table"]
    assert "c.csv: this holds candidates, not searches" in told
    for first, second in [(wide, searches), (lists, wide), (wide, wide), (log, log), (searches, searches)]:
        assert list(problems_of(partial(read_file, first, searches=second))) == ["wrong-kind-of-table"]
    frame = duckdb.sql(LISTS)
    assert "wrong-kind-of-table" in problems_of(lambda: read_frame(frame, searches=frame))


def test_json_lines_with_a_mark(write):
    body = b'\xef\xbb\xbf{"mated":true,"score":0.5,"site":"a\\"b,\xc3\xa9"}\n\n{"mated":false,"score":null}\n'
    for path in (write("x.jsonl", body), write("x.jsonl.gz", gzip.compress(body))):
        assert rows(read_file(path), columns="mated, score, site") == [(True, 0.5, 'a"b,é'), (False, None, None)]
    assert "record 3" in problems_of(lambda: read_file(write("x.jsonl", body + b"{oops\n")))["json-broken"]


def test_a_json_list_is_named(write):
    path = write("x.json", json.dumps([{"mated": True, "score": 0.5}], indent=1))
    assert "lines=True" in problems_of(lambda: read_file(path))["json-list"]


def test_words_for_missing_are_refused_where_there_are_no_words(write):
    write("x.mask", bee(b"B", np.array([[0xFF, 0x7F]], dtype=np.uint8)))
    path = write("x.mtx", bee(b"F", np.array([[0.5, 1.0]], dtype="<f4")))
    assert "missing-unused" in problems_of(lambda: read_file(path, options=Options(missing=("n/a",))))


def test_an_infinite_cell_of_a_bee_matrix_is_no_failure(write):
    write("x.mask", bee(b"B", np.array([[0xFF, 0x7F]], dtype=np.uint8)))
    reading = read_file(write("x.mtx", bee(b"F", np.array([[-np.inf, 1.0]], dtype="<f4"))))
    assert {problem.code for problem in check_reading(reading)} == {"score-infinite"}


def test_what_keeps_a_table_from_being_known_is_told(write):
    told = problems_of(lambda: read_file(write("x.csv", "probe_subject,reference_subject,score,rank\nA,A,1,1\n")))
    assert 'without "rank" they are those of comparisons' in told["unknown-table"]
    told = problems_of(lambda: read_file(write("m.csv", ",A,B\nC,1,0.1\nD,0.3,0.4\n")))
    assert "--format similarity-matrix" in told["column-without-name"]
