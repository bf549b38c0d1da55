import numpy as np
import pytest

from baserate.errors import InputError, NotEstimableError
from baserate.models.dispersion import dispersion_of_counts
from baserate.models.gallery_size import Extrapolation
from baserate.models.score_extrapolation import GalleryForecast, ScoreSample, forecast_at_fpir, forecast_at_threshold

RNG = np.random.default_rng(8)
SAMPLE = ScoreSample(RNG.normal(3.5, 0.3, 5_000), RNG.normal(7, 1, 5_000), 1_000)


def misses(found: GalleryForecast) -> Extrapolation:
    assert isinstance(found.fnir, Extrapolation)
    return found.fnir


def test_within_the_data_the_forecast_is_the_count():
    threshold = float(np.sort(SAMPLE.non_mated)[-1_000])
    found = forecast_at_threshold(SAMPLE, 1_000, threshold=threshold)
    assert found.fpir.value == pytest.approx(0.2, abs=0.003)
    # Clopper-Pearson of 1000 in 5000 at 90 %.
    assert (found.fpir.low, found.fpir.high) == pytest.approx((0.1907, 0.2095), abs=0.002)
    assert misses(found).value == pytest.approx(np.mean(SAMPLE.mated < threshold), abs=0.001)
    again = forecast_at_fpir(SAMPLE, 1_000, fpir=0.2)
    assert again.threshold.low < threshold < again.threshold.high


def test_fpir_grows_with_the_gallery_and_fnir_stays_at_a_held_threshold():
    found = [forecast_at_threshold(SAMPLE, n, threshold=4.6) for n in (1_000, 10_000, 100_000)]
    assert found[0].fpir.value < found[1].fpir.value < found[2].fpir.value
    assert len({misses(one).value for one in found}) == 1
    assert not misses(found[2]).is_beyond


def test_threshold_and_fnir_grow_with_the_gallery_at_a_held_fpir():
    found = [forecast_at_fpir(SAMPLE, n, fpir=0.003) for n in (1_000, 10_000, 100_000)]
    assert found[0].threshold.value < found[1].threshold.value < found[2].threshold.value
    assert misses(found[0]).value <= misses(found[1]).value <= misses(found[2]).value
    assert [one.threshold.is_beyond for one in found] == [False, False, True]
    assert "fewer than one search" in misses(found[2]).notes[0]


def test_unlike_searches_lower_fpir():
    unlike = ScoreSample(SAMPLE.non_mated, SAMPLE.mated, 1_000, dispersion=1.5)
    one, other = (forecast_at_threshold(sample, 50_000, threshold=4.2).fpir for sample in (SAMPLE, unlike))
    assert other.value < one.value


def test_no_miss_is_not_an_fnir_of_zero():
    sure = ScoreSample(SAMPLE.non_mated, np.full(100, 99.0), 1_000)
    found = misses(forecast_at_fpir(sure, 10_000, fpir=0.003))
    assert 0 < found.value < found.high < 0.05


def test_mates_not_returned_are_misses():
    lost = ScoreSample(SAMPLE.non_mated, np.concatenate([np.full(400, -np.inf), np.full(600, 99.0)]), 1_000)
    assert misses(forecast_at_fpir(lost, 10_000, fpir=0.003)).value == pytest.approx(0.4, abs=0.01)


def test_too_far_out_is_refused():
    with pytest.raises(NotEstimableError, match="Use 2,000 times as many"):
        forecast_at_fpir(SAMPLE, 10**8, fpir=0.003)
    with pytest.raises(NotEstimableError, match="Use a gallery nearer"):
        forecast_at_fpir(SAMPLE, 10**11, fpir=0.003)
    with pytest.raises(NotEstimableError, match=r"below about 0\.0006"):
        forecast_at_threshold(SAMPLE, 10_000, threshold=50.0)


