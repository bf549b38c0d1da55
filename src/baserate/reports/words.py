"""Numbers as text, with no more digits than the uncertainty leaves.

A rate is said as *1 in 20*, as a simple fraction (*2 in 5*) or per cent where that reads better, and both ends of its
range in the same form; a count as *12,000* or *1.5 million*. How many digits are said depends on how wide the range is:
a number that may be ten times larger is said with one digit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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
# Shares between one tenth and nine tenths that are not said per cent.
FRACTIONS = ((1, 10), (1, 9), (1, 8), (1, 7), (1, 6), (1, 5), (1, 4), (3, 10), (1, 3), (2, 5), (1, 2),
             (3, 5), (2, 3), (7, 10), (3, 4), (4, 5), (9, 10))  # fmt: skip
LARGEST_FRACTION = 0.93  # nearer to one, a chance is said by what is missing from one: 19 in 20
SMALLEST_PERCENT, WHOLE_PERCENT = 0.001, 0.01


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
    return _said(value, low, high, say=_each(_amount))


def rate(
    value: float, *, low: float | None = None, high: float | None = None, least: int = 1, per_cent: bool = False
) -> Said:
    """Say a probability, and both ends of its range in the same form.

    Parameters
    ----------
    value, low, high
        The probability and the ends of its range, in [0, 1]; no range where they are ``None``.
    least
        Digits that are said however wide the range is. A rate that is read against another number, such as the target
        that it may not exceed, is said with as many digits as that: 0.0029 is *1 in 340* beside *1 in 330*.
    per_cent
        Whether to say it per cent whatever its size, beside others that are.

    Examples
    --------
    >>> print(rate(0.05, low=1 / 300, high=1 / 3))
    1 in 20 (1 in 300 to 1 in 3)
    >>> print(rate(0.7, low=0.3, high=0.97))
    70% (30% to 97%)
    >>> print(rate(0.0067, low=1 / 12000, high=0.56))
    1 in 150 (1 in 12,000 to 3 in 5)
    >>> print(rate(0.17, low=0.12, high=0.23), "or", rate(0.17, low=0.08, high=0.26, per_cent=True))
    1 in 6 (1 in 8 to 1 in 4) or 17% (8% to 26%)
    >>> print(rate(0.034, low=0.029, high=0.047))
    1 in 29 (1 in 34 to 1 in 21)
    >>> print(rate(0.0, low=0.0, high=1e-6))
    none (none to 1 in a million)
    >>> print(rate(0.0005, low=6e-43, high=0.05))
    1 in 2,000 (less than 1 in a trillion to 1 in 20)
    >>> print(rate(0.0029, low=0.0014, high=0.006), "or", rate(0.0029, low=0.0014, high=0.006, least=2))
    1 in 300 (1 in 700 to 1 in 170) or 1 in 340 (1 in 710 to 1 in 170)
    """
    return _said(value, low, high, say=_each(partial(_share, form=_percent)) if per_cent else _shares, least=least)


def rate_range(low: float, high: float) -> str:
    """Say a range of probabilities that has no middle, both ends in one form and with two digits.

    Examples
    --------
    >>> rate_range(0.02, 0.15), rate_range(0.0001, 0.02), rate_range(0.0001, 0.6), rate_range(0.0, 0.25)
    ('2% to 15%', '1 in 10,000 to 1 in 50', '1 in 10,000 to 3 in 5', 'none to 25%')
    """
    per_cent = high > 0.1 and (low <= 0 or low >= SMALLEST_PERCENT)
    said = [_share(end, NO_RANGE_DIGITS, form=_percent if per_cent else _chance) for end in (low, high)]
    return " to ".join(dict.fromkeys(said))


def chance(value: float) -> str:
    """Say a probability as so many in so many, whatever its size: for an axis, whose ticks are of one form.

    Examples
    --------
    >>> chance(0.002), chance(0.2), chance(0.5), chance(0.995), chance(1.0)
    ('1 in 500', '1 in 5', '1 in 2', '199 in 200', 'all')
    """
    return _share(value, NO_RANGE_DIGITS, form=_chance)


def of_1000(value: float, *, low: float | None = None, high: float | None = None) -> Said:
    """Say how many of a thousand: whole numbers of two digits, and *fewer than 1* for what is less.

    Examples
    --------
    >>> print(of_1000(4.4, low=0.02, high=61.0))
    4 (fewer than 1 to 61)
    """
    return _said(value, low, high, say=_each(_whole))


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


def _said(
    value: float,
    low: float | None,
    high: float | None,
    *,
    say: Callable[[Sequence[float], int], tuple[str, ...]],
    least: int = 1,
) -> Said:
    """Say the middle and the ends with the same number of digits: as many as tell the three apart."""
    digits = max(digits_known(value, low, high), least)
    if low is None or high is None or low == high:
        (middle,) = say((value,), digits)
        return Said(middle, exact=low is not None and low == high)
    for more in (0, 1, 2):
        middle, first, last = say((value, low, high), digits + more)
        if not low < value < high or middle not in (first, last):
            break
    return Said(middle, first, last)


def _each(say: Callable[[float, int], str]) -> Callable[[Sequence[float], int], tuple[str, ...]]:
    """Say numbers one by one."""
    return lambda numbers, digits: tuple(say(number, digits) for number in numbers)


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


def _shares(values: Sequence[float], digits: int) -> tuple[str, ...]:
    """Say a probability and the ends of its range in one form: the one that reads best."""
    form = _percent if _reads_per_cent(values, digits) else _chance
    return tuple(_share(value, digits, form=form) for value in values)


def _reads_per_cent(values: Sequence[float], digits: int) -> bool:
    """Whether a probability, the first of the values, reads better per cent; *none* and *all* are of either form."""
    inside = [value for value in values if SMALLEST_SHARE <= value < 1]
    if not inside:
        return False
    if digits > 2 and inside[0] > SMALLEST_PERCENT:  # "1 in 19.96" reads worse than "5.01%"
        return True
    return inside[0] > 0.1 and (digits > 1 or max(inside) > 0.5) and min(inside) >= WHOLE_PERCENT


def _share(value: float, digits: int, *, form: Callable[[float, int], str]) -> str:
    if value <= 0:
        return "none"
    if value >= 1:
        return "all"
    return "less than 1 in a trillion" if value < SMALLEST_SHARE else form(value, digits)


def _chance(value: float, digits: int) -> str:
    """Say a probability as so many in so many."""
    if value > LARGEST_FRACTION:
        whole = round(significant(1 / max(1 - value, SMALLEST_WRITTEN), 1))
        return f"{whole - 1:,} in {whole:,}"
    if value > 0.1:
        part, whole = min(FRACTIONS, key=lambda pair: abs(pair[0] / pair[1] - value))
        return f"{part} in {whole}"
    chances = _amount(round(1 / value) if value > 0.01 else 1 / value, digits)
    return f"1 in {'a' + chances[1:] if chances.startswith('1 ') else chances}"  # 1 in a million


def _percent(value: float, digits: int) -> str:
    if value > 0.5:
        return _percent_above_half(value, digits)
    digits = max(digits, 2) if value > 0.1 else digits  # whole per cents
    return f"{_decimal(significant(value * 100, digits), digits)}%"


def _percent_above_half(value: float, digits: int) -> str:
    """Say a share near one by what is missing from one, so that 99.97 % is never said to be 100 %."""
    missing = significant(100 * (1 - value), 3)
    places = max(0, digits - 2, -math.floor(math.log10(missing)))
    return f"{100 - missing:.{places}f}%" if places <= 6 else "more than 99.9999%"
