"""Two people at the same instant: each race is held open on purpose and ends with one truth.

One thread stops in the middle of its transaction, holding what it holds; another acts meanwhile.
"""

import threading

import pytest
from django.db import connection, transaction

from agenda import actions as agenda
from agenda.models import DueWork
from allocation import actions as allocation
from allocation.actions import answering, asking, claiming, settling
from allocation.models import Allocation, Bid, Claim, Offer
from ledger import actions as ledger
from ledger.queries import balance_cents, held_cents, trial_balance
from tasks import actions as tasks
from tasks.actions import posting, reviewing, working
from tasks.models import Assignment, Slot, Task
from tests.people import NOW, a_task, later, make_worker, post
from tests.side_by_side import is_waiting, outcome, pause, start
from workers.models import Worker

pytestmark = pytest.mark.django_db(transaction=True)


def refreshed(row):
    row.refresh_from_db()
    return row


def claim(task, worker, now=None):
    return start(allocation.claim_slot, task_id=task.pk, by=worker, now=now or later(minutes=1))


def submitted(clara, worker, **changes) -> Assignment:
    task = post(clara, **changes)
    allocation.claim_slot(task_id=task.pk, by=worker, now=later(minutes=1))
    held = Assignment.objects.get(task=task, worker=worker)
    tasks.submit_work(assignment_id=held.pk, by=worker, content="Done.", now=later(minutes=2))
    return held


# --- claims ---------------------------------------------------------------------------------------


def test_two_claims_for_the_last_slot_have_one_winner(clara, wim, yasmina):
    task = post(clara)
    with pause(claiming, "win") as wim_has_the_slot:
        first = claim(task, wim)
        wim_has_the_slot.wait_until_reached()
        second = claim(task, yasmina)
        assert is_waiting(second)  # until it is sure that wim has it
        wim_has_the_slot.let_go()
        assert outcome(first).is_won is True
        assert outcome(second).is_won is False
    assert Slot.objects.get(task=task).worker == wim
    assert Assignment.objects.get(task=task).worker == wim
    last = Allocation.objects.latest("id")
    assert last.case["last_taken_at"] and last.case["candidates"][0]["worker"] == yasmina.pk


def test_who_was_second_gets_the_slot_when_the_first_does_not_get_that_far(
    clara, wim, yasmina, monkeypatch
):
    task, give = post(clara), claiming.win

    def die_before_writing(task, worker, *rest):
        if worker == wim:
            raise ConnectionError("wim's process is gone")
        return give(task, worker, *rest)

    monkeypatch.setattr(claiming, "win", die_before_writing)
    with pause(claiming, "win", after=False) as wim_has_the_slot:
        first = claim(task, wim)
        wim_has_the_slot.wait_until_reached()
        second = claim(task, yasmina)
        assert is_waiting(second)
        wim_has_the_slot.let_go()
        assert isinstance(outcome(first), ConnectionError)
        assert outcome(second).is_won is True
    assert Slot.objects.get(task=task).worker == yasmina


def unguarded_claim(task_id: int, worker: Worker, both_have_looked: threading.Barrier) -> None:
    """What a careless program does: read that the slot is free, then write down a holder."""
    with transaction.atomic():
        slot = Slot.objects.get(task_id=task_id)
        assert slot.worker is None
        both_have_looked.wait(5)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")  # no triggers
        Slot.objects.filter(pk=slot.pk).update(worker=worker, lease=slot.lease + 1)
        worker_rows = Worker.objects.filter(pk=worker.pk)
        worker_rows.update(active=1)


def test_the_detector_works_an_unguarded_claim_makes_two_winners(clara, wim, yasmina):
    task = post(clara)
    both_have_looked = threading.Barrier(2)
    claims = [
        start(unguarded_claim, task_id=task.pk, worker=w, both_have_looked=both_have_looked)
        for w in (wim, yasmina)
    ]
    assert [outcome(c) for c in claims] == [None, None]
    assert Worker.objects.filter(active=1).count() == 2  # both believe that the slot is theirs


def test_the_last_but_one_claim_does_not_cost_the_last_claim_its_slot(clara, wim, yasmina):
    task = post(clara, slot_count=2)
    with pause(claiming, "note_when_full") as wim_is_about_to_commit:
        first = claim(task, wim)
        wim_is_about_to_commit.wait_until_reached()
        second = claim(task, yasmina)
        assert outcome(second).is_won is True
        wim_is_about_to_commit.let_go()
        assert outcome(first).is_won is True
    agenda.drain(later(minutes=2))
    assert refreshed(task).state == Task.State.ALLOCATED


