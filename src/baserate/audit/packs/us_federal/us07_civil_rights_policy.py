"""A policy on civil rights is there before first use.

Looks for: policies of the manifest that treat civil rights (m.policy_docs.civil_rights), and their dates.

Why it matters: of the agencies asked in 2023 most had none for face recognition.

Complies: such a policy is dated before the first live search.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.audit.applicability import US_FEDERAL
from baserate.audit.documents import first_before_first_use, stated_records
from baserate.audit.rule import DocumentCheck, Rule, Verdict, failed, untold

if TYPE_CHECKING:
    from baserate.audit.facts import Facts


def _check(facts: Facts) -> Verdict:
    docs = stated_records(facts, "policy_docs", "policies")
    if isinstance(docs, Verdict):
        return docs
    rights = [doc for doc in docs if doc.get("civil_rights") is True]
    if not rights:
        unmarked = any("civil_rights" not in doc for doc in docs)
        told = "no policy of the manifest is said to treat civil rights"
        return untold(told, fields=("m.policy_docs.civil_rights",)) if unmarked else failed(told, of=len(docs))
    return first_before_first_use(facts, rights, "first policy on civil rights", "m.policy_docs.date")


RULE = Rule(
    id="US-7",
    page=__doc__,
    citation="GAO-23-105607",
    verified=("C",),
    severity="medium",
    binds=US_FEDERAL,
    checks=(DocumentCheck(fields=("m.policy_docs",), check=_check),),
)
