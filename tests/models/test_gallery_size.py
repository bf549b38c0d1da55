import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baserate.errors import InputError, NotEstimableError
from baserate.models.gallery_size import Extrapolation, PublishedPoint, exponent_distribution, fnir_at, rank1_miss_at

POINT = PublishedPoint(1_600_000, 0.003, 0.0021, 0.0013)


@st.composite
def points(draw):
    fnir = draw(st.floats(0.0005, 0.95))
    rank1 = draw(st.none() | st.floats(0.0001, 1.0).map(lambda share: max(1e-5, share * fnir)))
    return PublishedPoint(draw(st.integers(2, 10**9)), draw(st.floats(1e-6, 0.5)), fnir, rank1)


@settings(max_examples=60, deadline=None)
@given(points(), st.integers(2, 2 * 10**11), st.sampled_from([0.5, 0.9, 0.99, 0.999]))
def test_misses_never_fall_as_the_gallery_grows(point, gallery_size, level):
    found = fnir_at([point], gallery_size, level=level)
    assert 0 <= found.low <= found.value <= found.high <= 1
    if gallery_size > point.gallery_size:
        assert found.low >= point.fnir * (1 - 1e-12)
    if gallery_size < point.gallery_size:
        assert found.high <= point.fnir * (1 + 1e-12)


@settings(max_examples=30, deadline=None)
@given(points(), st.integers(2, 10**9), st.integers(2, 10**9))
def test_value_rises_with_the_gallery(point, one, other):
    small, large = sorted((one, other))
    assert fnir_at([point], small).value <= fnir_at([point], large).value * (1 + 1e-12)


def test_same_gallery_gives_the_point_back():
    found = fnir_at([POINT], 1_600_000)
    assert (found.low, found.value, found.high) == (0.0021, 0.0021, 0.0021)


def test_interval_widens_with_level_distance_and_ignorance():
    def width(found: Extrapolation) -> float:
        return math.log(found.high / found.low)

    inside = width(fnir_at([POINT], 12_000_000))
    assert width(fnir_at([POINT], 12_000_000, level=0.8)) < inside < width(fnir_at([POINT], 12_000_000, level=0.95))
    assert inside < width(fnir_at([POINT], 200_000_000))
    assert inside < width(fnir_at([PublishedPoint(1_600_000, 0.003, 0.0021)], 12_000_000))


def test_level_that_counts_failed_runs_ends_at_one():
    found = fnir_at([POINT], 12_000_000, level=0.999)
    assert (found.low, found.high) == (0.0021, 1.0)


def test_support_is_said():
    assert not fnir_at([POINT], 12_000_000).is_beyond
    beyond = fnir_at([POINT], 12_000_001)
    assert beyond.is_beyond
    assert "Beyond what these data support" in beyond.notes[0]
    from_outside = fnir_at([PublishedPoint(10_000, 0.001, 0.0021)], 12_000_000)
    assert from_outside.is_beyond
    assert len(from_outside.notes) == 3


def test_other_points_are_a_check():
    agrees = PublishedPoint(12_000_000, 0.003, 0.0039)
    contradicts = PublishedPoint(12_000_000, 0.003, 0.02)
    other_rate = PublishedPoint(12_000_000, 0.01, 0.003)
    assert fnir_at([POINT, agrees], 2_000_000).notes == ()
    assert "does not grow as the published ones do" in fnir_at([POINT, contradicts], 2_000_000).notes[0]
    assert "another FPIR" in fnir_at([POINT, other_rate], 2_000_000).notes[0]
    assert fnir_at([POINT, agrees], 12_000_000).value == 0.0039


def test_every_problem_of_a_point_at_once():
    with pytest.raises(InputError) as raised:
        PublishedPoint(1, 0.0, 1.5, 2.0, 0.0)
    assert [problem.code for problem in raised.value.problems] == [
        "gallery-size-out-of-range",
        "share-out-of-range",
        "share-out-of-range",
        "rank1-above-fnir",
    ]


@pytest.mark.parametrize("value", [math.nan, math.inf, -0.1])
def test_odd_numbers_are_refused(value):
    for point in ((1_600_000, value, 0.1), (1_600_000, 0.003, value), (1_600_000, 0.003, 0.1, value)):
        with pytest.raises(InputError):
            PublishedPoint(*point)
    with pytest.raises(InputError):
        PublishedPoint(1_600_000, 0.003, 0.1, None, value)


def test_step_coarser_than_the_rate_is_refused():
    with pytest.raises(InputError, match="step-out-of-range"):
        PublishedPoint(1_600_000, 0.003, 0.00002)
    assert PublishedPoint(1_600_000, 0.003, 0.00002, step=1e-5).fnir == 0.00002


def test_an_fnir_of_zero_or_one_cannot_be_carried():
    with pytest.raises(NotEstimableError, match="3 / n"):
        PublishedPoint(1_600_000, 0.003, 0.0)
    with pytest.raises(NotEstimableError, match="run failed"):
        PublishedPoint(1_600_000, 0.003, 1.0)


def test_bad_questions_are_refused():
    for arguments in (([], 12_000_000, 0.9), ([POINT], 1, 0.9), ([POINT], 10**12, 0.9), ([POINT], 12_000_000, 0.3)):
        with pytest.raises(InputError):
            fnir_at(arguments[0], arguments[1], level=arguments[2])


def test_rank1_miss_needs_one():
    with pytest.raises(NotEstimableError, match="rank1_miss"):
        rank1_miss_at(PublishedPoint(1_600_000, 0.003, 0.0021), 12_000_000)


def test_equal_fnir_and_rank1_miss_still_grow():
    found = fnir_at([PublishedPoint(1_600_000, 0.003, 0.0005, 0.0005)], 12_000_000)
    assert 0.0005 <= found.low < found.value < found.high < 0.001


def test_draws_depend_on_the_seed_alone():
    one, same, other = (exponent_distribution(0.01, draws=50, rng=np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)
    assert (one >= 0).all()
