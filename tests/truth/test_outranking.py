"""FNIR within a rank in another gallery: closed forms, nested galleries drawn, and lists as a reader gives them."""

import json
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner
from scipy.special import log_ndtr, ndtri
from scipy.stats import binom, norm, poisson

from baserate.cli.main import main
from baserate.errors import NotEstimableError
from baserate.models.gallery_size import Extrapolation, Undefined
from baserate.models.outranking import missed_among_fewer, missed_by_rank
from baserate.models.score_extrapolation import (
    ScoreSample,
    forecast_at_fpir,
    forecast_at_threshold,
    rank_miss_at,
)

SCORES = np.array([1.0, 2.0, 3.0, 4.0])


def expected(scores, draws):
    """Five false candidates per search of 100 persons above 1, a fifth of it with each step."""
    del draws
    return 5.0 * 0.2 ** (scores - 1)[None, :]


@pytest.mark.parametrize("rank", [1, 3])
@pytest.mark.parametrize("asked", [100, 250, 10_000])
def test_unknown_places_are_poisson(rank, asked):
    found = missed_by_rank(
        SCORES, None, rank=rank, galleries=(100, asked), thresholds=np.array([0.0, 2.5]), hazards=expected,
        dispersion=0.0,
    )  # fmt: skip
    chances = poisson.sf(rank - 1, expected(SCORES, None)[0] * asked / 100)
    assert found == pytest.approx([chances.sum(), chances[2:].sum()], rel=1e-3)


def test_known_places_stay_in_a_larger_gallery_and_thin_out_in_a_smaller_one():
    ahead = np.array([4, 1, 1, 0])
    larger = missed_by_rank(
        SCORES, ahead, rank=2, galleries=(100, 300), thresholds=np.zeros(1), hazards=expected, dispersion=0.0
    )
    more = 2 * expected(SCORES, None)[0]
    assert larger == pytest.approx(1 + poisson.sf(np.array([0, 0, 1]), more[1:]).sum(), rel=1e-3)
    same, smaller = (
        missed_among_fewer(SCORES, ahead, rank=2, galleries=(100, asked), thresholds=np.array([0.0, 1.0, 1.5, 9.0]))
        for asked in (100, 20)
    )
    assert same.tolist() == [1.0, 1.0, 0.0, 0.0]
    assert smaller == pytest.approx([np.sum(binom.sf(1, ahead, 0.2))] * 2 + [2 * binom.sf(1, 1, 0.2), 0.0])


def test_what_stood_before_tells_of_the_search_where_they_are_unlike():
    """Drawn: factors, places in 100, places in 400; the chance among mates that had one before them in 100."""
    rng = np.random.default_rng(5)
    factors = np.exp(1.2 * rng.standard_normal(400_000) - 0.72)
    here, more = rng.poisson(0.8 * factors), rng.poisson(3 * 0.8 * factors)
    found = missed_by_rank(
        np.array([1.0]), np.array([1]), rank=4, galleries=(100, 400), thresholds=np.zeros(1),
        hazards=lambda scores, _: np.full((1, len(scores)), 0.8), dispersion=1.2,
    )  # fmt: skip
    assert found[0] == pytest.approx((more[here == 1] >= 3).mean(), abs=0.005)


def drawn(rng, n_non_mated, n_mated, *, length=20, size=1_000, mu=4.5):
    """Lists of 20 from a gallery of 1,000; scores of strangers and of mates are normal."""
    best = -ndtri(-np.expm1(-rng.exponential(size=n_non_mated) / size))
    mates = rng.normal(mu, 1, n_mated)
    ahead = rng.binomial(size - 1, -np.expm1(log_ndtr(mates)))
    away = ahead >= length
    return ScoreSample(
        best, np.where(away, -np.inf, mates), size, mated_ahead=np.minimum(ahead, length),
        mated_at_most=np.where(away, mates, -np.inf),
    ), mates, ahead  # fmt: skip


def rate(found: Extrapolation | Undefined | None) -> Extrapolation:
    assert isinstance(found, Extrapolation), found
    return found


