"""The system is registered before first use.

Looks for: number and date of the registration in the EU database (its closed part, for law enforcement, migration and
border control); urgency excuses a later date when it is recorded.

Why it matters: the register is where a supervisor learns that the system exists.

Complies: registered before first use, or later with the urgency recorded.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from baserate.audit.applicability import EU
from baserate.audit.documents import before_first_use, stated
from baserate.audit.packs.notes import EU_DATE_NOTE
from baserate.audit.rule import DocumentCheck, Rule, combined, passed

if TYPE_CHECKING:
    from baserate.audit.facts import Facts
    from baserate.audit.rule import Verdict


_FROM = date(2027, 12, 2)


def _check(facts: Facts) -> Verdict:
    number = stated(facts, "eu_db_id", "number in the EU database")
    dated = before_first_use(facts, "registration_date", "registration", since=_FROM)
    if (
        dated.status == "fail"
        and facts.manifest.date("registration_date")
        and facts.manifest.has("registration_urgency")
    ):
        dated = passed(f"{dated.reason}; urgency is recorded")
    return combined([number, dated])


RULE = Rule(
    id="EU-16",
    page=__doc__,
    citation="Regulation (EU) 2024/1689, Art. 49 and 49(4); named in Art. 5(2)",
    verified=("C", "M"),
    severity="low",
    binds=EU,
    checks=(DocumentCheck(fields=("m.eu_db_id", "m.registration_date", "m.registration_urgency"), check=_check),),
    applies_from=_FROM,
    note=EU_DATE_NOTE,
)
