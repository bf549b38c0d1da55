"""What a page shows: a scenario, the settings of policy A and, where two are compared, those of policy B.

A state is a link, a form or a settings file. All three are read into the same settings that ``--set`` takes, and only
:func:`baserate.models.scenario.override` judges them.
"""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from baserate.errors import InputError, Problem, refuse
from baserate.inputs.toml_document import parse_toml
from baserate.models.scenario import override

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from baserate.models.parameter import Parameter
    from baserate.models.scenario import Scenario

LARGEST_FILE = 200_000  # bytes of a settings file; one that sets every input twice has some 20,000
LONGEST_SETTING = 300  # characters
LETTERS = ("a", "b")
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
_FILE_KEYS = {"schema_version", "scenario", "scenario_digest", "a", "b"}


@dataclass(frozen=True, slots=True)
class State:
    """A scenario with settings.

    Parameters
    ----------
    scenario
        Its name.
    first
        Settings of policy A, as ``--set`` takes them.
    second
        Settings of policy B; ``None`` where A stands alone.
    """

    scenario: str
    first: tuple[str, ...] = ()
    second: tuple[str, ...] | None = None

    @property
    def sides(self) -> dict[str, tuple[str, ...]]:
        """Settings by the letter of the policy."""
        return {"a": self.first} if self.second is None else {"a": self.first, "b": self.second}

    @property
    def query(self) -> str:
        """The state as the query of a link.

        Examples
        --------
        >>> State("x", ("policy.gate=none",), ()).query
        'a=policy.gate%3Dnone&two=yes'
        """
        settings = [(letter, setting) for letter, given in self.sides.items() for setting in given]
        return urlencode([*settings, *([("two", "yes")] if self.second is not None else [])])


def command_of(state: State, given: str) -> str:
    """Write the command that prints the same numbers.

    Parameters
    ----------
    state
        Any.
    given
        What the command line calls its scenario: a shipped name or a path.

    Examples
    --------
    >>> command_of(State("x", (), ("policy.gate=none",)), "my x.toml")
    "baserate compare 'my x.toml' --set policy.gate=none"
    """
    if state.second is None:
        return shlex.join(["baserate", "expect", given, *_options("--set", state.first)])
    both = (*_options("--set-a", state.first), *_options("--set", state.second))
    return shlex.join(["baserate", "compare", given, *both])


def _options(name: str, settings: Sequence[str]) -> Iterator[str]:
    for setting in settings:
        yield from (name, setting)


def scenarios_of(own: Scenario, state: State) -> dict[str, Scenario]:
    """The scenario under each policy of a state, by its letter.

    Raises
    ------
    InputError
        With the problems of all policies.
    """
    found: dict[str, Scenario] = {}
    problems: list[Problem] = []
    for letter, settings in state.sides.items():
        try:
            found[letter] = override(own, settings)
        except InputError as error:
            problems += [_at_side(problem, letter, alone=state.second is None) for problem in error.problems]
    if problems:
        raise InputError(problems)
    return found


def _at_side(problem: Problem, letter: str, *, alone: bool) -> Problem:
    where = problem.where.removeprefix("--set").strip() or problem.what
    return replace(problem, where=where if alone else f"{letter.upper()}: {where}")


# -- links ------------------------------------------------------------------------------------------------------------


def state_of_query(name: str, given: Sequence[tuple[str, str]]) -> State:
    """Read the query of a link.

    Raises
    ------
    InputError
        For settings that no input can have, because they are too long.
    """
    sides = {letter: _bounded(text for key, text in given if key == letter) for letter in LETTERS}
    two = ("two", "yes") in given or bool(sides["b"])
    return State(name, sides["a"], sides["b"] if two else None)


def _bounded(settings: Iterable[str]) -> tuple[str, ...]:
    found = tuple(settings)
    for setting in found:
        if len(setting) > LONGEST_SETTING or not setting.isprintable():
            what = f"a setting of {len(setting):,} characters"
            raise refuse("setting-too-long", "settings", what, f"Give at most {LONGEST_SETTING}, all printable")
    return found


# -- forms ------------------------------------------------------------------------------------------------------------


def is_form(given: Sequence[tuple[str, str]]) -> bool:
    """Whether a query comes from the page's form: its fields begin with the policy's letter and a dot."""
    return any(key == "form" or key[:2] in ("a.", "b.") for key, _ in given)


def state_of_form(own: Scenario, given: Sequence[tuple[str, str]]) -> State:
    """Read what the form sent; fields that are left out, empty or as the scenario has them set nothing."""
    fields = {key: text.strip()[:LONGEST_SETTING] for key, text in given}
    dropped = fields.get("drop", "")
    settings = {
        letter: tuple(
            f"{key}={text}"
            for key, parameter in own.parameters.items()
            if f"{letter}.{key}" != dropped and (text := _setting(parameter, f"{letter}.{key}", fields))
        )
        for letter in LETTERS
    }
    if "two" not in fields:
        return State(own.name, settings["a"])
    was_alone = not any(key.startswith("b.") for key in fields)
    return State(own.name, settings["a"], settings["a"] if was_alone and "form" in fields else settings["b"])


