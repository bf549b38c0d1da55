"""Everything that an audit found, in one value: what its JSON, its text and its report are written from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from baserate import __version__
from baserate.audit.integrity import check_integrity
from baserate.audit.retention import count_retention
from baserate.audit.run import audit
from baserate.audit.supports import estimates_json, what_is_supported
from baserate.audit.when import find_times
from baserate.errors import NotEstimableError
from baserate.inputs.log_formats.files import manifest_beside
from baserate.notebook import Shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from baserate.audit.finding import Finding
    from baserate.audit.integrity import IntegrityFinding
    from baserate.audit.periods import Unit
    from baserate.audit.retention import Period as StockPeriod
    from baserate.audit.retention import Retention
    from baserate.audit.supports import Supports
    from baserate.audit.when import FindingTimes
    from baserate.errors import Problem
    from baserate.inputs.logs import SearchLog

SCHEMA_VERSION = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditResult(Shown):
    """What an audit of one log found.

    Parameters
    ----------
    manifest
        What was audited with what: versions, packs, digests of the files.
    warnings
        What the reader of the log warned of.
    findings
        One for each rule.
    supports
        What the log supports beside findings.
    integrity
        One for each check; empty where none was asked for.
    retention
        Records held over time, or the reason why they cannot be counted.
    times
        When the rows of failing rules happened; empty where nobody asked.
    """

    manifest: Mapping[str, Any]
    warnings: tuple[Problem, ...]
    findings: tuple[Finding, ...]
    supports: Supports
    integrity: tuple[IntegrityFinding, ...]
    retention: Retention | str
    times: tuple[FindingTimes, ...] = ()


def audit_log(
    log: SearchLog,
    *,
    packs: Sequence[str],
    integrity: bool = True,
    times: bool = False,
    manifest_file: Path | None = None,
) -> AuditResult:
    """Hold a log against rules, and count and check everything else that it supports.

    Parameters
    ----------
    log
        What :func:`baserate.inputs.logs.read_log` gives.
    packs
        Names out of :data:`baserate.audit.packs.PACKS`.
    integrity
        Whether to check running numbers, hashes, clocks and claims.
    times
        Whether to find when the rows of failing rules happened, for a timeline.
    manifest_file
        The deployment's manifest, for its digest; by default the one in the log's folder.
    """
    findings = audit(log, packs=packs)
    supports = what_is_supported(log)
    unit = supports.periods[0].unit if supports.periods else "day"
    return AuditResult(
        manifest=_manifest(log, manifest_file, packs, integrity=integrity),
        warnings=tuple(log.problems),
        findings=findings,
        supports=supports,
        integrity=check_integrity(log) if integrity else (),
        retention=_retention(log, unit),
        times=find_times(log.connection, findings, unit) if times else (),
    )


#: Length of the periods in which records are counted, by that in which searches are.
_STOCK_BY: dict[Unit, StockPeriod] = {"hour": "day", "day": "day", "week": "month", "month": "month", "year": "year"}


def _retention(log: SearchLog, unit: Unit) -> Retention | str:
    try:
        return count_retention(log, every=_STOCK_BY[unit])
    except NotEstimableError as error:
        return str(error)


def _manifest(log: SearchLog, manifest_file: Path | None, packs: Sequence[str], *, integrity: bool) -> dict[str, Any]:
    """Say what was audited with what, so that somebody else can do it again."""
    import duckdb

    files = sorted(part.path for parts in log.parts.values() for part in parts)
    stated = manifest_file or manifest_beside(log.path)
    return {
        "baserate": __version__,
        "engine": f"duckdb {duckdb.__version__}",
        "packs": list(packs),
        "integrity": integrity,
        "inputs": {_name(file, log.path): f"sha256:{digest(file)}" for file in files},
        "deployment_manifest": f"sha256:{digest(stated)}" if stated else None,
        "deployment_manifest_name": f"manifest{stated.suffix.lower()}" if stated else None,
    }


def _name(file: Path, log: Path) -> str:
    """Name a file by its place in the log's folder: nothing of where the log lay on somebody's disk."""
    return file.relative_to(log).as_posix() if log.is_dir() else file.name


def digest(file: Path) -> str:
    """Give a file's SHA-256 in hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def result_json(result: AuditResult) -> str:
    """Write a result as JSON: the same bytes for the same log, packs and versions."""
    retention = result.retention if isinstance(result.retention, str) else asdict(result.retention)
    values = {
        "schema_version": SCHEMA_VERSION,
        "manifest": result.manifest,
        "warnings": [asdict(problem) for problem in result.warnings],
        "findings": [asdict(finding) for finding in result.findings],
        "estimates": estimates_json(result.supports),
        "integrity": [asdict(found) for found in result.integrity],
        "retention": {"undefined": retention} if isinstance(retention, str) else retention,
    }
    return json.dumps(values, indent=2, allow_nan=False, default=date.isoformat)
