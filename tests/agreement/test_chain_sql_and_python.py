"""The canonical text in SQL and its definition in Python agree, and both with a text written out by hand."""

# ruff: noqa: S608 - constants
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from baserate.columns import TABLES, TYPES, duckdb_columns
from baserate.inputs.log_formats.chain import FIRST, canonical_sql, row_digest, row_text

TIMES = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)).map(lambda t: t.replace(tzinfo=UTC))
CODES = st.text("abcXYZ019._-", min_size=1, max_size=8)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
CANDIDATES = st.lists(
    st.fixed_dictionaries({
        "rank": st.none() | st.integers(1, 50), "score": st.none() | FLOATS,
        "above_threshold": st.none() | st.booleans(), "source_gallery": st.none() | CODES,
    }), max_size=3,
)  # fmt: skip
BY_TYPE = {
    "BIGINT": st.integers(-(2**62), 2**62), "DOUBLE": FLOATS, "BOOLEAN": st.booleans(), "VARCHAR": CODES,
    "VARCHAR[]": st.lists(CODES, max_size=4),
}  # fmt: skip


def values_of(kind: str) -> st.SearchStrategy[object]:
    if kind == "timestamp":
        return TIMES
    if kind == "interval":
        return st.tuples(TIMES, TIMES)
    return CANDIDATES if kind == "candidates" else BY_TYPE[TYPES[kind].duckdb]


ROWS = st.fixed_dictionaries(
    {}, optional={record.name: values_of(record.type) for record in TABLES["search_event"] if "hash" not in record.name}
)


def as_parameter(value: object) -> object:
    return {"start_utc": value[0], "end_utc": value[1]} if isinstance(value, tuple) else value


@given(ROWS)
@settings(max_examples=60, deadline=None)
def test_sql_and_python_give_the_same_text(row):
    types = duckdb_columns("search_event")
    cells = ", ".join(f'CAST({f"${c}" if c in row else "NULL"} AS {kind}) AS "{c}"' for c, kind in types.items())
    sql = f"SELECT {canonical_sql()} FROM (SELECT {cells})"
    parameters = {column: as_parameter(value) for column, value in row.items()}
    assert duckdb.connect().execute(sql, parameters).fetchall() == [(row_text(row),)]


def test_the_canonical_text_is_what_the_page_says():
    row = {
        "event_id": "ev_1", "seq": 2, "prev_hash": "x", "time_start_utc": datetime(2026, 3, 1, 9, tzinfo=timezone(
            timedelta(hours=-5))), "sources_queried": ["tvs", "ident", "tvs"], "threshold": -0.0,
        "candidates": [{"rank": 1, "score": 0.1, "above_threshold": True, "source_gallery": None}],
        "hotlist_hit": False, "case_link": None,
    }  # fmt: skip
    expected = (
        '{"event_id":"ev_1","seq":2,"time_start_utc":"2026-03-01T14:00:00.000000Z","threshold":0.0000000000000000e+00,'
        '"candidates":[[1,1.0000000000000001e-01,true,null]],"hotlist_hit":false,"sources_queried":["ident","tvs"]}'
    )
    assert row_text(row) == expected
    assert row_digest(FIRST, row) == sha256((FIRST + expected).encode()).hexdigest()


def test_the_digests_printed_on_the_page_are_right():
    page = (Path(__file__).parents[2] / "docs" / "background" / "hash-chain.md").read_text(encoding="utf-8")
    first = row_digest(FIRST, {"seq": 1, "mode": "live"})
    assert f"| `{first}` |" in page
    assert f"| `{row_digest(first, {'seq': 2, 'mode': 'live'})}` |" in page
