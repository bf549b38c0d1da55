"""Counts of a log that may be published: what would point at few people is withheld, or noise hides everybody.

A release is one table: live searches counted by a few columns, with all of its totals. Two ways, never mixed:

* :func:`suppress` withholds small counts, and as many others as it takes so that no small one can be worked out from
  the totals; that this holds is checked afterwards, cell by cell.
* :func:`add_noise` publishes every count with random noise of a stated size (differential privacy, by OpenDP).
"""

from baserate.audit.release.noise import Noised, NoisedCell, add_noise
from baserate.audit.release.suppression import Released, ReleasedCell, suppress
from baserate.audit.release.table import (
    MAX_CELLS,
    PERIODS,
    CrossTable,
    Dimension,
    check_names,
    count_table,
    declared_dimension,
    observed_dimension,
)

__all__ = [
    "MAX_CELLS",
    "PERIODS",
    "CrossTable",
    "Dimension",
    "Noised",
    "NoisedCell",
    "Released",
    "ReleasedCell",
    "add_noise",
    "check_names",
    "count_table",
    "declared_dimension",
    "observed_dimension",
    "suppress",
]
