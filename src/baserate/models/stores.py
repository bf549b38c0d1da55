"""The catalogue of stores that the reporting names: what each holds, what feeds it, and who reaches it.

One file for all scenarios, because the systems touch each other. A scenario lists what one search touches
(``data_sources``) and who may search (``roles``) by names; :func:`find_store` and :func:`find_role` look them up here,
by key, title or another name, whatever their case.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from baserate.models.parameter import Parameter
from baserate.models.scenario_schema import ParameterTable, SourceTable, Word
from baserate.models.source import Source

if TYPE_CHECKING:
    from collections.abc import Mapping

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
FactId = Annotated[str, Field(pattern=r"^[A-Z]\d{3}$")]
When = Literal["every_search", "match", "on_request"]
Status = Literal["present", "proposed"]


class _Entry(BaseModel):
    """An entry of the catalogue: keys that are not named here are errors."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    ids: list[FactId] = Field(default=[], description="Rows of the reported facts that say so.")


class StoreSize(_Entry):
    """How much a store holds, in a unit that is part of the number."""

    value: int = Field(ge=1)
    unit: Literal["images", "records", "individuals"]


class Store(_Entry):
    """A store of people."""

    title: Word
    aliases: list[Word] = []
    status: Status = "present"
    when: When = Field(default="match", description="When a search would touch it, once linked.")
    needs: Key | None = Field(default=None, description="Entitlement without which nobody reaches it.")
    written: bool = Field(default=False, description="Whether a search puts something into it.")
    holds: Word
    record_types: list[Key] = Field(default=[], description="Kinds of record; empty where no source says.")
    size: StoreSize | None = None
    associates: ParameterTable | None = Field(default=None, description="People that one person's record leads to.")
    note: str = ""


class Flow(_Entry):
    """What one store gets from another."""

    origin: Key = Field(alias="from")
    target: Key = Field(alias="to")
    what: Word
    status: Status = "present"


class Entitlement(_Entry):
    """What somebody needs beside the app."""

    title: Word


class Role(_Entry):
    """Somebody who may search."""

    title: Word
    aliases: list[Word] = []


class Access(_Entry):
    """A store that a role reaches with another tool than a scenario's."""

    role: Key
    store: Key


class Catalogue(BaseModel):
    """Everything that ``data/stores.toml`` holds."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    record_types: dict[Key, Word]
    entitlements: dict[Key, Entitlement]
    stores: dict[Key, Store]
    flows: list[Flow]
    roles: dict[Key, Role]
    access: list[Access]


@cache
def catalogue() -> Catalogue:
    """The shipped catalogue.

    Examples
    --------
    >>> found = catalogue()
    >>> found.stores["broker"].status, found.stores["super-query"].needs
    ('proposed', 'upax')
    """
    text = resources.files("baserate.models").joinpath("data/stores.toml").read_text(encoding="utf-8")
    return Catalogue.model_validate(tomllib.loads(text))


def find_store(name: str) -> str | None:
    """Key of the store with a key, title or other name, whatever its case; None where there is none.

    Examples
    --------
    >>> find_store("Commercial data broker"), find_store("HART"), find_store("a parish register")
    ('broker', 'multimodal', None)
    """
    return _named(catalogue().stores).get(_plain(name))


def find_role(name: str) -> str | None:
    """Key of the role with a key, title or other name; None where there is none.

    Examples
    --------
    >>> find_role("local police")
    'local-police'
    """
    return _named(catalogue().roles).get(_plain(name))


def _named(entries: Mapping[str, Store] | Mapping[str, Role]) -> dict[str, str]:
    return {_plain(name): key for key, entry in entries.items() for name in (key, entry.title, *entry.aliases)}


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def associates_of(key: str) -> Parameter | None:
    """How many people a person's record in a store leads to, as a parameter; None where the catalogue has no range.

    Examples
    --------
    >>> associates_of("broker").source.kind, associates_of("hotlist")
    ('assumed', None)
    """
    store = catalogue().stores.get(key)
    table = None if store is None else store.associates
    if table is None or not isinstance(table.source, SourceTable):
        return None
    source = Source(table.source.kind, table.source.title)
    low, high = table.low or 0.0, table.high or 0.0
    return Parameter(
        f"stores.{key}.associates", table.unit or "", source, table.distribution or "uniform", low=low, high=high
    )
