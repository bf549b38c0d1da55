"""Bad and odd files by seed: what no reader may answer with a traceback or with rows that are gone.

A valid table is written in one of the formats and then damaged, or not. Whatever comes out must be refused with
problems, or read whole: rows in = rows counted + rows reported, and every score as Python reads it.

    python -m tests.inputs.odd_files 10000        # from seed 0
    python -m tests.inputs.odd_files 500 40000    # from seed 40000
"""

# ruff: noqa: S608 - the queries are made of names of its own
from __future__ import annotations

import csv
import io
import json
import math
import random
import re
import struct
import tempfile
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import numpy as np
from tests.inputs import odd
from tests.inputs.odd import OddFile, csv_rows, cut_off, damaged, flip_bytes, packed, sound, uncompressed

from baserate.inputs.checks import check_reading
from baserate.inputs.formats import Options, Reading, read_file

if TYPE_CHECKING:
    from collections import Counter

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?nan|[+-]?inf(inity)?", re.IGNORECASE)

# Valid tables ---------------------------------------------------------------------------------------------------------


def score(rng: random.Random) -> str:
    return rng.choice(["{:.6g}", "{:.3f}", "{:+.2e}", "{}"]).format(rng.gauss(0, 1))


def comparisons(rng: random.Random) -> list[list[str]]:
    n = rng.choice([0, 1, 2, 7, 40, 300])
    if rng.random() < 0.5:
        return [["mated", "score"]] + [[rng.choice(["true", "false", "1", "0"]), score(rng)] for _ in range(n)]
    header = ["probe_subject", "reference_subject", "score", "site"]
    people = [f"S{k:03d}" for k in range(6)]
    return [header] + [[rng.choice(people), rng.choice(people), score(rng), rng.choice("AB")] for _ in range(n)]


def candidates(rng: random.Random) -> list[list[str]]:
    rows = [["search_id", "candidate_subject", "rank", "score"]]
    for search in range(rng.choice([0, 1, 5, 40])):
        scores = sorted((rng.random() for _ in range(rng.randrange(6))), reverse=True)
        rows += [[f"q{search}", f"S{rng.randrange(50)}", str(rank + 1), f"{s:.5f}"] for rank, s in enumerate(scores)]
    return rows


def searches(rng: random.Random, n: int) -> list[list[str]]:
    rows = [["search_id", "subject", "mated", "gallery_size"]]
    return rows + [[f"q{k}", f"S{rng.randrange(50)}", rng.choice(["true", "false"]), "1000"] for k in range(n)]


def wide(rng: random.Random) -> list[list[str]]:
    length = rng.randrange(1, 5)
    pairs = [f"{word}_{k + 1}" for k in range(length) for word in ("candidate", "score")]
    rows = [["search_id", "mated", "subject", *pairs]]
    for search in range(rng.randrange(20)):
        held = rng.randrange(length + 1)
        cells = [
            cell for k in range(held) for cell in (f"S{rng.randrange(9)}", f"{1 - k / 10 - rng.random() / 20:.4f}")
        ]
        rows.append([f"q{search}", rng.choice("01"), f"S{rng.randrange(9)}", *cells, *[""] * (2 * (length - held))])
    return rows


# Formats --------------------------------------------------------------------------------------------------------------


