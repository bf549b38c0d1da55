"""Scores: values that are no score, and distributions that a matcher does not give."""

# ruff: noqa: S608 - the names are this package's own, and the connection is locked down.
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from baserate.engines.duckdb import name
from baserate.errors import Problem
from baserate.inputs.checks.faults import faulty_rows, numbers
from baserate.inputs.formats.columns import is_nan
from baserate.inputs.lists import list_ends
from baserate.inputs.problems import column_of, count_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from baserate.inputs.formats.reading import Reading, Sheet

CODES = (-1.0, -9.0, -99.0, -999.0, -9999.0, -2147483648.0, -3.4028234663852886e38, -1.7976931348623157e308)
LARGEST = 1e300  # beyond it the width of a range of scores is no number
FEWEST = 10  # scores of a kind below which no shape is judged
SHARE_AT_TOP = 0.01  # of all scores, tied at the highest
SAMPLE = 1_000_000  # scores whose medians are compared


def not_a_number(reading: Reading) -> Iterator[Problem]:
    """Find NaN: a computation failed, or it stands for a failure to acquire and has to be declared as one."""
    for sheet in _not_all_finite(reading):
        yield from faulty_rows(
            reading,
            sheet,
            is_nan("score"),
            code="score-nan",
            what="scores that are NaN",
            remedy="Leave a failure to acquire or enrol empty, or declare it with --failure-code nan",
            column="score",
            sample="NULL",
        )


def infinite(reading: Reading) -> Iterator[Problem]:
    """Find infinite scores: no threshold separates them, and no number above them can be written."""
    for sheet in _not_all_finite(reading):
        yield from faulty_rows(
            reading,
            sheet,
            "isinf(score)",
            code="score-infinite",
            what="scores that are infinite or too large for a 64-bit float",
            remedy="Write finite scores, and leave a failure to acquire or enrol empty",
            column="score",
        )


def too_large(reading: Reading) -> Iterator[Problem]:
    """Find finite scores so large that the width of a range of scores is no number any more."""
    for sheet in _scored(reading):
        shape = _shape(reading, sheet)
        if max(abs(shape.low or 0), abs(shape.high or 0)) > LARGEST:
            yield from faulty_rows(
                reading,
                sheet,
                f"isfinite(score) AND abs(score) > {LARGEST!r}",
                code="score-too-large",
                what=f"scores beyond {LARGEST:g}",
                remedy="Write smaller scores, or their logarithms; a code for failures is declared with --failure-code",
                column="score",
            )


def missing_scores(reading: Reading) -> Iterator[Problem]:
    """Tell where nothing can be counted at a threshold: no score at all, or candidates without one."""
    for sheet in _scored(reading):
        shape = _shape(reading, sheet)
        rows, scored = shape.rows, shape.scored
        where = column_of(sheet.source, "score")
        unread = _unread(reading, sheet)
        if rows and not scored and not unread:
            what = f"none of {count_of(rows, sheet.unit)} has a score"
            yield Problem("score-missing", where, what, "Check the export, and the failure code")
        elif "rank" in sheet.table.columns and rows > scored + unread:
            what = f"candidates without a score: {rows - scored - unread:,} of {rows:,}"
            remedy = "They are on the list at no threshold; give their scores if there are any"
            yield Problem("score-missing", where, what, remedy, "warning")


def constant(reading: Reading) -> Iterator[Problem]:
    """Find scores that are all the same: a wrong column was exported."""
    for sheet in _scored(reading):
        shape = _shape(reading, sheet)
        if shape.low is not None and shape.finite >= FEWEST and shape.low == shape.high:
            what = f"all {shape.finite:,} scores are {shape.low:g}"
            yield Problem("score-constant", column_of(sheet.source, "score"), what, "Export the similarity scores")


