"""Which stores one search touches, what a new link adds, and who reaches what: a graph, and what is reachable in it.

Nodes are the search, the stores and the roles; an edge goes the way that data go: from a store into the search, from
the search into a store that keeps it, from one store into another that it feeds, from the search or a store to a role.
What can come into a search is then every store from which a path leads to it, and what it leaves behind is every store
to which a path leads from it.

Assumptions: a store that is said to feed another is counted as touched (*behind*) when the other is; what no source
says has no edge. Numbers of stores and of record types are therefore least numbers. Numbers of linked people are a
range that the catalogue assumes, times the matches of the scenario: somebody linked to two matched people is counted
twice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import networkx as nx  # type: ignore[import-untyped]
from pydantic import ConfigDict, Field

from baserate import __version__
from baserate.errors import InputError, refuse
from baserate.models.parameter import quantile
from baserate.models.random_streams import stream
from baserate.models.scenario import source_of
from baserate.models.source import Source
from baserate.models.stores import associates_of, catalogue, find_role, find_store
from baserate.notebook import Shown
from baserate.outcomes.expect import SEED, expected_worlds, outcome_values, summarise
from baserate.outcomes.results import Name, Outcome, Text, Version  # noqa: TC001 - pydantic looks them up

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from baserate.models.parameter import Parameter
    from baserate.models.scenario import Scenario
    from baserate.models.scenario_schema import DataSourceTable, RoleTable
    from baserate.models.stores import Flow, Store
    from baserate.outcomes.expect import Worlds

When = Literal["every_search", "match", "on_request", "proposed"]
Place = Literal["search", "behind", "beside"]
Kind = Literal["asks", "writes", "feeds", "shows", "beside"]
Event = Literal["non_match", "match", "on_request"]

# What happens -> the stores that are touched then, by what their links wait for.
EVENTS: dict[Event, tuple[str, tuple[When, ...]]] = {
    "non_match": ("a search without a match", ("every_search",)),
    "match": ("a search with a match", ("every_search", "match")),
    "on_request": ("a match, and everything that can be asked for", ("every_search", "match", "on_request")),
}
SEARCH, ROLE, OWN = "the search", "role/", "own/"  # nodes: no name of a scenario can be taken for another's
MOMENTS = ("every_search", "match", "on_request")
FILE = "exposure.json"
_STRICT = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
Label = Annotated[str, Field(min_length=1, max_length=1000)]  # longer than any name of a scenario file
_Names = Annotated[tuple[Label, ...], Field(max_length=5000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreShown:
    """A store in a scenario's graph.

    Parameters
    ----------
    key, title
        Its name in the catalogue, or the scenario's own, and its name for reading.
    place
        ``search`` where the scenario's search has a link to it, ``behind`` where it feeds such a store, ``beside``
        where a role of the scenario reaches it with another tool.
    when
        What the link waits for; ``proposed`` where there is none yet.
    added
        Whether the link is one that the reader asked to add.
    written
        Whether a search puts something into it.
    needs
        Entitlement without which nobody reaches it; empty where none is said to be needed.
    holds, record_types
        Whom it holds, and what; empty where no source says.
    size, unit, undefined
        How much it holds, or why there is no number.
    cited
        Facts and sources that say so.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    key: Label
    title: Label
    place: Place
    when: When
    added: bool
    written: bool
    needs: Text
    holds: Text
    record_types: _Names
    size: int | None
    unit: Text
    undefined: Text | None
    cited: _Names


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An edge, the way data go; ``open`` says whether it is there today or was added, and not only proposed."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    source: Label
    target: Label
    kind: Kind
    when: When
    open: bool
    what: Text
    cited: _Names


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """What one search touches in one event.

    Parameters
    ----------
    event, title
        One of :data:`EVENTS`, and what it is.
    asked, behind, written
        Keys of stores that the search asks, that feed those, and that keep something of the search.
    record_types
        Kinds of record in the stores that are asked or written.
    undescribed
        Of these stores, those of which no source says what kinds of record they hold.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    event: Event
    title: Label
    asked: _Names
    behind: _Names
    written: _Names
    record_types: _Names
    undescribed: _Names

    @property
    def stores(self) -> tuple[str, ...]:
        """Every store that is touched, each once."""
        return tuple(dict.fromkeys((*self.asked, *self.behind, *self.written)))


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleShown:
    """Who reaches what: through the search, with an entitlement, and beside it with other tools (keys of stores)."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    key: Label
    title: Label
    by_search: _Names
    with_entitlement: _Names
    beside: _Names
    cited: _Names


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """People whom a touched store links to the person searched: ``people``, or why there is no number."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    store: Label
    title: Label
    people: Annotated[tuple[Outcome, ...], Field(max_length=10)]
    assumed: Text
    undefined: Text | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """What one further link adds to what a search with a match touches.

    Parameters
    ----------
    store, title
        The store it links to.
    when
        When a search would touch it.
    added
        Whether the link was added, or is only proposed.
    stores, record_types
        Stores and kinds of record that nothing else brings.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    store: Label
    title: Label
    when: When
    added: bool
    stores: _Names
    record_types: _Names


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure(Shown):
    """The graph of a scenario and what is reachable in it: what ``exposure.json`` holds.

    Parameters
    ----------
    scenario, title, digest
        Which scenario, with what was set on top of it.
    added
        Keys of the links that were added.
    stores, links, roles
        The graph.
    touched
        What one search touches in each event, with the links that were added.
    gains
        What each proposed or added link adds, each alone.
    linked
        People linked to the person searched, by store, proposed ones included.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    schema_version: Version
    baserate: Name
    scenario: Name
    title: Text
    digest: Name
    added: _Names
    stores: Annotated[tuple[StoreShown, ...], Field(max_length=5000)]
    links: Annotated[tuple[Link, ...], Field(max_length=20_000)]
    roles: Annotated[tuple[RoleShown, ...], Field(max_length=5000)]
    touched: Annotated[tuple[Touched, ...], Field(max_length=10)]
    gains: Annotated[tuple[Gain, ...], Field(max_length=5000)]
    linked: Annotated[tuple[Linked, ...], Field(max_length=5000)]


def exposure(scenario: Scenario, *, add: Sequence[str] = ()) -> Exposure:
    """Find what one search touches, for a match and for none, and what added links change.

    Parameters
    ----------
    scenario
        Any; its ``data_sources`` and ``roles`` are looked up in the catalogue of stores.
    add
        Names of stores to link to the search, of the catalogue or of the scenario's proposed data sources; with
        ``:every_search``, ``:match`` or ``:on_request`` behind a name for when it is touched.

    Raises
    ------
    InputError
        For a name that is nowhere, or a link that is there already.

    Examples
    --------
    >>> from baserate.models.scenario import load_scenario
    >>> found = exposure(load_scenario("mobile-fortify"), add=["LexisNexis"])
    >>> [gain.record_types for gain in found.gains if gain.store == "broker"]
    [('associates: people linked to the person',)]
    """
    today, now = surroundings(scenario, ()), surroundings(scenario, add)
    return Exposure(
        schema_version="1",
        baserate=__version__,
        scenario=scenario.name,
        title=scenario.table.title,
        digest=scenario.digest,
        added=tuple(store.key for store in now.stores.values() if store.added),
        stores=tuple(now.stores.values()),
        links=now.links,
        roles=tuple(_reach(now, role) for role in now.roles),
        touched=tuple(_touched(now, event) for event in EVENTS),
        gains=tuple(_gains(scenario, today, now)),
        linked=tuple(_people(scenario, now)),
    )


@dataclass(frozen=True, slots=True)
class Surroundings(Shown):
    """The stores, by key, the links and the roles of a scenario, with some links added: nothing is counted yet."""

    stores: Mapping[str, StoreShown]
    links: tuple[Link, ...]
    roles: tuple[RoleShown, ...]


def surroundings(scenario: Scenario, add: Sequence[str]) -> Surroundings:
    """The graph of a scenario; ``add`` as :func:`exposure` takes it."""
    linked = _linked_once(scenario)
    added = {one.key: one for one in (_added(name, linked) for name in add)}
    roles = tuple(_role(scenario, entry) for entry in scenario.table.roles)
    stores = _with_neighbours([*(one for one in linked if one.key not in added), *added.values()], roles)
    links = (*_search_links(stores), *_flow_links(stores), *_role_links(stores, roles))
    return Surroundings({store.key: store for store in stores}, links, roles)


def _gains(scenario: Scenario, today: Surroundings, now: Surroundings) -> Iterator[Gain]:
    """What each proposed or added link adds to the links of today."""
    for store in now.stores.values():
        if store.place != "search" or not (store.added or store.when == "proposed"):
            continue
        name = f"{store.key}:{store.when}" if store.added else store.key
        with_it = surroundings(scenario, [name])
        event: Event = "on_request" if with_it.stores[store.key].when == "on_request" else "match"
        before, after = _touched(today, event), _touched(with_it, event)
        yield Gain(
            store=store.key,
            title=store.title,
            when=with_it.stores[store.key].when,
            added=store.added,
            stores=tuple(key for key in after.stores if key not in before.stores),
            record_types=tuple(kind for kind in after.record_types if kind not in before.record_types),
        )


def exposure_graph(links: Iterable[Link]) -> nx.DiGraph:
    """The graph of links, the way data go.

    Examples
    --------
    >>> link = Link(source="a", target=SEARCH, kind="asks", when="match", open=True, what="", cited=())
    >>> sorted(exposure_graph([link]).nodes)
    ['a', 'the search']
    """
    graph: nx.DiGraph = nx.DiGraph()
    graph.add_node(SEARCH)
    graph.add_edges_from((link.source, link.target, {"link": link}) for link in links)
    return graph


# -- stores and roles of a scenario -----------------------------------------------------------------------------------


def _linked_once(scenario: Scenario) -> list[StoreShown]:
    """The stores behind the data sources; several that mean one store are one, touched as the first says."""
    found: dict[str, StoreShown] = {}
    for entry in scenario.table.data_sources:
        store = _linked(scenario, entry)
        first = found.get(store.key, store)
        found[store.key] = replace(first, cited=tuple(dict.fromkeys((*first.cited, *store.cited))))
    kept = None if "search-records" in found else _kept(scenario)
    return [*found.values(), *([] if kept is None else [kept])]


def _kept(scenario: Scenario) -> StoreShown | None:
    """The records that a search leaves, where only the scenario's retention tells of them; None where it keeps none."""
    periods = {"every_search": "retention.unmatched", "match": "retention.matched"}
    for when, key in periods.items():
        parameter = scenario.parameters[key]
        if max(parameter.value, parameter.high) > 0.0:
            return StoreShown(
                key="kept-records",
                title="Records of the searches themselves",
                place="search",
                when=_when(when),
                added=False,
                written=True,
                needs="",
                holds="the people who are searched",
                record_types=(),
                size=None,
                unit="",
                undefined="no source gives a number",
                cited=parameter.source.ids or (parameter.source.title[:200],),
            )
    return None


