"""The watchlist is built for the deployment, from images with a recorded source.

Looks for: the build time of each watchlist in live use: before its first search and no more than 24 hours before its
last (our reading of *reviewed before each deployment*), and a source for each class of image of each gallery.

Why it matters: a list from last month holds people who are no longer wanted.

Complies: built within 24 hours before use; sources recorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.audit.applicability import UK
from baserate.audit.asking import values_in_use
from baserate.audit.manifest import as_date
from baserate.audit.rule import LogCheck, Rule, combined, failed, passed, untold

if TYPE_CHECKING:
    from datetime import date

    from baserate.audit.facts import Facts
    from baserate.audit.rule import Verdict


_DAYS = 1


def _check(facts: Facts, governed: str) -> Verdict:
    built = {str(w.get("id")): as_date(w.get("build_time")) for w in facts.manifest.records("watchlists") or ()}
    used = [
        (w, n, first, last) for (w,), n, first, last in values_in_use(facts, governed, "watchlist_id") if w is not None
    ]
    if not used:
        return untold("no live search names a watchlist, if there was one", fields=("watchlist_id",))
    parts = [_fresh(w, built.get(w), first, last) for w, _, first, last in used]
    return combined([*parts, _sourced(facts)])


def _fresh(watchlist: str, built: date | None, first: date | None, last: date | None) -> Verdict:
    if built is None or first is None or last is None:
        return untold(f"the build time of watchlist {watchlist} is not stated", fields=("m.watchlists.build_time",))
    told = f"watchlist {watchlist} built on {built}, used from {first} to {last}"
    return passed(told) if built <= first and (last - built).days <= _DAYS else failed(told)


def _sourced(facts: Facts) -> Verdict:
    galleries = facts.manifest.records("galleries")
    if galleries is None or any("image_source" not in g for g in galleries):
        return untold("the source of the images is not stated", fields=("m.galleries.image_source",))
    bare = [str(g.get("id")) for g in galleries if not g["image_source"] or not all(g["image_source"].values())]
    if bare:
        return failed(f"galleries {', '.join(bare)} hold images without a source", count=len(bare), of=len(galleries))
    return passed("each class of image has a source", of=len(galleries))


RULE = Rule(
    id="UK-7",
    page=__doc__,
    citation="College of Policing, Authorised Professional Practice, live facial recognition: watchlist",
    verified=("C",),
    severity="medium",
    binds=UK,
    checks=(
        LogCheck(fields=("watchlist_id", "time_start_utc", "m.watchlists", "m.galleries.image_source"), check=_check),
    ),
)
