"""A curve says at each place what the outcome is when the scenario is set there, whatever the scenario was before."""

import pytest

from baserate.models.scenario import load_scenario, override
from baserate.outcomes.curves import scenario_curves
from baserate.outcomes.expect import expected_outcomes, expected_worlds

DRAWS = 100


def worlds(*settings: str):
    return expected_worlds(override(load_scenario("mobile-fortify"), settings), n_draws=DRAWS)


def set_to(enrolled: float):
    keys = ("population.enrolled_share", "modalities.finger_contactless.enrolled_share")
    outcomes = expected_outcomes(worlds(*(f"{key}={enrolled}" for key in keys)))
    return next(one for one in outcomes if (one.name, one.group) == ("alert_is_wrong", "all"))


@pytest.mark.parametrize("before", ["0", "0.3", "1", "0.1..0.9"])
def test_chance_that_an_alert_is_wrong_along_the_enrolled_share(before):
    curve = scenario_curves(worlds(f"population.enrolled_share={before}")).curves[0]
    for enrolled in (0.1, 0.5, 1.0):
        point = min(curve.series[0].points, key=lambda one: abs(one.x - enrolled))
        wanted = set_to(enrolled)
        assert (point.value, point.low, point.high) == pytest.approx((wanted.value, wanted.low, wanted.high), rel=1e-6)
