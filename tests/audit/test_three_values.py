"""What is not known never makes a rule content, and whom a rule does not bind it does not accuse."""

from dataclasses import replace

import pytest
from tests.audit.case_log import NAMES, NEUTRAL, RULES, Case, CaseLog, build_log, read_cases

from baserate.audit.applicability import ANYBODY
from baserate.audit.bounds import estimate
from baserate.audit.fields import fields_read
from baserate.audit.run import audit, hold_against
from baserate.columns import TABLES

SEARCH = {column.name for column in TABLES["search_event"]}


def failing(rule: str) -> Case:
    return next(case for case in read_cases(rule) if case["expect"] == "fail")


def read_by(rule: str) -> list[tuple[str, str]]:
    fields = {field for check in RULES[rule][1].checks for field in fields_read(check)} & SEARCH
    return [(rule, field) for field in sorted(fields)]


@pytest.mark.parametrize(("rule", "field"), [pair for rule in RULES for pair in read_by(rule)])
def test_a_violation_does_not_turn_into_a_pass_when_a_field_is_lost(rule, field):
    log = build_log(failing(rule), rule, without=(field,))
    (finding,) = hold_against(log, [RULES[rule]])
    assert finding.status in ("fail", "cannot_tell"), finding.reason
    if finding.status == "cannot_tell":
        assert finding.fields


#: Where an empty cell is itself what the rule forbids.
FORBIDDEN = {("EU-7", "review.reviewer_pid"), ("ISO-2", "adjudicated_truth"), ("ISO-3", "group_recorded_by"),
             *(("EU-18", f"operation.{name}") for name in ("time_utc", "by_pid", "justification_code"))}  # fmt: skip
#: Where nobody has to sign a group that is not recorded, and a telephone's search need not be of a watchlist.
EXCUSED = {("ISO-3", "group_sex"), ("UK-7", "watchlist_id")}
#: Where the log can be too short, or the faces too few, whatever its cells say.
WITHOUT_FIELDS = {"EU-13", "UK-4"}
#: What is read to tell whether a search counts at all.
GOVERNING = {"mode", "agency_type", "partner_agreement", "time_start_utc", "system_id"}


def emptied(case: Case, rule: str) -> list[tuple[str, Case]]:
    """Give the case once for each cell of one row that it fills and the rule may read, with that cell empty."""
    read = GOVERNING.union(*(fields_read(check) for check in RULES[rule][1].checks))
    found = []
    for table, columns in TABLES.items():
        name, prefix = NAMES.get(table, table), "" if table == "search_event" else f"{table}."
        for i, row in enumerate(case.get(name, [])):
            filled = NEUTRAL.get(name, {}) | row
            others = [row | {"times": row.get("times", 1) - 1}]
            for column in (c.name for c in columns if prefix + c.name in read and filled.get(c.name, "null") != "null"):
                rows = [*case[name][:i], *others, row | {"times": 1, column: "null"}, *case[name][i + 1 :]]
                found.append((prefix + column, case | {name: rows}))
    return found


@pytest.mark.parametrize("rule", RULES)
def test_one_empty_cell_neither_accuses_nor_excuses(rule):
    for case in (case for case in read_cases(rule) if case["expect"] in ("pass", "fail")):
        for field, lost in emptied(case, rule):
            (finding,) = hold_against(build_log(lost, rule), [RULES[rule]])
            turned = (case["expect"], finding.status)
            assert turned != ("fail", "pass") or (rule, field) in EXCUSED, (field, case["why"])
            assert turned != ("pass", "fail") or (rule, field) in FORBIDDEN, (field, case["why"])
            if finding.status == "cannot_tell" and rule not in WITHOUT_FIELDS:
                assert finding.fields, (field, case["why"], finding.reason)


@pytest.mark.parametrize("rule", [rule for rule in RULES if RULES[rule][1].binds is not ANYBODY])
def test_a_rule_does_not_bind_elsewhere_but_says_what_it_would_find(rule):
    log = build_log(failing(rule), rule)
    elsewhere = replace(log, manifest=log.manifest | {"jurisdictions": ["CH"]})
    (finding,) = hold_against(elsewhere, [RULES[rule]])
    assert (finding.status, finding.if_applied) == ("not_applicable", "fail")
    assert "CH" in finding.reason


def test_an_undeclared_state_is_not_guessed():
    log = build_log(failing("MD-1"), "MD-1")
    (finding,) = hold_against(CaseLog(log.connection, log.absent, {}), [RULES["MD-1"]])
    assert (finding.status, finding.fields, finding.if_applied) == ("cannot_tell", ("m.jurisdictions",), "fail")


def test_a_federal_log_is_told_apart_without_being_declared():
    log = build_log({"search": [{"outcome": "detained", "outcome_basis": "biometric_only"}]}, "US-1")
    found = {f.rule: f for f in audit(CaseLog(log.connection, log.absent, {}))}
    assert found["US-1"].status == "fail"
    assert found["EU-5"].status == found["MD-1"].status == "not_applicable"


