"""What a result rests on, to stand with its numbers: files with digests, how they were read, the command, versions."""

from __future__ import annotations

import hashlib
import shlex
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from baserate import __version__
from baserate.cli.document import document_text
from baserate.cli.options import given_options
from baserate.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from baserate.cli.options import Source
    from baserate.inputs import Reading

#: Options that say where the answer goes, and not what it is.
_NOT_AGAIN = frozenset({"as_json", "out"})


def manifest_of_reading(
    source: Source,
    reading: Reading,
    seed: int,
    *,
    more: Iterable[Path] = (),
    without: frozenset[str] = frozenset(),
) -> dict[str, Any]:
    """Describe a file of scores or lists that the running command read, but for options that say nothing of it."""
    import duckdb

    return {
        **manifest_of_files([*source.files, *more], without=without),
        "read_as": source.record(reading),
        "seed": seed,
        "engine": f"duckdb {duckdb.__version__}",
    }


def manifest_of_files(files: Iterable[Path], *, without: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Describe files that the running command read, and the command but for some options."""
    return {
        "baserate": __version__,
        "inputs": [{"file": file.name, "bytes": file.stat().st_size, "sha256": _digest(file)} for file in files],
        "command": _command(without),
    }


@contextmanager
def problems_as_json(*, as_json: bool) -> Iterator[None]:
    """Where JSON was asked for, print what is wrong with a file as such, before it ends the command."""
    try:
        yield
    except InputError as error:
        if as_json:
            told = [asdict(problem) for problem in error.problems]
            manifest = {"baserate": __version__, "command": _command(frozenset())}
            click.echo(document_text({"manifest": manifest, "estimates": [], "problems": told}))
        raise


def _command(without: frozenset[str]) -> str:
    """Write the command again, with the files by their names alone."""
    context = click.get_current_context()
    arguments = [context.params[p.name] for p in context.command.params if isinstance(p, click.Argument) and p.name]
    parts = ["baserate", str(context.command.name), *(one.name for one in arguments if isinstance(one, Path))]
    own = {
        option.opts[0]: context.params[option.name]
        for option in context.command.params
        if isinstance(option, click.Option)
        and option.expose_value
        and option.name
        and option.name not in _NOT_AGAIN | without
    }
    for option, value in (given_options() | own).items():
        for one in value if isinstance(value, tuple) else (value,):
            parts += [option, one.name if isinstance(one, Path) else str(one)] if one is not None else []
    return shlex.join(parts)


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
