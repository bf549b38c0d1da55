"""Every check finds its fault, names the rows, and is quiet on sound tables."""

# ruff: noqa: S608 - the queries are made of the tests' own names
from collections.abc import Callable
from importlib import import_module

import duckdb
import numpy as np
import pytest

from baserate.errors import InputError
from baserate.inputs.checks import CHECKS, SAMPLED, check_reading, require_sound, sample, scores
from baserate.inputs.checks.sample import sampled
from baserate.inputs.formats import Options, read_file

COMPARISONS = "mated,score\n" + "".join(f"{int(i % 2)},{i % 2 + i / 100}\n" for i in range(24))
IDS = "probe_id,reference_id,probe_subject,reference_subject,mated,score\n"
HEAD = "search_id,candidate_subject,rank,score\n"
LISTS = "search_id,candidate_subject,rank,score\nq1,A,1,0.9\nq1,B,2,0.8\nq2,C,1,0.7\n"
SEARCHES = "search_id,subject,mated,gallery_size\nq1,A,1,50\nq2,Z,0,50\n"


def lists(count: int, subject: Callable[[int], str]) -> str:
    """Lists of one candidate each, for searches q0, q1, ... whose candidate is ``subject(k)``."""
    rows = "".join(f"q{k},{subject(k)},1,{0.5 + k / 100}\n" for k in range(count))
    return f"search_id,candidate_subject,rank,score\n{rows}"


def mated_searches(count: int) -> str:
    return "search_id,subject,mated,gallery_size\n" + "".join(f"q{k},S{k},1,50\n" for k in range(count)) + "n,X,0,50\n"