def test_in_the_gallery_at_hand_it_is_the_count():
    sample, mates, ahead = drawn(np.random.default_rng(2), 2_000, 2_000)
    for rank in (1, 5, 20):
        found = forecast_at_threshold(sample, 1_000, threshold=3.2, rank=rank)
        assert rate(found.fnir).value == pytest.approx(np.mean((mates < 3.2) | (ahead >= rank)), abs=0.002)
        assert rate(found.rank_miss).value == pytest.approx(np.mean(ahead >= rank), abs=0.002)
        assert not rate(found.fnir).is_beyond or rate(found.fnir).supported[0] > 1_000


@pytest.mark.parametrize("rank", [1, 10])
def test_in_a_larger_gallery_intervals_hold_the_truth(rank):
    """Sixty samples; of a nominal 90 % fewer than 48 would be found once in two hundred times."""
    z = np.linspace(-2.5, 11.5, 4_001)
    weights = np.exp(-((z - 4.5) ** 2) / 2)
    truth = weights @ np.where(z < 4, 1, poisson.sf(rank - 1, 20_000 * -log_ndtr(z))) / weights.sum()
    held = 0
    for seed in range(60):
        sample, _, _ = drawn(np.random.default_rng(seed), 2_000, 1_000)
        found = rate(forecast_at_threshold(sample, 20_000, threshold=4.0, rank=rank, seed=seed).fnir)
        held += found.low <= truth <= found.high
    assert held >= 48


def test_without_a_rank_the_gallery_does_not_matter_and_with_one_it_does():
    sample, mates, _ = drawn(np.random.default_rng(3), 2_000, 2_000)
    whole = [rate(forecast_at_threshold(sample, size, threshold=4.0).fnir) for size in (1_000, 10**8)]
    assert [one.value for one in whole] == pytest.approx([np.mean(mates < 4.0)] * 2, abs=0.002)
    within = [rate(forecast_at_threshold(sample, size, threshold=4.0, rank=10).fnir) for size in (10**4, 10**6, 10**8)]
    assert whole[0].value <= within[0].value + 0.003
    assert within[0].value < within[1].value < within[2].value
    assert [one.is_beyond for one in within[1:]] == [True, True]
    assert [(one.rank, one.threshold) for one in within] == [(10, 4.0)] * 3


def test_a_rank_that_hardly_binds_changes_little_at_a_target():
    sample, _, _ = drawn(np.random.default_rng(4), 5_000, 2_000)
    whole, within = (rate(forecast_at_fpir(sample, 10_000, fpir=0.003, rank=rank).fnir) for rank in (None, 1))
    assert whole.value <= within.value < whole.value + 0.003
    assert (whole.is_beyond, within.is_beyond) == (False, False)


@pytest.mark.parametrize(("dispersion", "reaches"), [(0.0, 1_000), (1.0, 50_000_000)])
def test_a_miss_rate_by_rank_alone_needs_to_know_how_unlike_searches_are(dispersion, reaches):
    """5,000 searches: of a gallery 5,000 / 0.3 times as large 0.3 searches show the scores that decide, at rank 3."""
    sample = replace(drawn(np.random.default_rng(4), 5_000, 500)[0], dispersion=dispersion)
    found = rate(forecast_at_fpir(sample, 20_000, fpir=0.003, rank=3).rank_miss)
    assert found.supported == (1, reaches)
    assert found.is_beyond == (dispersion == 0)


def test_mates_behind_the_ends_of_lists_leave_it_undefined():
    """At a threshold that the ends of lists do not reach nobody is hidden, nor within a rank that the lists have."""
    sample, _, ahead = drawn(np.random.default_rng(5), 2_000, 2_000, mu=3.0)
    hidden = forecast_at_threshold(sample, 1_000, threshold=1.0)
    assert isinstance(hidden.fnir, Undefined)
    away = int(np.sum(np.isneginf(sample.mated) & (np.asarray(sample.mated_at_most) >= 1.0)))
    assert hidden.fnir.reason.startswith(f"in {away} of 2,000 mated searches the list ends at or above the threshold")
    assert rate(forecast_at_threshold(sample, 1_000, threshold=3.2).fnir).value > 0.5
    assert rate(forecast_at_threshold(sample, 1_000, threshold=1.0, rank=20).fnir).value == pytest.approx(
        np.mean((ahead >= 20) | (sample.mated < 1.0)), abs=0.003
    )
    assert isinstance(forecast_at_threshold(sample, 1_000, threshold=1.0, rank=21).fnir, Undefined)


