"""A window of a batched mechanism: gathered, decided together, kept so that it can be run again."""

import pytest
from django.db import transaction

from agenda.actions import drain
from agenda.models import DueWork
from allocation import actions as allocation
from allocation.actions import matching, settling
from allocation.engine import codec
from allocation.engine.catalogue import decide
from allocation.models import Allocation, Gathered, Offer
from allocation.queries.explaining import explanation_for, run_again
from allocation.queries.record import problems, replayed
from tasks import actions as tasks
from tasks.actions import cancel_task
from tasks.models import Assignment, Task
from tests.people import NOW, later, make_worker, post
from tests.side_by_side import outcome, pause, start
from workers.models import Worker

pytestmark = pytest.mark.django_db
CLOSED = later(seconds=31)


@pytest.fixture
def pair(clara, wim, yasmina):
    """Wim is best for both tasks; yasmina is nearly as good for the first, useless for the second.

    One by one, wim gets the first and the second goes to yasmina; together, the other way round is
    better.
    """
    for worker, skills in ((wim, ["french", "handy"]), (yasmina, ["french"])):
        worker.skills, worker.available_since = skills, later(hours=-1)
        worker.save()
    Worker.objects.filter(pk=wim.pk).update(approved_count=2)
    first = post(clara, mechanism="optimal_matching", skills=("french",))
    drain(NOW)
    second = post(clara, now=later(seconds=9), mechanism="optimal_matching", skills=("handy",))
    drain(later(seconds=10))
    return first, second


def asked(task):
    return set(task.offers.filter(state="open").values_list("worker__name", flat=True))


def test_nothing_is_decided_before_the_window_closes(pair):
    drain(later(seconds=29))
    assert not Allocation.objects.exists()
    assert Gathered.objects.count() == 2


def test_together_is_better_than_one_by_one(pair):
    first, second = pair
    drain(CLOSED)
    assert (asked(first), asked(second)) == ({"Yasmina"}, {"Wim"})
    alone = decide("optimal_matching", codec.decode_case(first.allocations.get().case))
    assert Worker.objects.get(pk=alone.offers[0].worker).name == "Wim"
    assert not Gathered.objects.exists()


def test_a_window_is_run_again_from_its_record(pair):
    drain(CLOSED)
    kept = list(Allocation.objects.order_by("id"))
    assert kept[0].window == kept[1].window is not None
    for allocation_ in kept:
        assert codec.encode(run_again(allocation_)) == allocation_.decision
        assert replayed(allocation_).is_same
    allocation.seal_all(CLOSED)
    assert problems(CLOSED) == []


def test_who_was_needed_elsewhere_reads_exactly_that(pair, wim, yasmina):
    first, second = pair
    drain(CLOSED)
    told = explanation_for(first.allocations.get(), wim)
    assert told.explanation.reason == "needed_elsewhere"
    assert explanation_for(second.allocations.get(), wim).explanation.outcome == "offered"
    assert explanation_for(first.allocations.get(), yasmina).explanation.outcome == "offered"


def test_closing_a_window_twice_is_harmless(pair):
    drain(CLOSED)
    for task in pair:
        DueWork.objects.create(topic="window_closes", subject_id=task.pk, due_at=CLOSED)
    drain(CLOSED)
    assert allocation.settle_window(mechanism="optimal_matching", now=CLOSED) == []
    assert (Allocation.objects.count(), Offer.objects.count()) == (2, 2)


def test_a_process_that_dies_in_the_window_leaves_it_as_it_was(pair, monkeypatch):
    def die(*_):
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr("allocation.actions.matching.carry_out", die)
        with pytest.raises(SystemExit), transaction.atomic():
            allocation.settle_window(mechanism="optimal_matching", now=CLOSED)
    assert Gathered.objects.count() == 2
    assert not Allocation.objects.exists()
    drain(CLOSED)
    assert Offer.objects.count() == 2


def test_a_declined_offer_goes_into_the_next_window(pair, yasmina):
    first, _ = pair
    drain(CLOSED)
    offer = first.offers.get()
    allocation.decline_offer(offer_id=offer.pk, by=yasmina, now=later(seconds=35))
    drain(later(seconds=36))
    assert first.allocations.count() == 1
    assert Gathered.objects.get().task == first
    drain(later(seconds=67))
    assert first.allocations.count() == 2
    assert first.allocations.latest("id").window != first.allocations.earliest("id").window
    assert asked(first) == {"Wim"}


def test_a_task_that_closes_before_its_window_is_decided_halfway_to_closing(clara, wim):
    Worker.objects.filter(pk=wim.pk).update(available_since=later(hours=-1))
    task = post(clara, mechanism="optimal_matching", closes_at=later(seconds=20))
    drain(NOW)
    drain(later(seconds=9))
    assert not Allocation.objects.exists()
    drain(later(seconds=10))
    [offer] = task.offers.all()
    assert (offer.worker, offer.expires_at) == (wim, later(seconds=20))
    allocation.accept_offer(offer_id=offer.pk, by=wim, now=later(seconds=19))
    drain(later(seconds=21))
    task.refresh_from_db()
    assert task.state == "allocated"