def as_csv(rows: list[list[str]], rng: random.Random) -> bytes:
    stream = io.StringIO()
    delimiter = rng.choice([",", ",", ";", "\t", "|"])
    end = rng.choice(["\n", "\r\n"])
    if rng.random() < 0.5:
        csv.writer(stream, delimiter=delimiter, lineterminator=end).writerows(rows)
    else:
        csv.writer(stream, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(rows)
    text = stream.getvalue()
    return rng.choice([b"", b"", b"\xef\xbb\xbf"]) + (text if rng.random() < 0.8 else text.rstrip("\r\n")).encode()


def make_csv(rng: random.Random) -> OddFile:
    kind = rng.choice([comparisons, candidates, wide])
    made = OddFile("file.csv", as_csv(kind(rng), rng), f"csv {kind.__name__}")
    if kind is candidates and rng.random() < 0.7:
        made.beside["searches.csv"] = as_csv(searches(rng, 40), rng)
        made.searches = "searches.csv"
    return made


def make_jsonl(rng: random.Random) -> OddFile:
    header, *rows = rng.choice([comparisons, candidates])(rng)
    records = []
    for row in rows:
        record: dict[str, object] = dict(zip(header, row, strict=True))
        record["score"] = float(str(record["score"]))
        records.append(json.dumps(record, ensure_ascii=rng.random() < 0.5))
    return OddFile("file.jsonl", "".join(f"{record}\n" for record in records).encode(), "jsonl")


def make_parquet(rng: random.Random) -> OddFile:
    n = rng.choice([0, 1, 500])
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        path = Path(folder) / "x.parquet"
        kind = rng.choice(["DOUBLE", "FLOAT", "VARCHAR", "DECIMAL(9, 3)"])
        codec = rng.choice(["zstd", "snappy", "uncompressed"])
        select = (
            f"SELECT i % 3 = 0 AS mated, CAST(i / 7.0 AS {kind}) AS score, i % 5 AS probe_subject FROM range({n}) t(i)"
        )
        connection.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet, COMPRESSION {codec})")
        return OddFile("file.parquet", path.read_bytes(), "parquet")


def make_arrow(rng: random.Random) -> OddFile:
    """An Arrow stream or file where both packages are there that write and read it, else JSON Lines."""
    if not (find_spec("pyarrow") and find_spec("nanoarrow")):
        return make_jsonl(rng)
    pa = import_module("pyarrow")
    n = rng.choice([0, 1, 500])
    table = pa.table({"mated": [k % 3 == 0 for k in range(n)], "score": [k / 7 for k in range(n)]})
    sink = pa.BufferOutputStream()
    with rng.choice([pa.ipc.new_file, pa.ipc.new_stream])(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=100)
    return OddFile("file.arrow", sink.getvalue().to_pybytes(), "arrow")


def make_bob(rng: random.Random) -> OddFile:
    rows = []
    fields = rng.choice([2, 4, 5])
    for k in range(rng.choice([1, 3, 60])):
        a, b = f"S{rng.randrange(9)}", f"S{rng.randrange(9)}"
        start = {2: [rng.choice(["1", "-1"])], 4: [a, b, f"p{k}"], 5: [a, f"m{a}", b, f"p{k}"]}[fields]
        rows.append(rng.choice([" ", "  ", "\t"]).join([*start, rng.choice([score(rng), score(rng), "nan"])]))
    return OddFile("file.txt", "".join(f"{row}\n" for row in rows).encode(), "bob")


def make_pyeer(rng: random.Random) -> OddFile:
    mated = "".join(f"{rng.choice(['', 'a b '])}{score(rng)}\n" for _ in range(rng.choice([1, 30]))).encode()
    if rng.random() < 0.4:
        counts = "".join(f"{rng.randrange(9)}\n" for _ in range(20)).encode()
        return OddFile(
            "mated.txt",
            mated,
            "pyeer-histogram",
            beside={"n.txt": counts},
            format_name="pyeer-histogram",
            companion="n.txt",
        )
    other = "".join(f"{score(rng)}\n" for _ in range(rng.choice([1, 30]))).encode()
    return OddFile("mated.txt", mated, "pyeer", beside={"n.txt": other}, format_name="pyeer", companion="n.txt")


