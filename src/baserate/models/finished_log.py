"""What a simulated log gets when all of its rows are there: its manifest and, if asked for, its chain of hashes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from baserate.columns import LOG_SCHEMA_VERSION
from baserate.engines.duckdb import connect, text
from baserate.inputs.log_formats.chain import write_chain
from baserate.models.counts import COUNTS
from baserate.models.parameter import reference
from baserate.models.planting import has_fault
from baserate.models.record import YEAR_START
from baserate.models.search_log import TRAINING, digest, threshold_scales

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from baserate.models.planting import Plan, Planted
    from baserate.models.scenario import Scenario
    from baserate.models.search_log import LogPlan

MANIFEST = "manifest.json"
CHAINED = "search_event.parquet"
YEAR = YEAR_START[:4]


def finish_log(
    folder: Path, scenario: Scenario, log: LogPlan, *, counts: NDArray[np.int64], files: dict[str, str]
) -> dict[str, str]:
    """Write the manifest, chain the rows and alter those that are to be altered.

    Parameters
    ----------
    folder
        Folder of the log, with all of its parts.
    scenario, log
        What was simulated, and how it was written.
    counts
        The run's counts: the manifest's report claims the live searches among them.
    files
        SHA-256 of each file, by its path.

    Returns
    -------
    dict
        The same for the files that are there now.
    """
    plan = log.plan
    if plan.is_chained:
        files = {path: found for path, found in files.items() if not path.startswith("search_event/")}
        files[CHAINED] = _chain(folder, plan, log.seed)
    n_live = int(counts[..., list(COUNTS).index("searches")].sum())
    manifest = json.dumps(deployment_manifest(scenario, log, n_live=n_live), indent=2)
    unfinished = folder / f".{MANIFEST}.unfinished"
    unfinished.write_text(manifest + "\n", encoding="utf-8", newline="\n")
    unfinished.replace(folder / MANIFEST)
    return files | {MANIFEST: digest(folder / MANIFEST)}


def _chain(folder: Path, plan: Plan, seed: int) -> str:
    """Put the parts of ``search_event`` into one chained file; the parts go when it is whole."""
    parts, target = folder / "search_event", folder / CHAINED
    target.unlink(missing_ok=True)  # of an earlier run of the same plan: its parts were made again
    chained, unfinished = folder / ".chained.parquet", folder / f".{CHAINED}.unfinished"
    write_chain(folder, chained)
    _alter(chained, unfinished, plan.of_kind("altered"), seed)
    unfinished.replace(target)
    chained.unlink()
    for part in parts.iterdir():
        part.unlink()
    parts.rmdir()
    return digest(target)


def _alter(source: Path, target: Path, faults: tuple[Planted, ...], seed: int) -> None:
    cells = [
        f"CASE WHEN {has_fault(planted, seed)} THEN {sql} ELSE {column} END AS {column}"
        for planted in faults
        for column, sql in planted.fault.changes.items()
    ]
    replaced = f" REPLACE ({', '.join(cells)})" if cells else ""
    query = f"SELECT *{replaced} FROM read_parquet({text(source)})"  # noqa: S608 - constants of ours, a quoted path
    connect([source, target], threads=1).execute(f"COPY ({query}) TO {text(target)} (FORMAT parquet, COMPRESSION zstd)")


def _period(value: float, unit: str) -> dict[str, float]:
    """Give a period as the manifest states it: in years, or in seconds if it is short."""
    return {"years": value} if unit == "years" else {"seconds": round(value * {"days": 86400, "hours": 3600}[unit])}


def deployment_manifest(scenario: Scenario, log: LogPlan, *, n_live: int) -> dict[str, Any]:
    """Give the manifest that the operator of the simulated deployment would write.

    It states what the scenario states, and nothing that it does not: documents and tests that a scenario knows nothing
    of are left out, so that the rules on them answer *cannot tell*.
    """
    record = scenario.table.record
    claimed = sum(planted.rate for planted in log.plan.of_kind("claim"))
    keep = [(who, scenario.parameters[f"retention.{who}"]) for who in ("matched", "unmatched")]
    return {
        "manifest_version": LOG_SCHEMA_VERSION,
        "deployment_id": scenario.name,
        "synthetic": True,
        "signed_date": f"{YEAR}-01-01",
        "jurisdictions": record.jurisdictions,
        "system_name": scenario.table.title[:200],
        "systems_register": [{"system_id": "simulated", "algorithm_version": "score-law"}],
        "roles_allowed": [{"role": role, "from": f"{YEAR}-01-01"} for role in record.operator_roles],
        "super_query_roles": ["none"],
        "legal_bases": {"lb-1": "synthetic"},
        "galleries": [
            {
                "id": name,
                "size": round(reference(scenario.parameters[f"galleries.{name}.size"])),
                "unit": scenario.parameters[f"galleries.{name}.size"].unit,
            }
            for name in scenario.searched_galleries
        ]
        + [{"id": TRAINING, "live": False}],
        "vendor": "none: simulated",
        "thresholds": [
            {"value": value, "scale": scale, "from": f"{YEAR}-01-01"}
            for value, scale in threshold_scales(log.constants)
        ],
        "threshold_minimum": min(log.constants.threshold),
        "candidate_limit": log.constants.list_length,
        "retention_policies": [
            {"id": "simulated", "applies_to": who, **_period(reference(parameter), parameter.unit)}
            for who, parameter in keep
        ],
        "annual_reports": [
            {
                "title": f"Report on {YEAR}",
                "period_start": f"{YEAR}-01-01",
                "period_end": f"{YEAR}-12-31",
                "totals": {"searches": round(n_live * (1 + claimed))},
            }
        ],
    }
