"""Foreign tables become ours: the published Holyhead table, yearly totals, and exports by a column map."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.inputs.log_rows import rows, write_csv

from baserate.audit.integrity import check_claims
from baserate.errors import InputError
from baserate.inputs.log_formats.column_map import convert_export, read_column_map
from baserate.inputs.log_formats.live_table import read_deployments
from baserate.inputs.log_formats.omb_inventory import read_inventory
from baserate.inputs.log_formats.small_csv import read_small_csv
from baserate.inputs.log_formats.yearly_totals import claim, read_yearly_totals
from baserate.inputs.logs import read_log
from baserate.inputs.points import read_points

HOLYHEAD = Path(__file__).parents[1] / "data" / "logs" / "uk_holyhead_2025.csv"


def codes(error: pytest.ExceptionInfo[InputError]) -> set[str]:
    return {problem.code for problem in error.value.problems}


# --- live deployments -----------------------------------------------------------------------------------------------


def test_the_published_table_gives_both_denominators():
    table = read_deployments(HOLYHEAD)
    assert len(table.rows) == 8
    assert (table.total("faces_seen"), table.total("total_alerts")) == (7512, 2)
    shares = {share.name: share for share in table.shares()}
    per_face = shares["incorrect_alerts of faces_seen"]
    per_alert = shares["incorrect_alerts of total_alerts"]
    assert (per_face.count, per_face.of) == (0, 7512)
    assert (per_alert.count, per_alert.of) == (0, 2)  # two alerts say little: an interval has to go with it
    assert table.rows[0].threshold == 0.64
    assert table.problems == ()


def table(folder: Path, *lines: str) -> Path:
    path = folder / "t.csv"
    path.write_text(
        "\n".join(["Faces seen,Total alerts,positive-alerts,incorrect_alerts,incorrect alert rate", *lines])
    )
    return path


def test_parts_that_do_not_sum_and_rates_that_do_not_follow_are_warnings(tmp_path):
    found = read_deployments(table(tmp_path, '"3,147,436",2077,2067,10,0.0003%', "1000,12,9,2,0.002", "10,11,11,0,0"))
    assert [(p.code, p.severity, p.where[-5:]) for p in found.problems] == [
        ("parts-do-not-sum", "warning", "row 2"), ("part-above-whole", "warning", "row 3"),
    ]  # fmt: skip
    assert "9 + 2 = 11, but total_alerts = 12" in found.problems[0].what
    assert found.rows[0].incorrect_alert_rate == Fraction(3, 1_000_000)
    wrong = read_deployments(table(tmp_path, "1000,12,10,2,0.01"))
    assert [p.code for p in wrong.problems] == ["rate-does-not-follow"]


def test_a_share_of_nothing_is_undefined(tmp_path):
    shares = {share.name: share for share in read_deployments(table(tmp_path, "500,0,0,0,0")).shares()}
    assert shares["incorrect_alerts of total_alerts"].undefined
    assert shares["incorrect_alerts of faces_seen"].undefined is None
    (tmp_path / "a.csv").write_text("total_alerts\n3\n")
    shares = {share.name: share for share in read_deployments(tmp_path / "a.csv").shares()}
    assert "not given" in str(shares["incorrect_alerts of faces_seen"].undefined)


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99), st.integers(0, 99)), min_size=1, max_size=6))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_exactly_the_rows_whose_parts_do_not_sum_are_named(tmp_path, numbers):
    lines = [f"1000,{total},{right},{wrong}," for total, right, wrong in numbers]
    found = read_deployments(table(tmp_path, *lines))
    named = [int(p.where.rsplit(" ", 1)[1]) for p in found.problems if p.code == "parts-do-not-sum"]
    assert named == [i for i, (total, right, wrong) in enumerate(numbers, 1) if total != right + wrong]


@pytest.mark.parametrize(("content", "code"), [
    ("", "empty-file"), ("a,b\n1,2\n", "unknown-column"), ("cameras\n2\n", "column-missing"),
    ("total_alerts\n-3\n", "wrong-type"), ("total_alerts\n1e3\n", "wrong-type"), ("total_alerts\n1,2\n", "bad-lines"),
    ("total_alerts,threshold\n1,%\n", "wrong-type"),
])  # fmt: skip
def test_broken_tables_are_refused(tmp_path, content, code):
    (tmp_path / "a.csv").write_text(content)
    with pytest.raises(InputError) as error:
        read_deployments(tmp_path / "a.csv")
    assert codes(error) == {code}


# --- yearly totals --------------------------------------------------------------------------------------------------

TOTALS = """title,period_start,period_end,system_id,total,part,number
Report,2026-03-01,2026-03-31,,searches,,10
Report,2026-03-01,2026-03-31,,purpose_code,status_check,9
Report,2026-03-01,2026-03-31,,purpose_code,victim,1
"""


def test_yearly_totals_become_claims_that_the_log_reproduces(tmp_path):
    (tmp_path / "t.csv").write_text(TOTALS)
    reports = read_yearly_totals(tmp_path / "t.csv")
    assert reports[0]["totals"] == {"searches": 10, "purpose_code": {"status_check": 9, "victim": 1}}
    made = rows(10, purpose_code=lambda i: "victim" if i == 4 else "status_check")
    log = claim(read_log(write_csv(tmp_path / "a.csv", made)), reports)
    assert {finding.status for finding in check_claims(log)} == {"pass"}
    shorter = claim(read_log(write_csv(tmp_path / "a.csv", made[:9])), reports)
    assert {finding.status for finding in check_claims(shorter)} == {"fail"}


def test_totals_that_are_no_claims_are_refused_together(tmp_path):
    (tmp_path / "t.csv").write_text(TOTALS + "Report,soon,2026-03-31,,searches,,many\n,2026-03-01,2026-03-31,,x,,1\n")
    with pytest.raises(InputError) as error:
        read_yearly_totals(tmp_path / "t.csv")
    assert len(error.value.problems) == 3
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    with pytest.raises(InputError) as error:
        read_yearly_totals(tmp_path / "t.csv")
    assert codes(error) == {"bad-header"}


# --- exports by a column map ----------------------------------------------------------------------------------------

MAP = """
delimiter = ";"
drop = ["Officer"]
[columns]
time_start_utc = "Date"
outcome = "Result"
crime_code = "Crime"
group_race_ethnicity = "Race"
[constants]
system_id = "fr-1"
mode = "live"
[values.outcome]
"No match" = "none"
"Match" = "lead_only"
[times]
format = "%m/%d/%Y %H:%M"
zone = "America/Chicago"
"""
EXPORT = (
    "Date;Result;Crime;Race;Officer\n07/04/2023 23:30;No match;34S;B;Jane Doe\n01/05/2024 08:00;Match;21;W;Jo Doe\n"
)


def convert(folder: Path, text: str = MAP, export: str = EXPORT) -> Path:
    (folder / "map.toml").write_text(text)
    (folder / "export.csv").write_text(export)
    convert_export(folder / "export.csv", read_column_map(folder / "map.toml"), folder / "out.parquet")
    return folder / "out.parquet"


def test_an_export_becomes_a_log(tmp_path):
    log = read_log(convert(tmp_path))
    sql = ("SELECT row, CAST(time_start_utc AT TIME ZONE 'UTC' AS VARCHAR), outcome, crime_code, system_id, mode "
           "FROM search_event ORDER BY row")  # fmt: skip
    assert log.connection.execute(sql).fetchall() == [
        (1, "2023-07-05 04:30:00", "none", "34S", "fr-1", "live"),
        (2, "2024-01-05 14:00:00", "lead_only", "21", "fr-1", "live"),
    ]


@pytest.mark.parametrize(("change", "code"), [
    (('drop = ["Officer"]', ""), "column-not-mapped"), (("\"Race\"", "\"Rasse\""), "column-missing"),
    (("America/Chicago", "Chicago"), "bad-column-map"), (("outcome =", "result ="), "bad-column-map"),
    (("delimiter", "delimeter"), "bad-column-map"), (("%m/%d/%Y %H:%M", "%Y"), "wrong-type"),
    (('"No match" = "none"', ""), "unknown-value"), (("[times]", "[times"), "unreadable-map"),
    (('crime_code = "Crime"', 'crime_code = "Crime"\noperator_pid = "Officer"'), "forbidden-name"),
])  # fmt: skip
def test_an_export_that_does_not_fit_its_map_is_refused_and_nothing_is_written(tmp_path, change, code):
    text = MAP.replace(*change)
    with pytest.raises(InputError) as error:
        convert(tmp_path, text)
    assert code in codes(error)
    assert not (tmp_path / "out.parquet").exists()
    assert "Jane" not in str(error.value)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["searches,,3", "searches,,4"], "number-twice"),
        (["purpose_code,victim,3", "purpose_code,victim,3"], "number-twice"),
        (["purpose_code,,3", "purpose_code,victim,3"], "whole-and-parts"),
        (["purpose_code,victim,3", "purpose_code,,3"], "whole-and-parts"),
    ],
)
def test_no_number_of_a_report_gives_way_to_another(tmp_path, lines, code):
    head = "title,period_start,period_end,system_id,total,part,number"
    report = "2026,2026-01-01,2026-12-31,"
    (tmp_path / "t.csv").write_text("\n".join([head, *(f"{report},{line}" for line in lines), ""]), encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_yearly_totals(tmp_path / "t.csv")
    assert codes(error) == {code}


# --- small tables -----------------------------------------------------------------------------------------------------


def test_a_header_of_a_million_columns_is_refused_by_one_pass_over_it(tmp_path):
    (tmp_path / "wide.csv").write_text("a," * 999_998 + "\x1b[31m,\x1b[31m\n", encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_small_csv(tmp_path / "wide.csv")  # looked for one name after the other, it took hours
    assert codes(error) == {"bad-header"}
    assert "stand more than once: 2" in str(error.value)
    assert "\x1b" not in str(error.value)


@pytest.mark.parametrize("read", [read_points, read_inventory])
def test_a_strange_header_is_repeated_so_that_it_can_be_shown(tmp_path, read):
    (tmp_path / "strange.csv").write_bytes(b" \x00,\x1b[31m\n1,2\n")
    with pytest.raises(InputError) as error:
        read(tmp_path / "strange.csv")
    assert codes(error) == {"column-missing"}
    assert str(error.value).isprintable()
