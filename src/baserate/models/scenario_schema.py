"""The scenario file's shape as data: every key with its unit, bounds and meaning, in one place.

The readers, the messages, ``--set`` and the reference page all come from these records. A quantity is a small table
``{ value | low+high | options, unit, source }``, never a bare number: see :class:`Quantity`.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError, core_schema

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

SCHEMA_VERSION = 1

Word = Annotated[str, Field(min_length=1, max_length=400)]
Text = Annotated[str, Field(min_length=1, max_length=4000)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
Modality = Literal["face", "finger_contactless", "finger_contact", "iris", "gait"]
"""What is compared, in the words of the log schema."""
_FINGERS = ("finger_contactless", "finger_contact")


class _Table(BaseModel):
    """A table of the file: keys that are not named here are errors."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class SourceTable(_Table):
    """Where a number comes from."""

    kind: Literal["measured", "published", "reported", "derived", "assumed"]
    title: Word
    publisher: Word = ""
    date: Word = ""
    locator: Word = ""
    ids: list[Annotated[str, Field(pattern=r"^[A-Z]\d{3}$")]] = []


class ParameterTable(_Table):
    """A quantity or a choice with its unit, range and source."""

    value: float | bool | str | None = None
    low: float | None = None
    high: float | None = None
    distribution: Literal["uniform", "log_uniform", "triangular"] | None = None
    options: list[str | bool | int] | None = None
    weights: list[float] | None = None
    unit: Word | None = None
    source: Word | SourceTable
    note: Text = ""


class _Sourced:
    """What a :class:`ParameterTable` may hold; refuses a bare value where one belongs, and shows the repair."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._refuse_bare, handler(source))

    def _refuse_bare(self, given: object) -> object:
        if isinstance(given, dict | ParameterTable):
            return given
        shown = json.dumps(given, default=str)[:80]
        raise PydanticCustomError(
            "bare-value", "is a bare value ({shown})", {"shown": shown, "repair": self.repair(shown)}
        )

    def repair(self, shown: str) -> str:
        """Write the parameter that a bare value should have been."""
        return f'{{ value = {shown}, source = "..." }}'


@dataclass(frozen=True)
class Quantity(_Sourced):
    """What a number of the scenario may be.

    Parameters
    ----------
    units
        Units it may be given in.
    low, high
        Bounds of its values, both included.
    open_low
        Whether the lower bound itself is excluded.
    """

    units: tuple[str, ...]
    low: float = 0.0
    high: float = math.inf
    open_low: bool = False

    def allows(self, number: float) -> bool:
        """Whether a value lies within the bounds."""
        return (number > self.low if self.open_low else number >= self.low) and number <= self.high

    @property
    def bounds(self) -> str:
        """The bounds in words."""
        low = f"above {self.low:g}" if self.open_low else f"from {self.low:g}"
        return low if math.isinf(self.high) else f"{low} to {self.high:g}"

    def repair(self, shown: str) -> str:
        """Write the parameter that a bare value should have been."""
        return f'{{ value = {shown}, unit = "{self.units[0]}", source = "..." }}'


@dataclass(frozen=True)
class Choice(_Sourced):
    """One of several words or whole numbers."""

    options: tuple[str | int, ...]


def are_comparable(one: object, other: object) -> bool:
    """Whether a sample of one modality can be compared with an entry of the other.

    Examples
    --------
    >>> are_comparable("finger_contactless", "finger_contact"), are_comparable("face", "iris")
    (True, False)
    """
    return one == other or (one in _FINGERS and other in _FINGERS)


Share = Annotated[ParameterTable, Quantity(("share",), high=1.0)]
# Bounds beyond which the law computes with nothing but rounding errors: a rate of 1 has its threshold at minus
# infinity, and no store, test or country holds more than a million million entries.
Rate = Annotated[ParameterTable, Quantity(("share",), low=1e-15, high=0.99)]
Factor = Annotated[ParameterTable, Quantity(("factor",), low=1e-6, high=1e6)]
_MOST = 1e12


def _means(text: str, *, optional: bool = False) -> Any:  # noqa: ANN401
    """Describe a key; an optional one may be left out."""
    return Field(default=None, description=text) if optional else Field(description=text)


class GalleryTable(_Table):
    """A store of reference images that a search is compared with."""

    title: Word = _means("What the store is, in a few words.")
    modality: Modality | None = _means(
        "What its entries are; `matcher.modality` where absent. Fingers are compared with fingers, contactless or not.",
        optional=True,
    )
    searched: bool = _means("Whether a search of this scenario is compared with it.")
    size: Annotated[
        ParameterTable,
        Quantity(
            ("images", "records", "individuals"),
            low=1.0,
            high=_MOST,
        ),
    ] = _means("Number of entries. The unit is required: images, records or individuals are different sizes.")
    images_per_person: Annotated[
        ParameterTable,
        Quantity(
            ("images per person", "records per person"),
            low=1.0,
            high=1e6,
        ),
    ] = _means("Entries that belong to one person, on average; 1 for a gallery counted in individuals.")
    image_dependence: Share = _means(
        "How far the images of one person act as one comparison: 0 each image counts, 1 each person counts once."
    )
    flagged_share: Share = _means("Share of the enrolled people whose entry is flagged (on the hotlist).")
    groups: dict[Name, Share] | None = _means(
        "Share of the gallery that belongs to each group; needed where `matcher.groups` gives rates against groups.",
        optional=True,
    )


class PointTable(_Table):
    """A published test result: error rates at one gallery size."""

    gallery_size: Annotated[ParameterTable, Quantity(("individuals",), low=1.0, high=_MOST)] = _means(
        "Number of people enrolled in the test."
    )
    fpir: Rate = _means("False positive identification rate at the threshold of the test.")
    fnir: Rate = _means("False negative identification rate at that threshold.")


class LawTable(_Table):
    """The mated scores given directly."""

    mean: Annotated[ParameterTable, Quantity(("z",), low=-40.0, high=200.0)] = _means("Mean of the mated score, in z.")
    spread: Annotated[ParameterTable, Quantity(("z",), low=0.01, high=100.0)] = _means(
        "Standard deviation of the mated score, in z."
    )


class GroupFactors(_Table):
    """How a group's rates differ from those of the test."""

    fmr_factor: Factor = _means("Factor on the false match rate when a person of this group is searched.")
    miss_factor: Factor = _means("Factor on the miss rate of a person of this group.")
    against: dict[Name, Factor] | None = _means(
        "Further factor on the false match rate against gallery entries of each group; 1 where absent.", optional=True
    )