def test_a_worker_who_claims_twice_at_once_holds_one_slot(clara, wim):
    task = post(clara, slot_count=2)
    with pause(claiming, "win") as first_has_the_slot:
        first = claim(task, wim)
        first_has_the_slot.wait_until_reached()
        second = claim(task, wim)
        assert is_waiting(second)
        first_has_the_slot.let_go()
        assert outcome(first) == outcome(second)
    assert Claim.objects.count() == Assignment.objects.count() == 1
    assert refreshed(wim).active == 1


def test_a_worker_who_enters_a_draw_twice_at_once_has_one_chance(clara, wim):
    task = post(clara, mechanism="lottery")
    with pause(claiming, "standing_claim") as first_has_looked:
        first = claim(task, wim)
        first_has_looked.wait_until_reached()
        second = claim(task, wim)
        assert is_waiting(second)
        first_has_looked.let_go()
        assert outcome(first) == outcome(second)
    assert Claim.objects.count() == 1


def test_a_worker_with_room_for_one_wins_one_of_two_tasks_claimed_at_once(clara, wim):
    one, two = post(clara), post(clara)
    Worker.objects.filter(pk=wim.pk).update(capacity=1)
    with pause(claiming, "win") as first_has_the_slot:
        first = claim(one, wim)
        first_has_the_slot.wait_until_reached()
        second = claim(two, wim)
        assert is_waiting(second)
        first_has_the_slot.let_go()
        assert outcome(first).is_won is True
        refusal = outcome(second)
    assert isinstance(refusal, allocation.NotEligible)
    assert refusal.gates == ("no_capacity",)
    assert refreshed(wim).active == 1
    assert Slot.objects.get(task=two).worker is None


def test_a_claim_before_a_cancelling_is_kept_and_the_cancelling_waits_for_it(clara, wim):
    task = post(clara, slot_count=2)
    with pause(claiming, "win") as wim_has_the_slot:
        first = claim(task, wim)
        wim_has_the_slot.wait_until_reached()
        cancel = start(
            tasks.cancel_task, task_id=task.pk, by=clara.user, now=later(minutes=1, seconds=1)
        )
        assert is_waiting(cancel)
        wim_has_the_slot.let_go()
        assert outcome(first).is_won is True
        assert outcome(cancel).state == Task.State.ALLOCATED
    assert held_cents(clara.user) == 1_100
    assert trial_balance().is_right


def test_a_claim_after_a_cancelling_is_refused(clara, wim):
    task = post(clara)
    with pause(posting, "close_task") as clara_has_cancelled:
        cancel = start(tasks.cancel_task, task_id=task.pk, by=clara.user, now=later(seconds=59))
        clara_has_cancelled.wait_until_reached()
        late = claim(task, wim)
        assert is_waiting(late)
        clara_has_cancelled.let_go()
        assert outcome(cancel).state == Task.State.CANCELLED
        assert isinstance(outcome(late), tasks.TaskIsNotOpen)
    assert not Claim.objects.exists()
    assert balance_cents(clara.user) == 100_000


# --- bids -----------------------------------------------------------------------------------------


@pytest.fixture
def auction(clara, yasmina):
    task = post(clara, mechanism="sealed_first_price")
    allocation.place_bid(task_id=task.pk, by=yasmina, amount_cents=800, now=later(minutes=1))
    return task


def test_a_bid_before_the_closing_instant_takes_part(auction, wim):
    with pause(asking, "record") as wim_has_bid:
        bid = start(
            allocation.place_bid,
            task_id=auction.pk,
            by=wim,
            amount_cents=700,
            now=auction.closes_at - (later(seconds=1) - NOW),
        )
        wim_has_bid.wait_until_reached()
        closing = start(
            allocation.settle_task, task_id=auction.pk, trigger="closing", now=auction.closes_at
        )
        assert is_waiting(closing)
        wim_has_bid.let_go()
        assert outcome(bid).amount_cents == 700
        assert outcome(closing).candidate_count == 2
    assert Assignment.objects.get().worker == wim


def test_a_bid_during_the_closing_is_refused(auction, wim, yasmina):
    with pause(settling, "carry_out") as decided:
        closing = start(
            allocation.settle_task, task_id=auction.pk, trigger="closing", now=auction.closes_at
        )
        decided.wait_until_reached()
        bid = start(
            allocation.place_bid, task_id=auction.pk, by=wim, amount_cents=700, now=later(minutes=9)
        )
        assert is_waiting(bid)
        decided.let_go()
        assert outcome(closing).awarded_count == 1
        assert isinstance(outcome(bid), allocation.BiddingHasClosed)
    assert Bid.objects.get().worker == yasmina
    assert Assignment.objects.get().worker == yasmina


