"""``baserate check``: what is wrong with a file, all of it, before anything is counted from it."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from baserate.cli.document import document_text
from baserate.cli.options import asked_source, with_reading_options
from baserate.errors import InputError, has_errors

if TYPE_CHECKING:
    from baserate.cli.options import Source
    from baserate.errors import Problem
    from baserate.inputs import Reading


@with_reading_options
@click.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def command(file: Path, *, as_json: bool) -> None:
    """Say what is wrong with FILE: scores, candidate lists, or a scenario (.toml).

    Exit status 0 when it can be used, with or without warnings; 2 when it has to be mended.

    \b
    baserate check scores.csv
    baserate check lists.parquet --searches searches.parquet
    baserate check genuine.txt --format pyeer --companion impostor.txt
    """  # noqa: D301 - click takes the backspace for a paragraph to leave as it is
    summary: dict[str, object]
    if _is_scenario(file):
        summary, problems = {}, _scenario(file)
    else:
        summary, problems = _data(asked_source(file))
    _print(file, summary, problems, as_json=as_json)
    if has_errors(problems):
        sys.exit(2)


def _is_scenario(file: Path) -> bool:
    """Whether this is a scenario: a TOML file, or the bare name of one that comes with Baserate."""
    return file.suffix.lower() == ".toml" or (not file.suffix and file.name == str(file) and not file.exists())


def _scenario(file: Path) -> list[Problem]:
    from baserate.models.scenario import check_scenario  # here: data files do without the models

    return list(check_scenario(file))


def _data(source: Source) -> tuple[dict[str, object], list[Problem]]:
    from baserate.inputs.checks import check_reading
    from baserate.inputs.formats import read_file
    from baserate.inputs.formats.reading import reading_from

    try:
        reading = read_file(
            source.file,
            searches=source.searches,
            format_name=source.format_name,
            options=source.options,
            partly=True,
        )
        with reading_from(source.file):
            return _summary(reading), list(check_reading(reading))
    except InputError as error:
        return {}, list(error.problems)


def _summary(reading: Reading) -> dict[str, object]:
    """Count what was read, so that nothing is missing unnoticed."""
    tables = {}
    for role, sheet in reading.sheets.items():
        rows = reading.connection.execute(f"SELECT count(*) FROM {sheet.rows}").fetchall()[0][0]  # noqa: S608
        tables[role] = {"rows": rows, "columns": list(sheet.table.columns), "left_out": dict(sheet.left_out)}
        if sheet.has("mated"):
            query = f"SELECT count(*) FILTER (mated), count(*) FILTER (NOT mated) FROM {sheet.rows}"  # noqa: S608
            tables[role]["mated"], tables[role]["nonmated"] = reading.connection.execute(query).fetchall()[0]
        if sheet.has("score"):
            query = f"SELECT count(*) - count(score) FROM {sheet.rows}"  # noqa: S608
            tables[role]["without_score"] = reading.connection.execute(query).fetchall()[0][0]
    return {"format": reading.format_name, "tables": tables}


def _print(file: Path, summary: dict[str, object], problems: list[Problem], *, as_json: bool) -> None:
    if as_json:
        click.echo(document_text({"file": str(file), **summary, "problems": [asdict(problem) for problem in problems]}))
        return
    for line in _summary_lines(summary):
        click.echo(line)
    for problem in problems:
        click.echo(f"{problem.severity}: {problem}", err=problem.severity == "error")
    if not problems:
        click.echo(f"{file}: no problems found")


def _summary_lines(summary: dict[str, object]) -> list[str]:
    lines = [f"Read as {summary['format']}."] if summary else []
    tables = summary.get("tables", {})
    assert isinstance(tables, dict)  # noqa: S101
    for role, counts in tables.items():
        words = [f"{counts['rows']:,} {role}"]
        if "mated" in counts:
            words.append(f"{counts['mated']:,} mated, {counts['nonmated']:,} non-mated")
        if counts.get("without_score"):
            words.append(f"{counts['without_score']:,} without a score")
        words += [f"{number:,} {reason} left out" for reason, number in counts["left_out"].items() if number]
        lines.append("; ".join(words) + ".")
    return lines