def test_a_task_that_closes_before_the_open_window_does_not_hurry_the_others(pair, clara):
    hurried = post(
        clara, now=later(seconds=12), mechanism="optimal_matching", closes_at=later(seconds=24)
    )
    drain(later(seconds=12))
    drain(later(seconds=18))
    assert [a.task for a in Allocation.objects.all()] == [hurried]
    drain(CLOSED)
    assert Allocation.objects.filter(task__in=pair).count() == 2


def test_a_window_that_is_looked_at_only_after_closing_asks_nobody(clara, wim):
    Worker.objects.filter(pk=wim.pk).update(available_since=later(hours=-1))
    task = post(clara, mechanism="optimal_matching", closes_at=later(seconds=20))
    drain(NOW)
    drain(later(seconds=20))
    task.refresh_from_db()
    assert (task.state, task.offers.count(), Gathered.objects.count()) == ("expired", 0, 0)


def test_expired_offers_go_into_the_next_window(pair):
    drain(CLOSED)
    drain(later(seconds=92))
    assert set(Gathered.objects.values_list("task", flat=True)) == {task.pk for task in pair}
    drain(later(seconds=125))
    # Yasmina let the first pass, so Wim is asked; the second fits nobody but Wim, who let it pass.
    first, second = pair
    assert Allocation.objects.count() == 4
    assert (asked(first), asked(second)) == ({"Wim"}, set())


def test_a_cancelled_or_closed_task_is_left_out_of_its_window(pair, clara):
    first, second = pair
    cancel_task(task_id=first.pk, by=clara.user, now=later(seconds=20))
    drain(CLOSED)
    assert list(Allocation.objects.values_list("task", flat=True)) == [second.pk]
    assert asked(second) == {"Wim"}
    assert not Gathered.objects.exists()


def test_a_task_nobody_fits_is_looked_at_again_ever_more_rarely(clara):
    task = post(clara, mechanism="optimal_matching")
    drain(NOW)
    drain(CLOSED)
    assert task.allocations.get().candidate_count == 0
    drain(later(minutes=1, seconds=2))
    assert Gathered.objects.get().task == task
    make_worker("noor", available_since=NOW)
    drain(later(minutes=3))
    assert asked(task) == {"Noor"}


def test_taking_work_elsewhere_leaves_an_offer_that_can_no_longer_be_accepted(pair, clara, wim):
    _, second = pair
    Worker.objects.filter(pk=wim.pk).update(capacity=1)
    drain(CLOSED)
    elsewhere = post(clara)
    allocation.claim_slot(task_id=elsewhere.pk, by=wim, now=later(seconds=40))
    with pytest.raises(tasks.WorkerIsFull):
        allocation.accept_offer(offer_id=second.offers.get().pk, by=wim, now=later(seconds=41))
    assert Assignment.objects.get().task == elsewhere
    assert second.offers.get().is_open


@pytest.mark.django_db(transaction=True)
def test_two_processes_close_one_window_once(pair):
    with pause(settling.queries, "look_at") as point:
        one = start(allocation.settle_window, mechanism="optimal_matching", now=CLOSED)
        point.wait_until_reached()
        other = start(allocation.settle_window, mechanism="optimal_matching", now=CLOSED)
        assert outcome(other) == []
        point.let_go()
        assert len(outcome(one)) == 2
    assert (Allocation.objects.count(), Offer.objects.count()) == (2, 2)
    assert not Gathered.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_claim_elsewhere_at_the_instant_of_the_window_gives_one_truth(pair, clara, wim):
    _, second = pair
    Worker.objects.filter(pk=wim.pk).update(capacity=1)
    elsewhere = post(clara)
    with pause(settling.queries, "case_for") as point:
        window = start(allocation.settle_window, mechanism="optimal_matching", now=CLOSED)
        point.wait_until_reached()
        allocation.claim_slot(task_id=elsewhere.pk, by=wim, now=later(seconds=31))
        point.let_go()
        assert len(outcome(window)) == 2
    # The second case was built after his only place went elsewhere, so it no longer counts on him.
    assert "Wim" not in asked(second)
    wim.refresh_from_db()
    assert wim.active == 1
    assert Task.objects.get(pk=second.pk).is_open


@pytest.mark.django_db(transaction=True)
def test_an_offer_decided_before_a_claim_elsewhere_cannot_be_accepted_after_it(pair, clara, wim):
    _, second = pair
    Worker.objects.filter(pk=wim.pk).update(capacity=1)
    elsewhere = post(clara)
    with pause(matching, "decide_window") as point:
        window = start(allocation.settle_window, mechanism="optimal_matching", now=CLOSED)
        point.wait_until_reached()
        allocation.claim_slot(task_id=elsewhere.pk, by=wim, now=later(seconds=31))
        point.let_go()
        assert len(outcome(window)) == 2
    with pytest.raises(tasks.WorkerIsFull):
        allocation.accept_offer(offer_id=second.offers.get().pk, by=wim, now=later(seconds=32))
    wim.refresh_from_db()
    assert wim.active == 1
    assert Assignment.objects.get(worker=wim).task == elsewhere
