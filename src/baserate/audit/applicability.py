"""Whom a rule binds, which is asked before anything is checked.

Three things decide: the kind of agency that searched (a condition on each row), the jurisdictions that the manifest
declares for the deployment (``m.jurisdictions``, a list such as ``["US", "US-WA"]``), and exemptions that are claimed.
Where the log does not settle whether a rule binds, the finding is *cannot tell*; what the rule would say is told
separately.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from baserate.notebook import Shown

if TYPE_CHECKING:
    from datetime import date

    from baserate.audit.facts import Facts
    from baserate.audit.manifest import Manifest

JURISDICTIONS_KEY = "jurisdictions"
EXEMPTION_KEY = "claimed_federal_exemption"


@dataclass(frozen=True, slots=True, kw_only=True)
class Jurisdiction:
    """Whose searches a rule governs.

    Parameters
    ----------
    code
        What ``m.jurisdictions`` says when the deployment lies there: ``EU``, ``UK``, ``US``, ``US-WA``. Empty for
        what binds whoever claims it, such as a standard.
    name
        The jurisdiction in words.
    rows
        SQL condition for searches by the agencies that it binds.
    agencies
        Those agencies in words.
    told_by_rows
        Whether the kind of agency settles the matter when the manifest declares no jurisdictions.
    exempt
        SQL condition for searches under a claimed exemption; empty where there is none.
    exemption
        The exemption's citation.
    """

    code: str
    name: str
    rows: str
    agencies: str
    told_by_rows: bool = False
    exempt: str = ""
    exemption: str = ""

    @property
    def bound(self) -> str:
        """SQL condition for the rows that are bound, exemptions taken out."""
        return f"({self.rows}) AND NOT ({self.exempt})" if self.exempt else self.rows


@dataclass(frozen=True, slots=True)
class Answer(Shown):
    """Whether a rule binds: ``yes``, ``no`` or ``unknown``, with the reason and the field that would settle it."""

    binds: Literal["yes", "no", "unknown"]
    reason: str = ""
    field: str = ""


_FEDERAL = "agency_type IN ('federal_immigration', 'federal_other')"
_STATE = "agency_type IN ('state', 'local')"
_PARTNER = "partner_agreement IN ('287g', 'mou', 'task_force')"


def _state(code: str, name: str, *, exemption: str = "") -> Jurisdiction:
    return Jurisdiction(
        code=code, name=name, rows=_STATE, agencies="state and local agencies",
        exempt=_PARTNER if exemption else "", exemption=exemption,
    )  # fmt: skip


ANYBODY = Jurisdiction(code="", name="everywhere", rows="TRUE", agencies="anybody")
DHS_DECLARED = Jurisdiction(
    code="US-DHS", name="the declared policy of the US immigration agencies", told_by_rows=True,
    rows="agency_type = 'federal_immigration' OR partner_agreement = '287g'",
    agencies="US immigration agencies and their 287(g) partners",
)  # fmt: skip
DHS = Jurisdiction(
    code="US-DHS", name="the US Department of Homeland Security", told_by_rows=True,
    rows="agency_type = 'federal_immigration'", agencies="components of the Department of Homeland Security",
)  # fmt: skip
DOJ = Jurisdiction(
    code="US-DOJ", name="the US Department of Justice", rows="agency_type = 'federal_other'",
    agencies="components of the Department of Justice",
)  # fmt: skip
US_FEDERAL = Jurisdiction(
    code="US", name="the United States", rows=_FEDERAL, agencies="US federal agencies", told_by_rows=True
)
# Whoever sends a search to the FBI's gallery does so on the FBI's terms, and most who do are state and local agencies.
NGI_USERS = Jurisdiction(
    code="US", name="the United States", rows="agency_type <> 'foreign'", told_by_rows=True,
    agencies="agencies in the United States",
)  # fmt: skip
EU = Jurisdiction(
    code="EU", name="the European Union", rows=f"NOT {_FEDERAL}", agencies="agencies in the European Union"
)
UK = Jurisdiction(
    code="UK", name="the United Kingdom", rows=f"NOT {_FEDERAL}", agencies="agencies in the United Kingdom"
)
WASHINGTON = _state("US-WA", "Washington", exemption="RCW 43.386.090")
MARYLAND = _state("US-MD", "Maryland")
VIRGINIA = _state("US-VA", "Virginia")
MASSACHUSETTS = _state("US-MA", "Massachusetts")
MAINE = _state("US-ME", "Maine")
UTAH = _state("US-UT", "Utah")
MONTANA = _state("US-MT", "Montana")
COLORADO = _state("US-CO", "Colorado", exemption="C.R.S. 24-18-309(1)(a)(I)")
ILLINOIS_PRIVATE = Jurisdiction(
    code="US-IL", name="Illinois", rows="agency_type = 'private'", agencies="private entities"
)
NEW_YORK_CITY = _state("US-NY-NYC", "New York City")
DETROIT = _state("US-MI-DETROIT", "Detroit")

JURISDICTIONS: tuple[Jurisdiction, ...] = (
    ANYBODY, DHS_DECLARED, DHS, DOJ, US_FEDERAL, NGI_USERS, EU, UK, WASHINGTON, MARYLAND, VIRGINIA, MASSACHUSETTS,
    MAINE, UTAH, MONTANA, COLORADO, ILLINOIS_PRIVATE, NEW_YORK_CITY, DETROIT,
)  # fmt: skip


def does_bind(jurisdiction: Jurisdiction, facts: Facts, *, applies_from: date | None = None) -> Answer:
    """Say whether a jurisdiction's rules bind the searches of a log.

    Parameters
    ----------
    jurisdiction
        Whose searches the rule governs.
    facts
        The log.
    applies_from
        First day that the rule governs.
    """
    answer = _by_place(jurisdiction, facts)
    if answer.binds == "no":
        return answer
    timely = _by_time(facts, applies_from)
    return timely if timely.binds == "no" else answer


def _by_place(jurisdiction: Jurisdiction, facts: Facts) -> Answer:
    if not jurisdiction.code:
        return Answer("yes")
    declared = facts.manifest.texts(JURISDICTIONS_KEY)
    if declared is not None and not _declares(declared, jurisdiction.code):
        return Answer("no", f"the manifest's jurisdictions ({', '.join(declared)}) do not include {jurisdiction.code}")
    by_rows = _by_rows(jurisdiction, facts)
    if by_rows.binds != "yes" or declared is not None or jurisdiction.told_by_rows:
        return by_rows
    return Answer(
        "unknown", f"the log does not say whether the deployment lies in {jurisdiction.name}", f"m.{JURISDICTIONS_KEY}"
    )


def _declares(declared: tuple[str, ...], code: str) -> bool:
    return any(one == code or one.startswith(f"{code}-") for one in declared)


def _by_rows(jurisdiction: Jurisdiction, facts: Facts) -> Answer:
    bound, unknown, exempt = facts.bound[jurisdiction.rows, jurisdiction.exempt]
    if jurisdiction.exemption and (exempt or _claims(facts.manifest)) and not bound - exempt:
        return Answer(
            "no", f"claimed federal exemption ({jurisdiction.exemption}); whether it holds is a legal question"
        )
    if jurisdiction.exemption and _claims(facts.manifest):
        return Answer("no", f"claimed federal exemption ({facts.manifest.get(EXEMPTION_KEY)!s:.60})")
    if not bound and not unknown:
        return Answer("no", f"it binds {jurisdiction.agencies}, and no search in the log is theirs")
    if not bound:
        return Answer("unknown", "the kind of agency is not recorded", "agency_type")
    return Answer("yes")


def _claims(manifest: Manifest) -> bool:
    return manifest.has(EXEMPTION_KEY)


def _by_time(facts: Facts, applies_from: date | None) -> Answer:
    last = facts.last_day
    if applies_from is not None and last is not None and last < applies_from:
        return Answer("no", f"the duty applies from {applies_from}, and the last search in the log is of {last}")
    return Answer("yes")
