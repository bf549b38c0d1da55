"""SQL that several rules share, each with its reading of the law stated once."""

from __future__ import annotations

#: An action rests on the machine's answer alone: it is said to, or it is said not to and nothing else is recorded
#: that was there before the action.
SOLE_BASIS = (
    "outcome_basis = 'biometric_only' OR (outcome_basis = 'biometric_plus' "
    "AND (NOT corroborated OR NOT corroboration_before_action))"
)

#: Real-time identification in a publicly accessible place for law enforcement, EU Reg. 2024/1689 Art. 5(1)(h).
REAL_TIME_IN_PUBLIC = "live AND real_time AND public_place AND law_enforcement"

#: Remote identification after the event, Art. 26(10).
AFTER_THE_FACT = "live AND NOT real_time AND law_enforcement"


def later(moment: str, than: str, *, hours: int = 0) -> str:
    """Give SQL: a moment lies some hours after another, as far as times cut to the hour can show.

    Logs give times to the hour. A moment within the same hour as the limit therefore leaves the answer unknown,
    unless the log is finer than that.

    Examples
    --------
    >>> import duckdb
    >>> def ask(a, b):
    ...     sql = later(f"TIMESTAMP '2026-01-01 {a}'", f"TIMESTAMP '2026-01-01 {b}'")
    ...     return duckdb.sql(f"SELECT {sql}").fetchall()[0][0]
    >>> ask("15:10", "14:00"), ask("14:50", "14:00"), ask("14:50", "14:40"), ask("13:00", "14:00")
    (True, None, True, False)
    """
    # In whole microseconds: the engine's own arithmetic on times asks a calendar and takes ten times as long. By cases:
    # the first two settle nearly every row, and what they settle is not asked further.
    hour = 3_600_000_000
    gap = f"(epoch_us({moment}) - epoch_us({than}))"
    return (
        f"CASE WHEN {gap} >= {(hours + 1) * hour} THEN TRUE WHEN {gap} <= {hours * hour} THEN FALSE "
        f"WHEN {gap} > {hours * hour} AND epoch_us({than}) % {hour} <> 0 THEN TRUE END"
    )


def years_later(moment: str, years: int) -> str:
    """Give SQL for the day some years after a moment, in UTC, as a TIMESTAMP."""
    return f"({utc(moment)} + INTERVAL {years} YEAR)"


def utc(moment: str) -> str:
    """Give SQL for a moment as a TIMESTAMP in UTC, without asking a calendar."""
    return f"make_timestamp(epoch_us({moment}))"


def authorised(hours: int) -> str:
    """Give SQL: an independent authority decided before use, or was asked within some hours of urgent use."""
    before = (
        "(authorisation_type IN ('judicial', 'administrative') AND authorisation_result IN ('granted', 'modified') "
        f"AND NOT {later('authorisation_time_utc', 'time_start_utc')})"
    )
    urgent = (
        "(authorisation_type = 'exigent' AND NOT missing(authorisation_request_time_utc) "
        f"AND NOT {later('authorisation_request_time_utc', 'time_start_utc', hours=hours)})"
    )
    return f"({before} OR {urgent})"


#: A court's order that was given, or an emergency. A request that is pending or was refused is no order.
ORDER_OR_EMERGENCY = (
    "authorisation_type = 'exigent' OR "
    "(authorisation_type = 'judicial' AND authorisation_result IN ('granted', 'modified'))"
)

#: What a rejected authorisation demands was not done: the search was not stopped, or its data are still there.
REJECTED_AND_KEPT = f"missing(deletion_time_utc) OR {later('time_start_utc', 'authorisation_time_utc')}"
