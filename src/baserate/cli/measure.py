"""``baserate measure``: comparisons or candidate lists in, estimates out."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from baserate.cli.manifest import manifest_of_reading, problems_as_json
from baserate.cli.options import Rate, asked_source, progress, show_warnings, with_reading_options
from baserate.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from baserate.cli.options import Source
    from baserate.estimates import Estimate

_T = TypeVar("_T")
RATES = (0.01, 0.001)


class _Score(click.ParamType[float]):
    """A finite number."""

    name = "score"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            score = float(str(value))
        except ValueError:
            score = float("nan")
        if not abs(score) < float("inf"):
            self.fail(f"{value!r} is not a finite number", param, ctx)
        return score


@with_reading_options
@click.command("measure")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--threshold", "thresholds", type=_Score(), multiple=True, help="Score at or above which to return one.")
@click.option("--rank", "ranks", type=click.IntRange(min=1), multiple=True, help="Longest list position that counts.")
@click.option("--fmr", "fmrs", type=Rate(0, 1), multiple=True, help="Set the threshold at this false match rate.")
@click.option("--fpir", "fpirs", type=Rate(0, 1), multiple=True, help="Set the threshold at this FPIR.")
@click.option("--group", "groups", multiple=True, help="Column to group by; several are crossed.")
@click.option("--level", type=Rate(0, 1), default=0.95, show_default=True, help="Coverage of the intervals.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Of the resampling.")
@click.option(
    "--prevalence", type=Rate(0, 1), help="Share of searches that are mated in use: gives the list's precision."
)
@click.option("--against", type=click.Path(path_type=Path), help="Lists of another algorithm on the same searches.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for the report, HTML and JSON.")
def command(
    file: Path,
    thresholds: tuple[float, ...],
    ranks: tuple[int, ...],
    fmrs: tuple[float, ...],
    fpirs: tuple[float, ...],
    groups: tuple[str, ...],
    level: float,
    seed: int,
    prevalence: float | None,
    against: Path | None,
    as_json: bool,  # noqa: FBT001
    out: Path | None,
) -> None:
    """Measure error rates from scores or candidate lists, with intervals that count people, not rows.

    FILE, of any format (--format), holds comparisons (score and mated, or score, probe_subject and reference_subject),
    or candidate lists (search_id, candidate_subject, rank, score) with --searches (search_id, subject, mated). It is
    checked first, as by "baserate check": errors end the command, warnings stand beside the answer. A missing score is
    a failure and stays in the denominators.

    Example: baserate measure candidates.parquet --searches searches.csv --fpir 0.003 --rank 1 --group sex
    """
    from baserate.estimates import (  # here, so that --help does not load the numerics
        Wanted,
        measure_reading,
        measurement_json,
    )

    source = asked_source(file)
    with problems_as_json(as_json=as_json):
        reading = source.read()
    listed = not reading.holds_comparisons
    of_searches = bool(ranks or fpirs or prevalence or against)
    _check_options(source, listed=listed, of_searches=of_searches, of_comparisons=bool(fmrs))
    rates = fpirs if listed else fmrs
    wanted = Wanted(
        _once(thresholds),
        _once(rates or (() if thresholds else RATES)),
        _once(ranks or (1, None)) if listed else (None,),
        _once(groups),
        level,
        seed,
    )
    with problems_as_json(as_json=as_json):
        other = replace(source, file=against).read() if against else None
    manifest = manifest_of_reading(source, reading, seed, more=(against,) if against else ())
    with _engine_faults(source.file, source.options.memory_limit), progress(reading.connection, "counting"):
        found = measure_reading(
            reading, wanted, manifest, prevalence=prevalence, against=other, with_curves=out is not None
        )
    if out:
        from baserate.reports.measure.build import write_measurement

        write_measurement(out, found)
    show_warnings(found.problems)
    click.echo(measurement_json(found) if as_json else "\n".join(_lines([*found.estimates, *found.differentials])))


def _once(values: Iterable[_T]) -> tuple[_T, ...]:
    """Leave out what was asked before."""
    return tuple(dict.fromkeys(values))


def _check_options(source: Source, *, listed: bool, of_searches: bool, of_comparisons: bool) -> None:
    """Refuse options that say nothing of this kind of file, all of them together."""
    problems = []
    if of_searches and not listed:
        what = "--rank, --fpir, --prevalence and --against are of candidate lists, and this file holds comparisons"
        remedy = "Give the searches table with --searches; for comparisons use --fmr and --threshold"
        problems.append(Problem("option-of-searches", str(source.file), what, remedy))
    if of_comparisons and listed:
        what = "--fmr is a rate per comparison, and candidate lists hold only the best of them"
        problems.append(Problem("option-of-comparisons", str(source.file), what, "Use --fpir"))
    if problems:
        raise InputError(problems)


@contextmanager
def _engine_faults(file: Path, memory: str) -> Iterator[None]:
    """Tell what the engine found wrong in the middle of a file, which opening it did not show."""
    import duckdb

    try:
        yield
    except duckdb.OutOfMemoryException:
        remedy = "Give more with --memory, or ask for fewer groups and thresholds at once"
        raise InputError([Problem("memory-too-small", str(file), f"needs more than {memory}", remedy)]) from None
    except duckdb.Error as error:
        what = f"cannot be read to its end ({str(error).splitlines()[0][:300]})"
        remedy = "Write the file again; it is damaged or was cut off"
        raise InputError([Problem("unreadable-file", str(file), what, remedy)]) from None


def _lines(estimates: Sequence[Estimate]) -> list[str]:
    """Lay the estimates out as text, one a line."""
    rows = [estimate.cells() for estimate in estimates]
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
