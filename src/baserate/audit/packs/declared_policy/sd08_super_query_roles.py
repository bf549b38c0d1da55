"""Widened queries only by entitled roles.

Looks for: searches widened to further kinds of record (vehicles, addresses, associates), and whether the operator's
role is entitled to that (m.super_query_roles).

Why it matters: the widened query turns one face into a file; its separate access is the only limit that was
described.

Complies: every widened query is by an entitled role.
"""

from __future__ import annotations

from baserate.audit.applicability import DHS_DECLARED
from baserate.audit.rule import RowCheck, Rule

RULE = Rule(
    id="SD-8",
    page=__doc__,
    citation=(
        "Internal messages about the field app, press report: the widened query needs separate access (reported "
        "fact S039)"
    ),
    verified=("S",),
    severity="medium",
    binds=DHS_DECLARED,
    checks=(
        RowCheck(
            scope="widened queries",
            applies="marked(super_query)",
            violates="NOT list_contains(m_list(super_query_roles), operator_role)",
        ),
    ),
)
