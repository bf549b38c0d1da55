"""Hold a public inventory of AI uses against its own questions: what is missing, unfinished, or in the wrong column.

OMB Memorandum M-25-21, section 4(b)(i)-(vii) of its appendix, asks minimum practices of every deployed high-impact use.
The inventory asks for each of them with a closed list of answers. So an answer can be judged by rule: it is one of its
own question's, or it belongs to another question, or to none.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Literal

from baserate.notebook import Shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from baserate.inputs.log_formats.omb_inventory import UseCase

State = Literal["done", "waived", "in_progress", "not_applicable", "precluded"]
Severity = Literal["fail", "warn", "note"]
CITATION = "OMB M-25-21, appendix, section 4(b)"
DICTIONARY = "ombegov/2025-Federal-Agency-AI-Use-Case-Inventory, Validation/data_dictionary.md, commit 737c7a99"
DEADLINE = date(2026, 4, 3)  # 365 days after the memorandum of 3 April 2025


@dataclass(frozen=True, slots=True)
class Question:
    """One question about a minimum practice, with the answers that the inventory offers.

    Parameters
    ----------
    column
        Column of the inventory.
    practice
        What it asks for, in a few words.
    section
        Place in the memorandum's appendix.
    answers
        Answer as offered, without its letter, or as shortened in the consolidated file -> what it says.
    """

    column: str
    practice: str
    section: str
    answers: Mapping[str, State]


_WAIVED: dict[str, State] = {
    "Agency CAIO has waived this minimum practice and reported such waiver to OMB": "waived",
    "CAIO Waived": "waived",
}
_YES_NO: dict[str, State] = {"Yes": "done", "In-progress": "in_progress", **_WAIVED}

QUESTIONS: tuple[Question, ...] = (
    Question("hi_testing_conducted", "pre-deployment testing", "4(b)(i)", _YES_NO),
    Question("hi_assessment_completed", "AI impact assessment", "4(b)(ii)", _YES_NO),
    Question("hi_independent_review", "independent review of the assessment", "4(b)(ii)", {
        "Yes – by another appropriate agency office or reviewer not directly involved in the AI's development": "done",
        "Yes – by an agency AI oversight board not directly involved in the AI's development": "done",
        "Yes – by the CAIO": "done", "Internal Independent Review": "done", "Oversight Board Review": "done",
        "CAIO Review": "done", "In-progress": "in_progress", **_WAIVED,
    }),
    Question("hi_ongoing_monitoring", "ongoing monitoring", "4(b)(iii)", {
        "Yes, sufficient monitoring protocols have been established": "done", "Yes - Monitoring Established": "done",
        "Development of monitoring protocols is in-progress": "in_progress", "In-progress": "in_progress", **_WAIVED,
    }),
    Question("hi_training_established", "training of operators", "4(b)(iv)", {
        "Yes, sufficient and periodic training has been established": "done", "Training Established": "done",
        "Establishment of sufficient and periodic training is in-progress": "in_progress",
        "Training In-progress": "in_progress", **_WAIVED,
    }),
    Question("hi_failsafe_presence", "human oversight and fail-safe", "4(b)(v)", {
        **_YES_NO, "Not applicable": "not_applicable",
    }),
    Question("hi_appeal_process", "remedy or appeal", "4(b)(vi)", {
        "Yes, an appropriate appeal process has been established": "done", "Appeal Process Established": "done",
        "Establishment of an appropriate appeal process is in-progress": "in_progress",
        "Appeal Process In-progress": "in_progress", "Not applicable": "not_applicable",
        "Law, operational limitations, or governmentwide guidance precludes an opportunity for an individual to appeal":
            "precluded",
        "Appeal Precluded by Law": "precluded", **_WAIVED,
    }),
    Question("hi_public_consultation", "feedback from users and the public", "4(b)(vii)", {
        "Direct usability testing": "done", "Usability Testing": "done", "Public Hearings": "done", "Other": "done",
        "General solicitations of feedback and comments from the public": "done",
        "Public Feedback Solicitations": "done", "Public hearings or meetings": "done",
        "In-progress": "in_progress", **_WAIVED,
    }),
)  # fmt: skip
ASSESSMENT = "hi_assessment_completed"
_QUOTED = re.compile(r"""'([^']*)'|"([^"]*)\"""")
_BY_COLUMN = {question.column: question for question in QUESTIONS}


