"""Simulated people on the live market: labelled, by the same actions, and never in the way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Room, User
from agenda.actions import drain
from allocation.engine.catalogue import card_of
from allocation.models import Bid, Claim, Offer
from ledger.queries import trial_balance
from shifts import actions as shifts_of_people
from shifts.models import PublishedHour, Shift
from simulation.crowd import MOST_OPEN_TASKS, Pace, begin_market, crowd_of, gather_crowd, play_round
from simulation.handful import handful
from simulation.world import presets
from tasks.models import Assignment, Submission, Task
from tests.people import NOW, post

pytestmark = pytest.mark.django_db


def play(crowd, rounds: int, minutes: float = 10.0, speed: float = 60.0, most_open: int = 25):
    """So many rounds of the crowd, with the engine's due work between them."""
    for number in range(rounds):
        now = NOW + timedelta(minutes=minutes * number)
        pace = Pace(speed=speed, most_open=most_open)
        play_round(crowd=crowd, now=now, seconds=minutes * 60, seed=number, pace=pace)
        drain(now + timedelta(seconds=1), most=500)


@pytest.mark.parametrize("name", presets.preset_names())
def test_every_preset_sets_up_a_live_market_of_its_kind(name):
    preset = presets.load(name)
    begin_market(preset=preset, now=NOW)
    posted = Task.objects.filter(title=preset.task)
    if preset.kind == Task.Kind.BOOKING:
        assert PublishedHour.objects.filter(title=preset.task).count() == 8
        assert not posted.exists()
    else:
        assert posted.count() == 6
        kinds = set(posted.values_list("kind", "mechanism"))
        assert kinds == {(preset.kind, preset.scenario.rules.mechanism)}
    assert trial_balance().is_right


def test_gathering_twice_gathers_once():
    for _ in range(2):
        crowd = gather_crowd(preset=presets.load("elance"), people=5, now=NOW)
    assert len(crowd.workers) == 5 and len(crowd.clients) == 1
    assert User.objects.count() == 6


def test_the_same_people_are_found_again_in_few_look_ups(django_assert_num_queries):
    gathered = crowd_of(preset=presets.load("elance"), people=5, now=NOW)
    with django_assert_num_queries(2):
        found = crowd_of(preset=presets.load("elance"), people=5, now=NOW)
    assert found == gathered


def test_every_simulated_person_says_so_in_name_and_in_the_row():
    gather_crowd(preset=presets.load("elance"), people=8, now=NOW)
    people = User.objects.all()
    assert all(user.is_simulated and user.name.endswith("(simulated)") for user in people)
    assert not any(user.has_usable_password() for user in people)


@pytest.mark.parametrize("name", presets.preset_names())
def test_a_market_of_simulated_people_goes_from_posting_to_payment(name):
    preset = presets.load(name)
    asks = card_of(preset.scenario.rules.mechanism).traits.makes_offers
    minutes, speed = (0.5, 600) if asks else (60, 60)  # offers are open for a minute or so
    crowd = gather_crowd(preset=preset, people=8, now=NOW)
    play(crowd, rounds=12, minutes=minutes, speed=speed, most_open=6)
    paid = Assignment.objects.filter(state=Assignment.State.APPROVED)
    assert paid.exists()
    assert set(paid.values_list("task__kind", flat=True)) == {preset.kind}
    assert Task.objects.filter(state=Task.State.OPEN).count() <= MOST_OPEN_TASKS
    assert trial_balance().is_right


def test_a_simulated_shift_begins_before_it_is_handed_in():
    crowd = gather_crowd(preset=presets.load("horeca_shift"), people=8, now=NOW)
    play(crowd, rounds=12, minutes=60, most_open=6)
    shifts = Shift.objects.filter(task__assignments__state="approved")
    assert shifts.exists()
    for shift in shifts:
        submitted = Submission.objects.filter(assignment__task=shift.task)
        assert all(work.submitted_at >= shift.starts_at for work in submitted)
        assert shift.ends_at - shift.starts_at == timedelta(hours=5)


def test_a_simulated_pupil_books_a_persons_hour_first(wim):
    shifts_of_people.publish_hours(
        by=wim, title="French", description="Any level.", starts_at=NOW + timedelta(hours=20),
        minutes=60, pay_cents=2500, weeks=1, now=NOW,
    )  # fmt: skip
    crowd = gather_crowd(preset=presets.load("tutor_booking"), people=8, now=NOW)
    play(crowd, rounds=2, minutes=60)
    booked = Task.objects.filter(kind=Task.Kind.BOOKING).earliest("posted_at", "id")
    assert booked.title == "French" and booked.assignments.get().worker == wim


