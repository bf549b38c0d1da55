"""One event: what should have been recorded and disclosed of it, rule by rule.

The rules are held against the log as it would be with this one search in it, so that a checklist and an audit cannot
disagree about what a rule asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from baserate.audit.fields import fields_read
from baserate.audit.finding import mask_event
from baserate.audit.packs import PACKS
from baserate.audit.run import hold_against
from baserate.columns import TABLES
from baserate.engines.duckdb import name
from baserate.errors import refuse
from baserate.inputs.problems import count_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import duckdb

    from baserate.audit.facts import Log, Slab
    from baserate.audit.finding import Finding, Mark, Status
    from baserate.audit.rule import Rule

#: Rules about totals, sequences, groups or side tables without events: one search can neither meet nor break them.
WHOLE_LOG = frozenset({"SD-10", "EU-11", "EU-13", "EU-18", "MD-4", "UT-1", "UK-4", "ISO-2", "ISO-3", "ISO-5"})

Recorded = bool | None


@dataclass(frozen=True, slots=True)
class Field:
    """A field that a rule reads.

    Parameters
    ----------
    name
        ``column`` of the searches, ``table.column`` of a side table, or ``m.key`` of the manifest.
    recorded
        Whether it holds a value for this event; ``None`` where the log has no such column at all.
    """

    name: str
    recorded: Recorded


@dataclass(frozen=True, slots=True)
class Item:
    """One duty towards this event.

    Parameters
    ----------
    rule, title, complies, citation, verified
        The rule's own record; ``complies`` is what would have to be there.
    jurisdiction
        Where it binds, in words.
    status
        What the rule says of this event; for a rule that does not bind, or of which that is not known, see
        ``if_applied``.
    reason
        Why.
    if_applied
        What it would say if it did bind.
    fields
        What it reads, and whether this event has it.
    """

    rule: str
    title: str
    complies: str
    citation: str
    verified: tuple[Mark, ...]
    jurisdiction: str
    status: Status
    reason: str
    if_applied: Status | None
    fields: tuple[Field, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Fields without a value."""
        return tuple(field.name for field in self.fields if not field.recorded)


@dataclass(frozen=True, slots=True)
class Checklist:
    """What should have been recorded and disclosed of one event.

    Parameters
    ----------
    event
        Its id, masked.
    required
        Fields that the log schema asks of every search, and whether this one has them.
    disclosed
        What the log says was disclosed: to whom, what, when (UTC).
    items
        Every duty that one event or the deployment's documents can meet, in the order of the packs.
    whole_log
        Rules that only a whole log can be held against.
    """

    event: str
    required: tuple[Field, ...]
    disclosed: tuple[tuple[str, str, str], ...]
    items: tuple[Item, ...]
    whole_log: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _OneEvent:
    """A log of one search with what belongs to it."""

    connection: duckdb.DuckDBPyConnection
    manifest: Mapping[str, Any]
    absent: frozenset[tuple[str, str]]

    def slabs(self, rows: int) -> tuple[Slab, ...]:
        """Give the one row, whatever its number."""
        return ((1, 1 << 62, "TRUE"),) if rows else ()


def check_event(log: Log, event_id: str, *, packs: Sequence[str] | None = None) -> Checklist:
    """Go through the duties towards one event of a log.

    Parameters
    ----------
    log
        What :func:`baserate.inputs.logs.read_log` gives. Its connection looks at this event alone afterwards.
    event_id
        The event.
    packs
        Names out of :data:`baserate.audit.packs.PACKS`; all when ``None``.

    Raises
    ------
    InputError
        If the log has no such event, or several.

    Notes
    -----
    An empty cell means "did not happen" only in a log that uses the column; of a single event that is not known, so a
    rule that turns on it answers *cannot tell* here where an audit of the whole log may not.
    """
    one = _only(log, event_id)
    asked = [(pack, rule) for pack in (PACKS if packs is None else packs) for rule in PACKS[pack]]
    rules = [(pack, rule) for pack, rule in asked if rule.id not in WHOLE_LOG]
    findings = hold_against(one, rules)
    known = _recorded(one)
    items = tuple(_item(rule, finding, known) for (_, rule), finding in zip(rules, findings, strict=True))
    always = (column.name for column in TABLES["search_event"] if column.required == "R")
    required = tuple(Field(column, known[f"search_event.{column}"]) for column in always)
    whole = tuple(rule.id for _, rule in asked if rule.id in WHOLE_LOG)
    return Checklist(mask_event(event_id), required, _disclosed(one), items, whole)


def _only(log: Log, event_id: str) -> _OneEvent:
    """Put the event's rows into a schema of their own and look there: the rules' SQL names tables without one."""
    connection = log.connection
    connection.execute("CREATE SCHEMA one_event")
    for table, columns in TABLES.items():
        of_event = "event_id = ?" if any(column.name == "event_id" for column in columns) else "false"
        sql = f"CREATE TABLE one_event.{name(table)} AS SELECT * FROM main.{name(table)} WHERE {of_event}"  # noqa: S608
        connection.execute(sql, [event_id] if "?" in of_event else [])
    ((n,),) = connection.execute("SELECT count(*) FROM one_event.search_event").fetchall()
    if n != 1:
        what = "is no event of the log" if not n else f"stands in {count_of(n, 'row')}"
        raise refuse("no-such-event", f"--event {event_id[:60]!r}", what, "Give the event_id of one row of the log")
    connection.execute("USE one_event")
    return _OneEvent(connection, log.manifest, log.absent)


def _recorded(one: _OneEvent) -> dict[str, Recorded]:
    """Say of every column whether the event has a value in it."""
    found: dict[str, Recorded] = {}
    for table, columns in TABLES.items():
        asked = ", ".join(f"count({name(column.name)})" for column in columns)
        (counts,) = one.connection.execute(f"SELECT {asked} FROM {name(table)}").fetchall()  # noqa: S608
        for column, n in zip(columns, counts, strict=True):
            found[f"{table}.{column.name}"] = None if (table, column.name) in one.absent else n > 0
    return found | {f"m.{key}": value is not None for key, value in one.manifest.items()}


def _item(rule: Rule, finding: Finding, known: Mapping[str, Recorded]) -> Item:
    names = dict.fromkeys(field for check in rule.checks for field in fields_read(check))
    return Item(
        rule.id, rule.title, rule.paragraph("Complies"), rule.citation, rule.verified, rule.binds.name,
        finding.status, finding.reason, finding.if_applied, tuple(_field(field, known) for field in names),
    )  # fmt: skip


def _field(field: str, known: Mapping[str, Recorded]) -> Field:
    if field.startswith("m."):
        return Field(field, known.get(field.partition("[]")[0].removesuffix("."), False))
    return Field(field, known[field if "." in field else f"search_event.{field}"])


def _disclosed(one: _OneEvent) -> tuple[tuple[str, str, str], ...]:
    time = "strftime(time_utc AT TIME ZONE 'UTC', '%Y-%m-%d %H:%M')"
    sql = f'SELECT "to", contents, {time} FROM disclosure ORDER BY time_utc, "to", contents'  # noqa: S608
    return tuple((str(to), str(contents), str(when)) for to, contents, when in one.connection.execute(sql).fetchall())


def by_jurisdiction(items: Sequence[Item]) -> Iterator[tuple[str, tuple[Item, ...]]]:
    """Group the items by where they bind, in their own order."""
    for place in dict.fromkeys(item.jurisdiction for item in items):
        yield place, tuple(item for item in items if item.jurisdiction == place)
