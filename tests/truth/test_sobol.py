"""Sobol indices where they are known: Ishigami's function, a sum, one input."""

import numpy as np
import pytest
from scipy.stats import sobol_indices as scipy_indices

from baserate.models.parameter import reference
from baserate.models.scenario import load_scenario, override
from baserate.outcomes.sensitivity import evaluate, sensitivity, sobol_indices, unknowns

A, B = 7.0, 0.1


def ishigami(points):
    x = np.pi * (2.0 * points - 1.0)
    return np.sin(x[:, 0]) + A * np.sin(x[:, 1]) ** 2 + B * x[:, 2] ** 4 * np.sin(x[:, 0])


def ishigami_indices():
    first = [0.5 * (1 + B * np.pi**4 / 5) ** 2, A**2 / 8, 0.0]
    interaction = 8 * B**2 * np.pi**8 / 225
    variance = sum(first) + interaction
    total = [first[0] + interaction, first[1], interaction]
    return np.array(first) / variance, np.array(total) / variance


def total_of_shares(scenario, key):
    """Sum of the reference values of the shares of one whole, by which draws are scaled; 1 for any other parameter."""
    for whole in ("population.groups.", "encounters.conditions."):
        if key.startswith(whole) and key.endswith(".share"):
            shares = [name for name in scenario.parameters if name.startswith(whole) and name.endswith(".share")]
            return sum(reference(scenario.parameters[name]) for name in shares)
    return 1.0


def known_but_for(scenario, *unknown):
    settings = []
    for key, parameter in scenario.parameters.items():
        if parameter.is_uncertain and key not in unknown:
            value = reference(parameter) / total_of_shares(scenario, key)
            settings.append(f"{key}={parameter.options[int(value)] if parameter.is_choice else value}")
    return override(scenario, settings)


def test_ishigami():
    found = sobol_indices(evaluate(ishigami, [[0], [1], [2]], dimensions=3, n_base=4096, seed=1), seed=1)
    first, total = ishigami_indices()
    assert [one.value for one, _ in found] == pytest.approx(first, abs=0.02)
    assert [one.value for _, one in found] == pytest.approx(total, abs=0.02)
    for (one, other), *known in zip(found, first, total, strict=True):
        assert one.low <= known[0] <= one.high
        assert other.low <= known[1] <= other.high
    assert not found[2][0].is_told_from_0
    assert found[0][0].is_told_from_0


def test_inputs_taken_together():
    """The closed index of a block is that of all its inputs, and of everything is 1."""
    found = sobol_indices(evaluate(ishigami, [[0, 2], [0, 1, 2]], dimensions=3, n_base=4096, seed=2), seed=2)
    first, _ = ishigami_indices()
    assert found[0][0].value == pytest.approx(1 - first[1], abs=0.02)
    assert (found[1][0].value, found[1][1].value) == pytest.approx((1.0, 1.0), abs=0.02)


def test_the_estimators_are_those_of_scipy():
    evaluated = evaluate(ishigami, [[0], [1], [2]], dimensions=3, n_base=64, seed=3)
    theirs = scipy_indices(
        func={"f_A": evaluated.first[None], "f_B": evaluated.second[None], "f_AB": evaluated.mixed[:, None]}, n=64
    )
    ours = sobol_indices(evaluated, seed=3)
    assert [one.value for one, _ in ours] == pytest.approx(theirs.first_order, rel=1e-9)
    assert [one.value for _, one in ours] == pytest.approx(theirs.total_order, rel=1e-9)


def test_intervals_cover():
    """Intervals at 90 % from independent scramblings hold the truth about as often, or more often."""
    first, total = ishigami_indices()
    held = []
    for seed in range(60):
        for (one, other), *known in zip(
            sobol_indices(evaluate(ishigami, [[0], [1], [2]], dimensions=3, n_base=256, seed=seed), seed=seed),
            first,
            total,
            strict=True,
        ):
            held += [one.low <= known[0] <= one.high, other.low <= known[1] <= other.high]
    assert np.mean(held) > 0.85


def test_one_unknown_input_has_all_of_it():
    scenario = known_but_for(load_scenario("mobile-fortify"), "population.enrolled_share")
    found = sensitivity(scenario, n_base=256)
    assert [one.unknown.key for one in found.influences] == ["population.enrolled_share"]
    assert found.influences[0].first_order.value == pytest.approx(1.0, abs=0.03)
    assert found.influences[0].total.value == pytest.approx(1.0, abs=0.03)
    assert found.scale == "log"


def test_independent_factors_share_the_logarithm():
    """Wrongful actions are a product: uses x (1 - training) x ...; on the log scale the shares are known exactly."""
    keys = ("encounters.searches_per_year", "policy.action_share")
    scenario = known_but_for(load_scenario("mobile-fortify"), *keys)
    found = {one.unknown.key: one for one in sensitivity(scenario, "wrongful_actions", n_base=512).influences}
    low, high = 0.2, 1.0  # uniform between them: variance of the logarithm, by its antiderivatives
    mean = ((high * np.log(high) - high) - (low * np.log(low) - low)) / (high - low)
    square = lambda x: x * np.log(x) ** 2 - 2 * x * np.log(x) + 2 * x  # noqa: E731
    variance = np.array([np.log(5.0) ** 2 / 12, (square(high) - square(low)) / (high - low) - mean**2])
    expected = dict(zip(keys, variance / variance.sum(), strict=True))
    for key, share in expected.items():
        assert found[key].first_order.value == pytest.approx(share, abs=0.03)
        assert found[key].total.value == pytest.approx(share, abs=0.03)


def test_nothing_unknown_is_an_empty_list():
    scenario = known_but_for(load_scenario("mobile-fortify"))
    assert unknowns(scenario) == ()
    assert sensitivity(scenario, n_base=64).influences == ()
