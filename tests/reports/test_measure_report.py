"""The report of a measurement: what it shows is what was measured, and files' texts are only text."""

import csv
import json
import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from baserate.cli.main import main
from baserate.estimates import Estimate, Measurement, Wanted, intervals, measure_reading
from baserate.estimates.estimate import Estimates
from baserate.estimates.intervals import INTERVALS, by_subject
from baserate.inputs import read_scores
from baserate.reports import words
from baserate.reports.charts.rows import IntervalRow, Intervals, Lines
from baserate.reports.document import Bullets, Figure, Note, Paragraph, Table
from baserate.reports.measure import limits
from baserate.reports.measure.build import SECTIONS, document_of
from baserate.reports.measure.csv_table import groups_csv
from baserate.reports.measure.differences import _value
from baserate.reports.measure.group_picture import _ends, _in_tens, _labels
from baserate.reports.measure.say import METHODS, how, methods, reads_per_cent, said, where
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
    assert max(ranks)[0] == 5  # the last place of the lists


def figure(lists: tuple[Path, Path, Path], wanted: Wanted) -> tuple[Lines, str, Table]:
    """The DET curve of the first lists: lines, caption, table."""
    first, _, searches = lists
    found = measure_reading(read_scores(first, searches=searches), wanted, MANIFEST, with_curves=True)
    (curve,) = [b for s in document_of(found).sections for b in s.blocks if isinstance(b, Figure) and "off" in b.name]
    assert isinstance(curve.rows, Lines)
    assert curve.table is not None
    return curve.rows, curve.caption, curve.table


def test_the_curve_is_of_the_ranks_that_were_asked_for_and_says_so(lists):
    one, _, _ = figure(lists, Wanted(rates=(0.05,), ranks=(1,)))
    assert [line.label for line in one.lines] == ["within rank 1"]
    assert one.y.title == "False negative identification rate, within rank 1"
    several, caption, table = figure(lists, Wanted(rates=(0.05,), ranks=(1, None)))
    assert [line.label for line in several.lines] == ["within rank 1", "whole list"]
    assert "Misses within rank 1 are" in caption
    assert [column.label for column in table.columns][3:] == [
        "False negative identification rate, within rank 1", "False negative identification rate, whole list"
    ]  # fmt: skip
    assert len(one.lines[0].points) > 5


def test_thresholds_that_were_asked_for_stand_in_the_curve_or_beside_it(lists):
    rows, caption, _ = figure(lists, Wanted(thresholds=(1.5, -5.0)))
    assert [place.label for place in rows.places] == ["threshold 1.5", "threshold -5"]
    assert caption.endswith("Outside of the picture: threshold -5 (all false positives).")


def test_the_first_screen_and_the_files_state_rank_and_gallery(lists, tmp_path):
    first, _, searches = lists
    run(first, "--searches", searches, "--threshold", 2, "--rank", 3, "--group", "kind", "--out", tmp_path)
    page = (tmp_path / "measure.html").read_text(encoding="utf-8")
    assert "missed within rank 3 at a threshold of 2 in a gallery of 500 persons." in page
    curves = json.loads((tmp_path / "curves.json").read_text(encoding="utf-8"))
    assert {row["gallery_size"] for row in (*curves["by_rank"], *curves["trade_off"])} == {500}
    with (tmp_path / "groups.csv").open(encoding="utf-8", newline="") as stream:
        assert {row["gallery_size"] for row in csv.DictReader(stream) if "ratio" not in row["metric"]} == {"500"}


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


def test_the_other_algorithms_file_stands_in_manifest_and_problems(lists, tmp_path):
    first, second, searches = lists
    kept = [row.replace(",p3,", ",x3,") for row in second.read_text(encoding="utf-8").splitlines()]
    short = tmp_path / "short.csv"
    short.write_text("\n".join(kept) + "\n", encoding="utf-8")
    found = json.loads(run(first, "--searches", searches, "--against", short, "--json"))
    assert [one["file"] for one in found["manifest"]["inputs"]] == ["a.csv", "searches.csv", "short.csv"]
    alone = json.loads(run(short, "--searches", searches, "--json"))["problems"]
    assert [one for one in alone if one not in found["problems"]] == []
    assert alone


