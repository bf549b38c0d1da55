"""Oversight offices review every use before it begins.

Looks for: the dated reviews of the manifest, office by office, against the first live search.

Why it matters: an office that is asked after the launch has nothing to decide.

Complies: each listed office reviewed before the first live search.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.audit.applicability import DHS
from baserate.audit.documents import day_before_first_use, stated_records
from baserate.audit.manifest import as_date
from baserate.audit.packs.notes import DHS_NOTE
from baserate.audit.rule import DocumentCheck, Rule, Verdict, combined

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from baserate.audit.facts import Facts


def _check(facts: Facts) -> Verdict:
    reviews = stated_records(facts, "reviews", "reviews")
    if isinstance(reviews, Verdict):
        return reviews
    return combined([_review(facts, review) for review in reviews])


def _review(facts: Facts, review: Mapping[str, Any]) -> Verdict:
    office = str(review.get("office", "an unnamed office"))[:60]
    return day_before_first_use(facts, as_date(review.get("date")), f"review by {office}", "m.reviews.date")


RULE = Rule(
    id="US-4",
    page=__doc__,
    citation="DHS Directive 026-11 (Sept 2023), as stated on dhs.gov, 16 Jan 2025",
    verified=("C",),
    severity="medium",
    binds=DHS,
    checks=(DocumentCheck(fields=("m.reviews",), check=_check),),
    note=DHS_NOTE,
)
