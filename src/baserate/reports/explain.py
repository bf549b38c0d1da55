"""The plain page of a scenario: what is known, what is claimed by whom, what is assumed, and what nobody has said.

Every sentence about the world is a :class:`~baserate.reports.document.Statement` with the identifiers of its sources
and the mark of what kind of knowledge it is. Sentences come from the facts that the scenario cites, from its inputs,
and from its list of what the sources leave open.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from baserate import __version__
from baserate.models.reported_facts import reported_facts
from baserate.models.source import KINDS
from baserate.outcomes.exposure import surroundings
from baserate.outcomes.sensitivity import meaning_of
from baserate.reports import words
from baserate.reports.document import Column, Document, Section, Statement, Statements, Table
from baserate.reports.plain_words import MODALITIES, OF_A_MODALITY, OPTIONS, SENTENCES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from baserate.models.parameter import Parameter
    from baserate.models.reported_facts import ReportedFact
    from baserate.models.scenario import Scenario
    from baserate.models.scenario_schema import SourceTable
    from baserate.models.source import Source

FACT = re.compile(r"\b[A-Z]\d{3}\b")
CLAIMED, NOT_DISCLOSED, REASON = "claimed", "not disclosed", "(reason)"
MARKS: dict[str, str] = {
    "reported": "the press reports it, of a document or of what happened; or somebody who is named",
    CLAIMED: "somebody says so, and is named",
    "published": KINDS["published"],
    "measured": KINDS["measured"],
    "derived": KINDS["derived"],
    "assumed": KINDS["assumed"],
    f"assumed {REASON}": "why an assumption is what it is, in the scenario's words",
    f"derived {REASON}": "how a number was worked out, in the scenario's words",
    NOT_DISCLOSED: "nobody has said it in public, as far as the scenario knows",
}
QUESTION = "What is known, what is claimed, and what has nobody said?"
LONG = 30  # words of a sentence
_SENTENCE_END = re.compile(r"(?<=[^.])[;.]\s+(?=[^\d(])")


def explanation(scenario: Scenario) -> Document:
    """Make the plain page of a scenario.

    Parameters
    ----------
    scenario
        Any.

    Examples
    --------
    >>> from baserate.models.scenario import load_scenario
    >>> page = explanation(load_scenario("mobile-fortify"))
    >>> page.sections[1].blocks[0].items[0]
    Statement(text='The app compares a face with a store of 200 million images.', ids=('S001',), mark='reported')
    """
    facts = [reported_facts()[number] for number in cited_facts(scenario)]
    told = {
        ("known", "What is known"): tuple(_known(scenario, facts)),
        ("claimed", "What is claimed, and by whom"): tuple(_claimed(facts)),
        ("unknown", "What nobody has said"): tuple(_unknown(scenario)),
        ("assumed", "What is assumed here"): tuple(_inputs(scenario, ("assumed",))),
    }
    said = [one for blocks in told.values() for block in blocks for one in block.items]
    sections = (
        _marks(said),
        *(Section(key, title, blocks) for (key, title), blocks in told.items() if blocks),
        Section("sources", "Sources", (_sources(scenario, said),)),
    )
    made_by = f"Baserate {__version__}"
    return Document(scenario.table.title, QUESTION, "", sections, made_by, "Nobody who was searched is named in it.")


def cited_facts(scenario: Scenario) -> tuple[str, ...]:
    """Identifiers of the reported facts that a scenario rests on, in its words, its sources and its stores.

    Examples
    --------
    >>> from baserate.models.scenario import load_scenario
    >>> "S043" in cited_facts(load_scenario("mobile-fortify"))
    True
    """
    table = scenario.table
    named = [number for source in table.sources.values() for number in source.ids]
    told = [table.summary, *table.unknown]
    for parameter in scenario.parameters.values():
        named += parameter.source.ids
        told += [parameter.source.title, parameter.note]
    found = surroundings(scenario, ())
    named += [number for store in found.stores.values() for number in store.cited]
    named += [number for role in found.roles for number in role.cited]
    named += [number for link in found.links for number in link.cited]
    every = {*named, *FACT.findall(" ".join(told))}
    return tuple(number for number in reported_facts() if number in every)


# -- sentences --------------------------------------------------------------------------------------------------------


def _known(scenario: Scenario, facts: Sequence[ReportedFact]) -> Iterator[Statements]:
    for topic in dict.fromkeys(fact.section for fact in facts):
        items = tuple(
            Statement(fact.sentence, (fact.id,), "reported")
            for fact in facts
            if fact.section == topic and not fact.speaker
        )
        if items:
            yield Statements(topic, items)
    yield from _inputs(scenario, ("reported",))
    yield from _inputs(scenario, ("published", "measured"))
    yield from _inputs(scenario, ("derived",))


def _claimed(facts: Sequence[ReportedFact]) -> Iterator[Statements]:
    items = tuple(
        Statement(fact.sentence, (fact.id,), f"{CLAIMED} by {fact.speaker}") for fact in facts if fact.speaker
    )
    if items:
        yield Statements("", items)


def _unknown(scenario: Scenario) -> Iterator[Statements]:
    items = tuple(
        Statement(line, (f"unknown[{number}]",), NOT_DISCLOSED) for number, line in enumerate(scenario.table.unknown)
    )
    if items:
        yield Statements("", items)


HEADINGS = {
    "reported": "Further numbers that are reported",
    "published": "What laboratories and registers print",
    "derived": "What follows from that",
}


def _inputs(scenario: Scenario, kinds: Sequence[str]) -> Iterator[Statements]:
    """Inputs of some kinds: one sentence for all that say the same of different groups, then the reason."""
    items = tuple(
        statement
        for group in _alike(scenario, kinds)
        for statement in (_value(scenario, group), *_reasons(scenario, group))
    )
    if items:
        yield Statements(HEADINGS.get(kinds[0], ""), items)


def _alike(scenario: Scenario, kinds: Sequence[str]) -> list[list[Parameter]]:
    """Inputs whose sentences and sources are the same, together; a fact says what a cited input says."""
    groups: dict[tuple[str, Source], list[Parameter]] = {}
    for parameter in scenario.parameters.values():
        if parameter.source.kind in kinds and not parameter.source.ids:
            groups.setdefault((_pattern(scenario, parameter), parameter.source), []).append(parameter)
    return list(groups.values())


def _pattern(scenario: Scenario, parameter: Parameter) -> str:
    """The input's key with ``*`` for every name and number of the scenario's own but that of a modality."""
    parts = [str(part) for part in scenario.places[parameter.key].path]
    modality, rest = _modality(parts)
    found = next((key for key in SENTENCES if _fits(key.split("."), rest)), ".".join(rest))
    return f"modalities.{modality}.{found}" if modality else found


def _modality(parts: Sequence[str]) -> tuple[str, list[str]]:
    """A modality's name, and the key of the same input for all; no name where an input is for all."""
    if parts[0] == "modalities" and len(parts) > 2 and parts[2] in OF_A_MODALITY:
        return parts[1], [*OF_A_MODALITY[parts[2]].split("."), *parts[3:]]
    return "", list(parts)


