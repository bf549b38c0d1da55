"""``baserate verify BUNDLE``: check every digest, run it again, and say plainly what matches and what differs."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal

import click

from baserate import __version__
from baserate.cli.document import document_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from baserate.cli.recipes.recipe import Recipe
    from baserate.outcomes.bundle.record import Bundle, BundleFile

LARGEST_CRATE = 50_000_000  # bytes
LARGEST_JSON = 200_000_000  # bytes of a result that is compared by its keys


@dataclass(frozen=True, slots=True)
class Check:
    """What verifying found of one thing: ``same``, ``differs``, ``not checked``, or ``note`` for what is no fault."""

    status: Literal["same", "differs", "not checked", "note"]
    what: str
    found: str


@click.command(name="verify")
@click.argument("folder", metavar="BUNDLE", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--input",
    "sources",
    type=click.Path(path_type=Path, exists=True),
    multiple=True,
    help="A log or a file that the bundle leaves out.",
)
@click.option(
    "--manifest",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The deployment's manifest, where the bundle leaves it out; by default the one in the log's folder.",
)
@click.option("--rerun/--no-rerun", default=True, help="Whether to run it again, or to check digests only.")
@click.option("--json", "as_json", is_flag=True, help="Print the checks as JSON.")
@click.pass_context
def command(
    context: click.Context,
    folder: Path,
    sources: tuple[Path, ...],
    manifest: Path | None,
    *,
    rerun: bool,
    as_json: bool,
) -> None:
    """Check the digests in BUNDLE, a folder that `baserate bundle` wrote, and run it again from its inputs.

    Nothing in the bundle is trusted: paths stay inside it, links are not followed, and only the options that the
    command has are used. The exit status is 0 when everything matches and 2 when something differs or could not be
    checked.

    Example: baserate verify result --input log
    """
    checks = _checks(folder, sources, manifest, rerun=rerun)
    bad = [check for check in checks if check.status in ("differs", "not checked")]
    if as_json:
        click.echo(document_text({"matches": not bad, "checks": [asdict(c) for c in checks]}))
    else:
        click.echo("\n".join(_lines(checks, bad)))
    context.exit(2 if bad else 0)


def _lines(checks: list[Check], bad: list[Check]) -> Iterator[str]:
    from baserate.audit.finding import printable

    for check in checks:
        yield printable(f"{check.status:12}{check.what}: {check.found}")
    yield ""
    if not bad:
        yield "Everything matches."
    else:
        differing = sum(check.status == "differs" for check in bad)
        yield f"Not verified: {differing} differ, {len(bad) - differing} could not be checked."


def _checks(folder: Path, sources: tuple[Path, ...], manifest: Path | None, *, rerun: bool) -> list[Check]:
    from baserate.cli.recipes import RECIPES
    from baserate.cli.recipes.recipe import named_inputs
    from baserate.outcomes.bundle.files import read_record

    bundle = read_record(folder)
    recipe = next(recipe for recipe in RECIPES if recipe.command == bundle.command)
    outside = [(given.role, given.file.path) for given in bundle.inputs if not given.included]
    given = named_inputs(outside, sources, manifest)
    checks = [*_of_record(folder, bundle), *_of_files(folder, bundle, given)]
    faults = any(check.status != "same" for check in checks if check.what in _inputs(bundle))
    if not rerun:
        return [*checks, Check("note", "the run", "was not repeated, as asked")]
    if faults:
        return [*checks, Check("not checked", "the run", "cannot be repeated: its inputs are not those recorded")]
    return [*checks, *_rerun(folder, bundle, recipe, given)]


def _inputs(bundle: Bundle) -> set[str]:
    return {given.file.path for given in bundle.inputs}


def _of_record(folder: Path, bundle: Bundle) -> Iterator[Check]:
    """Hold the crate to the record, which it is made from, and name what neither lists."""
    from baserate.outcomes.bundle.crate import FILE as CRATE
    from baserate.outcomes.bundle.crate import crate_json
    from baserate.outcomes.bundle.files import digest, inside, listed, read_small
    from baserate.outcomes.bundle.record import FILE

    yield Check("note", FILE, f"sha256 {digest(folder / FILE)}")
    crate = inside(folder, CRATE)
    if crate is None:
        yield Check("differs", CRATE, "is not there as a plain file")
    else:
        same = read_small(crate, LARGEST_CRATE) == crate_json(bundle).encode()
        yield Check("same" if same else "differs", CRATE, "says what bundle.json says" if same else
                    "does not say what bundle.json says")  # fmt: skip
    known = {FILE, CRATE, *(file.path for file in bundle.files)}
    for path in listed(folder):
        if path not in known:
            yield Check("note", path, "lies in the folder and is not part of the bundle")


def _of_files(folder: Path, bundle: Bundle, given: Mapping[str, Path]) -> Iterator[Check]:
    from baserate.outcomes.bundle.files import fault_of, fault_of_file

    for one in bundle.inputs:
        if one.included:
            yield _of_file(one.file.path, fault_of(folder, one.file))
        elif one.file.path in given:
            yield _of_file(one.file.path, fault_of_file(given[one.file.path], one.file))
        else:
            yield Check(
                "not checked", one.file.path, f"is left out of the bundle; give the {one.role} that has its digest"
            )
    for file in bundle.results:
        yield _of_file(file.path, fault_of(folder, file))


def _of_file(path: str, fault: str) -> Check:
    return Check("differs", path, fault) if fault else Check("same", path, "as recorded (SHA-256)")


def _rerun(folder: Path, bundle: Bundle, recipe: Recipe, given: Mapping[str, Path]) -> Iterator[Check]:
    if bundle.baserate != __version__:
        yield Check("note", "baserate", f"the bundle was made by {bundle.baserate}, and is run again by {__version__}")
    with TemporaryDirectory(prefix="baserate-verify-") as temporary:
        stage, out = Path(temporary) / "inputs", Path(temporary) / "out"
        for one in bundle.inputs:
            _put(given.get(one.file.path, folder / one.file.path), stage / one.file.path)
        out.mkdir()
        recipe.run(bundle, stage, out)
        for file in bundle.results:
            yield _compared(folder, out, file, recipe)


def _put(source: Path, target: Path) -> None:
    """Lay a checked input beside the others: as a second name where the disk allows it, else as a copy."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source.resolve(), target)
    except OSError:
        shutil.copyfile(source, target)