def test_rows_of_other_agencies_are_left_out():
    rows = [{"outcome": "detained", "outcome_basis": "biometric_only", "agency_type": kind} for kind in
            ("federal_immigration", "local")]  # fmt: skip
    (finding,) = hold_against(build_log({"search": rows}, "US-1"), [RULES["US-1"]])
    assert (finding.count, finding.of) == (1, 1)


def test_evidence_names_rows_and_hides_events():
    rows = [{}, {"outcome": "detained", "outcome_basis": "biometric_only", "event_id": "01JD8ZK3M9Q0V7W5T2R4XY6ABC"}]
    log = build_log({"search": rows}, "US-1")
    (finding,) = hold_against(log, [RULES["US-1"]])
    assert [(row.row, row.event) for row in finding.rows] == [(2, "…6ABC")]
    assert log.connection.execute(finding.query).fetchall() == [(2, "01JD8ZK3M9Q0V7W5T2R4XY6ABC")]


@pytest.mark.parametrize("hostile", [
    "x']); DROP TABLE search_event; --\x1b[2J", "m_list(super_query_roles)", "m_text(test_reports)", "log_end()",
    "in_live_use(gallery_id)", "' OR missing(seq) OR '", "FROM search_event ", "{there}",
])  # fmt: skip
def test_hostile_text_in_log_and_manifest_is_only_text(hostile):
    rows = [{"gallery_id": hostile, "system_id": hostile, "watchlist_id": hostile, "operator_role": hostile},
            {"gallery_id": hostile, "mode": "training"}]  # fmt: skip
    log = build_log({"search": rows}, "SD-5")
    manifest = {"jurisdictions": [hostile, "US-DHS"], "super_query_roles": [hostile, "it's"],
                "roles_allowed": [{"role": hostile}],
                "where_policy": {"place_types": [hostile]}, "crime_codes": {hostile: "x"},
                "systems_register": [{"system_id": hostile}], "test_reports": hostile, "policy_docs": [hostile],
                "annual_reports": [{"period_start": "2028-01-01", "period_end": "2028-12-31", "system_id": hostile,
                                    "totals": {hostile: 1, "searches": 1, "purpose_code": {hostile: 1}}}]}  # fmt: skip
    findings = audit(CaseLog(log.connection, log.absent, manifest))
    assert len(findings) == 80
    assert log.connection.execute("SELECT count(*) FROM search_event").fetchall() == [(2,)]
    assert not any("\x1b" in f.reason + f.if_applied_reason for f in findings)
    found = {finding.rule: finding for finding in findings}
    assert found["SD-5"].status == "fail"
    assert "purpose_code" in found["EU-11"].if_applied_reason
    assert "searches" not in found["EU-11"].if_applied_reason  # the one that is claimed is found


def test_searches_that_may_be_governed_withhold_a_pass():
    case = read_cases("EU-17")[0]
    for lost in ("mode", "agency_type", "time_start_utc"):
        kept, unsure = case["search"][0], {lost: "null"}
        (finding,) = hold_against(build_log(case | {"search": [kept, unsure]}, "EU-17"), [RULES["EU-17"]])
        assert (finding.status, finding.fields) == ("cannot_tell", (lost,)), lost


def test_no_rate_where_it_is_not_recorded_what_searches_showed():
    shares, bounds = estimate(build_log({"search": [{"decision_shown": "null"}, {}]}, "ISO-1"))
    assert all(share.range is None and "not recorded" in share.undefined for share in shares)
    assert all(bound.low is None and "not recorded" in bound.undefined for bound in bounds)


def test_estimates_of_a_log():
    rows = [
        {"decision_shown": "match_single", "adjudicated_truth": "nonmated"},
        {"decision_shown": "match_single", "adjudicated_truth": "nonmated", "subject_enrolled": "yes"},
        {"decision_shown": "match_single", "adjudicated_truth": "mated", "times": 2},
        {"decision_shown": "match_single"},
        {"adjudicated_truth": "nonmated", "times": 5},
        {"times": 10},
        {"mode": "training", "decision_shown": "match_single"},
    ]
    shares, (fpir, fnir, precision) = estimate(build_log({"search": rows, "faces_seen": [{}]}, "ISO-1"))
    by_name = {share.name: (share.low, share.high, share.of) for share in shares}
    assert by_name["alerts per search"] == (5, 5, 20)
    assert by_name["false alerts per face seen"] == (2, 3, 2038)
    assert by_name["false alerts per alert"] == (2, 3, 5)
    assert (fpir.low, fpir.high) == (1 / 16, 2 / 7)
    assert (fnir.low, fnir.high) == (1 / 4, 12 / 14)
    assert (precision.low, precision.high) == (2 / 5, 3 / 5)
