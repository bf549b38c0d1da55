"""No gallery comes from untargeted scraping.

Looks for: the source type of every gallery that live searches use.

Why it matters: a gallery of everybody's holiday pictures makes everybody searchable.

Complies: none in use is typed `scraped_web` or `cctv_untargeted`.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from baserate.audit.applicability import EU
from baserate.audit.asking import NO_LIVE, live_rows, numbers_in_use
from baserate.audit.expressions import texts
from baserate.audit.rule import LogCheck, Rule, failed, inapplicable, passed, untold
from baserate.inputs.problems import count_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from baserate.audit.facts import Facts
    from baserate.audit.rule import Verdict


_BANNED = ("scraped_web", "cctv_untargeted")


def _check(facts: Facts, governed: str) -> Verdict:
    listed = [(str(g.get("id")), g.get("source_type")) for g in facts.manifest.records("galleries") or ()]
    used = numbers_in_use(facts, governed, "gallery_id")
    of = sum(used.values())
    # A gallery may be listed once for each of its versions.
    bad = {gallery: n for gallery, n in used.items() if any((gallery, kind) in listed for kind in _BANNED)}
    if bad:
        names = ", ".join(str(gallery) for gallery in bad)
        query = f"SELECT * FROM {live_rows(facts, governed)} WHERE list_contains({texts(map(str, bad))}, gallery_id)"  # noqa: S608
        return failed(
            f"galleries from untargeted scraping in use: {names}", count=sum(bad.values()), of=of, query=query
        )
    silent = [n for gallery, n in used.items() if not _stated(gallery, listed)]
    if silent:
        return untold(
            f"the source of the gallery is not stated of {count_of(sum(silent), 'search')}",
            fields=("gallery_id", "m.galleries.source_type"),
        )
    return (
        passed(f"the galleries of all {of:,} live searches have other sources", of=of)
        if used
        else inapplicable(NO_LIVE)
    )


def _stated(gallery: str | None, listed: Sequence[tuple[str, object]]) -> bool:
    kinds = [kind for name, kind in listed if name == gallery]
    return bool(kinds) and all(kinds)


RULE = Rule(
    id="EU-17",
    page=__doc__,
    citation="Regulation (EU) 2024/1689, Art. 5(1)(e)",
    verified=("S",),
    severity="high",
    binds=EU,
    checks=(LogCheck(fields=("gallery_id", "m.galleries"), check=_check),),
    applies_from=date(2025, 2, 2),
)
