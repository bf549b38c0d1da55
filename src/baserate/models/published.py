"""The published population of algorithms: NIST's one-to-many results at two gallery sizes.

The table is what stands behind every statement on how much FNIR grows with the gallery. Its source and the care it
needs are in ``data/README.md`` beside it.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

from baserate.notebook import Shown

SMALL_GALLERY = 1_600_000
LARGE_GALLERY = 12_000_000
TABLE_FPIR = 0.003
# Four decimals are published: a printed value stands for an interval of this width.
TABLE_STEP = 1e-4
TABLE_SOURCE = (
    "NIST FRTE 1:N results page, mugshot against mugshot (repository usnistgov/frvt, html/frvt1N.html, commit 02f7182d)"
)

_FNIR = "fnir_at_fpir_0.003_n{}"
_RANK1 = "rank1_miss_n{}"


@dataclass(frozen=True, slots=True)
class PublishedAlgorithm(Shown):
    """One row of the table.

    Parameters
    ----------
    row
        Row of the table, from 0.
    submitted
        Date of submission, ``YYYY-MM-DD``.
    algorithm
        Name, empty where the row could not be tied to one with certainty.
    fnir_small, rank1_small
        FNIR at FPIR 0.003 and rank-1 miss in a gallery of 1.6 million persons, shares of mated searches in [0, 1].
    fnir_large, rank1_large
        The same at 12 million persons; ``None`` where the table holds no run.
    """

    row: int
    submitted: str
    algorithm: str
    fnir_small: float
    rank1_small: float
    fnir_large: float | None
    rank1_large: float | None

    @property
    def is_usable(self) -> bool:
        """Whether the run at 1.6 million worked; 1 says that no threshold reached the target."""
        return self.fnir_small < 1 and self.rank1_small < 1

    @property
    def failed_when_larger(self) -> bool:
        """Whether a run that worked at 1.6 million persons found almost nobody at 12 million."""
        # No working run of the table comes near: the worst grows from 0.77 to 0.85.
        return self.fnir_large is not None and self.fnir_small < 0.9 <= self.fnir_large


@cache
def published_algorithms() -> tuple[PublishedAlgorithm, ...]:
    """Read every row of the shipped table.

    Examples
    --------
    >>> rows = published_algorithms()
    >>> len(rows), rows[69].algorithm, rows[69].fnir_small, rows[69].fnir_large
    (615, 'clearviewai_001', 0.0022, 0.0057)
    """
    text = resources.files("baserate.models").joinpath("data/nist_frte_1n_mugshot.csv").read_text(encoding="utf-8")
    return tuple(_row(cells) for cells in csv.DictReader(text.splitlines()))


def published_at_both_sizes() -> tuple[PublishedAlgorithm, ...]:
    """Rows that ran at 1.6 million and are known at 12 million persons too, failed large runs included.

    Examples
    --------
    >>> rows = published_at_both_sizes()
    >>> len(rows), sum(row.failed_when_larger for row in rows)
    (211, 3)
    """
    return tuple(row for row in published_algorithms() if row.is_usable and row.fnir_large is not None)


def _row(cells: dict[str, str]) -> PublishedAlgorithm:
    return PublishedAlgorithm(
        row=int(cells["row"]),
        submitted=cells["submitted"],
        algorithm=cells["algorithm"],
        fnir_small=float(cells[_FNIR.format(SMALL_GALLERY)]),
        rank1_small=float(cells[_RANK1.format(SMALL_GALLERY)]),
        fnir_large=_number(cells[_FNIR.format(LARGE_GALLERY)]),
        rank1_large=_number(cells[_RANK1.format(LARGE_GALLERY)]),
    )


def _number(text: str) -> float | None:
    return float(text) if text else None