def test_precision_is_bayes_rule_on_the_rates_beside_it(lists):
    first, _, searches = lists
    rows = json.loads(run(first, "--searches", searches, "--fpir", 0.05, "--prevalence", 0.02, "--json"))["estimates"]
    value = {row["metric"]: row["value"] for row in rows if row["rank"] is None}
    right = 0.02 * (1 - value["fnir"])
    assert value["list_precision"] == pytest.approx(right / (right + value["sel"]))


def test_precision_is_of_the_whole_list_whatever_ranks_are_asked_for(lists):
    first, _, searches = lists
    asked = (first, "--searches", searches, "--fpir", 0.05, "--prevalence", 0.02, "--json")
    whole, ranked = (json.loads(run(*asked, *ranks))["estimates"] for ranks in ((), ("--rank", 1, "--rank", 3)))
    ours, theirs = ([row for row in rows if row["metric"] == "list_precision"] for rows in (whole, ranked))
    assert ours == theirs
    assert [(row["rank"], row["undefined"]) for row in ours] == [(None, None)]
    assert {row["rank"] for row in ranked if row["metric"] in ("fnir", "rank_miss")} == {1, 3}


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


def of_sites(folder: Path, n: int) -> Path:
    """Groups of 40 mated and 40 non-mated comparisons whose rates differ, the last without mated ones."""
    lines = ["probe_subject,reference_subject,score,site"]
    for i in range(n):
        for k in range(80):
            mated, score = k % 2 == 0, k % 5 / 5 + (0.5 - i % 7 / 20) * (k % 2 == 0)
            if not mated or i < n - 1:
                lines.append(f"p{i}-{k // 4},{f'p{i}-{k // 4}' if mated else 'other'},{score:.3f},site {i:03d}")
    file = folder / f"{n}.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def of_many(tmp_path_factory) -> Path:
    """The report of 60 groups."""
    folder = tmp_path_factory.mktemp("many")
    run(of_sites(folder, 60), "--threshold", 0.7, "--group", "site", "--out", folder / "out")
    return folder / "out"


def test_of_many_groups_the_highest_and_lowest_are_drawn_and_all_are_in_a_table_beside(of_many):
    page, rows = (of_many / "measure.html").read_text(encoding="utf-8"), by_site(of_many)
    assert page.count("Of 60 groups: the 10 with the highest lower ends") == 2
    assert len([row for row in rows if row["metric"] == "fnmr"]) == 60
    assert "All 60 groups, 1 of them without a rate, stand in groups.csv" in page
    for site in {row["group_site"] for row in rows}:
        assert page.count(f">site={site}</th>") >= 2  # in the folded table of either rate
    text = (of_many / "measure.md").read_text(encoding="utf-8")
    assert text.count("| site=site") < 2 * (20 + 20)
    told = [row for row in rows if row["metric"] == "fnmr" and row["low"]]
    highest = sorted(told, key=lambda row: -float(row["low"]))[0]["group_site"]
    drawn = text.partition("### False non-match rate, threshold 0.7, by site")[2]
    assert next(line for line in drawn.splitlines() if line.startswith("| site=")).startswith(f"| site={highest} |")


