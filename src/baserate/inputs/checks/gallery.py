"""The gallery: its size is what a rate of identification depends on most."""

# ruff: noqa: S608 - the names are this package's own, and the connection is locked down.
from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.errors import Problem
from baserate.inputs.checks.faults import absent, faulty_rows, numbers
from baserate.inputs.checks.sample import surveyed
from baserate.inputs.lists import list_ends
from baserate.inputs.problems import column_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from baserate.inputs.formats.reading import Reading, Sheet


def gallery_size_missing(reading: Reading) -> Iterator[Problem]:
    """Tell that the gallery's size is not stated: a false positive rate without it means nothing elsewhere."""
    sheet = reading.sheets.get("searches")
    if sheet is None:
        return
    if not sheet.has("gallery_size"):
        what = "there is no column gallery_size"
        remedy = "Add it, in persons: rates of identification hold for one size of gallery"
        yield Problem("gallery-size-missing", sheet.source, what, remedy, "warning")
        return
    yield from faulty_rows(
        reading,
        sheet,
        absent(sheet, "gallery_size"),
        code="gallery-size-missing",
        what="searches without a gallery size",
        remedy="State it, in persons: rates of identification hold for one size of gallery",
        column="gallery_size",
        sample="search_id",
        severity="warning",
    )


def gallery_size_impossible(reading: Reading) -> Iterator[Problem]:
    """Find gallery sizes below 1."""
    sheet = reading.sheets.get("searches")
    if sheet is not None and sheet.has("gallery_size"):
        yield from faulty_rows(
            reading,
            sheet,
            "gallery_size < 1",
            code="gallery-size-impossible",
            what="gallery sizes below 1",
            remedy="State the number of persons enrolled",
            column="gallery_size",
        )


def mixed_gallery_sizes(reading: Reading) -> Iterator[Problem]:
    """Tell that searches went to galleries of different sizes: one rate over all of them describes none."""
    sheet = reading.sheets.get("searches")
    if sheet is None or not sheet.has("gallery_size"):
        return
    query = (
        f"SELECT gallery_size, count(*) AS n FROM {sheet.rows} WHERE gallery_size >= 1 "
        "GROUP BY gallery_size ORDER BY n DESC, gallery_size LIMIT 11"
    )
    sizes = reading.connection.execute(query).fetchall()
    if len(sizes) > 1:
        named = ", ".join(f"{count:,} of {size:,}" for size, count in sizes[:10])
        more = " and others" if len(sizes) > 10 else ""
        what = f"galleries of different sizes were searched: {named}{more}"
        remedy = "Measure each size by itself, with --group gallery_size"
        yield Problem("gallery-sizes-mixed", column_of(sheet.source, "gallery_size"), what, remedy, "warning")


def list_longer_than_gallery(reading: Reading) -> Iterator[Problem]:
    """Find candidates ranked beyond the size of the gallery that they came from."""
    if not {"candidates", "searches"} <= set(reading.sheets) or not reading.sheets["searches"].has("gallery_size"):
        return
    sheet, searches = reading.sheets["candidates"], reading.sheets["searches"]
    if not _reaches_end(reading, sheet, searches):
        return
    relation = (
        f"(SELECT c.row_in_file, c.rank, s.gallery_size FROM {sheet.rows} c JOIN "
        f"(SELECT search_id, max(gallery_size) AS gallery_size FROM {searches.rows} GROUP BY search_id) s "
        "USING (search_id))"
    )
    yield from faulty_rows(
        reading,
        sheet,
        "rank > gallery_size AND gallery_size >= 1",
        code="list-longer-than-gallery",
        what="candidates ranked beyond the size of the gallery",
        remedy="Correct gallery_size or rank; if the gallery holds several images a person, keep the best of each",
        column="rank",
        sample="concat('rank ', rank, ' in a gallery of ', gallery_size)",
        relation=relation,
    )


def _reaches_end(reading: Reading, sheet: Sheet, searches: Sheet) -> bool:
    """Whether any list is longer than the smallest gallery: only then its rows need to be looked at."""
    ordered = surveyed(reading).ordered
    lengths = f"SELECT max(n) FROM {list_ends(reading.connection, sheet.table)}"
    (longest,) = numbers(reading, lengths if ordered else f"SELECT max(rank) FROM {sheet.rows}")
    (smallest,) = numbers(reading, f"SELECT min(gallery_size) FROM {searches.rows} WHERE gallery_size >= 1")
    return longest > smallest
