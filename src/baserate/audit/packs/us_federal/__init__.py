"""United States, federal: directives, guidance, audit findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.audit.packs.us_federal import (
    us01_not_sole_basis,
    us02_opt_out,
    us03_tested_for_bias,
    us04_reviewed_before_use,
    us05_systems_register,
    us06_trained_operators,
    us07_civil_rights_policy,
    us08_truth_established,
    us09_assemblies,
    us10_high_impact_practices,
    us11_ngi_candidates,
    us12_privacy_assessments,
)

if TYPE_CHECKING:
    from baserate.audit.rule import Rule

RULES: tuple[Rule, ...] = (
    us01_not_sole_basis.RULE,
    us02_opt_out.RULE,
    us03_tested_for_bias.RULE,
    us04_reviewed_before_use.RULE,
    us05_systems_register.RULE,
    us06_trained_operators.RULE,
    us07_civil_rights_policy.RULE,
    us08_truth_established.RULE,
    us09_assemblies.RULE,
    us10_high_impact_practices.RULE,
    us11_ngi_candidates.RULE,
    us12_privacy_assessments.RULE,
)
