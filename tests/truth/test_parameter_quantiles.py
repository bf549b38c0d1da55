"""A parameter's quantiles are those of the distribution that it names."""

from typing import Any

import numpy as np
import pytest
from scipy.stats import loguniform, triang, uniform

from baserate.models.draws import draw, reference_draw
from baserate.models.parameter import Parameter, quantile, reference
from baserate.models.source import Source

SOURCE = Source("assumed", "a test")
U = np.array([0.0, 1e-6, 0.05, 0.25, 0.5, 0.75, 0.95, 1 - 1e-9])


def parameter(distribution, **values) -> Any:
    return Parameter("a.key", "share", SOURCE, distribution, **values)


@pytest.mark.parametrize(
    ("given", "truth"),
    [
        (parameter("uniform", low=2.0, high=5.0), uniform(2, 3)),
        (parameter("log_uniform", low=1e-4, high=0.3), loguniform(1e-4, 0.3)),
        (parameter("triangular", low=1.0, value=2.0, high=5.0), triang(0.25, 1, 4)),
        (parameter("triangular", low=1.0, value=1.0, high=5.0), triang(0.0, 1, 4)),
        (parameter("triangular", low=1.0, value=5.0, high=5.0), triang(1.0, 1, 4)),
    ],
    ids=["uniform", "log_uniform", "triangular", "peak at the low end", "peak at the high end"],
)
def test_quantiles_are_scipys(given, truth):
    np.testing.assert_allclose(quantile(given, U), truth.ppf(U), rtol=1e-12)
    assert reference(given) == pytest.approx(truth.median())
    assert quantile(given, np.array([0.0]))[0] == given.low
    assert quantile(given, np.array([1 - 1e-12]))[0] == pytest.approx(given.high, rel=1e-5)


def test_a_fixed_value_is_itself():
    assert quantile(parameter("fixed", value=0.3), U).tolist() == [0.3] * len(U)


def test_options_fill_their_weights():
    choice = parameter("options", options=("a", "b", "c"), weights=(0.2, 0.5, 0.3))
    assert quantile(choice, np.array([0, 0.199, 0.2, 0.699, 0.7, 1 - 1e-16])).tolist() == [0, 0, 1, 1, 2, 2]
    assert reference(choice) == 1.0
    assert reference(parameter("options", options=("a", "b"), weights=(0.5, 0.5))) == 0.0


def test_an_option_without_weight_is_never_drawn():
    choice = parameter("options", options=("a", "b", "c"), weights=(0.0, 1.0, 0.0))
    assert set(quantile(choice, np.linspace(0, 1, 1001, endpoint=False))) == {1.0}


def test_draws_have_one_value_in_each_slice_and_do_not_move_each_other():
    one = {"a.key": parameter("uniform", low=0.0, high=1.0)}
    values = draw(one, n_draws=500, seed=3)["a.key"]
    assert sorted(np.floor(values * 500).astype(int).tolist()) == list(range(500))
    other = Parameter("b.key", "share", SOURCE, "uniform", low=0.0, high=1.0)
    both = draw(one | {"b.key": other}, n_draws=500, seed=3)
    np.testing.assert_array_equal(both["a.key"], values)
    assert abs(np.corrcoef(both["a.key"], both["b.key"])[0, 1]) < 5 / np.sqrt(500)
    assert reference_draw(one)["a.key"].tolist() == [0.5]
