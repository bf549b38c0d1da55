"""Results as a few lines of text, for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.reports.pick import group_label, label_of, outcome_of, said

if TYPE_CHECKING:
    from baserate.outcomes.results import Results

HEADLINES = (
    "searches",
    "alerts",
    "false_alerts",
    "alert_is_wrong",
    "false_alerts_per_million_searches",
    "fpir",
    "fpir_threshold_reset",
    "fpir_threshold_carried_over",
    "fnir",
    "misidentified",
    "suppressed",
    "wrongful_actions",
    "records_held",
)


def summary_lines(results: Results) -> list[str]:
    """The question, and the headline outcomes with their ranges, a line each.

    Examples
    --------
    >>> from baserate.models.scenario import load_scenario
    >>> from baserate.outcomes.expect import expected_worlds
    >>> from baserate.outcomes.record import results_of
    >>> results = results_of(expected_worlds(load_scenario("mobile-fortify"), n_draws=20))
    >>> summary_lines(results)[0]
    'A phone search on the street: faces against 200 million images, fingers against 270 million people'
    """
    found = [outcome for name in HEADLINES if (outcome := outcome_of(results, name)) is not None]
    width = max((len(label_of(outcome)) for outcome in found), default=0)
    lines = [f"  {label_of(outcome):<{width}}  {said(outcome)} {_unit(outcome.unit)}".rstrip() for outcome in found]
    assumed = sum(row.kind == "assumed" for row in results.parameters)
    return [
        results.about.title,
        results.about.question,
        "",
        "Median (90 % range over the unknown inputs):",
        *lines,
        *_by_modality(results),
        "",
        f"{assumed} of {len(results.parameters)} inputs are assumed: "
        "see --json, or the report, for each with its source.",
    ]


def _by_modality(results: Results) -> list[str]:
    """A line for each modality, where there are several: one rate over all of them is true of none."""
    groups = [outcome.group for outcome in results.outcomes if outcome.name == "fpir"]
    shown = {"FPIR": "fpir", "FNIR": "fnir", "an alert is wrong": "alert_is_wrong"}
    lines = []
    for group in [group for group in groups if group.startswith("modality:")]:
        found = {word: outcome_of(results, name, group=group) for word, name in shown.items()}
        rates = [f"{word} {said(outcome)}" for word, outcome in found.items() if outcome is not None]
        lines.append(f"  {group_label(group)}: {'; '.join(rates)}")
    return ["", "By modality:", *lines] if lines else []


def _unit(unit: str) -> str:
    return "" if unit == "probability" else unit