@pytest.mark.parametrize("repeats", [1, 100])
@pytest.mark.parametrize("dispersion", [0.0, 1.0])
def test_where_nearly_all_return_somebody_a_smaller_gallery_is_refused(repeats, dispersion):
    """Nobody stays below, then thirty, or one of them a hundred times: which says nothing of a smaller gallery."""
    ordered = np.sort(SAMPLE.non_mated)
    subjects = np.arange(5_000) // repeats
    sample = ScoreSample(ordered, SAMPLE.mated, 1_000, non_mated_subjects=subjects, dispersion=dispersion)
    for fpir in (0.05, 0.9):
        with pytest.raises(NotEstimableError, match="independent ones stay below this threshold, and 30 are needed"):
            forecast_at_fpir(sample, 1, fpir=fpir)
    for at in (0, 29) if repeats == 1 else (0, 2_900):
        with pytest.raises(NotEstimableError, match="stay below this threshold"):
            forecast_at_threshold(sample, 10, threshold=float(ordered[at]))
        assert forecast_at_threshold(sample, 1_000, threshold=float(ordered[at])).fpir.value > 0.3
    enough = forecast_at_threshold(sample, 10, threshold=float(ordered[30 if repeats == 1 else 3_100]))
    assert enough.fpir.is_beyond
    assert "speak for the gallery of 1,000" in enough.fpir.notes[0]


def test_a_share_so_high_that_nobody_stays_below_is_refused_in_the_same_gallery():
    with pytest.raises(NotEstimableError, match="0 independent ones stay below"):
        forecast_at_fpir(SAMPLE, 1_000, fpir=0.9999)


@pytest.mark.parametrize(
    ("gallery_size", "fpir", "supported"),
    [
        (100, 0.003, (149, 50_073)),
        (149, 0.003, (149, 50_073)),
        (100, 0.002, (100, 33_365)),
        (1_000, 0.05, (1_000, 1_000)),
        (999, 0.05, (1_000, 1_000)),
        (1_001, 0.05, (1_000, 1_000)),
    ],
)
def test_where_unlike_searches_matter_it_is_marked_at_both_ends(gallery_size, fpir, supported):
    found = forecast_at_fpir(SAMPLE, gallery_size, fpir=fpir)
    assert found.threshold.supported == misses(found).supported == supported
    assert found.threshold.is_beyond == (not supported[0] <= gallery_size <= supported[1])
    if found.threshold.is_beyond:
        assert "how unlike searches are" in found.threshold.notes[0]


def test_a_held_threshold_that_many_reach_speaks_for_its_own_gallery_alone():
    many, few = (float(np.quantile(SAMPLE.non_mated, 1 - share)) for share in (0.1, 0.01))
    at = {n: forecast_at_threshold(SAMPLE, n, threshold=many).fpir for n in (100, 1_000, 10_000)}
    assert [one.is_beyond for one in at.values()] == [True, False, True]
    assert forecast_at_threshold(SAMPLE, 10, threshold=few).fpir.supported[0] == 1
    assert not forecast_at_threshold(SAMPLE, 10, threshold=few).fpir.is_beyond
    far = forecast_at_threshold(SAMPLE, 10_000, threshold=few).fpir
    assert f"from a gallery of 1 to one of {far.supported[1]:,}" in far.notes[0]


def test_a_target_that_ties_jump_over_is_refused():
    """All at one score: the only threshold there is for an FPIR of 0.1 has one of 1."""
    for scores in (np.full(2_000, 1.0), np.round(SAMPLE.non_mated, 1)):
        with pytest.raises(NotEstimableError, match="would have to reach the threshold, and none does"):
            forecast_at_fpir(ScoreSample(scores, SAMPLE.mated, 1_000), 1_000, fpir=0.1)
    fine = ScoreSample(np.round(SAMPLE.non_mated, 3), SAMPLE.mated, 1_000)
    assert forecast_at_fpir(fine, 1_000, fpir=0.1).fpir.value == 0.1


def test_mates_of_one_person_are_worth_one():
    alone = ScoreSample(SAMPLE.non_mated, SAMPLE.mated[:300], 1_000, mated_subjects=np.zeros(300, dtype=np.int64))
    assert misses(forecast_at_threshold(alone, 1_000, threshold=4.0)).high > 0.5


def test_a_few_misses_do_not_show_that_a_person_is_missed_once():
    """Two people of a hundred are missed, once each; lower scores show that ten searches of one are one."""
    people = np.repeat(np.arange(100), 10)
    mates = np.repeat(6.0 + 0.01 * np.arange(100), 10)
    mates[[5, 990]] = 3.0
    known = ScoreSample(SAMPLE.non_mated, mates, 1_000, mated_subjects=people)
    alone = ScoreSample(SAMPLE.non_mated, mates, 1_000)
    told, believed = (misses(forecast_at_threshold(one, 1_000, threshold=5.0)) for one in (known, alone))
    assert believed.high < 0.008
    assert told.high > 2 * believed.high


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("threshold", [-1e308, 1e308])
def test_thresholds_of_any_size_make_no_warning(threshold):
    if threshold < 0:
        assert forecast_at_threshold(SAMPLE, 1_000, threshold=threshold).fpir.high == pytest.approx(1)
    else:
        with pytest.raises(NotEstimableError, match="Use a gallery nearer"):
            forecast_at_threshold(SAMPLE, 1_000, threshold=threshold)


