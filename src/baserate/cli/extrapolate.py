"""``baserate extrapolate``: rates in a gallery that was not searched."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from baserate.cli import many_points
from baserate.cli.document import document_text
from baserate.cli.manifest import manifest_of_files, manifest_of_reading, problems_as_json
from baserate.cli.options import asked_source, given_options, show_warnings, with_reading_options
from baserate.errors import InputError, NotEstimableError, Problem, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from baserate.inputs import Reading
    from baserate.models.gallery_size import Extrapolation, Undefined
    from baserate.models.published_point import PublishedPoint
    from baserate.models.score_extrapolation import ScoreSample


_WORDS = {
    "fnir": "FNIR (share of mated searches that miss the person)",
    "fpir": "FPIR (share of non-mated searches that return anybody)",
    "threshold": "Threshold (unit of the scores)",
}
# Options with a default that say nothing of points, and of a file.
_OF_FILE, _OF_POINTS = frozenset({"seed", "dispersion"}), frozenset({"step"})
_WHICH_GALLERY = "Say which gallery to extrapolate to"


_GALLERY_HELP = (
    "With --point or --points: gallery asked for, may be repeated. With FILE: gallery searched, 1 for single "
    "comparisons; not needed where a searches table states it."
)


@with_reading_options
@click.command("extrapolate")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--point",
    "points",
    multiple=True,
    metavar="N,FPIR,FNIR",
    help="A published point, with its rank-1 miss as a fourth number if known; may be repeated.",
)
@click.option("--rank1-miss", type=float, help="Published rank-1 miss of the (single) point; narrows the interval.")
@click.option(
    "--points",
    "points_file",
    type=click.Path(path_type=Path),
    help="CSV file of points: columns fnir and, where known, rank1_miss, gallery_size, fpir; a line of CSV for each.",
)
@click.option(
    "--column", "names", multiple=True, metavar="NAME=HEADER", help="--points: the header that a column has there."
)
@click.option("--at", metavar="N,FPIR", help="--points: gallery size and FPIR of all rows, if no columns hold them.")
@click.option("--step", type=float, default=1e-4, show_default=True, help="Unit of the last printed place of a point.")
@click.option("--gallery-size", "sizes", multiple=True, metavar="N", help=_GALLERY_HELP)
@click.option("--to-gallery-size", "targets", multiple=True, metavar="N", help="Gallery asked for (FILE).")
@click.option("--fpir", type=float, help="FILE: re-set the threshold for this FPIR  [default: 0.003].")
@click.option("--threshold", type=float, help="FILE: hold this threshold.")
@click.option("--rank", type=click.IntRange(min=1), help="FILE: longest list position that counts  [default: any].")
@click.option("--dispersion", type=float, default=0.0, show_default=True, help="FILE: w, how unlike searches are.")
@click.option("--level", type=float, default=0.9, show_default=True, help="Coverage of the intervals.")
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="FILE: seed of the draws behind the intervals.",
)
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def command(
    file: Path | None,
    points: tuple[str, ...],
    rank1_miss: float | None,
    points_file: Path | None,
    names: tuple[str, ...],
    at: str | None,
    step: float,
    sizes: tuple[str, ...],
    targets: tuple[str, ...],
    fpir: float | None,
    threshold: float | None,
    rank: int | None,
    dispersion: float,
    level: float,
    seed: int,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Carry FNIR, FPIR and rank-1 miss to a gallery of another size, with an interval.

    From published points:

    \b
      baserate extrapolate --point 1600000,0.003,0.0021 --rank1-miss 0.0013 \\
        --gallery-size 12000000
      baserate extrapolate --points systems.csv --at 1600000,0.003 \\
        --column fnir=fnir_at_fpir_0.003_n1600000 --gallery-size 12000000

    From scores (columns mated, score, optionally probe_subject) or candidate
    lists, of any format that "baserate check" reads:

    \b
      baserate extrapolate scores.csv --gallery-size 1000 \\
        --to-gallery-size 100000 --fpir 0.003
      baserate extrapolate lists.parquet --searches searches.parquet \\
        --to-gallery-size 100000 --fpir 0.003
    """  # noqa: D301 - click reads the \b
    _check_source(file, points, points_file)
    given = _given("--dispersion", "--seed", "--step")
    asked = [_gallery_size(text, "--gallery-size") for text in sizes]
    of_files = {
        "--to-gallery-size": targets, "--fpir": fpir, "--threshold": threshold, "--rank": rank,
        "--dispersion": given["--dispersion"], "--seed": given["--seed"], **given_options(),
    }  # fmt: skip
    of_table = {"--column": names, "--at": at}
    problems: tuple[Problem, ...] = ()
    if points_file is not None:
        _refuse_options("--points", {**of_files, "--rank1-miss": rank1_miss})
        rows = many_points.answers(
            points_file, _some(asked, _WHICH_GALLERY), names=names, at=_at(at), step=step, level=level
        )
        click.echo(
            _rows_as_json(rows, manifest_of_files([points_file], without=_OF_FILE))
            if as_json
            else many_points.as_csv(rows)
        )
        return
    manifest = manifest_of_files([], without=_OF_FILE)
    if file is None:
        _refuse_options("--point", {**of_files, **of_table})
        found = _from_points(_points(points, rank1_miss, step), _some(asked, _WHICH_GALLERY), level)
    else:
        _refuse_options("FILE", {"--rank1-miss": rank1_miss, "--step": given["--step"], **of_table})
        wanted = [_gallery_size(text, "--to-gallery-size") for text in targets]
        source = asked_source(file)
        _check_file_options(asked, wanted, point=(fpir, threshold))
        with problems_as_json(as_json=as_json):
            reading = source.read()
        sample, problems = _sample_of(reading, asked, dispersion), reading.problems
        manifest = manifest_of_reading(source, reading, seed, without=_OF_POINTS)
        found = _from_sample(sample, wanted, fpir=fpir, threshold=threshold, rank=rank, level=level, seed=seed)
    show_warnings(problems)
    click.echo(_as_json(found, problems, manifest) if as_json else "\n\n".join(_as_text(one) for one in found))


