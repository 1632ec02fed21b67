"""How much of a batch one person may have: a gate before every way in, and the database behind it."""

import pytest
from django.db import IntegrityError, transaction

from allocation import actions as allocation
from allocation.actions import claiming
from allocation.queries import explaining
from tasks import actions as tasks
from tasks.models import Assignment, Share
from tasks.queries import closed_gates
from tests.people import NOW, a_task, later
from tests.side_by_side import outcome, pause, start


def post_capped(clara, count=4, most=2, **changes):
    news = [a_task(**changes) for _ in range(count)]
    return allocation.post_batch(
        client=clara, title="Boxes", news=news, now=NOW, most_per_worker=most
    )


def take(batch, worker):
    return allocation.claim_next(batch_id=batch.pk, by=worker, now=later(minutes=1))


@pytest.mark.django_db
def test_whoever_had_their_share_is_told_so_and_others_go_on(clara, wim, yasmina):
    batch = post_capped(clara)
    take(batch, wim)
    take(batch, wim)
    with pytest.raises(allocation.NotEligible, match="as one person may have"):
        take(batch, wim)
    free = batch.tasks.open().first()
    with pytest.raises(allocation.NotEligible):
        allocation.claim_slot(task_id=free.pk, by=wim, now=later(minutes=1))
    assert closed_gates(free, wim) == ("share",)
    assert closed_gates(free, yasmina) == ()
    assert take(batch, yasmina).is_won


@pytest.mark.django_db
def test_what_is_given_back_or_runs_out_of_time_is_no_part_of_a_share(clara, wim):
    batch = post_capped(clara, most=1)
    for give_up in (tasks.return_assignment, tasks.expire_assignment):
        held = Assignment.objects.get(pk=take(batch, wim).assignment_id)
        by = {"by": wim} if give_up is tasks.return_assignment else {}
        give_up(assignment_id=held.pk, now=later(days=5) if not by else later(minutes=2), **by)
        assert Share.objects.get(batch=batch, worker=wim).held == 0
    held = Assignment.objects.get(pk=take(batch, wim).assignment_id)
    tasks.submit_work(assignment_id=held.pk, by=wim, content="Done.", now=later(minutes=2))
    tasks.approve(assignment_id=held.pk, by=clara.user, now=later(minutes=3))
    assert Share.objects.get(batch=batch, worker=wim).held == 1


@pytest.mark.django_db
def test_a_batch_without_a_cap_keeps_no_shares(clara, wim):
    batch = post_capped(clara, most=None)
    for _ in range(4):
        assert take(batch, wim).is_won
    assert not Share.objects.exists()


@pytest.mark.django_db
def test_a_bid_beyond_the_share_loses_with_the_reason(clara, wim, yasmina):
    batch = post_capped(clara, count=2, most=1, mechanism="sealed_first_price", pay_cents=3000)
    first, second = batch.tasks.order_by("pk")
    for task in (first, second):
        allocation.place_bid(task_id=task.pk, by=wim, amount_cents=1000, now=later(minutes=1))
        allocation.place_bid(task_id=task.pk, by=yasmina, amount_cents=2000, now=later(minutes=1))
    for task in (first, second):
        allocation.settle_task(task_id=task.pk, trigger="closing", now=task.closes_at)
    assert first.assignments.get().worker == wim
    assert second.assignments.get().worker == yasmina
    told = explaining.explanation_for(second.allocations.get(), wim)
    assert told.explanation.closed_gates == ("share",)
    assert "as one person may have" in told.words


@pytest.mark.django_db
def test_the_database_refuses_more_than_a_share(clara, wim):
    batch = post_capped(clara, most=1)
    take(batch, wim)
    free = batch.tasks.open().first()
    with pytest.raises(IntegrityError, match="a_share_is_not_exceeded"), transaction.atomic():
        tasks.give_slot(task=free, slot_number=1, worker=wim, pay_cents=100, now=later(minutes=1))


@pytest.mark.django_db(transaction=True)
def test_two_claims_of_one_person_at_once_stay_within_the_share(clara, wim):
    batch = post_capped(clara, most=1)
    with pause(claiming, "win") as the_first:
        told = {"batch_id": batch.pk, "by": wim, "now": later(minutes=1)}
        one = start(allocation.claim_next, **told)
        the_first.wait_until_reached()
        two = start(allocation.claim_next, **told)
        the_first.let_go()
        first, second = outcome(one), outcome(two)
    assert first.is_won
    # Where both came upon the same task it is the same claim; elsewhere the share is used up.
    assert second == first or second.gates == ("share",)
    assert Assignment.objects.count() == 1
