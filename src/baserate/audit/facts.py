"""The log as rules see it: its searches with named conditions, and what one look at it tells.

**Three values.** ``unknown`` in an enumeration becomes NULL here, so that SQL's own logic carries *unknown* through
every condition.

**Named conditions** are the words that many rules share. Each stands once, below, with its reading of the schema; a
rule's SQL uses them like columns.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol

from baserate.audit.expressions import expand, names_in, other_than_none, texts, values_in_live_use
from baserate.audit.manifest import Manifest
from baserate.columns import TABLES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    import duckdb

    from baserate.columns import Column


#: Tables that a row check can run over: searches; searches with an action or a match, joined with their reviews;
#: searches joined with their disclosures; the review table; the operation table.
Source = Literal["search", "reviewed", "disclosed", "review", "operation"]


#: First and last row of a stretch of the searches, and the SQL condition that holds on its rows alone.
Slab = tuple[int, int, str]


class Log(Protocol):
    """What the audit needs of a log; :func:`baserate.inputs.logs.read_log` gives it."""

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """Connection with a view for each table of the schema, each with the integer column ``row``."""

    @property
    def absent(self) -> frozenset[tuple[str, str]]:
        """Tables and columns that the file does not have; in the views they are NULL."""

    @property
    def manifest(self) -> Mapping[str, Any]:
        """The parsed manifest; empty where there is none."""

    def slabs(self, rows: int) -> Sequence[Slab]:
        """Cut the searches into slabs of at most so many rows, each of which can be read without the others."""


#: Condition of live searches, on the column as it stands in the file.
LIVE = "mode = 'live'"

#: Conditions on a search, by name.
CONDITIONS: dict[str, str] = {
    "live": "mode = 'live'",
    # What weighs on a person in law, and what was done at all.
    "adverse": "outcome IN ('detained', 'arrested', 'transported', 'refused_entry')",
    "acted": "list_contains(['continued_stop', 'detained', 'arrested', 'transported', 'referred', "
    "'refused_entry'], outcome)",
    "match_shown": "decision_shown IN ('match_single', 'candidate_list', 'reference_code')",
    "answered": "decision_shown NOT IN ('error', 'timeout')",
    # Capture, comparison and answer while the person stands there: cameras, and a telephone held up to a face.
    "real_time": "capture_kind IN ('live_camera', 'live_mobile')",
    "public_place": "CASE place_type WHEN 'other' THEN NULL "
    "ELSE place_type IN ('street', 'public_event', 'school_health_worship') END",
    "law_enforcement": "agency_type <> 'private' AND purpose_code NOT IN ('border_entry', 'benefit', 'audit_test')",
    # That nothing else spoke for it is `none`.
    "corroborated": other_than_none("other_corroboration"),
}

# Reviewers first, then searches: two small groupings instead of several counts of distinct reviewers. Reviews that name
# nobody are one group here: of one person at least, of as many as they are at most.
_REVIEWS = """(SELECT event_id AS joined_event, count(reviewer_pid) AS reviewers_seen,
    coalesce(sum(reviews) FILTER (reviewer_pid IS NULL), 0)::BIGINT AS reviews_unnamed,
    count(reviewer_pid) FILTER (independent) AS independent_seen, bool_or(no_independence) AS independence_unknown,
    sum(CASE WHEN reviewer_pid IS NULL THEN may_be_separate ELSE least(may_be_separate, 1) END)::BIGINT
      AS independent_possible,
    count(*) FILTER (authority) AS with_authority_seen, bool_or(no_authority) AS authority_unknown,
    sum(n_altered)::BIGINT AS altered_seen, bool_or(no_decision) AS decision_unknown,
    min(first_review, 2)[2] AS second_review_any, bool_or(no_time) AS time_unknown,
    (min(first_review, 2) FILTER (reviewer_pid IS NOT NULL))[2] AS second_review_utc
  FROM (SELECT event_id, reviewer_pid, count(*) AS reviews, bool_or(independent) AS independent,
      bool_or(could_override) AS authority, bool_or(independent IS NULL) AS no_independence,
      count(*) FILTER (independent IS DISTINCT FROM false) AS may_be_separate,
      bool_or(could_override IS NULL) AS no_authority, bool_or(review_decision IS NULL) AS no_decision,
      count(*) FILTER (review_decision = 'different') AS n_altered, min(review_time_utc) AS first_review,
      bool_or(review_time_utc IS NULL) AS no_time
    FROM {side} GROUP BY event_id, reviewer_pid) GROUP BY event_id)"""

# Searches that a review or a disclosure can matter to: the join is kept to them.
_REVIEWABLE = "live IS NOT FALSE AND (acted IS NOT FALSE OR match_shown IS NOT FALSE)"
_DISCLOSABLE = "live IS NOT FALSE AND case_link IS DISTINCT FROM 'none'"

# Of each kind, whether one was made, and whether one may have been: recipient or contents can be empty.
_DISCLOSURES = """(SELECT event_id AS joined_event, bool_or("to" IS NULL) AS recipient_unknown,
    bool_or(contents IS NULL AND ("to" = 'defence') IS NOT FALSE) AS contents_unknown,
    bool_or("to" = 'defence') IS TRUE AS defence_seen,
    bool_or(("to" = 'defence') IS NOT FALSE) AS defence_possible,
    bool_or("to" = 'defence' AND contents = 'full_list') IS TRUE AS defence_full_seen,
    bool_or(("to" = 'defence' AND contents = 'full_list') IS NOT FALSE) AS defence_full_possible,
    bool_or("to" = 'defence' AND contents = 'null_result') IS TRUE AS defence_null_seen,
    bool_or(("to" = 'defence' AND contents = 'null_result') IS NOT FALSE) AS defence_null_possible
  FROM {side} GROUP BY event_id)"""

_REVIEW_COLUMNS = {
    **dict.fromkeys(("reviewers_seen", "reviews_unnamed", "independent_seen", "independent_possible",
                     "with_authority_seen", "altered_seen"), "BIGINT"),
    **dict.fromkeys(("independence_unknown", "authority_unknown", "decision_unknown", "time_unknown"), "BOOLEAN"),
    **dict.fromkeys(("second_review_any", "second_review_utc"), "TIMESTAMPTZ"),
}  # fmt: skip
_DISCLOSURE_COLUMNS = dict.fromkeys(
    ("recipient_unknown", "contents_unknown", "defence_seen", "defence_possible", "defence_full_seen",
     "defence_full_possible", "defence_null_seen", "defence_null_possible"), "BOOLEAN"
)  # fmt: skip

# A side table that the log does not have leaves NULL; one that it has and that is silent on a search counts 0. That
# comes first, as it holds for most searches: the engine then decides it once for all of them.
_REVIEW_FACTS = {
    "n_reviewers": "CASE WHEN {there} AND coalesce(reviews_unnamed, 0) = 0 THEN coalesce(reviewers_seen, 0) "
    "WHEN reviewers_seen >= 2 THEN reviewers_seen WHEN reviewers_seen + reviews_unnamed < 2 "
    "THEN reviewers_seen + reviews_unnamed END",
    "n_unnamed": "CASE WHEN {named} THEN coalesce(reviews_unnamed, 0) END",
    "n_independent": "CASE WHEN {there} AND independence_unknown IS NOT TRUE AND coalesce(reviews_unnamed, 0) = 0 "
    "THEN coalesce(independent_seen, 0) WHEN independent_seen >= 2 THEN independent_seen "
    "WHEN independent_possible < 2 THEN independent_possible END",
    "n_with_authority": "CASE WHEN {there} AND authority_unknown IS NOT TRUE "
    "THEN coalesce(with_authority_seen, 0) WHEN with_authority_seen > 0 THEN with_authority_seen END",
    "n_altered": "CASE WHEN {there} AND decision_unknown IS NOT TRUE THEN coalesce(altered_seen, 0) "
    "WHEN altered_seen > 0 THEN altered_seen END",
    # One who is not named may have been the second.
    "second_review": "CASE WHEN time_unknown IS NOT TRUE AND second_review_any IS NOT DISTINCT FROM second_review_utc "
    "THEN second_review_utc END",
}
_DISCLOSURE_FACTS = {
    f"told_{kind}": f"CASE WHEN {{there}} AND {possible} IS NOT TRUE THEN FALSE WHEN {seen} THEN TRUE END"
    for kind, seen, possible in (
        ("defence", "defence_seen", "defence_possible"),
        ("defence_all", "defence_full_seen", "defence_full_possible"),
        ("defence_null", "defence_null_seen", "defence_null_possible"),
    )
}
_REVIEW_EMPTY = {
    "reviews_unnamed > 0": "review.reviewer_pid",
    "independence_unknown": "review.independent",
    "authority_unknown": "review.could_override",
    "decision_unknown": "review.review_decision",
    "time_unknown": "review.review_time_utc",
}
_DISCLOSURE_EMPTY = {"recipient_unknown": "disclosure.to", "contents_unknown": "disclosure.contents"}


#: Rows of a log in which a first look finds most of what it looks for.
_BEGINNING = 10_000
#: Most values that are written out in a condition.
_FEW = 1_000


@dataclass(frozen=True, slots=True)
class _Join:
    """Searches joined with a side table.

    How it is grouped by search, the columns that this gives (with their types), the facts told by them, the conditions
    under which cells of a field are empty, and the searches it can matter to.
    """

    side: str
    grouped: str
    columns: Mapping[str, str]
    facts: Mapping[str, str]
    empty: Mapping[str, str]
    rows: str


_JOINS: dict[Source, _Join] = {
    "reviewed": _Join("review", _REVIEWS, _REVIEW_COLUMNS, _REVIEW_FACTS, _REVIEW_EMPTY, _REVIEWABLE),
    "disclosed": _Join(
        "disclosure", _DISCLOSURES, _DISCLOSURE_COLUMNS, _DISCLOSURE_FACTS, _DISCLOSURE_EMPTY, _DISCLOSABLE
    ),
}

#: By source that is joined, the facts that this gives.
JOINED: dict[Source, frozenset[str]] = {
    "reviewed": frozenset(_REVIEW_FACTS),
    "disclosed": frozenset(_DISCLOSURE_FACTS),
}

#: By source that is joined, conditions under which cells of a side table's field are empty, and the field.
EMPTY: dict[Source, Mapping[str, str]] = {source: join.empty for source, join in _JOINS.items()}

#: Columns that stand behind a computed fact, to name what is missing.
BEHIND: dict[str, tuple[str, ...]] = {
    "n_reviewers": ("review.reviewer_pid",),
    "n_unnamed": ("review.reviewer_pid",),
    "n_independent": ("review.independent",),
    "n_with_authority": ("review.could_override",),
    "n_altered": ("review.review_decision",),
    "second_review": ("review.review_time_utc",),
    "told_defence": ("disclosure.to",),
    "told_defence_all": ("disclosure.to", "disclosure.contents"),
    "told_defence_null": ("disclosure.to", "disclosure.contents"),
}


@dataclass(frozen=True, slots=True)
class Facts:
    """A log with what one pass over it tells.

    Parameters
    ----------
    log
        The log.
    manifest
        Its manifest.
    seen
        Columns of ``search_event`` that hold at least one value, of those whose emptiness a rule reads.
    n_searches, n_live
        Rows in all and rows of live use.
    n_mode_unknown
        Rows of which it is unknown whether they are use.
    n_untimed
        Live searches without a time.
    first, last
        First and last start of a live search, UTC; ``None`` where none has a time.
    bound
        For each jurisdiction's conditions (rows, exempt): searches bound, searches of which it is unknown, searches
        exempt.
    in_use
        For each column of which a rule asks whether a value is in live use, these values; columns with very many are
        left out.
    told
        What :meth:`once` found, by SQL.
    """

    log: Log
    manifest: Manifest
    seen: frozenset[str]
    n_searches: int
    n_live: int
    n_mode_unknown: int
    n_untimed: int
    first: datetime | None
    last: datetime | None
    bound: Mapping[tuple[str, str], tuple[int, int, int]]
    in_use: Mapping[str, tuple[str | None, ...]]
    told: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def first_day(self) -> date | None:
        """First day of live use, UTC."""
        return None if self.first is None else self.first.astimezone(UTC).date()

    @property
    def last_day(self) -> date | None:
        """Last day of live use, UTC."""
        return None if self.last is None else self.last.astimezone(UTC).date()

    def has_table(self, table: str) -> bool:
        """Say whether the log has the side table."""
        return any((table, column.name) not in self.log.absent for column in TABLES[table])

    def has_column(self, table: str, name: str) -> bool:
        """Say whether the log has the column."""
        return (table, name) not in self.log.absent

    def sql(self, text: str) -> str:
        """Expand the macros of a rule's SQL for this log."""
        return expand(text, manifest=self.manifest, seen=self.seen, end=self.last, in_use=self.in_use)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Run a query and give its rows."""
        return self.log.connection.execute(sql).fetchall()

    def once(self, sql: str) -> list[tuple[Any, ...]]:
        """Run a query that several rules ask, once for all of them, and give its rows."""
        if sql not in self.told:
            self.told[sql] = self.rows(sql)
        return self.told[sql]

    def limits(self, name: Source) -> str:
        """SQL condition for the searches that are rows of a source."""
        return _JOINS[name].rows if name in _JOINS else "TRUE"

    def alone(self, rows: str) -> str:
        """Give SQL of rows with the facts of a search that no side table has anything on."""
        columns = ", ".join(
            f"NULL::{kind} AS {name}" for join in _JOINS.values() for name, kind in join.columns.items()
        )
        facts = ", ".join(_computed(join, self) for join in _JOINS.values())
        return f"(SELECT *, {facts} FROM (SELECT *, {columns} FROM {rows}))"  # noqa: S608

    def keep_accompanied(self, used: str) -> None:
        """Keep the searches that any side table has something on, as the table ``accompanied``, with some columns."""
        events = " UNION ALL ".join(f"SELECT hash(event_id) FROM {join.side}" for join in _JOINS.values())  # noqa: S608
        # By numbers: the identifiers of the side tables would not stay in memory, and numbers are quicker to join by.
        # That a million events on a side and ten million others share one has a chance below one in a million.
        few = f"(FROM search_event WHERE hash(event_id) IN ({events}))"
        columns = [column.name for column in _columns_behind(used) if column.name != "event_id"]
        matters = [f"({join.rows}) AS {join.side}_matters" for join in _JOINS.values()]
        rows = searches(" ".join([used, *(join.rows for join in _JOINS.values())]), table=few)
        kept = f'SELECT "row", hash(event_id) AS event, {", ".join([*columns, *matters])} FROM {rows}'  # noqa: S608
        self.rows(f"CREATE OR REPLACE TEMP TABLE accompanied AS {kept}")

    def accompanied(self, name: Source) -> str:
        """Give SQL of the searches that are kept and that a source's side table has something on that matters."""
        join = _JOINS[name]
        kept = f"(SELECT * FROM accompanied WHERE {join.side}_matters)"  # noqa: S608
        # Grouped by numbers, which take a fraction of the memory of texts: the row for the event, and for a person a
        # hash, of which two that review one search are as good as never the same.
        people = [c.name for c in TABLES[join.side] if c.type == "pseudonym" and c.name != "event_id"]
        hashed = "".join(f", CASE WHEN {one} IS NOT NULL THEN hash({one}) END AS {one}" for one in people)
        numbered = f"{join.side}.* REPLACE (searched AS event_id{hashed})"
        events = f'(SELECT "row" AS searched, event FROM {kept})'  # noqa: S608
        there = f"{join.side} JOIN {events} ON hash(event_id) = event WHERE event_id IS NOT NULL"
        side = f"(SELECT {numbered} FROM {there})"  # noqa: S608
        facts = _computed(join, self)
        return f'(SELECT *, {facts} FROM {kept} JOIN {join.grouped.format(side=side)} ON "row" = joined_event)'  # noqa: S608

    def source(self, name: Source, used: str, *, first: int = 0) -> str:
        """Give SQL of the rows that a check runs over, with the columns that ``used`` names and its ``row``.

        With ``first``, of the first rows of the table only, which in a join is that of the searches.
        """
        if name in _JOINS:
            return self._joined(_JOINS[name], used=used, first=first)
        limit = f" LIMIT {first}" if first else ""
        if name == "review":
            return f"(FROM review{limit})"
        if name == "operation":
            return f"(SELECT *, NULL::VARCHAR AS event_id FROM operation{limit})"  # noqa: S608
        return searches(used, first=first)

    def _joined(self, join: _Join, *, used: str, first: int) -> str:
        left = f"(SELECT * FROM {searches(f'{used} {join.rows}', first=first)} WHERE {join.rows})"  # noqa: S608
        asked = f"(SELECT * FROM {join.side} WHERE event_id IN (SELECT event_id FROM {left}))" if first else join.side  # noqa: S608
        side = _kept(join.grouped.format(side=asked))
        return f"(SELECT *, {_computed(join, self)} FROM {left} LEFT JOIN {side} ON event_id = joined_event)"  # noqa: S608