def _linked(scenario: Scenario, entry: DataSourceTable) -> StoreShown:
    """The store behind a data source; one that the catalogue does not have stands for itself."""
    key = entry.store or find_store(entry.name)
    cited = _cited(scenario, entry)
    if key is None:
        return _own(entry, cited)
    return _shown(key, "search", when=entry.touched, cited=cited)


def _own(entry: DataSourceTable, cited: Sequence[str]) -> StoreShown:
    return StoreShown(
        key=_own_key(entry.name),
        title=entry.name[:1].upper() + entry.name[1:],
        place="search",
        when=entry.touched,
        added=False,
        written=False,
        needs="",
        holds=entry.holds or "",
        record_types=tuple(entry.record_types),
        size=None,
        unit="",
        undefined="no source gives a number",
        cited=tuple(cited),
    )


def _own_key(name: str) -> str:
    return f"{OWN}{' '.join(name.casefold().split())}"


def _cited(scenario: Scenario, entry: DataSourceTable | RoleTable) -> tuple[str, ...]:
    """Facts behind an entry; where it has none, the name of its source."""
    named = entry.source if isinstance(entry.source, str) else ""
    if named:
        return tuple(scenario.table.sources[named].ids) or (named,)
    source = source_of(entry.source.model_dump(), {}) if not isinstance(entry.source, str) else Source("assumed", named)
    return source.ids or (source.title[:200],)


