"""The lab's pages: anybody may ask, whoever asked may stop it, everybody with the key may read."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from pyarrow.parquet import read_table

from agenda.actions import drain
from simulation import actions, examining, findings, pages, words
from simulation.files import COLUMNS, csv_text, parquet_bytes, play_bundle, tidy
from simulation.models import Examination, Experiment, Run
from simulation.queries import played, results
from simulation.questions import QUESTIONS
from simulation.rules import Arm, Plan, check_size, scenarios_of, try_out
from simulation.world import presets
from simulation.world.comparing import compare
from tests.people import NOW
from tests.simulation.plans import a_plan, start

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_list_of_static_files(settings):
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture
def experiment() -> Experiment:
    found = start()
    play()
    return found


def play() -> None:
    drain(timezone.now(), most=1000, aside=True)


def address(name: str, *arguments: str) -> str:
    return reverse(name, args=arguments)


# --- asking ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.slug)
def test_every_question_fits_into_what_a_visitor_may_ask(question):
    scenarios = scenarios_of(question.plan)
    check_size(scenarios, question.plan.replications, actions.VISITOR)
    assert scenarios[0] != scenarios[1]


@pytest.mark.parametrize("finding", findings.FINDINGS, ids=lambda finding: finding.slug)
def test_every_finding_fits_into_what_a_visitor_may_ask(finding):
    check_size(scenarios_of(finding.plan), finding.plan.replications, actions.VISITOR)
    assert (finding.sign != 0) == (finding.between is None) == bool(finding.levers)


def test_a_question_is_asked_with_one_press_and_answered_on_its_page():
    browser = Browser()
    answer = browser.post(address("ask"), {"question": "consolation"})
    key = Experiment.objects.get().key
    assert answer["Location"] == address("experiment", key)
    waiting = browser.get(address("experiment", key)).content.decode()
    assert "0 of 40 runs are done." in waiting and "Stop it" in waiting
    play()
    page = browser.get(address("experiment", key)).content.decode()
    assert "What if everybody who enters a logo contest gets something?" in page
    assert "From 20 pairs of runs" in page and "Inequality of earnings is" in page
    assert page.count("The same as a table") == 3


def test_an_unknown_question_or_market_is_not_found():
    browser = Browser()
    assert browser.post(address("ask"), {"question": "no"}).status_code == 404
    assert browser.get(address("experiment_new", "nowhere")).status_code == 404
    assert browser.get("/lab/aaaaaaaaaa/").status_code == 404
    assert browser.get("/lab/%00/").status_code == 404


@pytest.mark.parametrize("preset", presets.preset_names())
def test_every_choice_of_every_market_can_be_played(preset):
    """Each offered change, pulled alone, is a scenario that a visitor may ask for."""
    browser = Browser()
    page = browser.get(address("experiment_new", preset))
    form = page.context["form"]
    assert len(form.fields) >= 4
    for name, field in form.fields.items():
        for value, _ in field.choices[1:]:
            levers = dict(change.split("=") for change in value.split())
            arms = (Arm("as it is", {}), Arm(name, {**form_base(preset), **levers}))
            (_, changed) = scenarios_of(Plan(preset, arms, 1, 1))
            check_size([changed], 20, actions.VISITOR)
            try_out(name, changed)


def form_base(preset: str) -> dict[str, str]:
    from simulation.questions import LAB_LEVERS

    return LAB_LEVERS.get(preset, {})


def test_a_change_is_played_beside_the_market_as_it_is():
    browser = Browser()
    url = address("experiment_new", "firm")
    page = browser.post(url, {})
    assert "Change one thing" in page.content.decode()
    assert browser.post(url, {"workers": "workers=1000"}).status_code == 200  # not on offer
    assert not Experiment.objects.exists()
    browser.post(url, {"workers": "workers=30"})
    first = Experiment.objects.get()
    assert [row.name for row in first.scenarios.order_by("position")] == ["as it is", "workers=30"]
    browser.post(f"{url}?from={first.key}", {"workers": "workers=90"})
    second = Experiment.objects.exclude(pk=first.pk).get()
    assert second.scenarios.count() == 3


def test_the_form_says_how_it_is_and_offers_what_would_change_something():
    page = Browser().get(address("experiment_new", "elance")).content.decode()
    assert "As it is: 50" in page.replace("\xa0", " ")  # half of the people live elsewhere
    firm = Browser().get(address("experiment_new", "firm")).content.decode()
    assert "countries with lower wages" not in firm and "What does the market take" not in firm


def test_an_arm_in_which_nothing_came_out_differently_says_so():
    plan = Plan("elance", (Arm("as it is", {"tasks": "20"}),
                           Arm("changed", {"tasks": "20", "surge_most": "30"})), 2, 7)  # fmt: skip
    found = start(plan)
    play()
    page = Browser().get(found.get_absolute_url()).content.decode()
    assert "Nothing at all came out differently" in page


def test_a_difference_of_shares_is_said_in_points_and_nothing_has_no_sign():
    assert words.difference(words.share, -0.714) == "−71.4 points"
    assert words.difference(words.share, 0.01) == "+1 point"
    assert words.difference(words.share, -0.00001) == "0 points"
    assert words.difference(words.cents, -4.0) == "−€0.04"


def test_a_difference_that_nobody_can_see_is_not_said_to_be_clear():
    measure = words.BY_NAME["wait_hours_mean"]
    rows = [[{measure.name: 0.0}] * 3, [{measure.name: 0.00001}] * 3]
    found = pages.cell(measure, compare(rows[1], rows[0], measure.name), 3)
    assert (found.difference, found.verdict) == ("", "no clear difference")


def test_a_mean_of_some_runs_says_of_how_many():
    measure = words.BY_NAME["wait_hours_mean"]
    rows = [{measure.name: value} for value in (1.0, None, 1.0)]
    found = pages.cell(measure, compare(rows, None, measure.name), 3)
    assert (found.mean, found.give_or_take) == ("1 h", "± 0 s in 2 of 3 runs")


def test_where_nobody_was_served_there_is_no_wait_and_not_one_of_0(tmp_path):
    alone = Arm("as it is", {"tasks": "30"})
    nobody = Arm("nobody comes", {"tasks": "30", "acceptance": "0"})
    found = start(Plan("deliveroo", (alone, nobody), 2, 1))
    play()
    arms = results(found)
    told = dict(pages.table(arms))
    [cell] = [cells[1] for label, cells in told.items() if "Wait until" in str(label)]
    assert (cell.mean, cell.give_or_take, cell.verdict) == ("–", "in 0 of 2 runs", "")
    assert pages.shares(arms).rows[-1][1] == ["100 %", "–"]
    page = Browser().get(found.get_absolute_url()).content.decode()
    assert "None" not in page
    rows = tidy(played(found))
    assert rows[-1]["wait_hours_mean"] is None
    header, *lines = csv.reader(io.StringIO(csv_text(rows)))
    assert lines[-1][header.index("wait_hours_mean")] == ""
    (tmp_path / "measures.parquet").write_bytes(parquet_bytes(rows))
    table = read_table(tmp_path / "measures.parquet")
    assert table["wait_hours_mean"].to_pylist()[-1] is None


def test_a_finding_about_nothing_is_neither_true_nor_false():
    finding = findings.BY_SLUG["match_is_faster"]
    rows = [[{finding.measure: value}] * 2 for value in (1.0, None)]
    found = findings.compared(finding, rows)
    assert findings.badge_of(finding, found) == "grey"
    assert findings.result_of(finding, found) == (
        "Here there was nothing to measure (wait_hours_mean)."
    )


def test_too_many_at_once_is_refused_in_words():
    browser = Browser()
    for slug in ("consolation", "twice_as_many"):
        browser.post(address("ask"), {"question": slug})
    page = browser.post(address("ask"), {"question": "surge"}, follow=True).content.decode()
    assert "Only 2 experiments may run at once" in page
    assert Experiment.objects.count() == 2


# --- stopping and going on ------------------------------------------------------------------------


def test_only_who_started_it_stops_it_and_goes_on(clara, wim):
    mine, other = Browser(), Browser()
    mine.post(address("ask"), {"question": "consolation"})
    key = Experiment.objects.get().key
    for user in (None, wim.user):
        if user:
            other.force_login(user)
        for name in ("experiment_cancel", "experiment_resume"):
            assert other.post(address(name, key)).status_code == 404
    assert Experiment.objects.get().state == "running"
    assert mine.post(address("experiment_cancel", key)).status_code == 302
    assert Experiment.objects.get().state == "cancelled"
    assert "Go on" in mine.get(address("experiment", key)).content.decode()
    assert "Go on" not in other.get(address("experiment", key)).content.decode()
    mine.post(address("experiment_resume", key))
    assert Experiment.objects.get().state == "running"


@pytest.mark.parametrize("name", ["experiment_cancel", "experiment_resume"])
def test_what_changes_an_experiment_is_not_done_by_looking(experiment, name):
    answer = Browser().get(address(name, experiment.key))
    assert answer.url == address("experiment", experiment.key)
    assert Experiment.objects.get().state == "finished"


def test_a_fragment_is_sent_again_only_when_a_run_is_done():
    experiment = start()
    url = address("experiment_moving", experiment.key)
    tag = Browser().get(url).headers["ETag"]
    assert Browser().get(url, headers={"If-None-Match": tag}).status_code == 304
    drain(timezone.now(), most=1, aside=True)
    assert Browser().get(url, headers={"If-None-Match": tag}).status_code == 200
    play()
    assert Browser().get(url, headers={"If-None-Match": tag}).status_code == 286


@pytest.mark.parametrize("replications", [2, 8])
def test_a_page_costs_the_same_with_more_runs(replications, django_assert_max_num_queries):
    experiment = start(a_plan(replications=replications))
    play()
    with django_assert_max_num_queries(10):
        assert Browser().get(address("experiment", experiment.key)).status_code == 200


def test_an_experiment_whose_runs_all_failed_says_so(monkeypatch):
    experiment = start()

    def fail(*_, **__):
        raise RuntimeError("no")

    monkeypatch.setattr(actions, "run", fail)
    play()
    page = Browser().get(address("experiment", experiment.key)).content.decode()
    assert "4 runs failed and are left out." in page


# --- files ----------------------------------------------------------------------------------------


def test_the_codebook_covers_every_column_of_every_file(experiment):
    browser = Browser()
    kinds = {k: browser.get(address("experiment_measures", experiment.key, k)) for k in KINDS}
    rows = list(csv.DictReader(io.StringIO(kinds["csv"].content.decode())))
    given = json.loads(kinds["json"].content)
    book = browser.get(address("experiment_codebook", experiment.key)).content.decode()
    covered = [row["column"] for row in csv.DictReader(io.StringIO(book))]
    assert len(rows) == len(given["rows"]) == 4
    assert list(rows[0]) == list(given["rows"][0]) == covered == [e.name for e in COLUMNS]
    assert [entry["column"] for entry in given["codebook"]] == covered
    assert all(row["definition"] for row in given["codebook"])
    assert kinds["parquet"].content[:4] == kinds["parquet"].content[-4:] == b"PAR1"
    assert all("attachment" in answer["Content-Disposition"] for answer in kinds.values())


KINDS = ("csv", "json", "parquet")


def test_the_bundle_plays_again_to_the_same_bytes(experiment):
    text = Browser().get(address("experiment_bundle", experiment.key)).content
    bundle = json.loads(text)
    found = list(play_bundle(bundle))
    assert len(found) == 4
    assert all(kept == again for _, _, kept, again in found)
    assert bundle["facts"]["as_of"] == NOW.date().isoformat()
    assert bundle["facts"]["sources"]["demand.rhythm"] == "hypothesis"


def test_the_command_plays_a_bundle_again_and_says_when_the_bytes_differ(
    experiment, tmp_path, capsys
):
    path = tmp_path / "bundle.json"
    path.write_bytes(Browser().get(address("experiment_bundle", experiment.key)).content)
    call_command("simulate", "--again", str(path))
    assert "4 runs, the same bytes." in capsys.readouterr().out
    bundle = json.loads(path.read_text())
    bundle["arms"][0]["runs"][0]["digest"] = "0" * 64
    path.write_text(json.dumps(bundle))
    with pytest.raises(CommandError, match="1 of 4 runs differ") as refused:
        call_command("simulate", "--again", str(path))
    assert refused.value.returncode == 3
    path.write_text("[]")
    with pytest.raises(CommandError, match="is not a bundle"):
        call_command("simulate", "--again", str(path))


def test_parquet_holds_what_the_rows_hold(experiment, tmp_path):
    rows = tidy(played(experiment))
    (tmp_path / "measures.parquet").write_bytes(parquet_bytes(rows))
    table = read_table(tmp_path / "measures.parquet")
    assert table.column_names == [entry.name for entry in COLUMNS]
    assert table["tasks_posted"].to_pylist() == [row["tasks_posted"] for row in rows]


def test_a_sentence_says_the_means_that_the_table_says():
    """59.005 and 59.015 as two means: a difference that was rounded before could not give them."""
    base = [{"wage_all_hours_cents": value} for value in (5900.49, 5900.49)]
    arm = [{"wage_all_hours_cents": value} for value in (6100.0, 6101.0)]
    found = compare(arm, base, "wage_all_hours_cents")
    assert found.base == compare(base, None, "wage_all_hours_cents").arm.mean


def test_each_number_of_a_preset_stands_beside_its_source():
    page = Browser().get(address("experiment_new", "mturk")).content.decode()
    assert "lognormal, median " in page and "σ of the logarithm" in page
    for _lever, value, source in pages.numbers_of(presets.load("mturk")):
        assert value and escape(value) in page and escape(source) in page


@pytest.mark.parametrize("key", ["%00", "nonesuch", "ä", "x" * 5000])
def test_a_key_that_was_typed_into_the_address_adds_no_arm(key):
    answer = Browser().get(f"{address('experiment_new', 'mturk')}?from={key}")
    assert answer.status_code == 200 and "Add one more way" not in answer.content.decode()


def test_an_experiment_of_one_arm_does_not_say_that_nothing_was_finished():
    alone = start(Plan("firm", (Arm("firm", {"hours": "2"}),), 2, 7))
    play()
    page = Browser().get(alone.get_absolute_url()).content.decode()
    assert "No pair of runs" not in page and "Compared" in page


# --- theory and literature ------------------------------------------------------------------------


def test_anybody_may_have_the_theory_examined_and_a_red_row_stays_red(monkeypatch):
    browser = Browser()
    assert "Not examined on this machine yet" in browser.get(address("theory")).content.decode()
    browser.post(address("theory_examine"))
    assert Examination.objects.count() == 5
    browser.post(address("theory_examine"))
    assert Examination.objects.count() == 5
    good = {
        "law": "bot_share", "about": {"k": 5.0, "m": 5},
        "expected": 1.0, "measured": 1.01, "standard_error": 0.1,
    }  # fmt: skip
    bad = good | {"measured": 2.0}
    Examination.objects.filter(part="queues").update(rows=[good, bad], ended_at=NOW)
    page = browser.get(address("theory")).content.decode()
    assert "1 of 2 hold" in page and "does not hold" in page
    assert "a claim bot 5 times as fast gets beside 5 people" in page
    assert "k / (k + m)" in page and "Competing exponentials" in page


def test_an_idle_lab_examines_itself_one_thing_at_a_time():
    """First the theory, then finding by finding, and never while somebody waits."""
    examining.ask_next(NOW)
    assert Examination.objects.count() == 5
    examining.ask_next(NOW)
    assert not Experiment.objects.exists()
    Examination.objects.update(rows=[], ended_at=NOW)
    examining.ask_next(NOW)
    examining.ask_next(NOW)
    [first] = Experiment.objects.all()
    assert first.finding == findings.FINDINGS[0].slug
    actions.cancel_experiment(key=first.key, now=NOW)
    examining.ask_next(NOW)
    [_, second] = Experiment.objects.order_by("pk")
    assert second.finding not in ("", first.finding)
    assert not Examination.objects.filter(ended_at=None).exists()


def test_a_part_that_fails_is_not_examined_again_by_the_same_code():
    examining.ask_next(NOW)
    Examination.objects.update(error="ValueError: no", ended_at=NOW)
    examining.ask_next(NOW)
    assert Examination.objects.count() == 5


def test_a_badge_is_green_only_for_the_right_sign_and_a_clear_interval():
    finding = findings.BY_SLUG["consolation_spreads"]  # expects less

    def badge(base, changed):
        rows = [[{finding.measure: v} for v in values] for values in (base, changed)]
        return findings.badge_of(finding, findings.compared(finding, rows))

    assert badge([0.8, 0.9, 0.8], [0.6, 0.7, 0.61]) == "green"
    assert badge([0.8, 0.9, 0.8], [0.9, 1.0, 0.91]) == "grey"  # clear, but the other way
    assert badge([0.8, 0.9, 0.8], [0.6, 1.0, 0.75]) == "grey"  # less, but not clearly
    assert badge([0.8, 0.8], [0.8, 0.8]) == "grey"


def test_a_size_is_green_only_if_its_whole_interval_lies_in_the_range():
    finding = findings.BY_SLUG["utilisation_of_drivers"]  # .53 to .63

    def badge(values):
        rows = [[{finding.measure: value} for value in values]]
        return findings.badge_of(finding, findings.compared(finding, rows))

    assert badge([0.57, 0.58, 0.57]) == "green"
    assert badge([0.40, 0.70, 0.60]) == "grey"
    assert badge([0.50, 0.50, 0.51]) == "grey"


def test_findings_that_ask_the_same_share_one_experiment():
    assert findings.PLAYED_AS["mturk_unpaid"] == "mturk_wage"
    experiment = start(findings.BY_SLUG["mturk_wage"].plan, finding="mturk_wage")
    play()
    experiment.refresh_from_db()
    verdicts = findings.verdicts({"mturk_wage": experiment}, (), experiment.code_version)
    told = {verdict.slug: verdict.badge for verdict in verdicts}
    assert told["mturk_wage"] != "none" and told["mturk_unpaid"] != "none"
    assert told["turns_spread"] == "none"


def test_the_literature_page_shows_what_was_played_last(django_assert_max_num_queries):
    browser = Browser()
    browser.post(address("literature_examine"), {"finding": "consolation_spreads"})
    assert "Being played" in browser.get(address("literature")).content.decode()
    play()
    with django_assert_max_num_queries(8):
        page = browser.get(address("literature")).content.decode()
    assert "comes out here too" in page and "not played yet" in page
    assert Run.objects.filter(state="done").count() == 60
    assert browser.post(address("literature_examine"), {"finding": "no"}).status_code == 404
