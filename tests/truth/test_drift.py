"""Change points: p-values against every order, false alarms at their level, and changes that are there found."""

from itertools import permutations

import numpy as np
import pytest

from baserate.audit.drift import LEVEL, change_points


def largest(counts: tuple[int, ...], of: tuple[int, ...]) -> float:
    """The largest score statistic over all places, from its textbook formula."""
    k, n = sum(counts), sum(of)
    pooled = k / n
    found = []
    for at in range(1, len(counts)):
        a, b = sum(counts[:at]), sum(counts[at:])
        m, r = sum(of[:at]), sum(of[at:])
        found.append((a / m - b / r) ** 2 / (pooled * (1 - pooled) * (1 / m + 1 / r)))
    return max(found)


def test_p_values_are_those_of_all_orders():
    counts, of = (1, 0, 2, 7, 3, 9, 6), (40, 30, 50, 45, 30, 60, 35)
    observed = largest(counts, of)
    orders = list(permutations(range(len(counts))))
    as_large = sum(largest(tuple(counts[i] for i in o), tuple(of[i] for i in o)) >= observed - 1e-9 for o in orders)
    _, found = change_points(np.array(counts), np.array(of), level=LEVEL, draws=20_000)
    assert found == pytest.approx(as_large / len(orders), abs=4 * (0.25 / 20_000) ** 0.5)


@pytest.mark.parametrize("scatter", [0.0, 0.6])
def test_false_alarms_stay_at_their_level_also_where_periods_scatter(scatter):
    """Also when the days differ by much more than chance would: whole days are permuted."""
    rng, runs, alarms = np.random.default_rng(20261126), 400, 0
    for _ in range(runs):
        of = rng.poisson(80, 40) + 1
        rates = 0.05 * np.exp(scatter * rng.standard_normal(40))
        counts = rng.binomial(of, np.clip(rates, 0, 1))
        alarms += bool(change_points(counts, of, level=LEVEL, draws=199)[0])
    # At most the level, and not so far below it that the test would find nothing.
    assert 0.01 * runs <= alarms <= (LEVEL + 3 * (LEVEL * (1 - LEVEL) / runs) ** 0.5) * runs


def test_two_changes_are_found_near_their_places():
    rng, runs, found = np.random.default_rng(7), 60, 0
    for _ in range(runs):
        of = np.full(60, 300)
        counts = rng.binomial(of, np.repeat([0.02, 0.06, 0.015], 20))
        places = [split.at for split in change_points(counts, of, level=LEVEL, draws=399)[0]]
        found += len(places) >= 2 and all(min(abs(p - true) for p in places) <= 2 for true in (20, 40))
    assert found / runs > 0.95


def test_the_same_counts_give_the_same_changes():
    rng = np.random.default_rng(3)
    of = np.full(30, 100)
    counts = rng.binomial(of, np.repeat([0.1, 0.2], 15))
    assert change_points(counts, of, level=LEVEL) == change_points(counts, of, level=LEVEL)
