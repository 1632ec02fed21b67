"""Presets say where their numbers come from; levers change one thing or refuse in words."""

import csv
import io
import json
from collections.abc import Mapping
from typing import Literal, get_args, get_origin, get_type_hints

import pytest
from django.core.management import CommandError, call_command
from rich.console import Console

from simulation import rules
from simulation.management.commands import simulate
from simulation.rules import Arm, NotAScenario, Plan, scenarios_of
from simulation.world import levers, presets
from simulation.world.run import replicate
from simulation.world.scenario import Range, Rules, Scenario, Spread
from simulation.world.store import plain, scenario_of


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


def test_a_rhythm_is_numbers_with_commas_between_them():
    scenario = presets.load("deliveroo").scenario
    assert levers.pull(scenario, "rhythm", "0.5,1,2").demand.rhythm == (0.5, 1, 2)
    assert levers.pull(scenario, "rhythm", "").demand.rhythm == ()


@pytest.mark.parametrize("name", presets.preset_names())
def test_every_preset_comes_back_from_its_own_levers(name):
    """What a preset sets may be set by hand as well."""
    scenario = presets.load(name).scenario
    assert scenario_of(json.loads(json.dumps(plain(scenario)))) == scenario
    levers.check_whole(scenario)


@pytest.mark.parametrize("section", levers.SECTIONS.values())
def test_every_number_of_a_scenario_has_a_range_that_holds_what_it_is_at_first(section):
    for name, hint in get_type_hints(section, include_extras=True).items():
        if hint in (bool, str) or get_origin(hint) in (Literal, Mapping):
            continue
        assert isinstance(get_args(hint)[-1], Range), name
        first = getattr(section(), name)
        assert levers.checked(name, hint, first) == first


def test_what_no_lever_alone_can_know_is_refused_with_all_of_them_pulled():
    def asked(**pulled):
        return scenarios_of(Plan("agency", (Arm("a", pulled),), 1, 1))

    (found,) = asked(**{"pay_cents": "7000", "pay_cents.b": "9000"})
    assert found.demand.pay_cents == Spread("uniform", 7000, 9000)
    with pytest.raises(NotAScenario, match="a: pay_cents must be 6,800 at most, not 7,000"):
        asked(pay_cents="7000")
    with pytest.raises(NotAScenario, match="a: rhythm must have an hour"):
        asked(rhythm="0,0")


def test_the_mechanism_is_pulled_before_its_parameters():
    arm = Arm("a", {"parameters.consolation_cents": "500", "mechanism": "contest"})
    (found,) = scenarios_of(Plan("firm", (arm,), 1, 1))
    assert found.rules.parameters["consolation_cents"] == 500


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
        ("workers", "-1", "workers must be between 1 and 100,000, not -1"),
        ("workers", "1e12", "between 1 and 100,000, not 1e[+]12"),
        ("workers", "2.6", "a whole number between 1 and 100,000, not 2.6"),
        ("acceptance", "nan", "must be a number, not 'nan'"),
        ("rejection", "3", "rejection must be between 0 and 1, not 3"),
        ("bot_speed", "0", "between 0.1 and 1,000,000"),
        ("work_hours", "0", "work_hours must be between 0.0001 and 10,000, not 0"),
        ("population.quality", "5", "quality must be between 0 and 1, not 5"),
        ("population.quality.b", "5", "quality.b must be between 0 and 1, not 5"),
        ("pay_cents.b", "5", "pay_cents.b has no effect here: the spread is fixed"),
        ("workers.b", "5", "workers has no part 'b'"),
        ("tasks", "0.5", "a whole number"),
        ("parameters.speed", "1", "has no parameter 'speed'"),
        ("waiting_is_duty", "maybe", "one of true, false"),
        ("rhythm", "abc", "each part of rhythm must be a number, not 'abc'"),
        ("rhythm", "1,,2", "each part of rhythm must be a number, not ''"),
        ("rhythm", ",".join("1" * 169), "168 numbers at most, not 169"),
        ("rules.parameters", "abc", "name its parts: first_come has none"),
        ("provided", "client", "name its parts: provided.content"),
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


def changed_workers(bundle):
    bundle["arms"][0]["scenario"]["population"]["workers"] = 9


def changed_lever(bundle):
    bundle["arms"][1]["levers"]["workers"] = "9"


def changed_seed(bundle):
    bundle["arms"][1]["runs"][0]["seed"] += 1


def left_out_an_arm(bundle):
    del bundle["arms"][1]


def changed_digest(bundle):
    bundle["arms"][1]["runs"][0]["digest"] = "0" * 64


def from_the_future(bundle):
    bundle["arms"][0]["scenario"]["population"]["robots"] = 9
    arms = [(arm["name"], arm["scenario"]) for arm in bundle["arms"]]
    bundle["input_digest"] = rules.digest_of_question(arms, 1, 1)