def _given(*options: str) -> dict[str, object]:
    """Tell the values of options that have a default, where they were given on the command line."""
    context = click.get_current_context()
    commandline = click.core.ParameterSource.COMMANDLINE
    return {
        option: context.params[option[2:]] if context.get_parameter_source(option[2:]) is commandline else None
        for option in options
    }


def _check_source(file: Path | None, points: Sequence[str], points_file: Path | None) -> None:
    if [file is not None, bool(points), points_file is not None].count(True) == 1:
        return
    what = "there must be published points (one by one or in a file) or a file of scores, one of them"
    raise refuse("one-source", "extrapolate", what, "Give --point N,FPIR,FNIR, --points FILE or a file of scores")


def _at(text: str | None) -> tuple[int, float] | None:
    """Gallery size and FPIR that hold for all rows of a file of points."""
    if text is None:
        return None
    size, numbers = _numbers_of(text, "--at", "Write gallery size and FPIR, for example 1600000,0.003", lengths=(2,))
    return size, numbers[0]


def _some(sizes: Sequence[int], remedy: str) -> Sequence[int]:
    """Refuse to extrapolate from or to nowhere."""
    if not sizes:
        raise refuse("no-gallery", "--gallery-size", "it is not given", remedy)
    return sizes


def _from_points(
    points: Sequence[PublishedPoint], sizes: Sequence[int], level: float
) -> list[Extrapolation | Undefined]:
    from baserate.models.gallery_size import fnir_at, rank1_miss_at

    found: list[Extrapolation | Undefined] = []
    for size in sizes:
        found.append(fnir_at(points, size, level=level))
        if any(point.rank1_miss is not None for point in points):
            found.append(rank1_miss_at(points, size, level=level))
    return found


def _sample_of(reading: Reading, sizes: Sequence[int], dispersion: float) -> ScoreSample:
    from baserate.models.score_sample import sample_of_comparisons, sample_of_searches

    if reading.holds_comparisons:
        _some(sizes, "Say how many persons each non-mated score is the best of, 1 for single comparisons")
        return sample_of_comparisons(reading.comparisons, sizes[0], dispersion=dispersion)
    size = sizes[0] if sizes else None
    return sample_of_searches(reading.searches, size, dispersion=dispersion)