def test_who_is_behind_the_end_may_come_forward_in_a_smaller_gallery():
    sample, mates, ahead = drawn(np.random.default_rng(6), 2_000, 2_000, length=1)
    assert np.any((mates >= 3.0) & (ahead >= 1))
    assert isinstance(forecast_at_threshold(sample, 900, threshold=3.0, rank=1).fnir, Undefined)
    rate(forecast_at_threshold(sample, 1_000, threshold=3.0, rank=1).fnir)


def written(folder, *, lowest=-np.inf, n=900, size=40, length=10):
    """Write whole rankings of a gallery of 40, cut at ``length`` and at ``lowest``; mates around 3 of strangers' 1."""
    rng = np.random.default_rng(8)
    lists, table = ["search_id,candidate_subject,rank,score"], ["search_id,subject,mated,gallery_size"]
    for search in range(2 * n):
        mated = search < n
        scores = rng.normal(size=size)
        scores[search % size] += 2.0 * mated
        table.append(f"{search},{f'p{search % size}' if mated else f'x{search}'},{int(mated)},{size}")
        order = np.argsort(-scores)[:length]
        lists += [f"{search},p{who},{i + 1},{scores[who]:.6f}" for i, who in enumerate(order) if scores[who] >= lowest]
    files = folder / "lists.csv", folder / "searches.csv"
    for file, lines in zip(files, (lists, table), strict=True):
        file.write_text("\n".join(lines) + "\n")
    return files


def asked(files, *options):
    lists, searches = files
    arguments = ["extrapolate", str(lists), "--searches", str(searches), *map(str, options), "--json"]
    return CliRunner().invoke(main, arguments)


def test_lists_from_a_file(tmp_path):
    files = written(tmp_path)
    found = json.loads(asked(files, "--to-gallery-size", 40, "--threshold", 1.5, "--rank", 3).stdout)["estimates"]
    assert [(one["metric"], one["rank"], one["threshold"]) for one in found] == [
        ("threshold", None, 1.5), ("fpir", None, 1.5), ("fnir", 3, 1.5), ("rank_miss", 3, None)
    ]  # fmt: skip
    counted = json.loads(
        CliRunner()
        .invoke(
            main,
            ["measure", str(files[0]), "--searches", str(files[1]), "--threshold", "1.5", "--rank", "3", "--json"],
        )
        .stdout
    )["estimates"]
    for metric in ("fnir", "rank_miss"):
        here, there = (next(e["value"] for e in rates if e["metric"] == metric) for rates in (found, counted))
        assert here == pytest.approx(there, abs=0.003)


def test_lists_that_hide_mates_or_are_cut(tmp_path):
    whole = asked(written(tmp_path), "--to-gallery-size", 100, "--threshold", 0.2)
    (fnir,) = (one for one in json.loads(whole.stdout)["estimates"] if one["metric"] == "fnir")
    assert fnir["value"] is None
    assert "the list ends at or above the threshold without the mate" in fnir["undefined"]
    cut = asked(written(tmp_path, lowest=1.0), "--to-gallery-size", 100, "--threshold", 0.9)
    assert "The lists were cut: none shows a score below 1.0" in str(cut.exception)
    reached = asked(written(tmp_path, lowest=1.0), "--to-gallery-size", 100, "--threshold", 1.5, "--rank", 10)
    assert [one["value"] is not None for one in json.loads(reached.stdout)["estimates"]] == [True, True, True, False]


