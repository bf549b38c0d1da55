"""Which stores one search touches, who reaches them, and what a further link adds."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from baserate.reports.charts.rows import Lane, Network, Stop
from baserate.reports.document import Code, Column, Fact, Facts, Figure, Note, Paragraph, Section, Table
from baserate.reports.pick import UNDEFINED, listed, many, said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from baserate.outcomes.exposure import Exposure, Gain, Linked, StoreShown, Touched
    from baserate.outcomes.results import Outcome
    from baserate.reports.document import Block

LANES = {
    "every_search": ("In every search", "solid"),
    "match": ("For a match", "long"),
    "on_request": ("When somebody asks for more", "short"),
    "proposed": ("Proposed, not linked", "dots"),
}
EVENTS = {"non_match": "Nobody is matched", "match": "Somebody is matched", "on_request": "And everything is asked for"}
NOTHING_SAID = "no source says what kinds of record"


def section(found: Exposure) -> Section | None:
    """Build the section; none where the scenario names no store."""
    if not found.stores:
        return None
    blocks: tuple[Block, ...] = (
        Paragraph(_text(found)),
        Facts("What one search touches", tuple(_fact(one) for one in found.touched)),
        _figure(found),
        *((_roles(found),) if found.roles else ()),
        *_new_links(found),
        Note(
            "These are least numbers: what no source says has no line here. A store that feeds one which is searched "
            "counts as touched, for its data are in the answer."
        ),
    )
    return Section("exposure", "What does one search touch?", blocks)


def _text(found: Exposure) -> str:
    before, after = found.touched[0], found.touched[1]
    kept = [store.title for store in found.stores if store.key in before.written]
    text = (
        f"One search touches at least {_stores(before)} if it matches nobody, and at least {_stores(after)} if it "
        "matches somebody."
    )
    if kept:
        text += f" It leaves something behind, match or no match: {listed(kept)}."
    return text


def _stores(touched: Touched) -> str:
    return many(len(touched.stores), "store")


def _fact(touched: Touched) -> Fact:
    kinds = f"{many(len(touched.record_types), 'kind')} of record"
    unsaid = f", and those of {many(len(touched.undescribed), 'store')} that no source describes"
    return Fact(EVENTS[touched.event], f"at least {_stores(touched)}", kinds + (unsaid if touched.undescribed else ""))


# -- the picture ------------------------------------------------------------------------------------------------------


def _figure(found: Exposure) -> Figure:
    caption = (
        "Each line is a link, and its arrow goes the way data go. Unbroken lines: in every search; long dashes: for a "
        "match; short dashes: on request; dots: proposed. Squares are stores, a triangle is what a search leaves "
        "behind, a diamond is a link that was added here, and a hollow square is not linked. What is set in under a "
        "store feeds it."
    )
    alternative = "; ".join(
        f"{lane.title or 'The search'}: {listed([stop.title for stop in lane.stops])}" for lane in _lanes(found)
    )
    return Figure(
        "exposure", "Stores around one search", caption, f"{alternative}.", Network(_lanes(found)), _table(found)
    )


def _lanes(found: Exposure) -> tuple[Lane, ...]:
    roles = tuple(Stop(role.title, "", "role") for role in found.roles)
    lanes = [Lane("Who may search", "solid", roles)] if roles else []
    lanes.append(Lane("", "solid", (Stop("One search", "", "search"),)))
    for when, (title, line) in LANES.items():
        stops = tuple(
            stop
            for store in found.stores
            if store.place == "search" and store.when == when
            for stop in _with_feeders(found, store)
        )
        if stops:
            lanes.append(Lane(title, line, stops))  # type: ignore[arg-type]
    beside = tuple(_stop(store) for store in found.stores if store.place == "beside")
    return (
        *lanes,
        *([Lane("Beside the search: reached with other tools", "short", beside, joined=False)] * bool(beside)),
    )


def _with_feeders(found: Exposure, store: StoreShown) -> Iterator[Stop]:
    yield _stop(store)
    feeds = {link.source for link in found.links if link.kind == "feeds" and link.target == store.key}
    for other in found.stores:
        if other.key in feeds:
            yield _stop(other, inner=True)


def _stop(store: StoreShown, *, inner: bool = False) -> Stop:
    mark = "added" if store.added else "kept" if store.written else "proposed" if store.when == "proposed" else "store"
    note = ", ".join(store.record_types) or NOTHING_SAID
    return Stop(store.title, f"{note}; needs {store.needs}" if store.needs else note, mark, inner)  # type: ignore[arg-type]


# -- the tables -------------------------------------------------------------------------------------------------------


def _table(found: Exposure) -> Table:
    columns = tuple(map(Column, ("store", "touched", "holds", "kinds of record", "size", "sources")))
    return Table("Stores around one search", columns, tuple(_row(found, store) for store in found.stores))


def _row(found: Exposure, store: StoreShown) -> tuple[str, ...]:
    size = f"{store.size:,} {store.unit}" if store.size is not None else f"{UNDEFINED}: {store.undefined}"
    when = LANES[store.when][0].lower()
    fed = [_title(found, link.target) for link in found.links if link.kind == "feeds" and link.source == store.key]
    where = f"by what it feeds: {listed(fed)}" if store.place == "behind" else when
    where = "not by the search; other tools reach it" if store.place == "beside" else where
    added = " (added here)" if store.added else ""
    needs = f"; needs {store.needs}" if store.needs else ""
    kinds = ", ".join(store.record_types) or f"{UNDEFINED}: {NOTHING_SAID}"
    holds = store.holds or f"{UNDEFINED}: no source says whom"
    return (store.title, f"{where}{added}{needs}", holds, kinds, size, ", ".join(store.cited))


def _title(found: Exposure, key: str) -> str:
    return next((store.title for store in found.stores if store.key == key), key)


def _roles(found: Exposure) -> Table:
    columns = tuple(map(Column, ("who", "reaches through the search", "only with an entitlement", "with other tools")))
    rows = tuple(
        (
            role.title,
            many(len(role.by_search), "store"),
            listed([_title(found, key) for key in role.with_entitlement]) or "nothing that is said",
            listed([_title(found, key) for key in role.beside]) or "nothing that is said",
        )
        for role in found.roles
    )
    return Table("Who reaches what, after a match and when everything is asked for", columns, rows)


def _new_links(found: Exposure) -> Iterator[Block]:
    if not found.gains:
        return
    columns = tuple(
        map(Column, ("link", "touched", "adds stores", "adds kinds of record", "people linked to one match"))
    )
    yield Table("What a further link adds", columns, tuple(_gain_row(found, gain) for gain in found.gains))
    for one in found.linked:
        yield from _people(one)
    proposed = [gain for gain in found.gains if not gain.added]
    if proposed:
        yield Paragraph("To see the picture with a link added:")
        yield Code(shlex.join(["baserate", "exposure", found.scenario, "--add", proposed[0].store]))


def _gain_row(found: Exposure, gain: Gain) -> tuple[str, ...]:
    linked = next((one for one in found.linked if one.store == gain.store), None)
    people = f"{UNDEFINED}: no source says that its records name other people"
    if linked is not None and linked.people:
        people = str(said(linked.people[0]))
    state = "added here" if gain.added else "proposed"
    return (
        gain.title,
        f"{LANES[gain.when][0].lower()} ({state})",
        listed([_title(found, key) for key in gain.stores]) or "none that is new",
        ", ".join(gain.record_types) or f"{UNDEFINED}: {NOTHING_SAID}",
        people,
    )


def _people(linked: Linked) -> Iterator[Block]:
    if not linked.people:
        return
    facts = tuple(_people_fact(outcome) for outcome in linked.people)
    yield Facts(f"People of the second degree: {linked.title}", facts)
    yield Note(f"Assumed. {linked.assumed}. Somebody who is linked to two people is counted twice.")


def _people_fact(outcome: Outcome) -> Fact:
    spoken = said(outcome)
    label = outcome.denominator[:1].upper() + outcome.denominator[1:]
    return Fact(label, f"{spoken.middle} people" if outcome.value is not None else UNDEFINED, spoken.span)
