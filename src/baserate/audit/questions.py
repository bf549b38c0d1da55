"""What people ask of a deployment, and the exact fields that answer it; the questions are data."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from baserate.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

_FILE = Path(__file__).parent / "data" / "questions.toml"


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    Parameters
    ----------
    id
        Stable name.
    asks
        The question in words.
    tells
        What the answer allows to be said.
    fields
        Columns of the log that answer it, as ``table.column``.
    documents
        Keys of the manifest that do.
    inputs
        Patterns of scenario keys that the answer would settle.
    """

    id: str
    asks: str
    tells: str
    fields: tuple[str, ...]
    documents: tuple[str, ...]
    inputs: tuple[str, ...]

    def settles(self, key: str) -> bool:
        """Say whether the answer would settle an input of a scenario."""
        return any(fnmatchcase(key, pattern) for pattern in self.inputs)


@cache
def questions() -> tuple[Question, ...]:
    """Give all questions, in the order of the file.

    Examples
    --------
    >>> next(question.id for question in questions() if question.settles("policy.threshold.fpir_target"))
    'threshold'
    """
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))["question"]
    return tuple(
        Question(r["id"], r["asks"], r["tells"], tuple(r["fields"]), tuple(r["documents"]), tuple(r["inputs"]))
        for r in rows
    )


def choose_questions(ids: Sequence[str]) -> tuple[Question, ...]:
    """Give the questions with some ids, in the order of the file.

    Raises
    ------
    InputError
        With a problem for each id that there is not.
    """
    known = {question.id for question in questions()}
    strange = dict.fromkeys(name for name in ids if name not in known)
    if strange:
        remedy = f"Choose among {', '.join(question.id for question in questions())}"
        raise InputError(
            [Problem("no-such-question", f"--question {name[:60]}", "is no question", remedy) for name in strange]
        )
    return tuple(question for question in questions() if question.id in ids)


def questions_for(keys: Sequence[str]) -> tuple[Question, ...]:
    """Give the questions whose answers would settle some inputs of a scenario, by the first input that each settles."""
    found = [question for key in keys for question in questions() if question.settles(key)]
    return tuple(dict.fromkeys(found))
