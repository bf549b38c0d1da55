"""A dated policy says who may be on a watchlist and where it may be used.

Looks for: the kinds of place in live use, and the categories of the watchlists used, against the policy of the
manifest (m.where_policy), and its date.

Why it matters: the law failed in Bridges because both were left to the officer.

Complies: every category and kind of place is in a policy dated before first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.audit.applicability import UK
from baserate.audit.asking import live_rows, numbers_in_use
from baserate.audit.documents import day_before_first_use
from baserate.audit.expressions import texts
from baserate.audit.manifest import as_date
from baserate.audit.rule import LogCheck, Rule, combined, failed, passed, untold
from baserate.inputs.problems import count_of

if TYPE_CHECKING:
    from baserate.audit.facts import Facts
    from baserate.audit.rule import Verdict


def _check(facts: Facts, governed: str) -> Verdict:
    if facts.manifest.says_none("where_policy"):
        return failed("the manifest states that there is no policy on who and where")
    places, categories = (
        facts.manifest.texts(f"where_policy.{key}") for key in ("place_types", "watchlist_categories")
    )
    if places is None or categories is None:
        return untold("the manifest holds no policy on who and where", fields=("m.where_policy",))
    dated = day_before_first_use(
        facts, as_date(facts.manifest.get("where_policy.date")), "policy", "m.where_policy.date"
    )
    return combined([dated, _places(facts, governed, places), _categories(facts, governed, categories)])


def _places(facts: Facts, governed: str, allowed: tuple[str, ...]) -> Verdict:
    used = numbers_in_use(facts, governed, "place_type")
    bad = {place: n for place, n in used.items() if place is not None and place not in allowed}
    if bad:
        query = f"SELECT * FROM {live_rows(facts, governed)} WHERE list_contains({texts(bad)}, place_type)"  # noqa: S608
        told = f"used in {count_of(len(bad), 'kind')} of place that the policy does not name: {', '.join(bad)}"
        return failed(told, count=sum(bad.values()), of=sum(used.values()), query=query)
    if None in used:
        return untold("the kind of place of some searches is missing", fields=("place_type",))
    return passed(f"the policy names the places of all {sum(used.values()):,} live searches", of=sum(used.values()))


def _categories(facts: Facts, governed: str, allowed: tuple[str, ...]) -> Verdict:
    category = {str(w.get("id")): w.get("category") for w in facts.manifest.records("watchlists") or ()}
    cameras = numbers_in_use(facts, f"({governed}) AND capture_kind = 'live_camera'", "watchlist_id")
    used = {name: n for name, n in numbers_in_use(facts, governed, "watchlist_id").items() if name is not None}
    bad = {name: n for name, n in used.items() if category.get(name) and category[name] not in allowed}
    if bad:
        query = f"SELECT * FROM {live_rows(facts, governed)} WHERE list_contains({texts(bad)}, watchlist_id)"  # noqa: S608
        told = f"of a category that the policy does not name: {', '.join(bad)}"
        return failed(told, count=sum(bad.values()), of=sum(used.values()), query=query)
    if not used or None in cameras or not all(category.get(name) for name in used):
        return untold(
            "the watchlist of a search, or its category, is not stated",
            fields=("watchlist_id", "m.watchlists.category"),
        )
    return passed("the policy names the category of every watchlist in use", of=len(used))


RULE = Rule(
    id="UK-1",
    page=__doc__,
    citation="R (Bridges) v Chief Constable of South Wales Police [2020] EWCA Civ 1058",
    verified=("C",),
    severity="high",
    binds=UK,
    checks=(LogCheck(fields=("place_type", "watchlist_id", "m.where_policy", "m.watchlists"), check=_check),),
)
