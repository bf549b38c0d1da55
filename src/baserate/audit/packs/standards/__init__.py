"""Standards and recommendations, for whoever claims them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.audit.packs.standards import (
    fis01_levels_of_comparison,
    iso01_what_a_report_needs,
    iso02_rates_in_operation,
    iso03_groups,
    iso04_video_surveillance,
    iso05_nothing_that_links,
    usccr01_test_and_redress,
)

if TYPE_CHECKING:
    from baserate.audit.rule import Rule

RULES: tuple[Rule, ...] = (
    iso01_what_a_report_needs.RULE,
    iso02_rates_in_operation.RULE,
    iso03_groups.RULE,
    iso04_video_surveillance.RULE,
    iso05_nothing_that_links.RULE,
    fis01_levels_of_comparison.RULE,
    usccr01_test_and_redress.RULE,
)
