"""One event: what its fields and its disclosures say, and that the rules say of it what they say of a log of one."""

import json

import pytest
from click.testing import CliRunner
from tests.inputs.log_rows import rows, write_csv

from baserate.audit.checklist import WHOLE_LOG, check_event
from baserate.audit.packs import PACKS
from baserate.audit.run import audit
from baserate.cli.main import main
from baserate.errors import InputError
from baserate.inputs.logs import read_log

EVENT = "ev_00000001z"


@pytest.fixture
def folder(tmp_path):
    made = rows(3, case_link="offence", agency_type="local", mode="live", outcome="arrested", n_returned="2")
    write_csv(tmp_path / "search_event.csv", made)
    told = rows(1, "disclosure", event_id=EVENT, to="defence", contents="rank1_only")
    write_csv(tmp_path / "disclosure.csv", told)
    (tmp_path / "manifest.toml").write_text(
        'manifest_version = "0.1.0"\ndeployment_id = "d"\nsigned_date = 2026-01-01\njurisdictions = ["US-MI-DETROIT"]\n'
    )
    return tmp_path


def item(found, rule):
    return next(one for one in found.items if one.rule == rule)


def test_half_a_disclosure_is_listed_and_fails(folder):
    found = check_event(read_log(folder), EVENT)
    assert [row[:2] for row in found.disclosed] == [("defence", "rank1_only")]
    assert item(found, "DET-3").status == "fail"
    assert item(check_event(read_log(folder), "ev_00000002z"), "DET-3").status == "fail"
    assert check_event(read_log(folder), "ev_00000002z").disclosed == ()


def test_the_rules_say_what_they_say_of_a_log_with_this_search_alone(folder, tmp_path):
    found = check_event(read_log(folder), EVENT)
    alone = tmp_path / "alone"
    alone.mkdir()
    made = rows(3, case_link="offence", agency_type="local", mode="live", outcome="arrested", n_returned="2")
    write_csv(alone / "search_event.csv", made[1:2])
    for name in ("disclosure.csv", "manifest.toml"):
        (alone / name).write_bytes((folder / name).read_bytes())
    expected = {f.rule: (f.status, f.if_applied) for f in audit(read_log(alone))}
    assert {one.rule: (one.status, one.if_applied) for one in found.items} == {
        rule: verdict for rule, verdict in expected.items() if rule not in found.whole_log
    }


def test_every_rule_is_an_item_or_one_for_the_whole_log(folder):
    found = check_event(read_log(folder), EVENT)
    everything = [rule for rules in PACKS.values() for rule in rules]
    assert sorted([*found.whole_log, *(one.rule for one in found.items)]) == sorted(rule.id for rule in everything)
    assert set(found.whole_log) == WHOLE_LOG


def test_fields_without_a_value_are_missing_and_columns_that_are_not_there_too(folder):
    found = check_event(read_log(folder), EVENT)
    assert item(found, "US-5").missing == ("m.systems_register",)
    states = {field.name: field.recorded for field in found.required}
    assert states["event_id"] is True
    assert all(value is not None for value in states.values())  # the rows have every column


@pytest.mark.parametrize("event", ["nobody", "' OR true --"])
def test_an_event_that_is_not_there_is_refused(folder, event):
    with pytest.raises(InputError, match="no-such-event"):
        check_event(read_log(folder), event)


def test_the_command_writes_pages_that_say_the_same(folder, tmp_path):
    out = tmp_path / "out"
    arguments = ["checklist", str(folder), "--event", EVENT, "--packs", "us_states"]
    text = CliRunner().invoke(main, [*arguments, "--out", str(out)], catch_exceptions=False)
    assert (out / "checklist.md").read_text(encoding="utf-8") == text.stdout
    assert "recorded, and does not comply" in (out / "checklist.html").read_text(encoding="utf-8")
    record = json.loads(CliRunner().invoke(main, [*arguments, "--json"], catch_exceptions=False).stdout)
    assert {one["rule"] for one in record["items"]} <= {rule.id for rule in PACKS["us_states"]}
