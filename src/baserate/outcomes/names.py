"""What each outcome is called and what it means, said once; tables, charts and sentences read it from here.

An outcome is a line in :data:`OUTCOMES`. A name that is not in the list is shown as it is written, with its unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from baserate.notebook import Shown
from baserate.outcomes.results import RATE_UNITS

ShownAs = Literal["rate", "count"]


@dataclass(frozen=True, slots=True)
class OutcomeName(Shown):
    """The words for one outcome.

    Parameters
    ----------
    name
        Stable name in ``results.json``.
    label
        A few words, for a table or a chart.
    meaning
        One sentence that a reader without training understands.
    shown_as
        ``rate`` for a probability, said as *1 in 20*; ``count`` for everything else.
    """

    name: str
    label: str
    meaning: str
    shown_as: ShownAs


def _rate(name: str, label: str, meaning: str) -> OutcomeName:
    return OutcomeName(name, label, meaning, "rate")


def _count(name: str, label: str, meaning: str) -> OutcomeName:
    return OutcomeName(name, label, meaning, "count")


_LIST = (
    _count("searches", "Searches", "Searches of somebody in the gallery, repeats of the same person included."),
    _count("alerts", "Alerts", "Searches after which somebody was shown to the operator."),
    _count("false_alerts", "Wrong alerts", "Alerts in which nobody who was shown is the person searched."),
    _rate("alert_is_wrong", "Chance that an alert is wrong", "Share of alerts that name the wrong person."),
    _rate(
        "action_is_wrongful", "Chance that an action is wrongful", "Share of adverse actions against the wrong person."
    ),
    _count("wrongful_actions", "Wrongful actions", "Adverse actions after somebody else was confirmed."),
    _count("missed", "Missed", "Searches of an enrolled person that did not return that person."),
    _count(
        "misidentified",
        "Wrong person returned, right one enrolled",
        "Searches of an enrolled person that returned somebody else and not the person.",
    ),
    _count(
        "suppressed",
        "Found, but not shown",
        "Searches that found a candidate whom the response left out, because the candidate is not on the hotlist.",
    ),
    _count(
        "false_alerts_per_million_searches",
        "Wrong alerts per million searches",
        "Wrong alerts among a million searches.",
    ),
    _rate(
        "fpir",
        "False positive identification rate (FPIR)",
        "Share of searches of people who are not enrolled that return somebody all the same.",
    ),
    _rate(
        "fnir",
        "False negative identification rate (FNIR)",
        "Share of searches of people who are enrolled that do not return them.",
    ),
    _count(
        "fpir_over_everybodys",
        "FPIR, as a multiple of everybody's",
        "The group's false positive identification rate over everybody's, with all else equal.",
    ),
    _count(
        "fnir_over_everybodys",
        "FNIR, as a multiple of everybody's",
        "The group's false negative identification rate over everybody's, with all else equal.",
    ),
    _rate(
        "fpir_threshold_reset",
        "FPIR, threshold set for this gallery",
        "The false positive identification rate if the threshold was set anew for a gallery of this size.",
    ),
    _rate(
        "fpir_threshold_carried_over",
        "FPIR, threshold carried over",
        "The same if the threshold was kept from the smaller gallery it was tested with.",
    ),
    _count("records_held", "Records held", "Records of searches that are held once retention has filled up."),
    _count("records_held_without_alert", "Records held without an alert", "Those of searches that gave no alert."),
    _count(
        "share_of_spread",
        "Share of the spread",
        "How much of the range of an outcome one undisclosed input causes, together with the others.",
    ),
    _count("unacquired", "No usable sample", "Searches that gave no sample that could be compared."),
    _count("returned", "Candidate returned", "Searches that returned a candidate at or above the threshold."),
    _count("mate_returned", "Right person returned", "Searches of an enrolled person that returned the person."),
    _count("confirmed_right", "Confirmed, rightly", "Alerts after which review confirmed the person searched."),
    _count("confirmed_wrong", "Confirmed, wrongly", "Alerts after which review confirmed somebody else."),
    _count("rightful_actions", "Actions about the right person", "Adverse actions after the person was confirmed."),
)

# Parts of 1,000 searches: (name, label, meaning). Every search falls into exactly one.
_PARTS = (
    ("per_1000_right_alert", "Right alert", "The person searched was found and shown."),
    ("per_1000_wrong_alert_enrolled", "Wrong alert, person is enrolled", "Somebody else was shown instead."),
    (
        "per_1000_wrong_alert_not_enrolled",
        "Wrong alert, person not enrolled",
        "Somebody was shown although the person searched is not in the gallery at all.",
    ),
    ("per_1000_flagged_not_shown", "On the hotlist, no alert", "The person is on the hotlist, and nobody was shown."),
    ("per_1000_suppressed", "Found, but not shown", "A candidate was returned and left out: not on the hotlist."),
    ("per_1000_no_response", "Nothing returned", "The person is not on the hotlist, and nobody was returned."),
)

OUTCOMES: dict[str, OutcomeName] = {record.name: record for record in (*_LIST, *(_count(*part) for part in _PARTS))}
STATUS_NAMES = {
    "not_enrolled": "Not enrolled",
    "enrolled": "Enrolled, not on the hotlist",
    "flagged": "Enrolled and on the hotlist",
}
MODALITY_NAMES = {
    "face": "Face",
    "finger_contactless": "Finger, contactless",
    "finger_contact": "Finger, contact",
    "iris": "Iris",
    "gait": "Gait",
}
PARTS_PREFIX = "per_1000_"
SIMULATED_PREFIX = "simulated_"  # the same outcome, counted in simulated searches


def outcome_name(name: str, *, unit: str = "") -> OutcomeName:
    """Look an outcome's words up; a name that is not in the list is its own label.

    Parameters
    ----------
    name
        Name in ``results.json``.
    unit
        Unit in ``results.json``: tells a rate (``probability``) from a count where the name is not in the list.

    Examples
    --------
    >>> outcome_name("fpir").label
    'False positive identification rate (FPIR)'
    >>> outcome_name("days_held", unit="days").label
    'Days held'
    """
    known = OUTCOMES.get(name.removeprefix(SIMULATED_PREFIX))
    if known is not None:
        return known
    label = name.removeprefix(PARTS_PREFIX).replace("_", " ").strip()
    return OutcomeName(name, label[:1].upper() + label[1:], "", "rate" if unit in RATE_UNITS else "count")