def test_failed_searches_return_nobody_in_any_gallery():
    """A fifth of the non-mated searches failed: the hazard is that of the others, and FPIR ends below 0.8."""
    sample, _, _ = drawn(np.random.default_rng(7), 4_000, 1_000)
    failing = replace(sample, non_mated_failed=1_000)
    for threshold in (3.0, 4.2):
        whole, part = (forecast_at_threshold(one, 3_000, threshold=threshold, rank=3) for one in (sample, failing))
        assert part.fpir.value == pytest.approx(0.8 * whole.fpir.value, rel=0.01)
        assert rate(part.fnir).value == pytest.approx(rate(whole.fnir).value, rel=0.02)
        assert (whole.fpir.n, part.fpir.n) == (4_000, 5_000)
    one, other = (forecast_at_fpir(s, 3_000, fpir=f).threshold for s, f in ((sample, 0.01), (failing, 0.008)))
    assert one.value == pytest.approx(other.value, abs=1e-9)
    with pytest.raises(NotEstimableError, match=r"FPIR stays below 0\.8 at any threshold"):
        forecast_at_fpir(failing, 3_000, fpir=0.8)


def test_failed_searches_of_a_file_are_told_apart_from_empty_lists(tmp_path):
    lists, table = written(tmp_path)
    rows = table.read_text().splitlines()
    failed = [f"{row},{int(i % 2 == 0 and ',0,' in row)}" for i, row in enumerate(rows[1:])]
    table.write_text("\n".join([f"{rows[0]},failed", *failed]) + "\n")
    gone = {row.split(",")[0] for row in failed if row.endswith(",1")}
    kept = [row for row in lists.read_text().splitlines() if row.split(",")[0] not in gone]
    lists.write_text("\n".join(kept) + "\n")
    fpir = json.loads(asked((lists, table), "--to-gallery-size", 40, "--threshold", 2.4).stdout)["estimates"][1]
    assert fpir["n"] == 900
    assert fpir["value"] == pytest.approx(0.5 * (1 - norm.cdf(2.4) ** 40), abs=0.04)


def test_thresholds_are_compared_as_scores_are_stored():
    sample, _, _ = drawn(np.random.default_rng(8), 2_000, 2_000)
    coarse = [np.float32(np.round(scores, 1)).astype(np.float64) for scores in (sample.non_mated, sample.mated)]
    stored = replace(sample, non_mated=coarse[0], mated=coarse[1], as_float32=True)
    found = rate(forecast_at_threshold(stored, 1_000, threshold=3.3).fnir)
    at_or_below = np.mean(coarse[1] < np.float64(np.float32(3.35))), np.mean(coarse[1] < np.float64(np.float32(3.3)))
    assert at_or_below[0] - at_or_below[1] > 0.005  # those at the threshold itself
    assert found.value == pytest.approx(at_or_below[1], abs=0.002)


def test_a_rank_is_not_carried_where_nothing_tells_who_stands_before_a_mate():
    """Of best scores alone, searches taken to be alike: only who is first, in this gallery, is what was seen."""
    sample = replace(drawn(np.random.default_rng(9), 2_000, 1_000)[0], mated_ahead=None, mated_at_most=None)
    for size, rank, beyond in ((1_000, 1, False), (500, 1, True), (1_000, 5, True), (300, 5, True)):
        found = forecast_at_threshold(sample, size, threshold=4.0, rank=rank).rank_miss
        assert rate(found).is_beyond == beyond


def test_more_before_the_lowest_mates_than_best_scores_can_count_is_beyond_the_data():
    """Mates around 2, whom ten and more of a thousand score above: within rank 50 of 3,000 that decides."""
    sample = replace(drawn(np.random.default_rng(10), 5_000, 2_000, mu=2.8, length=50)[0], dispersion=0.1)
    found = rate(forecast_at_threshold(sample, 3_000, threshold=2.5, rank=50).rank_miss)
    assert found.is_beyond
    assert found.notes[0].startswith("Beyond what these data support: before the lowest mates stand more")
    assert not rate(forecast_at_threshold(sample, 300_000, threshold=2.5, rank=1).rank_miss).is_beyond


