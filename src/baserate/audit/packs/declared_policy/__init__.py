"""What the operator itself declared, as far as the press reported it: conformance to a promise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.audit.packs.declared_policy import (
    sd01_hotlist_gate,
    sd02_no_action_on_nonmatch,
    sd03_fifteen_years,
    sd04_listed_roles,
    sd05_training_is_not_live,
    sd06_most_recent_photo,
    sd07_two_responses,
    sd08_super_query_roles,
    sd09_no_commercial_broker,
    sd10_face_though_finger,
    sd11_match_over_documents,
    sd12_location_recorded,
)

if TYPE_CHECKING:
    from baserate.audit.rule import Rule

RULES: tuple[Rule, ...] = (
    sd01_hotlist_gate.RULE,
    sd02_no_action_on_nonmatch.RULE,
    sd03_fifteen_years.RULE,
    sd04_listed_roles.RULE,
    sd05_training_is_not_live.RULE,
    sd06_most_recent_photo.RULE,
    sd07_two_responses.RULE,
    sd08_super_query_roles.RULE,
    sd09_no_commercial_broker.RULE,
    sd10_face_though_finger.RULE,
    sd11_match_over_documents.RULE,
    sd12_location_recorded.RULE,
)