def _setting(parameter: Parameter, name: str, fields: Mapping[str, str]) -> str:
    """The value of a setting; empty where the fields are what the scenario has."""
    if parameter.is_choice:
        chosen = fields.get(name, "")
        return "" if (chosen,) == own_texts(parameter) else chosen
    low, high = (_plain(fields.get(f"{name}.{end}", "")) for end in ("low", "high"))
    own = tuple(map(_plain, own_texts(parameter)))
    if (not low and not high) or (low, high) == own:
        return ""
    if not high or high == low:
        return low
    # A range that was spread over its logarithm stays so, as long as it has one.
    spread = ",log_uniform" if parameter.distribution == "log_uniform" and _is_positive(low) else ""
    return f"{low}..{high}{spread}"


def _is_positive(text: str) -> bool:
    return bool(text.strip("+0.")) and not text.startswith("-")


def _plain(text: str) -> str:
    """A number without the commas between its thousands; any other comma stays, and is refused."""
    return text.replace(",", "") if _GROUPED.fullmatch(text) else text


def own_texts(parameter: Parameter) -> tuple[str, ...]:
    """What the fields of a parameter hold: its option; or its value and nothing; or both ends of its range."""
    if parameter.is_choice:
        return (str(parameter.options[0]) if len(parameter.options) == 1 else "",)
    if not parameter.is_uncertain:
        return number_text(parameter.value), ""
    return number_text(parameter.low), number_text(parameter.high)


def number_text(value: float) -> str:
    """Write a number so that reading it gives the same number.

    Examples
    --------
    >>> number_text(200000000.0), number_text(0.003), number_text(1e-15)
    ('200,000,000', '0.003', '1e-15')
    """
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return repr(value)


# -- files ------------------------------------------------------------------------------------------------------------


def file_of_state(state: State, digest: str) -> str:
    """Write a state as a settings file, which :func:`state_of_file` reads; ``digest`` is the scenario's own."""
    lines = [
        "# Settings of the Baserate explorer: open this file on its first page.",
        "schema_version = 1",
        f"scenario = {json.dumps(state.scenario)}",
        f"scenario_digest = {json.dumps(digest)}",
    ]
    for letter, settings in state.sides.items():
        entries = "".join(f"  {json.dumps(setting)},\n" for setting in settings)
        lines.append(f"{letter} = [\n{entries}]")
    return "\n".join(lines) + "\n"


def state_of_file(raw: bytes, digests: Mapping[str, str]) -> State:
    """Read a settings file that may come from anybody.

    Parameters
    ----------
    raw
        Its content.
    digests
        Digest of each scenario that can be shown, by its name.

    Raises
    ------
    InputError
        With every place where it is not a settings file, or if it is of another scenario than those shown.
    """
    if len(raw) > LARGEST_FILE:
        raise refuse("file-too-large", "settings file", f"more than {LARGEST_FILE:,} bytes", "Give a settings file")
    data = parse_toml(raw, name="settings file").data
    if problems := tuple(_file_problems(data, digests)):
        raise InputError(problems)
    second = _bounded(data["b"]) if "b" in data else None
    return State(data["scenario"], _bounded(data.get("a", [])), second)


def _file_problems(data: Mapping[str, object], digests: Mapping[str, str]) -> Iterator[Problem]:
    remedy = "Give a file that the explorer saved"
    for key in sorted(set(data) - _FILE_KEYS):
        yield Problem("unknown-key", f"settings file: {key[:80]!r}", "is not a key of a settings file", remedy)
    if data.get("schema_version") != 1:
        yield Problem("wrong-value", "settings file: schema_version", "is not 1", remedy)
    for letter in LETTERS:
        settings = data.get(letter, [])
        if not isinstance(settings, list) or not all(isinstance(setting, str) for setting in settings):
            yield Problem("wrong-value", f"settings file: {letter}", "is not a list of texts", remedy)
    name = data.get("scenario")
    if not isinstance(name, str) or name not in digests:
        known = ", ".join(digests)
        what = f"{str(name)[:80]!r} is not a scenario that is shown here ({known})"
        fix = "Start `baserate serve` with the scenario's file, or give a file of one of these"
        yield Problem("unknown-scenario", "settings file: scenario", what, fix)
    elif data.get("scenario_digest", digests[name]) != digests[name]:
        what = "the scenario has changed since the settings were saved: other sources or ranges, so other numbers"
        fix = "Make the settings anew, or remove the line scenario_digest to use them all the same"
        yield Problem("another-scenario", "settings file: scenario_digest", what, fix)
