"""Whatever people do, in whatever order and however late: the books, slots and states agree.

Hypothesis makes up lives of a small market. After every step the promises below are looked at.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from agenda.actions import drain
from agenda.models import DueWork
from allocation import actions as allocation
from allocation.models import Bid, Offer
from ledger import actions as ledger
from ledger.queries import trial_balance
from tasks import actions as tasks
from tasks import rules
from tasks.models import Assignment, Review, Slot, Task
from tests.people import NOW, make_client, make_worker, post
from workers.models import Worker

pytestmark = pytest.mark.django_db

# What a person may be told; anything else that is raised is a bug.
REFUSALS = (
    allocation.BidIsTooHigh,
    allocation.BidIsTooLow,
    allocation.BiddingHasClosed,
    allocation.NotEligible,
    allocation.NotOnTheList,
    allocation.OfferIsGone,
    allocation.WrongWayIn,
    ledger.NotEnoughMoney,
    tasks.NotInHand,
    tasks.NothingToReview,
    tasks.TaskIsNotOpen,
    tasks.TooLate,
    tasks.WorkerIsFull,
)
MECHANISMS = [
    "first_come",
    "standby_queue",
    "lottery",
    "sealed_first_price",
    "sealed_second_price",
    "uniform_price",
    "clients_choice",
    "scored_offers",
]
any_one = st.integers(0, 10**6)


class Market(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.now = NOW
        self.is_drained = True
        self.client = make_client("clara", deposit_cents=20_000)
        self.workers = [make_worker(n, capacity=2) for n in ("wim", "yasmina", "noor", "bram")]

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def do(self, action, **arguments) -> None:
        self.is_drained = False
        with suppress(*REFUSALS):
            action(now=self.now, **arguments)

    def pick(self, rows, number: int):
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
        return rows.model.objects.get(pk=ids[number % len(ids)]) if ids else None

    def worker(self, number: int) -> Worker:
        return self.workers[number % len(self.workers)]

    # --- what the client does ---

    @rule(
        mechanism=st.sampled_from(MECHANISMS),
        slot_count=st.integers(1, 3),
        pay_cents=st.integers(1, 2_000),
        closes_in=st.integers(1, 90),
        then=st.integers(0, 90),
    )
    def post(self, mechanism, slot_count, pay_cents, closes_in, then) -> None:
        closes_at = self.now + timedelta(minutes=closes_in)
        self.do(
            lambda now: post(
                self.client,
                now,
                mechanism=mechanism,
                slot_count=slot_count,
                pay_cents=pay_cents,
                closes_at=closes_at,
                deadline_at=closes_at + timedelta(minutes=then),
            )
        )

    @rule(which=any_one)
    def cancel(self, which) -> None:
        if task := self.pick(Task.objects.all(), which):
            self.do(tasks.cancel_task, task_id=task.pk, by=self.client.user)

    @rule(which=any_one, who=any_one)
    def choose(self, which, who) -> None:
        if task := self.pick(Task.objects.filter(mechanism="clients_choice"), which):
            self.do(
                allocation.choose,
                task_id=task.pk,
                workers=[self.worker(who).pk],
                by=self.client.user,
            )

    @rule(which=any_one, verdict=st.sampled_from(["approve", "approve", "rework", "reject"]))
    def review(self, which, verdict) -> None:
        if held := self.pick(Assignment.objects.all(), which):
            about = {"assignment_id": held.pk, "by": self.client.user}
            if verdict == "approve":
                self.do(tasks.approve, **about)
            elif verdict == "rework":
                self.do(tasks.ask_for_rework, text="Blue, please.", **about)
            else:
                self.do(tasks.reject, reason_code="wrong", text="It is red.", **about)

    # --- what workers do ---

    @rule(which=any_one, who=any_one)
    def claim(self, which, who) -> None:
        if task := self.pick(Task.objects.open(), which):
            self.do(allocation.claim_slot, task_id=task.pk, by=self.worker(who))

    @rule(which=any_one, who=any_one, amount_cents=st.integers(1, 2_000))
    def bid(self, which, who, amount_cents) -> None:
        if task := self.pick(Task.objects.open(), which):
            amount_cents = min(amount_cents, task.pay_cents)
            self.do(
                allocation.place_bid,
                task_id=task.pk,
                by=self.worker(who),
                amount_cents=amount_cents,
            )

    @rule(which=any_one)
    def withdraw(self, which) -> None:
        if bid := self.pick(Bid.objects.all(), which):
            self.do(allocation.withdraw_bid, bid_id=bid.pk, by=bid.worker)

    @rule(who=any_one)
    def stand_in_line(self, who) -> None:
        self.do(allocation.join_standby, by=self.worker(who))

    @rule(who=any_one)
    def go_available(self, who) -> None:
        self.do(allocation.go_available, by=self.worker(who))

    @rule(who=any_one)
    def go_off(self, who) -> None:
        self.do(lambda now: allocation.go_off(by=self.worker(who)))

    @rule(which=any_one, says=st.sampled_from(["accept", "accept", "decline"]))
    def answer(self, which, says) -> None:
        if offer := self.pick(Offer.objects.all(), which):
            action = allocation.accept_offer if says == "accept" else allocation.decline_offer
            self.do(action, offer_id=offer.pk, by=offer.worker)

    @rule(which=any_one)
    def submit(self, which) -> None:
        if held := self.pick(Assignment.objects.all(), which):
            self.do(tasks.submit_work, assignment_id=held.pk, by=held.worker, content="Done.")

    @rule(which=any_one)
    def give_back(self, which) -> None:
        if held := self.pick(Assignment.objects.all(), which):
            self.do(tasks.return_assignment, assignment_id=held.pk, by=held.worker)

    # --- what time does ---

    @rule(minutes=st.sampled_from([0, 0, 1, 5, 30, 60, 60 * 24, 60 * 24 * 8]))
    def time_passes(self, minutes) -> None:
        self.now += timedelta(minutes=minutes)
        drain(self.now)
        self.is_drained = True

    # --- what is true after every step ---

    @invariant()
    def no_money_appears_or_disappears(self) -> None:
        assert trial_balance().is_right

    @invariant()
    def escrow_is_what_the_unsettled_slots_may_still_cost(self) -> None:
        for task in Task.objects.select_related("escrow"):
            settled = task.assignments.filter(state__in=rules.SETTLED).count()
            unsettled = task.slots.filter(dropped_at=None).count() - settled
            assert task.escrow.balance_cents == unsettled * task.slot_reserve_cents

    @invariant()
    def a_slot_is_held_by_who_has_its_newest_assignment(self) -> None:
        for slot in Slot.objects.all():
            holding = slot.assignments.filter(state__in=rules.HOLDING)
            held = [(a.worker_id, a.lease) for a in holding]
            assert held == ([(slot.worker_id, slot.lease)] if slot.worker_id else [])
            assert slot.assignments.count() == slot.lease

    @invariant()
    def a_worker_has_in_hand_what_is_counted(self) -> None:
        for worker in Worker.objects.all():
            assert worker.active == worker.assignments.filter(state="in_progress").count()
            reviews = Review.objects.filter(submission__assignment__worker=worker)
            assert worker.approved_count == reviews.filter(verdict="approved").count()
            assert worker.rejected_count == reviews.filter(verdict="rejected").count()

    @invariant()
    def a_task_is_in_the_state_of_its_slots(self) -> None:
        for task in Task.objects.all():
            free = task.slots.filter(worker=None, dropped_at=None).count()
            held = task.slots.exclude(worker=None).count()
            settled = task.assignments.filter(state__in=rules.SETTLED).count()
            if task.state == Task.State.OPEN:
                assert free or not self.is_drained
            elif task.state == Task.State.ALLOCATED:
                assert (free, held > settled) == (0, True)
            elif task.state == Task.State.COMPLETED:
                assert (free, held) == (0, settled)
                assert held
            else:
                assert (free, held) == (0, 0)

    @invariant()
    def nothing_that_was_due_is_left_or_has_failed(self) -> None:
        if self.is_drained:
            assert list(DueWork.objects.filter(attempts__gt=0)) == []
            assert list(DueWork.objects.filter(due_at__lte=self.now)) == []

    @invariant()
    def an_open_task_comes_to_an_end_by_itself(self) -> None:
        """Some due work will look at it at its closing or deadline, whatever people do."""
        for task in Task.objects.open():
            assert DueWork.objects.filter(
                subject_id=task.pk,
                topic__in=["task_closes", "slot_freed", "slots_taken"],
                due_at__lte=max(task.deadline_at, self.now),
            ).exists()

    @invariant()
    def an_open_offer_reserves_a_slot_that_can_be_given(self) -> None:
        for offer in Offer.objects.filter(state="open", task__state="open"):
            slot = Slot.objects.get(task=offer.task, number=offer.slot_number)
            assert (slot.worker, slot.dropped_at) == (None, None)


def live(*, lives: int, steps: int) -> None:
    run_state_machine_as_test(
        Market,
        settings=settings(
            max_examples=lives,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )


def test_any_short_life_keeps_the_promises():
    live(lives=8, steps=20)


@pytest.mark.slow
def test_any_longer_life_keeps_the_promises():
    live(lives=15, steps=50)
