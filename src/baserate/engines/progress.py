"""How far the engine has come with the query it is at, for whoever waits."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from duckdb import DuckDBPyConnection


@contextmanager
def reporting(connection: DuckDBPyConnection, report: Callable[[float], None], *, every: float = 0.5) -> Iterator[None]:
    """Report the progress of queries while the body runs.

    Parameters
    ----------
    connection
        From :func:`baserate.engines.duckdb.connect`.
    report
        Called from another thread with the share of the current query that is done, 0 to 100 %.
    every
        Seconds between reports.

    Examples
    --------
    >>> from baserate.engines.duckdb import connect
    >>> connection = connect([])
    >>> with reporting(connection, lambda percent: None):
    ...     connection.execute("SELECT 1").fetchone()
    (1,)
    """
    done = Event()

    def watch() -> None:
        while not done.wait(every):
            percent = connection.query_progress()
            if percent >= 0:
                report(percent)

    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