# check -> (file, searches or None, code, what the message must hold)
CASES = {
    "forbidden_columns": ("mated,score,Date of Birth\n1,2,x\n0,1,y\n", None, "column-forbidden", "date of birth"),
    "empty_tables": ("mated,score\n", None, "no-rows", "no row of comparisons"),
    "unread_values": (
        "mated,score\n1,0.5\n0,n/a\n1,0.25\n0,1_0\n",
        None,
        "score-not-a-number",
        '2 (rows 2, 4; first: "n/a")',
    ),
    "missing_truth": ("mated,score\n1,2\n,1\n0,1\n", None, "truth-missing", "1 (row 2)"),
    "overlong_texts": (f"mated,score,site\n1,2,a\n0,1,{'x' * 501}\n", None, "value-too-long", "1 (row 2)"),
    "unclear_texts": (LISTS + "q2,a\x02b,2,0.1\n", SEARCHES, "text-unclear", '1 (row 4; first: "a\\u0002b")'),
    "missing_identifiers": (LISTS + "q2,,2,0.1\n", SEARCHES, "identifier-missing", "1 (row 4)"),
    "words_for_nothing": (
        LISTS + "q2,nan,2,0.1\nq2,None,3,0.1\n",
        SEARCHES,
        "identifier-is-a-word-for-nothing",
        '2 (rows 4, 5; first: "nan")',
    ),
    "alike_identifiers": (
        LISTS + "q2,7,2,0.6\n",
        SEARCHES + "q3,7.0,1,50\n",
        "identifier-written-otherwise",
        'searches.csv, column "subject"',
    ),
    "repeated_searches": (LISTS, SEARCHES + "q1,A,1,50\n", "search-repeated", '1 (row 3; first: "q1")'),
    "repeated_ranks": (LISTS + "q1,D,2,0.8\n", SEARCHES, "rank-repeated", "q1 rank 2"),
    "repeated_candidates": (LISTS + "q1,A,3,0.1\n", SEARCHES, "candidate-repeated", "q1: A"),
    "repeated_comparisons": (
        IDS + "p,r,A,A,1,2\np,r,A,A,1,3\nq,r,B,A,0,1\n",
        None,
        "comparison-repeated",
        "p against r",
    ),
    "samples_of_several": (
        IDS + "p,r,A,B,0,2\np,r,C,B,0,3\nq,r,B,B,1,1\n",
        None,
        "sample-of-several",
        "values of probe_id that stand with more than one probe_subject (told by the first row of each): 1 (row 1",
    ),
    "dangling_searches": (LISTS + "q9,A,1,0.3\n", SEARCHES, "search-unknown", '1 (row 4; first: "q9")'),
    "not_a_number": ("mated,score\n1,2\n0,nan\n0,1\n", None, "score-nan", "1 (row 2)"),
    "infinite": ("mated,score\n1,2\n0,-inf\n0,1e999\n", None, "score-infinite", "2 (rows 2, 3"),
    "too_large": ("mated,score\n1,1e301\n0,2\n0,-1e302\n", None, "score-too-large", '2 (rows 1, 3; first: "1e+301")'),
    "missing_scores": ("mated,score\n1,\n0,\n", None, "score-missing", "none of 2 rows"),
    "constant": ("mated,score\n" + "1,0.5\n0,0.5\n" * 10, None, "score-constant", "all 20 scores are 0.5"),
    "wrong_direction": (
        "mated,score\n" + "".join(f"1,0.{k}\n0,1.{k}\n" for k in range(12)),
        None,
        "score-direction",
        "lies below",
    ),
    "tied_at_top": (COMPARISONS + "1,9\n" * 12, None, "score-tied-at-top", "12 of 36, 0 of them non-mated"),
    "failure_codes": (COMPARISONS + "1,-1\n" * 3, None, "score-failure-code", "3 of 27"),
    "failure_codes_inside": (
        COMPARISONS + "0,-1.5\n" + "1,-1\n" * 12,
        None,
        "score-failure-code",
        "scores of exactly -1, among others: 12 of 37",
    ),
    "missing_ranks": (LISTS + "q2,D,,0.1\n", SEARCHES, "rank-missing", "1 (row 4"),
    "ranks_below_one": (LISTS.replace("A,1", "A,0"), SEARCHES, "rank-below-one", '1 (row 1; first: "0")'),
    "gaps": (LISTS + "q2,D,4,0.1\n", SEARCHES, "rank-gap", "q2 has 2 ranks up to 4"),
    "ranks_against_scores": (LISTS + "q2,D,2,0.75\n", SEARCHES, "rank-against-score", "q2 rank 2: 0.75 after 0.7"),
    "subjects_not_told": (LISTS, "search_id,mated\nq1,1\nq2,0\n", "column-missing", "no column subject"),
    "truth_against_subjects": (IDS + "p,r,A,A,0,2\nq,r,B,A,0,1\n", None, "truth-against-subjects", "1 (row 1"),
    "compared_with_itself": (IDS + "p,p,A,A,1,2\nq,r,B,A,0,1\n", None, "compared-with-itself", '1 (row 1; first: "p")'),
    "one_kind_only": ("mated,score\n1,2\n1,1\n", None, "one-kind-only", "no non-mated comparisons"),
    "nonmated_but_found": (LISTS, SEARCHES.replace("Z", "C"), "truth-against-list", '1 (row 2; first: "q2")'),
    "failed_but_listed": (
        LISTS,
        "search_id,subject,mated,gallery_size,failed\nq1,A,1,5,1\nq2,Z,0,5,0\n",
        "failed-but-listed",
        "q1",
    ),
    "never_found": (lists(20, lambda k: f"S{k + 1}"), mated_searches(20), "mates-never-listed", "not one of 20 mated"),
    "on_no_list": (LISTS, SEARCHES + "q3,Y,1,50\n", "mate-on-no-list", '1 (row 3; first: "Y")'),
    "gallery_size_missing": (LISTS, "search_id,subject,mated\nq1,A,1\nq2,Z,0\n", "gallery-size-missing", "no column"),
    "gallery_size_impossible": (LISTS, SEARCHES.replace("A,1,50", "A,1,0"), "gallery-size-impossible", "1 (row 1"),
    "mixed_gallery_sizes": (LISTS, SEARCHES + "q3,,0,60\n", "gallery-sizes-mixed", "2 of 50, 1 of 60"),
    "list_longer_than_gallery": (
        LISTS,
        SEARCHES.replace("A,1,50", "A,1,1"),
        "list-longer-than-gallery",
        "rank 2 in a gallery of 1",
    ),
    "lists_of_two_lengths": (
        HEAD + "".join(f"q{k},S{i},{i + 1},{9 - i}\n" for k in range(12) for i in range(5 if k % 2 else 2)),
        "search_id,subject,mated,gallery_size\n" + "".join(f"q{k},S{k},{int(k < 5)},50\n" for k in range(12)),
        "lists-of-two-lengths",
        "6 lists have 2 candidates, others up to 5, and none a number between",
    ),
    "lists_cut_short": (
        LISTS + "q3,D,1,0.65\n",
        SEARCHES + "q3,B,1,50\nq4,C,1,50\n",
        "lists-cut",
        "2 lists are shorter than the longest (2) and than the gallery, or empty, as if cut at a score (none shows one "
        "below 0.65); of 2 mated searches",
    ),
}


