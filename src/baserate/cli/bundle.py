"""``baserate bundle DIR``: a folder of results becomes evidence that others can check and run again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from baserate.errors import InputError, Problem, refuse
from baserate.inputs.problems import count_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from baserate.cli.recipes.recipe import Made, Recipe, Wanted
    from baserate.outcomes.bundle.record import Bundle, BundleInput


@click.command(name="bundle")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--input",
    "sources",
    type=click.Path(path_type=Path, exists=True),
    multiple=True,
    help="The log that was audited, or a file that was measured, to copy into the bundle; what is not named is left "
    "out, and only its digest kept.",
)
@click.option(
    "--manifest",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The deployment's manifest, to copy too; by default the one in the log's folder.",
)
@click.option("--date", type=click.DateTime(["%Y-%m-%d"]), help="Day of publication, for the crate; no clock is read.")
def command(folder: Path, sources: tuple[Path, ...], manifest: Path | None, date: datetime | None) -> None:
    """Make the folder DIR, which `baserate audit` or `baserate simulate` wrote, a bundle of evidence.

    Writes bundle.json and ro-crate-metadata.json (RO-Crate 1.1) with the SHA-256 of every input and result, versions,
    seed and options. The digest that it prints stands for all of it: publish that digest, or deposit it. A log that
    may not be passed on stays out unless --input names it.

    Example: baserate bundle result --input log
    """
    from baserate.outcomes.bundle.crate import FILE as CRATE
    from baserate.outcomes.bundle.crate import crate_json
    from baserate.outcomes.bundle.files import digest
    from baserate.outcomes.bundle.record import FILE, bundle_json, read_bundle
    from baserate.outcomes.folder import write_file

    recipe = _recipe(folder)
    made = recipe.made(folder)
    inputs = tuple(_input(folder, wanted, _sources(made, sources, manifest)) for wanted in made.inputs)
    bundle = _bundle(folder, recipe, made, inputs, date)
    read_bundle(bundle_json(bundle).encode(), where=str(folder))  # what is written can be verified
    write_file(folder / FILE, bundle_json(bundle))
    write_file(folder / CRATE, crate_json(bundle))
    left_out = sum(not given.included for given in inputs)
    click.echo(
        f"{count_of(len(bundle.files), 'file')} in the bundle; "
        f"{count_of(left_out, 'input')} left out, with digests kept."
    )
    click.echo(f"sha256 of {FILE}: {digest(folder / FILE)}")


def _recipe(folder: Path) -> Recipe:
    from baserate.cli.recipes import RECIPES

    found = next((recipe for recipe in RECIPES if (folder / recipe.marker).is_file()), None)
    if found is None:
        markers = ", ".join(f"{recipe.marker} of baserate {recipe.command}" for recipe in RECIPES)
        raise refuse("not-our-results", str(folder), f"holds none of {markers}", "Give a folder that baserate wrote")
    return found


def _sources(made: Made, sources: tuple[Path, ...], manifest: Path | None) -> Mapping[str, Path]:
    """Give the file of each input that was named, by its place in the bundle."""
    from baserate.cli.recipes.recipe import named_inputs

    return named_inputs([(wanted.role, wanted.path) for wanted in made.inputs], sources, manifest)


def _input(folder: Path, wanted: Wanted, sources: Mapping[str, Path]) -> BundleInput:
    """Record an input, and bring it into the bundle where it was named and is not there yet."""
    from baserate.outcomes.bundle.files import copy_in, digest, inside, record_of
    from baserate.outcomes.bundle.record import BundleFile, BundleInput, is_safe

    if not is_safe(wanted.path):
        what = f"{wanted.path[:80]!r} has characters that do not travel between systems"
        raise refuse("unsafe-path", str(folder), what, "Name files with letters, digits, dots, hyphens and underscores")
    source = sources.get(wanted.path)
    if source is not None:
        if digest(source) != wanted.sha256:
            what = "is not the file that these results were made from (SHA-256 differs)"
            raise refuse("not-the-same-input", str(source), what, "Give that file, or run the command again")
        copy_in(source, folder, wanted.path)
    found = inside(folder, wanted.path)
    if found is None or digest(found) != wanted.sha256:
        return BundleInput(wanted.role, BundleFile(wanted.path, wanted.sha256, None), included=False)
    return BundleInput(wanted.role, record_of(folder, wanted.path), included=True)


def _bundle(folder: Path, recipe: Recipe, made: Made, inputs: Sequence[BundleInput], date: datetime | None) -> Bundle:
    from baserate.outcomes.bundle.crate import FILE as CRATE
    from baserate.outcomes.bundle.files import listed, record_of
    from baserate.outcomes.bundle.record import FILE, Bundle

    ours = {FILE, CRATE, *(given.file.path for given in inputs if given.included)}
    paths = [path for path in listed(folder) if path not in ours]
    strangers = [path for path in paths if not recipe.owns(path)]
    if strangers:
        what, remedy = (
            "is no result of the command, nor an input of it",
            "Move it elsewhere: a bundle holds nothing else",
        )
        raise InputError([Problem("stranger", str(folder / path), what, remedy) for path in strangers[:20]])
    return Bundle(
        baserate=made.baserate,
        command=recipe.command,
        options=made.options,
        versions=made.versions,
        inputs=tuple(inputs),
        results=tuple(record_of(folder, path) for path in paths),
        date=None if date is None else date.date().isoformat(),
    )
