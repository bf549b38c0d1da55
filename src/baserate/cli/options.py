"""Options that several commands share."""

from __future__ import annotations

import math
import re
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from baserate.errors import refuse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from duckdb import DuckDBPyConnection

    from baserate.errors import Problem
    from baserate.inputs import Options, Reading

scenario_argument = click.argument("scenario", metavar="SCENARIO")

set_option = click.option(
    "--set",
    "settings",
    metavar="KEY=VALUE",
    multiple=True,
    help="Set a parameter, as key=value, key=low..high or key=low..high,log_uniform. Can be given more than once.",
)

json_option = click.option("--json", "as_json", is_flag=True, help="Print the results as JSON, and nothing else.")


class Rate(click.ParamType[float]):
    """A rate between two others, themselves excepted unless ``ends``; a percent sign or a "1 in" is not guessed at.

    Examples
    --------
    >>> Rate(0, 1).convert("0.25", None, None)
    0.25
    """

    name = "rate"

    def __init__(self, low: float, high: float, *, ends: bool = False) -> None:
        self.low, self.high, self.ends = low, high, ends

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Refuse what is no number (nan is none), or not between the two."""
        try:
            number = float(str(value))
        except ValueError:
            number = math.nan
        if not (self.low < number < self.high or (self.ends and number in (self.low, self.high))):
            bounds = (
                f"from {self.low:g} to {self.high:g}" if self.ends else f"above {self.low:g} and below {self.high:g}"
            )
            self.fail(f"{value!r} is not a rate {bounds}", param, ctx)
        return number


class Memory(click.ParamType[str]):
    """An amount of memory as DuckDB writes it."""

    name = "size"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Refuse what is no amount."""
        if not re.fullmatch(r"[1-9][0-9]{0,5}(\.[0-9]+)? ?[MGT]i?B", str(value)):
            self.fail(f"{value!r} is not an amount of memory such as 500MB or 2GB", param, ctx)
        return str(value)


class FormatName(click.ParamType[str]):
    """One of the formats, which are looked up on use: importing their readers costs more than most commands."""

    name = "format"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Refuse a name that is no format's."""
        from baserate.inputs.formats import FORMATS

        names = [one.name for one in FORMATS]
        if value not in names:
            self.fail(f"{value!r} is not one of {', '.join(names)}", param, ctx)
        return str(value)


def _keep(context: click.Context, parameter: click.Parameter, value: object) -> None:
    """Put an option's value where :func:`asked_source` finds it, so that no command lists all of them."""
    context.meta[f"{__name__}.{parameter.name}"] = value


_READING = (
    click.Option(
        ["--searches"],
        type=click.Path(path_type=Path),
        help="Searches table; FILE is then their candidate lists.",
    ),
    click.Option(["--format"], type=FormatName(), help="Format of FILE; told by its beginning if left out."),
    click.Option(
        ["--companion"],
        type=click.Path(path_type=Path),
        help="The second file that some formats need (mask, scores, subjects).",
    ),
    click.Option(
        ["--failure-code"],
        type=float,
        help="Score that stands for a failure to acquire or enrol, such as -1 or nan.",
    ),
    click.Option(
        ["--missing"],
        multiple=True,
        metavar="TEXT",
        help="Text that stands for a missing value; repeat for several.",
    ),
    click.Option(["--delimiter"], help="Character between columns; guessed if left out."),
    click.Option(
        ["--memory"],
        type=Memory(),
        default="1GB",
        show_default=True,
        help="Memory for tables; more spills to disk.",
    ),
)


def with_reading_options(command: click.Command) -> click.Command:
    """Add what is asked of a file of scores or candidate lists, before the command's own options."""
    first = next((at for at, one in enumerate(command.params) if isinstance(one, click.Option)), len(command.params))
    for option in _READING:
        option.expose_value, option.callback = False, _keep
    command.params[first:first] = _READING
    return command


@dataclass(frozen=True)
class Source:
    """A file of scores or candidate lists, as the options of the command that is running describe it."""

    file: Path
    searches: Path | None
    format_name: str | None
    options: Options

    @property
    def files(self) -> list[Path]:
        """Every file that was named."""
        return [file for file in (self.file, self.searches, self.options.companion) if file is not None]

    def read(self) -> Reading:
        """Read and check it, with the progress of the checks on a terminal.

        Raises
        ------
        InputError
            With every problem.
        """
        from baserate.inputs import read_scores

        return read_scores(
            self.file,
            searches=self.searches,
            format_name=self.format_name,
            options=self.options,
            watched=lambda connection: progress(connection, "checking"),
        )

    def record(self, reading: Reading) -> dict[str, object]:
        """Say for a manifest how it was read: the same file read otherwise gives other numbers."""
        code = self.options.failure_code
        return {
            "format": reading.format_name,
            "failure_code": code if code is None or math.isfinite(code) else str(code),
            "missing": list(self.options.missing),
            "delimiter": self.options.delimiter,
        }


def given_options() -> dict[str, object]:
    """List the options of :func:`with_reading_options` that were given to the command that is running."""
    context = click.get_current_context()
    commandline = click.core.ParameterSource.COMMANDLINE
    return {
        one.opts[0]: context.meta[f"{__name__}.{one.name}"]
        for one in _READING
        if one.name is not None and context.get_parameter_source(one.name) is commandline
    }


def asked_source(file: Path) -> Source:
    """Gather the options of :func:`with_reading_options` from the command that is running."""
    from baserate.inputs import Options

    meta = click.get_current_context().meta
    value = {one.name: meta[f"{__name__}.{one.name}"] for one in _READING}
    options = Options(
        failure_code=value["failure_code"],
        missing=value["missing"],
        delimiter=value["delimiter"],
        companion=value["companion"],
        memory_limit=value["memory"],
    )
    return Source(file, value["searches"], value["format"], options)


def show_warnings(problems: Sequence[Problem]) -> None:
    """Write the warnings of an input beside the answer."""
    for problem in problems:
        click.echo(f"{problem.severity}: {problem}", err=True)


@contextmanager
def progress(connection: DuckDBPyConnection, doing: str) -> Iterator[None]:
    """Show on a terminal how far the current pass over the data is."""
    from baserate.engines.progress import reporting

    if not sys.stderr.isatty():
        yield
        return

    def show(percent: float) -> None:
        click.echo(f"\r{doing}, this pass over the data: {percent:3.0f} %", err=True, nl=False)

    try:
        with reporting(connection, show):
            yield
    finally:
        click.echo("\r" + " " * 60 + "\r", err=True, nl=False)


def chosen_packs(packs: str | None) -> tuple[str, ...]:
    """Give the packs of rules that ``--packs`` names, all by default.

    Raises
    ------
    InputError
        If one of them is no pack.
    """
    from baserate.audit.packs import PACKS

    chosen = tuple(PACKS) if packs is None else tuple(dict.fromkeys(name.strip() for name in packs.split(",")))
    unknown = [name for name in chosen if name not in PACKS]
    if unknown:
        raise refuse(
            "no-such-pack", "--packs", f"{', '.join(unknown)!r} is no pack", f"Choose among {', '.join(PACKS)}"
        )
    return chosen
