"""What the drivers of odd files and of odd logs share: files with damage by seed, and the seeds tried one by one."""

# ruff: noqa: T201 - its drivers are commands
from __future__ import annotations

import csv
import gzip
import io
import sys
import tempfile
import traceback
from collections import Counter
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from baserate.errors import InputError

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

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


def damaged(made: OddFile, rng: random.Random) -> OddFile:
    """Damage a file, or one of those beside it, up to three times."""
    for _ in range(rng.choice([0, 1, 1, 1, 2, 3])):
        damage = rng.choice(RARE if rng.random() < 0.06 else DAMAGE)
        victim = rng.choice([None, *made.beside]) if rng.random() < 0.3 else None
        if victim is None:
            made.body = damage(made.body, rng)
        else:
            made.beside[victim] = damage(made.beside[victim], rng)
        made.damage.append(damage.__name__ + ("" if victim is None else f" of {victim}"))
    return made


def packed(made: OddFile, rng: random.Random) -> OddFile:
    """Compress a file; its text is kept for the second opinion."""
    made.plain = made.body
    made.body, ending = compressed(made.body, rng)
    made.name += ending
    return made


def uncompressed(body: bytes) -> bytes | None:
    """Uncompress zstd again, or ``None`` where that fails: without a checksum, damage may give another text."""
    if not (body.startswith(b"\x28\xb5\x2f\xfd") and find_spec("pyarrow")):
        return None
    pa = import_module("pyarrow")
    try:
        text: bytes = pa.input_stream(pa.BufferReader(body), compression="zstd").read()
    except OSError:
        return None
    return text


def csv_rows(text: str, delimiter: str = ",") -> list[list[str]]:
    """Read a table as Python does, with fields of any length; the limit is that of all of Python, so it is put back."""
    limit = csv.field_size_limit(sys.maxsize)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    finally:
        csv.field_size_limit(limit)


# Seeds ----------------------------------------------------------------------------------------------------------------


def sound(message: str) -> bool:
    return message.isprintable() and len(message) < 5000 and message.endswith("]")


def refusal(error: InputError) -> str:
    """``refused`` where an error tells what is wrong and can be shown, else what is wrong with the error."""
    told = error.problems and all(sound(str(problem)) for problem in error.problems)
    return "refused" if told else f"ill refused: {error!r}"


def outcome(made: OddFile, folder: Path, *, verdict: Callable[[OddFile, Path], str]) -> str:
    """Write a file into a folder and read it: ``refused``, ``accepted``, or a description of what went wrong."""
    for name, body in {made.name: made.body, **made.beside}.items():
        (folder / name).write_bytes(body)
    try:
        return verdict(made, folder)
    except InputError as error:
        return refusal(error)
    except Exception:  # any other end is the fault that is looked for
        return traceback.format_exc()


def run(
    first: int, number: int, *, make: Callable[[int], OddFile], verdict: Callable[[OddFile, Path], str]
) -> tuple[Counter[str], dict[int, str]]:
    """Try the files of some seeds; count what became of them, and give the seeds that went wrong."""
    outcomes: Counter[str] = Counter()
    wrong = {}
    for seed in range(first, first + number):
        made = make(seed)
        with tempfile.TemporaryDirectory() as folder:
            ended = outcome(made, Path(folder), verdict=verdict)
        kind = ended if ended in ("refused", "accepted") else "wrong"
        outcomes[f"{made.made}: {kind}"] += 1
        if kind == "wrong":
            wrong[seed] = f"{made.name} {made.made} {made.damage}\n{ended}"
    return outcomes, wrong


def main(run_block: Callable[[int, int], tuple[Counter[str], dict[int, str]]]) -> None:
    """Try as many seeds as the command line says, from the one that it says; say how far it is after each hundred."""
    number, first = (int(argument) for argument in (*sys.argv[1:], *("10000", "0")[len(sys.argv) - 1 :]))
    outcomes: Counter[str] = Counter()
    wrong: dict[int, str] = {}
    for start in range(first, first + number, 100):
        found, faults = run_block(start, min(100, first + number - start))
        outcomes += found
        wrong |= faults
        print(f"{sum(outcomes.values()):,} of {number:,} files, {len(wrong):,} wrong", file=sys.stderr, flush=True)
    for kind, count in sorted(outcomes.items()):
        print(f"{count:7,} {kind}")
    for seed, what in list(wrong.items())[:20]:
        print(f"\nseed {seed}: {what[:2000]}")
    sys.exit(bool(wrong))
