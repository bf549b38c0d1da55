"""The shipped list of reported facts: which scenario uses which, and why the others are used by none.

A scenario uses a fact where a source of it names the fact's id, or where its words do, ``(S048)``.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from baserate.models.scenario import Scenario

FACT_ID = re.compile(r"\b[A-Z]\d{3}\b")


@dataclass(frozen=True, slots=True)
class Fact:
    """One reported fact, in our words.

    Parameters
    ----------
    id, component
        Its identifier and what it is about.
    fact
        What is reported.
    kind
        Number, policy, data flow or outcome.
    article, publisher
        Where it stands.
    """

    id: str
    component: str
    fact: str
    kind: str
    article: str
    publisher: str


@cache
def reported_facts() -> dict[str, Fact]:
    """Every reported fact by its id, from ``data/reported_facts.csv``.

    Examples
    --------
    >>> reported_facts()["S001"].publisher
    '404 Media'
    """
    rows = _rows("reported_facts.csv")
    return {
        row["id"]: Fact(row["id"], row["component"], row["fact"], row["kind"], row["article"], row["publisher"])
        for row in rows
    }


@cache
def unused_facts() -> dict[str, str]:
    """Why a fact is used by no scenario, by its id, from ``data/facts_not_used.csv``.

    Examples
    --------
    >>> "S001" in unused_facts()
    False
    """
    return {row["id"]: row["reason"] for row in _rows("facts_not_used.csv")}


def _rows(name: str) -> list[dict[str, str]]:
    path = resources.files("baserate.models") / "data" / name
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def facts_used(scenario: Scenario) -> tuple[str, ...]:
    """Ids of the facts that a scenario uses, in order.

    Examples
    --------
    >>> from baserate.models.scenario import load_scenario
    >>> "S001" in facts_used(load_scenario("mobile-fortify"))
    True
    """
    return tuple(sorted(set(FACT_ID.findall(scenario.text)) & set(reported_facts())))