def searches(
    used: str | None = None,
    *,
    raw: Collection[str] = (),
    where: str = "TRUE",
    first: int = 0,
    table: str = "search_event",
) -> str:
    """Give SQL of the searches with the named conditions that some SQL uses; all where it is not given.

    Columns named in ``raw`` are there as ``raw_...`` too, as they stand in the file, and ``where`` is a condition on
    them; ``first`` keeps so many rows of its beginning. They are in ``table``.
    """
    conditions = _conditions_in(used)
    columns = ", ".join([*map(_column, _columns_behind(used)), *(f"{name} AS raw_{name}" for name in raw)])
    stated = "".join(f", ({condition}) AS {name}" for name, condition in conditions.items())
    rows = beginning(first) if first else table
    return f'(SELECT *{stated} FROM (SELECT "row", {columns} FROM {rows} WHERE {where}))'  # noqa: S608 (our own schema)


def _conditions_in(used: str | None) -> dict[str, str]:
    """Give the named conditions that some SQL uses; all where it is not given."""
    words = CONDITIONS.keys() if used is None else names_in(used)
    return {name: condition for name, condition in CONDITIONS.items() if name in words}


def _columns_behind(used: str | None) -> list[Column]:
    """Give the columns that some SQL and its named conditions read, and ``event_id``; all where it is not given."""
    if used is None:
        return list(TABLES["search_event"])
    words = names_in(" ".join([used, *_conditions_in(used).values()])) | {"event_id"}
    return [column for column in TABLES["search_event"] if column.name in words]


