"""``baserate audit``: a log in, findings and bounds out."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import click

from baserate import __version__
from baserate.cli.options import chosen_packs
from baserate.errors import refuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from baserate.audit.bounds import Bounds, Share
    from baserate.audit.finding import Finding
    from baserate.inputs.logs import SearchLog

SCHEMA_VERSION = "1"
_WIDTH = 120


@click.command()
@click.argument("log", type=click.Path(path_type=Path))
@click.option("--manifest", type=click.Path(path_type=Path), help="The deployment's manifest, JSON or TOML.")
@click.option("--packs", help="Packs of rules, separated by commas; all by default.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("--out", type=click.Path(path_type=Path), help="Write audit.json and audit.txt to this folder.")
@click.option("--integrity/--no-integrity", default=True, help="Whether to check running numbers, hashes and claims.")
def command(
    log: Path, manifest: Path | None, packs: str | None, *, as_json: bool, out: Path | None, integrity: bool
) -> None:
    """Hold LOG, a file or a folder of a search log, against the rules.

    Every rule answers pass, fail, cannot_tell or not_applicable. The exit status is 0 when the audit ran, whatever it
    found, and 2 when the log cannot be read.
    """
    from baserate.audit.bounds import estimate
    from baserate.audit.integrity import check_integrity
    from baserate.audit.run import audit
    from baserate.inputs.logs import read_log

    chosen = chosen_packs(packs)
    search_log = read_log(log, manifest)
    findings = audit(search_log, packs=chosen)
    shares, bounds = estimate(search_log)
    checks = [asdict(found) for found in check_integrity(search_log)] if integrity else []
    result = {
        "schema_version": SCHEMA_VERSION,
        "manifest": _manifest(search_log, manifest, chosen),
        "warnings": [asdict(problem) for problem in search_log.problems],
        "findings": [asdict(finding) for finding in findings],
        "estimates": [
            *({"kind": "share", **asdict(s)} for s in shares),
            *({"kind": "bounds", **asdict(b)} for b in bounds),
        ],
        "integrity": checks,
    }
    _show(
        json.dumps(result, indent=2, allow_nan=False), _text(findings, shares, bounds, checks), as_json=as_json, out=out
    )


def _manifest(log: SearchLog, manifest: Path | None, packs: Sequence[str]) -> dict[str, Any]:
    """Say what was audited with what, so that somebody else can do it again."""
    import duckdb

    files = sorted(part.path for parts in log.parts.values() for part in parts)
    return {
        "baserate": __version__,
        "engine": f"duckdb {duckdb.__version__}",
        "packs": list(packs),
        "inputs": {file.name: _digest(file) for file in files},
        "deployment_manifest": _digest(manifest) if manifest else None,
    }


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return f"sha256:{hashlib.file_digest(stream, 'sha256').hexdigest()}"


def _show(as_text_json: str, text: str, *, as_json: bool, out: Path | None) -> None:
    if out is not None:
        _write(out, as_text_json, text)
    click.echo(as_text_json if as_json else text)


def _write(out: Path, as_text_json: str, text: str) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / "audit.json").write_text(as_text_json + "\n", encoding="utf-8")
        (out / "audit.txt").write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise refuse(
            "cannot-write", str(out), f"cannot be written ({error.strerror})", "Choose another folder"
        ) from None


def _text(
    findings: Sequence[Finding], shares: Iterable[Share], bounds: Iterable[Bounds], checks: Sequence[dict[str, Any]]
) -> str:
    from baserate.audit.finding import NOT_ADVICE
    from baserate.audit.packs import PACK_TITLES

    lines = [NOT_ADVICE, ""]
    for pack in dict.fromkeys(finding.pack for finding in findings):
        lines += [*_pack(PACK_TITLES[pack], [f for f in findings if f.pack == pack]), ""]
    lines += ["What the log supports", *map(_share, shares), *map(_bound, bounds)]
    if checks:
        lines += ["", "Integrity", *(line for c in checks for line in _line(c["status"], c["check"], c["reason"]))]
    return "\n".join(lines)


def _pack(title: str, findings: list[Finding]) -> list[str]:
    from baserate.audit.finding import STATUSES, sort_findings

    totals = {status: sum(f.status == status for f in findings) for status in STATUSES}
    counted = ", ".join(f"{n} {status.replace('_', ' ')}" for status, n in totals.items() if n)
    lines = [f"{title}: {counted}"]
    told = [f for f in findings if f.if_applied is None]
    for finding in sort_findings(tuple(told)):
        lines += _finding(finding)
    return lines + _not_binding([f for f in findings if f.if_applied is not None])


def _not_binding(findings: list[Finding]) -> list[str]:
    """Gather rules that do not bind, or of which that is not known, under their common reasons."""
    lines = []
    for status, reason in dict.fromkeys((f.status, f.reason) for f in findings):
        here = [f for f in findings if (f.status, f.reason) == (status, reason)]
        lines += _line(status, "", f"{', '.join(f.rule for f in here)}: {reason}")
        failing = [f.rule for f in here if f.if_applied == "fail"]
        lines += _wrapped(f"if they applied, these would fail: {', '.join(failing)}") if failing else []
    return lines


def _finding(finding: Finding) -> list[str]:
    lines = _line(finding.status, finding.rule, f"{finding.title}: {finding.reason}")
    if finding.status != "fail":
        return lines
    marks = "".join(f"[{mark}]" for mark in finding.verified)
    rows = ", ".join(f"{row.row} ({row.event})" for row in finding.rows)
    told = [f"{finding.citation} {marks}", f"rows {rows}" if rows else "", finding.note]
    return [*lines, *(line for text in told if text for line in _wrapped(text))]


def _line(status: str, name: str, text: str) -> list[str]:
    lines = _wrapped(f"{name} {text}".strip(), indent=19)
    return [f"  {status.replace('_', ' '):17}{lines[0].strip()}", *lines[1:]]


def _wrapped(text: str, *, indent: int = 21) -> list[str]:
    space = " " * indent
    return wrap(text, _WIDTH, initial_indent=space, subsequent_indent=space, break_long_words=False)


def _share(share: Share) -> str:
    if share.range is None:
        return f"  {share.name}: undefined, {share.undefined}"
    low, high = share.range
    counts = f"{share.low:,}" if share.low == share.high else f"{share.low:,} to {share.high:,}"
    rates = f"{low:.3g}" if low == high else f"{low:.3g} to {high:.3g}"
    return f"  {share.name}: {rates} ({counts} of {share.of:,})"


def _bound(bound: Bounds) -> str:
    name = bound.metric.replace("_", " ")
    if bound.low is None or bound.high is None:
        return f"  {name}: undefined, {bound.undefined}"
    text = f"  {name}: between {bound.low:.3g} and {bound.high:.3g} ({bound.n_open:,} rows open)"
    if bound.interval is None or not bound.n_open:
        return text
    low, high = bound.interval
    return f"{text}; {low:.3g} to {high:.3g} ({bound.level:.0%}) if {bound.assumption}"
