import math

import numpy as np
import pytest

from baserate.errors import InputError
from baserate.models.gallery_size import Extrapolation, Undefined, fnir_at
from baserate.models.many_points import fnir_of_each
from baserate.models.published import published_algorithms
from baserate.models.published_point import PublishedPoint


def test_each_answer_is_that_of_its_point():
    found = fnir_of_each([0.0021, 0.03], [0.0013, None], to_gallery_size=5_000_000, gallery_size=[1_600_000, 3_000_000])
    assert found == (
        fnir_at([PublishedPoint(1_600_000, 0.003, 0.0021, 0.0013)], 5_000_000),
        fnir_at([PublishedPoint(3_000_000, 0.003, 0.03)], 5_000_000),
    )


def test_every_row_of_the_published_table_has_an_answer_or_a_reason():
    rows = published_algorithms()
    fnir, rank1 = [row.fnir_small for row in rows], [row.rank1_small for row in rows]
    for column in (rank1, None):
        found = fnir_of_each(np.array(fnir), column, to_gallery_size=12_000_000)
        for row, one in zip(rows, found, strict=True):
            if row.fnir_small == 1:
                assert isinstance(one, Undefined)
                assert "run failed" in one.reason
            else:
                assert isinstance(one, Extrapolation)
                assert row.fnir_small <= one.low <= one.value <= one.high <= 1
                assert one.is_beyond == (row.fnir_small > 0.8)


def test_an_interval_that_reaches_one_ends_there_exactly():
    (found,) = fnir_of_each([0.9995], [0.2489], to_gallery_size=12_000_000)
    assert isinstance(found, Extrapolation)
    assert found.high == 1.0


def test_what_is_missing_is_undefined_with_the_reason():
    found = fnir_of_each(
        [None, 0.01, 0.0], [0.1, math.nan, None], to_gallery_size=12_000_000, fpir=[0.003, None, 0.003]
    )
    nothing, no_rate, zero = (one.reason for one in found if isinstance(one, Undefined))
    assert (nothing, no_rate) == ("No FNIR is given", "No FPIR is given")
    assert "3 / n" in zero


def test_every_bad_row_at_once():
    with pytest.raises(InputError) as raised:
        fnir_of_each([0.01, 2.0, 0.01], [0.02, None, None], to_gallery_size=9, gallery_size=[9, 9, 1.5])
    assert [(problem.code, problem.where.split(":")[0]) for problem in raised.value.problems] == [
        ("rank1-above-fnir", "row 1"),
        ("share-out-of-range", "row 2"),
        ("gallery-size-not-a-number", "row 3"),
    ]
    with pytest.raises(InputError, match="the columns have 2, 3 rows"):
        fnir_of_each([0.01, 0.02], [0.01, 0.01, 0.01], to_gallery_size=9)
