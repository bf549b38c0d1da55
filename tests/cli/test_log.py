"""The log commands print what the library gives, and refuse with exit status 2."""

import json
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner
from tests.inputs.log_rows import rows, write_csv

from baserate.cli.log import command

DATA = Path(__file__).parents[1] / "data" / "logs"


def run(*words: object) -> str:
    found = CliRunner().invoke(command, [str(word) for word in words], catch_exceptions=False)
    assert found.exit_code == 0, found.output
    return found.output


def test_a_log_is_checked_chained_and_counted(tmp_path):
    log = write_csv(tmp_path / "a.csv", rows(5))
    assert "accepted for the auditor profile; 5 rows of search_event" in run("check", log)
    heads = json.loads(run("chain", log, "--out", tmp_path / "b.parquet"))
    assert list(heads["heads"]) == ["sys-a"]
    assert "accepted" in run("check", tmp_path / "b.parquet")
    found = json.loads(run("retention", log, "--as-of", "2041-12-31", "--every", "year", "--json"))
    assert [(total["group"], total["held"], total["overdue"]) for total in found["totals"]] == [("unmatched", 5, 5)]
    assert "5 held, 5 of them overdue" in run("retention", log, "--as-of", "2041-12-31")


def test_a_refused_log_ends_with_status_2_and_no_traceback(tmp_path):
    write_csv(tmp_path / "a.csv", rows(2, operator_pid="Jane Doe"))
    words = [sys.executable, "-m", "baserate", "log", "check", str(tmp_path / "a.csv")]
    found = subprocess.run(words, capture_output=True, text=True, check=False)
    assert found.returncode == 2
    assert "forbidden-name" in found.stderr
    assert "Traceback" not in found.stderr
    assert "Jane" not in found.stderr


def test_an_export_is_converted(tmp_path):
    (tmp_path / "map.toml").write_text('[columns]\nevent_id = "Id"\n[constants]\nmode = "live"\n')
    (tmp_path / "a.csv").write_text("Id\nev_a\nev_b\n")
    assert "2 searches" in run(
        "convert", tmp_path / "a.csv", "--map", tmp_path / "map.toml", "--out", tmp_path / "o.parquet"
    )


def test_the_published_table_is_shown_with_both_denominators():
    text = run("deployments", DATA / "uk_holyhead_2025.csv")
    assert "incorrect_alerts of faces_seen: 0 of 7,512: none (none to 1 in 2," in text
    assert "incorrect_alerts of total_alerts: 0 of 2: none (none to 84%)" in text
    found = json.loads(run("deployments", DATA / "uk_holyhead_2025.csv", "--json"))
    assert found["mismatches"] == []


def test_totals_of_a_yearly_report_are_counted_again(tmp_path):
    log = write_csv(tmp_path / "log.csv", rows(12, mode=lambda i: "live" if i else "training"))
    head = "title,period_start,period_end,system_id,total,part,number"
    (tmp_path / "totals.csv").write_text(f"{head}\nyear 26,2026-01-01,2026-12-31,,searches,,12\n", encoding="utf-8")
    text = run("claims", log, tmp_path / "totals.csv")
    assert "fail" in text
    assert "they were counted as use" in text
    (found,) = json.loads(run("claims", log, tmp_path / "totals.csv", "--json"))["claims"]
    assert (found["check"], found["status"]) == ("claim-searches", "fail")
