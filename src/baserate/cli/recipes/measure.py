"""How a measurement's folder is bundled and run again."""

from __future__ import annotations

import io
import json
import shlex
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Any

import click

from baserate.cli.recipes.recipe import INPUTS, Made, Wanted, list_option, only_options, unfit
from baserate.outcomes.bundle.files import read_small

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from baserate.outcomes.bundle.record import Bundle, Command

LARGEST_RESULT = 200_000_000  # bytes
NOT_AGAIN = frozenset({"--json", "--out"})

command: Command = "measure"
marker = "estimates.json"
numbers: Mapping[str, tuple[str, ...]] = {
    "estimates.json": ("estimates", "differentials"),
    "curves.json": ("trade_off", "by_rank"),
}
drawn = frozenset({"groups.csv", "measure.html", "measure.md", "report.html", "report.md"})


def owns(path: str) -> bool:
    """Say whether a file of the folder is one of its results."""
    return path in numbers or path in drawn


def made(folder: Path) -> Made:
    """Read from ``estimates.json`` how it was made."""
    try:
        manifest: dict[str, Any] = json.loads(read_small(folder / marker, LARGEST_RESULT))["manifest"]
        words = shlex.split(manifest["command"])
        if words[:2] != ["baserate", "measure"]:
            raise unfit(str(folder / marker), "is of another command")
        return Made(
            baserate=str(manifest["baserate"]),
            options={"words": tuple(words[2:])},
            versions={},
            inputs=tuple(Wanted("file", f"{INPUTS}/{one['file']}", str(one["sha256"])) for one in manifest["inputs"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise unfit(str(folder / marker), "does not say how it was made") from None


def run(bundle: Bundle, stage: Path, out: Path) -> None:
    """Measure the files again."""
    from baserate.cli.measure import command as measure

    only_options(bundle, "words")
    names = {given.file.path.removeprefix(f"{INPUTS}/"): stage / given.file.path for given in bundle.inputs}
    words = list(_words(list_option(bundle, "words"), names, measure))
    with redirect_stdout(io.StringIO()):
        measure.main([*words, "--out", str(out)], prog_name="baserate measure", standalone_mode=False)


def _words(words: Sequence[str], names: Mapping[str, Path], measure: click.Command) -> Iterator[str]:
    """Give the words of the command with checked files for their names, and no option but its own."""
    if not words or words[0] not in names or len(words) % 2 == 0:
        raise unfit("bundle.json", "does not begin with one of its inputs, or an option lacks its value")
    yield str(names[words[0]])
    known = {name: param for param in measure.params for name in param.opts if isinstance(param, click.Option)}
    for option, value in zip(words[1::2], words[2::2], strict=True):
        if option not in known or option in NOT_AGAIN:
            raise unfit("bundle.json", f"option {option[:40]!r} is none that is run again")
        if isinstance(known[option].type, click.Path) and value not in names:
            raise unfit("bundle.json", f"option {option} names a file that is no input")
        named = isinstance(known[option].type, click.Path)
        yield f"{option}={names[value] if named else value}"