def beginning(rows: int) -> str:
    """Give SQL of the first searches of a log, behind which nothing is read whatever else is asked of them."""
    return f"(FROM search_event LIMIT {rows})"


def _column(column: Column) -> str:
    """Give SQL of a column in which ``unknown`` is NULL."""
    if column.type == "enum" and "unknown" in column.values:
        # A function of the column alone, which the engine asks once for each entry of a column's dictionary.
        known = texts(value for value in column.values if value != "unknown")
        return f"({known})[list_position({known}, {column.name})] AS {column.name}"
    if "unknown" in column.values or column.type == "cell":
        return f"nullif({column.name}, 'unknown') AS {column.name}"
    return column.name


def look_at(
    log: Log, *, emptiness: Iterable[str], bounds: Iterable[tuple[str, str]], in_use: Iterable[str] = ()
) -> Facts:
    """Look once at a log for what decides which rules apply and which columns hold anything.

    Parameters
    ----------
    log
        The log.
    emptiness
        Columns of ``search_event`` whose empty cells some rule reads as "did not happen".
    bounds
        Pairs of SQL conditions, rows bound and rows exempt (empty for none).
    in_use
        Columns of texts of which some rule asks whether a value is in live use.
    """
    pairs = sorted(set(bounds))
    whole, of_bounds = _look_at_use(log, pairs)
    n_searches, n_live, n_unknown, n_timed, first, last = whole
    return Facts(
        log=log,
        manifest=Manifest(log.manifest),
        seen=_columns_seen(log, sorted(set(emptiness))),
        n_searches=n_searches,
        n_live=n_live,
        n_mode_unknown=n_unknown,
        n_untimed=n_live - n_timed,
        first=_instant(first),
        last=_instant(last),
        bound={pair: (of_bounds[3 * i], of_bounds[3 * i + 1], of_bounds[3 * i + 2]) for i, pair in enumerate(pairs)},
        in_use=_values_in_use(log, sorted(set(in_use))),
    )


