"""How an audit's folder is bundled and run again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from baserate.cli.recipes.recipe import INPUTS, Made, Wanted, list_option, only_options, unfit
from baserate.outcomes.bundle.files import read_small

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from baserate.outcomes.bundle.record import Bundle, Command

LARGEST_RESULT = 100_000_000  # bytes

command: Command = "audit"
marker = "audit.json"
numbers: Mapping[str, tuple[str, ...]] = {"audit.json": ("findings", "estimates", "integrity", "retention")}
drawn = frozenset({"audit.html", "audit.md", "audit.txt"})


def owns(path: str) -> bool:
    """Say whether a file of the folder is one of its results."""
    return path == marker or path in drawn


def made(folder: Path) -> Made:
    """Read from ``audit.json`` how it was made."""
    try:
        manifest: dict[str, Any] = json.loads(read_small(folder / marker, LARGEST_RESULT))["manifest"]
        log = [Wanted("log", f"{INPUTS}/log/{name}", _sha(found)) for name, found in manifest["inputs"].items()]
        stated = manifest["deployment_manifest"]
        where = f"{INPUTS}/{manifest['deployment_manifest_name']}"
        return Made(
            baserate=str(manifest["baserate"]),
            options={"packs": tuple(manifest["packs"]), "integrity": bool(manifest["integrity"])},
            versions=dict([str(manifest["engine"]).split(" ", 1)]),
            inputs=(*log, *([Wanted("manifest", where, _sha(stated))] if stated else [])),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise unfit(str(folder / marker), "does not say how it was made") from None


def _sha(text: str) -> str:
    return text.removeprefix("sha256:")


def run(bundle: Bundle, stage: Path, out: Path) -> None:
    """Audit the log again."""
    from baserate.audit.packs import PACKS
    from baserate.audit.result import audit_log
    from baserate.inputs.logs import read_log
    from baserate.reports.audit.write import write_audit

    only_options(bundle, "packs", "integrity")
    packs = list_option(bundle, "packs")
    if not set(packs) <= set(PACKS):
        raise unfit("bundle.json", "names packs of rules that this version does not have")
    log = [stage / given.file.path for given in bundle.inputs if given.role == "log"]
    stated = next((stage / given.file.path for given in bundle.inputs if given.role == "manifest"), None)
    result = audit_log(
        read_log(log[0] if len(log) == 1 else stage / INPUTS / "log", stated),
        packs=packs,
        integrity=bundle.options.get("integrity") is True,
        times=True,
        manifest_file=stated,
    )
    write_audit(out, result)
