"""Numbers as text, with no more digits than the uncertainty leaves.

A rate is said as *1 in 20*, as a simple fraction (*2 in 5*) or per cent where that reads better; a count as *12,000*
or *1.5 million*. How many digits are said depends on how wide the range is: a number that may be ten times larger is
said with one digit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from baserate.outcomes.results import Scalar

NO_RANGE_DIGITS = 2
EXACT_DIGITS = 6
# (width of the range over the value, digits that are said): a range as wide as half the value leaves one digit.
DIGITS_BY_WIDTH = ((0.5, 1), (0.02, 2), (0.002, 3))
NARROWEST_DIGITS = 4
LARGEST_IN_FULL = 1e9  # an exact count below it is written out
SMALLEST_WRITTEN = 1e-9
SMALLEST_SHARE = 1e-12
LARGE = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
# Shares that are said as a fraction when only one digit is known.
FRACTIONS = ((1, 10), (1, 8), (1, 7), (1, 6), (1, 5), (1, 4), (3, 10), (1, 3), (2, 5), (1, 2))


@dataclass(frozen=True, slots=True)
class Said:
    """A number in words: the middle and, where there is a range, its ends.

    Parameters
    ----------
    middle
        The value.
    low, high
        Ends of the range; empty where there is none.
    exact
        Whether the middle is the number itself and not a rounding of something uncertain.

    Examples
    --------
    >>> print(Said("1 in 20", "1 in 300", "1 in 3"))
    1 in 20 (1 in 300 to 1 in 3)
    """

    middle: str
    low: str = ""
    high: str = ""
    exact: bool = False

    @property
    def span(self) -> str:
        """The range alone: ``1 in 300 to 1 in 3``; empty where there is none."""
        return self.low if self.low == self.high else f"{self.low} to {self.high}"

    @property
    def about(self) -> str:
        """The middle, with *about* before it unless it is exact."""
        return self.middle if self.exact or self.middle in ("none", "all") else f"about {self.middle}"

    def __str__(self) -> str:
        return f"{self.middle} ({self.span})" if self.span else self.middle


def count(value: float, *, low: float | None = None, high: float | None = None) -> Said:
    """Say a count, or any other amount.

    Parameters
    ----------
    value, low, high
        The amount and the ends of its range, in any unit; no range where they are ``None``.

    Examples
    --------
    >>> print(count(12345, low=300, high=90000))
    12,000 (300 to 90,000)
    >>> print(count(200000, low=200000, high=200000))
    200,000
    >>> count(2_345_678, low=1_000_000, high=4_000_000).about
    'about 2 million'
    """
    return _said(value, low, high, say=_amount)


def rate(value: float, *, low: float | None = None, high: float | None = None) -> Said:
    """Say a probability.

    Parameters
    ----------
    value, low, high
        The probability and the ends of its range, in [0, 1]; no range where they are ``None``.

    Examples
    --------
    >>> print(rate(0.05, low=1 / 300, high=1 / 3))
    1 in 20 (1 in 300 to 1 in 3)
    >>> print(rate(0.7, low=0.3, high=0.97))
    70% (3 in 10 to 97%)
    >>> print(rate(0.034, low=0.029, high=0.047))
    1 in 29 (1 in 34 to 1 in 21)
    >>> print(rate(0.0, low=0.0, high=1e-6))
    none (none to 1 in a million)
    >>> print(rate(0.0005, low=6e-43, high=0.05))
    1 in 2,000 (less than 1 in a trillion to 1 in 20)
    """
    return _said(value, low, high, say=_share)


def of_1000(value: float, *, low: float | None = None, high: float | None = None) -> Said:
    """Say how many of a thousand: whole numbers of two digits, and *fewer than 1* for what is less.

    Examples
    --------
    >>> print(of_1000(4.4, low=0.02, high=61.0))
    4 (fewer than 1 to 61)
    """
    return _said(value, low, high, say=_whole)


def percent(share: float) -> str:
    """Write a share of a range as a percentage.

    Examples
    --------
    >>> percent(0.384), percent(0.0213)
    ('38%', '2.1%')
    """
    return f"{share:.0%}" if share >= 0.1 else f"{share:.1%}"


def plain(value: Scalar) -> str:
    """Write an input as it stands in the scenario: nothing is rounded.

    Examples
    --------
    >>> plain(200000000.0), plain(0.003), plain(1e-06), plain(True), plain("hotlist"), plain(None)
    ('200,000,000', '0.003', '0.000001', 'yes', 'hotlist', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if value == int(value) and abs(value) < 1e15:  # beyond it a float is no longer a whole number
        return f"{int(value):,}"
    return f"{value:,.12f}".rstrip("0") if 1e-9 < abs(value) < 1e9 else f"{value:g}"


def digits_known(value: float, low: float | None, high: float | None) -> int:
    """Tell how many digits of a value its range leaves.

    Examples
    --------
    >>> digits_known(100, 10, 1000), digits_known(100, 99.5, 100.5), digits_known(100, None, None)
    (1, 3, 2)
    """
    if low is None or high is None:
        return NO_RANGE_DIGITS
    if low == high:
        return EXACT_DIGITS
    width = (high - low) / abs(value) if value else math.inf
    return next((digits for least, digits in DIGITS_BY_WIDTH if width >= least), NARROWEST_DIGITS)


def significant(value: float, digits: int) -> float:
    """Round to a number of significant digits; one digit is two for numbers that begin with 1.

    Without that, the step from 1 to 2 would be coarser than every other.

    Examples
    --------
    >>> significant(12345, 1), significant(2345, 1), significant(12345, 3), significant(0, 1)
    (12000.0, 2000.0, 12300.0, 0.0)
    """
    begins_with_1 = f"{abs(value):e}".startswith("1")
    return float(f"{value:.{max(digits, 2) - 1 if begins_with_1 else digits - 1}e}")


def _said(value: float, low: float | None, high: float | None, *, say: Callable[[float, int], str]) -> Said:
    """Say the middle and the ends with the same number of digits: as many as tell the three apart."""
    digits = digits_known(value, low, high)
    if low is None or high is None:
        return Said(say(value, digits))
    if low == high:
        return Said(say(value, digits), exact=True)
    said = Said(say(value, digits), say(low, digits), say(high, digits))
    if low < value < high and said.middle in (said.low, said.high):
        return Said(say(value, digits + 1), say(low, digits + 1), say(high, digits + 1))
    return said


def _amount(value: float, digits: int) -> str:
    rounded = significant(value, digits)
    if digits == EXACT_DIGITS and abs(value) < LARGEST_IN_FULL:
        return _decimal(value, digits)  # as it stands in the file
    for size, name in LARGE:
        if abs(rounded) >= size:
            return f"{_decimal(rounded / size, digits)} {name}"
    return _decimal(rounded, digits)


def _decimal(value: float, digits: int) -> str:
    """Write a number already rounded, with separators, without an exponent and without trailing zeros."""
    if value == int(value):
        return f"{int(value):,}"
    if abs(value) < SMALLEST_WRITTEN:  # zeros after the point that nobody counts
        return "less than 0.000000001"
    places = max(digits + 1, digits + 1 - math.floor(math.log10(abs(value))))
    return f"{value:,.{places}f}".rstrip("0").rstrip(".")


def _whole(value: float, digits: int) -> str:
    if 0 < value < 1:
        return "fewer than 1"
    return f"{round(significant(value, max(digits, 2))):,}"


def _share(value: float, digits: int) -> str:
    """Say a probability in the form that reads best at its size and digits."""
    if value <= 0:
        return "none"
    if value >= 1:
        return "all"
    if value < SMALLEST_SHARE:
        return "less than 1 in a trillion"
    if value > 0.5:
        return _percent_above_half(value, digits)
    if value > 0.1:
        return _fraction(value) if digits == 1 else _percent(value, digits)
    if digits > 2 and value > 0.001:  # "1 in 19.96" reads worse than "5.01%"
        return _percent(value, digits)
    chances = _amount(round(1 / value) if value > 0.01 else 1 / value, digits)
    return f"1 in {'a' + chances[1:] if chances.startswith('1 ') else chances}"  # 1 in a million


def _fraction(value: float) -> str:
    part, whole = min(FRACTIONS, key=lambda pair: abs(pair[0] / pair[1] - value))
    return f"{part} in {whole}"


def _percent(value: float, digits: int) -> str:
    return f"{_decimal(significant(value * 100, digits), digits)}%"


def _percent_above_half(value: float, digits: int) -> str:
    """Say a share near one by what is missing from one, so that 99.97 % is never said to be 100 %."""
    missing = significant(100 * (1 - value), 3)
    places = max(0, digits - 2, -math.floor(math.log10(missing)))
    return f"{100 - missing:.{places}f}%" if places <= 6 else "more than 99.9999%"