class MatcherTable(_Table):
    """What is known of the algorithm's errors."""

    title: Word = _means("Which algorithm, and how sure that is.")
    points: list[PointTable] | None = _means(
        "Published test results; one needs `n_exponent`, two or more give it.", optional=True
    )
    n_exponent: Annotated[ParameterTable, Quantity(("exponent",), low=1e-3, high=3.0)] | None = _means(
        "Exponent b of FNIR = a N^b at a fixed FPIR; needed with a single point.", optional=True
    )
    law: LawTable | None = _means("Mean and spread of the mated score, instead of points.", optional=True)
    lapse_share_of_misses: Annotated[ParameterTable, Quantity(("share",), high=0.99)] = _means(
        "Share of the misses that no threshold would avoid: wrong label, hopeless image."
    )
    heterogeneity: Annotated[ParameterTable, Quantity(("w",), high=3.0)] = _means(
        "How unlike searches are: w of the factor exp(w g - w²/2) that one search's comparisons share; 0 for alike."
    )
    groups: dict[Name, GroupFactors] | None = _means("Rates by group of the person searched.", optional=True)


class FirstMatcherTable(MatcherTable):
    """The matcher of a scenario with one modality, or of the first of several."""

    modality: Modality = Field(default="face", description="What it compares; `face` where absent.")


class PopulationGroup(_Table):
    """One group of the people who are searched."""

    share: Share = _means("Share of the people searched; ranges are scaled so that the groups sum to 1.")
    enrolled_share: Share | None = _means("As `population.enrolled_share`, for this group.", optional=True)
    flagged_share: Share | None = _means("As `population.flagged_share`, for this group.", optional=True)


class PopulationTable(_Table):
    """Who is searched."""

    enrolled_share: Share = _means(
        "Share of the people searched who are enrolled in a gallery that their search meets; a further modality may "
        "have a share of its own."
    )
    flagged_share: Share = _means("Share of the enrolled people searched whose entry is flagged.")
    groups: dict[Name, PopulationGroup] = Field(min_length=1, description="The groups, by name.")


