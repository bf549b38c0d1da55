"""The folder of a simulation: results, curves, scenario, manifest and the search log."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from baserate.errors import refuse
from baserate.outcomes.exposure import exposure
from baserate.outcomes.results import to_json

if TYPE_CHECKING:
    from pathlib import Path

    from baserate.models.scenario import Scenario
    from baserate.models.simulate import Simulation
    from baserate.outcomes.results import Curves, Results

OURS = {
    "results.json",
    "curves.json",
    "disclosure.json",
    "exposure.json",
    "exposure.html",
    "exposure.md",
    "retention.html",
    "retention.md",
    "explain.html",
    "explain.md",
    "scenario.toml",
    "manifest.json",
    "report.html",
    "report.md",
    "log",
}
UNFINISHED = ".unfinished"


def claim_results(folder: Path) -> None:
    """Refuse a folder that holds anything which a simulation did not write.

    Raises
    ------
    InputError
        If there is anything else in it, or it is not a folder.
    """
    try:
        strangers = (
            sorted(entry.name for entry in folder.iterdir() if _finished(entry.name) not in OURS)
            if folder.exists()
            else []
        )
    except OSError as error:
        raise refuse("folder-unreadable", str(folder), f"cannot be read ({error.strerror})", "Give a folder") from None
    if strangers:
        raise refuse(
            "folder-not-empty", str(folder), f"holds other files ({', '.join(strangers[:3])})", "Give another folder"
        )


def _finished(name: str) -> str:
    """Name that a file gets when it is whole: a run that was killed may leave one that is not."""
    return name.removeprefix(".").removesuffix(UNFINISHED) if name.endswith(UNFINISHED) else name


def write_results(
    folder: Path, scenario: Scenario, results: Results, curves: Curves, simulation: Simulation
) -> dict[str, str]:
    """Write everything but the log, each file moved into place when it is whole; the manifest last.

    Returns
    -------
    dict
        SHA-256 of each file of the folder, by its path, as the manifest has them.
    """
    texts = {
        "scenario.toml": scenario.text,
        "results.json": to_json(results),
        "curves.json": to_json(curves),
        "exposure.json": to_json(exposure(scenario)),
    }
    for name, text in texts.items():
        write_file(folder / name, text)
    digests = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts.items()}
    digests |= {f"log/{path}": digest for path, digest in simulation.files.items()}
    manifest = {"run": asdict(simulation.run), "how": results.manifest, "sha256": digests}
    write_file(folder / "manifest.json", json.dumps(manifest, indent=2) + "\n")
    return digests


def write_file(path: Path, text: str) -> None:
    """Write a file under another name and move it into place, so that nobody finds half of it.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    try:
        _write(path, text)
    except OSError as error:
        raise refuse(
            "file-unwritable", str(path), f"cannot be written ({error.strerror})", "Give another folder"
        ) from None


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}{UNFINISHED}")
    unfinished.write_text(text, encoding="utf-8", newline="\n")
    unfinished.replace(path)
