"""Scores and candidate lists, read and checked: the one way in for what is measured or extrapolated."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from baserate.errors import refuse
from baserate.inputs.checks import require_sound
from baserate.inputs.formats import read_file, read_frame

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from duckdb import DuckDBPyConnection

    from baserate.inputs.formats.reading import Options, Reading

# Above this many rows the costly checks look at a sample: all of them on 1e7 rows cost more than measuring does.
MOST_CHECKED = 500_000


def read_scores(
    source: object,
    *,
    searches: object = None,
    format_name: str | None = None,
    options: Options | None = None,
    watched: Callable[[DuckDBPyConnection], AbstractContextManager[None]] | None = None,
) -> Reading:
    """Read comparisons or candidate lists, of whatever format, and run every check.

    In tables of more than half a million rows the checks that sort or group look at an even sample of about so many
    (:data:`baserate.inputs.checks.SAMPLED`), and a warning says so.

    Parameters
    ----------
    source
        A file (``Path`` or ``str``) of any format in :data:`baserate.inputs.formats.FORMATS`, or a data frame
        (:func:`baserate.inputs.formats.read_frame`).
    searches
        The searches table that goes with candidate lists: a file if ``source`` is one, else a data frame.
    format_name
        One of the names in ``FORMATS``; told by the file's beginning when ``None``. Frames need none.
    options
        What the source does not say of itself.
    watched
        What goes on around the checks, which on large tables take long: progress, for whoever waits.

    Returns
    -------
    Reading
        ``comparisons`` or ``searches`` are what :mod:`baserate.estimates` counts; ``problems`` holds the warnings.

    Raises
    ------
    InputError
        The source cannot be read without loss, or a number counted from it would be wrong; every problem is in it.

    Examples
    --------
    >>> import duckdb
    >>> from baserate.estimates import Wanted, measure_comparisons
    >>> frame = duckdb.sql("SELECT i % 4 = 0 AS mated, i % 4 + i / 100 AS score FROM range(9) t(i)")
    >>> reading = read_scores(frame)
    >>> print(measure_comparisons(reading.comparisons, Wanted(thresholds=(2,)))[0])
    0.6667 (0.2228 to 0.9567)
    """
    if isinstance(source, (str, Path)):
        if not (searches is None or isinstance(searches, (str, Path))):
            remedy = "Give two files or two frames"
            raise refuse("mixed-sources", "searches", "the lists are a file and the searches are not", remedy)
        reading = read_file(source, format_name=format_name, searches=searches, options=options, partly=True)
    else:
        reading = read_frame(source, searches=searches, options=options)
    with watched(reading.connection) if watched else nullcontext():
        problems = require_sound(reading, most_rows=MOST_CHECKED)
    return replace(reading, problems=problems)