def _shown(
    key: str, place: Place, *, when: When | None = None, added: bool = False, cited: Sequence[str] = ()
) -> StoreShown:
    store = catalogue().stores[key]
    return StoreShown(
        key=key,
        title=store.title,
        place=place,
        when=when or store.when,
        added=added,
        written=store.written,
        needs=_entitlement(store),
        holds=store.holds,
        record_types=tuple(catalogue().record_types[kind] for kind in store.record_types),
        size=None if store.size is None else store.size.value,
        unit="" if store.size is None else store.size.unit,
        undefined=None if store.size is not None else (store.note or "no source gives a number"),
        cited=tuple(dict.fromkeys((*cited, *store.ids))),
    )


def _entitlement(store: Store) -> str:
    return "" if store.needs is None else catalogue().entitlements[store.needs].title


def _added(name: str, linked: Sequence[StoreShown]) -> StoreShown:
    """The store of a link to add."""
    before, _, last = name.rpartition(":")
    keys = {one.key: one for one in linked}
    moment = last in MOMENTS and _key_of(name) not in keys  # a store's own name may end like a moment
    named, when = (before, last) if moment else (name, "")
    key = _key_of(named)
    found = keys.get(key)
    if key not in catalogue().stores and found is None:
        raise _unknown(name, before, linked)
    if found is not None and found.when != "proposed":
        remedy = "Leave it out: the picture has it"
        raise refuse("link-there-already", f"--add {name[:100]}", "is linked to the search already", remedy)
    if key in catalogue().stores:
        return _shown(key, "search", when=_when(when or catalogue().stores[key].when), added=True)
    assert found is not None  # noqa: S101 - what is nowhere was refused above
    return replace(found, when=_when(when or "match"), added=True)