def by_site(out: Path) -> list[dict[str, str]]:
    with (out / "groups.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_table_beside_holds_what_the_json_holds(of_many):
    document = json.loads((of_many / "estimates.json").read_text(encoding="utf-8"))
    expected = [e for e in (*document["estimates"], *document["differentials"]) if e["group"]]
    for one, row in zip(expected, by_site(of_many), strict=True):
        for name in ("metric", "value", "low", "high", "n", "n_events", "n_subjects", "undefined"):
            assert row[name] == ("" if one[name] is None else str(one[name]))


def test_few_groups_are_all_drawn_and_the_table_of_an_earlier_run_goes(tmp_path):
    file, out = of_sites(tmp_path, 4), tmp_path / "out"
    run(file, "--threshold", 0.7, "--group", "site", "--out", out)
    assert "stand in groups.csv" not in (out / "measure.html").read_text(encoding="utf-8")
    assert {row["group_site"] for row in by_site(out)} == {f"site {i:03d}" for i in range(4)}
    run(file, "--threshold", 0.7, "--out", out)
    assert not (out / "groups.csv").exists()
    (out / "groups.csv").write_text("mine\n", encoding="utf-8")
    run(file, "--threshold", 0.7, "--out", out)
    assert (out / "groups.csv").read_text(encoding="utf-8") == "mine\n"


@pytest.mark.parametrize(("text", "written"), [
    ("=1+1", "'=1+1"), ("@a", "'@a"), ("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"), ("-18", "-18"), ("F", "F"),
])  # fmt: skip
def test_no_group_is_run_by_a_spreadsheet(text, written):
    estimates, none = Estimates((Estimate("fmr", 0.5, group=(("kind", text),)),)), Estimates()
    found = Measurement(False, estimates, none, none, none, (), {})
    (row,) = csv.DictReader(groups_csv(found).splitlines())
    assert row["group_kind"] == written


def test_tables_are_in_the_order_of_the_threshold_and_then_of_the_metrics(lists):
    first, _, searches = lists
    wanted = Wanted(thresholds=(3.0, 2.0), rates=(0.3, 0.05, 0.001), ranks=(1, None))
    found = measure_reading(read_scores(first, searches=searches), wanted, MANIFEST, with_curves=True)
    tables = [block for section in document_of(found).sections for block in section.blocks if isinstance(block, Table)]
    drawn = [b.table for s in document_of(found).sections for b in s.blocks if isinstance(b, Figure)]
    (curve,) = [table for table in drawn if table.caption == "Thresholds and what they give"]
    at = [float(row[1].split()[0]) for row in curve.rows if row[1] and not row[1].startswith("undefined")]
    assert at == sorted(at)
    (every,) = [table for table in tables if table.caption == "For everybody"]
    titles = [row[0] for row in every.rows]
    places = ("threshold 2", "threshold 2, within rank 1", "threshold 2, whole list")
    at_two = [title for title in titles if title.endswith(places)]
    assert [title.partition(",")[0] for title in at_two] == [
        "False positive identification rate", *["False negative identification rate"] * 2, "Selectivity"
    ]  # fmt: skip
    assert titles.index(at_two[-1]) < next(i for i, title in enumerate(titles) if "threshold 3" in title)
    undefined = [i for i, row in enumerate(every.rows) if row[1] == "undefined"]
    assert undefined
    assert min(undefined) > max(i for i, row in enumerate(every.rows) if row[2] and "Rank-R" not in row[0])


def test_a_rate_beside_its_target_has_as_many_digits():
    at, free = (
        Estimate("fpir", 0.0029, low=0.001, high=0.008, target=target, threshold=1.0)
        for target in (("fpir", 0.003), None)
    )
    assert (said(at).middle, where(at)) == ("1 in 340", "threshold set for FPIR 1 in 330")
    assert said(free).middle == "1 in 300"


def test_rates_below_each_other_are_said_in_one_form():
    def rates(*ends: tuple[float, float, float]) -> list[Estimate]:
        return [Estimate("fnir", value, low=low, high=high) for value, low, high in ends]

    mixed = rates((0.38, 0.33, 0.43), (0.16, 0.1, 0.2), (0.004, 0.001, 0.01))
    assert [said(e).middle for e in mixed] == ["38%", "1 in 6", "1 in 200"]
    assert reads_per_cent(mixed)
    assert [str(said(e, per_cent=True)) for e in mixed] == ["38% (33% to 43%)", "16% (10% to 20%)", "0.4% (0.1% to 1%)"]
    assert not reads_per_cent(rates((0.38, 0.33, 0.43), (0.16, 1e-9, 0.2)))
    assert not reads_per_cent(rates((0.16, 0.1, 0.2)))


def interval(value: float, low: float, high: float) -> IntervalRow:
    return IntervalRow("a", value, low, high, "", "")


@pytest.mark.parametrize(("rows", "ends"), [
    ([(0.02, 1e-40, 2.7), (0.03, 0.001, 0.1)], (1e-4, 10.0)),
    ([(0.02, 0.0, 1e9), (0.5, 0.1, 2.0)], (1e-4, 100.0)),
    ([(0.02, 0.001, 0.2), (0.03, 0.004, 0.1)], None),
    ([(0.0, 0.0, 9.0), (0.02, 0.01, 0.05)], (0.0, 0.25)),
    ([(0.0, 0.0, 0.1), (0.0, 0.0, 0.2)], None),
    ([(0.4, 0.3, 0.5), (0.5, 0.4, 0.6)], None),
])  # fmt: skip
def test_an_axis_is_as_long_as_its_rates_allow(rows, ends):
    drawn = tuple(interval(*row) for row in rows)
    assert _ends(drawn, log=_in_tens(drawn)) == (None if ends is None else pytest.approx(ends))


def test_a_ratio_that_says_nothing_is_not_written_with_seventy_digits():
    wide = Estimate("sel_ratio", 1.0, low=1e-13, high=3.4e67, method="ratio")
    assert _value(wide) == "1 (less than a millionth to more than a million)"
    assert _value(Estimate("sel_ratio", 2.0, low=0.00005, high=568_312.0)) == "2 (0.00005 to 568,300)"


@pytest.mark.parametrize(("names", "shown"), [
    (["F", "M"], ["F", "M"]),
    (["a group of a very long name, 1st", "a group of a very long name, 2nd"], ["…1st", "…2nd"]),
    (["north", *(f"group of a very long name, {i}" for i in "ab")],
     ["north", "group of a v…long name, a", "group of a v…long name, b"]),
])  # fmt: skip
def test_groups_are_told_apart_in_the_room_of_a_picture(names, shown):
    assert _labels([Estimate("fnir", 0.5, group=(("kind", name),)) for name in names]) == shown


def test_the_rule_of_thirty_counts_errors_that_do_not_depend_on_each_other():
    """A hundred misses of fifty people in a thousand are enough; a hundred of two, fifty each, are two."""
    spread, two = np.repeat([2, 0], [50, 950]), np.repeat([50, 0], [2, 998])
    for misses, enough in ((spread, True), (two, False)):
        ends = by_subject(misses, np.full(1000, 50))
        one = Estimate("fnir", 0.002, ends.low, ends.high, n=50_000, n_events=100, method=ends.method, threshold=0.5)
        said = "fewer than 30 errors that do not depend"
        assert any(said in item for item in what_cannot_be_said(one)) != enough


@pytest.mark.parametrize(("people", "kind"), [(1, 2), (50, 18), (300, 101), (3000, 1002)])
def test_what_a_test_of_so_many_people_may_have_met_none_of_is_said(people, kind):
    """By the binomial: a kind just so rare is absent from one test in twenty at least, one more frequent is not."""
    assert (1 - 1 / kind) ** people >= 0.05 > (1 - 1 / (kind - 1)) ** people
    one = Estimate("fnir", 0.1, 0.01, 0.3, n=people, n_subjects=people, method="by_subject")
    said = f"fewer than 1 in {kind:,} of all people, {people:,} hold none"
    assert any(said in item for item in what_cannot_be_said(one))


def what_cannot_be_said(one: Estimate) -> tuple[str, ...]:
    none = Estimates()
    found = Measurement(
        listed=True, estimates=Estimates((one,)), differentials=none, trade_off=none, by_rank=none, problems=(),
        manifest={},
    )  # fmt: skip
    (bullets,) = limits.section(found).blocks
    assert isinstance(bullets, Bullets)
    return tuple(bullets.items)


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
