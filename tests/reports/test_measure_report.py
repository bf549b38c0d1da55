"""The report of a measurement: what it shows is what was measured, and files' texts are only text."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from baserate.cli.main import main
from baserate.estimates import Estimate, Wanted, intervals, measure_reading
from baserate.estimates.intervals import INTERVALS
from baserate.inputs import read_scores
from baserate.reports import words
from baserate.reports.charts.rows import Intervals, Lines
from baserate.reports.document import Bullets, Figure, Note, Paragraph, Table
from baserate.reports.measure.build import SECTIONS, document_of
from baserate.reports.measure.groups import _labels
from baserate.reports.measure.say import METHODS, how, methods
from baserate.reports.to_html import html_of

HOSTILE = "<img src=x onerror=alert(1)>"
MANIFEST: dict[str, object] = {"inputs": [], "baserate": "", "command": ""}


@pytest.fixture(scope="module")
def lists(tmp_path_factory) -> tuple[Path, Path, Path]:
    folder, rng = tmp_path_factory.mktemp("lists"), np.random.default_rng(8)
    searches, files = ["search_id,subject,mated,gallery_size,kind"], [folder / "a.csv", folder / "b.csv"]
    candidates: list[list[str]] = [["search_id,candidate_subject,rank,score"] for _ in files]
    for s in range(400):
        person, mated = f"p{s // 2}", s < 200
        searches.append(f"s{s},{person},{int(mated)},500,{HOSTILE if s % 3 else 'other'}")
        for mean, lines in zip((3.5, 3.0), candidates, strict=True):
            found = {f"g{s}-{i}": float(x) for i, x in enumerate(np.sort(rng.normal(size=6))[::-1])}
            found |= {person: rng.normal(mean)} if mated else {}
            best = sorted(found.items(), key=lambda item: -item[1])[:5]
            lines += [f"s{s},{name},{rank},{score:.4f}" for rank, (name, score) in enumerate(best, 1)]
    for file, lines in zip(files, candidates, strict=True):
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    table = folder / "searches.csv"
    table.write_text("\n".join(searches) + "\n", encoding="utf-8")
    return files[0], files[1], table


def run(*arguments: object) -> str:
    result = CliRunner().invoke(main, ["measure", *map(str, arguments)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_what_was_asked_for_is_the_same_with_and_without_a_report(lists, tmp_path):
    first, _, searches = lists
    asked = (first, "--searches", searches, "--fpir", 0.05, "--rank", 1, "--group", "kind", "--json")
    out = tmp_path / "out"
    alone, beside = json.loads(run(*asked)), json.loads(run(*asked, "--out", out))
    assert alone == beside == json.loads((out / "estimates.json").read_text(encoding="utf-8"))
    curves = json.loads((out / "curves.json").read_text(encoding="utf-8"))
    assert [row["rank"] for row in curves["by_rank"]][:3] == [1, 2, 3]
    assert {"fpir", "fnir", "threshold"} <= {row["metric"] for row in curves["trade_off"]}


def test_the_page_shows_the_curves_and_runs_nothing(lists, tmp_path):
    first, _, searches = lists
    run(first, "--searches", searches, "--group", "kind", "--out", tmp_path)
    page = (tmp_path / "measure.html").read_text(encoding="utf-8")
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror" in page
    for heading in ("One error against the other", "How far down the list", "By group", "What this report cannot say"):
        assert heading in page
    assert "Everybody in it is synthetic" not in page


def test_every_number_of_the_curve_is_one_of_the_estimates(lists):
    first, _, searches = lists
    reading = read_scores(first, searches=searches)
    found = measure_reading(reading, Wanted(rates=(0.05,)), MANIFEST, with_curves=True)
    blocks = [block for section in document_of(found).sections for block in section.blocks]
    lines = {b.name: b.rows.lines[0] for b in blocks if isinstance(b, Figure) and isinstance(b.rows, Lines)}
    drawn = {(point.value, point.low, point.high) for point in lines["trade-off"].points}
    assert drawn <= {(e.value, e.low, e.high) for e in found.trade_off}
    ranks = {(point.x, point.value) for point in lines["cmc"].points}
    assert ranks == {(e.rank, e.value) for e in found.by_rank}


def test_ranks_in_one_pass_agree_with_ranks_one_by_one(lists):
    first, _, searches = lists
    measured = measure_reading(
        read_scores(first, searches=searches), Wanted(thresholds=(0.0,), ranks=(1, 3)), {}, with_curves=True
    )
    for rank in (1, 3):
        (one,) = [e for e in measured.estimates if e.metric == "rank_miss" and e.rank == rank]
        (drawn,) = [e for e in measured.by_rank if e.rank == rank]
        assert (one.value, one.low, one.high, one.n_events) == (drawn.value, drawn.low, drawn.high, drawn.n_events)


def test_another_algorithm_against_itself_differs_by_nothing(lists):
    first, second, searches = lists
    itself = json.loads(run(first, "--searches", searches, "--against", first, "--json"))
    other = json.loads(run(first, "--searches", searches, "--against", second, "--json"))
    differences = [e for e in itself["estimates"] if e["metric"].endswith("_difference")]
    assert {e["value"] for e in differences if e["undefined"] is None} == {0.0}
    assert all(e["low"] < 0 < e["high"] for e in differences if e["undefined"] is None)
    assert all("not attainable" in e["undefined"] for e in differences if e["value"] is None)
    worse = [e for e in other["estimates"] if e["metric"] == "rank_miss_difference"]
    assert worse[0]["value"] < 0  # the first misses less often than the second


def test_precision_is_bayes_rule_on_the_rates_beside_it(lists):
    first, _, searches = lists
    rows = json.loads(run(first, "--searches", searches, "--fpir", 0.05, "--prevalence", 0.02, "--json"))["estimates"]
    value = {row["metric"]: row["value"] for row in rows if row["rank"] is None}
    right = 0.02 * (1 - value["fnir"])
    assert value["list_precision"] == pytest.approx(right / (right + value["sel"]))


def test_comparisons_have_a_report_too(tmp_path):
    rng = np.random.default_rng(2)
    rows = [f"1,{x:.4f}" for x in rng.normal(3, 1, 300)] + [f"0,{x:.4f}" for x in rng.normal(0, 1, 3000)]
    file = tmp_path / "scores.csv"
    file.write_text("mated,score\n" + "\n".join(rows) + "\n", encoding="utf-8")
    run(file, "--fmr", 0.01, "--out", tmp_path / "out")
    page = (tmp_path / "out" / "measure.html").read_text(encoding="utf-8")
    assert "False match rate" in page
    assert "How far down the list" not in page


@pytest.mark.parametrize("named", [True, False])
def test_a_file_that_does_not_tell_people_is_said_to_have_intervals_too_narrow(named, tmp_path):
    file = tmp_path / "c.csv"
    header = "probe_subject,reference_subject,score" if named else "mated,score"
    rows = [
        (f"p{i % 50},p{i % 50 + i % 2}" if named else str(1 - i % 2), (i * 37 % 100) / 100 - i % 2 * 0.3)
        for i in range(400)
    ]
    file.write_text(header + "\n" + "".join(f"{who},{score}\n" for who, score in rows), encoding="utf-8")
    sections = document_of(measure_reading(read_scores(file), Wanted(thresholds=(0.5,)), MANIFEST)).sections
    (bullets,) = next(section for section in sections if section.key == "limits").blocks
    assert isinstance(bullets, Bullets)
    assert any("too narrow" in item for item in bullets.items) is not named


def test_without_mated_trials_the_first_screen_says_why(tmp_path):
    file = tmp_path / "scores.csv"
    file.write_text("mated,score\n" + "".join(f"0,{i / 100}\n" for i in range(100)), encoding="utf-8")
    found = measure_reading(read_scores(file), Wanted(rates=(0.1,)), MANIFEST, with_curves=True)
    assert "there are no mated comparisons" in html_of(document_of(found), charts=False)


def test_lists_that_return_nobody_wrong_have_a_report_that_draws_nothing(tmp_path):
    """No curve of one point, no heading without facts below it, one sentence for what is undefined in every group."""
    searches = "".join(f"q{i},s{i},{i % 2},{'FM'[i // 2 % 2]}\n" for i in range(100))
    (tmp_path / "s.csv").write_text(f"search_id,subject,mated,sex\n{searches}", encoding="utf-8")
    listed = "".join(f"q{i},s{i},1,{5 + i / 100}\n" for i in range(1, 95, 2))
    (tmp_path / "l.csv").write_text(f"search_id,candidate_subject,rank,score\n{listed}", encoding="utf-8")
    reading = read_scores(tmp_path / "l.csv", searches=tmp_path / "s.csv")
    wanted = Wanted(rates=(0.1,), ranks=(1,), groups=("sex",))
    document = document_of(measure_reading(reading, wanted, MANIFEST, with_curves=True))
    blocks = {section.key: section.blocks for section in document.sections}
    assert "trade-off" not in blocks
    assert [type(block) for block in blocks["answer"]] == [Note]
    assert [type(block) for block in blocks["by-rank"]] == [Paragraph, Table]
    notes = [block.text for block in blocks["groups"] if isinstance(block, Note)]
    assert len(notes) == 3  # FPIR, SEL and FNIR, in every group
    assert all("in every group: not attainable: only 0 of 50" in note for note in notes)


def test_groups_are_compared_in_a_row_each_and_the_reference_is_named(lists):
    first, _, searches = lists
    reading = read_scores(first, searches=searches)
    found = measure_reading(reading, Wanted(thresholds=(2.5,), ranks=(1,), groups=("kind",)), MANIFEST)
    blocks = next(section for section in document_of(found).sections if section.key == "groups").blocks
    tables = [block for block in blocks if isinstance(block, Table) and block.caption.startswith("Ratios to")]
    ratio = next(e for e in found.differentials if e.metric == "fnir_ratio")
    seen = next(e for e in found.differentials if e.metric == "fnir_detectable_ratio")
    table = next(table for table in tables if "False negative" in table.caption)
    assert table.caption.startswith(f"Ratios to kind={HOSTILE}: ")
    assert table.rows == ((ratio.group_label, str(ratio), words.count(seen.value or 0.0).middle),)


def test_candidates_per_search_are_not_drawn_as_a_share(lists):
    first, _, searches = lists
    wanted = Wanted(thresholds=(2.0,), groups=("kind",))
    document = document_of(measure_reading(read_scores(first, searches=searches), wanted, MANIFEST))
    blocks = next(section for section in document.sections if section.key == "groups").blocks
    drawn = {block.title.split(",")[0]: block.rows for block in blocks if isinstance(block, Figure)}
    axes = {title: rows.x for title, rows in drawn.items() if isinstance(rows, Intervals)}
    assert not axes["Selectivity"].probability
    assert axes["False positive identification rate"].probability


@pytest.mark.parametrize(("names", "shown"), [
    (["F", "M"], ["F", "M"]),
    (["a group of a very long name, 1st", "a group of a very long name, 2nd"], ["…1st", "…2nd"]),
    (["north", *(f"group of a very long name, {i}" for i in "ab")],
     ["north", "group of a v…long name, a", "group of a v…long name, b"]),
])  # fmt: skip
def test_groups_are_told_apart_in_the_room_of_a_picture(names, shown):
    assert _labels([Estimate("fnir", 0.5, group=(("kind", name),)) for name in names]) == shown


def test_every_section_is_named_once():
    assert len({build.__module__ for build in SECTIONS}) == len(SECTIONS)


def test_methods_of_intervals_are_words(lists):
    first, _, searches = lists
    wanted = Wanted(thresholds=(3.0,), rates=(0.05,), ranks=(1,))
    sections = document_of(measure_reading(read_scores(first, searches=searches), wanted, MANIFEST)).sections
    estimates = next(section for section in sections if section.key == "estimates")
    table, explained = estimates.blocks
    assert isinstance(table, Table)
    assert isinstance(explained, Bullets)
    said = {row[-1] for row in table.rows}
    plain = {word.removesuffix(", careful") for word in said}
    assert {"people and gallery", "people, threshold set anew"} <= plain
    assert {item.partition(":")[0] for item in explained.items} == plain | {"careful"}
    assert not any("_" in word for word in said)


def test_every_method_of_an_interval_has_its_words():
    """Its name is a word of its own in the method's file; the careful form is said beside it."""
    sources = [path.read_text(encoding="utf-8") for path in Path(intervals.__file__).parent.glob("*.py")]
    named = {word for source in sources for word in re.findall(r'"(\w+)"', source)}
    assert set(METHODS) <= named
    assert set(INTERVALS) | {"counts_two_way"} == set(METHODS)


def test_a_careful_method_says_what_that_means():
    plain, careful = (Estimate("fnir", 0.5, low=0.1, high=0.9, method=m) for m in ("by_subject", "by_subject_careful"))
    assert (how(plain), how(careful)) == ("people", "people, careful")
    assert methods([plain]) == methods([plain, careful])[:1]
    assert [line.partition(":")[0] for line in methods([careful])] == ["people", "careful"]
