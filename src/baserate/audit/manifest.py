"""What the deployment's manifest says, asked by dotted key; what it does not say is ``None``, never a default."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


_NONE = re.compile(r"\s*(none\b|\Z)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Manifest:
    """The manifest of a deployment, read by key.

    Parameters
    ----------
    values
        The parsed manifest: text, numbers, dates, lists and tables.

    Examples
    --------
    >>> manifest = Manifest({"galleries": [{"id": "a", "source_type": "visa"}, {"id": "b"}], "fria_date": "2026-01-05"})
    >>> manifest.texts("galleries.source_type")
    ('visa',)
    >>> manifest.date("fria_date")
    datetime.date(2026, 1, 5)
    >>> manifest.texts("roles_allowed") is None
    True
    """

    values: Mapping[str, Any]

    def get(self, key: str) -> Any:  # noqa: ANN401
        """Give the value at a dotted key; through a list, the values of its entries; ``None`` where there is none."""
        found: Any = self.values
        for part in key.split("."):
            found = _step(found, part)
        return found

    def has(self, key: str) -> bool:
        """Say whether the key holds something: it is not missing and does not say that there is none."""
        return self.get(key) is not None and not self.says_none(key)

    def says_none(self, key: str) -> bool:
        """Say whether the manifest states that there is none: the key is there and empty, or its text begins with none.

        Examples
        --------
        >>> Manifest({"redress": "", "pia_date": "none, decided by the privacy office"}).says_none("pia_date")
        True
        """
        found = self.get(key)
        return _NONE.match(found) is not None if isinstance(found, str) else found in ([], {}, ())

    def texts(self, key: str) -> tuple[str, ...] | None:
        """Give a list of texts; a single text counts as a list of one, a table gives its keys."""
        found = self.get(key)
        if isinstance(found, dict):
            return tuple(found) or None
        if isinstance(found, str):
            return (found,)
        return tuple(str(item) for item in found) if isinstance(found, list) and found else None

    def number(self, key: str) -> float | None:
        """Give a finite number, or ``None``."""
        found = self.get(key)
        return float(found) if isinstance(found, (int, float)) and not isinstance(found, bool) else None

    def flag(self, key: str) -> bool | None:
        """Give true or false, or ``None``."""
        found = self.get(key)
        return found if isinstance(found, bool) else None

    def date(self, key: str) -> date | None:
        """Give a calendar day, also from a time or from text that begins with a day in ISO 8601."""
        return as_date(self.get(key))

    def records(self, key: str) -> tuple[Mapping[str, Any], ...] | None:
        """Give a list of tables, or ``None`` where the key holds none."""
        found = self.get(key)
        if isinstance(found, dict):
            return (found,)
        tables = tuple(item for item in found if isinstance(item, dict)) if isinstance(found, list) else ()
        return tables or None


def as_date(value: object) -> date | None:
    """Read a calendar day; what is none gives ``None``.

    Examples
    --------
    >>> as_date("2026-04-03T10:00:00Z"), as_date("none, decided by the privacy office")
    (datetime.date(2026, 4, 3), None)
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def _step(found: Any, part: str) -> Any:  # noqa: ANN401
    if isinstance(found, dict):
        return found.get(part)
    if isinstance(found, list):
        inner = [item.get(part) for item in found if isinstance(item, dict)]
        flat = [one for item in inner for one in (item if isinstance(item, list) else [item])]
        return [one for one in flat if one is not None] or None
    return None
