import json

import pytest
from click.testing import CliRunner, Result
from tests.inputs.log_rows import rows, write_csv

from baserate.cli.audit import command
from baserate.errors import InputError

HEAD = "event_id,seq,mode,agency_type,partner_agreement,time_start_utc,decision_shown,outcome,outcome_basis"
ROWS = [
    "ev_aaaaaaaa0001,1,live,federal_immigration,none,2026-03-01T14:00:00Z,match_single,detained,biometric_only",
    "ev_aaaaaaaa0002,2,live,federal_immigration,none,2026-03-02T14:00:00Z,no_match,released,independent",
]


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("\n".join([HEAD, *ROWS, ""]), encoding="utf-8")
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(command, [str(a) for a in arguments], catch_exceptions=False)


def test_text_shows_fails_first_and_that_it_is_not_advice(log):
    result = run(log)
    assert result.exit_code == 0
    assert "not legal advice" in result.output
    federal = result.output.split("United States, federal")[1]
    assert federal.index("US-1 ") < federal.index("US-12 ")
    assert "rows 1 (…0001)" in federal


def test_json_has_the_agreed_shape(log):
    result = json.loads(run(log, "--json").output)
    assert {"schema_version", "manifest", "findings", "estimates", "integrity"} <= set(result)
    assert len(result["findings"]) == 80
    keys = {"rule", "pack", "status", "count", "of", "citation", "verified", "rows", "reason"}
    assert all(keys <= set(finding) for finding in result["findings"])
    assert result["manifest"]["inputs"]["log.csv"].startswith("sha256:")
    assert "ev_aaaaaaaa0001" not in json.dumps(result)


def test_packs_and_out(log, tmp_path):
    result = run(log, "--packs", "standards", "--out", tmp_path / "result", "--no-integrity")
    written = json.loads((tmp_path / "result" / "audit.json").read_text(encoding="utf-8"))
    assert {finding["pack"] for finding in written["findings"]} == {"standards"}
    assert written["integrity"] == []
    assert (tmp_path / "result" / "audit.txt").read_text(encoding="utf-8") == result.output


def test_bad_input_is_refused(log, tmp_path):
    with pytest.raises(InputError, match="no-such-pack"):
        run(log, "--packs", "eu,mars")
    with pytest.raises(InputError):
        run(tmp_path / "nothing.csv")


def test_the_same_log_gives_the_same_bytes(log):
    assert run(log, "--json").output == run(log, "--json").output


def test_the_text_names_the_rows_of_faults_what_no_check_shows_and_what_is_kept(tmp_path):
    made = rows(12, retention_start_utc="2026-03-01T00:00:00Z", retention_expiry_utc="2026-03-02T00:00:00Z")
    for row in made:
        row["deletion_time_utc"] = ""
    made[4]["seq"] = "40"
    told = " ".join(run(write_csv(tmp_path / "log.csv", made), "--packs", "standards").output.split())
    assert "sequence-gaps 28 numbers are missing, in 2 gaps; the rows named stand behind a gap. rows 5, 6" in told
    assert "What these checks cannot show Searches that were never logged" in told
    assert "without one 12 held, 0 of them overdue" in told
