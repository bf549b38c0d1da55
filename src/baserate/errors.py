"""What can go wrong, as values: one problem is one place, one fault and one remedy.

Every reader gathers all problems of its input before it gives up, so that a user repairs a file once. A command that
meets an :class:`InputError` prints the problems and ends with exit status 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of an input, with the place and the remedy.

    Parameters
    ----------
    code
        Stable name of the kind of fault, in lower case with hyphens; tests and scripts may rely on it.
    where
        File, and the line, column or key in it: ``scenario.toml:12: population.groups``.
    what
        What is wrong, with how many and which rows, and what was found.
    remedy
        What to do about it, as a sentence without its full stop.
    severity
        ``error`` stops the command, ``warning`` is shown beside the result.

    Examples
    --------
    >>> print(Problem("share-above-one", "a.toml:3: groups", "shares sum to 1.2", "Lower them until they sum to 1"))
    a.toml:3: groups: shares sum to 1.2. Lower them until they sum to 1. [share-above-one]
    """

    code: str
    where: str
    what: str
    remedy: str
    severity: Severity = "error"

    def __str__(self) -> str:
        end = "" if self.what.endswith("?") else "."
        return f"{self.where}: {self.what}{end} {self.remedy}. [{self.code}]"


class BaserateError(Exception):
    """Base of every error that Baserate raises on purpose."""


class InputError(BaserateError):
    """An input that cannot be used, with all of its problems at once.

    Parameters
    ----------
    problems
        Every problem found; at least one.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class NotEstimableError(BaserateError):
    """A quantity that the data at hand cannot give; the message says why and what would."""


def has_errors(problems: Iterable[Problem]) -> bool:
    """Tell whether any of the problems stops the command."""
    return any(problem.severity == "error" for problem in problems)


def refuse(code: str, where: str, what: str, remedy: str) -> InputError:
    """Build the error for an input with a single problem.

    Examples
    --------
    >>> raise refuse("no-such-file", "x.toml", "there is no such file", "Check the path")
    Traceback (most recent call last):
    baserate.errors.InputError: x.toml: there is no such file. Check the path. [no-such-file]
    """
    return InputError([Problem(code, where, what, remedy)])
