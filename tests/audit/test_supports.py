"""What a log supports beside findings: every count against rows written by hand."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from tests.audit.case_log import build_log

from baserate.audit.drift import find_drift, find_threshold_changes
from baserate.audit.facts import Facts, look_at
from baserate.audit.groups import LEAST, count_groups, hide_small
from baserate.audit.periods import Period, count_periods, unit_of
from baserate.audit.repeats import count_repeats
from baserate.audit.supports import estimates_json, what_is_supported
from baserate.audit.workload import count_workload


def facts_of(rows: list[dict[str, Any]], *, without: tuple[str, ...] = ()) -> Facts:
    return look_at(build_log({"search": rows}, "SD-1", without=without), emptiness=(), bounds=())


def day(number: int, **changes: Any) -> dict[str, Any]:
    return {"time_start_utc": f"2028-03-{number:02}T10:00:00Z", **changes}


def test_periods_hold_every_day_and_only_live_searches():
    alert = {"decision_shown": "match_single", "adjudicated_truth": "nonmated"}
    facts = facts_of([day(1, times=3), day(1, **alert), day(4, decision_shown="timeout"), day(2, mode="training")])
    assert unit_of(facts) == "hour"
    days = count_periods(facts, "day")
    assert [(p.start[:10], p.searches, p.alerts, p.no_answer, p.false_alerts) for p in days] == [
        ("2028-03-01", 4, 1, 0, 1),
        ("2028-03-02", 0, 0, 0, 0),
        ("2028-03-03", 0, 0, 0, 0),
        ("2028-03-04", 1, 0, 1, 0),
    ]
    assert sum(p.searches for p in count_periods(facts, "week")) == 5
    assert days[0].lowest_threshold == 0.7
    assert days[1].lowest_threshold is None


@pytest.mark.parametrize(("last", "unit"), [("2028-03-03", "hour"), ("2028-05-01", "day"), ("2029-05-01", "week"),
                                            ("2033-05-01", "month"), ("2058-05-01", "year")])  # fmt: skip
def test_the_unit_keeps_the_number_of_periods_readable(last, unit):
    facts = facts_of([day(1), {"time_start_utc": f"{last}T10:00:00Z"}])
    assert unit_of(facts) == unit
    assert len(count_periods(facts, unit)) <= 125


def test_thresholds_of_two_scales_are_not_mixed():
    rows = [day(1), day(1, threshold=40.0, threshold_scale="vendor")]
    (period,) = count_periods(facts_of(rows), "day")
    assert (period.lowest_threshold, period.highest_threshold, period.threshold_scales) == (None, None, 2)


def test_a_changed_threshold_is_told_with_its_period():
    rows = [day(1), day(2), day(3, threshold=0.6), day(5, threshold=0.6), day(3, system_id="sys-b")]
    (change,) = find_threshold_changes(facts_of(rows), "day")
    assert (change.system, change.start[:10], change.before, change.after) == ("sys-a", "2028-03-03", (0.7,), (0.6,))


def test_workload_is_a_distribution_and_names_nobody():
    rows = [day(1, operator_pid=f"op_{i}", times=i) for i in range(1, 7)] + [day(2, operator_pid="op_6")]
    loads = {load.per: load for load in count_workload(facts_of(rows))}
    operators = loads["operator"]
    assert (operators.units, operators.searches, operators.unassigned) == (6, 22, 0)
    assert (operators.least, operators.median, operators.most) == (1, 3, 7)
    assert loads["operator and day of use"].units == 7
    assert (loads["day of use"].least, loads["day of use"].most) == (1, 21)
    assert loads["agency"].median is None
    assert "fewer than 5" in loads["agency"].undefined
    assert "op_" not in str(list(loads.values()))


def test_workload_of_a_few_or_of_nobody_is_withheld():
    few = {load.per: load for load in count_workload(facts_of([day(1, operator_pid=f"op_{i}") for i in range(4)]))}
    assert few["operator and day of use"].most is None
    nobody = {load.per: load for load in count_workload(facts_of([day(1)], without=("operator_pid",)))}
    assert nobody["operator"].undefined == "no live search has operator_pid"
    assert nobody["operator"].unassigned == 1


def test_repeats_within_an_encounter():
    hit = {"decision_shown": "match_single"}
    rows = [
        day(1, encounter_pid="a"),
        day(1, encounter_pid="b"), day(1, encounter_pid="b", attempt_no=2, **hit),
        day(1, encounter_pid="c", **hit), day(1, encounter_pid="c", attempt_no=2),
        *[day(1, encounter_pid="d", attempt_no=n) for n in range(1, 8)],
        day(1, encounter_pid="null"),
    ]  # fmt: skip
    found = count_repeats(facts_of(rows))
    assert (found.encounters, found.searches, found.without_encounter) == (4, 12, 1)
    assert found.by_searches == ((1, 1), (2, 2), (5, 1))
    assert (found.alerted, found.both_answers, found.match_after_none) == (2, 2, 1)
    assert count_repeats(facts_of(rows, without=("attempt_no",))).match_after_none is None
    assert count_repeats(facts_of(rows, without=("encounter_pid",))).undefined


def test_groups_hide_small_cells_and_what_would_give_them_away():
    rows = [day(1, group_sex="female", times=6), day(1, group_sex="male", times=7), day(1, group_sex="unknown")]
    rows += [day(1, group_sex="male", decision_shown="match_single", times=3)]
    found = [row for row in count_groups(facts_of(rows), least=3) if row.attribute == "group_sex"]
    # One search without a group is hidden, and with it the next smallest. That none of it was an alert says no more.
    assert [(row.group, row.searches, row.alerts) for row in found] == [
        ("female", None, 0), ("male", 10, 3), ("not recorded", None, 0)
    ]  # fmt: skip
    assert [row.alert_rate is None for row in found] == [True, False, True]
    shown = [row for row in count_groups(facts_of(rows[:2] + rows[3:]), least=3) if row.attribute == "group_sex"]
    assert [(row.searches, row.alerts) for row in shown] == [(6, 0), (10, 3)]
    assert shown[1].alert_rate is not None
    assert shown[1].alert_rate[0] < 0.3 < shown[1].alert_rate[1]
    ages = [row for row in count_groups(facts_of(rows)) if row.attribute == "group_age_band"]
    assert [row.undefined for row in ages] == ["no live search has group_age_band"]
    many = [day(1, group_sex=f"s{i}") for i in range(31)]
    assert "more than 30 values" in next(iter(count_groups(facts_of(many)))).undefined


def reader_range(rows: np.ndarray, shown: np.ndarray, cell: np.ndarray) -> tuple[float, float]:
    """How far a reader of the shown counts (NaN where hidden) and of the totals can narrow a sum of kinds of searches.

    A group's searches are of four kinds: no alert, alert never adjudicated, adjudicated as right, adjudicated as false.
    """
    n_groups = len(rows)
    parts = np.kron(np.eye(n_groups), np.triu(np.ones((4, 4))))  # searches, alerts, adjudicated, false of each group
    totals = np.tile(np.triu(np.ones((4, 4))), n_groups)
    hidden = np.isnan(shown.ravel())
    zeros_shown = ((shown == 0) & (rows.sum(axis=0) > 0)).any()  # so that a hidden count is none
    equal = np.vstack([parts[~hidden], totals]), np.concatenate([rows.ravel()[~hidden], rows.sum(axis=0)])
    above = (-parts[hidden], np.full(hidden.sum(), -1.0 if zeros_shown else 0.0))
    low, high = (linprog(sign * cell, A_ub=above[0], b_ub=above[1], A_eq=equal[0], b_eq=equal[1]) for sign in (1, -1))
    assert low.fun is not None
    assert high.fun is not None
    return low.fun, -high.fun


@settings(max_examples=60)
@given(st.lists(st.lists(st.sampled_from([0, 0, 1, 4, 9, 10, 15, 60]), min_size=4, max_size=4), min_size=2, max_size=4))
def test_hidden_counts_cannot_be_worked_out_from_totals_and_parts(kinds):
    rows = np.array(kinds)[:, ::-1].cumsum(axis=1)[:, ::-1]
    shown = np.array(hide_small(rows.tolist()), dtype=float)
    assert ((shown == rows) | np.isnan(shown)).all()
    assert not ((shown > 0) & (shown < LEAST)).any()
    for g, i in np.ndindex(rows.shape):
        for ends in {4, i + 1}:  # a count, and what the next one leaves of it
            total, count = np.array(kinds)[:, i:ends].sum(), np.array(kinds)[g, i:ends].sum()
            if 0 < count < LEAST:
                cell = np.zeros(4 * len(rows))
                cell[4 * g + i : 4 * g + ends] = 1
                low, high = reader_range(rows, shown, cell)
                assert low <= 1 + 1e-6
                assert high >= min(LEAST, total) - 1e-6


def periods(alerts: list[int], searches: list[int]) -> list[Period]:
    return [
        Period(unit="day", start=f"2028-03-{i:02}T00:00:00", searches=n, alerts=k, unclear=0, no_answer=0,
               adjudicated_alerts=0, false_alerts=0)
        for i, (k, n) in enumerate(zip(alerts, searches, strict=True), start=1)
    ]  # fmt: skip


def test_a_change_is_placed_and_counted_on_both_sides():
    alerts = [2, 1, 3, 2, 1, 2, 2, 1, 12, 14, 11, 13, 15, 12, 11, 14]
    drifts, (change,) = find_drift(periods(alerts, [100] * 16))
    assert change.start == "2028-03-09T00:00:00"
    assert (change.before_count, change.before_of, change.after_count, change.after_of) == (14, 800, 102, 800)
    assert change.before[1] < change.after[0]
    assert change.p_value <= change.level < 0.05
    assert [drift.changes for drift in drifts] == [1, 0, 0]


def test_what_cannot_be_searched_for_changes_says_why():
    drift, _, _ = find_drift(periods([0] * 8, [10] * 8))[0]
    assert drift.undefined == "nothing to compare: none in every period"
    drift, _, _ = find_drift(periods([1, 2, 1], [10] * 3))[0]
    assert drift.undefined == "3 periods have anything to count, and 6 are needed"
    assert find_drift([])[0][0].p_value is None


def test_every_estimate_says_its_kind():
    found = what_is_supported(build_log({"search": [day(1), day(2)]}, "SD-1"))
    kinds = {entry["kind"] for entry in estimates_json(found)}
    assert {"share", "bounds", "workload", "repeats", "group", "drift", "period"} <= kinds
