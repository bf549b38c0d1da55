"""Read a TOML file that is not trusted, and remember on which line each key stands.

The standard library's parser gives values without places; a message needs the line. The places are found by a second,
shallow look at the lines: table headers and the keys before ``=``. A key inside an inline table is placed on the line
of the key that holds the table.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from baserate.errors import refuse

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 1_000_000  # bytes: the longest scenario that ships has some 40,000

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")

_BARE = re.compile(r"[A-Za-z0-9_-]{1,80}")

KeyPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class TomlDocument:
    """A parsed file with the line of each key.

    Parameters
    ----------
    name
        The file's name, as it stands in messages.
    data
        The parsed values.
    lines
        Line number, from 1, of each key, by its path.
    text
        The file as it was read.
    """

    name: str
    data: dict[str, Any]
    lines: dict[KeyPath, int]
    text: str

    def where(self, path: KeyPath) -> str:
        """Place of a key as ``file:line: key``; the line is that of the nearest key around it that is known."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                return f"{self.name}:{self.lines[path[:length]]}: {dotted(path)}"
        return f"{self.name}: {dotted(path)}" if path else self.name


def dotted(path: KeyPath) -> str:
    """Write a path as its key: ``galleries.faces.size``, ``points[0].fnir``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{_bare(part)}" if text else _bare(part)
    return text


def _bare(key: str) -> str:
    """The key, quoted and cut where it holds anything that a bare key cannot: files are not trusted."""
    return key if _BARE.fullmatch(key) else repr(key[:80])


def read_toml(path: Path) -> TomlDocument:
    """Read and parse a TOML file.

    Raises
    ------
    InputError
        If the file cannot be read, is larger than 1 MB, is not UTF-8 text or not TOML.
    """
    name = path.name
    try:
        if path.stat().st_size > LARGEST:
            raise refuse(
                "file-too-large",
                name,
                f"is {path.stat().st_size:,} bytes; at most {LARGEST:,} are read",
                "Give a scenario file; tables of data belong into files of their own",
            )
        raw = path.read_bytes()
    except OSError as error:
        raise refuse(
            "file-unreadable", str(path), f"cannot be read ({error.strerror})", "Check the path and its permissions"
        ) from None
    return parse_toml(raw, name=name)


def parse_toml(raw: bytes, *, name: str) -> TomlDocument:
    """Parse the bytes of a TOML file; ``name`` is what messages call it."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise refuse(
            "wrong-encoding",
            f"{name}:{line}",
            f"is not UTF-8 text (byte {raw[error.start]:#04x})",
            "Save the file as UTF-8",
        ) from None
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise refuse("not-toml", name, f"is not TOML: {error}", "Correct the syntax at that place") from None
    return TomlDocument(name, data, _lines(text), text)


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(text))


def _lines(text: str) -> dict[KeyPath, int]:
    """First line of each key and table; entries of an array of tables are numbered from 0."""
    lines: dict[KeyPath, int] = {}
    entries: dict[KeyPath, int] = {}
    table: KeyPath = ()
    for number, line in enumerate(text.split("\n"), 1):
        if header := _HEADER.match(line):
            table = _parts(header[2])
            if header[1] == "[[":
                entries[table] = entries.get(table, -1) + 1
                table = (*table, entries[table])
            _note(lines, table, number)
        elif key := _KEY.match(line):
            _note(lines, (*table, *_parts(key[1])), number)
    return lines


def _note(lines: dict[KeyPath, int], path: KeyPath, number: int) -> None:
    """Note a key, and the tables around it: ``[a.b.c]`` is the first line of ``a`` where nothing before it is."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return
        lines[path[:length]] = number
