"""What a release promises, held to brute force and to OpenDP's own account of its noise."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opendp.prelude import discrete_laplacian_scale_to_accuracy

from baserate.audit.release import CrossTable, Dimension, add_noise, suppress
from baserate.audit.release.noise import reach_of_noise
from baserate.audit.release.suppression import narrowest
from baserate.audit.release.table import with_totals

SMALLEST = 5


def table_of(counts: np.ndarray) -> CrossTable:
    dimensions = [Dimension(f"d{i}", tuple(f"v{j}" for j in range(n))) for i, n in enumerate(counts.shape)]
    return CrossTable(tuple(dimensions), with_totals(counts))


@st.composite
def tables(draw):
    shape = draw(st.sampled_from([(3,), (2, 2), (3, 4), (5, 2), (2, 3, 2)]))
    cells = draw(st.lists(st.integers(0, 12), min_size=int(np.prod(shape)), max_size=int(np.prod(shape))))
    return table_of(np.array(cells, dtype=np.int64).reshape(shape))


@settings(max_examples=60)
@given(tables())
def test_no_small_count_can_be_bounded_more_narrowly_than_promised(table):
    released = suppress(table, SMALLEST)
    counts = table.counts.ravel()
    inner = table.counts[tuple(slice(0, -1) for _ in table.dimensions)]
    parts = with_totals((inner > 0).astype(np.int64)).ravel()  # a total of two cells that are not 0 is 2 at least
    for at, (low, high) in zip(
        np.flatnonzero((counts > 0) & (counts < SMALLEST)), narrowest(table, released), strict=True
    ):
        assert low <= parts[at] + 1e-6
        assert high >= SMALLEST - 1e-6


@settings(max_examples=60)
@given(tables())
def test_what_is_shown_is_true_and_never_small(table):
    for cell, n in zip(suppress(table, SMALLEST).cells, table.counts.ravel(), strict=True):
        assert cell.count in (None, n)
        assert cell.count is None or cell.count == 0 or cell.count >= SMALLEST


def test_a_table_without_small_counts_is_published_whole():
    released = suppress(table_of(np.array([[0, 50], [60, 70]])), SMALLEST)
    assert released.n_withheld == 0


def test_brute_force_finds_tables_on_both_sides():
    """Every table that agrees with what is published, written out: 1 and 5 are both possible for the small cell."""
    released = suppress(table_of(np.array([[3, 9], [8, 9]])), SMALLEST)
    shown = np.array([-1 if cell.count is None else cell.count for cell in released.cells]).reshape(3, 3)
    possible = set()
    for a, b, c, d in np.ndindex(22, 22, 22, 22):
        full = with_totals(np.array([[a, b], [c, d]]))
        if ((shown == -1) | (shown == full)).all() and (full[shown == -1] > 0).all():
            possible.add(a)
    assert min(possible) == 1
    assert max(possible) >= SMALLEST


def test_suppression_that_only_hides_small_cells_would_fail():
    """The check can fail: with the totals published, the small cell alone does not hold."""
    table = table_of(np.array([[3, 40], [50, 60]]))
    released = suppress(table, SMALLEST)
    shown = tuple(
        type(c)(c.values, None if n == 3 else int(n)) for c, n in zip(released.cells, table.counts.ravel(), strict=True)
    )
    ((low, high),) = narrowest(table, type(released)(released.names, SMALLEST, shown))
    assert (low, high) == pytest.approx((3, 3))


@pytest.mark.parametrize("scale", [0.5, 2.0, 6.0, 40.0])
def test_reach_of_one_cell_is_that_of_opendp(scale):
    accuracy = discrete_laplacian_scale_to_accuracy(scale, 0.05)  # P(|noise| >= accuracy) <= 0.05
    assert reach_of_noise(scale, 1, 0.95) == int(np.ceil(accuracy)) - 1


def test_ranges_hold_the_true_counts_as_often_as_they_say():
    rng = np.random.default_rng(5)
    table = table_of(rng.poisson(30.0, (40, 50)))
    noised = add_noise(table, epsilon=0.5, per_encounter=3)
    true = table.counts.ravel()
    inside = np.mean([c.low <= n <= c.high for c, n in zip(noised.cells, true, strict=True)])
    # 2,000 cells and 91 totals: four standard errors below the level, and no more than discreteness and 0 allow above.
    assert 0.93 < inside < 0.985


def test_noise_has_the_scale_that_is_stated():
    table = table_of(np.zeros((60, 60), dtype=np.int64))
    noised = add_noise(table, epsilon=0.25, per_encounter=2)
    inner = [abs(c.count) for c in noised.cells if "(all)" not in c.values]
    a = np.exp(-1.0 / noised.scale)
    assert np.mean(inner) == pytest.approx(2 * a / (1 - a * a), rel=0.1)
