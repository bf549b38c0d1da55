"""Every rule does what its cases say, and a field that is missing never makes a rule content."""

import pytest
from tests.audit.case_log import RULES, build_log, read_cases

from baserate.audit.run import hold_against
from baserate.columns import TABLES

CASES = [(rule, case) for rule in RULES for case in read_cases(rule)]
SEARCH = {column.name for column in TABLES["search_event"]}


def name(value: str | dict[str, str]) -> str:
    return value if isinstance(value, str) else f"{value['expect']}: {value['why']}"


@pytest.mark.parametrize(("rule", "case"), CASES, ids=name)
def test_case(rule, case):
    (finding,) = hold_against(build_log(case, rule), [RULES[rule]])
    assert finding.status == case["expect"], finding.reason
    if "count" in case:
        assert finding.count == case["count"], finding.reason
    assert set(case.get("fields", [])) <= set(finding.fields), finding
    assert finding.reason


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_its_kinds_of_case(rule):
    assert {case["expect"] for case in read_cases(rule)} == {"pass", "fail", "cannot_tell", "not_applicable"}
