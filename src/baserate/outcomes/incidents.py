r"""Which rates agree with a number of reported wrong identifications: a set, never a point.

Of *n* uses each is a wrong identification with chance *p*, and a wrong identification is reported with chance *s*,
independently. The number reported is then binomial with *n* and *p s*; the exact (Clopper and Pearson) interval for
*p s* from *k* reports is *[q_l, q_u]*. With nothing known of *s* but that it lies in *[a, b]*, and of *n* but that it
lies in *[n_1, n_2]*, the rates that agree are those for which some *s* and *n* put *p s* into that interval:

    q_l(k, n_2) / b  <=  p  <=  min(1, q_u(k, n_1) / a)

The reports cannot tell these rates apart. Where *a* is 0 there is no upper end below 1: silence is then no evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from baserate.errors import InputError, Problem
from baserate.estimates.intervals.exact import exact
from baserate.notebook import Shown
from baserate.outcomes.expect import outcome_values

if TYPE_CHECKING:
    from baserate.outcomes.expect import Worlds

LEVEL = 0.95
LARGEST = 10**12  # uses; more than there are people times days
_PER_MILLION = 1e-6


@dataclass(frozen=True, slots=True)
class Reported:
    """What has been reported.

    Parameters
    ----------
    wrong
        Reported wrong identifications, 0 or more; distinct ones, each of which was one.
    fewest_uses, most_uses
        Bounds of the number of uses in the same period, 1 or more and at least ``wrong``.
    lowest_share, highest_share
        Bounds of the chance that a wrong identification is reported, 0 to 1; the higher above 0.
    """

    wrong: int
    fewest_uses: int
    most_uses: int
    lowest_share: float
    highest_share: float


@dataclass(frozen=True, slots=True)
class CompatibleRates(Shown):
    """Rates of wrong identifications that the reports do not rule out, and no middle.

    Parameters
    ----------
    low, high
        Ends of the set, wrong identifications per use.
    low_number, high_number
        Least and largest number of wrong identifications in the uses that the set allows.
    level
        Of the exact interval behind it: whatever the rate, reporting share and number of uses within their bounds, the
        set holds the rate with at least this probability.
    """

    low: float
    high: float
    low_number: float
    high_number: float
    level: float


def compatible_rates(reported: Reported, *, level: float = LEVEL) -> CompatibleRates:
    """Rates that agree with what has been reported.

    Parameters
    ----------
    reported
        The reports.
    level
        Between 0 and 1.

    Raises
    ------
    InputError
        For bounds that cannot be.

    Assumptions
    -----------
    Uses are independent and alike; a wrong identification that was reported was one, and was counted once.

    Examples
    --------
    >>> found = compatible_rates(Reported(2, 100_000, 200_000, 0.01, 0.5))
    >>> f"{found.low:.2e} to {found.high:.2e}"
    '2.42e-06 to 7.22e-03'
    >>> compatible_rates(Reported(0, 1000, 1000, 0.0, 1.0)).high
    1.0
    """
    _check(reported, level)
    lowest = exact(reported.wrong, reported.most_uses, level=level).low
    highest = exact(reported.wrong, reported.fewest_uses, level=level).high
    low = lowest / reported.highest_share
    high = 1.0 if highest >= reported.lowest_share else highest / reported.lowest_share
    if low > 1.0:
        raise _impossible(reported)
    # What was reported did happen: no rate is compatible with fewer than the reported ones having happened.
    low_number = max(low * reported.fewest_uses, float(reported.wrong))
    return CompatibleRates(low, high, low_number, high * reported.most_uses, level)


def _check(reported: Reported, level: float) -> None:
    one = reported
    faults = [
        (one.wrong < 0, "--wrong", f"is {one.wrong}", "Give 0 or more"),
        (
            not 1 <= one.fewest_uses <= one.most_uses <= LARGEST,
            "--uses",
            f"is {one.fewest_uses} to {one.most_uses}",
            f"Give 1 to {LARGEST:,} uses, the smaller number first",
        ),
        (
            one.wrong > one.fewest_uses,
            "--wrong",
            f"has {one.wrong} reports in as few as {one.fewest_uses} uses",
            "Give at least as many uses as reports",
        ),
        (
            not (0.0 <= one.lowest_share <= one.highest_share <= 1.0 and one.highest_share > 0.0),
            "--reported-share",
            f"is {one.lowest_share:g} to {one.highest_share:g}",
            "Give shares from 0 to 1, the smaller first, the larger above 0",
        ),
        (not 0.0 < level < 1.0, "level", f"is {level:g}", "Give a level between 0 and 1"),
    ]
    problems = [Problem("out-of-bounds", where, what, remedy) for is_wrong, where, what, remedy in faults if is_wrong]
    if problems:
        raise InputError(problems)


def _impossible(reported: Reported) -> InputError:
    return InputError(
        [
            Problem(
                "contradiction",
                "--reported-share",
                f"{reported.wrong} reports in {reported.most_uses:,} uses are more than any rate gives when at most "
                f"{reported.highest_share:g} of the wrong identifications are reported",
                "Raise the upper bound of the reported share, or check the numbers",
            )
        ]
    )


def share_of_worlds(worlds: Worlds, rates: CompatibleRates) -> float:
    """Share of a scenario's worlds whose wrong alerts per search lie in the set, 0 to 1.

    It is a check of the scenario against the reports, and no probability that anything is true.
    """
    per_search = outcome_values(worlds, "false_alerts_per_million_searches") * _PER_MILLION
    return float(((per_search >= rates.low) & (per_search <= rates.high)).mean())
