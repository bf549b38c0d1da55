"""European Union: the AI Act, Regulation (EU) 2024/1689, and the Law Enforcement Directive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.audit.packs.eu import (
    eu01_real_time_objectives,
    eu02_inside_the_authorisation,
    eu03_prior_authorisation,
    eu04_rejected_real_time,
    eu05_not_solely_on_output,
    eu06_notified_and_counted,
    eu07_minimum_log,
    eu08_two_people_verify,
    eu09_targeted_search_authorised,
    eu10_never_untargeted,
    eu11_reports_equal_log,
    eu12_rejected_later_search,
    eu13_logs_six_months,
    eu14_people_are_told,
    eu15_fundamental_rights_assessment,
    eu16_registered,
    eu17_no_scraped_gallery,
    eu18_operations_logged,
)

if TYPE_CHECKING:
    from baserate.audit.rule import Rule

RULES: tuple[Rule, ...] = (
    eu01_real_time_objectives.RULE,
    eu02_inside_the_authorisation.RULE,
    eu03_prior_authorisation.RULE,
    eu04_rejected_real_time.RULE,
    eu05_not_solely_on_output.RULE,
    eu06_notified_and_counted.RULE,
    eu07_minimum_log.RULE,
    eu08_two_people_verify.RULE,
    eu09_targeted_search_authorised.RULE,
    eu10_never_untargeted.RULE,
    eu11_reports_equal_log.RULE,
    eu12_rejected_later_search.RULE,
    eu13_logs_six_months.RULE,
    eu14_people_are_told.RULE,
    eu15_fundamental_rights_assessment.RULE,
    eu16_registered.RULE,
    eu17_no_scraped_gallery.RULE,
    eu18_operations_logged.RULE,
)
