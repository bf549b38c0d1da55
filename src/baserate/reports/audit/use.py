"""How the system was used: the work's distribution, repeats, groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.audit.groups import ATTRIBUTES
from baserate.audit.groups import LEAST as LEAST_CELL
from baserate.reports.audit.say import HIDDEN, count_said, range_said
from baserate.reports.document import Bullets, Column, Note, Paragraph, Section, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from baserate.audit.groups import GroupCounts
    from baserate.audit.repeats import Repeats
    from baserate.audit.result import AuditResult
    from baserate.audit.workload import Workload
    from baserate.reports.document import Block

NAMES = {"group_sex": "Sex", "group_age_band": "Age", "group_race_ethnicity": "Race or ethnicity"}


def section(result: AuditResult) -> Section:
    """Build the section."""
    found = result.supports
    text = Paragraph(
        "Live searches only. The distributions say how the work is spread and name nobody: they are no ranking of "
        "people, and are withheld where few share the work."
    )
    blocks = (
        text,
        _workload(found.workload),
        *_reasons(found.workload),
        *_repeats(found.repeats),
        *_groups(found.groups),
    )
    return Section("use", "How the system was used, and on whom", blocks)


def _workload(loads: Sequence[Workload]) -> Table:
    columns = ("searches per", "how many", "fewest", "a quarter have at most", "half have at most",
               "three quarters", "95 in 100", "most")  # fmt: skip
    rows = []
    for load in loads:
        cells = (load.least, load.lower_quartile, load.median, load.upper_quartile, load.high, load.most)
        rows.append((load.per, f"{load.units:,}", *(["undefined"] * 6 if load.undefined else map(count_said, cells))))
    heads = tuple(Column(name, numeric=i > 0) for i, name in enumerate(columns))
    return Table("How the searches are spread", heads, tuple(rows))


def _reasons(loads: Sequence[Workload]) -> tuple[Block, ...]:
    told = tuple(f"Per {load.per}: undefined, because {load.undefined}." for load in loads if load.undefined)
    return (Bullets(told),) if told else ()


def _repeats(found: Repeats) -> tuple[Block, ...]:
    if found.undefined:
        return (Note(f"Repeats within an encounter cannot be counted: {found.undefined}."),)
    last = found.by_searches[-1][0]
    rows = tuple((f"{n} or more" if n == last == 5 else str(n), f"{count:,}") for n, count in found.by_searches)
    after = "is not known, for attempts are not numbered" if found.match_after_none is None else (
        f"happened in {found.match_after_none:,} encounters"
    )  # fmt: skip
    told = (
        f"{found.alerted:,} of {found.encounters:,} encounters had at least one alert.",
        f"{found.both_answers:,} got both answers: one search showed a match and another showed none.",
        f"A match only after a first search that showed none {after}.",
    )
    table = Table("Encounters by number of searches", (Column("searches"), Column("encounters", numeric=True)), rows)
    return (table, Bullets(told))


def _groups(groups: Sequence[GroupCounts]) -> tuple[Block, ...]:
    tables = [_group(attribute, [g for g in groups if g.attribute == attribute]) for attribute in ATTRIBUTES]
    shown = any(isinstance(table, Table) for table in tables)
    note = Note(
        f"A count below {LEAST_CELL} is {HIDDEN}, and so are others, until none of the small ones follows from what is "
        "shown; a 0 only where the totals leave no other way. Groups are as the log records them, and who recorded "
        "them matters. Rates of alerts differ between groups also where the system treats them alike, if the groups "
        "are enrolled in different shares."
    )
    return (*tables, *([note] if shown else []))


def _group(attribute: str, rows: list[GroupCounts]) -> Block:
    if rows[0].undefined:
        return Note(f"{NAMES[attribute]}: {rows[0].undefined}.")
    columns = (Column(NAMES[attribute]), Column("searches", numeric=True), Column("alerts", numeric=True),
               Column("alerts per search, 95% interval", numeric=True), Column("adjudicated alerts", numeric=True),
               Column("of them false", numeric=True))  # fmt: skip
    cells = tuple(
        (row.group, count_said(row.searches), count_said(row.alerts),
         range_said(*row.alert_rate) if row.alert_rate else HIDDEN, count_said(row.adjudicated_alerts),
         count_said(row.false_alerts))
        for row in rows
    )  # fmt: skip
    return Table(f"Who is searched and alerted on: {NAMES[attribute].lower()}", columns, cells)