def test_a_worker_who_bids_twice_at_once_has_one_live_bid(auction, wim):
    with pause(asking, "record") as first_has_bid:
        first = start(
            allocation.place_bid, task_id=auction.pk, by=wim, amount_cents=700, now=later(minutes=2)
        )
        first_has_bid.wait_until_reached()
        second = start(
            allocation.place_bid, task_id=auction.pk, by=wim, amount_cents=650, now=later(minutes=2)
        )
        assert is_waiting(second)
        first_has_bid.let_go()
        assert outcome(first).amount_cents == 700
        assert outcome(second).amount_cents == 650
    assert Bid.objects.get(worker=wim, state="live").amount_cents == 650


# --- offers ---------------------------------------------------------------------------------------


@pytest.fixture
def offer(clara, wim):
    allocation.go_available(by=wim, now=NOW)
    post(clara, mechanism="scored_offers")
    agenda.drain(later(seconds=1))
    return Offer.objects.get()


def test_an_accepted_offer_does_not_expire(offer, wim):
    just_in_time = offer.expires_at - (later(seconds=1) - NOW)
    with pause(answering, "give_slot") as wim_has_accepted:
        accept = start(allocation.accept_offer, offer_id=offer.pk, by=wim, now=just_in_time)
        wim_has_accepted.wait_until_reached()
        expiry = start(allocation.expire_offer, offer_id=offer.pk, now=offer.expires_at)
        assert is_waiting(expiry)
        wim_has_accepted.let_go()
        assert outcome(accept).worker == wim
        assert outcome(expiry).state == Offer.State.ACCEPTED
    assert refreshed(offer.task).state == Task.State.ALLOCATED


def test_an_expired_offer_is_not_accepted(offer, wim):
    just_in_time = offer.expires_at - (later(seconds=1) - NOW)
    with pause(answering, "answer") as it_expires:
        expiry = start(allocation.expire_offer, offer_id=offer.pk, now=offer.expires_at)
        it_expires.wait_until_reached()
        accept = start(allocation.accept_offer, offer_id=offer.pk, by=wim, now=just_in_time)
        assert is_waiting(accept)
        it_expires.let_go()
        assert outcome(expiry).state == Offer.State.EXPIRED
        assert isinstance(outcome(accept), allocation.OfferIsGone)
    assert not Assignment.objects.exists()
    assert refreshed(wim).active == 0


# --- the queue and the drain ----------------------------------------------------------------------


def test_two_processes_that_drain_one_task_decide_it_once(clara, wim):
    allocation.join_standby(by=wim, now=NOW)
    task = post(clara)
    with pause(settling, "carry_out") as first_has_decided:
        first = start(agenda.drain, now=later(seconds=1))
        first_has_decided.wait_until_reached()
        second = start(agenda.drain, now=later(seconds=1))
        assert outcome(second) == 0
        first_has_decided.let_go()
        assert outcome(first) == 1
    assert Allocation.objects.filter(task=task, trigger="posted").count() == 1
    assert Assignment.objects.get().worker == wim


def test_two_rows_of_due_work_about_one_task_are_done_one_after_the_other(clara, wim):
    allocation.join_standby(by=wim, now=NOW)
    task = post(clara)
    agenda.schedule("task_posted", task.pk, at=NOW)
    with pause(settling, "carry_out") as first_has_decided:
        first = start(agenda.drain, now=later(seconds=1))
        first_has_decided.wait_until_reached()
        second = start(agenda.drain, now=later(seconds=1))
        assert is_waiting(second)
        first_has_decided.let_go()
        assert outcome(first) + outcome(second) == 2
    assert Assignment.objects.count() == Allocation.objects.count() == 1


def test_one_place_in_the_standby_queue_is_one_task(clara, wim):
    """Wim has room for five, but he stood in line once: he is given the next task, not two."""
    allocation.join_standby(by=wim, now=NOW)
    one, two = post(clara), post(clara)
    with pause(settling, "carry_out") as wim_has_the_first:
        first = start(
            allocation.settle_task, task_id=one.pk, trigger="posted", now=later(seconds=1)
        )
        wim_has_the_first.wait_until_reached()
        second = start(
            allocation.settle_task, task_id=two.pk, trigger="posted", now=later(seconds=1)
        )
        assert is_waiting(second)
        wim_has_the_first.let_go()
        assert outcome(first).awarded_count == 1
        assert outcome(second).awarded_count == 0
    assert Assignment.objects.get().task == one