@pytest.fixture
def read(tmp_path):
    def read(body, searches=None, **options):
        (tmp_path / "file.csv").write_bytes(body.encode())
        if searches is not None:
            (tmp_path / "searches.csv").write_text(searches)
        beside = tmp_path / "searches.csv" if searches is not None else None
        return read_file(tmp_path / "file.csv", searches=beside, options=Options(**options))

    return read


def test_every_check_has_a_case():
    assert list(CASES) == [check.__name__ for check in CHECKS]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_check_finds_its_fault(check, read):
    body, searches, code, held = CASES[check.__name__]
    problems = list(check(read(body, searches)))
    assert code in [problem.code for problem in problems]
    assert any(held in str(problem) for problem in problems), problems
    for problem in problems:
        assert problem.where.split(",")[0].endswith(".csv")
        assert problem.remedy


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_every_check_says_what_it_looks_for(check):
    assert check.__doc__.startswith(("Find ", "Tell "))


@pytest.mark.parametrize(("body", "searches"), [(COMPARISONS, None), (LISTS + "q2,D,2,0.6\n", SEARCHES)])
def test_sound_tables_have_no_problems(body, searches, read):
    assert check_reading(read(body, searches)) == ()


@pytest.mark.parametrize(
    ("lists", "searches"),
    [
        (LISTS, SEARCHES.replace("Z,0,50", "Z,0,1")),  # the shorter list is its whole gallery
        (LISTS + "q2,D,2,0.6\n", SEARCHES + "q3,E,1,50\n"),  # nobody was returned of a mated search: a failure
    ],
)
def test_lists_that_were_not_cut_short(lists, searches, read):
    assert "lists-cut" not in [problem.code for problem in check_reading(read(lists, searches))]


@pytest.mark.parametrize("lengths", [(2, 3), (2, 5, 3), (2, 5)])
def test_lists_of_many_lengths_or_of_two_that_follow_were_cut_at_a_score(lengths, read):
    lists = HEAD + "".join(f"q{k},S{i},{i + 1},{9 - i}\n" for k in range(12) for i in range(lengths[k % len(lengths)]))
    searches = "search_id,subject,mated\n" + "".join(f"q{k},S{k},{int(k < 5)}\n" for k in range(12))
    codes = [problem.code for problem in check_reading(read(lists, searches))]
    assert "lists-cut" in codes
    assert ("lists-of-two-lengths" in codes) == (lengths == (2, 5))


def test_a_search_that_failed_is_not_said_to_be_of_somebody_who_is_not_enrolled(read):
    body, searches = lists(20, lambda k: f"S{k}"), mated_searches(20).replace("size\n", "size,failed\n")
    searches = searches.replace(",50\n", ",50,0\n") + "q20,S99,1,50,1\n"
    assert "mate-on-no-list" not in [problem.code for problem in check_reading(read(body, searches))]


def test_an_empty_list_of_a_non_mated_search_is_a_cut_one(read):
    told = read(LISTS + "q2,D,2,0.6\n", SEARCHES + "q3,E,1,50\nq4,,0,50\n")
    (problem,) = [problem for problem in check_reading(told) if problem.code == "lists-cut"]
    assert problem.what.startswith("1 list is shorter than the longest (2)")
    failed = read(LISTS + "q2,D,2,0.6\n", SEARCHES.replace("size\n", "size,failed\n").replace(",50\n", ",50,0\n")
                  + "q4,,0,50,1\n")  # fmt: skip
    assert "lists-cut" not in [problem.code for problem in check_reading(failed)]


