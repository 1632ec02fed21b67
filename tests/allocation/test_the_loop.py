"""The whole loop of each family: post, decide, work, approve, pay."""

import pytest

from agenda.actions import drain
from agenda.models import DueWork
from allocation import actions as allocation
from allocation.models import Allocation, Offer
from allocation.queries.explaining import explanation_for
from ledger.queries import balance_cents, held_cents, trial_balance
from tasks import actions as tasks
from tasks.models import Assignment, Task
from tests.people import NOW, later, make_worker, post

pytestmark = pytest.mark.django_db


def work_and_approve(assignment, client, now):
    tasks.submit_work(assignment_id=assignment.pk, by=assignment.worker, content="Done.", now=now)
    tasks.approve(assignment_id=assignment.pk, by=client.user, now=now)


def test_first_come_from_posting_to_payment(clara, wim, yasmina):
    task = post(clara)
    assert (balance_cents(clara.user), held_cents(clara.user)) == (98_900, 1_100)
    drain(later(seconds=1))

    claim = allocation.claim_slot(task_id=task.pk, by=wim, now=later(minutes=1))
    assert claim.is_won
    late = allocation.claim_slot(task_id=task.pk, by=yasmina, now=later(minutes=2))
    assert not late.is_won
    work_and_approve(Assignment.objects.get(worker=wim), clara, later(minutes=30))

    task.refresh_from_db()
    assert task.state == Task.State.COMPLETED
    assert (balance_cents(wim.user), held_cents(clara.user)) == (1_000, 0)
    assert trial_balance().is_right
    assert trial_balance().by_kind["fees"] == 100


def test_the_longest_wait_on_standby_is_served_at_posting(clara, wim, yasmina):
    allocation.join_standby(by=yasmina, now=later(minutes=-20))
    allocation.join_standby(by=wim, now=later(minutes=-30))

    task = post(clara)
    drain(later(seconds=1))

    assert Assignment.objects.get(task=task).worker == wim
    wim.refresh_from_db()
    yasmina.refresh_from_db()
    assert (wim.is_on_standby, yasmina.is_on_standby) == (False, True)


def test_the_best_bid_wins_at_closing_and_the_rest_of_the_budget_goes_back(clara, wim, yasmina):
    task = post(clara, mechanism="sealed_first_price")
    drain(later(seconds=1))
    allocation.place_bid(task_id=task.pk, by=wim, amount_cents=900, now=later(minutes=1))
    allocation.place_bid(task_id=task.pk, by=yasmina, amount_cents=700, now=later(minutes=2))
    assert not Assignment.objects.exists()

    Task.objects.filter(pk=task.pk).update(closes_at=later(minutes=30))
    drain(later(hours=2))
    won = Assignment.objects.get(task=task)
    assert (won.worker, won.pay_cents) == (yasmina, 700)
    work_and_approve(won, clara, later(hours=3))

    assert balance_cents(yasmina.user) == 700
    assert balance_cents(clara.user) == 100_000 - 770
    assert trial_balance().is_right


def test_nobody_bids_and_the_escrow_comes_back(clara):
    task = post(clara, mechanism="sealed_first_price")
    drain(later(hours=2))
    task.refresh_from_db()
    assert task.state == Task.State.EXPIRED
    assert balance_cents(clara.user) == 100_000


def test_scored_offers_go_from_one_to_the_next(clara, wim, yasmina):
    for worker, approved in ((wim, 9), (yasmina, 0)):
        worker.approved_count = approved
        worker.save()
        allocation.go_available(by=worker, now=later(minutes=-10))
    task = post(clara, mechanism="scored_offers")

    drain(later(seconds=1))
    first = Offer.objects.get(task=task)
    assert first.worker == wim
    allocation.decline_offer(offer_id=first.pk, by=wim, now=later(seconds=5))
    drain(later(seconds=6))
    second = Offer.objects.get(task=task, state="open")
    assert second.worker == yasmina
    drain(later(minutes=10))
    second.refresh_from_db()
    assert second.state == Offer.State.EXPIRED
    assert not Assignment.objects.exists()


def test_an_accepted_offer_is_work_in_hand(clara, wim):
    allocation.go_available(by=wim, now=NOW)
    task = post(clara, mechanism="scored_offers")
    drain(later(seconds=1))
    offer = Offer.objects.get(task=task)

    assignment = allocation.accept_offer(offer_id=offer.pk, by=wim, now=later(seconds=9))
    again = allocation.accept_offer(offer_id=offer.pk, by=wim, now=later(seconds=10))

    assert assignment == again
    task.refresh_from_db()
    assert task.state == Task.State.ALLOCATED


