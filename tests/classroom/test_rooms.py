"""A room is a market of its own: nobody outside sees in, nobody inside meets anybody outside."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from agenda.actions import drain
from allocation import actions as allocation
from allocation.models import Offer
from allocation.queries.shortlist import shortlist
from classroom.rules import BIDDING_SECONDS
from marketplace.queries import market_figures
from tasks import actions as tasks
from tasks.actions import AnotherRuleIsPlayed, NoRoundIsOn, NotInAClass, TooEarly
from tasks.models import Assignment, Task
from tasks.queries import open_tasks
from tests.classroom.people import open_class, sit, soon, start, start_any
from tests.people import a_task, make_user, post
from transparency.queries import FILLINGS, rows_of
from workers.actions import describe_worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(wim, yasmina):
    """A class in a round: mira posts in it, noor works in it; wim and yasmina are outside."""
    classroom = open_class(make_user("ada"))
    mira, noor = sit(classroom, "Mira", "client"), sit(classroom, "Noor")
    start_any(classroom)
    return classroom, mira.user.client, noor.user.worker


def post_in(client, **change) -> Task:
    new = a_task(closes_at=soon(days=1), deadline_at=soon(days=2), **change)
    return tasks.post_task(client=client, new=new, now=timezone.now())


def test_the_lists_of_each_room_show_its_own_tasks(room, clara, stan):
    _, mira, noor = room
    outside, inside = post(clara), post_in(mira)
    assert list(open_tasks()) == list(open_tasks(stan)) == [outside]
    assert list(open_tasks(noor.user)) == [inside]
    assert market_figures(timezone.now())["open_tasks"] == 1


def test_nobody_finds_a_task_of_another_room_by_its_address(room, clara, wim, client):
    _, mira, noor = room
    outside, inside = post(clara), post_in(mira)
    for reader, there, elsewhere in ((None, outside, inside), (wim.user, outside, inside),
                                     (noor.user, inside, outside)):  # fmt: skip
        if reader:
            client.force_login(reader)
        for page in ("task", "task_moving"):
            assert client.get(reverse(page, args=[there.pk])).status_code == 200
            assert client.get(reverse(page, args=[elsewhere.pk])).status_code == 404
        assert client.get(f"/api/v1/tasks/{there.pk}").status_code == 200
        assert client.get(f"/api/v1/tasks/{elsewhere.pk}").status_code == 404
        found = client.get("/api/v1/tasks").json()["results"]
        assert [row["id"] for row in found] == [there.pk]
        market = client.get(reverse("market")).content.decode()
        assert reverse("task", args=[there.pk]) in market
        assert reverse("task", args=[elsewhere.pk]) not in market


def test_the_pages_of_a_client_stay_in_the_room(room, wim, client):
    _, mira, noor = room
    post_in(mira)
    address = reverse("client_page", args=[mira.pk])
    client.force_login(wim.user)
    assert client.get(address).status_code == 404
    client.force_login(noor.user)
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("mechanism", "ask"),
    [
        ("first_come", allocation.claim_slot),
        ("lottery", allocation.claim_slot),
        ("sealed_first_price", lambda **who: allocation.place_bid(amount_cents=900, **who)),
        ("open_descending", lambda **who: allocation.place_bid(amount_cents=900, **who)),
        ("contest", lambda **who: allocation.enter_contest(content="Mine.", **who)),
    ],
)
def test_every_way_in_is_shut_from_outside_and_from_inside(room, clara, wim, mechanism, ask):
    _, mira, noor = room
    outside, inside = post(clara, mechanism=mechanism), post_in(mira, mechanism=mechanism)
    for worker, task in ((wim, inside), (noor, outside)):
        with pytest.raises(Task.DoesNotExist):
            ask(task_id=task.pk, by=worker, now=timezone.now())
        assert not task.events.exclude(kind="posted").exists()
    ask(task_id=inside.pk, by=noor, now=timezone.now())


@pytest.mark.parametrize("place", [{}, {"latitude": 50.88, "longitude": 4.70}])
def test_the_engine_offers_within_the_room_only(room, clara, wim, place):
    _, mira, noor = room
    describe_worker(worker=wim, name="Wim", skills=[], latitude=50.88, longitude=4.70)
    allocation.go_available(by=wim, now=timezone.now())
    outside = post(clara, mechanism="scored_offers", **place)
    inside = post_in(mira, mechanism="scored_offers", **place)
    by_score = {"weight_reputation": 1.0, "weight_waiting": 1.0}
    for weights in (by_score, {}):
        assert shortlist(outside, weights, timezone.now()) == [wim]
        assert shortlist(inside, weights, timezone.now()) == [noor]
    drain(timezone.now())
    assert set(Offer.objects.values_list("task", "worker")) == {
        (outside.pk, wim.pk),
        (inside.pk, noor.pk),
    }


def test_who_stands_by_outside_gets_nothing_inside(room, wim):
    _, mira, _ = room
    allocation.join_standby(by=wim, now=timezone.now())
    inside = post_in(mira)
    drain(timezone.now())
    assert not Assignment.objects.filter(task=inside).exists()


def test_nothing_outlasts_the_round_and_nothing_is_posted_outside_it(room):
    classroom, mira, _ = room
    inside = post_in(mira)
    classroom.room.refresh_from_db()
    assert inside.closes_at == inside.deadline_at == classroom.room.closes_at
    held = mira.tasks.count()
    with pytest.raises(NoRoundIsOn):
        tasks.post_task(client=mira, new=a_task(), now=soon(minutes=16))
    with pytest.raises(NotInAClass):
        tasks.post_task(client=mira, new=a_task(kind="shift"), now=timezone.now())
    assert mira.tasks.count() == held


def test_in_a_round_only_its_rule_is_posted(wim):
    classroom = open_class(make_user("ada"))
    mira = sit(classroom, "Mira", "client")
    start(classroom, "lottery")
    for rule in ("first_come", "sealed_first_price", "contest"):
        with pytest.raises(AnotherRuleIsPlayed):
            post_in(mira.user.client, mechanism=rule)
    assert not Task.objects.exists()
    assert post_in(mira.user.client, mechanism="lottery").room == classroom.room


@pytest.mark.parametrize("rule", ["sealed_first_price", "best_value", "lottery"])
def test_what_is_decided_at_closing_is_bid_for_as_long_as_what_the_crowd_posts(rule):
    classroom = open_class(make_user("ada"))
    mira = sit(classroom, "Mira", "client")
    start(classroom, rule)
    new = a_task(mechanism=rule, closes_at=soon(minutes=10), deadline_at=soon(days=2))
    now = timezone.now()
    posted = tasks.post_task(client=mira.user.client, new=new, now=now)
    assert posted.closes_at == now + timedelta(seconds=BIDDING_SECONDS)
    late = classroom.rounds.get().ends_at - timedelta(seconds=20)
    last = tasks.post_task(client=mira.user.client, new=new, now=late)
    assert last.closes_at == classroom.rounds.get().ends_at


def test_what_is_taken_before_closing_stays_open_as_long_as_its_client_says():
    classroom = open_class(make_user("ada"))
    mira = sit(classroom, "Mira", "client")
    start(classroom, "first_come")
    new = a_task(closes_at=soon(minutes=10), deadline_at=soon(days=2))
    assert (
        tasks.post_task(client=mira.user.client, new=new, now=timezone.now()).closes_at
        == new.closes_at
    )


def test_in_a_room_work_takes_its_time(room):
    _, mira, noor = room
    inside = post_in(mira, estimate_seconds=7200)  # 45 seconds of the clock in this market
    now = timezone.now()
    allocation.claim_slot(task_id=inside.pk, by=noor, now=now)
    held = Assignment.objects.get(task=inside)
    hand_in = {"assignment_id": held.pk, "by": noor, "content": "Done."}
    with pytest.raises(TooEarly):
        tasks.submit_work(**hand_in, now=soon(seconds=40))
    tasks.submit_work(**hand_in, now=soon(seconds=46))


def test_the_public_figures_do_not_count_a_class(room, clara, wim):
    _, mira, noor = room
    for worker, task in ((wim, post(clara)), (noor, post_in(mira))):
        allocation.claim_slot(task_id=task.pk, by=worker, now=timezone.now())
    given = {"since": soon(days=-1), "simulated": False}
    assert [row[1] for row in rows_of(FILLINGS, given)] == [1]
