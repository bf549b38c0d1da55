"""The reported facts that scenarios cite, each with the article it stands in.

They are reports of documents, in our words; ``data/README.md`` says what care they need. What each says in a plain
sentence, and who says it, is in ``data/plain_facts.csv``.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class ReportedFact:
    """One row of the table.

    Parameters
    ----------
    id
        Its identifier, ``S001``.
    section, component, fact
        What it is about, and what is reported.
    article, publisher
        Where it stands.
    sentence
        The same as a plain sentence.
    speaker
        Who claims it; empty where the article reports it of a document or of what happened.
    """

    id: str
    section: str
    component: str
    fact: str
    article: str
    publisher: str
    sentence: str
    speaker: str


@cache
def reported_facts() -> Mapping[str, ReportedFact]:
    """Every fact by its identifier.

    Examples
    --------
    >>> facts = reported_facts()
    >>> len(facts), facts["S055"].speaker
    (117, 'Representative Thompson, of a briefing')
    """
    plain = {row["id"]: row for row in _rows("plain_facts.csv")}
    return {row["id"]: _fact(row, plain[row["id"]]) for row in _rows("reported_facts.csv")}


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files("baserate.models").joinpath(f"data/{name}").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _fact(row: Mapping[str, str], plain: Mapping[str, str]) -> ReportedFact:
    return ReportedFact(
        id=row["id"],
        section=row["section"],
        component=row["component"],
        fact=row["fact"],
        article=row["article"],
        publisher=row["publisher"],
        sentence=plain["sentence"],
        speaker=plain["speaker"],
    )