def test_a_lone_visitor_finds_bidders_and_is_never_overbid_beyond_the_budget(clara):
    crowd = gather_crowd(preset=presets.load("taskrabbit_2013"), people=8, now=NOW)
    mine = post(clara, mechanism="sealed_first_price", pay_cents=6000, estimate_seconds=3600)
    play(crowd, rounds=3, minutes=1)
    bids = Bid.objects.filter(task=mine)
    assert bids.exists() and all(bid.amount_cents <= 6000 for bid in bids)
    assert all(bid.worker.name.endswith("(simulated)") for bid in bids)


def test_where_bids_are_open_simulated_people_answer_each_other(clara):
    crowd = gather_crowd(preset=presets.load("taskrabbit_2013"), people=8, now=NOW)
    mine = post(clara, mechanism="open_descending", pay_cents=6000, estimate_seconds=3600)
    play(crowd, rounds=6, minutes=1)
    asks = list(Bid.objects.filter(task=mine).order_by("id").values_list("amount_cents", flat=True))
    assert len(asks) > 3 and asks == sorted(asks, reverse=True)
    revised = Bid.objects.filter(task=mine, state=Bid.State.REVISED).exists()
    assert revised and len(set(Bid.objects.filter(task=mine).values_list("worker"))) > 1


def test_what_a_person_posts_first_come_is_left_to_people_for_ten_minutes(clara):
    crowd = gather_crowd(preset=presets.load("taskrabbit_2013"), people=8, now=NOW)
    mine = post(clara, pay_cents=9000, estimate_seconds=1800)
    play(crowd, rounds=9, minutes=1)
    assert not Claim.objects.filter(task=mine).exists()
    play(crowd, rounds=13, minutes=1)
    assert Claim.objects.filter(task=mine, is_won=True).exists()


def test_nobody_takes_what_pays_too_little(clara):
    crowd = gather_crowd(preset=presets.load("taskrabbit_2013"), people=8, now=NOW)
    post(clara, pay_cents=1, estimate_seconds=36_000)
    play(crowd, rounds=3, minutes=1)
    assert not Claim.objects.filter(worker__in=crowd.workers, task__client=clara).exists()


def test_what_is_asked_is_answered_as_the_pay_deserves(clara):
    crowd = gather_crowd(preset=presets.load("taskrabbit_2014"), people=8, now=NOW)
    post(clara, mechanism="scored_offers", pay_cents=9000, estimate_seconds=3600)
    drain(NOW + timedelta(seconds=1))
    assert Offer.objects.filter(state="open").count() == 1
    slow = Pace(speed=0.001)
    play_round(crowd=crowd, now=NOW + timedelta(seconds=2), seconds=1, seed=3, pace=slow)
    assert Offer.objects.exclude(state="open").exists()


def test_the_commands_refuse_in_words_and_play_rounds(capsys):
    with pytest.raises(CommandError, match="Known: agency"):
        call_command("agents", "--preset", "nowhere")
    with pytest.raises(CommandError, match="more than 0"):
        call_command("agents", "--people", "0")
    call_command("agents", "--rounds", "1", "--people", "4", "--every", "0.01")
    assert "4 workers and 1 clients are here." in capsys.readouterr().out
    with pytest.raises(CommandError, match="people already"):
        call_command("seed_demo", "--preset", "elance")


def test_the_demo_of_a_preset_has_the_demo_people_and_its_own(capsys):
    with pytest.raises(CommandError, match="Known: agency"):
        call_command("seed_demo", "--preset", "nowhere")
    assert not User.objects.exists()
    call_command("seed_demo", "--preset", "deliveroo")
    assert User.objects.filter(is_simulated=True).count() == 10
    assert set(Task.objects.values_list("title", flat=True)) == {"Bring a meal to a door nearby"}
    assert Task.objects.count() == 6
    [crowd] = handful(9, NOW)  # who keeps such a market alive is of its kind
    assert crowd.preset.scenario.name == "deliveroo"


def test_no_two_people_of_one_market_have_the_same_name():
    """Whatever their roles, and with crowds of several presets on the market of everybody."""
    for slug in ("elance", "mturk", "deliveroo"):
        gather_crowd(preset=presets.load(slug), people=20, now=NOW)
    names = list(User.objects.filter(is_simulated=True).values_list("name", flat=True))
    assert len(names) == 75 and len(set(names)) == 75


def test_the_people_of_another_market_may_have_the_same_names():
    rooms = [Room.objects.create(opened_at=NOW, closes_at=NOW) for _ in range(2)]
    for room in rooms:
        gather_crowd(preset=presets.load("elance"), people=20, now=NOW, room_id=room.pk)
    one, other = (set(room.people.values_list("name", flat=True)) for room in rooms)
    assert one == other and len(one) == 25
