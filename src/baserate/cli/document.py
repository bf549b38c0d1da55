"""The JSON that commands print: every document says the version of its shape first."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA_VERSION = "1"


def document_text(content: Mapping[str, Any]) -> str:
    """Write a document as JSON, dates in ISO 8601.

    Examples
    --------
    >>> print(document_text({"day": date(2026, 11, 27)}))
    {
      "schema_version": "1",
      "day": "2026-11-27"
    }
    """
    return json.dumps({"schema_version": SCHEMA_VERSION, **content}, indent=2, default=date.isoformat)