def test_all_faults_are_told_together(read):
    with pytest.raises(InputError) as caught:
        require_sound(read("mated,score,name\n1,n/a,x\n,inf,y\nmaybe,1,z\n"))
    codes = {problem.code for problem in caught.value.problems}
    assert codes >= {
        "column-forbidden",
        "score-not-a-number",
        "mated-not-true-or-false",
        "truth-missing",
        "score-infinite",
    }


def test_ten_rows_are_named_and_the_rest_counted(read):
    problems = check_reading(read("mated,score\n1,2\n0,1\n" + "1,x\n" * 25))
    assert "25 (rows 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 15 more" in str(problems[0])


def test_the_same_attempt_named_on_one_side_only_is_told_where_the_score_is_the_same_too(read):
    head = "probe_subject,reference_subject,probe_id,score\n"
    (problem,) = check_reading(read(head + "A,A,i1,0.9\nA,B,i2,0.1\nA,A,i1,0.9\nA,A,i1,0.8\n"))
    assert (problem.code, problem.severity) == ("row-repeated", "warning")
    assert "1 (row 1" in str(problem)


def test_attempts_without_identifiers_and_samples_numbered_for_each_person_are_no_fault(read):
    attempts = "probe_subject,reference_subject,score\n" + "A,A,0.9\nA,A,0.9\nA,B,0.1\n"
    assert check_reading(read(attempts)) == ()
    numbered = [f"{n},g1,{who},{whom},{int(who == whom)},0.{n}{k}" for n in (1, 2) for k, who in enumerate("ABC")
                for whom in "ABC"]  # fmt: skip
    assert check_reading(read(IDS + "\n".join(numbered) + "\n")) == ()


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ("7", "7.0", True), ("7", "007", True), ("0", "00.0", True), ("Jos\u00e9", "Jose\u0301", True),
        ("7", "7.5", False), ("70", "7", False), ("700", "7", False), ("A7", "A07", False),
        ("Jose", "Jos\u00e9", False),
    ],
)  # fmt: skip
def test_what_is_written_in_two_ways(one, other, told, read):
    head = "probe_subject,reference_subject,score\n"
    problems = check_reading(read(head + f"{one},{one},0.9\n{other},{one},0.2\nB,C,0.1\n"))
    assert [problem.code for problem in problems] == ["identifier-written-otherwise"] * told
    assert check_reading(read(head + f"{other},{other},0.9\n{other},B,0.1\n")) == ()


def test_a_word_for_nothing_that_is_declared_is_nobody(read):
    rows = "probe_subject,reference_subject,score\nnan,A,0.2\nA,A,0.9\nA,B,0.1\n"
    assert [p.code for p in check_reading(read(rows))] == ["identifier-is-a-word-for-nothing"]
    assert {p.code for p in check_reading(read(rows, missing=("nan",)))} == {"identifier-missing", "truth-missing"}


def test_rows_that_repeat_are_found_in_a_sample_where_one_side_is_named(read):
    head = "probe_subject,reference_subject,probe_id,score\n"
    rows = "".join(f"S{k},S{k},p{k},0.{k + 100}\n" for k in range(400))
    problems = check_reading(read(head + rows + rows), most_rows=100)
    (found,) = [problem for problem in problems if problem.code == "row-repeated"]
    (partly,) = [problem for problem in problems if problem.code == "checked-in-part"]
    assert f"{2 * int(found.what.partition(': ')[2].split()[0]):,} of 800 rows" in partly.what


def test_numbers_written_with_a_point_are_named_as_the_likely_cause(read):
    searches = "search_id,subject,mated,gallery_size\nq1,7.0,1,50\nq2,C,1,50\nq3,,0,50\n"
    problems = check_reading(read("search_id,candidate_subject,rank,score\nq1,7,1,0.9\nq2,C,1,0.7\n", searches))
    assert [p.code for p in problems] == ["identifier-written-otherwise", "mate-on-no-list", "lists-cut"]
    assert "7.0" in problems[0].what


