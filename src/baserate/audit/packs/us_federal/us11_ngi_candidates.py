"""The FBI's candidate list is compared in full, and nobody acts on it alone.

Looks for: answered live searches of the FBI's gallery: between 2 and 50 candidates, all of them compared by a person,
and no action resting on the answer alone. Every agency that sends a search there is bound, state and local ones too.

Why it matters: a list of twenty holds at least nineteen other people.

Complies: list length in range, every candidate reviewed, no action on the list alone.
"""

from __future__ import annotations

from baserate.audit.applicability import NGI_USERS
from baserate.audit.rule import RowCheck, Rule

RULE = Rule(
    id="US-11",
    page=__doc__,
    citation=(
        "FBI BioSpecs, Next Generation Identification Interstate Photo System: 2 to 50 candidates, 20 by default;"
        " not a positive identification"
    ),
    verified=("C",),
    severity="high",
    binds=NGI_USERS,
    checks=(
        RowCheck(
            scope="answered searches of the FBI's gallery",
            applies="live AND answered AND list_contains(sources_queried, 'fbi')",
            violates=(
                "n_returned NOT BETWEEN 2 AND 50 OR candidates_reviewed < n_returned OR "
                "(acted AND outcome_basis = 'biometric_only')"
            ),
        ),
    ),
)
