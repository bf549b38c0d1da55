"""Every metric is on its page, with what it counts."""

from pathlib import Path

import pytest

from baserate.estimates.metrics import METRICS

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "metrics.md"


@pytest.mark.parametrize("metric", METRICS.values(), ids=lambda metric: metric.name)
def test_metric_is_on_its_page_with_what_it_counts(metric):
    (row,) = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith(f"| `{metric.name}`")]
    assert f"| {metric.symbol} | {metric.event}" in row
    kind = {True: "mated ", False: "non-mated ", None: ""}[metric.mated]
    assert f"| {kind}{metric.trials} |" in row or metric.name == "list_precision"
