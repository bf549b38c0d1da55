"""How a result shows itself in a notebook: a plain table, everything escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST_ROWS = 200


def table_html(caption: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a table as HTML.

    Parameters
    ----------
    caption
        What it shows.
    head
        Names of the columns.
    rows
        Cells; what is ``None`` stays empty. Rows beyond 200 are counted, not shown.

    Examples
    --------
    >>> table_html("One", ["x"], [["<b>"]]).partition("<tbody>")[2]
    '<tr><td>&lt;b&gt;</td></tr></tbody></table>'
    """
    listed = list(rows)
    more = f" (first {MOST_ROWS} of {len(listed):,} rows)" if len(listed) > MOST_ROWS else ""
    shown = "".join(_row(row, "td") for row in listed[:MOST_ROWS])
    return (
        f"<table><caption>{escape(caption + more)}</caption><thead>{_row(head, 'th')}</thead>"
        f"<tbody>{shown}</tbody></table>"
    )


def _row(cells: Sequence[object], tag: str) -> str:
    texts = ("" if cell is None else escape(str(cell)) for cell in cells)
    return f"<tr>{''.join(f'<{tag}>{text}</{tag}>' for text in texts)}</tr>"
