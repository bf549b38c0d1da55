"""Two people verify separately before anybody acts.

Looks for: every action after a live search: at least two reviewers, each without knowing the other's answer, and the
second before the action. The duty may be lifted by law for law enforcement, migration, border control and asylum; a
manifest that claims this names the law (m.art14_5_derogation).

Why it matters: a second pair of eyes that knows the first answer is the first pair.

Complies: two independent reviewers, both before the action.
"""

from __future__ import annotations

from datetime import date

from baserate.audit.applicability import EU
from baserate.audit.packs.conditions import later
from baserate.audit.packs.notes import EU_DATE_NOTE
from baserate.audit.rule import RowCheck, Rule

RULE = Rule(
    id="EU-8",
    page=__doc__,
    citation="Regulation (EU) 2024/1689, Art. 14(5)",
    verified=("C",),
    severity="high",
    binds=EU,
    checks=(
        RowCheck(
            scope="actions after a live search",
            applies="live AND acted",
            violates=(f"n_reviewers < 2 OR n_independent < 2 OR {later('second_review', 'outcome_time_utc')}"),
            source="reviewed",
            waived_by="art14_5_derogation",
        ),
    ),
    applies_from=date(2027, 12, 2),
    note=EU_DATE_NOTE,
)