# --- work in hand ---------------------------------------------------------------------------------


@pytest.fixture
def held(clara, wim):
    task = post(clara)
    allocation.claim_slot(task_id=task.pk, by=wim, now=later(minutes=1))
    return Assignment.objects.get()


def submit(held, wim):
    return start(
        tasks.submit_work, assignment_id=held.pk, by=wim, content="Done.", now=later(minutes=5)
    )


def give_back(held, wim):
    return start(tasks.return_assignment, assignment_id=held.pk, by=wim, now=later(minutes=5))


def test_handed_in_work_is_not_returned(held, wim):
    with pause(working, "hand_in") as wim_hands_in:
        first = submit(held, wim)
        wim_hands_in.wait_until_reached()
        second = give_back(held, wim)
        assert is_waiting(second)
        wim_hands_in.let_go()
        assert outcome(first).number == 1
        assert isinstance(outcome(second), tasks.NotInHand)
    assert refreshed(held).state == Assignment.State.SUBMITTED
    assert Slot.objects.get().worker == wim
    assert refreshed(wim).active == 0


def test_returned_work_is_not_handed_in(held, wim):
    from tasks.actions import holding

    with pause(holding, "lay_down") as wim_gives_back:
        first = give_back(held, wim)
        wim_gives_back.wait_until_reached()
        second = submit(held, wim)
        assert is_waiting(second)
        wim_gives_back.let_go()
        assert outcome(first).state == Assignment.State.RETURNED
        assert isinstance(outcome(second), tasks.NotInHand)
    assert not held.submissions.exists()
    assert Slot.objects.get().worker is None
    assert refreshed(wim).active == 0


def test_two_approvals_pay_once(clara, wim):
    held = submitted(clara, wim)
    with pause(reviewing, "pay") as paid:
        first = start(tasks.approve, assignment_id=held.pk, by=clara.user, now=later(minutes=3))
        paid.wait_until_reached()
        second = start(tasks.approve, assignment_id=held.pk, by=clara.user, now=later(minutes=3))
        assert is_waiting(second)
        paid.let_go()
        assert outcome(first).verdict == "approved"
        assert isinstance(outcome(second), tasks.NothingToReview)
    assert balance_cents(wim.user) == 1_000
    assert trial_balance().is_right


def test_the_clock_and_the_client_approve_once(clara, wim):
    held = submitted(clara, wim)
    work = held.submissions.get()
    with pause(reviewing, "pay") as paid:
        first = start(tasks.approve_automatically, submission_id=work.pk, now=later(days=8))
        paid.wait_until_reached()
        second = start(
            tasks.reject,
            assignment_id=held.pk,
            by=clara.user,
            reason_code="wrong",
            text="No.",
            now=later(days=8),
        )
        assert is_waiting(second)
        paid.let_go()
        assert outcome(first).by is None
        assert isinstance(outcome(second), tasks.NothingToReview)
    assert balance_cents(wim.user) == 1_000


def test_a_process_that_slept_past_its_lease_changes_nothing(held, wim, yasmina):
    """It read the assignment, slept while the slot changed hands, and now acts on what it read."""
    from tasks.actions import holding

    asleep = Assignment.objects.select_related("task", "worker").get(pk=held.pk)
    tasks.return_assignment(assignment_id=held.pk, by=wim, now=later(minutes=5))
    agenda.drain(later(minutes=5))
    allocation.claim_slot(task_id=held.task_id, by=yasmina, now=later(minutes=6))

    with transaction.atomic():
        slots = Slot.objects.filter(pk=asleep.slot_id, lease=asleep.lease)
        assert slots.update(worker=None) == 0
    for late in (submit(held, wim), give_back(held, wim)):
        assert isinstance(outcome(late), tasks.NotInHand)
    outcome(start(holding.expire_assignment, assignment_id=held.pk, now=later(days=2)))

    slot = Slot.objects.get()
    assert (slot.worker, slot.lease) == (yasmina, 2)
    assert (refreshed(wim).active, refreshed(yasmina).active) == (0, 1)


# --- locks that must not wait for each other in a circle ------------------------------------------


