"""Where a number comes from, and what kind of knowledge that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["measured", "published", "reported", "derived", "assumed"]

KINDS: dict[str, str] = {
    "measured": "counted or measured on the system itself, with the data at hand",
    "published": "printed by a laboratory, a court, a statute or an official register",
    "reported": "a claim of somebody, with its speaker: press, testimony, marketing",
    "derived": "computed here from other sources that are named",
    "assumed": "nobody has said; the range is ours and the reasons are given",
}
assert tuple(KINDS) == get_args(Kind)  # noqa: S101


@dataclass(frozen=True, slots=True)
class Source:
    """A place where a number can be looked up.

    Parameters
    ----------
    kind
        One of :data:`KINDS`.
    title
        Title of the document; for an assumption, its reason.
    publisher, date, locator
        Who published it, when, and where in it the number stands.
    ids
        Identifiers of facts in the shipped list of reported facts, such as ``S001``.
    """

    kind: Kind
    title: str
    publisher: str = ""
    date: str = ""
    locator: str = ""
    ids: tuple[str, ...] = ()
