"""The watchlist is built for the deployment, from images with a recorded source.

Looks for: on each day of a watchlist's live use, whether it was built on that day or the one before (our reading of
*reviewed before each deployment*; a list that is built again has an entry in m.watchlists for each time), and a source
for each class of image of each gallery.

Why it matters: a list from last month holds people who are no longer wanted.

Complies: built on the day of use or the day before; sources recorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.audit.applicability import UK
from baserate.audit.asking import values_in_use
from baserate.audit.documents import dates_of
from baserate.audit.rule import LogCheck, Rule, combined, failed, passed, untold
from baserate.inputs.problems import count_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from baserate.audit.asking import Used
    from baserate.audit.facts import Facts
    from baserate.audit.rule import Verdict


_DAYS = 1
_DAY = "epoch_us(time_start_utc) // 86400000000"


def _check(facts: Facts, governed: str) -> Verdict:
    listed = facts.manifest.records("watchlists") or ()
    every = values_in_use(facts, governed, "watchlist_id", _DAY, "capture_kind = 'live_camera'")
    used = [use for use in every if use[0][0] is not None]
    if not used:
        return untold("no live search names a watchlist, if there was one", fields=("watchlist_id",))
    names = dict.fromkeys(str(name) for (name, *_), *_ in used)
    fresh = [_fresh(name, [u for u in used if u[0][0] == name], listed) for name in names]
    return combined([*fresh, *_unnamed(every), _sourced(facts)])


def _unnamed(used: Sequence[Used]) -> list[Verdict]:
    """Say that searches of live cameras, which search a watchlist, do not name it."""
    n = _all([use for use in used if use[0][0] is None and use[0][2]])
    told = f"{count_of(n, 'search', 'name')} no watchlist, though cameras search one"
    return [untold(told, fields=("watchlist_id",))] if n else []


def _fresh(watchlist: str, used: Sequence[Used], listed: Sequence[Mapping[str, Any]]) -> Verdict:
    """Hold each day of a list's use against the days on which it was built: a list may be built anew each morning."""
    lists = [w for w in listed if w.get("id") == watchlist]
    built = dates_of(lists, "build_time")
    stale = [u for u in used if u[2] is not None and not any(0 <= (u[2] - day).days <= _DAYS for day in built)]
    if not lists or len(built) < len(lists):
        return untold(f"the build time of watchlist {watchlist} is not stated", fields=("m.watchlists.build_time",))
    told = f"watchlist {watchlist}, built on {', '.join(map(str, built[:3]))}{' ...' if built[3:] else ''}"
    if stale:
        days = count_of(len(stale), "day")
        return failed(
            f"{told}, used on {days} for which it was not built", count=sum(u[1] for u in stale), of=_all(used)
        )
    if any(u[2] is None for u in used):
        return untold("searches with a watchlist have no time", fields=("time_start_utc",))
    return passed(f"{told}, for every day of its use", of=_all(used))


def _all(used: Sequence[Used]) -> int:
    return sum(n for _, n, _, _ in used)


def _sourced(facts: Facts) -> Verdict:
    galleries = facts.manifest.records("galleries")
    if galleries is None or any("image_source" not in g for g in galleries):
        return untold("the source of the images is not stated", fields=("m.galleries.image_source",))
    bare = [str(g.get("id")) for g in galleries if not g["image_source"] or not all(g["image_source"].values())]
    if bare:
        return failed(f"images without a source in {', '.join(bare)}", count=len(bare), of=len(galleries))
    return passed("each class of image has a source", of=len(galleries))


RULE = Rule(
    id="UK-7",
    page=__doc__,
    citation="College of Policing, Authorised Professional Practice, live facial recognition: watchlist",
    verified=("C",),
    severity="medium",
    binds=UK,
    checks=(
        LogCheck(
            fields=("watchlist_id", "time_start_utc", "capture_kind", "m.watchlists", "m.galleries.image_source"),
            check=_check,
        ),
    ),
)
