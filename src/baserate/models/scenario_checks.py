"""What can be wrong with a scenario, as problems with file, line, key and repair."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, get_args

from baserate.errors import Problem
from baserate.inputs.toml_document import dotted
from baserate.models.scenario_schema import Choice, Modality, Quantity, ScenarioTable, are_comparable, keys_at
from baserate.models.stores import catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from baserate.inputs.toml_document import KeyPath, TomlDocument
    from baserate.models.scenario_walk import Place

_TOLERANCE = 1e-9  # on sums of shares


# -- one parameter ----------------------------------------------------------------------------------------------------


def parameter_problems(document: TomlDocument, place: Place) -> list[Problem]:
    """Faults of one parameter: its source, its unit, its value, range or options."""
    rule, raw = place.rule, place.raw
    faults = [
        *_source_faults(document, place),
        *(_choice_faults(rule, raw) if isinstance(rule, Choice) else _quantity_faults(rule, raw)),
    ]
    return [Problem(code, document.where(place.path), what, remedy) for code, what, remedy in faults]


_Fault = tuple[str, str, str]


def _source_faults(document: TomlDocument, place: Place) -> Iterator[_Fault]:
    source, known = place.raw.get("source"), document.data.get("sources")
    names = list(known) if isinstance(known, dict) else []
    if source is None:
        yield (
            "missing-source",
            "has no source",
            'Add source = "..." that names an entry of [sources], or source = { kind = "assumed", title = "why" }',
        )
    elif isinstance(source, str) and source not in names:
        near = difflib.get_close_matches(source, names, 1)
        hint = f"; did you mean {near[0][:80]!r}?" if near else ""
        yield (
            "unknown-source",
            f"names the source {source[:80]!r}, which [sources] does not have{hint}",
            (f"Add [sources.{source[:80]}] with kind and title, or name one that is there"),
        )


def _choice_faults(rule: Choice, raw: Mapping[str, Any]) -> Iterator[_Fault]:
    if extra := sorted({"low", "high", "distribution", "unit"} & set(raw)):
        yield "not-a-quantity", f"is a choice and cannot have {', '.join(extra)}", "Give a value, or options"
    given = raw["options"] if isinstance(raw.get("options"), list) else [raw.get("value")]
    allowed = ", ".join(str(option) for option in _shorten(rule.options))
    if wrong := [option for option in given if option not in rule.options or isinstance(option, bool)]:
        yield "not-an-option", f"{repr(wrong[0])[:80]} is not one of {allowed}", f"Choose among {allowed}"
    if len(set(map(str, given))) != len(given):
        yield "repeated-option", "lists an option twice", "List each option once"
    if (weights := raw.get("weights")) is not None:
        yield from _weight_faults(weights, len(given))


def _shorten(options: tuple[str | int, ...]) -> tuple[str | int, ...]:
    return options if len(options) <= 12 else (*options[:3], "...", options[-1])


def _weight_faults(weights: object, n_options: int) -> Iterator[_Fault]:
    if not isinstance(weights, list) or not all(_is_number(weight) and weight >= 0 for weight in weights):
        yield "bad-weights", "has weights that are not numbers from 0 to 1", "Give one weight for each option"
    elif len(weights) != n_options or abs(sum(weights) - 1.0) > _TOLERANCE:
        yield (
            "bad-weights",
            f"has {len(weights)} weights for {n_options} options, with the sum {sum(weights):g}",
            "Give one weight for each option, with the sum 1",
        )


def _quantity_faults(rule: Quantity, raw: Mapping[str, Any]) -> Iterator[_Fault]:
    units = " or ".join(repr(unit) for unit in rule.units)
    if raw.get("unit") is None:
        yield "missing-unit", "has no unit", f"Add unit = {units}"
    elif raw["unit"] not in rule.units:
        yield "wrong-unit", f"has the unit {str(raw['unit'])[:80]!r}", f"Give it in {units}"
    if extra := sorted({"options", "weights"} & set(raw)):
        yield "not-a-choice", f"is a quantity and cannot have {', '.join(extra)}", "Give a value, or low and high"
    numbers = {name: raw[name] for name in ("value", "low", "high") if raw.get(name) is not None}
    bad = [name for name, number in numbers.items() if not _is_number(number) or not math.isfinite(number)]
    for name in bad:
        yield "not-a-number", f"{name} is {str(numbers[name])[:40]!r}, not a finite number", "Give a number"
    for name in sorted(set(numbers) - set(bad)):
        if not rule.allows(numbers[name]):
            yield (
                "out-of-bounds",
                f"{name} is {numbers[name]:g}; it can be {rule.bounds}",
                (f"Give a number {rule.bounds}"),
            )
    if not bad:
        yield from _range_faults(numbers, raw.get("distribution"))


def _range_faults(numbers: Mapping[str, float], distribution: object) -> Iterator[_Fault]:
    has_range = "low" in numbers and "high" in numbers
    if not has_range and ("low" in numbers or "high" in numbers or distribution is not None):
        yield "half-a-range", "has a range without both ends", "Give low and high, or a value alone"
    elif not has_range and "value" not in numbers:
        yield "missing-value", "has neither a value nor a range", "Give value, or low and high"
    elif has_range and numbers["low"] >= numbers["high"]:
        yield (
            "range-upside-down",
            f"has low {numbers['low']:g} and high {numbers['high']:g}",
            "Give a low that is below high, or a value alone",
        )
    elif has_range:
        yield from _shape_faults(numbers, distribution)


def _shape_faults(numbers: Mapping[str, float], distribution: object) -> Iterator[_Fault]:
    if distribution == "log_uniform" and numbers["low"] <= 0:
        yield "log-of-zero", "is log_uniform from 0", "Give a low above 0, or another distribution"
    inside = "value" in numbers and numbers["low"] <= numbers["value"] <= numbers["high"]
    if distribution == "triangular" and not inside:
        yield "missing-peak", "is triangular without its peak", "Give the peak as value, from low to high"
    if distribution != "triangular" and "value" in numbers:
        yield (
            "value-and-range",
            "has both a value and a range",
            'Give one of them, or distribution = "triangular" with the peak as value',
        )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


# -- what has to fit together -----------------------------------------------------------------------------------------


def relation_problems(document: TomlDocument) -> list[Problem]:
    """Faults between parameters: shares that do not sum to 1, groups that are not there, keys that need each other."""
    return [
        Problem(code, document.where(path), what, remedy)
        for check in _RELATIONS
        for path, code, what, remedy in check(document.data)
    ]


_Relation = Iterator[tuple["KeyPath", str, str, str]]


def _table(data: object, *path: str | int) -> dict[str, Any]:
    """The table at a path of raw data, empty where there is none."""
    for part in path:
        data = data.get(part) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}


def _share_sums(data: Mapping[str, Any]) -> _Relation:
    tables = [("population", "groups"), ("encounters", "conditions")]
    for path in tables:
        shares = {name: _table(entry).get("share") for name, entry in _table(data, *path).items()}
        yield from _sum_of_shares(path, shares)
    for gallery in _table(data, "galleries"):
        yield from _sum_of_shares(("galleries", gallery, "groups"), _table(data, "galleries", gallery, "groups"))


def _sum_of_shares(path: KeyPath, shares: Mapping[str, Any]) -> _Relation:
    """Fixed shares sum to 1; with ranges, some values within them do, and draws are scaled to that."""
    ends = [_ends(share) for share in shares.values()]
    known = [end for end in ends if end is not None]
    if not known or len(known) < len(ends):
        return  # the faulty share is reported by itself
    low, high = sum(end[0] for end in known), sum(end[1] for end in known)
    if low > 1.0 + _TOLERANCE:
        yield path, "shares-above-one", f"the shares sum to at least {low:g}", "Lower them until they can sum to 1"
    elif high < 1.0 - _TOLERANCE:
        yield path, "shares-below-one", f"the shares sum to at most {high:g}", "Raise them until they can sum to 1"


def _ends(share: object) -> tuple[float, float] | None:
    raw = _table(share)
    low, high = (raw.get(end, raw.get("value")) for end in ("low", "high"))
    if not (_is_number(low) and _is_number(high)):
        return None
    return (float(low), float(high)) if 0 <= float(low) <= float(high) <= 1 else None  # type: ignore[arg-type]


def _further(data: Mapping[str, Any], key: str) -> list[KeyPath]:
    """Paths of a table that every further modality has: its matcher, its threshold."""
    return [("modalities", name, key) for name in _table(data, "modalities")]


def _group_names(data: Mapping[str, Any]) -> _Relation:
    for path in (("matcher",), *_further(data, "matcher")):
        yield from _groups_of_matcher(data, path)


def _groups_of_matcher(data: Mapping[str, Any], path: KeyPath) -> _Relation:
    people = set(_table(data, "population", "groups"))
    rated = _table(data, *path, "groups")
    remedy = f"Use the same group names in population.groups and {dotted(path)}.groups"
    for name in sorted(set(rated) - people):
        yield (
            (*path, "groups", name),
            "unknown-group",
            f"population.groups has no {name[:80]!r}",
            remedy,
        )
    for name in sorted(people - set(rated)) if rated else ():
        what = f"{dotted(path)}.groups says nothing of {name[:80]!r}"
        yield ("population", "groups", name), "unrated-group", what, remedy
    galleries = _table(data, "galleries")
    enrolled = {group for gallery in galleries for group in _table(galleries, gallery, "groups")}
    for name in rated:
        for other in sorted(set(_table(rated, name, "against")) - enrolled):
            yield (
                (*path, "groups", name, "against", other),
                "unknown-group",
                f"no gallery has a group {other[:80]!r}",
                "Give the gallery's groups with their shares, or leave the factor out",
            )


def _matcher_keys(data: Mapping[str, Any]) -> _Relation:
    for path in (("matcher",), *_further(data, "matcher")):
        yield from _law_of_matcher(_table(data, *path), path)


def _law_of_matcher(matcher: Mapping[str, Any], path: KeyPath) -> _Relation:
    if not matcher:
        return
    points = matcher.get("points") or []
    if bool(points) == ("law" in matcher):
        yield path, "matcher-law", "needs either points or law", "Give published points, or mean and spread"
    elif len(points) == 1 and "n_exponent" not in matcher:
        yield (
            (*path, "points"),
            "one-point",
            "one published point does not say how errors grow with the gallery",
            "Add a second point, or n_exponent with its range",
        )
    elif len(points) > 1 and "n_exponent" in matcher:
        yield (*path, "n_exponent"), "one-point", "two points give the exponent already", "Leave n_exponent out"


def _threshold_keys(data: Mapping[str, Any]) -> _Relation:
    for path in (("policy", "threshold"), *_further(data, "threshold")):
        if path[-1] in _table(data, *path[:-1]):
            yield from _ways_of_threshold(_table(data, *path), path)


def _ways_of_threshold(threshold: Mapping[str, Any], path: KeyPath) -> _Relation:
    target = {"fpir_target", "set_at_gallery_size", "reset_for_gallery"} & set(threshold)
    if ("false_match_rate" in threshold) == bool(target):
        remedy = "Give fpir_target, set_at_gallery_size and reset_for_gallery, or false_match_rate alone"
        yield path, "threshold-unclear", "is given in two ways or in none", remedy
    elif target and len(target) < 3:
        missing = sorted({"fpir_target", "set_at_gallery_size", "reset_for_gallery"} - target)
        yield path, "threshold-unclear", f"lacks {', '.join(missing)}", f"Add {', '.join(missing)}"


def _modality_keys(data: Mapping[str, Any]) -> _Relation:
    """Each condition has a matcher and a gallery; no matcher and no searched gallery is there for nothing."""
    first = str(_table(data, "matcher").get("modality", "face"))
    used = _modalities(_tables(data, "encounters", "conditions"), first)
    stores = _modalities([pair for pair in _tables(data, "galleries") if pair[1].get("searched") is True], first)
    further = list(_table(data, "modalities"))
    if first in further:
        remedy = "Leave one of the two out, or correct matcher.modality"
        yield ("modalities", first), "matcher-twice", f"[matcher] compares {first} already", remedy
    if used and stores:  # what else is wrong is reported by itself
        yield from _conditions_without(used, stores, [first, *further])
        yield from _nothing_to_do(used, stores, first, further)


def _conditions_without(used: Mapping[str, str], stores: Mapping[str, str], known: list[str]) -> _Relation:
    for name, modality in used.items():
        where = ("encounters", "conditions", name)
        if modality not in known:
            remedy = f"Add [modalities.{modality}] with its matcher and threshold, or search with {_either(known)}"
            yield where, "no-matcher", f"searches with {modality}, for which there is no matcher", remedy
        if not any(are_comparable(modality, store) for store in stores.values()):
            remedy = f'Give a searched gallery modality = "{modality}", or search with {_either(stores.values())}'
            yield where, "no-gallery", f"searches with {modality}, which no searched gallery holds", remedy


def _nothing_to_do(used: Mapping[str, str], stores: Mapping[str, str], first: str, further: list[str]) -> _Relation:
    for modality in (first, *further):
        if modality not in used.values():
            path = ("matcher",) if modality == first else ("modalities", modality)
            instead = "correct matcher.modality" if modality == first else "leave the table out"
            remedy = f'Give a capture condition modality = "{modality[:80]}", or {instead}'
            yield path, "unused-matcher", f"compares {modality[:80]}, and no capture condition does", remedy
    for name, store in stores.items():
        if not any(are_comparable(modality, store) for modality in used.values()):
            remedy = f'Give a capture condition modality = "{store}", or set searched = false'
            yield ("galleries", name), "unmet-gallery", f"holds {store}, and no condition searches with that", remedy


def _modalities(entries: Iterable[tuple[str, Mapping[str, Any]]], first: object) -> dict[str, str]:
    """Modality of each entry that has one we know; others are the schema's to refuse."""
    found = {name: entry.get("modality", first) for name, entry in entries}
    return {name: modality for name, modality in found.items() if modality in get_args(Modality)}