class ConditionTable(_Table):
    """One way in which samples are captured."""

    modality: Modality | None = _means(
        "With which modality it searches, and so which galleries; `matcher.modality` where absent.", optional=True
    )
    share: Share = _means("Share of encounters; ranges are scaled so that the conditions sum to 1.")
    failure_to_acquire: Share = _means("Share of captures that give no usable sample.")
    fmr_factor: Factor = _means("Factor on the false match rate against the test's images.")
    miss_factor: Factor = _means("Factor on the miss rate against the test's images.")


class EncountersTable(_Table):
    """How people come to be searched."""

    searches_per_year: Annotated[ParameterTable, Quantity(("searches per year",), open_low=True, high=_MOST)] = _means(
        "All searches, training included."
    )
    training_share: Share = _means("Share of searches made in a training mode.")
    repeat_share: Share = _means("Chance that a search which showed nothing is followed by another of the same person.")
    repeat_fresh_share: Share = _means(
        "Chance that such a repeat is a new sample rather than one that gives the same result."
    )
    max_attempts: Annotated[ParameterTable, Choice(tuple(range(1, 11)))] = _means(
        "Most searches of one person in one encounter."
    )
    conditions: dict[Name, ConditionTable] = Field(min_length=1, description="The capture conditions, by name.")


class ThresholdTable(_Table):
    """At which threshold a candidate is returned."""

    fpir_target: Rate | None = _means("FPIR for which the threshold was set.", optional=True)
    set_at_gallery_size: Annotated[ParameterTable, Quantity(("individuals",), low=1.0, high=_MOST)] | None = _means(
        "Gallery size for which the threshold was set.", optional=True
    )
    reset_for_gallery: (
        Annotated[
            ParameterTable,
            Choice(("yes", "no")),
        ]
        | None
    ) = _means("Whether the threshold was set anew for the gallery of this scenario.", optional=True)
    false_match_rate: Rate | None = _means(
        "False match rate per comparison at the threshold, instead of the three keys above.", optional=True
    )


class ModalityTable(_Table):
    """A further modality: what is its own, beside the one of `[matcher]`."""

    matcher: MatcherTable = Field(description="The algorithm that compares this modality.")
    threshold: ThresholdTable = Field(description="Its threshold: one matcher's threshold means nothing to another.")
    enrolled_share: Share | None = _means(
        "Share of the people searched with it who are enrolled in a gallery of it; as `population` says where absent.",
        optional=True,
    )
    flagged_share: Share | None = _means(
        "Share of those whose entry is flagged; as `population` says where absent.", optional=True
    )


class PhotoShownTable(_Table):
    """A candidate is shown with another photo than the one that matched: what that does to a reviewer."""

    other_share: Share = _means("Share of shown candidates whose photo is not the one that matched.")
    accepts_wrong_factor: Factor = _means("Factor on `policy.review.accepts_wrong` then; a chance stays at most 1.")
    rejects_right_factor: Factor = _means("Factor on `policy.review.rejects_right` then; a chance stays at most 1.")


class ReviewTable(_Table):
    """What people do with a shown candidate."""

    reviewers: Annotated[
        ParameterTable,
        Choice((0, 1, 2)),
    ] = _means("How many people have to confirm a candidate before anything follows.")
    accepts_wrong: Share = _means("Chance that a reviewer confirms a wrong candidate.")
    rejects_right: Share = _means("Chance that a reviewer rejects the right candidate.")
    dependence: Share = _means("Chance that the second reviewer repeats the first: 0 independent, 1 a copy.")
    photo_shown: PhotoShownTable | None = _means(
        "What it does to reviewers that the photo shown need not be the one that matched.", optional=True
    )


