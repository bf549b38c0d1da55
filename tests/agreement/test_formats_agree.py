"""The same comparisons, and the same lists, are the same table whatever format they come in."""

# ruff: noqa: S608 - the queries are made of the tests' own names

import csv
import gzip
import json
import struct
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pytest
from numpy.typing import NDArray

from baserate.estimates import Wanted, measure_comparisons
from baserate.inputs import read_scores
from baserate.inputs.checks import check_reading
from baserate.inputs.formats import Options, Reading, read_file, read_frame

REFERENCES = [f"S{k:02d}" for k in range(9)]
PROBES = [f"S{k:02d}" for k in (0, 0, 3, 5, 8, 11, 12)]
NOISE = np.random.default_rng(7)
MATED = np.array([[probe == reference for reference in REFERENCES] for probe in PROBES])
SCORES = (NOISE.normal(size=MATED.shape) + 3 * MATED).astype(np.float32)
SCORES[2, 4] = SCORES[3, 5] = np.nan  # one non-mated and one mated failure
FAILED = np.isnan(SCORES)


def cells() -> list[tuple[int, int]]:
    return [(i, j) for i in range(len(PROBES)) for j in range(len(REFERENCES))]


def text_of(i: int, j: int, missing: str = "") -> str:
    return missing if FAILED[i, j] else repr(float(SCORES[i, j]))


def write_csv(path: Path) -> Reading:
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["probe_subject", "reference_subject", "score"])
        writer.writerows([PROBES[i], REFERENCES[j], text_of(i, j)] for i, j in cells())
    return read_file(path)


def write_two_columns(path):
    path.write_text("mated;score\n" + "".join(f"{int(MATED[i, j])};{text_of(i, j, '-99')}\n" for i, j in cells()))
    return read_file(path, options=Options(failure_code=-99))


def write_gzip(path):
    write_csv(path)
    path.write_bytes(gzip.compress(path.read_bytes()))
    return read_file(path)


def write_json(path):
    rows = [{"mated": bool(MATED[i, j]), "score": None if FAILED[i, j] else float(SCORES[i, j])} for i, j in cells()]
    path.write_text("\n".join(map(json.dumps, rows)))
    return read_file(path)


def write_parquet(path):
    write_csv(path.with_suffix(".csv"))
    source = f"read_csv('{path.with_suffix('.csv')}')"
    duckdb.sql(f"COPY (SELECT * REPLACE (score::FLOAT AS score) FROM {source}) TO '{path}' (FORMAT parquet)")
    return read_file(path)


def make_frame(path):
    write_csv(path)
    return read_frame(duckdb.sql(f"FROM read_csv('{path}')"))


def write_matrix(path):
    lines = [",".join(["", *REFERENCES])]
    lines += [",".join([probe, *(text_of(i, j) for j in range(len(REFERENCES)))]) for i, probe in enumerate(PROBES)]
    path.write_text("\n".join(lines))
    return read_file(path)


def write_bob(path):
    path.write_text("".join(f"{REFERENCES[j]} {PROBES[i]} p{i} {text_of(i, j, 'nan')}\n" for i, j in cells()))
    return read_file(path)


def write_bob_five(path):
    path.write_text("".join(f"{REFERENCES[j]} m{j} {PROBES[i]} p{i} {text_of(i, j, 'nan')}\n" for i, j in cells()))
    return read_file(path)


def write_bob_two(path):
    path.write_text("".join(f"{1 if MATED[i, j] else -1} {text_of(i, j, 'nan')}\n" for i, j in cells()))
    return read_file(path)


def write_bob_table(path):
    header = "probe_subject_id,probe_key,bio_ref_subject_id,score\n"
    path.write_text(header + "".join(f"{PROBES[i]},p{i},{REFERENCES[j]},{text_of(i, j, 'nan')}\n" for i, j in cells()))
    return read_file(path)


def write_pyeer(path):
    for name, kind in ((path, True), (path.with_suffix(".other"), False)):
        name.write_text("".join(f"x {text_of(i, j, '-99')}\n" for i, j in cells() if MATED[i, j] == kind))
    options = Options(companion=path.with_suffix(".other"), failure_code=-99)
    return read_file(path, format_name="pyeer", options=options)


def write_mtx(path):
    def body(kind: bytes, array: NDArray[Any]) -> bytes:
        header = b"S2\nt\nq\nM%s %d %d " % (kind, *array.shape)
        return header + struct.pack("<I", 0x12345678) + b"\n" + array.tobytes()

    path.write_bytes(body(b"F", SCORES.astype("<f4")))
    path.with_suffix(".mask").write_bytes(body(b"B", np.where(MATED, 0xFF, 0x7F).astype(np.uint8)))
    return read_file(path)


