"""What ``baserate bundle`` and ``baserate verify`` know of a command: its inputs, options and numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from baserate.errors import refuse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from baserate.errors import InputError
    from baserate.outcomes.bundle.record import Bundle, Command, Option

#: Where inputs that are brought into a bundle lie in it.
INPUTS = "inputs"


@dataclass(frozen=True, slots=True)
class Wanted:
    """An input that a run had.

    Parameters
    ----------
    role
        What it is to the command.
    path
        Its place in a bundle.
    sha256
        Of its content, as the results have it.
    """

    role: str
    path: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a folder of results says of how it was made."""

    baserate: str
    options: dict[str, Option]
    versions: dict[str, str]
    inputs: tuple[Wanted, ...]


class Recipe(Protocol):
    """One command whose results can be bundled and run again."""

    @property
    def command(self) -> Command:
        """Name of the command."""

    @property
    def marker(self) -> str:
        """File that tells its results from others."""

    @property
    def numbers(self) -> Mapping[str, tuple[str, ...]]:
        """JSON files of which only these keys have to agree; of all others every byte has to."""

    @property
    def drawn(self) -> frozenset[str]:
        """Files that are only a showing of the others: that they differ is told, and is no fault."""

    def owns(self, path: str) -> bool:
        """Say whether a file of the folder is one of its results."""

    def made(self, folder: Path) -> Made:
        """Read from the results how they were made."""

    def run(self, bundle: Bundle, stage: Path, out: Path) -> None:
        """Run it again into a folder; ``stage`` holds the inputs that were checked, and nothing else."""


def unfit(where: str, what: str) -> InputError:
    """Refuse a folder whose results do not say how they were made."""
    return refuse("not-our-results", where, what, "Give a folder as baserate wrote it, unchanged")


def text_option(bundle: Bundle, name: str) -> str:
    """Give an option that has to be text."""
    found = bundle.options.get(name)
    if not isinstance(found, str):
        raise unfit("bundle.json", f"option {name!r} is not text")
    return found


def whole_option(bundle: Bundle, name: str) -> int:
    """Give an option that has to be a whole number."""
    found = bundle.options.get(name)
    if not isinstance(found, int) or isinstance(found, bool):
        raise unfit("bundle.json", f"option {name!r} is not a whole number")
    return found


def share_option(bundle: Bundle, name: str) -> float:
    """Give an option that has to be a share, 0 to 1."""
    found = bundle.options.get(name)
    if not isinstance(found, int | float) or isinstance(found, bool) or not 0 <= found <= 1:
        raise unfit("bundle.json", f"option {name!r} is not a number between 0 and 1")
    return float(found)


def flag_option(bundle: Bundle, name: str) -> bool:
    """Give an option that has to be true or false."""
    found = bundle.options.get(name)
    if not isinstance(found, bool):
        raise unfit("bundle.json", f"option {name!r} is neither true nor false")
    return found


def list_option(bundle: Bundle, name: str) -> tuple[str, ...]:
    """Give an option that has to be a list of texts."""
    found = bundle.options.get(name)
    if not isinstance(found, tuple):
        raise unfit("bundle.json", f"option {name!r} is not a list")
    return tuple(map(str, found))


def only_options(bundle: Bundle, *names: str) -> None:
    """Refuse an option that the command does not have: nothing of a record is handed on unread."""
    strangers = sorted(set(bundle.options) - set(names))
    if strangers:
        raise unfit(
            "bundle.json", f"options that baserate {bundle.command} does not have: {', '.join(strangers)[:200]}"
        )


def named_inputs(inputs: Sequence[tuple[str, str]], sources: Sequence[Path], manifest: Path | None) -> dict[str, Path]:
    """Give the file of each input that was named on the command line, by its place in the bundle.

    Parameters
    ----------
    inputs
        (role, place in the bundle) of every input of the run.
    sources
        Files, by their names; or a log: its file, or its folder where it has several or lies in one.
    manifest
        The deployment's manifest; by default the one in the log's folder.
    """
    from baserate.inputs.log_formats.files import manifest_beside

    log = next((source for source in sources if source.is_dir()), sources[0] if sources else None)
    beside = manifest or (manifest_beside(log) if log else None)
    files = {source.name: source for source in sources}
    found: dict[str, Path] = {}
    for role, path in inputs:
        if role == "log" and log is not None:
            found[path] = log if log.is_file() else log / path.removeprefix(f"{INPUTS}/log/")
        elif role == "manifest" and beside is not None:
            found[path] = beside
        elif path.rpartition("/")[2] in files:
            found[path] = files[path.rpartition("/")[2]]
    missing = [str(path) for path in found.values() if not path.is_file()]
    if missing:
        what = f"{len(missing)} files of the log are not there: {', '.join(missing[:3])}"
        raise refuse("no-such-file", str(log), what, "Give the log as it was audited")
    return found