def make_frte(rng: random.Random) -> OddFile:
    lines = ["searchId candidateRank searchRetCode isAssigned templateId score decision"]
    for search in range(rng.choice([0, 1, 12])):
        failed = rng.random() < 0.2
        held = 0 if failed else rng.randrange(6)
        for rank in range(5):
            entry = f"1 t{rng.randrange(99)} {0.9 - rank / 10:.3f}" if rank < held else "0  -1"
            lines.append(f"q{search} {rank} {4 if failed else 0} {entry} {int(held > 0)}")
    made = OddFile("list.log", "".join(f"{line}\n" for line in lines).encode(), "frte")
    if rng.random() < 0.5:
        made.beside["searches.csv"] = as_csv(searches(rng, 12), rng)
        made.searches = "searches.csv"
    return made


def make_matrix(rng: random.Random) -> OddFile:
    references = [f"S{k}" for k in range(rng.randrange(1, 8))]
    rows = [["", *references]]
    rows += [[f"S{rng.randrange(9)}", *[score(rng) for _ in references]] for _ in range(rng.randrange(1, 9))]
    return OddFile("matrix.csv", as_csv(rows, rng), "matrix")


def make_mtx(rng: random.Random) -> OddFile:
    shape = rng.randrange(1, 9), rng.randrange(1, 9)
    noise = np.random.default_rng(rng.randrange(2**32))
    order = rng.choice("<>")

    def file(kind: bytes, body: bytes, mark: bytes) -> bytes:
        return (
            mark
            + b"\ntargets\nqueries\nM%s %d %d " % (kind, *shape)
            + struct.pack(f"{order}I", 0x12345678)
            + b"\n"
            + body
        )

    scores = noise.normal(size=shape).astype(f"{order}f4")
    mask = noise.choice(np.array([0xFF, 0x7F, 0], dtype=np.uint8), size=shape)
    return OddFile(
        "x.mtx",
        file(b"F", scores.tobytes(), rng.choice([b"S2", b"D2"])),
        "mtx",
        beside={"x.mask": file(b"B", mask.tobytes(), b"S2")},
    )


MAKERS = [
    *[make_csv] * 5,
    make_jsonl,
    make_jsonl,
    make_parquet,
    make_arrow,
    make_bob,
    make_pyeer,
    make_frte,
    make_matrix,
    make_mtx,
]


def make(seed: int) -> OddFile:
    """Make the file of a seed."""
    rng = random.Random(seed)  # noqa: S311
    made = damaged(rng.choice(MAKERS)(rng), rng)
    if rng.random() < 0.15:
        made = packed(made, rng)
        if rng.random() < 0.4:
            made.body = rng.choice([flip_bytes, cut_off])(made.body, rng)
            made.plain = uncompressed(made.body) or made.plain
            made.damage.append("compression damaged")
    if rng.random() < 0.05:
        made.name = rng.choice(["file", "file.parquet", "file.csv", "file.mtx", "fil e'.csv", "ü.csv"])
    return made


# What must hold -------------------------------------------------------------------------------------------------------


def written_scores(made: OddFile, format_name: str) -> list[float | None] | int | None:
    """Scores of the file as Python reads them, or only their number, or ``None`` where Python has no second opinion."""
    body = made.body if made.plain is None else made.plain
    text = body.decode("utf-8-sig", errors="replace")
    if format_name == "csv":
        return csv_scores(text)
    if format_name == "jsonl":
        lines = [line for line in re.split(r"\r?\n|\r", text) if line.strip()]
        records = [{key.lower(): value for key, value in json.loads(line.strip()).items()} for line in lines]
        return [json_score(record.get("score")) for record in records]
    if format_name in ("bob", "pyeer"):
        values = [fields[-1] for fields in map(str.split, re.split(r"\r\n|\n|\r", text)) if fields]
        return [to_score(value, nan_is_failure=format_name == "bob") for value in values]
    if format_name == "frte-1n":
        return len([line for line in re.split(r"\r\n|\n|\r", text) if line.strip(" ")]) - 1
    return None


