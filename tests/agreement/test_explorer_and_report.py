"""The explorer and the report agree to the last printed digit, under settings too."""

import re
from html import unescape

import pytest
from click.testing import CliRunner
from tests.web.served import FIRST, Client, small, tables_of

from baserate.cli.main import main
from baserate.models.scenario import load_scenario
from baserate.reports.charts import svg
from baserate.web.pictures import COUNTS, RATES

SETTINGS = ("policy.gate=none", "population.enrolled_share=0.05..0.4", "population.flagged_share=0.01..0.2,log_uniform")


@pytest.mark.parametrize(("which", "settings"), [("small", ()), (FIRST, ()), (FIRST, SETTINGS)])
def test_every_printed_number_is_the_reports(tmp_path, monkeypatch, which, settings):
    monkeypatch.setattr(svg, "can_draw", lambda: False)  # words and tables are what is compared
    own = small(tmp_path) if which == "small" else load_scenario(which)
    given = str(tmp_path / "small.toml") if which == "small" else which
    options = [word for setting in settings for word in ("--set", setting)]
    run = ["simulate", given, "--searches", "1000", "--workers", "1", "--out", str(tmp_path / "out"), *options]
    assert CliRunner().invoke(main, run).exit_code == 0
    assert CliRunner().invoke(main, ["report", str(tmp_path / "out")]).exit_code == 0
    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")

    client = Client(own)
    page = client.get(f"/scenario/{own.name}", params={"a": list(settings)}).text
    shown, printed = tables_of(page), tables_of(report)
    caption = "Outcomes for everybody (closed form over 1000 draws)"
    assert caption in printed
    assert shown[caption] == printed[caption]
    assert len(shown[caption]) > 15

    # The large answer, its range and its sentence.
    for start, end in (("<strong>", "</strong>"), ('<p class="sentence">', "</p>")):
        said = report.split(start, 1)[1].split(end, 1)[0]
        assert f"{start}{said}{end}" in page

    # Every number beside a bar is a number of that table.
    bars = re.findall(r'<div class="bar a">\s*<p><b>(.*?)</b>(?: <span>(.*?)</span>)?</p>', page)
    assert len(bars) == len(RATES) + len(COUNTS)
    assert {tuple(map(unescape, bar)) for bar in bars} <= {tuple(row[1:3]) for row in printed[caption]}

    # The report that the explorer opens is that report, but for what was simulated and how it was made.
    opened = tables_of(client.get(f"/scenario/{own.name}/report", params={"a": list(settings)}).text)
    expected = {name for name in printed if "imulat" not in name and name != "How the numbers were made"}
    assert len(expected) > 5
    assert {name for name in expected if opened.get(name) != printed[name]} == set()
