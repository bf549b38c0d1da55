"""Everything that one run of measuring gives, and how it is written."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from baserate.estimates.estimate import Estimates

if TYPE_CHECKING:
    from collections.abc import Mapping

    from baserate.errors import Problem
    from baserate.estimates.estimate import Estimate

SCHEMA_VERSION = "1"


@dataclass(frozen=True)
class Measurement:
    """What was measured of one file.

    Parameters
    ----------
    listed
        Whether it holds candidate lists, or comparisons.
    estimates
        At every operating point that was asked for, for everybody and by group.
    differentials
        Differences between groups.
    trade_off
        Estimates along the rate of false positives, for the DET curve; empty where none was drawn.
    by_rank
        Misses along the rank, for the CMC curve; empty for comparisons.
    problems
        Warnings about the file.
    manifest
        Version, inputs with their digests, and how they were read.
    """

    listed: bool
    estimates: Estimates
    differentials: Estimates
    trade_off: Estimates
    by_rank: Estimates
    problems: tuple[Problem, ...]
    manifest: Mapping[str, Any]

    def _repr_html_(self) -> str:
        return Estimates((*self.estimates, *self.differentials))._repr_html_()


def measurement_json(found: Measurement) -> str:
    """Write what was asked for in the published shape; the curves are written apart."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "manifest": found.manifest,
        "estimates": [_as_json(estimate) for estimate in found.estimates],
        "differentials": [_as_json(estimate) for estimate in found.differentials],
        "problems": [asdict(problem) for problem in found.problems],
    }
    return json.dumps(document, indent=1, allow_nan=False)


def curves_json(found: Measurement) -> str:
    """Write the curves in the same shape."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "manifest": found.manifest,
        "trade_off": [_as_json(estimate) for estimate in found.trade_off],
        "by_rank": [_as_json(estimate) for estimate in found.by_rank],
    }
    return json.dumps(document, indent=1, allow_nan=False)


def _as_json(estimate: Estimate) -> dict[str, object]:
    """Write an estimate in the published order of keys; an end that is not bounded is null."""
    fields = asdict(estimate)
    fields["group"] = dict(estimate.group) or None
    fields["target"] = dict([estimate.target]) if estimate.target else None
    first = ("metric", "threshold", "rank", "gallery_size", "group", "value", "low", "high", "level", "n", "n_subjects",
             "method", "undefined")  # fmt: skip
    fields |= {key: None for key, value in fields.items() if value in (float("inf"), float("-inf"))}
    return {key: fields[key] for key in (*first, *(key for key in fields if key not in first))}
