"""Presets say where their numbers come from; levers change one thing or refuse in words."""

import json

import pytest
from django.core.management import CommandError, call_command

from simulation.management.commands import simulate
from simulation.world import levers, presets
from simulation.world.run import replicate
from simulation.world.scenario import Rules, Scenario, Spread


@pytest.mark.parametrize("name", presets.preset_names())
def test_every_number_of_a_preset_has_a_source(name):
    preset = presets.load(name)
    assert presets.numbers_of(name) == set(preset.sources)
    assert all(preset.sources.values()) and preset.title and preset.story


@pytest.mark.parametrize("name", presets.preset_names())
def test_every_preset_runs(name):
    scenario = levers.pull(presets.load(name).scenario, "tasks", 60)
    (found,) = replicate(scenario, 1, 1)
    assert found["tasks_posted"] == 60
    assert found["slots_filled"] > 0


def test_an_unknown_preset_is_refused_with_the_known_ones():
    with pytest.raises(presets.UnknownPreset, match="Known: .*mturk"):
        presets.load("mturkk")


def test_a_lever_does_not_take_half_a_choice():
    market = levers.pull(Scenario(), "mechanism", "uniform_price")
    with pytest.raises(ValueError, match="price_rule must be a whole number, not 0.5"):
        levers.pull(market, "parameters.price_rule", "0.5")


def test_a_lever_changes_one_thing():
    scenario = Scenario()
    pulled = levers.pull(scenario, "fee_basis_points", "500")
    assert pulled.rules == Rules(fee_basis_points=500)
    assert (pulled.demand, pulled.population) == (scenario.demand, scenario.population)


def test_a_lever_on_a_spread_keeps_its_shape():
    scenario = presets.load("mturk").scenario
    assert levers.pull(scenario, "demand.pay_cents", "24").demand.pay_cents == Spread(
        "lognormal", 24, 0.6
    )
    assert levers.pull(scenario, "pay_cents.b", "0.2").demand.pay_cents.b == 0.2


def test_another_mechanism_starts_with_its_own_parameters():
    scenario = presets.load("uber").scenario
    assert levers.pull(scenario, "mechanism", "rotation").rules.parameters == {}
    pulled = levers.pull(scenario, "parameters.offer_seconds", "30")
    assert pulled.rules.parameters["offer_seconds"] == 30


@pytest.mark.parametrize(
    ("lever", "value", "says"),
    [
        ("florr", "1", "Allowed: .*rules.floor_cents_per_hour"),
        ("mechanism", "magic", "first_come"),
        ("choosing", "newest", "oldest, best_paid"),
        ("workers", "many", "must be a number"),
        ("workers", "-1", "0 or more"),
        ("acceptance", "nan", "0 or more"),
        ("parameters.speed", "1", "has no parameter 'speed'"),
        ("waiting_is_duty", "maybe", "true or false"),
        ("rhythm", "abc", "cannot be set by one value"),
        ("rules.parameters", "abc", "cannot be set by one value"),
    ],
)
def test_a_wrong_lever_is_refused_by_name_with_what_is_allowed(lever, value, says):
    with pytest.raises(ValueError, match=says):
        levers.pull(Scenario(), lever, value)


def test_the_command_compares_arms_on_the_same_chance_and_writes_tidy_files(tmp_path, capsys):
    call_command(
        "simulate", "deliveroo", "--arm", "mechanism=rotation", "hours=5",
        "--replications", "2", "--json", "--out", str(tmp_path),
    )  # fmt: skip
    shown = json.loads(capsys.readouterr().out)
    assert list(shown["arms"]) == ["deliveroo", "mechanism=rotation hours=5"]
    lines = (tmp_path / "measures.csv").read_text().splitlines()
    columns = lines[0].split(",")
    covered = [line.split(",")[0] for line in (tmp_path / "codebook.csv").read_text().splitlines()]
    assert len(lines) == 5
    assert covered[1:] == columns
    call_command("simulate", "--again", str(tmp_path / "bundle.json"))
    assert "4 runs, the same bytes." in capsys.readouterr().out
    bundle = json.loads((tmp_path / "bundle.json").read_text())
    assert [arm["levers"] for arm in bundle["arms"]] == [
        {}, {"hours": "5", "mechanism": "rotation"},
    ]  # fmt: skip


@pytest.mark.parametrize("folder", ["/proc/nowhere", "measures.csv"])
def test_a_folder_that_cannot_be_made_is_refused_before_anything_is_played(
    folder, tmp_path, monkeypatch
):
    (tmp_path / "measures.csv").write_text("in the way")
    monkeypatch.setattr(simulate, "run_arms", None)
    with pytest.raises(CommandError, match="--out: .* cannot be"):
        call_command("simulate", "firm", "--out", str(tmp_path / folder))


def test_the_same_arm_twice_is_refused():
    with pytest.raises(CommandError, match="workers=9 is there twice"):
        call_command("simulate", "firm", "--arm", "workers=9", "--arm", "workers=9")


@pytest.mark.parametrize(
    ("lever", "meant"),
    [
        ("fee", "rules.fee_basis_points"),
        ("feee", "rules.fee_basis_points"),
        ("wage_floor", "rules.floor_cents_per_hour"),
        ("rules.minimum_shift", "rules.minimum_shift_cents_per_hour or rules.minimum_shift_hours"),
    ],
)
def test_a_lever_that_was_nearly_named_is_suggested(lever, meant):
    with pytest.raises(levers.UnknownLever, match=f"Did you mean {meant}[?]"):
        levers.pull(Scenario(), lever, 1)


def test_a_word_like_no_lever_gets_no_suggestion():
    with pytest.raises(levers.UnknownLever, match="'zzz'. Allowed"):
        levers.pull(Scenario(), "zzz", 1)


def test_the_command_shows_a_table_and_warns_of_few_replications(capsys):
    call_command("simulate", "firm", "--replications", "2")
    shown = capsys.readouterr().out
    assert "wage_net_cents" in shown
    assert "Fewer than 20 replications" in shown


@pytest.mark.parametrize("arm", ["florr=1", "mechanism", "workers=many"])
def test_the_command_refuses_a_wrong_arm(arm):
    with pytest.raises(CommandError):
        call_command("simulate", "firm", "--arm", arm)


def test_the_order_and_the_bytes_do_not_depend_on_the_number_of_processes(capsys):
    shown = []
    for processes in ("1", "3"):
        call_command(
            "simulate", "firm", "--base", "tasks=50", "--arm", "workers=10",
            "--replications", "3", "--json", "--processes", processes,
        )  # fmt: skip
        shown.append(capsys.readouterr().out)
    assert shown[0] == shown[1]
    assert json.loads(shown[0])["arms"]["firm"][0]["tasks_posted"] == 50


def test_a_command_without_a_preset_names_the_presets():
    with pytest.raises(CommandError, match="deliveroo, elance"):
        call_command("simulate")


def test_a_word_that_is_no_lever_is_refused_with_the_levers():
    with pytest.raises(CommandError, match="'mechanism'. Keys: .*rules.mechanism"):
        call_command("simulate", "firm", "--arm", "mechanism")
