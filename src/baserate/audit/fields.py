"""What a check reads: the columns of a log and the keys of its manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.audit.counting import fields_of
from baserate.audit.expressions import columns_whose_absence_speaks
from baserate.audit.rule import RowCheck

if TYPE_CHECKING:
    from baserate.audit.rule import Check


def fields_read(check: Check) -> tuple[str, ...]:
    """Give the columns and manifest keys that a check reads."""
    if not isinstance(check, RowCheck):
        return check.fields
    sql = f"{check.applies} {check.violates}"
    empty = columns_whose_absence_speaks(sql)
    return tuple(dict.fromkeys([*fields_of(sql, check.source), *(name for name in sorted(empty))]))
