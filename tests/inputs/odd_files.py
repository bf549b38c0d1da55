"""Bad and odd files by seed: what no reader may answer with a traceback or with rows that are gone.

A valid table is written in one of the formats and then damaged, or not. Whatever comes out must be refused with
problems, or read whole: rows in = rows counted + rows reported, and every score as Python reads it.

    python tests/inputs/odd_files.py 10000        # from seed 0
    python tests/inputs/odd_files.py 500 40000    # from seed 40000
"""

# ruff: noqa: S608, T201 - the queries are made of names of its own; this is also a command
from __future__ import annotations

import csv
import gzip
import io
import json
import math
import random
import re
import struct
import sys
import tempfile
import traceback
from collections import Counter
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import duckdb
import numpy as np

from baserate.errors import InputError
from baserate.inputs.checks import check_reading
from baserate.inputs.formats import Options, Reading, read_file

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?nan|[+-]?inf(inity)?", re.IGNORECASE)
csv.field_size_limit(sys.maxsize)
ODD_TEXTS = [
    *["", " ", "n/a", "NULL", "-1", "nan", "inf", "1e400", "0,5", "1_000", "0x1F", "true", "٣", "é", "\u202e", "😀"],
    *['"', '""', "'", "a\nb", "a\tb", "=1+1", "<script>", "'; DROP TABLE x; --", "\x1b[31m", "a" * 600, "1" * 400],
]


@dataclass
class OddFile:
    """A file with what is known of it: the format it began as, and the files beside it."""

    name: str
    body: bytes
    made: str
    damage: list[str] = field(default_factory=list)
    beside: dict[str, bytes] = field(default_factory=dict)
    format_name: str | None = None
    companion: str | None = None
    searches: str | None = None
    plain: bytes | None = None  # the text before it was compressed


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

# Damage ---------------------------------------------------------------------------------------------------------------


def flip_bytes(body: bytes, rng: random.Random) -> bytes:
    changed = bytearray(body)
    for _ in range(rng.choice([1, 1, 3, 20])):
        if changed:
            changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def cut_off(body: bytes, rng: random.Random) -> bytes:
    return body[: rng.randrange(len(body) + 1)]