def test_what_no_search_shows_counts_people_who_repeat():
    """5,000 searches of 500 people show what 500 people do, 3/500, if one person's searches may be alike."""
    scores, subjects = np.random.default_rng(0).normal(size=5000), np.repeat(np.arange(500), 10)
    sample = ScoreSample(scores, np.zeros(0), 1_000_000, non_mated_subjects=subjects)
    with pytest.raises(NotEstimableError, match=r"below about 0\.006"):
        forecast_at_fpir(sample, 10**11, fpir=0.001)


def test_a_tail_that_changes_its_shape_is_said():
    depth = np.random.default_rng(9).exponential(size=20_000)
    bent = ScoreSample(np.where(depth > 3.7, 3.7 + 2 * (depth - 3.7), depth), SAMPLE.mated, 1_000)
    assert "drifts" in forecast_at_fpir(bent, 2_000, fpir=0.003).threshold.notes[0]
    assert forecast_at_fpir(SAMPLE, 2_000, fpir=0.003).threshold.notes == ()


@pytest.mark.parametrize("shape", [0.0, 0.8])
def test_a_heavy_tail_is_marked_and_says_why(shape):
    best = np.random.default_rng(10).exponential(size=10_000)
    scores = best if shape == 0 else np.expm1(shape * best) / shape
    sample = ScoreSample(scores, SAMPLE.mated, 1_000)
    set_anew = forecast_at_fpir(sample, 2_000, fpir=0.003)
    held = forecast_at_threshold(sample, 2_000, threshold=float(np.sort(scores)[-20]))
    assert held.fpir.is_beyond == (shape > 0)
    assert set_anew.threshold.is_beyond == misses(set_anew).is_beyond == (shape > 0)
    assert (dict(set_anew.threshold.diagnostics)["largest_shape"] > 0.5) == (shape > 0)
    if shape > 0:
        assert "too heavy for a variance" in set_anew.threshold.notes[0]
        assert "too heavy for a variance" in held.fpir.notes[0]
        assert not forecast_at_fpir(sample, 1_000, fpir=0.2).threshold.is_beyond


def test_lists_cut_off_too_high_are_refused():
    cut = ScoreSample(np.where(SAMPLE.non_mated > 4.0, SAMPLE.non_mated, -np.inf), SAMPLE.mated, 1_000)
    with pytest.raises(NotEstimableError, match="cut off"):
        forecast_at_fpir(cut, 10_000, fpir=0.003)
    with pytest.raises(NotEstimableError, match="fewer returned"):
        forecast_at_fpir(cut, 1_000, fpir=0.3)


def test_every_problem_of_a_sample_at_once():
    with pytest.raises(InputError) as raised:
        ScoreSample(np.array([np.nan, 1.0, np.inf]), np.array([]), 0, np.arange(2), dispersion=-1)
    assert [problem.code for problem in raised.value.problems] == [
        "score-not-a-number",
        "lengths-differ",
        "gallery-size-out-of-range",
        "dispersion-out-of-range",
    ]
    assert "positions 0, 2" in raised.value.problems[0].what
    with pytest.raises(InputError, match="no-non-mated-score"):
        ScoreSample(np.array([]), np.array([]), 10)


def test_bad_questions_are_refused():
    for fpir, level in ((0.0, 0.9), (1.0, 0.9), (0.003, 1.0)):
        with pytest.raises(InputError):
            forecast_at_fpir(SAMPLE, 10_000, fpir=fpir, level=level)
    with pytest.raises(InputError, match="threshold-not-finite"):
        forecast_at_threshold(SAMPLE, 10_000, threshold=float("nan"))
    with pytest.raises(InputError, match="gallery-size"):
        forecast_at_threshold(SAMPLE, 0, threshold=4.0)


def test_dispersion_needs_false_candidates():
    with pytest.raises(NotEstimableError, match="too few"):
        dispersion_of_counts(np.array([1, 0, 2]))
    assert dispersion_of_counts(np.full(100, 2)) == 0