def test_a_returned_auction_slot_goes_to_the_next_best_bid(clara, wim, yasmina):
    task = post(clara, mechanism="sealed_first_price")
    allocation.place_bid(task_id=task.pk, by=wim, amount_cents=900, now=later(minutes=1))
    allocation.place_bid(task_id=task.pk, by=yasmina, amount_cents=700, now=later(minutes=2))
    Task.objects.filter(pk=task.pk).update(closes_at=later(minutes=30))
    drain(later(hours=2))

    won = Assignment.objects.get(task=task)
    tasks.return_assignment(assignment_id=won.pk, by=yasmina, now=later(hours=3))
    drain(later(hours=3, seconds=1))

    assert Assignment.objects.get(task=task, state="in_progress").worker == wim


HAD_IT = "You have or had a place in this task, and nobody gets one twice."


def test_who_gave_a_place_back_reads_that_nobody_gets_one_twice(clara, wim):
    task = post(clara)
    allocation.claim_slot(task_id=task.pk, by=wim, now=later(minutes=1))
    held = Assignment.objects.get(worker=wim)
    tasks.return_assignment(assignment_id=held.pk, by=wim, now=later(minutes=2))

    with pytest.raises(allocation.NotEligible) as refusal:
        allocation.claim_slot(task_id=task.pk, by=wim, now=later(minutes=3))

    assert str(refusal.value) == HAD_IT
    assert Assignment.objects.get() == held


def test_who_holds_a_place_is_told_why_the_next_decision_gave_none(clara, wim, yasmina):
    task = post(clara, mechanism="clients_choice", slot_count=2)
    for worker in (wim, yasmina):
        allocation.place_bid(task_id=task.pk, by=worker, amount_cents=900, now=later(minutes=1))
    Task.objects.filter(pk=task.pk).update(closes_at=later(minutes=30))
    drain(later(hours=1))
    for hours, worker in ((2, wim), (3, yasmina)):
        picked = {"workers": [worker.pk], "by": clara.user, "now": later(hours=hours)}
        newest = allocation.choose(task_id=task.pk, **picked)

    words = explanation_for(newest, wim).words
    assert f"In this decision you could get no place. {HAD_IT}" in words
    assert "take part" not in words


def test_every_allocation_is_replayed_to_the_same_decision(clara, wim):
    from allocation.engine import catalogue, codec

    task = post(clara)
    drain(later(seconds=1))
    allocation.claim_slot(task_id=task.pk, by=wim, now=later(minutes=1))
    assert Allocation.objects.count() == 2
    for kept in Allocation.objects.all():
        again = catalogue.decide(task.mechanism, codec.decode_case(kept.case))
        assert codec.encode(again) == kept.decision


def test_a_bad_row_of_due_work_does_not_stop_the_others(clara, wim):
    DueWork.objects.create(topic="task_posted", subject_id=10**12, due_at=later(hours=-9))
    allocation.join_standby(by=wim, now=NOW)
    post(clara)
    drain(later(seconds=1))
    assert Assignment.objects.get().worker == wim
    assert DueWork.objects.get(subject_id=10**12).attempts == 1


def test_a_cancelled_task_gives_back_what_nobody_took(clara, wim):
    task = post(clara, slot_count=3)
    allocation.claim_slot(task_id=task.pk, by=wim, now=later(minutes=1))
    tasks.cancel_task(task_id=task.pk, by=clara.user, now=later(minutes=2))
    assert held_cents(clara.user) == 1_100
    make_worker("late")
    tasks.return_assignment(assignment_id=Assignment.objects.get().pk, by=wim, now=later(minutes=3))
    task.refresh_from_db()
    assert task.state == Task.State.CANCELLED
    assert held_cents(clara.user) == 0


def test_workers_who_come_and_go_leave_one_look_ahead_and_no_more(clara, wim, yasmina):
    task = post(clara, mechanism="scored_offers", skills=("nobody_has_this",))
    drain(later(seconds=1))
    for second in range(2, 12):
        DueWork.objects.create(topic="look_again", subject_id=task.pk, due_at=later(seconds=second))
        drain(later(seconds=second))
    assert DueWork.objects.filter(topic="look_again", subject_id=task.pk).count() == 1