def _from_sample(
    sample: ScoreSample,
    targets: Sequence[int],
    *,
    fpir: float | None,
    threshold: float | None,
    rank: int | None,
    level: float,
    seed: int,
) -> list[Extrapolation | Undefined]:
    """Answer for every gallery; one that cannot be answered does not take the others with it."""
    from baserate.models.gallery_size import Undefined
    from baserate.models.score_extrapolation import forecast_at_fpir, forecast_at_threshold, rank_miss_at

    found: list[Extrapolation | Undefined] = []
    refusals: dict[int, str] = {}
    for size in targets:
        try:
            forecast = (
                forecast_at_fpir(sample, size, fpir=0.003 if fpir is None else fpir, rank=rank, level=level, seed=seed)
                if threshold is None
                else forecast_at_threshold(sample, size, threshold=threshold, rank=rank, level=level, seed=seed)
            )
        except NotEstimableError as refused:
            refusals[size] = str(refused)
            found += _refused(size, str(refused).rstrip("."), threshold=threshold, rank=rank, level=level)
            found += [] if rank is None else [rank_miss_at(sample, size, rank=rank, level=level, seed=seed)]
        else:
            found += forecast.all
    if all(isinstance(one, Undefined) for one in found) and refusals:
        raise NotEstimableError(_all_refused(refusals))
    return found


def _refused(size: int, why: str, *, threshold: float | None, rank: int | None, level: float) -> Iterator[Undefined]:
    """Say of every rate in a gallery why there is none."""
    from baserate.models.gallery_size import Undefined

    yield from (Undefined(metric, size, level, why, threshold=threshold) for metric in ("threshold", "fpir"))
    yield Undefined("fnir", size, level, why, rank, threshold)


def _all_refused(refusals: dict[int, str]) -> str:
    """Say why there is no answer for any gallery."""
    if len(refusals) == 1:
        return next(iter(refusals.values()))
    return "\n".join(f"In a gallery of {size:,} persons: {reason}" for size, reason in refusals.items())


def _check_file_options(
    sizes: Sequence[int], targets: Sequence[int], *, point: tuple[float | None, float | None]
) -> None:
    problems = []
    if len(sizes) > 1:
        remedy = "Give the one gallery that was searched"
        problems.append(Problem("one-gallery", "--gallery-size", f"it is given {len(sizes)} times for a file", remedy))
    if not targets:
        remedy = "Say which gallery to extrapolate to"
        problems.append(Problem("no-target", "--to-gallery-size", "it is not given", remedy))
    if None not in point:
        remedy = "Give --fpir to re-set the threshold or --threshold to hold it"
        problems.append(Problem("two-operating-points", "--fpir", "--threshold is given too", remedy))
    if problems:
        raise InputError(problems)


def _refuse_options(source: str, options: dict[str, object]) -> None:
    """Name options that would be passed over in silence."""
    given = [name for name, value in options.items() if value not in (None, ())]
    if given:
        raise InputError(
            Problem("option-without-use", name, f"it says nothing together with {source}", "Leave it out")
            for name in given
        )


def _points(texts: Sequence[str], rank1_miss: float | None, step: float) -> list[PublishedPoint]:
    from baserate.models.published_point import PublishedPoint

    if rank1_miss is not None and (len(texts) > 1 or texts[0].count(",") > 2):
        what = f"there are {len(texts)} points" if len(texts) > 1 else "the point has a rank-1 miss of its own"
        remedy = "Write it once, as a fourth number of its point: N,FPIR,FNIR,RANK1"
        raise InputError([Problem("rank1-of-which", "--rank1-miss", what, remedy)])
    found = []
    for text in texts:
        size, (fpir, fnir, *own) = _point_numbers(text)
        found.append(PublishedPoint(size, fpir, fnir, own[0] if own else rank1_miss, step))
    return found


def _point_numbers(text: str) -> tuple[int, list[float]]:
    remedy = "Write gallery size, FPIR and FNIR with commas between, for example 1600000,0.003,0.0021"
    return _numbers_of(text, "--point", remedy, lengths=(3, 4))


def _numbers_of(text: str, option: str, remedy: str, *, lengths: tuple[int, ...]) -> tuple[int, list[float]]:
    """Persons and shares, with commas between."""
    parts, where = text.split(","), f"{option} {text}"
    if len(parts) not in lengths:
        what = f"it has {len(parts)} parts, not {' or '.join(map(str, lengths))}"
        raise refuse("point-shape", where, what, remedy)
    try:
        rates = [float(part) for part in parts[1:]]
    except ValueError as error:
        raise InputError([Problem("point-not-a-number", where, "a part is not a number", remedy)]) from error
    return _gallery_size(parts[0], where), rates


