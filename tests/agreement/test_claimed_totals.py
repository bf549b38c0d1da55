"""Totals that reports claim are the same numbers from the pass that all rules share and from queries of their own."""

from unittest.mock import patch

import pytest
from tests.audit.case_log import RULES
from tests.audit.made_log import MANIFEST, write_log

from baserate.audit import asking
from baserate.audit.finding import finding_to_json
from baserate.audit.run import hold_against
from baserate.audit.totals import TOTALS
from baserate.inputs.logs import read_log

REPORTS = [
    {"title": "Half a year", "period_start": "2028-03-01", "period_end": "2028-03-20"},
    {"title": "One system", "period_start": "2028-03-05", "period_end": "2028-12-31", "system_id": "sys-1"},
]
CLAIMING = [RULES[name] for name in ("EU-6", "EU-11", "MA-1", "MD-4", "UT-1")]


@pytest.mark.parametrize("claimed", [0, 9, 400])
def test_totals_are_the_same_both_ways(tmp_path, claimed):
    totals = dict.fromkeys(TOTALS, claimed) | {"purpose_code": {"criminal_lead": claimed}}
    manifest = MANIFEST | {"annual_reports": [report | {"totals": totals} for report in REPORTS]}
    folder = write_log(tmp_path / "log", manifest=manifest)
    log = read_log(folder, folder / "manifest.json", check_values=False)
    shared = [finding_to_json(finding) for finding in hold_against(log, CLAIMING)]
    with patch.object(asking, "_MOST_CLAIMED", 0):
        apart = [finding_to_json(finding) for finding in hold_against(log, CLAIMING)]
    assert shared == apart
    assert f"searches: {claimed:,} claimed" in str(shared)