def test_whole_scores_that_hold_a_usual_code_are_not_suspected(read):
    body = "mated,score\n" + "".join(f"{int(score > 0)},{score}\n" for score in range(-4, 5) for _ in range(20))
    assert "score-failure-code" not in {problem.code for problem in check_reading(read(body))}


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("sign", [1, -1])
def test_nan_of_either_sign_is_found_whatever_a_file_says_of_itself(tmp_path, kind, sign):
    """Statistics of a file leave NaN out, and what 0/0 gives has the sign bit."""
    scores = np.copysign(np.array([0.5, np.nan, 0.25, np.nan], kind), np.array([1, sign, 1, sign], kind))
    path = tmp_path / "scores.parquet"
    table = import_module("pyarrow").table({"mated": [True, True, False, False], "score": scores})
    import_module("pyarrow.parquet").write_table(table, path)
    assert [problem.code for problem in check_reading(read_file(path))] == ["score-nan"]
    declared = read_file(path, options=Options(failure_code=float("nan")))
    query = "SELECT count(*) FILTER (score IS NULL) FROM comparisons"
    assert declared.connection.execute(query).fetchone() == (2,)


def test_declared_failure_code_is_missing_and_no_longer_suspected(read):
    reading = read(COMPARISONS + "1,-1\n" * 3, failure_code=-1.0)
    assert check_reading(reading) == ()
    query = "SELECT count(*) FILTER (score IS NULL), count(*) FROM comparisons"
    assert reading.connection.execute(query).fetchone() == (3, 27)


def test_cosine_scores_that_reach_minus_one_are_not_suspected(read):
    body = "mated,score\n" + "".join(f"{k % 2},{k % 2 - 1 + k / 1000}\n" for k in range(200))
    assert not [p for p in check_reading(read(body)) if p.code == "score-failure-code"]


def test_one_missed_mate_among_found_ones_is_a_warning(read):
    body = lists(20, lambda k: f"S{k}") + "q20,S1,1,0.2\n"
    searches = mated_searches(20) + "q20,S99,1,50\n"
    problem, cut = check_reading(read(body, searches))  # the search of somebody who is not enrolled has an empty list
    assert (problem.code, problem.severity, cut.code) == ("mate-on-no-list", "warning", "lists-cut")


def test_empty_lists_are_no_fault(read):
    assert not [p for p in check_reading(read(LISTS, SEARCHES + "q3,,0,50\n")) if p.severity == "error"]


def test_rows_are_those_of_the_file_in_parquet(tmp_path):
    path = tmp_path / "x.parquet"
    score = "CASE WHEN i = 250000 THEN 'nan'::DOUBLE ELSE i END"
    query = f"SELECT i % 2 = 0 AS mated, {score} AS score FROM range(300000) t(i)"
    duckdb.sql(f"COPY ({query}) TO '{path}' (ROW_GROUP_SIZE 50000)")
    told = [str(problem) for problem in check_reading(read_file(path)) if problem.code == "score-nan"]
    assert len(told) == 1
    assert "1 (row 250001)" in told[0]


def test_columns_that_are_named_like_those_of_the_checks(read):
    """A file's own columns must not be taken for what a check computes."""
    names = "nth,n,own,listed,above,held,last,top,low,c,s,x,score_,entry,mated_"
    values = ",".join(["99"] * 15)
    searches = SEARCHES.replace("gallery_size\n", f"gallery_size,{names}\n").replace(",50\n", f",50,{values}\n")
    assert check_reading(read(LISTS + "q2,D,2,0.6\n", searches)) == ()
    body = COMPARISONS.replace("score\n", f"score,{names}\n")
    body = body.replace(f"score,{names}", "@").replace("\n", f",{values}\n").replace(f"@,{values}", f"score,{names}")
    assert check_reading(read(body)) == ()


@pytest.mark.parametrize("name", ["rowid", "file_row_number", "row_in_file", "unread__score"])
def test_names_that_are_taken(name, read):
    with pytest.raises(InputError, match="column-name-unusable"):
        read(f"mated,score,{name}\n1,2,3\n")


