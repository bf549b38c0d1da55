"""Oversight offices review every use before it begins.

Looks for: the dated reviews of the manifest, office by office, against the first live search.

Why it matters: an office that is asked after the launch has nothing to decide.

Complies: each listed office reviewed before the first live search.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.audit.applicability import DHS
from baserate.audit.documents import first_before_first_use, stated_records
from baserate.audit.packs.notes import DHS_NOTE
from baserate.audit.rule import DocumentCheck, Rule, Verdict, combined

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from baserate.audit.facts import Facts


def _check(facts: Facts) -> Verdict:
    reviews = stated_records(facts, "reviews", "reviews")
    if isinstance(reviews, Verdict):
        return reviews
    offices = dict.fromkeys(str(review.get("office", "an unnamed office")) for review in reviews)
    return combined([_review(facts, office, reviews) for office in offices])


def _review(facts: Facts, office: str, reviews: Sequence[Mapping[str, Any]]) -> Verdict:
    # The first one counts: an office that looks again later does not undo that it looked before.
    own = [review for review in reviews if review.get("office", "an unnamed office") == office]
    return first_before_first_use(facts, own, f"first review by {office[:60]}", "m.reviews.date")


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
