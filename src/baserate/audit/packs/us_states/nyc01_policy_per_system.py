"""One policy for each system, naming everybody it shares with.

Looks for: each system in live use: a policy of its own, and in that policy every agency that received anything.

Why it matters: the inspector general could not audit, because policies lumped technologies together and named no
recipients.

Complies: one policy a system; every recipient is named in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.audit.applicability import NEW_YORK_CITY
from baserate.audit.asking import NO_LIVE, live_rows, numbers_in_use
from baserate.audit.documents import stated_records
from baserate.audit.rule import LogCheck, Rule, Verdict, combined, failed, inapplicable, passed, untold
from baserate.inputs.problems import count_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from baserate.audit.facts import Facts


def _check(facts: Facts, governed: str) -> Verdict:
    docs = stated_records(facts, "policy_docs", "policies")
    if isinstance(docs, Verdict):
        return docs
    own = {str(doc["systems"][0]): doc.get("shared_with") for doc in docs if len(doc.get("systems") or ()) == 1}
    used = list(numbers_in_use(facts, governed, "system_id"))
    parts = [_policy(system, own, docs) for system in used]
    shared = facts.rows(
        f"SELECT DISTINCT system_id, unnest(shared_with) FROM {live_rows(facts, governed)} ORDER BY ALL"  # noqa: S608
    )
    ((unknown,),) = facts.rows(f"SELECT count(*) FROM {live_rows(facts, governed)} WHERE shared_with IS NULL")  # noqa: S608
    parts += [_named(system, agency, own) for system, agency in shared]
    if unknown:
        parts.append(
            untold(f"{count_of(unknown, 'search', 'do')} not say who received anything", fields=("shared_with",))
        )
    return combined(parts) if parts else inapplicable(NO_LIVE)


def _policy(system: str | None, own: Mapping[str, Any], docs: Sequence[Mapping[str, Any]]) -> Verdict:
    if system is None:
        return untold("some searches name no system", fields=("system_id",))
    if system in own:
        return passed(f"{system} has a policy of its own")
    if any("systems" not in doc for doc in docs):
        return untold(f"which policy covers {system} is not stated", fields=("m.policy_docs.systems",))
    return failed(f"{system} has no policy of its own")


def _named(system: str | None, agency: str, own: Mapping[str, Any]) -> Verdict:
    listed = own.get(system or "")
    if listed is None:
        return untold(f"the policy of {system} does not say whom it shares with", fields=("m.policy_docs.shared_with",))
    return (
        passed(f"{agency} is named")
        if agency in listed
        else failed(f"{system} shared with {agency}, which its policy does not name")
    )


RULE = Rule(
    id="NYC-1",
    page=__doc__,
    citation="NYC Admin. Code 14-188 (POST Act); reports of the inspector general for the NYPD",
    verified=("S",),
    severity="medium",
    binds=NEW_YORK_CITY,
    checks=(LogCheck(fields=("system_id", "shared_with", "m.policy_docs"), check=_check),),
)