def _key_of(name: str) -> str:
    """Key of a store by any of its names; one that is in no catalogue is a scenario's own."""
    return name if name.startswith(OWN) else find_store(name) or _own_key(name)


def _unknown(name: str, before: str, linked: Sequence[StoreShown]) -> InputError:
    """What to say of a name that is nowhere: perhaps it is only its moment that is not known."""
    where = f"--add {name[:100]}"
    if before and _key_of(before) in {*catalogue().stores, *(one.key for one in linked)}:
        remedy = f"Write NAME, or NAME: with one of {', '.join(MOMENTS)}"
        return refuse("unknown-moment", where, f"{name.rpartition(':')[2][:80]!r} is no moment of a search", remedy)
    remedy = f"Name one of {', '.join(catalogue().stores)}, or a proposed data source of the scenario"
    return refuse("unknown-store", where, "is no store of the catalogue or the scenario", remedy)


def _when(word: str) -> When:
    return "every_search" if word == "every_search" else "on_request" if word == "on_request" else "match"


def _with_neighbours(linked: Sequence[StoreShown], roles: Sequence[RoleShown]) -> list[StoreShown]:
    """The linked stores, those that feed them, and those that the roles reach beside the search."""
    known = {one.key for one in linked}
    feeds: nx.DiGraph = nx.DiGraph()
    feeds.add_edges_from((flow.origin, flow.target) for flow in _open_flows(linked))
    behind = {origin for key in sorted(known & set(feeds)) for origin in nx.ancestors(feeds, key)} - known
    near = {key for role in roles for key in role.beside} - known - behind
    return [
        *linked,
        *(_shown(key, "behind") for key in catalogue().stores if key in behind),
        *(_shown(key, "beside") for key in catalogue().stores if key in near),
    ]


def _open_flows(stores: Sequence[StoreShown]) -> list[Flow]:
    """Flows that are there today, and those into a store that is added or that the scenario's search touches."""
    there = {one.key for one in stores if one.place == "search" and one.when != "proposed"}
    return [flow for flow in catalogue().flows if flow.status == "present" or flow.target in there]


def _role(scenario: Scenario, entry: RoleTable) -> RoleShown:
    key = find_role(entry.name)
    beside = tuple(one.store for one in catalogue().access if one.role == key)
    title = entry.name[:1].upper() + entry.name[1:] if key is None else catalogue().roles[key].title
    cited = _cited(scenario, entry)
    return RoleShown(
        key=key or _own_key(entry.name), title=title, by_search=(), with_entitlement=(), beside=beside, cited=cited
    )


# -- links ------------------------------------------------------------------------------------------------------------


def _search_links(stores: Sequence[StoreShown]) -> tuple[Link, ...]:
    return tuple(
        Link(
            source=SEARCH if store.written else store.key,
            target=store.key if store.written else SEARCH,
            kind="writes" if store.written else "asks",
            when=store.when,
            open=store.when != "proposed",
            what="",
            cited=store.cited,
        )
        for store in stores
        if store.place == "search"
    )


def _flow_links(stores: Sequence[StoreShown]) -> tuple[Link, ...]:
    known = {store.key for store in stores}
    return tuple(
        Link(
            source=flow.origin,
            target=flow.target,
            kind="feeds",
            when="every_search",
            open=True,
            what=flow.what,
            cited=tuple(flow.ids),
        )
        for flow in _open_flows(stores)
        if {flow.origin, flow.target} <= known
    )