def _tables(data: Mapping[str, Any], *path: str) -> list[tuple[str, dict[str, Any]]]:
    """Entries of a table that are tables themselves, with their names."""
    return [(name, entry) for name, entry in _table(data, *path).items() if isinstance(entry, dict)]


def _either(modalities: Iterable[str]) -> str:
    return " or ".join(sorted({modality[:80] for modality in modalities}))


def _gallery_keys(data: Mapping[str, Any]) -> _Relation:
    galleries = _table(data, "galleries")
    if galleries and not any(_table(galleries, name).get("searched") is True for name in galleries):
        yield ("galleries",), "nothing-searched", "no gallery is searched", "Set searched = true for at least one"
    for name in galleries:
        unit = _table(galleries, name, "size").get("unit")
        images = _table(galleries, name, "images_per_person")
        if unit == "individuals" and images.get("value") != 1:
            yield (
                ("galleries", name, "images_per_person"),
                "images-of-individuals",
                "must be 1 for a gallery that is counted in individuals",
                "Write value = 1, or give the size in images",
            )


def _retention_keys(data: Mapping[str, Any]) -> _Relation:
    given = {"shorter", "shorter_share"} & set(_table(data, "retention"))
    if len(given) == 1:
        (other,) = {"shorter", "shorter_share"} - given
        remedy = f"Add {other}, or leave both out"
        yield ("retention",), "half-a-limit", f"has {given.pop()} without {other}", remedy