def wrong_direction(reading: Reading) -> Iterator[Problem]:
    """Find comparisons whose mated scores lie below the non-mated ones: distances, or a truth turned round.

    Medians are compared, of every score or of an even sample of about a million rows, which depends on their numbers
    alone.
    """
    sheet = reading.sheets.get("comparisons")
    if sheet is None:
        return
    shape = _shape(reading, sheet)
    high, low = shape.mated, shape.nonmated
    if high is not None and low is not None and min(shape.n_mated, shape.n_nonmated) >= FEWEST and high < low:
        what = f"the median of mated scores ({high:g}) lies below that of non-mated scores ({low:g})"
        remedy = "If these are distances, negate them; otherwise check which comparisons are mated"
        yield Problem("score-direction", column_of(sheet.source, "score"), what, remedy)


def tied_at_top(reading: Reading) -> Iterator[Problem]:
    """Find scores that pile up at the highest value: saturated or rounded, and no threshold can part them."""
    for sheet in _scored(reading):
        shape = _shape(reading, sheet)
        scored, top = shape.finite, shape.high
        tied = 0 if top is None else _at_top(reading, sheet, top)
        if top is not None and scored > tied >= FEWEST and tied > SHARE_AT_TOP * scored:  # all equal: another check's
            mated = sheet.has("mated")
            nonmated = f", {_at(reading, sheet, top, also='NOT mated'):,} of them non-mated" if mated else ""
            what = f"scores at the highest value {top:g}: {tied:,} of {scored:,}{nonmated}"
            remedy = "Export scores before they are rounded or cut off; rates above that value cannot be measured"
            yield Problem("score-tied-at-top", column_of(sheet.source, "score"), what, remedy, "warning")


def failure_codes(reading: Reading) -> Iterator[Problem]:
    """Find a pile of scores at -1 or another usual code, apart below all others: failures in the guise of scores."""
    for sheet in _scored(reading):
        shape = _shape(reading, sheet)
        low, top, scored = shape.low, shape.high, shape.finite
        if low is None or top is None or low not in CODES or low == top:
            continue
        query = f"SELECT min(score) FROM {sheet.rows} WHERE isfinite(score) AND score > CAST({low!r} AS DOUBLE)"
        ((following,),) = reading.connection.execute(query).fetchall()
        pile = _at(reading, sheet, low)
        if pile < 2:
            continue
        if _stands_apart(low, pile, scored, following, top):
            what = f"scores of exactly {low:g}, below all others: {pile:,} of {scored:,}; the next is {following:g}"
            remedy = f"If they are failures to acquire or enrol, say so with --failure-code {low:g}"
            yield Problem("score-failure-code", column_of(sheet.source, "score"), what, remedy, "warning")


def failure_codes_inside(reading: Reading) -> Iterator[Problem]:
    """Find a pile of scores at a usual code with others below it, among scores that are mostly no whole numbers."""
    for sheet in _scored(reading):
        shape = _shape(reading, sheet)
        codes = [code for code in CODES if shape.low is not None and shape.low < code]
        if not codes or _is_lists(sheet):  # lists hold the highest scores
            continue
        part = f" AND hash(row_in_file) % {shape.rows // SAMPLE + 1} = 0" if shape.rows > SAMPLE else ""
        piles = ", ".join(f"count(*) FILTER (score = {code!r}::DOUBLE)" for code in codes)
        query = f"SELECT count(*), count(*) FILTER (score = floor(score)), {piles} FROM {sheet.rows} "
        looked_at, whole, *found = numbers(reading, f"{query} WHERE isfinite(score){part}")
        for code, pile in zip(codes, found, strict=True):
            if pile >= FEWEST and pile > SHARE_AT_TOP * looked_at and 2 * (whole - sum(found)) < looked_at - sum(found):
                what = f"scores of exactly {code:g}, among others: {pile:,} of {looked_at:,} that were looked at"
                remedy = f"If they are failures to acquire or enrol, say so with --failure-code {code:g}"
                yield Problem("score-failure-code", column_of(sheet.source, "score"), what, remedy, "warning")


def _stands_apart(low: float, pile: int, scored: int, following: float, top: float) -> bool:
    """Whether a pile at the bottom is no tail: many, or far from the next score."""
    return pile > SHARE_AT_TOP * scored or following - low > (top - following) / 10


