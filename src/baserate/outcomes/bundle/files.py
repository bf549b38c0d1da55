"""Files of a bundle: found without following links, read within bounds, copied whole or not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from typing import TYPE_CHECKING

from baserate.errors import refuse
from baserate.outcomes.bundle.record import FILE, BundleFile, is_safe, read_bundle

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from baserate.outcomes.bundle.record import Bundle

LARGEST_RECORD = 10_000_000  # bytes


def digest(path: Path) -> str:
    """Give the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_small(path: Path, most: int) -> bytes:
    """Read a file of at most so many bytes.

    Raises
    ------
    InputError
        If it is larger, or cannot be read.
    """
    try:
        with path.open("rb") as stream:
            found = stream.read(most + 1)
    except OSError as error:
        raise refuse("unreadable-file", str(path), f"cannot be read ({error.strerror})", "Check its rights") from None
    if len(found) > most:
        raise refuse("file-too-large", str(path), f"is larger than {most:,} bytes", "Give a smaller one")
    return found


def inside(folder: Path, path: str) -> Path | None:
    """Find a plain file below a folder; ``None`` where there is none, or a link on the way to it.

    Parameters
    ----------
    folder
        The bundle.
    path
        Relative, with ``/``; checked again, whoever checked it before.
    """
    if not is_safe(path):
        return None
    at = folder
    for part in path.split("/"):
        at = at / part
        if at.is_symlink():
            return None
    return at if at.is_file() else None


def fault_of(folder: Path, file: BundleFile) -> str:
    """Say how a file of a bundle departs from its record; empty where it does not."""
    found = inside(folder, file.path)
    if found is None:
        return "is not there as a plain file"
    return fault_of_file(found, file)


def fault_of_file(path: Path, file: BundleFile) -> str:
    """Say how a file departs from a record; a size that differs is told before anything is read."""
    try:
        size = path.stat().st_size
        if file.size is not None and size != file.size:
            return f"has {size:,} bytes and should have {file.size:,}"
        return "" if digest(path) == file.sha256 else "has other content than recorded (SHA-256 differs)"
    except OSError as error:
        return f"cannot be read ({error.strerror})"


def record_of(folder: Path, path: str) -> BundleFile:
    """Record a file of a folder."""
    return BundleFile(path, digest(folder / path), (folder / path).stat().st_size)


def listed(folder: Path) -> Iterator[str]:
    """List the files below a folder, in order, as relative paths with ``/``.

    Raises
    ------
    InputError
        If anything in it is neither a plain file nor a folder, such as a link.
    """
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.is_symlink() or not stat.S_ISREG(mode := entry.stat(follow_symlinks=False).st_mode) | stat.S_ISDIR(
            mode
        ):
            raise refuse("not-a-plain-file", entry.path, "is a link or a device", "Put the file itself there")
        if entry.is_dir(follow_symlinks=False):
            yield from (f"{entry.name}/{below}" for below in listed(folder / entry.name))
        else:
            yield entry.name


def copy_in(source: Path, folder: Path, path: str) -> None:
    """Copy a file into a folder: under another name first, and moved into place when it is whole.

    Raises
    ------
    InputError
        If it cannot be copied.
    """
    target = folder / path
    unfinished = target.with_name(f".{target.name}.unfinished")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, unfinished)
        unfinished.replace(target)
    except OSError as error:
        raise refuse(
            "cannot-copy", str(source), f"cannot be copied ({error.strerror})", "Check rights and space"
        ) from None


def read_record(folder: Path) -> Bundle:
    """Read the record in a folder, whose size is bounded.

    Raises
    ------
    InputError
        If there is none, or it is not one.
    """
    path = inside(folder, FILE)
    if path is None:
        raise refuse("not-a-bundle", str(folder), f"holds no {FILE}", "Give a folder that baserate bundle wrote")
    return read_bundle(read_small(path, LARGEST_RECORD), where=str(path))