def _list_sources(data: Mapping[str, Any]) -> _Relation:
    for key in ("data_sources", "roles"):
        entries = data.get(key)
        for index, entry in enumerate(entries if isinstance(entries, list) else ()):
            source = _table(entry).get("source")
            if isinstance(source, str) and source not in _table(data, "sources"):
                yield (
                    (key, index, "source"),
                    "unknown-source",
                    f"names the source {source[:80]!r}, which [sources] does not have",
                    f"Add [sources.{source[:80]}] with kind and title, or name one that is there",
                )


def _stores(data: Mapping[str, Any]) -> _Relation:
    """A name may be any; a key of the catalogue has to be there."""
    entries = data.get("data_sources")
    for index, entry in enumerate(entries if isinstance(entries, list) else ()):
        key = entry.get("store") if isinstance(entry, dict) else None
        if isinstance(key, str) and key not in catalogue().stores:
            near = difflib.get_close_matches(key, catalogue().stores, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            remedy = f"Name one of {', '.join(catalogue().stores)}, or leave it out and give holds and record_types"
            yield ("data_sources", index, "store"), "unknown-store", f"names no store ({key[:80]!r}){hint}", remedy


_RELATIONS = (
    _share_sums,
    _group_names,
    _matcher_keys,
    _threshold_keys,
    _modality_keys,
    _gallery_keys,
    _retention_keys,
    _list_sources,
    _stores,
)


# -- the schema's own findings ----------------------------------------------------------------------------------------


def schema_problem(document: TomlDocument, entry: Mapping[str, Any]) -> Problem:
    """Turn one finding of the schema into a problem in our words."""
    path = _within(document.data, entry["loc"])
    kind, context = entry["type"], entry.get("ctx", {})
    where = document.where(path)
    if kind == "missing":
        return Problem("missing-key", where, "is missing", _meaning(path))
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(str(path[-1]), keys_at(ScenarioTable, path[:-1]), 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        return Problem("unknown-key", where, f"is not a key of a scenario{hint}", "Rename the key or remove it")
    if kind == "bare-value":
        return Problem("bare-value", where, entry["msg"], f"Write {dotted(path[-1:])} = {context['repair']}")
    shown = str(entry.get("input"))[:60]
    return Problem(
        "wrong-value", where, f"{entry['msg'][:1].lower()}{entry['msg'][1:]}; found {shown!r}", _meaning(path)
    )


def _within(data: object, loc: tuple[str | int, ...]) -> KeyPath:
    """The path without the names of union members that the schema puts between keys."""
    path: list[str | int] = []
    for index, part in enumerate(loc):
        last = index == len(loc) - 1
        if isinstance(data, dict) and (part in data or (last and isinstance(part, str))):
            data = data.get(str(part))
            path.append(part)
        elif isinstance(data, list) and isinstance(part, int):
            data = data[part] if part < len(data) else None
            path.append(part)
    return tuple(path)


def _meaning(path: KeyPath) -> str:
    """What belongs at a key, from the schema."""
    meaning = keys_at(ScenarioTable, path[:-1]).get(str(path[-1]), "") if path else ""
    return f"It says: {meaning.rstrip('.')}" if meaning else "See the reference page of the scenario file"