#: Rows; live, of unknown mode, and live with a time; first and last start in microseconds.
_Use = tuple[int, int, int, int, int | None, int | None]


def _look_at_use(log: Log, pairs: Sequence[tuple[str, str]]) -> tuple[_Use, tuple[int, ...]]:
    """Count use, its time, and whose it is; conditions on agencies are asked of their few combinations."""
    conditions = [condition for pair in pairs for condition in _three(pair)]
    words = names_in(" ".join(conditions)) - {"live"}
    by = [c.name for c in TABLES["search_event"] if c.name in words]
    of_use = [
        "sum(n)", "sum(n) FILTER (live)", "sum(n) FILTER (live IS NULL)", "sum(timed) FILTER (live)",
        "min(first) FILTER (live)", "max(last) FILTER (live)",
        *(f"sum(n) FILTER ({condition})" for condition in conditions),
    ]  # fmt: skip
    # As whole numbers: no time zone of a session can touch them.
    times = "count(time_start_utc) AS timed, epoch_us(min(time_start_utc)) AS first, "
    times += "epoch_us(max(time_start_utc)) AS last"
    listed = ", ".join(["live", *by])
    grouped = f"SELECT {listed}, count(*) AS n, {times} FROM {searches(f'{listed} time_start_utc')} GROUP BY ALL"  # noqa: S608
    (row,) = log.connection.execute(f"SELECT {', '.join(of_use)} FROM ({grouped})").fetchall()  # noqa: S608
    counts = [None if number is None else int(number) for number in row]
    searched, live, unknown, timed = (n or 0 for n in counts[:4])
    return (searched, live, unknown, timed, counts[4], counts[5]), tuple(n or 0 for n in counts[6:])


