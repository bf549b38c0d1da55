"""Each outcome as an occurrence given a condition: which counts stand above the line, and which below.

An outcome is one line of :data:`DEFINITIONS`; its words are in :mod:`baserate.outcomes.names`. The same line serves
expected and simulated counts, everybody, each group and each status.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from baserate.models.counts import COUNTS, STATUSES

if TYPE_CHECKING:
    from numpy.typing import NDArray

_INDEX = {name: index for index, name in enumerate(COUNTS)}
_EVERYBODY = STATUSES
_MATED = ("enrolled", "flagged")
_NON_MATED = ("not_enrolled",)


@dataclass(frozen=True, slots=True)
class Term:
    """A sum of counts over some statuses.

    Parameters
    ----------
    plus, minus
        Names of counts that are added and taken away.
    statuses
        The statuses it is taken over.
    """

    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()
    statuses: tuple[str, ...] = _EVERYBODY

    def of(self, counts: NDArray[np.generic], statuses: tuple[str, ...]) -> NDArray[np.float64]:
        """Its value for counts of shape (..., statuses, counts), over those of its statuses that are asked for."""
        rows = [STATUSES.index(status) for status in self.statuses if status in statuses]
        signs = np.zeros(len(COUNTS))
        for sign, names in ((1.0, self.plus), (-1.0, self.minus)):
            signs[[_INDEX[name] for name in names]] += sign
        return np.asarray(counts[..., rows, :].sum(axis=-2) @ signs)


@dataclass(frozen=True, slots=True)
class Definition:
    """How an outcome is made of counts.

    Parameters
    ----------
    name
        Stable name.
    above
        What occurs.
    below
        What it is a share of.
    per
        ``probability``; ``year`` for a number a year; or the number of searches it is stated for.
    unit, denominator
        Words for them.
    nothing_below
        Why it is undefined where nothing stands below.
    """

    name: str
    above: Term
    below: Term
    per: Literal["probability", "year", 1000, 1_000_000]
    unit: str
    denominator: str
    nothing_below: str


_SEARCHES = Term(("searches",))


def _yearly(name: str, above: Term) -> Definition:
    return Definition(name, above, _SEARCHES, "year", "per year", "a year of live searches", "nobody is searched")


def _rate(name: str, above: Term, below: Term, denominator: str, nothing_below: str) -> Definition:
    return Definition(name, above, below, "probability", "probability", denominator, nothing_below)


def _part(name: str, above: Term) -> Definition:
    return Definition(
        f"per_1000_{name}", above, _SEARCHES, 1000, "per 1,000 searches", "live searches", "nobody is searched"
    )


DEFINITIONS: tuple[Definition, ...] = (
    _yearly("searches", _SEARCHES),
    _yearly("alerts", Term(("alerts",))),
    _yearly("false_alerts", Term(("false_alerts",))),
    _yearly("missed", Term(("searches",), ("mate_returned",), _MATED)),
    _yearly("misidentified", Term(("misidentified",), (), _MATED)),
    _yearly("suppressed", Term(("returned",), ("alerts",))),
    _yearly("wrongful_actions", Term(("wrongful_actions",))),
    _yearly("rightful_actions", Term(("rightful_actions",))),
    _rate("alert_is_wrong", Term(("false_alerts",)), Term(("alerts",)), "alerts", "there is no alert"),
    _rate(
        "fpir",
        Term(("returned",), (), _NON_MATED),
        Term(("searches",), (), _NON_MATED),
        "searches of people who are not enrolled",
        "no search is of a person who is not enrolled",
    ),
    _rate(
        "fnir",
        Term(("searches",), ("mate_returned",), _MATED),
        Term(("searches",), (), _MATED),
        "searches of people who are enrolled",
        "no search is of a person who is enrolled",
    ),
    _rate(
        "action_is_wrongful",
        Term(("wrongful_actions",)),
        Term(("wrongful_actions", "rightful_actions")),
        "adverse actions",
        "there is no adverse action",
    ),
    Definition(
        "false_alerts_per_million_searches",
        Term(("false_alerts",)),
        _SEARCHES,
        1_000_000,
        "per million searches",
        "live searches",
        "nobody is searched",
    ),
    _part("right_alert", Term(("alerts",), ("false_alerts",))),
    _part("wrong_alert_enrolled", Term(("false_alerts",), (), _MATED)),
    _part("wrong_alert_not_enrolled", Term(("false_alerts",), (), _NON_MATED)),
    _part("flagged_not_shown", Term(("searches",), ("alerts",), ("flagged",))),
    _part("suppressed", Term(("returned",), ("alerts",), ("not_enrolled", "enrolled"))),
    _part("no_response", Term(("searches",), ("returned",), ("not_enrolled", "enrolled"))),
)