class PolicyTable(_Table):
    """What the operator's rules make of a search."""

    threshold: ThresholdTable = Field(description="The threshold.")
    list_length: Annotated[ParameterTable, Choice(tuple(range(1, 101)))] = _means("Most candidates returned.")
    gate: Annotated[
        ParameterTable,
        Choice(("none", "hotlist", "hotlist_gallery")),
    ] = _means(
        "Whether everybody found is shown, only flagged candidates (`hotlist`), or only flagged entries are searched "
        "(`hotlist_gallery`): people who are enrolled and not flagged are then in no searched gallery."
    )
    response: Annotated[
        ParameterTable,
        Choice(("single", "candidate_list", "two_outcome")),
    ] = _means(
        "What is shown: one match, a list, or one of two instructions. With `single` and `two_outcome` the list has "
        "one place, whatever `list_length` says."
    )
    consent: Annotated[
        ParameterTable,
        Choice(("no_opportunity", "not_asked", "may_decline", "required")),
    ] = _means("Whether the person may decline.")
    declined_share: Share = _means("Share of people who decline, and whose search is then not made.")
    review: ReviewTable = Field(description="Human review.")
    second_modality_share: Share = _means("Share of confirmed candidates that are checked by a second modality.")
    second_modality_accepts_wrong: Share = _means("Chance that the second modality confirms a wrong candidate.")
    second_modality_rejects_right: Share = _means("Chance that it rejects the right one.")
    document_offered_share: Share = _means("Share of people wrongly confirmed who can show contrary documents.")
    document_weight: Share = _means("Chance that contrary documents stop the action: 0 overridden, 1 always weighed.")
    action_share: Share = _means("Share of confirmed candidates that are followed by an adverse action.")


# In years the bound is what dates can hold; a period of more hours than that is one of years.
_KEPT = Quantity(("years", "days", "hours"), high=200_000.0)


class RetentionTable(_Table):
    """How long records are kept."""

    matched: Annotated[ParameterTable, _KEPT] = _means(
        "How long the record of a search that showed somebody is kept, in years, days or hours."
    )
    unmatched: Annotated[ParameterTable, _KEPT] = _means(
        "How long the record of a search that showed nobody is kept; 0 if it is deleted at once."
    )
    shorter: Annotated[ParameterTable, _KEPT] | None = _means(
        "Where the limit goes by the person's status: how long records of people under the shorter limit are kept; "
        "the two keys above are then the longer one.",
        optional=True,
    )
    shorter_share: Share | None = _means("Share of the people searched who are under it.", optional=True)
    deletion_failure_share: Share = _means("Share of records that are not deleted when they should be.")


class DataSourceTable(_Table):
    """A store or service that a search touches."""

    name: Word
    touched: Literal["every_search", "match", "on_request", "proposed"]
    source: Word | SourceTable
    store: Name | None = Field(default=None, description="Its key in the catalogue of stores, if the name is another.")
    holds: Word | None = Field(default=None, description="Whom it holds, where the catalogue does not have it.")
    record_types: list[Word] = Field(default=[], description="Kinds of record, where the catalogue does not have it.")


class RoleTable(_Table):
    """Somebody who may search."""

    name: Word
    source: Word | SourceTable


Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/+-]{0,63}$")]


