"""How a simulation's folder is bundled and run again."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

from baserate.cli.recipes.recipe import (
    Made,
    Wanted,
    flag_option,
    list_option,
    only_options,
    share_option,
    unfit,
    whole_option,
)
from baserate.models.planting import Plan, read_faults
from baserate.outcomes.bundle.files import digest, read_small
from baserate.outcomes.folder import OURS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from baserate.outcomes.bundle.record import Bundle, Command, Option

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
        manifest: dict[str, Any] = json.loads(read_small(folder / "manifest.json", LARGEST_MANIFEST))
        how = manifest["how"]
        return Made(
            baserate=str(how["baserate"]),
            options={
                "searches": int(how["searches"]),
                "seed": int(how["seed"]),
                "settings": tuple(how["settings"]),
                **_plan_options(manifest["run"]["plan"]),
            },
            versions={"python": str(how["python"]), **{str(k): str(v) for k, v in how["libraries"].items()}},
            inputs=tuple(
                Wanted(role, name, digest(folder / name)) for role, name in ROLES if (folder / name).is_file()
            ),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise unfit(where, "does not say how it was made, or the scenario beside it is missing") from None


def _plan_options(plan: dict[str, Any]) -> dict[str, Option]:
    """Give what was planted and written into the log, as options: faults as the command line has them."""
    return {
        "plant": tuple(f"{fault['name']}={float(fault['rate'])!r}" for fault in plan["faults"]),
        "adjudicated": float(plan["adjudicated_alerts"]),
        "adjudicated_others": float(plan["adjudicated_others"]),
        "chain": bool(plan["chain"]),
    }


def _plan(bundle: Bundle) -> Plan:
    return Plan(
        read_faults(list_option(bundle, "plant")),
        share_option(bundle, "adjudicated"),
        share_option(bundle, "adjudicated_others"),
        flag_option(bundle, "chain"),
    )


def run(bundle: Bundle, stage: Path, out: Path) -> None:
    """Simulate again with the scenario, settings, seed and plan of the log; write the report too if there was one."""
    from baserate.models.scenario import load_scenario, override
    from baserate.models.simulate import simulate
    from baserate.outcomes.curves import scenario_curves
    from baserate.outcomes.expect import expected_worlds
    from baserate.outcomes.folder import write_results
    from baserate.outcomes.record import results_of
    from baserate.reports.write import write_report

    only_options(bundle, "searches", "seed", "settings", "plant", "adjudicated", "adjudicated_others", "chain")
    settings = list_option(bundle, "settings")
    chosen = override(load_scenario(str(stage / SCENARIO)), settings)
    searches, seed = whole_option(bundle, "searches"), whole_option(bundle, "seed")
    simulation = simulate(chosen, searches=searches, seed=seed, log_folder=out / "log", plan=_plan(bundle))
    worlds = expected_worlds(chosen)
    results = results_of(worlds, settings=settings, simulation=simulation)
    write_results(out, chosen, results, scenario_curves(worlds), simulation)
    if any(file.path == "report.html" for file in bundle.results):
        if (stage / DISCLOSURE).is_file():
            shutil.copyfile(stage / DISCLOSURE, out / DISCLOSURE)
        write_report(out)
