"""Only for listed crimes, and not for protected activity.

Looks for: searches for law enforcement (victims, missing and dead people aside) whose crime is not on the manifest's
list (m.crime_codes), and searches at assemblies, or to identify protesters, without reasonable suspicion.

Why it matters: the list is what keeps the tool from everything else.

Complies: the crime is listed; at assemblies there is suspicion.
"""

from __future__ import annotations

from baserate.audit.applicability import MARYLAND
from baserate.audit.rule import RowCheck, Rule

RULE = Rule(
    id="MD-2",
    page=__doc__,
    citation="Md. Crim. Proc. 2-503(a)(1)",
    verified=("C",),
    severity="high",
    binds=MARYLAND,
    checks=(
        RowCheck(
            scope="searches for law enforcement, victims, missing and dead people aside,",
            applies="live AND law_enforcement AND purpose_code NOT IN ('victim', 'missing_person', 'deceased')",
            violates=(
                "crime_code = 'none' OR NOT list_contains(m_list(crime_codes), crime_code) OR"
                " ((protest_or_assembly OR purpose_code = 'protest_identification') AND suspicion_basis "
                "NOT IN ('reasonable_suspicion', 'probable_cause', 'warrant'))"
            ),
        ),
    ),
)
