"""Each lever changes something in a market of some preset: none is there for show."""

import re

import pytest

from simulation.rules import Arm, NotAScenario, Plan, scenarios_of
from simulation.world import levers, needs
from simulation.world.measures import measures
from simulation.world.presets import load
from simulation.world.run import run

SHIFTS = {"shift_hours": "8", "hours": "72"}
# Of five clients somebody fails nearly every month.
FAILING = {"default_share": "0", "clients": "5", "failing_share": "0.9", "hours": "1500"}
POOR = {"default_share": "0.2", "fund_basis_points": "100"}
# Where the value in MOVES is the one that most presets have.
OTHERWISE = {
    "population.abroad_share": "0.5",
    "population.limited_share": "0.5",
    "behaviour.looking": "race",
    "behaviour.bidders_vary": "true",
}
# lever → the preset, what is set first, the value that the lever is moved to
MOVES = {
    "tasks": ("mturk", {}, "90"),
    "hours": ("horeca_shift", {}, "100"),
    "demand.tasks_per_hour": ("mturk", {}, "300"),
    "demand.rhythm": ("deliveroo", {}, None),
    "demand.slots": ("horeca_shift", {}, "1"),
    "demand.pay_cents": ("mturk", {}, "20"),
    "demand.estimate_hours": ("taskrabbit_2014", {}, "4"),
    "demand.work_hours": ("firm", {}, "0.5"),
    "demand.patience_hours": ("uber", {"workers": "10"}, "0.05"),
    "demand.burst": ("uber", {}, "6"),
    "demand.automated_share": ("firm", {}, "0.4"),
    "demand.default_share": ("agency", {}, "0.3"),
    "demand.clients": ("agency", FAILING, "2"),
    "demand.anchor_share": ("agency", FAILING, "0.9"),
    "demand.failing_share": ("agency", FAILING, "0"),
    "demand.skill_kinds": ("deliveroo", {}, "6"),
    "population.workers": ("deliveroo", {}, "12"),
    "population.reservation_cents": ("mturk", {}, "600"),
    "population.abroad_share": ("elance", {}, "0"),
    "population.abroad_factor": ("elance", {}, "0.8"),
    "population.quality": ("deliveroo", {}, "0.9"),
    "population.city_km": ("deliveroo", {}, "12"),
    "population.km_per_hour": ("deliveroo", {}, "30"),
    "population.cost_cents_per_hour": ("uber", {}, "900"),
    "population.cost_cents_per_km": ("uber", {}, "70"),
    "population.bots": ("mturk", {"bot_speed": "20"}, "5"),
    "population.shift_hours": ("agency", {"hours": "72"}, "4"),
    "population.shift_every_hours": ("agency", {"hours": "72"}, "12"),
    "population.limited_share": ("horeca_shift", {"limited_hours": "5"}, "0"),
    "population.skills_each": ("tutor_booking", {}, "4"),
    "population.newcomers": ("deliveroo", {}, "20"),
    "population.stays_hours": ("deliveroo", {}, "2"),
    "behaviour.choosing": ("mturk", {"workers": "15", "looking": "longest_wait"}, "best_paid"),
    "behaviour.looking": ("mturk", {}, "longest_wait"),
    "behaviour.bot_speed": ("mturk", {"bots": "5"}, "20"),
    "behaviour.bidding": ("elance", {}, "learning"),
    "behaviour.markup": ("elance", {}, "1.6"),
    "behaviour.private_costs": ("elance", {}, "true"),
    "behaviour.bidders": ("elance", {}, "3"),
    "behaviour.bidders_vary": ("elance", {}, "false"),
    "behaviour.bid_seconds": ("elance", {}, "60"),
    "behaviour.undercut": ("elance", {"mechanism": "open_descending"}, "0.5"),
    "behaviour.acceptance": ("deliveroo", {}, "0.4"),
    "behaviour.answer_seconds": ("deliveroo", {}, "200"),
    "behaviour.search_seconds": ("mturk", {}, "5"),
    "behaviour.rejection": ("mturk", {}, "0.2"),
    "behaviour.practice": ("firm", {}, "0.2"),
    "behaviour.free_entry": ("uber", SHIFTS, "true"),
    "behaviour.boycott_below_cents_per_hour": ("deliveroo", SHIFTS, "2000"),
    "behaviour.coalition_share": ("uber", {}, "0.4"),
    "behaviour.coalition_demands": ("uber", {"coalition_share": "0.4"}, "3"),
    "rules.mechanism": ("deliveroo", {}, "rotation"),
    "rules.parameters": ("deliveroo", {}, None),
    "rules.window_hours": ("mturk", {"mechanism": "lottery"}, "0.1"),
    "rules.floor_cents_per_hour": ("elance", {}, "800"),
    "rules.fee_basis_points": ("mturk", {}, "500"),
    "rules.guaranteed_cents_per_hour": ("smart_coop", {}, "2000"),
    "rules.guarantee_counts": ("smart_coop", {}, "work"),
    "rules.most_assignments": ("mturk", {}, "2"),
    "rules.surge_most": ("uber", {"workers": "20"}, "1"),
    "rules.surge_way": ("uber", {"workers": "20"}, "additive"),
    "rules.waiting_is_duty": ("deliveroo", {}, "false"),
    "rules.minimum_shift_hours": ("agency", {}, "6"),
    "rules.minimum_shift_cents_per_hour": ("agency", {}, "3000"),
    "rules.limited_hours": ("horeca_shift", {}, "5"),
    "rules.pay_is_shown": ("mturk", {}, "false"),
    "rules.fund_basis_points": ("agency", POOR, "900"),
    "rules.provided": ("deliveroo", {}, None),
    "rules.fund_reserve_cents": ("agency", POOR | {"fund_reserve_cents": "0"}, "100000"),
}


