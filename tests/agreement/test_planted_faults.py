"""The loop closed: what is planted in a simulated log is what the audit finds, and its bounds hold the truth."""

from functools import partial
from pathlib import Path

import duckdb
import pytest
from scipy.stats import binom

from baserate.audit.bounds import estimate
from baserate.audit.integrity import check_integrity
from baserate.audit.packs import PACKS
from baserate.audit.run import audit
from baserate.errors import InputError
from baserate.inputs.logs import read_log
from baserate.models.encounters import CHUNK
from baserate.models.planting import FAULTS, PLAIN, Plan, Planted, read_faults
from baserate.models.scenario import load_scenario, override
from baserate.models.simulate import simulate

SEARCHES, RATE = 2_000, 0.1
# Enough matches and actions for every fault to have rows that can have it.
SETTINGS = ["population.flagged_share=0.3", "population.enrolled_share=0.9", "policy.action_share=1.0",
            "policy.review.reviewers=1", "galleries.traveler_faces.flagged_share=0.05"]  # fmt: skip


def scenario():
    return override(load_scenario("mobile-fortify"), SETTINGS)


PACK_OF = {rule.id: pack for pack, rules in PACKS.items() for rule in rules}


def said(folder: Path, names: tuple[str, ...]) -> dict[str, tuple[str, int]]:
    """Status and count of integrity checks and rules; of a rule that does not bind, what it would say."""
    log, packs = read_log(folder), {PACK_OF[name] for name in names if name in PACK_OF}
    found: dict[str, tuple[str, int]] = {
        f.rule: (f.if_applied or f.status, f.count or 0) for f in audit(log, packs=sorted(packs))
    }
    if not set(names) <= set(PACK_OF):
        found |= {c.check: (c.status, c.count or 0) for c in check_integrity(log)}
    return found


def planted(folder: Path) -> int:
    files = str(folder / "planted" / "*.parquet")
    return duckdb.execute("SELECT count(*) FROM read_parquet(?)", [files]).fetchall()[0][0]


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, int]]:
    folder = tmp_path_factory.mktemp("clean") / "log"
    simulate(scenario(), searches=SEARCHES, seed=5, log_folder=folder, plan=Plan(chain=True))
    return said(folder, tuple(name for fault in FAULTS for name in fault.found_by))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_every_planted_fault_is_found_and_counted(fault, clean, tmp_path):
    folder = tmp_path / "log"
    plan = Plan((Planted(fault.name, RATE),))
    simulate(scenario(), searches=SEARCHES, seed=5, log_folder=folder, plan=plan)
    found = said(folder, fault.found_by)
    n = planted(folder) if plan.marks_rows else 1
    assert n > 0
    for name in fault.found_by:
        assert found[name][0] == "fail", (name, found[name])
        assert found[name][1] >= n or fault.kind in ("dropped", "claim"), (name, found[name], n)
        assert clean[name][0] != "fail" or clean[name][1] + n <= found[name][1], (name, clean[name], found[name])


def test_missing_rows_are_counted_to_the_row(tmp_path):
    folder = tmp_path / "log"
    simulate(scenario(), searches=SEARCHES, seed=5, log_folder=folder, plan=Plan((Planted("missing-row", RATE),)))
    (gaps,) = [c for c in check_integrity(read_log(folder)) if c.check == "sequence-gaps"]
    kept = duckdb.execute("SELECT count(*), max(seq) FROM read_parquet(?)", [str(folder / "search_event/*.parquet")])
    ((n, last),) = kept.fetchall()
    assert n + planted(folder) == SEARCHES
    assert last - n <= planted(folder)  # rows that are missing at the end leave no hole
    assert gaps.status == "fail"


def test_a_plan_without_anything_leaves_the_log_as_it_was(tmp_path):
    for name, plan in (("plain", PLAIN), ("none", Plan(()))):
        simulate(scenario(), searches=1_000, seed=2, log_folder=tmp_path / name, plan=plan)
    one, two = (sorted(p.relative_to(tmp_path / n) for p in (tmp_path / n).rglob("*")) for n in ("plain", "none"))
    assert one == two


def test_the_same_faults_on_any_number_of_processes(tmp_path):
    plan = Plan((Planted("missing-row", 0.01), Planted("no-location", 0.1)), 0.5, 0.1)
    run = partial(simulate, scenario(), searches=CHUNK + 1_000, seed=4, plan=plan)
    files = [run(log_folder=tmp_path / str(workers), workers=workers).files for workers in (1, 2)]
    assert files[0] == files[1]


def true_rates(folder: Path) -> dict[str, float]:
    """The rates among the live searches of a log, from what the simulation knows."""
    rows = duckdb.execute(
        "SELECT l.decision_shown IN ('match_single', 'candidate_list') AS alert, t.mated, t.right_shown "
        "FROM read_parquet(?) l JOIN read_parquet(?) t USING (seq) WHERE l.mode = 'live'",
        [str(folder / "search_event/*.parquet"), str(folder / "truth/*.parquet")],
    ).fetchall()
    strangers = [alert for alert, mated, _ in rows if not mated]
    enrolled = [alert and right for alert, mated, right in rows if mated]
    alerts = [right for alert, _, right in rows if alert]
    return {
        "false_positive_identification_rate": sum(strangers) / len(strangers),
        "false_negative_identification_rate": 1 - sum(enrolled) / len(enrolled),
        "precision": sum(alerts) / len(alerts),
    }


def test_bounds_hold_the_true_rates_and_intervals_cover_them(tmp_path):
    """Bounds hold always; intervals, under their assumption, as often as they say."""
    chosen = override(scenario(), ["policy.gate=none", "policy.threshold.fpir_target=0.01"])
    inside = of = 0
    for seed in range(10):
        folder = tmp_path / str(seed)
        simulate(chosen, searches=1_000, seed=seed, log_folder=folder, plan=Plan((), 0.6, 0.3))
        true = true_rates(folder)
        for bound in estimate(read_log(folder))[1]:
            rate = true[bound.metric]
            assert bound.low is not None
            assert bound.high is not None
            assert bound.low - 1e-12 <= rate <= bound.high + 1e-12, bound.metric
            if bound.interval is not None:
                of += 1
                inside += bound.interval[0] - 1e-12 <= rate <= bound.interval[1] + 1e-12
    assert of > 12
    assert inside >= binom.ppf(0.001, of, 0.95)  # fewer would come by chance once in a thousand such tests


@pytest.mark.parametrize(
    ("given", "code"),
    [("nothing=0.1", "no-such-fault"), ("no-location", "not-a-rate"), ("no-location=2", "not-a-rate"),
     ("no-location=nan", "not-a-rate")],
)  # fmt: skip
def test_faults_that_are_none_are_all_told(given, code):
    with pytest.raises(InputError) as error:
        read_faults([given, "no-location=0.1", "no-location=0.2"])
    assert {problem.code for problem in error.value.problems} == {code, "fault-repeated"}