WRITERS = [
    write_csv,
    write_two_columns,
    write_gzip,
    write_json,
    write_parquet,
    make_frame,
    write_matrix,
    write_bob,
    write_bob_five,
    write_bob_two,
    write_bob_table,
    write_pyeer,
    write_mtx,
]


@pytest.mark.parametrize("write", WRITERS, ids=lambda write: write.__name__)
def test_same_comparisons(write, tmp_path):
    reading = write(tmp_path / "file.mtx")
    view = reading.comparisons.view
    found = reading.connection.execute(f"SELECT mated, score FROM {view} ORDER BY ALL").fetchall()
    expected = sorted(
        ((bool(MATED[i, j]), None if FAILED[i, j] else float(SCORES[i, j])) for i, j in cells()),
        key=lambda row: (row[0], row[1] is None, row[1] or 0),
    )
    assert found == expected
    assert [p for p in check_reading(reading) if p.severity == "error"] == []


# Searches: three lists, one of them empty, one search that failed.
LISTS = {"q1": [("A", 0.9), ("B", 0.5)], "q2": [("C", 0.25)], "q3": [], "q4": []}
TRUTH = "search_id,subject,mated,gallery_size,failed\nq1,A,1,50,0\nq2,,0,50,0\nq3,D,1,50,0\nq4,E,1,50,1\n"


def read_long(folder) -> Reading:
    rows = "".join(f"{q},{c},{k + 1},{s}\n" for q, held in LISTS.items() for k, (c, s) in enumerate(held))
    (folder / "c.csv").write_text("search_id,candidate_subject,rank,score\n" + rows)
    (folder / "s.csv").write_text(TRUTH)
    return read_file(folder / "c.csv", searches=folder / "s.csv")


def read_wide(folder) -> Reading:
    header, *truths = TRUTH.splitlines()
    cells = [[*(f"{c},{s}" for c, s in held), *[","] * (2 - len(held))] for held in LISTS.values()]
    lines = [",".join([truth, *held]) for truth, held in zip(truths, cells, strict=True)]
    (folder / "w.csv").write_text("\n".join([header + ",candidate_1,score_1,candidate_2,score_2", *lines]))
    return read_file(folder / "w.csv")


def read_frte(folder) -> Reading:
    lines = ["searchId candidateRank searchRetCode isAssigned templateId score decision"]
    for search, held in LISTS.items():
        for k in range(2):
            entry = f"1 {held[k][0]} {held[k][1]}" if k < len(held) else "0  -1"
            lines.append(f"{search} {k} {8 if search == 'q4' else 0} {entry} 0")
    (folder / "f.log").write_text("\n".join(lines))
    truth = [",".join(line.split(",")[:4]) for line in TRUTH.splitlines()]
    (folder / "s.csv").write_text("\n".join(truth))
    return read_file(folder / "f.log", searches=folder / "s.csv")


@pytest.mark.parametrize("read", [read_long, read_wide, read_frte], ids=lambda read: read.__name__)
def test_same_searches(read, tmp_path):
    searches = read(tmp_path).searches
    run = searches.connection.execute
    lists = run(f"SELECT search_id, candidate_subject, rank, score FROM {searches.candidates.view} ORDER BY ALL")
    assert lists.fetchall() == [("q1", "A", 1, 0.9), ("q1", "B", 2, 0.5), ("q2", "C", 1, 0.25)]
    columns = "search_id, subject, mated, gallery_size, failed"
    truth = run(f"SELECT {columns} FROM {searches.searches.view} ORDER BY ALL").fetchall()
    assert truth == [
        ("q1", "A", True, 50, False),
        ("q2", None, False, 50, False),
        ("q3", "D", True, 50, False),
        ("q4", "E", True, 50, True),
    ]


def test_numbered_people_are_drawn_alike_from_text_and_from_numbers(tmp_path):
    """People are in the order of their names as text, 10 before 2, so that each has the same weights."""
    rng = np.random.default_rng(8)
    probe, mated = np.repeat(np.arange(60), 20), np.tile(np.arange(20) < 4, 60)
    reference = np.where(mated, probe, 100 + np.arange(1200) % 30)
    table = {"probe_subject": probe, "reference_subject": reference, "score": rng.normal(size=1200) + 2 * mated}
    frame = pa.table(table)
    duckdb.from_arrow(frame).write_csv(str(tmp_path / "a.csv"))
    wanted = Wanted(rates=(0.05,))
    numbers, text = (
        [(e.metric, e.low, e.high) for e in measure_comparisons(read_scores(source).comparisons, wanted)]
        for source in (frame, tmp_path / "a.csv")
    )
    assert numbers == text
