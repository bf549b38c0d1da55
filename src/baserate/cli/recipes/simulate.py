"""How a simulation's folder is bundled and run again."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

from baserate.cli.recipes.recipe import Made, Wanted, list_option, only_options, unfit, whole_option
from baserate.outcomes.bundle.files import digest, read_small
from baserate.outcomes.folder import OURS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from baserate.outcomes.bundle.record import Bundle, Command

LARGEST_MANIFEST = 20_000_000  # bytes

command: Command = "simulate"
marker = "results.json"
numbers: Mapping[str, tuple[str, ...]] = {}
drawn = frozenset({"report.html", "report.md"})
SCENARIO, DISCLOSURE = "scenario.toml", "disclosure.json"
# The disclosure list is another command's result, and an input of the report.
ROLES = (("scenario", SCENARIO), ("disclosure", DISCLOSURE))


def owns(path: str) -> bool:
    """Say whether a file of the folder is one of its results."""
    return path.split("/")[0] in OURS - {SCENARIO, DISCLOSURE}


def made(folder: Path) -> Made:
    """Read from ``manifest.json`` how it was made."""
    where = str(folder / "manifest.json")
    try:
        how: dict[str, Any] = json.loads(read_small(folder / "manifest.json", LARGEST_MANIFEST))["how"]
        return Made(
            baserate=str(how["baserate"]),
            options={"searches": int(how["searches"]), "seed": int(how["seed"]), "settings": tuple(how["settings"])},
            versions={"python": str(how["python"]), **{str(k): str(v) for k, v in how["libraries"].items()}},
            inputs=tuple(
                Wanted(role, name, digest(folder / name)) for role, name in ROLES if (folder / name).is_file()
            ),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise unfit(where, "does not say how it was made, or the scenario beside it is missing") from None


def run(bundle: Bundle, stage: Path, out: Path) -> None:
    """Simulate again with the scenario, settings and seed of the bundle; write the report too where there was one."""
    from baserate.models.scenario import load_scenario, override
    from baserate.models.simulate import simulate
    from baserate.outcomes.curves import scenario_curves
    from baserate.outcomes.expect import expected_worlds
    from baserate.outcomes.folder import write_results
    from baserate.outcomes.record import results_of
    from baserate.reports.write import write_report

    only_options(bundle, "searches", "seed", "settings")
    settings = list_option(bundle, "settings")
    chosen = override(load_scenario(str(stage / SCENARIO)), settings)
    searches, seed = whole_option(bundle, "searches"), whole_option(bundle, "seed")
    simulation = simulate(chosen, searches=searches, seed=seed, log_folder=out / "log")
    worlds = expected_worlds(chosen)
    results = results_of(worlds, settings=settings, simulation=simulation)
    write_results(out, chosen, results, scenario_curves(worlds), simulation)
    if any(file.path == "report.html" for file in bundle.results):
        if (stage / DISCLOSURE).is_file():
            shutil.copyfile(stage / DISCLOSURE, out / DISCLOSURE)
        write_report(out)
