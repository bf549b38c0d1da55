"""Say what audits count: shares with both ends, periods, statuses. Nothing is computed here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.audit.finding import STATUSES, printable
from baserate.reports import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from baserate.audit.bounds import Bounds, Share
    from baserate.audit.finding import Finding, Status

HIDDEN = "hidden"
LEAST_PERCENT = 0.001

METRICS = {
    "false_positive_identification_rate": ("False positive rate (FPIR)", "of searches of people not enrolled"),
    "false_negative_identification_rate": ("False negative rate (FNIR)", "of searches of people enrolled"),
    "precision": ("Precision of alerts", "of alerts, the right ones"),
}


def status_said(status: Status) -> str:
    """Give a status in words."""
    return status.replace("_", " ")


def tallied(findings: Sequence[Finding]) -> dict[Status, int]:
    """Count findings by status, in the order in which statuses are shown."""
    return {status: sum(f.status == status for f in findings) for status in STATUSES}


def tally_said(findings: Sequence[Finding]) -> str:
    """Say how many answer what: *1 fail, 2 pass*."""
    return ", ".join(f"{n} {status_said(status)}" for status, n in tallied(findings).items() if n)


def count_said(n: int | None) -> str:
    """Give a count in full, or say that it is hidden."""
    return HIDDEN if n is None else f"{n:,}"


def range_said(low: float, high: float) -> str:
    """Say the ends of a range of probabilities: *2% to 50%*.

    Examples
    --------
    >>> range_said(0.02, 0.5), range_said(0.25, 0.25)
    ('2% to 50%', '25%')
    """
    if any(0 < end < LEAST_PERCENT for end in (low, high)):
        return words.rate_range(low, high)
    return " to ".join(dict.fromkeys(map(_share, (low, high))))


def _share(value: float) -> str:
    """Say a probability with two digits as a percentage."""
    if value in (0.0, 1.0):
        return "none" if value == 0 else "all"
    return f"{words.significant(100 * value, 2):g}%" if value < 0.995 else words.rate(value).middle


def share_said(share: Share) -> str:
    """Say a share with its counts, or why there is none."""
    if share.range is None:
        return f"undefined: {share.undefined}"
    counts = f"{share.low:,}" if share.low == share.high else f"{share.low:,} to {share.high:,}"
    return f"{range_said(*share.range)} ({counts} of {share.of:,})"


def bounds_said(bound: Bounds) -> str:
    """Say best and worst case, or why there are none."""
    if bound.low is None or bound.high is None:
        return f"undefined: {bound.undefined}"
    return range_said(bound.low, bound.high)


def moment(start: str) -> str:
    """Give a period's start for readers: the day, and the hour where it is not midnight.

    Examples
    --------
    >>> moment("2028-03-01T00:00:00"), moment("2028-03-01T14:00:00")
    ('2028-03-01', '2028-03-01 14:00')
    """
    return start[:10] if start[11:16] == "00:00" else f"{start[:10]} {start[11:16]}"


def clean(text: str) -> str:
    """Replace characters that do not print: parts of a reason come from files that nobody vouches for."""
    return printable(text.replace("\n", " "))