class RecordTable(_Table):
    """What the simulated log writes in columns that no outcome depends on: words of the log schema."""

    source: Word = _means("Why these words; they stand in the simulated log and change no outcome.")
    jurisdictions: list[Code] = Field(default=[], description="Where the deployment lies: US, US-WA, EU, UK, ...")
    agencies: Annotated[int, Field(ge=1, le=10_000)] = Field(default=1, description="Agencies that search.")
    agency_type: Literal["federal_immigration", "federal_other", "state", "local", "tribal", "foreign", "private"] = (
        Field(default="local", description="Their kind.")
    )
    partner_agreement: Literal["none", "287g", "mou", "task_force", "other"] = Field(
        default="none", description="Agreement under which they use the system."
    )
    operators: Annotated[int, Field(ge=1, le=1_000_000)] = Field(default=100, description="People who search.")
    operator_roles: list[Code] = Field(default=["officer"], min_length=1, description="Their roles.")
    device_class: Literal["issued_phone", "fixed_camera", "workstation", "wearable", "personal", "other"] = Field(
        default="other", description="Kind of device."
    )
    capture_kind: Literal[
        "live_mobile",
        "live_camera",
        "still_from_video",
        "document_photo",
        "social_media",
        "sketch",
        "composite",
        "other",
    ] = Field(default="other", description="How the probe comes about.")
    place_type: Literal[
        "port_of_entry", "street", "vehicle", "residence", "workplace", "custody", "court", "school_health_worship",
        "public_event", "other", "unknown",
    ] = Field(default="unknown", description="Kind of place.")  # fmt: skip
    geo_cell: Annotated[str, Field(pattern=r"^([A-Z]{2}(-[A-Z0-9]{1,3})?|unknown)$")] = Field(
        default="unknown", description="Country or state of every search."
    )
    purpose_code: Literal[
        "status_check", "target_confirmation", "unknown_identity", "criminal_lead", "victim", "missing_person",
        "deceased", "border_entry", "benefit", "protest_identification", "other",
    ] = Field(default="other", description="Purpose stated for every search.")  # fmt: skip
    case_link: Literal["none", "offence", "proceeding", "threat", "missing_person"] = Field(
        default="none", description="Kind of case that a search belongs to."
    )
    fields_displayed: list[
        Literal["name", "dob", "nationality", "alien_number", "removal_order", "status", "photo", "associates",
                "address", "other"]
    ] = Field(default=["photo"], description="What appears on the screen with a match.")  # fmt: skip
    display_photo_policy: Literal["matched_image", "most_recent", "several", "none"] = Field(
        default="matched_image", description="Which photograph of a candidate is shown."
    )
    sources_queried: list[
        Literal["tvs", "ident", "saw", "hotlist", "fbi", "state_dmv", "state_dept", "social_media", "other"]
    ] = Field(default=["other"], description="Sources that a search touches.")  # fmt: skip
    outcome_basis: Literal["biometric_only", "biometric_plus", "independent", "unknown"] = Field(
        default="unknown", description="What actions rest on, as recorded."
    )
    notice_given: Literal["before", "during", "after", "signage", "none", "deferred_by_law", "unknown"] = Field(
        default="unknown", description="When people are told."
    )


class ScenarioTable(_Table):
    """A described deployment."""

    schema_version: Literal[1] = Field(description="Version of this shape.")
    name: Name = Field(description="Name of the scenario, in lower case with hyphens.")
    title: Word = Field(description="Title of the report.")
    question: Word = Field(description="The question that the report answers.")
    summary: Text = Field(description="What is described, in a few sentences.")
    unknown: list[Word] = Field(default=[], description="What the sources leave open, a line each.")
    sources: dict[Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,63}$")], SourceTable] = Field(
        description="The sources, by the name that parameters use."
    )
    galleries: dict[Name, GalleryTable] = Field(min_length=1, description="The galleries, by name.")
    matcher: FirstMatcherTable = Field(description="The algorithm.")
    modalities: dict[Modality, ModalityTable] = Field(
        default={}, description="Further modalities by which somebody may be searched, by their names."
    )
    population: PopulationTable = Field(description="Who is searched.")
    encounters: EncountersTable = Field(description="How people come to be searched.")
    policy: PolicyTable = Field(description="The operator's rules.")
    retention: RetentionTable = Field(description="How long records are kept.")
    record: RecordTable = Field(
        default=RecordTable(source="Not described: the schema's neutral words."),
        description="What the simulated log writes in columns that no outcome depends on.",
    )
    data_sources: list[DataSourceTable] = Field(default=[], description="Stores that a search touches.")
    roles: list[RoleTable] = Field(default=[], description="Who may search.")


def keys_at(model: type[BaseModel], path: tuple[str | int, ...]) -> dict[str, str]:
    """Keys that the schema allows in the table at a path, with their meanings.

    Examples
    --------
    >>> sorted(keys_at(ScenarioTable, ("policy", "threshold")))[:2]
    ['false_match_rate', 'fpir_target']
    """
    kinds = [model]
    for part in path:
        kinds = [kind for here in kinds for kind in _below(here, part)]
    return {name: field.description or "" for kind in kinds for name, field in kind.model_fields.items()}


def _below(model: type[BaseModel], part: str | int) -> list[type[BaseModel]]:
    """Tables that a key of a table may hold; names of entries in a dictionary are passed over."""
    if part in model.model_fields:
        return _tables(model.model_fields[str(part)].annotation)
    return [model]


def _tables(annotation: Any) -> list[type[BaseModel]]:  # noqa: ANN401
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [table for argument in get_args(annotation) for table in _tables(argument)]
