"""List precision: the share of returned candidates that are the person searched for, at a stated prevalence.

It is of the whole list. Of its first R candidates it is undefined: selectivity counts all candidates at or above the
threshold, and of those among the first R a mated search returns fewer wrong ones than a non-mated, as the mate takes a
place.
"""

from __future__ import annotations

from baserate.estimates.estimate import Estimate
from baserate.estimates.metrics.metric import Metric

METRIC = Metric(
    name="list_precision",
    symbol="PPV(N, T)",
    title="Share of returned candidates who are the person searched for",
    trials="searches",
    mated=None,
    event="returned candidate is the mate",
    reference="Bayes' rule on FNIR and SEL",
)


def list_precision(miss: Estimate, selectivity: Estimate, *, prevalence: float) -> Estimate:
    """Work out which share of the candidates returned is right, when a share of searches is mated.

    It is not 1 - FPIR: it depends on how often the person searched for is in the gallery at all.

    Parameters
    ----------
    miss
        FNIR at the threshold, of the whole list.
    selectivity
        SEL at the same threshold. A mated search is taken to return as many wrong candidates as a non-mated one.
    prevalence
        Share of searches that are mated, between 0 and 1: it must be known of the deployment, not of the test.

    Returns
    -------
    Estimate
        Undefined where either rate is, where no candidate would be returned, and at a rank. Its ends take both rates at
        their worst and best at once, so that it covers at least the product of the two levels.

    Examples
    --------
    >>> fnir = Estimate("fnir", 0.1, 0.05, 0.15, n=100, threshold=0.6)
    >>> sel = Estimate("sel", 0.02, 0.01, 0.04, n=1000, threshold=0.6)
    >>> print(list_precision(fnir, sel, prevalence=0.01))
    0.3103 (0.1753 to 0.4872)
    """
    if miss.rank is not None:
        why = f"it is of the whole list, without a rank: of the first {miss.rank} the wrong ones are not counted"
        return _undefined(miss, why)
    if miss.value is None or selectivity.value is None:
        return _undefined(miss, miss.undefined or selectivity.undefined or "")
    value = _share(miss.value, selectivity.value, prevalence)
    if value is None:
        return _undefined(miss, "no candidate would be returned")
    low = high = None
    if None not in (miss.low, miss.high, selectivity.low, selectivity.high):
        low = _share(miss.high or 0.0, selectivity.high or 0.0, prevalence)
        high = _share(miss.low or 0.0, selectivity.low or 0.0, prevalence)
    return Estimate(
        "list_precision", value, low, high, miss.level, n=miss.n, threshold=miss.threshold, rank=miss.rank,
        gallery_size=miss.gallery_size, group=miss.group, method=f"bounds at prevalence {prevalence:g}",
    )  # fmt: skip


def _share(miss: float, candidates: float, prevalence: float) -> float | None:
    right = prevalence * (1 - miss)
    return right / (right + candidates) if right + candidates > 0 else None


def _undefined(miss: Estimate, why: str) -> Estimate:
    return Estimate("list_precision", undefined=why, threshold=miss.threshold, rank=miss.rank, group=miss.group)