def test_cancelling_one_task_while_posting_another_is_no_deadlock(clara):
    """Posting holds the wallet and looks at the client; cancelling must not hold the client."""
    task = post(clara)
    with pause(posting, "fill_escrow") as clara_has_paid_in:
        posting_another = start(post, client=clara)
        clara_has_paid_in.wait_until_reached()
        cancel = start(tasks.cancel_task, task_id=task.pk, by=clara.user, now=later(minutes=1))
        assert is_waiting(cancel)
        clara_has_paid_in.let_go()
        assert outcome(posting_another).state == Task.State.OPEN
        assert outcome(cancel).state == Task.State.CANCELLED
    assert held_cents(clara.user) == 1_100


def test_two_clicks_on_post_at_the_same_instant_post_once(clara):
    with pause(posting, "fill_escrow") as first_has_paid_in:
        first = start(tasks.post_task, client=clara, new=a_task(), now=NOW, once="page")
        first_has_paid_in.wait_until_reached()
        second = start(tasks.post_task, client=clara, new=a_task(), now=NOW, once="page")
        assert is_waiting(second)
        first_has_paid_in.let_go()
        posted, refusal = outcome(first), outcome(second)
    assert isinstance(refusal, tasks.PostedAlready) and refusal.task == posted
    assert held_cents(clara.user) == 1_100


def test_two_people_who_pay_each_other_at_once_are_no_deadlock(clara, wim):
    """Each approval pays the other's wallet and gives the rest of a budget back to its own."""
    from clients.models import Client

    ledger.deposit(user=wim.user, amount_cents=10_000, now=NOW)
    wim_as_client = Client.objects.create(user=wim.user, name="Wim Ltd")
    clara_as_worker = Worker.objects.create(user=clara.user, name="Clara")
    for_clara = won_below_budget(clara, wim)
    for_wim = won_below_budget(wim_as_client, clara_as_worker)
    with pause(reviewing, "refund", after=False) as clara_has_paid_wim:
        first = start(tasks.approve, assignment_id=for_clara.pk, by=clara.user, now=later(hours=4))
        clara_has_paid_wim.wait_until_reached()
        second = start(tasks.approve, assignment_id=for_wim.pk, by=wim.user, now=later(hours=4))
        assert is_waiting(second)
        clara_has_paid_wim.let_go()
        assert outcome(first).verdict == outcome(second).verdict == "approved"
    assert trial_balance().is_right


def won_below_budget(client, worker) -> Assignment:
    task = post(client, mechanism="sealed_first_price")
    allocation.place_bid(task_id=task.pk, by=worker, amount_cents=700, now=later(minutes=1))
    allocation.settle_task(task_id=task.pk, trigger="closing", now=task.closes_at)
    held = Assignment.objects.get(task=task)
    tasks.submit_work(assignment_id=held.pk, by=worker, content="Done.", now=later(hours=3))
    return held


def test_the_same_deposit_twice_at_once_moves_once(stan):
    key = ledger.key_for("a deposit")
    with pause(ledger.Transfer.objects, "create") as first_has_written:
        first = start(ledger.deposit, user=stan, amount_cents=500, now=NOW, key=key)
        first_has_written.wait_until_reached()
        second = start(ledger.deposit, user=stan, amount_cents=500, now=NOW, key=key)
        assert is_waiting(second)
        first_has_written.let_go()
        assert outcome(first) is None
        assert outcome(second) is None
    assert balance_cents(stan) == 500


# --- due work that fails --------------------------------------------------------------------------


def test_a_row_that_another_process_is_doing_is_not_put_off(clara, wim):
    allocation.join_standby(by=wim, now=NOW)
    post(clara)
    row = DueWork.objects.get(topic="task_posted")
    with pause(settling, "carry_out") as another_is_at_it:
        doing = start(agenda.drain, now=later(seconds=1))
        another_is_at_it.wait_until_reached()
        late = start(agenda.put_off, row_id=row.pk, now=NOW, error=RuntimeError("too late"))
        assert outcome(late) is None
        another_is_at_it.let_go()
        assert outcome(doing) == 1
    assert not DueWork.objects.filter(pk=row.pk).exists()


def test_a_drain_with_nothing_but_failures_comes_to_an_end(clara):
    for subject in range(30):
        DueWork.objects.create(topic="task_posted", subject_id=10**12 + subject, due_at=NOW)
    assert agenda.drain(later(seconds=1)) == 30
    assert agenda.drain(later(seconds=1)) == 0
    assert {row.attempts for row in DueWork.objects.all()} == {1}
    make_worker("nobody")