@dataclass(frozen=True, slots=True)
class Flag:
    """Something that an entry of the inventory shows by itself.

    Parameters
    ----------
    code
        ``high-impact-without-assessment``, ``practice-unfinished``, ``practice-excused``, ``answer-missing``,
        ``answer-in-wrong-column`` or ``answer-not-offered``.
    severity
        ``fail``, ``warn`` (also for what is unfinished in a report whose date is not known or is not after the
        deadline), ``note``.
    row, agency, bureau, id, name
        The entry.
    column, answer
        The question's column and the answer as given.
    what
        What is to be seen, in a sentence.
    citation
        The memorandum's place.
    """

    code: str
    severity: Severity
    row: int
    agency: str
    bureau: str
    id: str
    name: str
    column: str
    answer: str
    what: str
    citation: str


@dataclass(frozen=True, slots=True)
class InventoryReport(Shown):
    """What an inventory shows.

    Parameters
    ----------
    use_cases, deployed, deployed_high_impact
        Entries, those that are deployed, and those deployed that are high-impact: the last are judged.
    presumed_not_high_impact
        Deployed entries presumed high-impact that the agency determined not to be; their practices are not asked for.
    dated
        Date of the report, or None.
    flags
        In the order of the file, the severest of an entry first.
    """

    use_cases: int
    deployed: int
    deployed_high_impact: int
    presumed_not_high_impact: int
    dated: date | None
    flags: tuple[Flag, ...]

    def counts(self) -> dict[str, int]:
        """Give the number of flags of each code."""
        return dict(sorted(Counter(flag.code for flag in self.flags).items()))


def check_inventory(use_cases: Iterable[UseCase], *, dated: date | None = None) -> InventoryReport:
    """Judge every deployed high-impact use by its own answers, and every answer by its own question.

    Parameters
    ----------
    use_cases
        What :func:`baserate.inputs.log_formats.omb_inventory.read_inventory` gave.
    dated
        Date of the report: after 3 April 2026 an unfinished practice fails, before it warns.

    Returns
    -------
    InventoryReport

    Notes
    -----
    An inventory shows what an agency answered, not what it did; a completed assessment may be poor, and a missing
    answer may hide a completed one.

    References
    ----------
    OMB M-25-21 (3 April 2025), appendix, section 4(b)(i)-(vii); the inventory's data dictionary.
    """
    every = tuple(use_cases)
    deployed = [use for use in every if _plain(use.stage).startswith("deployed")]
    judged = [use for use in deployed if _plain(use.impact) == "high impact"]
    presumed = [use for use in deployed if _plain(use.impact).startswith("presumed")]
    high = {use.row for use in judged}
    flags = [flag for use in every for flag in _flags(use, high_impact=use.row in high, dated=dated)]
    return InventoryReport(len(every), len(deployed), len(judged), len(presumed), dated, tuple(flags))


def _flags(use: UseCase, *, high_impact: bool, dated: date | None) -> list[Flag]:
    found = [flag for column, answer in use.answers.items() for flag in _misplaced(use, column, answer)]
    if high_impact:
        found += [flag for question in QUESTIONS for flag in _unmet(use, question, dated)]
    order = {"fail": 0, "warn": 1, "note": 2}
    return sorted(found, key=lambda flag: (flag.code != "high-impact-without-assessment", order[flag.severity]))


# --- answers that are not of their question --------------------------------------------------------------------------


def _misplaced(use: UseCase, column: str, answer: str) -> Iterator[Flag]:
    for part in split_answers(answer):
        if state_of(part, column) is not None:
            continue
        others = [question for question in QUESTIONS if question.column != column and state_of(part, question.column)]
        if len(others) == 1:
            what = (
                f'The answer to "{_BY_COLUMN[column].practice}" is one that only the question on '
                f'"{others[0].practice}" ({others[0].column}) offers: it sits in the wrong column, and this question '
                "is unanswered."
            )
            yield _flag(use, "answer-in-wrong-column", "fail", column, part, what)
        else:
            what = f'"{_BY_COLUMN[column].practice}" has an answer that the inventory does not offer for it.'
            yield _flag(use, "answer-not-offered", "warn", column, part, what)


