"""Write what is made from the log schema's records: the JSON Schema that ships, and the reference page."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from baserate.columns import LOG_SCHEMA_VERSION, MANIFEST, TABLES, TYPES, Column, ManifestKey
from baserate.inputs.log_schema import log_schema

ROOT = Path(__file__).parents[1]
SCHEMA = ROOT / "src" / "baserate" / "inputs" / "data" / f"log-{LOG_SCHEMA_VERSION}.schema.json"
PAGE = ROOT / "docs" / "reference" / "log-schema.md"
_REQUIRED = {"R": "always", "C": "if", "O": "optional"}
_HEAD = f"""# The log schema, version {LOG_SCHEMA_VERSION}

One row of `search_event` is one search. Side tables hold reviews, retention, disclosure, operations on the system, and
faces seen by live cameras; a manifest holds what the operator states. Nothing in a log identifies the person searched.

This page is made from the records in `baserate.columns` by `tools/write_log_schema.py`, and a test holds them together.
The same as JSON Schema ships as `baserate/inputs/data/log-{LOG_SCHEMA_VERSION}.schema.json`.

* **Unknown is a value** of each enumeration. Null means that the system does not support the field: a rule that needs
  it answers *cannot tell*.
* **Truth is apart from belief**: `decision_shown` is the machine's, `review_decision` a person's, `outcome` what
  happened, `adjudicated_truth` what was later established, how and by whom.
* **Append-only**: `seq` has no gaps per system, rows are chained by hashes, a correction is a new row with
  `amends_seq`.
* **Privacy classes**: P0 public, P1 low risk, P2 quasi-identifier (coarser in the public profile), P3 sensitive (never
  in the public profile).
* **Computed, never typed in**: number and independence of reviewers from `review`; faces seen from `faces_seen`;
  disclosure to the defence from `disclosure`; watchlist category, training expiry and report period from the manifest.

Pseudonyms are random or keyed; make them of 16 characters or more, so that none looks like a document number by chance.

## Types

| type | in Parquet | in CSV and JSON Lines |
|---|---|---|
"""

_MANIFEST = "JSON or TOML; dates as ISO 8601, or `none, decided by ...` where a document does not exist."


def main() -> None:
    """Write both files."""
    SCHEMA.write_text(schema_text(), encoding="utf-8")
    PAGE.write_text(page_text(), encoding="utf-8")
    sys.stdout.write(f"{SCHEMA}\n{PAGE}\n")


def schema_text() -> str:
    """Give the JSON Schema as text."""
    return json.dumps(log_schema(), indent=1, ensure_ascii=False) + "\n"


def page_text() -> str:
    """Give the reference page as Markdown."""
    lines = [_HEAD.rstrip("\n")]
    lines += [f"| `{key}` | `{kind.duckdb}` | {kind.text.replace('|', '&#124;')} |" for key, kind in TYPES.items()]
    for table, records in TABLES.items():
        lines += ["", f"## `{table}`", "", "| column | type; unit | required | class | meaning | used by |",
                  "|---|---|---|---|---|---|", *map(_column, records)]  # fmt: skip
    lines += ["", "## Manifest", "", _MANIFEST, "", "| key | type | required | meaning | used by |",
              "|---|---|---|---|---|", *map(_key, MANIFEST)]  # fmt: skip
    return "\n".join(lines) + "\n"


def _column(record: Column) -> str:
    kind = f"`{record.type}`" + (f"; {record.unit}" if record.unit else "")
    values = f" Values: {', '.join(f'`{value}`' for value in record.values)}." if record.values else ""
    required = f"if {record.condition}" if record.condition else _REQUIRED[record.required]
    used = ", ".join(record.used_by)
    return f"| `{record.name}` | {kind} | {required} | {record.privacy} | {record.meaning}{values} | {used} |"


def _key(key: ManifestKey) -> str:
    required = {"R": "always", "C": "if it exists", "O": "optional"}[key.required]
    return f"| `{key.name}` | {key.type} | {required} | {key.meaning} | {', '.join(key.used_by)} |"


if __name__ == "__main__":
    main()
