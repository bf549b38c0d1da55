"""A log read from files gives the findings of the same rows in memory."""

import json
from pathlib import Path

import pytest
from tests.audit.case_log import CONNECTION, RULES, TYPES, CaseLog, build_log, read_cases

from baserate.audit.finding import Finding
from baserate.audit.run import hold_against
from baserate.columns import TABLES
from baserate.inputs.logs import read_log

CHOSEN = ("SD-3", "EU-2", "EU-8", "EU-18", "US-11", "WA-2", "DET-3", "UK-4", "ISO-5", "FIS-1")
CASES = [next((rule, case) for case in read_cases(rule) if case["expect"] == "fail") for rule in CHOSEN]


def write(log: CaseLog, folder: Path) -> None:
    for table in TABLES:
        listed = ", ".join(f'"{name}"' for name in TYPES[table] if name != "row")
        CONNECTION.execute(f"COPY (SELECT {listed} FROM {table} ORDER BY \"row\") TO '{folder}/{table}.parquet'")  # noqa: S608
    (folder / "manifest.json").write_text(json.dumps(log.manifest), encoding="utf-8")


def without_query(findings: tuple[Finding, ...]) -> list[tuple[object, ...]]:
    return [(f.status, f.count, f.of, f.undecided, f.fields, f.rows, f.measures, f.reason) for f in findings]


@pytest.mark.parametrize(("rule", "case"), CASES, ids=lambda v: v if isinstance(v, str) else v["why"])
def test_files_and_memory_agree(rule, case, tmp_path):
    log = build_log(case, rule)
    write(log, tmp_path)
    assert without_query(hold_against(read_log(tmp_path), [RULES[rule]])) == without_query(
        hold_against(log, [RULES[rule]])
    )