def insert_bytes(body: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(len(body) + 1)
    piece = rng.choice(
        [b"\x00", b"\xff\xfe", b"\r", b"\n", b"\n\n", b'"', b",", b";", b" ", b"\x1a", b"\xef\xbb\xbf", b"\\"]
    )
    return body[:place] + piece + body[place:]


def odd_field(body: bytes, rng: random.Random) -> bytes:
    lines = body.split(b"\n")
    k = rng.randrange(len(lines))
    for mark in (b",", b";", b"\t", b"|", b" "):
        fields = lines[k].split(mark)
        if len(fields) > 1:
            fields[rng.randrange(len(fields))] = rng.choice(ODD_TEXTS).encode()
            lines[k] = mark.join(fields)
            break
    return b"\n".join(lines)


def odd_lines(body: bytes, rng: random.Random) -> bytes:
    lines = body.split(b"\n")
    k = rng.randrange(len(lines))
    action = rng.randrange(6)
    if action == 0:
        lines.insert(k, lines[k])
    elif action == 1:
        del lines[k]
    elif action == 2:
        lines.insert(k, rng.choice([b"", b"   ", b"# comment", b",,,", b"{}", b"[]", b"null"]))
    elif action == 3:
        lines[k] += rng.choice([b",", b",x", b'"', b" ", b",,,,,,"])
    elif action == 4:
        lines[k] = lines[k].upper()
    else:
        rng.shuffle(lines)
    return b"\n".join(lines)


def recode(body: bytes, rng: random.Random) -> bytes:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return body
    text = text.replace("S", rng.choice(["é", "S"]))
    return text.encode(rng.choice(["latin-1", "utf-16", "utf-16-le", "utf-8-sig", "cp1252"]), errors="replace")


def other_newlines(body: bytes, rng: random.Random) -> bytes:
    return body.replace(b"\r\n", b"\n").replace(b"\n", rng.choice([b"\r", b"\r\n", b"\n\r", b"\x0b", b"\x85", b"\n\n"]))


def long_line(body: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(len(body) + 1)
    return body[:place] + rng.choice([b"9", b"x", b'"', b","]) * rng.choice([2_000, 1_100_000]) + body[place:]


def nothing_left(body: bytes, rng: random.Random) -> bytes:
    return rng.choice(
        [b"", b"\n", b"\n\n\n", b" ", body.split(b"\n")[0], b"\xef\xbb\xbf", b"\x00" * 100, b"PAR1", b"{"]
    )


DAMAGE = [flip_bytes, cut_off, insert_bytes, odd_field, odd_field, odd_lines, odd_lines, recode, other_newlines]
RARE = [long_line, nothing_left]


def compressed(body: bytes, rng: random.Random) -> tuple[bytes, str]:
    """Compress with gzip, or with zstd where a package can."""
    if rng.random() < 0.3 and find_spec("pyarrow"):
        packed: bytes = import_module("pyarrow").compress(body, codec="zstd", asbytes=True)
        return packed, ".zst"
    return gzip.compress(body), ".gz"


def make(seed: int) -> OddFile:
    """Make the file of a seed."""
    rng = random.Random(seed)  # noqa: S311
    made = rng.choice(MAKERS)(rng)
    for _ in range(rng.choice([0, 1, 1, 1, 2, 3])):
        damage = rng.choice(RARE if rng.random() < 0.06 else DAMAGE)
        victim = rng.choice([None, *made.beside]) if rng.random() < 0.3 else None
        if victim is None:
            made.body = damage(made.body, rng)
        else:
            made.beside[victim] = damage(made.beside[victim], rng)
        made.damage.append(damage.__name__ + ("" if victim is None else f" of {victim}"))
    if rng.random() < 0.15:
        made.plain = made.body
        made.body, ending = compressed(made.body, rng)
        made.name += ending
        if rng.random() < 0.4:
            made.body = rng.choice([flip_bytes, cut_off])(made.body, rng)
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
    rows = [
        row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if row and (len(row) > 1 or row[0].strip())
    ]
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
    """Read and check the file: ``refused``, ``accepted``, or a description of what went wrong."""
    path = folder / made.name
    path.write_bytes(made.body)
    for name, body in made.beside.items():
        (folder / name).write_bytes(body)
    options = Options(companion=folder / made.companion if made.companion else None)
    searches = folder / made.searches if made.searches else None
    try:
        reading = read_file(path, format_name=made.format_name, searches=searches, options=options)
        problems = check_reading(reading)
    except InputError as error:
        return "refused" if error.problems and all(sound(str(p)) for p in error.problems) else f"ill refused: {error!r}"
    except Exception:  # any other end is the fault that is looked for
        return traceback.format_exc()
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


def sound(message: str) -> bool:
    return message.isprintable() and len(message) < 5000 and message.endswith("]")


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
    outcomes: Counter[str] = Counter()
    wrong = {}
    for seed in range(first, first + number):
        made = make(seed)
        with tempfile.TemporaryDirectory() as folder:
            ended = verdict(made, Path(folder))
        kind = ended if ended in ("refused", "accepted") else "wrong"
        outcomes[f"{made.made}: {kind}"] += 1
        if kind == "wrong":
            wrong[seed] = f"{made.name} {made.made} {made.damage}\n{ended}"
    return outcomes, wrong


def main() -> None:
    number, first = (int(argument) for argument in (*sys.argv[1:], *("10000", "0")[len(sys.argv) - 1 :]))
    outcomes: Counter[str] = Counter()
    wrong: dict[int, str] = {}
    for start in range(first, first + number, 500):
        found, faults = run(start, min(500, first + number - start))
        outcomes += found
        wrong |= faults
        print(f"{sum(outcomes.values()):,} files, {len(wrong):,} wrong", file=sys.stderr, flush=True)
    for kind, count in sorted(outcomes.items()):
        print(f"{count:7,} {kind}")
    for seed, what in list(wrong.items())[:20]:
        print(f"\nseed {seed}: {what}")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