def csv_scores(text: str) -> list[float | None] | int:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    first = next(line for line in text.split("\n") if line.strip())
    delimiter = max(",;\t|", key=first.count)
    rows = [row for row in csv_rows(text, delimiter) if row and (len(row) > 1 or row[0].strip())]
    header = [re.sub(r"[\s-]+", "_", cell.strip()).lower() for cell in rows[0]]
    if "mated" not in header and {"candidate_1", "candidate_subject_1"} & set(header):
        return sum(wide_entries(row, header) for row in rows[1:])
    if "score" not in header:
        return len(rows) - 1
    place = header.index("score")
    return [to_score(row[place], nan_is_failure="bio_ref_subject_id" in header) for row in rows[1:]]


def wide_entries(row: list[str], header: list[str]) -> int:
    """Candidates of a wide row, or 1 for the search itself where it has none."""
    ranks = {name.rpartition("_")[2] for name in header if re.fullmatch(r"score_\d+", name)}
    cells = {name: cell.strip(" ") for name, cell in zip(header, row, strict=True)}
    held = [any(cells.get(f"{word}_{rank}") for word in ("candidate", "candidate_subject", "score")) for rank in ranks]
    return max(1, sum(held))


def json_score(value: object) -> float | None:
    if isinstance(value, str):
        return to_score(value)
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def to_score(value: str, *, nan_is_failure: bool = False) -> float | None:
    value = value.strip(" \t\r\n\v\f")
    if not NUMBER.fullmatch(value) or not value.isascii():
        return None
    number = float(value)
    return None if nan_is_failure and math.isnan(number) else number


def same(found: float | None, expected: float | None) -> bool:
    if found is None or expected is None:
        return found is expected
    return found == expected or (math.isnan(found) and math.isnan(expected))


def verdict(made: OddFile, folder: Path) -> str:
    """Read and check the file: ``refused``, ``accepted``, or what its table has lost."""
    options = Options(companion=folder / made.companion if made.companion else None)
    searches = folder / made.searches if made.searches else None
    reading = read_file(folder / made.name, format_name=made.format_name, searches=searches, options=options)
    problems = check_reading(reading)
    if not all(sound(str(problem)) for problem in problems):
        return f"ill told: {problems!r}"
    try:
        lost = what_is_lost(made, reading)
    except ValueError as error:
        lost = f"read, though Python refuses it: {error!r}"
    reading.connection.close()
    if lost:
        return lost
    return "refused" if any(problem.severity == "error" for problem in problems) else "accepted"


def what_is_lost(made: OddFile, reading: Reading) -> str:
    """Say which rows of the file are neither in its table nor reported, or which scores are others."""
    role = "searches" if "searches" in reading.sheets and not made.searches else next(iter(reading.sheets))
    sheet = reading.sheets[role]
    column = "score" if sheet.has("score") else "NULL"
    if reading.format_name == "pyeer":
        rows = reading.connection.execute(
            f"SELECT {column} FROM {sheet.rows} WHERE mated ORDER BY row_in_file"
        ).fetchall()
    else:
        rows = reading.connection.execute(f"SELECT {column} FROM {sheet.rows} ORDER BY row_in_file").fetchall()
    expected = written_scores(made, reading.format_name)
    if expected is None:
        return ""
    number = expected if isinstance(expected, int) else len(expected)
    if len(rows) + sum(sheet.left_out.values()) != number:
        return f"rows lost: {number} in the file, {len(rows)} read, {dict(sheet.left_out)} left out"
    if isinstance(expected, int) or column == "NULL":
        return ""
    other = [(f, e) for (f,), e in zip(rows, expected, strict=True) if not same(f, e)]
    return f"scores altered (read, in the file): {other[:5]}" if other else ""


def run(first: int, number: int) -> tuple[Counter[str], dict[int, str]]:
    """Try the files of some seeds; count what became of them, and give the seeds that went wrong."""
    return odd.run(first, number, make=make, verdict=verdict)


if __name__ == "__main__":
    odd.main(run)
