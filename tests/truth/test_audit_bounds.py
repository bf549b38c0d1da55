"""Bounds against every completion of the open rows; published totals; coverage of the intervals."""

from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baserate.audit.bounds import AlertTotals, SearchTotals, alert_shares, error_bounds
from baserate.audit.packs.uk.uk04_false_alert_ceiling import upper_bound

FEW = st.integers(0, 3)
# Home Office, live facial recognition at Holyhead, 10 to 29 November 2025 (gov.uk): alerts, incorrect ones, faces seen.
HOLYHEAD = [(0, 0, 2038), (0, 0, 1083), (1, 0, 450), (0, 0, 144), (1, 0, 2214), (0, 0, 523), (0, 0, 233), (0, 0, 827)]


def completions(t: SearchTotals) -> Iterator[tuple[float | None, float | None, float | None]]:
    """Every way in which the open rows could turn out, as (FPIR, FNIR, precision), None where a rate is 0/0."""
    for true, wrong in product(range(t.alert_open + 1), repeat=2):
        if true + wrong > t.alert_open:
            continue
        nonmated = t.alert_open - true - wrong
        for mated in range(t.quiet_open + 1):
            fp, neg = t.alert_nonmated + nonmated, t.quiet_nonmated + t.quiet_open - mated
            miss, hit = t.quiet_mated + mated + t.alert_wrong + wrong, t.alert_true + true
            yield (
                fp / (fp + neg) if fp + neg else None,
                miss / (miss + hit) if miss + hit else None,
                hit / t.alerts if t.alerts else None,
            )


@settings(max_examples=200)
@given(st.builds(SearchTotals, alert_true=FEW, alert_wrong=FEW, alert_nonmated=FEW, alert_open=FEW, quiet_mated=FEW,
                 quiet_nonmated=FEW, quiet_open=FEW))  # fmt: skip
def test_bounds_are_the_extremes_over_all_completions(totals):
    every = list(completions(totals))
    for i, bound in enumerate(error_bounds(totals)):
        values = [value for row in every if (value := row[i]) is not None]
        if bound.undefined:
            assert (bound.low, bound.high, bound.interval) == (None, None, None)
            continue
        assert (bound.low, bound.high) == pytest.approx((min(values), max(values)))
        if bound.interval is not None:
            assert bound.low is not None
            assert bound.high is not None
            assert bound.low <= bound.interval[0] <= bound.interval[1] <= bound.high


def test_with_everything_adjudicated_the_bounds_meet():
    totals = SearchTotals(alert_true=6, alert_wrong=0, alert_nonmated=4, alert_open=0, quiet_mated=2,
                          quiet_nonmated=88, quiet_open=0)  # fmt: skip
    fpir, fnir, precision = error_bounds(totals)
    assert (fpir.low, fpir.high, fpir.interval) == (4 / 92, 4 / 92, (4 / 92, 4 / 92))
    assert (fnir.low, fnir.high) == (2 / 8, 2 / 8)
    assert (precision.low, precision.high) == (0.6, 0.6)


def test_bounds_always_hold_the_truth_and_intervals_cover():
    """Random adjudication within alerts and within the rest, which is what the interval assumes."""
    rng = np.random.default_rng(20261122)
    covered = np.zeros(3)
    runs = 400
    for _ in range(runs):
        true, nonmated = rng.binomial(60, 0.7), rng.binomial(900, 0.05)
        missed, quiet = 60 - true, 900 - nonmated
        seen = [rng.hypergeometric(true, nonmated, (true + nonmated) // 3), rng.hypergeometric(missed, quiet, 300)]
        known_alerts, known_quiet = (true + nonmated) // 3, 300
        totals = SearchTotals(
            alert_true=int(seen[0]), alert_wrong=0, alert_nonmated=int(known_alerts - seen[0]),
            alert_open=int(true + nonmated - known_alerts), quiet_mated=int(seen[1]),
            quiet_nonmated=int(known_quiet - seen[1]), quiet_open=int(missed + quiet - known_quiet),
        )  # fmt: skip
        truth = (nonmated / 900, missed / 60, true / (true + nonmated))
        for i, (bound, value) in enumerate(zip(error_bounds(totals), truth, strict=True)):
            if bound.undefined:
                covered[i] += 1
                continue
            assert bound.low is not None
            assert bound.high is not None
            assert bound.interval is not None
            assert bound.low - 1e-12 <= value <= bound.high + 1e-12
            covered[i] += bound.interval[0] - 1e-12 <= value <= bound.interval[1] + 1e-12
    assert (covered / runs >= 0.95).all(), covered / runs


def test_both_published_figures_of_holyhead():
    alerts, false, faces = (sum(column) for column in zip(*HOLYHEAD, strict=True))
    shares = {s.name: s for s in alert_shares(AlertTotals(alerts=alerts, false_alerts=false, faces_seen=faces))}
    assert shares["false alerts per face seen"].range == (0.0, 0.0)
    assert shares["false alerts per alert"].range == (0.0, 0.0)
    assert (shares["false alerts per face seen"].of, shares["false alerts per alert"].of) == (7512, 2)
    assert shares["alerts per face seen"].low == 2
    # Over 7,512 faces none is some evidence; over two alerts it is next to none.
    assert upper_bound(false, faces) < 0.001
    assert upper_bound(false, alerts) == pytest.approx(1 - 0.05**0.5)


def test_the_same_table_gives_one_in_a_thousand_and_one_in_five():
    totals = AlertTotals(alerts=10, false_alerts=2, open_alerts=0, faces_seen=2000)
    shares = {s.name: s.range for s in alert_shares(totals)}
    assert shares["false alerts per face seen"] == (0.001, 0.001)
    assert shares["false alerts per alert"] == (0.2, 0.2)


def test_open_alerts_widen_a_share():
    (*_, per_alert) = alert_shares(AlertTotals(alerts=10, false_alerts=2, open_alerts=3, faces_seen=None))
    assert (per_alert.low, per_alert.high) == (2, 5)
    assert alert_shares(AlertTotals(alerts=0, false_alerts=0))[-1].undefined == "there were no alerts"


def test_upper_bound_is_the_exact_binomial():
    from scipy.stats import binomtest

    for count, of in ((0, 7512), (3, 1000), (1, 1)):
        expected = binomtest(count, of, alternative="less").proportion_ci(0.95, method="exact").high
        assert upper_bound(count, of) == pytest.approx(expected)
