"""``baserate release``: a table of counts that may be published."""

from __future__ import annotations

import csv
import io
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from baserate import __version__
from baserate.cli.options import json_option, show_warnings
from baserate.errors import refuse
from baserate.outcomes.folder import write_file

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from baserate.audit.release import Dimension, Noised, Released

SCHEMA_VERSION = "1"
WITHHELD = "withheld"
_LIMITS = (
    "Live searches only: training, test and demonstration are not counted, nor rows that do not say.",
    "Release one table of a log, not several: what one withholds, the difference of two may show.",
)


@click.command()
@click.argument("log", type=click.Path(path_type=Path))
@click.option("--by", "names", multiple=True, required=True, metavar="COLUMN", help="Column to count by; up to four.")
@click.option("--smallest", type=click.IntRange(2, 1000), help="Smallest count above 0 that is shown; 10 by default.")
@click.option(
    "--epsilon", type=click.FloatRange(0, 20, min_open=True), help="Noise instead: privacy loss of one encounter."
)
@click.option(
    "--per-encounter",
    type=click.IntRange(1, 100),
    default=3,
    show_default=True,
    help="With --epsilon: most searches counted of one encounter.",
)
@click.option(
    "--values", "listed", multiple=True, metavar="COLUMN=A,B", help="With --epsilon: values that a column may have."
)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Write release.csv and release.json here."
)
@json_option
def command(
    log: Path,
    names: Sequence[str],
    smallest: int | None,
    epsilon: float | None,
    per_encounter: int,
    listed: Sequence[str],
    out: Path | None,
    *,
    as_json: bool,
) -> None:
    """Count LOG's live searches by columns, and make the counts fit to be published.

    Small counts are withheld, with as many others as it takes so that none can be worked out. With --epsilon, every
    count is published with random noise instead (differential privacy).

    Example: baserate release log.parquet --by month --by purpose_code --out published
    """
    from baserate.audit.release import add_noise, check_names, count_table, observed_dimension, suppress
    from baserate.inputs.logs import read_log

    check_names(names)
    _one_way(smallest, epsilon, listed)
    found = read_log(log)
    show_warnings(found.problems)
    if epsilon is None:
        table = count_table(found, [observed_dimension(found, name) for name in names])
        smallest = smallest or 10
        n_small = int(((table.counts > 0) & (table.counts < smallest)).sum())
        with click.progressbar(length=n_small, label="withholding counts", file=sys.stderr) as progress:
            release: Released | Noised = suppress(table, smallest, on_cell=progress.update)
    else:
        table = count_table(found, _declared(names, listed), per_encounter=per_encounter)
        release = add_noise(table, epsilon=epsilon, per_encounter=per_encounter)
    record = json.dumps(_record(release), indent=2, allow_nan=False)
    if out is not None:
        write_file(out / "release.json", record + "\n")
        write_file(out / "release.csv", _csv(release))
    click.echo(record if as_json else _text(release))


def _one_way(smallest: int | None, epsilon: float | None, listed: Sequence[str]) -> None:
    if smallest is not None and epsilon is not None:
        what = "is given with --smallest; a table is made safe in one way"
        raise refuse("two-ways", "--epsilon", what, "Leave one of them out")
    if listed and epsilon is None:
        what = "is given without --epsilon; where counts are withheld the values are those of the log"
        raise refuse("values-without-noise", "--values", what, "Leave it out, or give --epsilon")


def _declared(names: Sequence[str], listed: Sequence[str]) -> list[Dimension]:
    from baserate.audit.release import declared_dimension

    values: Mapping[str, list[str]] = {
        name: [value for value in text.split(",") if value] for name, _, text in (one.partition("=") for one in listed)
    }
    strange = [name for name in values if name not in names]
    if strange:
        raise refuse("no-such-dimension", f"--values {strange[0][:60]}", "is not counted by", "Add it with --by")
    return [declared_dimension(name, values.get(name, ())) for name in names]


def _record(release: Released | Noised) -> dict[str, Any]:
    made = {"schema_version": SCHEMA_VERSION, "baserate": __version__, "way": _way(release), "limits": _LIMITS}
    return made | asdict(release)


def _way(release: Released | Noised) -> str:
    from baserate.audit.release import Released

    if isinstance(release, Released):
        return (
            f"Counts below {release.smallest} are withheld, and others with them: from what is published no count "
            f"below {release.smallest} can be bounded more narrowly than from 1 (for a total: the number of its cells "
            f"that are not 0) to {release.smallest}."
        )
    return (
        f"Every count has random noise of scale {release.scale:.3g}: one encounter, with at most "
        f"{release.per_encounter} searches counted, changes the chance of any result by a factor of at most "
        f"exp({release.epsilon:g}). Each range holds the count without noise with {release.level:.0%} probability."
    )


def _columns(release: Released | Noised) -> tuple[list[str], list[list[str]]]:
    from baserate.audit.release import Released

    if isinstance(release, Released):
        rows = [[*c.values, WITHHELD if c.count is None else str(c.count)] for c in release.cells]
        return [*release.names, "searches"], rows
    noised = [[*c.values, str(c.count), str(c.low), str(c.high)] for c in release.cells]
    return [*release.names, "searches_with_noise", "low", "high"], noised


def _csv(release: Released | Noised) -> str:
    head, rows = _columns(release)
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows([head, *rows])
    return file.getvalue()


def _text(release: Released | Noised) -> str:
    head, rows = _columns(release)
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    n_names = len(release.names)
    lines = [
        "  ".join(c.ljust(w) if i < n_names else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True)))
        for row in [head, *rows]
    ]
    return "\n".join([*lines, "", _way(release), *_LIMITS])