def _sentence(scenario: Scenario, parameter: Parameter) -> str:
    """The sentence of an input; one of a modality begins with its name."""
    parts = [str(part) for part in scenario.places[parameter.key].path]
    modality, rest = _modality(parts)
    found = next((text for key, text in SENTENCES.items() if _fits(key.split("."), rest)), "")
    text = found or f"{meaning_of(scenario.places[parameter.key].path).partition('. ')[0].rstrip('.')}: {{value}}."
    named = MODALITIES.get(modality, modality.replace("_", " "))
    return f"For {named}: {text[:1].lower()}{text[1:]}" if modality else text


def _fits(pattern: Sequence[str], parts: Sequence[str]) -> bool:
    return len(pattern) == len(parts) and all(one in ("*", other) for one, other in zip(pattern, parts, strict=True))


def _value(scenario: Scenario, group: Sequence[Parameter]) -> Statement:
    first = group[0]
    sentence = _sentence(scenario, first)
    each = "One group of people" if len(group) == 1 else f"Each of {len(group)} groups of people"
    text = sentence.format(value=_said(group, in_words=True), number=_said(group, in_words=False), each=each)
    return Statement(_capital(text), _ids(scenario, group), _mark(first.source))


def _mark(source: Source) -> str:
    """The kind of knowledge; what is reported, with who reports it."""
    return f"{source.kind} by {source.publisher}" if source.kind == "reported" and source.publisher else source.kind


def _ids(scenario: Scenario, group: Sequence[Parameter]) -> tuple[str, ...]:
    """The shared source that an input names, or the input itself: of several, what their keys have in common."""
    if name := _name(scenario, group[0]):
        return (name,)
    if len(group) == 1:
        return (group[0].key,)
    return (_shared_key([one.key for one in group]),)


