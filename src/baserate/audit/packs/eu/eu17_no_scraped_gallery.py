"""No gallery comes from untargeted scraping.

Looks for: the source type of every gallery that live searches use.

Why it matters: a gallery of everybody's holiday pictures makes everybody searchable.

Complies: none in use is typed `scraped_web` or `cctv_untargeted`.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from baserate.audit.applicability import EU
from baserate.audit.asking import NO_LIVE, live_rows, values_in_use
from baserate.audit.expressions import text_literal
from baserate.audit.rule import LogCheck, Rule, failed, inapplicable, passed, untold

if TYPE_CHECKING:
    from baserate.audit.facts import Facts
    from baserate.audit.rule import Verdict


_BANNED = ("scraped_web", "cctv_untargeted")


def _check(facts: Facts, governed: str) -> Verdict:
    source = {str(g.get("id")): g.get("source_type") for g in facts.manifest.records("galleries") or ()}
    used = values_in_use(facts, governed, "gallery_id")
    of = sum(n for _, n, _, _ in used)
    bad = {gallery: n for (gallery,), n, _, _ in used if gallery is not None and source.get(gallery) in _BANNED}
    if bad:
        listed = ", ".join(text_literal(gallery) for gallery in bad)
        query = f"SELECT * FROM {live_rows(facts, governed)} WHERE gallery_id IN ({listed})"  # noqa: S608
        return failed(
            f"galleries from untargeted scraping in use: {', '.join(bad)}", count=sum(bad.values()), of=of, query=query
        )
    silent = [n for (gallery,), n, _, _ in used if gallery is None or not source.get(gallery)]
    if silent:
        return untold(
            f"the source of the gallery of {sum(silent):,} searches is not stated",
            fields=("gallery_id", "m.galleries.source_type"),
        )
    return (
        passed(f"the galleries of all {of:,} live searches have other sources", of=of)
        if used
        else inapplicable(NO_LIVE)
    )


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
