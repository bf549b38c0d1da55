"""How a result shows itself in a notebook: a plain table, everything escaped."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from html import escape
from numbers import Integral, Real
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

MOST_ROWS = 200
MOST_PARTS = 12  # of a value that is itself several
MOST_LETTERS = 400


class Shown:
    """A result whose fields show themselves as a table in a notebook; one that says more than they do has its own way.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True, slots=True)
    ... class SomeRates(Shown):
    ...     rates: tuple[float, ...]
    >>> print(re.sub("<.*?>", " ", SomeRates((0.5, 1e-7))._repr_html_()))
      Some rates   what  value     rates  0.5; 1e-07
    """

    __slots__ = ()

    def _repr_html_(self) -> str:
        caption = re.sub("(?<=[a-z])(?=[A-Z])", " ", type(self).__name__).capitalize()
        rows = ((name.replace("_", " "), cell_text(value)) for name, value in _fields(self))
        return table_html(caption, ("what", "value"), rows)


def cell_text(value: object, *, depth: int = 3) -> str:
    """Write any value in a cell: numbers short, what is many by its first parts or its ends.

    Examples
    --------
    >>> cell_text(0.123456789), cell_text(12345), cell_text(True), cell_text({"a": (1, None)}), cell_text(range(20))
    ('0.123457', '12,345', 'yes', 'a: 1; ', '0; 1; 2; 3; 4; 5; 6; 7; 8; 9; 10; 11; and 8 more')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Integral):
        return f"{int(value):,}"
    if isinstance(value, Real):
        return f"{float(value):.6g}"
    if hasattr(value, "dtype"):
        return _of_array(cast("NDArray[np.generic]", value))
    if isinstance(value, (str, bytes)) or depth == 0 or not _is_several(value):
        text = str(value)
        return text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS]}…"
    parts = list(_parts(value, depth - 1))
    more = [f"and {len(parts) - MOST_PARTS:,} more"] if len(parts) > MOST_PARTS else []
    return "; ".join([*parts[:MOST_PARTS], *more])


def _fields(result: object) -> Iterator[tuple[str, object]]:
    """Give the fields that have words: not a connection or a function."""
    names = getattr(result, "__dataclass_fields__", None) or vars(result)
    for name in names:
        value = getattr(result, name)
        if not name.startswith("_") and (isinstance(value, Collection) or not repr(value).startswith("<")):
            yield name, value


def _is_several(value: object) -> bool:
    own_words = "__str__" in vars(type(value))
    return isinstance(value, Collection) or (hasattr(value, "__dataclass_fields__") and not own_words)


def _parts(value: object, depth: int) -> Iterator[str]:
    if isinstance(value, Collection) and not isinstance(value, Mapping):
        yield from (cell_text(one, depth=depth) for one in value)
        return
    items = value.items() if isinstance(value, Mapping) else _fields(value)
    yield from (f"{cell_text(key)}: {cell_text(one, depth=depth)}" for key, one in items)


def _of_array(values: NDArray[np.generic]) -> str:
    """Count the numbers, and give the lowest and the highest."""
    if not values.size or values.dtype.kind not in "fiu":
        return f"{values.size:,} values"
    return f"{values.size:,} numbers, {cell_text(values.min())} to {cell_text(values.max())}"


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
