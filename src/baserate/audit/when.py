"""When rows that violate a rule happened: their number in each period, for a timeline."""

# ruff: noqa: S608 - the queries are those of findings.
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from baserate.audit.periods import as_text, truncated
from baserate.notebook import Shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from baserate.audit.finding import Finding
    from baserate.audit.periods import Unit


@dataclass(frozen=True, slots=True)
class FindingTimes(Shown):
    """Searches that one failing rule rests on, by period.

    Parameters
    ----------
    rule
        The rule's name.
    starts
        (first moment of the period as :class:`~baserate.audit.periods.Period` has it, searches), in order of time.
        Rows of side tables count for their search.
    """

    rule: str
    starts: tuple[tuple[str, int], ...]


def find_times(
    connection: duckdb.DuckDBPyConnection, findings: Sequence[Finding], unit: Unit
) -> tuple[FindingTimes, ...]:
    """Count the searches of each failing rule that lists rows, by period: one more pass for each of them."""
    failing = [finding for finding in findings if finding.status == "fail" and finding.query]
    return tuple(_times(connection, finding, unit) for finding in failing)


def _times(connection: duckdb.DuckDBPyConnection, finding: Finding, unit: Unit) -> FindingTimes:
    sql = (
        f"SELECT {as_text(truncated(unit))} AS start, count(*) FROM search_event WHERE time_start_utc IS NOT NULL "
        f"AND event_id IN (SELECT event_id FROM ({finding.query})) GROUP BY ALL ORDER BY ALL"
    )
    return FindingTimes(finding.rule, tuple(connection.execute(sql).fetchall()))