@pytest.mark.parametrize("letter", ["\u200b", "\u202e", "\t", "\x00"])
def test_invisible_letters_far_into_a_file(letter, read):
    padding = "".join(f"S{k},S{k},0.5\n" for k in range(120_000))
    problems = check_reading(read(f"probe_subject,reference_subject,score\n{padding}A{letter},A,0.5\n"))
    assert [p.code for p in problems if p.severity == "error" and "(row 120001" in p.what] == ["text-unclear"]


# Large tables ---------------------------------------------------------------------------------------------------------


def test_sampled_checks_are_checks():
    assert set(SAMPLED) < set(CHECKS)


def test_a_small_table_is_looked_at_whole(read):
    reading = read(LISTS, SEARCHES)
    assert sampled(reading, 3) == (reading, ())


def test_a_sample_holds_whole_searches_and_says_how_much_it_is(read):
    body = "search_id,candidate_subject,rank,score\n"
    body += "".join(f"q{k},{who},{rank},0.{9 - rank}\n" for k in range(300) for rank, who in enumerate("ABC", 1))
    table = "search_id,subject,mated\n" + "".join(f"q{k},A,1\n" for k in range(300))
    part, (problem,) = sampled(read(body, table), 100)
    run = part.connection.execute
    (rows,) = run("SELECT count(*) FROM candidates_sampled").fetchall()[0]
    assert (problem.code, problem.severity, f"{rows:,} of 900 rows" in problem.what) == (
        "checked-in-part",
        "warning",
        True,
    )
    assert 30 < rows < 300
    assert run("SELECT DISTINCT count(*) FROM candidates_sampled GROUP BY search_id").fetchall() == [(3,)]
    same = "SELECT search_id FROM searches_sampled EXCEPT SELECT search_id FROM candidates_sampled"
    assert run(same).fetchall() == []


def test_pairs_that_repeat_are_found_in_a_sample(read):
    rows = "".join(f"p{k},r{k},S{k},S{k},1,0.{k + 100}\n" for k in range(400))
    problems = check_reading(read(IDS + rows + rows), most_rows=100)
    (found,) = [problem for problem in problems if problem.code == "comparison-repeated"]
    (partly,) = [problem for problem in problems if problem.code == "checked-in-part"]
    pairs = int(found.what.partition(": ")[2].split()[0])
    assert f"{2 * pairs:,} of 800 rows" in partly.what


def test_what_needs_every_row_is_found_in_every_row(read):
    rows = "".join(f"{k % 2},{k / 100},a\n" for k in range(500))
    problems = check_reading(read("mated,score,site\n" + rows + ",nan,b\n"), most_rows=10)
    assert {"truth-missing", "score-nan", "checked-in-part"} <= {problem.code for problem in problems}


def test_no_sample_is_taken_where_no_check_would_look_at_it(read):
    reading = read("mated,score\n" + "".join(f"{k % 2},{k / 100}\n" for k in range(500)))
    assert sampled(reading, 10) == (reading, ())


def test_a_sample_of_the_scores_is_told(monkeypatch, read):
    monkeypatch.setattr(scores, "SAMPLE", 100)
    monkeypatch.setattr(sample, "SAMPLE", 100)
    turned = "mated,score\n" + "".join(f"{k % 2},{(k + 1) % 2 + k / 1000}\n" for k in range(500))
    problems = check_reading(read(turned))
    assert [problem.code for problem in problems] == ["checked-in-part", "score-direction"]
    assert "one of 6 of 500 rows" in problems[0].what


def test_nan_that_the_statistics_of_a_file_leave_out_is_found(tmp_path):
    """Arrow leaves NaN out of the lowest and highest value, by which whole parts of a file are passed over."""
    score = np.linspace(0, 1, 30_000)
    score[15_000] = np.nan
    table = import_module("pyarrow").table({"mated": score > 0.5, "score": score})
    import_module("pyarrow.parquet").write_table(table, tmp_path / "n.parquet", row_group_size=10_000)
    (problem,) = check_reading(read_file(tmp_path / "n.parquet"))
    assert (problem.code, "1 (row 15001)" in problem.what) == ("score-nan", True)
