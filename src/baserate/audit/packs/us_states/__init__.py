"""United States, states and cities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.audit.packs.us_states import (
    co01_accountability_mitigation,
    det01_no_arrest_on_face_alone,
    det02_no_lineup_on_lead,
    det03_disclose_the_list,
    il01_vendor_retention,
    ma01_order_or_emergency,
    md01_corroborated_arrest,
    md02_listed_crimes,
    md03_official_audit_training,
    md04_public_report,
    me01_probable_cause,
    mt01_warrant,
    nyc01_policy_per_system,
    nyc02_edits_recorded,
    ut01_statistics,
    ut02_notice,
    va01_ninety_eight_percent,
    va02_authorised_uses,
    wa01_accountability_report,
    wa02_meaningful_review,
    wa03_operational_test,
    wa04_told_before_trial,
    wa05_no_real_time_without_warrant,
)

if TYPE_CHECKING:
    from baserate.audit.rule import Rule

RULES: tuple[Rule, ...] = (
    wa01_accountability_report.RULE,
    wa02_meaningful_review.RULE,
    wa03_operational_test.RULE,
    wa04_told_before_trial.RULE,
    wa05_no_real_time_without_warrant.RULE,
    md01_corroborated_arrest.RULE,
    md02_listed_crimes.RULE,
    md03_official_audit_training.RULE,
    md04_public_report.RULE,
    va01_ninety_eight_percent.RULE,
    va02_authorised_uses.RULE,
    ma01_order_or_emergency.RULE,
    me01_probable_cause.RULE,
    ut01_statistics.RULE,
    ut02_notice.RULE,
    mt01_warrant.RULE,
    co01_accountability_mitigation.RULE,
    il01_vendor_retention.RULE,
    nyc01_policy_per_system.RULE,
    nyc02_edits_recorded.RULE,
    det01_no_arrest_on_face_alone.RULE,
    det02_no_lineup_on_lead.RULE,
    det03_disclose_the_list.RULE,
)
