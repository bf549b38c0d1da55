"""Checks of what was read: each is a function from a reading to its problems, all of them run, all problems told.

An *error* is a fault that would make a number wrong; a *warning* is something that a reader of the numbers must know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.errors import InputError, Problem, has_errors
from baserate.inputs.checks import ends, forbidden, gallery, keys, ranks, scores, truth, values
from baserate.inputs.checks.sample import MOST_ROWS, sampled
from baserate.inputs.formats.reading import reading_from

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from baserate.inputs.formats.reading import Reading

__all__ = ["CHECKS", "SAMPLED", "check_reading", "require_sound"]

CHECKS: tuple[Callable[[Reading], Iterator[Problem]], ...] = (
    forbidden.forbidden_columns,
    values.empty_tables,
    values.unread_values,
    values.missing_truth,
    values.overlong_texts,
    values.unclear_texts,
    keys.missing_identifiers,
    keys.words_for_nothing,
    keys.alike_identifiers,
    keys.repeated_searches,
    keys.repeated_ranks,
    keys.repeated_candidates,
    keys.repeated_comparisons,
    keys.samples_of_several,
    keys.dangling_searches,
    scores.not_a_number,
    scores.infinite,
    scores.too_large,
    scores.missing_scores,
    scores.constant,
    scores.wrong_direction,
    scores.tied_at_top,
    scores.failure_codes,
    scores.failure_codes_inside,
    ranks.missing_ranks,
    ranks.ranks_below_one,
    ranks.gaps,
    ranks.ranks_against_scores,
    truth.subjects_not_told,
    truth.truth_against_subjects,
    truth.compared_with_itself,
    truth.one_kind_only,
    truth.nonmated_but_found,
    truth.failed_but_listed,
    truth.never_found,
    truth.on_no_list,
    gallery.gallery_size_missing,
    gallery.gallery_size_impossible,
    gallery.mixed_gallery_sizes,
    gallery.list_longer_than_gallery,
    ends.lists_of_two_lengths,
    ends.lists_cut_short,
)

# These sort or group, or read every letter: on large tables they look at a sample.
SAMPLED = (
    values.unclear_texts,
    keys.words_for_nothing,
    keys.alike_identifiers,
    keys.repeated_ranks,
    keys.repeated_candidates,
    keys.repeated_comparisons,
    keys.samples_of_several,
    ranks.gaps,
    ranks.ranks_against_scores,
)

# These look at each row by itself, so that they are right of what could be read of a file with unreadable lines.
OF_ROWS = (
    forbidden.forbidden_columns,
    values.unread_values,
    values.missing_truth,
    values.overlong_texts,
    values.unclear_texts,
    keys.missing_identifiers,
    scores.not_a_number,
    scores.infinite,
    scores.too_large,
    ranks.ranks_below_one,
    gallery.gallery_size_impossible,
)


def check_reading(reading: Reading, *, most_rows: int = MOST_ROWS) -> tuple[Problem, ...]:
    """Run every check; the problems of reading come first.

    Where some lines could not be read, only the checks of each row by itself are run; a warning says so.

    Parameters
    ----------
    reading
        What was read.
    most_rows
        Rows above which the checks in `SAMPLED` look at an even sample of about so many; a warning says so.

    Raises
    ------
    InputError
        The file cannot be read to its end, which for Parquet shows only now.

    Examples
    --------
    >>> import duckdb
    >>> from baserate.inputs.formats import read_frame
    >>> rows = duckdb.sql("SELECT i < 5 AS mated, i::DOUBLE AS score FROM range(10) t(i)")
    >>> check_reading(read_frame(rows))
    ()
    """
    source = next(iter(reading.sheets.values())).source
    with reading_from(source):
        sample, partly = sampled(reading, most_rows)
        checks = CHECKS
        if has_errors(reading.problems):
            checks, partly = OF_ROWS, (*partly, _row_by_row(reading.problems))
        found = [problem for check in checks for problem in check(sample if check in SAMPLED else reading)]
        return (*reading.problems, *partly, *found)


def _row_by_row(problems: Sequence[Problem]) -> Problem:
    source = next(problem.where.partition(", column ")[0] for problem in problems if problem.severity == "error")
    what = "lines could not be read: each other row was checked by itself, rows against each other were not"
    return Problem("checked-by-row", source, what, "Repair what is told here, and check again", "warning")


def require_sound(reading: Reading, *, most_rows: int = MOST_ROWS) -> tuple[Problem, ...]:
    """Run every check and return the warnings.

    Parameters
    ----------
    reading, most_rows
        As in :func:`check_reading`.

    Raises
    ------
    InputError
        There is an error; every problem is in it.
    """
    problems = check_reading(reading, most_rows=most_rows)
    if has_errors(problems):
        raise InputError(problems)
    return problems
