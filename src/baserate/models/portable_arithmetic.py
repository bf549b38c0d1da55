"""Exponential, logarithm and normal quantile that give the same bits on every processor.

NumPy's own ``exp`` and ``log`` differ in the last bit between processors with and without AVX-512, and so would the
digest of a simulated log. Addition, subtraction, multiplication, division and the square root are exact to the last
bit everywhere (IEEE 754), so these functions are made of those alone. They are within a few units of the last place of
the library's; the tests say how few.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_LN2_HIGH = 6.93147180369123816490e-01  # 33 bits of ln 2, so that n * _LN2_HIGH is exact for |n| < 2^20
_LN2_LOW = 1.90821492927058770002e-10
_LOG2_E = 1.44269504088896338700
_EXP_TERMS = 14  # of the Taylor series on |r| <= ln(2)/2: the next term is below 1e-18
_LOG_TERMS = 11  # of atanh's series on |s| <= 0.1716: the next term is below 1e-18


def exp(x: Floats) -> Floats:
    """Exponential of ``x``, for -700 <= x <= 700; outside it is that of the nearer end.

    Examples
    --------
    >>> exp(np.array([0.0, 1.0])).round(14).tolist()
    [1.0, 2.71828182845905]
    """
    x = np.clip(x, -700.0, 700.0)
    n = np.rint(x * _LOG2_E)
    r = (x - n * _LN2_HIGH) - n * _LN2_LOW
    total = np.full_like(r, 1.0 / _EXP_TERMS)
    for k in range(_EXP_TERMS - 1, 0, -1):  # Horner: 1 + r/1 (1 + r/2 (1 + r/3 ...))
        total *= r
        total += 1.0
        total /= float(k)
    return np.ldexp(1.0 + r * total, n.astype(np.int32))


def log(x: Floats) -> Floats:
    """Natural logarithm of ``x`` > 0, finite.

    Examples
    --------
    >>> log(np.array([1.0, 2.0])).tolist()
    [0.0, 0.6931471805599453]
    """
    mantissa, exponent = np.frexp(x)
    low = mantissa < 0.7071067811865476
    mantissa = np.where(low, mantissa * 2.0, mantissa)
    n = exponent - low.astype(np.int32)
    s = (mantissa - 1.0) / (mantissa + 1.0)
    square = s * s
    total = np.zeros_like(s)
    for k in range(_LOG_TERMS, 0, -1):
        total = (total + 1.0 / (2 * k + 1)) * square
    return n * _LN2_HIGH + (2.0 * (s + s * total) + n * _LN2_LOW)


def minus_expm1_of_minus(x: Floats) -> Floats:
    """``1 - exp(-x)`` for x >= 0 without loss of digits when x is small: the probability behind a hazard.

    Examples
    --------
    >>> minus_expm1_of_minus(np.array([1e-20])).tolist()
    [1e-20]
    """
    small = x < 1e-4
    series = x * (1.0 - x / 2.0 * (1.0 - x / 3.0 * (1.0 - x / 4.0)))
    return np.where(small, series, 1.0 - exp(-np.where(small, 1.0, x)))


# Wichura (1988), algorithm AS 241, PPND16: coefficients of the rational approximations, highest power first.
_CENTRE = (
    (2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
     13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608),
    (5226.495278852545925, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
     5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1.0),
)  # fmt: skip
_NEAR = (
    (7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258,
     3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734),
    (1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459,
     0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1.0),
)  # fmt: skip
_FAR = (
    (2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093,
     0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772),
    (2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
     0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1.0),
)  # fmt: skip


def _ratio(coefficients: tuple[tuple[float, ...], tuple[float, ...]], x: Floats) -> Floats:
    above, below = (np.zeros_like(x) for _ in range(2))
    for a, b in zip(*coefficients, strict=True):
        above = above * x + a
        below = below * x + b
    return np.asarray(above / below)


def upper_normal_quantile(p: Floats) -> Floats:
    """Score z that a standard normal variate exceeds with probability ``p``, for 0 < p < 1.

    Source: M. J. Wichura, Algorithm AS 241, Applied Statistics 37 (1988), 477-484; relative accuracy about 1e-16.

    Examples
    --------
    >>> upper_normal_quantile(np.array([0.5, 0.025])).round(6).tolist()
    [0.0, 1.959964]
    """
    q = 0.5 - p
    central = np.abs(q) <= 0.425
    centre = q * _ratio(_CENTRE, 0.180625 - q * q)
    tail = np.where(central, 0.25, np.where(q > 0, p, 1.0 - p))
    depth = np.sqrt(-log(tail))
    outside = np.where(depth <= 5.0, _ratio(_NEAR, depth - 1.6), _ratio(_FAR, depth - 5.0))
    return np.where(central, centre, np.where(q > 0, outside, -outside))


def significant(x: Floats, *, digits: int = 9) -> Floats:
    """``x`` rounded to so many significant decimal digits.

    What comes from library functions (calibration, quadrature) may differ between processors in the last bit. Rounded
    before it enters a simulation, it does not.

    Examples
    --------
    >>> significant(np.array([123456.78949, 0.1 + 0.2])).tolist()
    [123456.789, 0.3]
    """
    rounded = [float(f"{value:.{digits}g}") for value in np.ravel(x).tolist()]
    return np.array(rounded, dtype=np.float64).reshape(np.shape(x))
