"""Candidate lists give the same problems and the same numbers, read as arrays or grouped by the engine."""

from unittest.mock import patch

import duckdb
import pytest

from baserate.estimates import Wanted, measure_searches
from baserate.inputs import lists, ordered_lists, read_scores
from baserate.inputs.checks import check_reading
from baserate.inputs.formats import read_frame

SEARCHES = (
    "SELECT i AS search_id, i // 3 AS subject, i % 2 = 0 AS mated, 40 AS gallery_size, i % 7 = 0 AS failed, "
    "CASE WHEN i % 5 < 2 THEN 'a' ELSE 'b' END AS site FROM range(600) t(i)"
)
LISTS = (
    "SELECT i AS search_id, CASE WHEN i % 2 = 0 AND r = 1 + hash(i) % 6 THEN i // 3 ELSE 200 + hash(i, r) % 400 END"
    "::BIGINT AS candidate_subject, r::INTEGER AS rank, (9 - ln(r + hash(r, i) % 1000 / 1000))::FLOAT AS score "
    "FROM range(600) t(i), range(1, 5) u(r) WHERE i % 11 > 0 AND i % 7 > 0 ORDER BY i, r"
)
FAULTS = {
    "nothing": LISTS,
    "failed searches listed": LISTS.replace(" AND i % 7 > 0", ""),
    "an unknown search": f"FROM ({LISTS}) UNION ALL SELECT 900, 7, 1, 0.5",
    "a rank left out": f"FROM ({LISTS}) WHERE NOT (search_id = 12 AND rank = 2)",
    "longer than the gallery": LISTS.replace("range(1, 5)", "range(1, 50)"),
    "nobody found": LISTS.replace("THEN i // 3", "THEN i // 3 + 200000"),
}
WANTED = Wanted(thresholds=(8.0, 8.9), rates=(0.05,), ranks=(1, None), groups=("site",))


def both_ways(work):
    """Do the same with lists read as arrays, and with lists that are never taken for ordered."""
    with patch.object(lists, "read_ordered", return_value=None):
        grouped = work()
    return work(), grouped


@pytest.mark.parametrize("fault", FAULTS)
def test_the_checks_agree(fault):
    def problems():
        return check_reading(read_frame(duckdb.sql(FAULTS[fault]), searches=duckdb.sql(SEARCHES)))

    one, other = both_ways(problems)
    assert one == other
    assert bool(one) == (fault != "nothing") or {p.code for p in one} <= {
        "mate-on-no-list",
        "candidate-repeated",
        "lists-cut",
    }


@pytest.mark.parametrize("near", [10, 10_000])
def test_the_estimates_agree(near):
    def estimates():
        with patch.object(ordered_lists, "MOST_NEAR", near):
            read = read_scores(duckdb.sql(LISTS), searches=duckdb.sql(SEARCHES))
            return list(measure_searches(read.searches, WANTED))

    one, other = both_ways(estimates)
    assert one == other
    assert any(e.metric == "sel" and e.value for e in one)