def _gallery_size(text: str, where: str) -> int:
    """Whole number of persons, also as 1.6e6 or 12_000_000."""
    try:
        number = float(text.replace("_", ""))
        size = int(number)
    except (ValueError, OverflowError):
        number, size = 0.5, 0
    if size != number:
        remedy = "Write a whole number of persons, for example 12000000 or 12e6"
        raise InputError([Problem("gallery-size-not-a-number", where, f"{text!r} is not a whole number", remedy)])
    return size


def _as_text(found: Extrapolation | Undefined) -> str:
    from baserate.models.gallery_size import Undefined

    title = f"{_what(found)} in a gallery of {found.gallery_size:,} persons"
    if isinstance(found, Undefined):
        return f"{title}\n  Undefined: {found.reason}."
    lines = [
        title,
        f"  {_numbers(found)}",
        *([] if found.low == found.high else _basis(found)),
        *(f"  {note}" for note in found.notes),
    ]
    return "\n".join(lines)


def _what(found: Extrapolation | Undefined) -> str:
    """Say what was carried, and within which rank."""
    if found.metric == "rank_miss":
        place = "the best candidate" if found.rank == 1 else f"among the first {found.rank} candidates"
        return f"Rank-{found.rank} miss (share of mated searches whose mate is not {place})"
    within = "" if found.rank is None else f" within rank {found.rank}"
    return f"{_WORDS[found.metric]}{within}"


def _basis(found: Extrapolation) -> list[str]:
    return [f"  Made by: {found.method}.", f"  Supported: {_range(found.supported)}."]


def _numbers(found: Extrapolation) -> str:
    if found.low == found.high:
        return f"{found.value:.4g}, {found.method}"
    if found.low < found.high * _ALMOST_NONE:
        return f"{found.value:.2g}, {100 * found.level:g}% interval almost 0 to {found.high:.2g}"
    interval = f"{found.value:.4g}, {100 * found.level:g}% interval {found.low:.4g} to {found.high:.4g}"
    if found.metric == "threshold" or found.high > _SELDOM:
        return interval
    return f"{interval} ({_one_in(found.value)}; from {_one_in(found.low)} to {_one_in(found.high)})"


# Above this share "1 in so many" reads worse than the share.
_SELDOM = 0.5
# Below this share of its upper end the lower end of an interval says only that it is small.
_ALMOST_NONE = 1e-4


def _one_in(rate: float) -> str:
    """One in so many, to two digits: more would claim what the interval denies."""
    if rate <= 0:
        return "none"
    return f"1 in {float(f'{1 / rate:.2g}'):,.10g}"


def _range(supported: tuple[int, int]) -> str:
    if supported == (0, 0):
        return "no gallery size"
    if supported[0] == supported[1]:
        return f"only the gallery of {supported[0]:,} persons"
    return f"galleries of {supported[0]:,} to {supported[1]:,} persons"


def _as_json(
    found: Sequence[Extrapolation | Undefined], problems: Sequence[Problem], manifest: Mapping[str, object]
) -> str:
    return _document([_as_record(one) for one in found], problems, manifest)


def _rows_as_json(found: Sequence[tuple[int, Extrapolation | Undefined]], manifest: Mapping[str, object]) -> str:
    return _document([{"row": row, **_as_record(one)} for row, one in found], (), manifest)


def _document(
    estimates: Sequence[dict[str, object]], problems: Sequence[Problem], manifest: Mapping[str, object]
) -> str:
    told = [asdict(problem) for problem in problems]
    return document_text({"manifest": manifest, "estimates": estimates, "problems": told})


def _as_record(found: Extrapolation | Undefined) -> dict[str, object]:
    from baserate.models.gallery_size import Undefined

    same = {
        "metric": found.metric,
        "threshold": found.threshold,
        "rank": found.rank,
        "gallery_size": found.gallery_size,
        "group": None,
        "level": found.level,
    }
    if isinstance(found, Undefined):
        empty = ("value", "low", "high", "n", "n_subjects", "method", "beyond_support", "supported", "diagnostics")
        return {**same, **dict.fromkeys(empty), "undefined": found.reason, "notes": []}
    return {
        **same,
        "value": found.value,
        "low": found.low,
        "high": found.high,
        "n": found.n,
        "n_subjects": None,
        "method": found.method,
        "undefined": None,
        "beyond_support": found.is_beyond,
        "supported": list(found.supported),
        "diagnostics": dict(found.diagnostics),
        "notes": list(found.notes),
    }
