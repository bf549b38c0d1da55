"""Named policies: positions that people take on a system, each as settings of a scenario.

They stand in ``policies.toml`` beside this file. A policy names keys that every scenario has, or that those have which
it makes sense for: where a key is not there, the message of :func:`~baserate.models.scenario.override` says so.
"""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from baserate.errors import refuse

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Policy:
    """One position on one question.

    Parameters
    ----------
    name
        What it is called on the command line.
    group
        The question: *Review*, *Consent*.
    title, meaning
        A few words, and a sentence that says what is assumed.
    settings
        What it sets, as ``key=value`` or ``key=low..high``.
    """

    name: str
    group: str
    title: str
    meaning: str
    settings: tuple[str, ...]


@cache
def shipped_policies() -> dict[str, Policy]:
    """Every named policy, by name, in the order of the file.

    Examples
    --------
    >>> shipped_policies()["no-reviewer"].settings
    ('policy.review.reviewers=0',)
    """
    text = (resources.files("baserate.models") / "policies.toml").read_text(encoding="utf-8")
    return {
        name: Policy(name, entry["group"], entry["title"], entry["meaning"], tuple(entry["settings"]))
        for name, entry in tomllib.loads(text).items()
    }


def policies_named(names: Sequence[str]) -> tuple[Policy, ...]:
    """The policies of these names, in their order.

    Raises
    ------
    InputError
        For a name that is none.

    Examples
    --------
    >>> [policy.group for policy in policies_named(["one-reviewer", "may-decline"])]
    ['Review', 'Consent']
    """
    return tuple(_named(name) for name in names)


def _named(name: str) -> Policy:
    known = shipped_policies()
    if name not in known:
        near = difflib.get_close_matches(name, known, 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise refuse("unknown-policy", name[:100], f"is not a named policy{hint}", "List them with `baserate policies`")
    return known[name]


def settings_of(policies: Sequence[Policy]) -> tuple[str, ...]:
    """Settings of several policies, the later over the earlier."""
    return tuple(setting for policy in policies for setting in policy.settings)
