"""Planted faults of every kind are found, with the rows they were planted in; a clean log passes every check."""

# ruff: noqa: S608 - SQL over files that the tests make
import json
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.inputs.log_rows import rows, write_csv

from baserate.audit.integrity import check_integrity, check_published, row_digest, write_chain
from baserate.audit.integrity.finding import IntegrityFinding
from baserate.inputs.log_formats.live_table import read_deployments
from baserate.inputs.logs import read_log

Row = dict[str, str]
N = 24
COLUMNS = ("event_id", "seq", "prev_hash", "row_hash", "amends_seq", "mode", "system_id", "time_start_utc",
           "time_end_utc", "encounter_pid", "attempt_no", "purpose_code", "threshold", "outcome", "outcome_time_utc",
           "n_returned")  # fmt: skip


def clean(n: int = N) -> list[Row]:
    """Two systems that take turns, each with its own numbers."""
    made = rows(n, system_id=lambda i: f"sys-{i % 2}", seq=lambda i: i // 2 + 1)
    return [{column: row[column] for column in COLUMNS} | {"prev_hash": "", "row_hash": ""} for row in made]


def chained(folder: Path, made: list[Row]) -> list[Row]:
    """The rows with their hashes, by way of the Parquet file that write_chain makes."""
    out = folder / "chained.parquet"
    write_chain(write_csv(folder / "plain.csv", made), out)
    found = duckdb.connect().execute(f"SELECT prev_hash, row_hash FROM '{out}'").fetchall()
    return [row | {"prev_hash": p, "row_hash": h} for row, (p, h) in zip(made, found, strict=True)]


def check(folder: Path, made: list[Row], manifest: dict[str, Any] | None = None) -> dict[str, IntegrityFinding]:
    path = write_csv(folder / "log.csv", made)
    (folder / "m.json").write_text(json.dumps(manifest or {}))
    return {finding.check: finding for finding in check_integrity(read_log(path, folder / "m.json"))}


def failed(found: dict[str, IntegrityFinding]) -> set[str]:
    return {name for name, finding in found.items() if finding.status == "fail"}


# --- faults: (rows, index) -> (faulty rows, check that must fail, rows it must name) --------------------------------


def drop(made: list[Row], i: int) -> tuple[list[Row], dict[str, set[int]]]:
    left = made[:i] + made[i + 1 :]
    after = next((j for j in range(i, len(left)) if left[j]["system_id"] == made[i]["system_id"]), None)
    return left, {} if after is None else {"sequence-gaps": {after + 1}, "chain-links": {after + 1}}


def alter(made: list[Row], i: int) -> tuple[list[Row], dict[str, set[int]]]:
    made[i]["threshold"] = "0.63"
    return made, {"chain-altered": {i + 1}}


def rehash(made: list[Row], i: int) -> tuple[list[Row], dict[str, set[int]]]:
    """Alter a row and give it the right hash: the next row of that system no longer follows it."""
    made[i]["threshold"] = "0.63"
    follower = next((j for j in range(i + 1, len(made)) if made[j]["system_id"] == made[i]["system_id"]), None)
    typed: dict[str, Any] = {key: value for key, value in made[i].items() if value and key not in ("seq", "attempt_no")}
    typed |= {key: datetime.fromisoformat(made[i][key]) for key in ("time_start_utc", "time_end_utc")}
    typed |= {"seq": int(made[i]["seq"]), "attempt_no": int(made[i]["attempt_no"]), "threshold": 0.63,
              "n_returned": int(made[i]["n_returned"])}  # fmt: skip
    made[i]["row_hash"] = row_digest(made[i]["prev_hash"], typed)
    return made, {} if follower is None else {"chain-links": {follower + 1}}


def swap(made: list[Row], i: int) -> tuple[list[Row], dict[str, set[int]]]:
    j = i + 2 if i + 2 < len(made) else i - 2
    made[i], made[j] = made[j], made[i]
    return made, {"sequence-order": {max(i, j) + 1}}


def renumber(made: list[Row], i: int) -> tuple[list[Row], dict[str, set[int]]]:
    """Swap two rows of a system and their numbers, so that only the chain can tell."""
    j = i + 2 if i + 2 < len(made) else i - 2
    made[i]["seq"], made[j]["seq"] = made[j]["seq"], made[i]["seq"]
    made[i], made[j] = made[j], made[i]
    return made, {"chain-altered": {i + 1, j + 1}, "chain-links": {i + 1, j + 1}}


def repeat_number(made: list[Row], i: int) -> tuple[list[Row], dict[str, set[int]]]:
    j = i + 2 if i + 2 < len(made) else i - 2
    made[j]["seq"] = made[i]["seq"]
    return made, {"sequence-repeated": {i + 1, j + 1}, "chain-altered": {j + 1}}


def unnumber(made: list[Row], i: int) -> tuple[list[Row], dict[str, set[int]]]:
    made[i]["seq"] = ""
    return made, {"sequence-unnumbered": {i + 1}}


def copy(made: list[Row], i: int) -> tuple[list[Row], dict[str, set[int]]]:
    return [*made, dict(made[i])], {"duplicate-event": {i + 1, len(made) + 1}}


def copy_as_new(made: list[Row], i: int) -> tuple[list[Row], dict[str, set[int]]]:
    fresh = made[i] | {"event_id": "ev_copied_one"}
    return [*made, fresh], {"duplicate-capture": {i + 1, len(made) + 1}}


def end_before_start(made: list[Row], i: int) -> tuple[list[Row], dict[str, set[int]]]:
    made[i]["time_end_utc"] = "2026-02-27T00:00:00Z"
    return made, {"clock-within-row": {i + 1}}


def outcome_before_start(made: list[Row], i: int) -> tuple[list[Row], dict[str, set[int]]]:
    made[i]["outcome_time_utc"] = "2026-02-27T00:30:00Z"
    return made, {"clock-within-row": {i + 1}}


def clock_back(made: list[Row], i: int) -> tuple[list[Row], dict[str, set[int]]]:
    j = max(i, 2)
    made[j]["time_start_utc"] = "2025-12-31T00:00:00Z"
    return made, {"clock-between-rows": {j + 1}}


def test_as_use(made: list[Row], i: int) -> tuple[list[Row], dict[str, set[int]]]:
    made[i]["purpose_code"] = "audit_test"
    return made, {"test-counted-as-use": {i + 1}}


def use_as_test(made: list[Row], i: int) -> tuple[list[Row], dict[str, set[int]]]:
    made[i] |= {"mode": "training", "outcome": "detained"}
    return made, {"use-counted-as-test": {i + 1}}


def no_mode(made: list[Row], i: int) -> tuple[list[Row], dict[str, set[int]]]:
    made[i]["mode"] = "unknown"
    return made, {"mode-unknown": {i + 1}}


def amend_nothing(made: list[Row], i: int) -> tuple[list[Row], dict[str, set[int]]]:
    made[i]["amends_seq"] = "999"
    return made, {"amendment-of-nothing": {i + 1}}


test_as_use.__test__ = False  # type: ignore[attr-defined]
FAULTS = [drop, alter, rehash, swap, renumber, repeat_number, unnumber, copy, copy_as_new, end_before_start,
          outcome_before_start, clock_back, test_as_use, use_as_test, no_mode, amend_nothing]  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    return chained(tmp_path_factory.mktemp("chain"), clean())


def test_a_clean_log_passes_everything(tmp_path, whole):
    found = check(tmp_path, whole)
    assert failed(found) == set()
    passed = {name for name, finding in found.items() if finding.status == "pass"}
    assert {"sequence-gaps", "sequence-order", "chain-altered", "chain-links", "duplicate-capture"} <= passed
    assert found["chain-links"].of == N
    assert all(finding.cannot_show for finding in found.values())


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
@pytest.mark.parametrize("index", [7, N - 1])
def test_planted_faults_are_found_with_their_rows(tmp_path, whole, fault, index):
    made, expected = fault([dict(row) for row in whole], index)
    found = check(tmp_path, made)
    for name, where in expected.items():
        assert found[name].status == "fail", name
        assert where <= set(found[name].rows), (name, found[name])
        every = read_log(tmp_path / "log.csv").connection.execute(f"SELECT row FROM ({found[name].query})").fetchall()
        assert where <= {row for (row,) in every}


@given(st.lists(st.tuples(st.sampled_from(["alter", "no_mode", "end_before_start"]), st.integers(0, N - 1)), min_size=1,
                max_size=6, unique_by=lambda f: f[1]))  # fmt: skip
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_many_faults_at_once_are_found_exactly(tmp_path, whole, planted):
    """Whatever is altered in place: the chain names exactly the rows altered, each other check its own."""
    made = [dict(row) for row in whole]
    for name, index in planted:
        globals()[name](made, index)
    found = check(tmp_path, made)
    assert set(found["chain-altered"].rows) == {index + 1 for _, index in planted}
    for name, verdict in (("no_mode", "mode-unknown"), ("end_before_start", "clock-within-row")):
        assert set(found[verdict].rows) == {index + 1 for fault, index in planted if fault == name}


def test_gaps_are_counted_and_known_gaps_are_excused(tmp_path):
    made = [row for row in clean(60) if not (row["system_id"] == "sys-0" and row["seq"] in ("5", "6", "20"))]
    found = check(tmp_path, made)["sequence-gaps"]
    assert (found.status, found.count, len(found.rows)) == ("fail", 3, 2)
    known = [{"system_id": "sys-0", "seq_first": 4, "seq_last": 6, "reason": "power"}]
    assert check(tmp_path, made, {"known_gaps": known})["sequence-gaps"].count == 1
    known += [{"system_id": "sys-0", "seq_first": 20, "seq_last": 20, "reason": "power"}]
    assert check(tmp_path, made, {"known_gaps": known})["sequence-gaps"].status == "pass"
    beginning = [row for row in clean(60) if row["seq"] not in ("1", "2")]
    assert check(tmp_path, beginning)["sequence-gaps"].count == 4


def test_what_a_chain_cannot_show_a_deposited_head_does(tmp_path, whole):
    cut = whole[:-4]
    heads = [{"system_id": "sys-1", "seq": N // 2, "row_hash": whole[-1]["row_hash"]}]
    found = check(tmp_path, cut)
    assert failed(found) == set()  # rows cut off at the end leave no trace in numbers or chain
    assert "cut off at the end" in found["chain-links"].cannot_show
    assert check(tmp_path, cut, {"chain_heads": heads})["chain-heads"].status == "fail"
    assert check(tmp_path, whole, {"chain_heads": heads})["chain-heads"].status == "pass"
    rewritten = chained(tmp_path, [row | {"threshold": "0.5"} for row in clean()])
    found = check(tmp_path, rewritten, {"chain_heads": heads})
    assert failed(found) == {"chain-heads"}  # the whole chain was rewritten: only the head tells
    assert found["chain-heads"].rows == (N,)


def test_repeated_captures_of_an_encounter_are_no_duplicates(tmp_path):
    made = [row | {"encounter_pid": f"en_{i // 3}", "attempt_no": str(i % 3 + 1)} for i, row in enumerate(clean())]
    assert check(tmp_path, made)["duplicate-capture"].status == "pass"


def test_missing_columns_are_cannot_tell_and_never_a_pass(tmp_path):
    found = check(tmp_path, [{"event_id": f"ev_{i}x"} for i in range(5)])
    assert found["duplicate-event"].status == "pass"
    rest = {
        name: finding for name, finding in found.items() if name not in ("duplicate-event", "chain-heads", "claims")
    }
    assert {finding.status for finding in rest.values()} == {"cannot_tell"}
    unused = check(tmp_path, clean())
    assert {unused[name].status for name in ("amendment-of-nothing", "use-counted-as-test")} == {"not_applicable"}
    assert unused["chain-altered"].status == "cannot_tell"  # the columns are there, no row holds a hash
    assert "seq" in found["sequence-gaps"].reason


def test_side_tables_are_held_against_the_searches(tmp_path):
    write_csv(tmp_path / "search_event.csv", clean())
    reviews = rows(
        2, "review", event_id=lambda i: ["ev_00000003z", "ev_gone"][i], review_time_utc="2026-02-01T00:00:00Z"
    )
    write_csv(tmp_path / "review.csv", reviews)
    found = {finding.check: finding for finding in check_integrity(read_log(tmp_path))}
    assert (found["review-of-nothing"].rows, found["review-of-nothing"].table) == ((2,), "review")
    assert found["clock-review"].rows == (1,)
    assert "disclosure-of-nothing" not in found


# --- totals that were claimed ---------------------------------------------------------------------------------------


def claim(totals: dict[str, Any]) -> dict[str, Any]:
    report = {"title": "Report", "period_start": "2026-03-01", "period_end": "2026-03-31", "totals": totals}
    return {"annual_reports": [report]}


def test_claimed_totals_are_recounted(tmp_path):
    made = clean()
    for i in (0, 5, 9):
        made[i]["mode"] = "training"
    found = check(tmp_path, made, claim({"searches": N - 3, "arrests": 2, "visits": 7}))
    assert found["claim-searches"].status == "pass"
    assert (found["claim-arrests"].status, found["claim-arrests"].count) == ("fail", 2)
    assert found["claim-visits"].status == "cannot_tell"
    found = check(tmp_path, made, claim({"searches": N}))
    assert found["claim-searches"].count == 3
    assert "counted as use" in found["claim-searches"].reason
    assert check(tmp_path, made)["claims"].status == "not_applicable"


def test_parts_of_a_claim_are_recounted_and_summed(tmp_path):
    made = clean()
    made[0]["purpose_code"] = "victim"
    parts = {"status_check": N - 1, "victim": 1}
    found = check(tmp_path, made, claim({"searches": N, "purpose_code": parts}))
    assert failed(found) == set()
    found = check(tmp_path, made, claim({"searches": N, "purpose_code": {"status_check": N - 2, "victim": 1}}))
    assert failed(found) == {"claim-by-purpose_code", "claim-by-purpose_code-sum"}
    assert found["claim-by-purpose_code-sum"].count == 1


def test_published_figures_that_disagree_are_findings(tmp_path):
    (tmp_path / "t.csv").write_text(
        "faces_seen,total_alerts,positive_alerts,incorrect_alerts,incorrect_alert_rate\n"
        "1000,12,10,2,0.002\n1000,12,10,3,0.003\n1000,12,10,2,0.02\n"
    )
    found = {finding.check: finding for finding in check_published(read_deployments(tmp_path / "t.csv"))}
    assert (found["published-parts-do-not-sum"].rows, found["published-parts-do-not-sum"].of) == ((2,), 3)
    assert found["published-rate-does-not-follow"].rows == (3,)
    assert found["published-part-above-whole"].status == "pass"
    holyhead = Path(__file__).parents[2] / "data" / "logs" / "uk_holyhead_2025.csv"
    assert {finding.status for finding in check_published(read_deployments(holyhead))} == {"pass"}


# --- the chain itself -----------------------------------------------------------------------------------------------


def test_a_chain_made_by_hand_is_the_chain_that_is_written(tmp_path):
    made = [{"seq": str(i + 1), "mode": "live"} for i in range(4)]
    before = "0" * 64
    for row in made:
        before = row["row_hash"] = row_digest(
            row.setdefault("prev_hash", before), {"seq": int(row["seq"]), "mode": "live"}
        )
    head = write_chain(write_csv(tmp_path / "a.csv", made), tmp_path / "a.parquet")
    assert head == {"": before}
    log = read_log(tmp_path / "a.parquet")
    assert [r[0] for r in log.connection.execute("SELECT row_hash FROM search_event ORDER BY row").fetchall()] == [
        row["row_hash"] for row in made
    ]


def test_a_chain_survives_from_parquet_to_csv_and_random_row_order(tmp_path):
    made = clean()
    Random(3).shuffle(made)  # noqa: S311
    write_chain(write_csv(tmp_path / "a.csv", made), tmp_path / "a.parquet")
    found = {finding.check: finding.status for finding in check_integrity(read_log(tmp_path / "a.parquet"))}
    assert (found["chain-altered"], found["chain-links"], found["sequence-order"]) == ("pass", "pass", "fail")
