"""How far each preset takes the organisation apart."""

import pytest

from simulation.world import levers
from simulation.world.measures import measures
from simulation.world.presets import load, preset_names
from simulation.world.run import run


def index(name: str) -> float:
    scenario = levers.pull(load(name).scenario, "tasks", "20")
    return measures(run(scenario, 1))["decoupling"]


def test_the_organisation_comes_back_step_by_step():
    assert index("firm") == 0
    assert index("firm") < index("agency") < index("smart_coop") < index("deliveroo") < 1


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_leaves_a_share_of_what_is_needed(name):
    assert 0 <= index(name) <= 1


def test_a_provider_or_function_that_is_not_there_is_named():
    scenario = load("deliveroo").scenario
    with pytest.raises(levers.UnusableValue, match=r"provided.insurance must be one of client, .*"):
        levers.pull(scenario, "provided.insurance", "luck")
    with pytest.raises(
        levers.UnknownLever, match=r"no function 'luck' to provide. Allowed: content"
    ):
        levers.pull(scenario, "provided.luck", "client")
    with pytest.raises(levers.UnusableValue, match="name its parts"):
        levers.pull(scenario, "provided", "client")