def played(name, changes):
    scenario = load(name).scenario
    for lever, value in {"tasks": "150", **changes}.items():
        scenario = levers.pull(scenario, lever, value)
    return measures(run(scenario, 3))


def test_every_lever_is_moved_below():
    assert set(MOVES) == set(levers.names())


@pytest.mark.parametrize("lever", [name for name, move in MOVES.items() if move[2] is not None])
def test_moving_the_lever_changes_a_measure(lever):
    preset, first, value = MOVES[lever]
    first = {**first, "tasks": "0"} if "hours" in first or lever == "hours" else first
    asked(preset, first, {lever: value})
    before, after = played(preset, first), played(preset, {**first, lever: value})
    assert [name for name in before if before[name] != after[name]]


@pytest.mark.parametrize("lever", needs.NEEDS)
def test_a_lever_that_is_refused_for_want_of_something_would_change_nothing(lever):
    """In whatever preset it is refused, it may be pulled and every measure stays."""
    value, refused = OTHERWISE.get(lever, MOVES[lever][2]), 0
    for name in ("deliveroo", "mturk", "elance", "firm"):
        before = levers.pull(load(name).scenario, "tasks", "150")
        after = levers.pull(before, lever, value)
        if before != after and (missing := needs.missing(lever, after)):
            with pytest.raises(
                NotAScenario, match=re.escape(f"no effect here: it needs {missing}")
            ):
                asked(name, {"tasks": "150"}, {lever: value})
            assert played(name, {lever: value}) == played(name, {})
            refused += 1
    assert refused


def test_a_lever_may_stand_when_it_matters_in_one_arm_or_repeats_the_preset():
    asked("mturk", {"looking": "longest_wait", "bots": "5", "bot_speed": "9"}, {"looking": "race"})
    asked("uber", {"surge_most": "1", "surge_way": "multiplicative"}, {"surge_most": "2"})
    asked("deliveroo", SHIFTS | {"free_entry": "true"}, {"shift_hours": "0"})
    with pytest.raises(NotAScenario, match="arm: bots has no effect here: it needs mechanism="):
        asked("mturk", {}, {"bots": "5", "bot_speed": "9", "mechanism": "lottery"})


def asked(name, base, changes):
    arms = (Arm("first", base), Arm("arm", base | changes))
    return scenarios_of(Plan(name, arms, 1, 1))


def test_a_weight_the_rhythm_of_the_day_and_who_provides_what_matter_too():
    """These are several things each; a part is a lever by its own name."""
    base = played("deliveroo", {})
    assert played("deliveroo", {"parameters.weight_distance": "9"}) != base
    insured = played("deliveroo", {"provided.insurance": "organisation"})
    assert insured["decoupling"] < base["decoupling"]
    assert insured == base | {"decoupling": insured["decoupling"]}, "no mechanism sees it"
    scenario = load("deliveroo").scenario
    flat = levers.pull(scenario, "rhythm", [1.0])
    assert measures(run(flat, 3)) != measures(run(scenario, 3))