@pytest.mark.parametrize(
    ("change", "says", "code"),
    [
        (changed_workers, "was changed .*: input_digest is not that of its arms", 1),
        (left_out_an_arm, "was changed .*: input_digest is not that of its arms", 1),
        (changed_lever, "was changed .*: the levers of 'workers=10'", 1),
        (changed_seed, "was changed .*: the seeds of 'workers=10'", 1),
        (from_the_future, "cannot be played by this version of the code: .*'robots'", 1),
        (dict.clear, "is not a bundle: KeyError", 1),
        (changed_digest, "1 of 2 runs differ", simulate.OTHER_BYTES),
    ],
)
def test_a_bundle_that_was_changed_is_refused_with_what_was_changed(change, says, code, tmp_path):
    asked = ["--base", "tasks=20", "--arm", "workers=10", "--replications", "1"]
    call_command("simulate", "firm", *asked, "--json", "--out", str(tmp_path))
    path = tmp_path / "bundle.json"
    bundle = json.loads(path.read_text())
    change(bundle)
    path.write_text(json.dumps(bundle))
    with pytest.raises(CommandError, match=says) as refused:
        call_command("simulate", "--again", str(path))
    assert refused.value.returncode == code


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
    assert "_dependent_" not in shown, "all are alike in the firm"
    assert "Fewer than 20 replications" in shown


ARMS = ["--base", "tasks=60", "--arm", "mechanism=rotation", "--arm", "parameters.offer_seconds=30"]
THIRD = "between_dependent_wage_all_hours_cents"


def test_in_a_pipe_every_name_is_whole_and_all_arms_stand_beside_each_other(capsys):
    call_command("simulate", "deliveroo", *ARMS, "--replications", "1")
    shown = capsys.readouterr().out
    (row,) = [line for line in shown.splitlines() if THIRD in line]
    assert row.count("│") == 6
    assert "mechanism=rotation" in shown and "parameters.offer_seconds=30" in shown
    assert "hours_unexplained_share" in shown and "…" not in shown


@pytest.mark.parametrize(("width", "tables"), [(80, 3), (200, 1)])
def test_a_terminal_that_is_too_narrow_gets_a_table_per_arm_with_whole_names(width, tables):
    runs = [
        simulate.play((presets.load("deliveroo").scenario, name, 1, 7, False))
        for name in ("deliveroo", "mechanism=rotation", "a [bold] name")
    ]
    screen = io.StringIO()
    console = Console(
        file=screen, width=width, force_terminal=True, markup=False, color_system=None
    )
    simulate.show(console, simulate.by_arm(runs), 1)
    assert screen.getvalue().count(THIRD) == tables
    assert "a [bold] name" in screen.getvalue() and "…" not in screen.getvalue()
    assert max(map(len, screen.getvalue().splitlines())) <= width


def test_json_has_the_thirds_by_dependence_under_the_names_of_the_files(tmp_path, capsys):
    alike = ["--arm", "reservation_cents=0", "reservation_cents.b=0"]
    call_command(
        "simulate", "deliveroo", *ARMS, *alike, "--replications", "2", "--json",
        "--out", str(tmp_path),
    )  # fmt: skip
    shown = json.loads(capsys.readouterr().out)
    first, *_, last = (
        line for line in csv.DictReader(io.StringIO((tmp_path / "measures.csv").read_text()))
    )
    assert shown["arms"]["deliveroo"][0][THIRD] == float(first[THIRD]) > 0
    assert shown["compared"]["mechanism=rotation"][THIRD]["difference"]
    name = "reservation_cents=0 reservation_cents.b=0"
    assert shown["arms"][name][0][THIRD] is None and last[THIRD] == ""
    assert THIRD not in shown["compared"][name]


@pytest.mark.parametrize(
    ("arm", "says"),
    [
        (["florr=1"], "no lever 'florr'"),
        (["mechanism"], "key=value"),
        (["workers=many"], "workers must be a number"),
        (["work_hours=0"], "work_hours must be between 0.0001 and 10,000"),
        (["surge_way=additive"], "surge_way has no effect here: it needs surge_most above 1"),
        (["=5"], "no lever ''"),
        (["hours.a=5"], "no lever 'hours.a'"),
        ([".a=5"], "no lever '.a'"),
        (["workers=5", "workers=6"], "workers is there twice"),
        (["workers=1e5", "newcomers=1"], "100,000 workers at most"),
        (["hours=1e5", "tasks_per_hour=1e5"], "2,000,000 tasks at most"),
    ],
)
def test_the_command_refuses_a_wrong_arm_before_anything_is_played(arm, says, monkeypatch):
    monkeypatch.setattr(simulate, "run_arms", None)
    with pytest.raises(CommandError, match=says):
        call_command("simulate", "firm", "--arm", *arm)


def test_the_command_tries_each_arm_out_first(monkeypatch):
    def fails(scenario, seed):
        raise ValueError("no")

    monkeypatch.setattr(rules, "run", fails)
    with pytest.raises(CommandError, match="firm: this cannot be played .ValueError: no"):
        call_command("simulate", "firm")


def test_the_command_prints_no_mean_where_there_is_none(capsys):
    asked = ["--base", "tasks=30", "--arm", "acceptance=0", "--replications", "2"]
    call_command("simulate", "deliveroo", *asked)
    [line] = [line for line in capsys.readouterr().out.splitlines() if "wait_hours_mean" in line]
    assert line.split("│")[4].strip() == "–"


@pytest.mark.parametrize("asked", [["--replications", "0"], ["--processes", "0"]])
def test_the_command_plays_at_least_once(asked):
    with pytest.raises(CommandError, match="1 to 1,000 replications|at least 1"):
        call_command("simulate", "firm", *asked)


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


def test_the_lab_refuses_a_weight_that_nobody_could_read():
    arm = Arm(
        "tiny", {"rules.mechanism": "clients_choice", "rules.parameters.weight_price": 1e-320}
    )
    with pytest.raises(NotAScenario, match="weight_price must be 0 or at least 0.001"):
        rules.pulled(Scenario(), arm)
