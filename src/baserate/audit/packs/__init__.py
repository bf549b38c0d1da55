"""Packs of rules: one folder an origin, one file a rule, one explicit list a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.audit.packs import declared_policy, eu, standards, uk, us_federal, us_states

if TYPE_CHECKING:
    from baserate.audit.rule import Rule

PACKS: dict[str, tuple[Rule, ...]] = {
    "declared_policy": declared_policy.RULES,
    "eu": eu.RULES,
    "us_federal": us_federal.RULES,
    "us_states": us_states.RULES,
    "uk": uk.RULES,
    "standards": standards.RULES,
}

#: What each pack holds, for people.
PACK_TITLES: dict[str, str] = {
    "declared_policy": "The operator's own declared policy",
    "eu": "European Union",
    "us_federal": "United States, federal",
    "us_states": "United States, states and cities",
    "uk": "United Kingdom",
    "standards": "Standards and recommendations",
}
