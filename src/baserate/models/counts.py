"""What is counted of searches, expected or simulated alike.

A table of counts has one row for each group and status and one column for each name of :data:`COUNTS`. Counts add up:
over chunks, processes, groups and statuses. The outcomes are ratios and sums of them, so that a closed form and a
simulation differ only in who filled the table.
"""

from __future__ import annotations

STATUSES = ("not_enrolled", "enrolled", "flagged")
"""A person is not in any searched gallery; is enrolled and not flagged; is enrolled and flagged (on the hotlist)."""

COUNTS: dict[str, str] = {
    "searches": "live searches, repeats of the same person included",
    "unacquired": "searches that gave no usable sample",
    "returned": "searches that returned a candidate at or above the threshold",
    "mate_returned": "mated searches that returned the person within the list",
    "misidentified": "mated searches that returned somebody, but not the person",
    "alerts": "searches after which a candidate was shown",
    "false_alerts": "alerts in which no shown candidate is the person searched",
    "confirmed_right": "alerts after which review confirmed the person searched",
    "confirmed_wrong": "alerts after which review confirmed somebody else",
    "rightful_actions": "adverse actions after the person searched was confirmed",
    "wrongful_actions": "adverse actions after somebody else was confirmed",
}