def _shared_key(keys: Sequence[str]) -> str:
    """What keys have in common, with ``*`` for the parts in which they differ.

    Examples
    --------
    >>> _shared_key(["population.groups.a.share", "population.groups.b.share"])
    'population.groups.*.share'
    """
    parts = zip(*(key.split(".") for key in keys), strict=True)
    return ".".join(part[0] if len(set(part)) == 1 else "*" for part in parts)


def _reasons(scenario: Scenario, group: Sequence[Parameter]) -> Iterator[Statement]:
    """Why an input of our own is what it is: its reason, a sentence each; a fact in it keeps its mark and speaker."""
    first = group[0]
    if first.source.kind not in ("assumed", "derived") or _name(scenario, first):
        return
    for sentence in _sentences(first.source.title):
        facts = [reported_facts()[number] for number in FACT.findall(sentence)]
        speakers = list(dict.fromkeys(fact.speaker for fact in facts if fact.speaker))
        mark = f"{CLAIMED} by {' and '.join(speakers)}" if speakers else f"{first.source.kind} {REASON}"
        ids = (*(fact.id for fact in facts), *_ids(scenario, group))
        yield Statement(_capital(f"{sentence.rstrip('.')}."), ids, mark)


def _sentences(text: str) -> Iterator[str]:
    """The parts of a reason that can stand alone; a long one is parted at its colon too."""
    for part in _SENTENCE_END.split(text):
        yield from part.split(": ") if len(part.split()) > LONG else [part]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _name(scenario: Scenario, parameter: Parameter) -> str:
    """Name of a shared source in the scenario file; empty for a source of the input's own."""
    reference = scenario.places[parameter.key].raw["source"]
    return reference if isinstance(reference, str) and parameter.source.kind != "assumed" else ""


def _said(group: Sequence[Parameter], *, in_words: bool) -> str:
    """The value, or what all of the group span."""
    first = group[0]
    if first.is_choice:
        return " or ".join(OPTIONS.get(str(option), str(option)) for option in first.options)
    ends = [(one.low, one.high) if one.is_uncertain else (one.value, one.value) for one in group]
    low, high = min(end[0] for end in ends), max(end[1] for end in ends)
    unit = _unit(first.unit) if (low, high) != (1.0, 1.0) else _unit(first.unit).removesuffix("s")
    if first.unit == "share" and in_words:
        said = words.rate_range(low, high)
    else:
        said = words.plain(low) if low == high else f"{words.plain(low)} to {words.plain(high)}"
    return f"{said} {unit}".strip()


def _unit(unit: str) -> str:
    """A unit as it stands in a sentence; the sentence itself says what a share or factor is of."""
    bare = {"share", "factor", "exponent", "w", "z"}
    return "" if unit in bare else unit.removesuffix(" per person").removesuffix(" per year")


# -- tables -----------------------------------------------------------------------------------------------------------


def _marks(said: Sequence[Statement]) -> Section:
    """What the marks of this page mean; a claim's mark goes on with its speaker."""
    used = [mark for mark in MARKS if any(one.mark == mark or one.mark.startswith(f"{mark} by ") for one in said)]
    caption = "Behind each sentence stand its sources and one of these marks"
    table = Table(caption, (Column("mark"), Column("means")), tuple((mark, MARKS[mark]) for mark in used))
    return Section("marks", "How to read this page", (table,))


def _sources(scenario: Scenario, said: Sequence[Statement]) -> Table:
    ids = dict.fromkeys(name for one in said for name in one.ids)
    columns = (Column("id"), Column("what it is"), Column("where it stands"))
    return Table("Every source of this page", columns, tuple(_source(scenario, name) for name in ids))


def _source(scenario: Scenario, name: str) -> tuple[str, str, str]:
    facts, shared = reported_facts(), scenario.table.sources
    if name in facts:
        return (name, "a reported fact", f"{facts[name].article} ({facts[name].publisher})")
    if name in shared:
        return (name, f"a source of the scenario, {shared[name].kind}", _stated(shared[name]))
    what = "an open point" if name.startswith("unknown[") else "an input"
    return (name, f"{what} of the scenario file", f"{scenario.name}.toml")


def _stated(source: SourceTable) -> str:
    return ", ".join(part for part in (source.title, source.publisher, source.locator, source.date) if part)