def test_lists_of_galleries_of_different_sizes_are_refused_whatever_size_is_given(tmp_path):
    lists, table = written(tmp_path)
    table.write_text(table.read_text().replace(",40\n", ",41\n", 5))
    for given in ((), ("--gallery-size", 40)):
        found = asked((lists, table), *given, "--to-gallery-size", 100, "--threshold", 1.5)
        assert "galleries of different sizes were searched, of 40 to 41 persons" in str(found.exception)


def test_mates_that_are_listed_without_a_score_are_refused(tmp_path):
    lists, table = written(tmp_path)
    rows = lists.read_text().splitlines()
    subject = dict(row.split(",")[:2] for row in table.read_text().splitlines())
    mates = [i for i, row in enumerate(rows) if subject[row.split(",")[0]] == row.split(",")[1]][1:4]
    for i in mates:
        rows[i] = rows[i].rpartition(",")[0] + ","
    lists.write_text("\n".join(rows) + "\n")
    found = asked((lists, table), "--to-gallery-size", 100, "--threshold", 1.5)
    assert f"{len(mates)} mates listed without a score" in str(found.exception)


def test_scores_that_are_missing_are_failures(tmp_path):
    """Best scores of which a fifth are missing: the law of the others, and FPIR of all."""
    rng = np.random.default_rng(11)
    best = -ndtri(-np.expm1(-rng.exponential(size=4_000) / 1_000))
    mates = rng.normal(3.5, 1, 3_000)
    file = tmp_path / "best.csv"
    rows = [f"0,{'' if i % 5 == 0 else f'{x:.6f}'}" for i, x in enumerate(best)] + [f"1,{x:.6f}" for x in mates]
    file.write_text("mated,score\n" + "\n".join(rows) + "\n")
    asked_ = ["extrapolate", str(file), "--gallery-size", "1000", "--to-gallery-size", "1000", "--threshold", "3.0"]
    _, fpir, _, rank_miss = json.loads(CliRunner().invoke(main, [*asked_, "--rank", "1", "--json"]).stdout)["estimates"]
    assert (fpir["n"], fpir["value"]) == (4_000, pytest.approx(0.8 * (1 - norm.cdf(3.0) ** 1_000), abs=0.02))
    z = np.linspace(-3, 10, 4_001)
    weights = np.exp(-((z - 3.5) ** 2) / 2)
    truth = weights @ (1 - norm.cdf(z) ** 1_000) / weights.sum()
    assert rank_miss["low"] < truth < rank_miss["high"]
    gone = tmp_path / "gone.csv"
    gone.write_text("mated,score\n0,\n0,\n1,2\n1,1\n")
    found = CliRunner().invoke(main, ["extrapolate", str(gone), *asked_[2:]])
    assert f"{gone}: all 2 non-mated trials failed" in str(found.exception)


def test_searches_that_returned_nobody_do_not_hide_that_candidates_cannot_be_counted():
    sample = replace(drawn(np.random.default_rng(10), 5_000, 2_000, mu=2.8, length=50)[0], dispersion=0.1)
    empty = replace(sample, non_mated=np.concatenate([sample.non_mated, np.full(100, -np.inf)]))
    for one in (sample, empty):
        assert rate(forecast_at_threshold(one, 3_000, threshold=2.5, rank=50).rank_miss).is_beyond


def test_a_miss_rate_by_rank_does_not_depend_on_the_operating_point():
    sample, _, _ = drawn(np.random.default_rng(12), 2_000, 1_000)
    alone = rank_miss_at(sample, 20_000, rank=3)
    for found in (
        forecast_at_fpir(sample, 20_000, fpir=0.003, rank=3), forecast_at_fpir(sample, 20_000, fpir=0.2, rank=3),
        forecast_at_threshold(sample, 20_000, threshold=4.0, rank=3),
    ):  # fmt: skip
        assert found.rank_miss == alone


def test_it_is_answered_where_the_threshold_for_an_fpir_cannot_be(tmp_path):
    files = written(tmp_path)
    asked_ = ("--to-gallery-size", 10**11, "--fpir", 0.01, "--dispersion", 1, "--rank", 1)
    found = json.loads(asked(files, *asked_).stdout)["estimates"]
    assert [one["value"] is None for one in found] == [True, True, True, False]
    assert found[3]["value"] > 0.5