def split_answers(cell: str) -> list[str]:
    """Split a cell into its answers: a list as the consolidated file writes it, or one answer.

    Examples
    --------
    >>> split_answers("['a) Direct usability testing', 'd) Other']"), split_answers("Yes"), split_answers("[]")
    (['a) Direct usability testing', 'd) Other'], ['Yes'], [])
    """
    if not cell.startswith("["):
        return [cell] if cell else []
    found = [single or double for single, double in _QUOTED.findall(cell)]
    return found if found or cell == "[]" else [cell]


def state_of(answer: str, column: str) -> State | None:
    """Say what an answer means for a question, or None where it is none of the question's.

    Spelling, letter and dashes do not matter: ``b) Development of monitoring protocols is in-progess`` is the answer
    of the question on monitoring.

    Examples
    --------
    >>> state_of("b) In-progress", "hi_assessment_completed"), state_of("CAIO Review", "hi_training_established")
    ('in_progress', None)
    """
    found = _plain(answer)
    for offered, state in _BY_COLUMN[column].answers.items():
        if _same(found, _plain(offered)):
            return state
    return None


def _same(found: str, offered: str) -> bool:
    """Compare two plain answers; only long ones may differ, by a letter or two."""
    if found == offered or min(len(found), len(offered)) < 20:
        return found == offered
    return SequenceMatcher(None, found, offered).ratio() > 0.96


def _plain(answer: str) -> str:
    """Lower-case words without the answer's letter, punctuation and kinds of dash."""
    bare = re.sub(r"^\s*[a-z]\)\s*", "", answer.strip().lower())
    return " ".join(re.findall(r"[a-z0-9]+", bare.replace("’", "").replace("'", "")))


# --- practices that are not met --------------------------------------------------------------------------------------


def _unmet(use: UseCase, question: Question, dated: date | None) -> Iterator[Flag]:
    if question.column not in use.answers:
        return
    cell = use.answers[question.column]
    states = {state_of(part, question.column) for part in split_answers(cell)}
    if "done" in states or "waived" in states:
        return
    late = dated is not None and dated > DEADLINE
    assessment = question.column == ASSESSMENT
    if states and states <= {"not_applicable", "precluded"}:
        what = f"{_upper(question.practice)} is answered as not applicable or precluded; the file does not say why."
        yield _flag(use, "practice-excused", "note", question.column, cell, what)
    elif assessment:
        what = f"A deployed high-impact use has no completed AI impact assessment ({_said(cell)}).{_when(dated)}"
        yield _flag(use, "high-impact-without-assessment", "fail", question.column, cell, what)
    elif "in_progress" in states:
        what = f"{_upper(question.practice)} is not finished for a deployed high-impact use.{_when(dated)}"
        yield _flag(use, "practice-unfinished", "fail" if late else "warn", question.column, cell, what)
    elif not states:
        what = f"{_upper(question.practice)} is not answered for a deployed high-impact use."
        yield _flag(use, "answer-missing", "fail" if late else "warn", question.column, cell, what)


def _said(cell: str) -> str:
    return f'it says "{cell[:60]}"' if cell else "it says nothing"


def _upper(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]


def _when(dated: date | None) -> str:
    if dated is None:
        return f" The practices were due on {DEADLINE}; the report's date was not given."
    side = "after" if dated > DEADLINE else "not after"
    return f" The report of {dated} is {side} the day they were due, {DEADLINE}."


def _flag(use: UseCase, code: str, severity: Severity, column: str, answer: str, what: str) -> Flag:
    citation = f"{CITATION[:-4]}{_BY_COLUMN[column].section}"
    return Flag(
        code, severity, use.row, use.agency, use.bureau, use.id, use.name, column, answer[:200], what, citation
    )  # fmt: skip
