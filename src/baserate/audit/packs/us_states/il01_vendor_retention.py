"""A vendor that holds the data deletes them within three years.

Looks for: only where the vendor holds the data (m.vendor_role is holds_data): keeping for more than three years after
the search.

Why it matters: the act binds no agency, and does bind the company behind it.

Complies: expiry no later than three years after start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.audit.applicability import ILLINOIS_PRIVATE
from baserate.audit.asking import NO_LIVE, live_rows
from baserate.audit.packs.conditions import utc, years_later
from baserate.audit.rule import LogCheck, Rule, failed, inapplicable, passed, untold
from baserate.inputs.problems import count_of

if TYPE_CHECKING:
    from baserate.audit.facts import Facts
    from baserate.audit.rule import Verdict


_OVER = f"date_diff('day', {years_later('retention_start_utc', 3)}, {utc('retention_expiry_utc')}) > 1"


def _check(facts: Facts, governed: str) -> Verdict:
    role = facts.manifest.get("vendor_role")
    if role in ("none", "supplies"):
        return inapplicable("no vendor holds the data, and the act binds no agency")
    if role != "holds_data":
        return untold("the manifest does not say whether a vendor holds the data", fields=("m.vendor_role",))
    rows = live_rows(facts, governed)
    ((of, n, unknown),) = facts.rows(
        f"SELECT count(*), count(*) FILTER ({_OVER}), count(*) FILTER (({_OVER}) IS NULL) FROM {rows}"  # noqa: S608
    )
    if n:
        return failed(
            f"of {of:,} searches {n:,} kept over three years",
            count=n,
            of=of,
            query=f"SELECT * FROM {rows} WHERE {_OVER}",  # noqa: S608
        )
    if unknown:
        return untold(
            f"start or expiry of {count_of(unknown, 'search')} is missing",
            fields=("retention_start_utc", "retention_expiry_utc"),
        )
    return passed(f"none of {of:,} searches is kept over three years", of=of) if of else inapplicable(NO_LIVE)


RULE = Rule(
    id="IL-1",
    page=__doc__,
    citation=(
        '740 ILCS 14/10 and 14/15(a): binds private entities; "does not include a State or local government agency"'
    ),
    verified=("C",),
    severity="medium",
    binds=ILLINOIS_PRIVATE,
    checks=(LogCheck(fields=("m.vendor_role", "retention_start_utc", "retention_expiry_utc"), check=_check),),
)
