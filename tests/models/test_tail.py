import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baserate.errors import NotEstimableError
from baserate.models.tail import design_effect, draw_tails, pareto_tail, tail_stability

SCORES = np.random.default_rng(1).normal(size=5_000)


@pytest.mark.parametrize(
    ("scores", "message"),
    [
        (SCORES[:599], "Use at least 600"),
        (np.array([]), "Use at least 600"),
        (np.where(SCORES > 1.5, SCORES, -np.inf), "not cut off below the tail"),
        (np.minimum(SCORES, 2.0), "cut off at the top"),
        (np.round(SCORES, 2) + 1e-9 * (np.arange(5_000) % 2), "rounded too coarsely"),
        (np.random.default_rng(2).random(5_000), "ends abruptly"),
    ],
)
def test_tails_that_cannot_be_carried_are_refused(scores, message):
    with pytest.raises(NotEstimableError, match=message):
        pareto_tail(scores)


def test_a_tail_without_a_mean_is_refused():
    with pytest.raises(NotEstimableError, match="too heavy"):
        draw_tails(np.random.default_rng(2).pareto(1 / 1.5, 5_000), draws=300, rng=np.random.default_rng(1))


def test_ties_at_the_start_of_a_tail_do_not_matter():
    scores = np.random.default_rng(2).exponential(size=5_000)
    tied = np.where((scores > 2.3) & (scores < 2.5), 2.3, scores)
    one, other = (draw_tails(some, draws=3_000, rng=np.random.default_rng(1)) for some in (scores, tied))
    assert np.median(other.scores_at(1e-4)) == pytest.approx(np.median(one.scores_at(1e-4)), rel=0.05)


def test_few_subjects_are_refused():
    subjects = np.arange(5_000) // 50
    scores = np.repeat(np.random.default_rng(3).normal(size=100), 50) + 0.01 * SCORES
    with pytest.raises(NotEstimableError, match="Search more people"):
        draw_tails(scores, draws=30, rng=np.random.default_rng(1), subjects=subjects)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.01, 1000), st.floats(-1000, 1000))
def test_unit_of_the_scores_does_not_matter(factor, offset):
    plain, moved = pareto_tail(SCORES), pareto_tail(SCORES * factor + offset)
    assert moved.shape == pytest.approx(plain.shape, abs=1e-6)
    assert moved.score_at(1e-4) == pytest.approx(plain.score_at(1e-4) * factor + offset, rel=1e-6, abs=1e-6 * factor)


def test_stability_leaves_out_a_tail_that_is_not_there():
    cut = np.where(np.quantile(SCORES, 0.85) < SCORES, SCORES, -np.inf)
    assert [tail.n for tail in tail_stability(SCORES)] == [1000, 500, 250, 125]
    assert [tail.n for tail in tail_stability(cut)] == [500, 250, 125]


def test_draws_depend_on_the_seed_alone():
    one, same = (draw_tails(SCORES, draws=30, rng=np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(one.scores_at(1e-4), same.scores_at(1e-4))


def test_order_of_searches_does_not_matter():
    order = np.random.default_rng(6).permutation(len(SCORES))
    one, other = (draw_tails(scores, draws=30, rng=np.random.default_rng(5)) for scores in (SCORES, SCORES[order]))
    assert np.array_equal(one.shape, other.shape)


def test_design_effect_of_full_repeats_is_their_number():
    hits = np.repeat(np.random.default_rng(7).random(20_000) < 0.1, 4)
    assert design_effect(hits, np.repeat(np.arange(20_000), 4)) == pytest.approx(4)
    assert design_effect(np.zeros(10, dtype=bool), None) == 1


def test_where_nothing_tells_how_alike_searches_are_a_subject_is_one():
    subjects = np.repeat(np.arange(100), 7)
    assert design_effect(np.zeros(700, dtype=bool), subjects) == design_effect(np.ones(700, dtype=bool), subjects) == 7
    few = np.arange(700) % 29
    assert design_effect(np.arange(700) % 2 == 0, few) == pytest.approx(700 / 29, rel=1e-3)
    assert design_effect(np.arange(700) % 2 == 0, np.arange(700) % 31) == 1