def _compared(folder: Path, out: Path, file: BundleFile, recipe: Recipe) -> Check:
    """Hold one result of the bundle to that of the new run."""
    from baserate.outcomes.bundle.files import fault_of_file, inside

    what = f"re-run: {file.path}"
    here, there = inside(folder, file.path), inside(out, file.path)
    if there is None:
        return Check("differs", what, "the new run did not write it")
    if not fault_of_file(there, file):
        return Check("same", what, "the same bytes")
    if file.path in recipe.drawn:
        return Check("note", what, "looks other than the new run's; it only shows the numbers of the other files")
    keys = recipe.numbers.get(file.path)
    if keys is None or here is None:
        return Check("differs", what, "other bytes than the new run's")
    differing = _differing(_json(here), _json(there), keys)
    return (
        Check("differs", what, "; ".join(differing))
        if differing
        else Check("same", what, f"the same {', '.join(keys)}")
    )


def _json(path: Path) -> Any:  # noqa: ANN401 - whatever JSON holds
    from baserate.outcomes.bundle.files import read_small

    try:
        found = json.loads(read_small(path, LARGEST_JSON))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _differing(here: Mapping[str, Any], there: Mapping[str, Any], keys: tuple[str, ...]) -> list[str]:
    """Name what differs: by rule or place where it is a list, else by its key."""
    told = []
    for key in keys:
        ours, new = here.get(key), there.get(key)
        if ours == new:
            continue
        if isinstance(ours, list) and isinstance(new, list) and len(ours) == len(new):
            names = [_name(b, i) for i, (a, b) in enumerate(zip(ours, new, strict=True)) if a != b]
            told.append(f"{len(names)} of {len(new)} {key} differ ({', '.join(names[:5])})")
        else:
            told.append(f"{key} differ")
    return told


def _name(entry: object, place: int) -> str:
    names = ("rule", "check", "metric", "name", "kind")
    found = [str(entry[name]) for name in names if name in entry] if isinstance(entry, dict) else []
    return found[0] if found else f"number {place + 1}"