def _values_in_use(log: Log, columns: Sequence[str]) -> dict[str, tuple[str | None, ...]]:
    """Find the values of columns in live use, as long as they are few enough to be written down."""
    found = {}
    for name in columns:
        distinct = f"SELECT DISTINCT value FROM ({values_in_live_use(name)}) LIMIT {_FEW + 1}"  # noqa: S608
        rows = log.connection.execute(f"FROM ({distinct}) ORDER BY value").fetchall()
        found[name] = tuple(value or None for (value,) in rows)
    return {name: values for name, values in found.items() if len(values) <= _FEW}


def _columns_seen(log: Log, columns: Sequence[str]) -> frozenset[str]:
    """Find the columns with a value: most have one near the log's beginning, and only the others are read through."""
    early = _with_a_value(log, columns, f"(FROM search_event LIMIT {_BEGINNING})")
    return early | _with_a_value(log, [name for name in columns if name not in early], "search_event")


def _with_a_value(log: Log, columns: Sequence[str], rows: str) -> frozenset[str]:
    if not columns:
        return frozenset()
    known = ", ".join(f"count({_known(column)})" for column in columns)
    (row,) = log.connection.execute(f"SELECT {known} FROM {rows}").fetchall()  # noqa: S608
    return frozenset(name for name, n in zip(columns, row, strict=True) if n)


def _known(name: str) -> str:
    return _column(next(c for c in TABLES["search_event"] if c.name == name)).rpartition(" AS ")[0] or name


def _instant(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else datetime.fromtimestamp(microseconds // 1_000_000, tz=UTC)


def _three(pair: tuple[str, str]) -> tuple[str, str, str]:
    rows, exempt = pair
    return rows, f"({rows}) IS NULL", f"({rows}) AND ({exempt})" if exempt else "FALSE"


def _kept(side: str) -> str:
    # The condition always holds. With it the engine takes the grouped rows for few, and keeps them in memory, not the
    # searches, which are read past them.
    return f"(SELECT * FROM {side} WHERE hash(joined_event) IS NOT NULL)"  # noqa: S608


def _computed(join: _Join, facts: Facts) -> str:
    there = str(facts.has_table(join.side)).upper()
    named = str(facts.has_column("review", "reviewer_pid")).upper()
    return ", ".join(f"{text.format(there=there, named=named)} AS {name}" for name, text in join.facts.items())