def _role_links(stores: Sequence[StoreShown], roles: Sequence[RoleShown]) -> tuple[Link, ...]:
    known = {store.key for store in stores if store.place == "beside"}
    shows = [
        Link(
            source=SEARCH,
            target=f"{ROLE}{role.key}",
            kind="shows",
            when="every_search",
            open=True,
            what="",
            cited=role.cited,
        )
        for role in roles
    ]
    beside = [
        Link(
            source=one.store,
            target=f"{ROLE}{one.role}",
            kind="beside",
            when="on_request",
            open=True,
            what="",
            cited=tuple(one.ids),
        )
        for one in catalogue().access
        if one.store in known and one.role in {role.key for role in roles}
    ]
    return (*shows, *beside)


# -- reachability -----------------------------------------------------------------------------------------------------


def _open_at(graph: nx.DiGraph, moments: Sequence[When]) -> nx.DiGraph:
    """The part of the graph that is open in an event."""

    def is_open(source: str, target: str) -> bool:
        link: Link = graph.edges[source, target]["link"]
        return link.open and link.kind != "beside" and link.when in moments

    view: nx.DiGraph = nx.subgraph_view(graph, filter_edge=is_open)
    return view


def _touched(state: Surroundings, event: Event) -> Touched:
    title, moments = EVENTS[event]
    stores = state.stores
    view = _open_at(exposure_graph(state.links), moments)
    asked = [key for key in stores if view.has_edge(key, SEARCH)]
    behind = [key for key in stores if key in nx.ancestors(view, SEARCH) and key not in asked]
    written = [key for key in stores if key in nx.descendants(view, SEARCH)]
    direct = [stores[key] for key in dict.fromkeys((*asked, *written))]
    return Touched(
        event=event,
        title=title,
        asked=tuple(asked),
        behind=tuple(behind),
        written=tuple(written),
        record_types=tuple(dict.fromkeys(kind for store in direct for kind in store.record_types)),
        undescribed=tuple(store.key for store in direct if not store.record_types),
    )


def _reach(state: Surroundings, role: RoleShown) -> RoleShown:
    """What comes to a role through the search: without an entitlement, and what only one opens."""
    stores, graph = state.stores, exposure_graph(state.links)
    whole = nx.ancestors(_open_at(graph, EVENTS["on_request"][1]), f"{ROLE}{role.key}") & set(stores)
    barred = {key for key in whole if stores[key].needs}
    return RoleShown(
        key=role.key,
        title=role.title,
        by_search=tuple(key for key in stores if key in whole - barred),
        with_entitlement=tuple(key for key in stores if key in barred),
        beside=tuple(key for key in role.beside if key not in whole),
        cited=role.cited,
    )


# -- people of the second degree --------------------------------------------------------------------------------------


def _people(scenario: Scenario, state: Surroundings) -> Iterator[Linked]:
    """Linked people of every store in reach of the search that is said to link people, or that was added."""
    for store in state.stores.values():
        parameter = associates_of(store.key)
        if store.place != "search" or (parameter is None and not store.added):
            continue
        if parameter is not None:
            people = _linked_people(expected_worlds(scenario), parameter, every=store.when == "every_search")
            yield Linked(
                store=store.key, title=store.title, people=people, assumed=parameter.source.title, undefined=None
            )
        else:
            reason = "no source says that its records name other people"
            yield Linked(store=store.key, title=store.title, people=(), assumed="", undefined=reason)


def _linked_people(worlds: Worlds, parameter: Parameter, *, every: bool) -> tuple[Outcome, ...]:
    """People linked to one person, in a year, and in a year to people who were wrongly matched."""
    each = quantile(parameter, stream(SEED, parameter.key).random(len(worlds.searches)))
    asked = worlds.searches if every else outcome_values(worlds, "alerts")
    what = "search" if every else "match"
    rows = (
        ("linked_people", each, f"linked to the person of one {what}"),
        ("linked_people_per_year", each * asked, f"linked to the people of all {what}es of a year"),
        ("linked_people_of_wrong_matches", each * outcome_values(worlds, "false_alerts"), "of them, by a wrong match"),
    )
    return tuple(
        summarise(name, "all", values, unit="people", denominator=of, reason="nobody is searched")
        for name, values, of in rows
    )