@dataclass(frozen=True, slots=True)
class _Shape:
    """What one pass over the scores of a sheet tells; low and high are of the finite ones.

    Of mated and non-mated scores it has the medians and of how many these are.
    """

    rows: int
    scored: int
    finite: int
    low: float | None
    high: float | None
    n_mated: int
    n_nonmated: int
    mated: float | None
    nonmated: float | None


def _shape(reading: Reading, sheet: Sheet) -> _Shape:
    """Look at every score once for all of these checks: the connection keeps what was found."""
    kept = name(f"{sheet.rows}_shape")
    reading.connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS {kept} AS {_shape_query(reading, sheet)}")
    (found,) = reading.connection.execute(f"FROM {kept}").fetchall()
    return _Shape(*found)


def _shape_query(reading: Reading, sheet: Sheet) -> str:
    return _shape_of_lists(reading, sheet) or _shape_of_rows(reading, sheet)


def _shape_of_lists(reading: Reading, sheet: Sheet) -> str | None:
    """Add up the shapes of candidate lists, which are needed anyway; ``None`` where a score is not finite."""
    if not _is_lists(sheet):
        return None
    ends = list_ends(reading.connection, sheet.table)
    # NaN counts as above all numbers, so that it and the infinities show at the two ends.
    (odd,) = numbers(reading, f"SELECT count(*) FROM {ends} WHERE NOT (isfinite(score) AND isfinite(lowest))")
    counts = "coalesce(sum(n), 0), coalesce(sum(scored), 0), coalesce(sum(scored), 0)"
    return None if odd else f"SELECT {counts}, min(lowest), max(score), 0, 0, NULL, NULL FROM {ends}"


def _shape_of_rows(reading: Reading, sheet: Sheet) -> str:
    (rows,) = numbers(reading, f"SELECT count(*) FROM {sheet.rows}")
    part = f" AND hash(row_in_file) % {rows // SAMPLE + 1} = 0" if rows > SAMPLE else ""
    chosen, mated = (f"isfinite(score){part}", "mated") if sheet.has("mated") else ("false", "NULL")
    finite = "FILTER (isfinite(score))"
    return (
        f"SELECT count(*), count(score), count(*) {finite}, min(score) {finite}, max(score) {finite}, "
        "count(one), count(other), median(one), median(other) FROM (SELECT score, "
        "CASE WHEN chosen AND mated THEN score END AS one, CASE WHEN chosen AND NOT mated THEN score END AS other "
        f"FROM (SELECT score, {mated} AS mated, {chosen} AS chosen FROM {sheet.rows}))"
    )


def _not_all_finite(reading: Reading) -> list[Sheet]:
    shapes = ((sheet, _shape(reading, sheet)) for sheet in _scored(reading))
    return [sheet for sheet, shape in shapes if shape.finite < shape.scored]


def _scored(reading: Reading) -> list[Sheet]:
    return [sheet for sheet in reading.sheets.values() if sheet.has("score")]


def _unread(reading: Reading, sheet: Sheet) -> int:
    if "score" not in sheet.unread:
        return 0
    return numbers(reading, f"SELECT count(unread__score) FROM {sheet.rows}")[0]


def _is_lists(sheet: Sheet) -> bool:
    return sheet.has("search_id", "candidate_subject", "score")


def _at_top(reading: Reading, sheet: Sheet, top: float) -> int:
    """Count the rows with the highest finite score; where few lists reach it, give these lists' length instead."""
    if not _is_lists(sheet):
        return _at(reading, sheet, top)
    ends = list_ends(reading.connection, sheet.table)
    most, scored = numbers(reading, f"SELECT sum(scored) FILTER (score >= {top!r}::DOUBLE), sum(scored) FROM {ends}")
    return most if most <= SHARE_AT_TOP * scored else _at(reading, sheet, top)


def _at(reading: Reading, sheet: Sheet, score: float, *, also: str = "true") -> int:
    """Count the rows with one score."""
    query = f"SELECT count(*) FROM {sheet.rows} WHERE score = CAST({score!r} AS DOUBLE) AND {also}"
    return numbers(reading, query)[0]
