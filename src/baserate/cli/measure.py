"""``baserate measure``: comparisons or candidate lists in, estimates out."""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from baserate import __version__
from baserate.cli.options import asked_source, progress, show_warnings, with_reading_options
from baserate.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from baserate.cli.options import Source
    from baserate.estimates import Estimate, Wanted
    from baserate.inputs import Reading

_T = TypeVar("_T")
SCHEMA_VERSION = "1"
RATES = (0.01, 0.001)


class _Rate(click.ParamType[float]):
    """A rate above 0 and below 1; a percent sign or a "1 in" is not guessed at."""

    name = "rate"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            rate = float(str(value))
        except ValueError:
            rate = -1.0
        if not 0 < rate < 1:
            self.fail(f"{value!r} is not a rate above 0 and below 1", param, ctx)
        return rate


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
@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--threshold", "thresholds", type=_Score(), multiple=True, help="Score at or above which to return one.")
@click.option("--rank", "ranks", type=click.IntRange(min=1), multiple=True, help="Longest list position that counts.")
@click.option("--fmr", "fmrs", type=_Rate(), multiple=True, help="Set the threshold at this false match rate.")
@click.option("--fpir", "fpirs", type=_Rate(), multiple=True, help="Set the threshold at this FPIR.")
@click.option("--group", "groups", multiple=True, help="Column to group by; several are crossed.")
@click.option("--level", type=_Rate(), default=0.95, show_default=True, help="Coverage of the intervals.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Of the resampling.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder to write estimates.json to.")
def command(
    file: Path,
    thresholds: tuple[float, ...],
    ranks: tuple[int, ...],
    fmrs: tuple[float, ...],
    fpirs: tuple[float, ...],
    groups: tuple[str, ...],
    level: float,
    seed: int,
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
    from baserate.estimates import Wanted, differentials  # here, so that --help does not load the numerics

    source = asked_source(file)
    reading = source.read()
    listed = not reading.holds_comparisons
    _check_options(source, listed=listed, of_searches=(*ranks, *fpirs), of_comparisons=fmrs)
    rates = fpirs if listed else fmrs
    wanted = Wanted(
        _once(thresholds),
        _once(rates or (() if thresholds else RATES)),
        _once(ranks or (1, None)) if listed else (None,),
        _once(groups),
        level,
        seed,
    )
    estimates = _measure(reading, source, wanted)
    differences = differentials(estimates)
    written = json.dumps(_document(estimates, differences, source=source, reading=reading, seed=seed), indent=1)
    if out:
        out.mkdir(parents=True, exist_ok=True)
        (out / "estimates.json").write_text(written + "\n", encoding="utf-8")
    show_warnings(reading.problems)
    click.echo(written if as_json else "\n".join(_lines([*estimates, *differences])))


def _once(values: Iterable[_T]) -> tuple[_T, ...]:
    """Leave out what was asked before."""
    return tuple(dict.fromkeys(values))


def _check_options(
    source: Source, *, listed: bool, of_searches: Sequence[float], of_comparisons: Sequence[float]
) -> None:
    """Refuse options that say nothing of this kind of file, all of them together."""
    problems = []
    if of_searches and not listed:
        what = "--rank and --fpir are of candidate lists, and this file holds comparisons"
        problems.append(Problem("option-of-searches", str(source.file), what, "Use --fmr"))
    if of_comparisons and listed:
        what = "--fmr is a rate per comparison, and candidate lists hold only the best of them"
        problems.append(Problem("option-of-comparisons", str(source.file), what, "Use --fpir"))
    if problems:
        raise InputError(problems)


def _measure(reading: Reading, source: Source, wanted: Wanted) -> tuple[Estimate, ...]:
    from baserate.estimates import measure_comparisons, measure_searches

    with _engine_faults(source.file, source.options.memory_limit), progress(reading.connection, "counting"):
        if reading.holds_comparisons:
            return measure_comparisons(reading.comparisons, wanted)
        return measure_searches(reading.searches, wanted)


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


def _document(
    estimates: Sequence[Estimate], differences: Sequence[Estimate], *, source: Source, reading: Reading, seed: int
) -> dict[str, object]:
    files = source.files
    manifest = {
        "baserate": __version__,
        "inputs": [{"file": file.name, "bytes": file.stat().st_size, "sha256": _digest(file)} for file in files],
        "read_as": source.record(reading),
        "seed": seed,
    }
    return {
        "schema_version": SCHEMA_VERSION,
        "manifest": manifest,
        "estimates": [_as_json(estimate) for estimate in estimates],
        "differentials": [_as_json(estimate) for estimate in differences],
        "problems": [asdict(problem) for problem in reading.problems],
    }


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _as_json(estimate: Estimate) -> dict[str, object]:
    """Write an estimate in the published order of keys; what has no upper bound is null."""
    fields = asdict(estimate)
    fields["group"] = dict(estimate.group) or None
    fields["target"] = dict([estimate.target]) if estimate.target else None
    first = ("metric", "threshold", "rank", "gallery_size", "group", "value", "low", "high", "level", "n", "n_subjects",
             "method", "undefined")  # fmt: skip
    fields |= {key: None for key, value in fields.items() if value == float("inf")}
    return {key: fields[key] for key in (*first, *(key for key in fields if key not in first))}


def _lines(estimates: Sequence[Estimate]) -> list[str]:
    """Lay the estimates out as text, one a line."""
    rows = [_row(estimate) for estimate in estimates]
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _row(estimate: Estimate) -> tuple[str, ...]:
    return (
        estimate.metric,
        ", ".join(f"{column}={value}" for column, value in estimate.group) or "all",
        _operating_point(estimate),
        str(estimate),
        "" if estimate.value is None else _basis(estimate),
    )


def _operating_point(estimate: Estimate) -> str:
    parts = [f"at {estimate.target[0]} {estimate.target[1]:g}"] if estimate.target else []
    if estimate.threshold is not None and estimate.metric != "threshold":
        parts.append(f"T={estimate.threshold:.6g}")
    if estimate.metric.startswith(("fnir", "rank_miss")):
        parts.append(f"R={estimate.rank}" if estimate.rank else "whole list")
    return " ".join(parts)


def _basis(estimate: Estimate) -> str:
    events = "" if estimate.n_events is None else f"{estimate.n_events:,} of "
    people = "" if estimate.n_subjects is None else f", {estimate.n_subjects:,} people"
    return f"{events}{estimate.n:,}{people}; {estimate.method}"
