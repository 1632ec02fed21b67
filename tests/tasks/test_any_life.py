"""Whatever people do, in whatever order and however late: the books, slots and states agree.

Hypothesis makes up lives of a small market. After every step the promises below are looked at.
"""

from __future__ import annotations

import os
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from typing import ClassVar

import pytest
from django.conf import settings as conf
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from accounts.models import User
from agenda.actions import drain
from agenda.models import DueWork
from allocation import actions as allocation
from allocation.models import Allocation, Bid, Offer
from disputes import actions as disputes
from disputes.models import Dispute, HeldRejection, HumanReview, ProblemTicket
from ledger import actions as ledger
from ledger.models import Transfer
from ledger.queries import trial_balance
from tasks import actions as tasks
from tasks import rules
from tasks.models import Assignment, Review, Slot, Task
from tests.people import NOW, make_client, make_user, make_worker, post
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
    disputes.AlreadyAsked,
    disputes.AlreadyDecided,
    disputes.CannotBeDisputed,
    disputes.NotForYouToDecide,
    disputes.NotYourDecision,
    disputes.RejectionIsHeld,
    ledger.NotEnoughMoney,
    tasks.GiveABonusForWork,
    tasks.NotInHand,
    tasks.NothingToReview,
    tasks.TaskIsNotOpen,
    tasks.TooLate,
    tasks.WorkerIsFull,
)
EVERY_STEP = {
    "accept_offer", "add_statement", "answer_problem", "approve", "approve_many", "ask_for_review",
    "ask_for_rework", "cancel_task", "claim_slot", "decide_dispute", "decide_held_rejection",
    "decide_review", "decline_offer", "deposit", "give_bonus", "open_dispute", "place_bid",
    "reject", "report_problem", "return_assignment", "submit_work", "withdraw_bid",
}  # fmt: skip
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


def is_refunded(held: Assignment) -> bool:
    return ledger.is_moved(ledger.key_for(f"rejected:{held.pk}"))


def still_disputable(task: Task) -> int:
    """How many rejected assignments still hold their pay in escrow."""
    return sum(not is_refunded(held) for held in task.assignments.filter(state="rejected"))


class Market(RuleBasedStateMachine):
    happened: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.now = NOW
        self.is_drained = True
        self.client = make_client("clara", deposit_cents=20_000)
        operators = [make_user(name) for name in ("otto", "olga")]
        User.objects.filter(pk__in=[user.pk for user in operators]).update(is_staff=True)
        # The people who try to decide: two operators, and the client, who never may.
        self.deciders = [*operators, self.client.user]
        self.workers = [make_worker(n, capacity=2) for n in ("wim", "yasmina", "noor", "bram")]

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def do(self, action, **arguments) -> None:
        self.is_drained = False
        with suppress(*REFUSALS):
            action(now=self.now, **arguments)
            self.happened[action.__name__] += 1

    def pick(self, rows, number: int):
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
        return rows.model.objects.get(pk=ids[number % len(ids)]) if ids else None

    def worker(self, number: int) -> Worker:
        return self.workers[number % len(self.workers)]

    def decider(self, number: int) -> User:
        return self.deciders[number % len(self.deciders)]

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
                self.do(disputes.reject, reason_code="wrong", text="It is red.", **about)

    @rule()
    def approve_all(self) -> None:
        ids = list(Assignment.objects.values_list("pk", flat=True))
        self.do(tasks.approve_many, assignment_ids=ids, by=self.client.user)

    @rule(which=any_one, amount_cents=st.integers(1, 2_000), key=st.sampled_from("abc"))
    def give_bonus(self, which, amount_cents, key) -> None:
        if held := self.pick(Assignment.objects.all(), which):
            about = {"assignment_id": held.pk, "by": self.client.user, "text": "So neat."}
            self.do(tasks.give_bonus, amount_cents=amount_cents, key=key, **about)

    @rule(amount_cents=st.integers(1, 2_000))
    def deposit(self, amount_cents) -> None:
        self.do(ledger.deposit, user=self.client.user, amount_cents=amount_cents)

    # --- when they disagree ---

    @rule(which=any_one)
    def dispute(self, which) -> None:
        if held := self.pick(Assignment.objects.filter(state="rejected"), which):
            about = {"assignment_id": held.pk, "by": held.worker}
            self.do(disputes.open_dispute, text="You said red.", **about)

    @rule(which=any_one, is_client=st.booleans())
    def add_statement(self, which, is_client) -> None:
        if dispute := self.pick(Dispute.objects.all(), which):
            by = self.client.user if is_client else dispute.asked_by
            self.do(disputes.add_statement, dispute_id=dispute.pk, by=by, text="No.")

    @rule(which=any_one, who=any_one, outcome=st.sampled_from(["upheld", "overturned"]))
    def decide_dispute(self, which, who, outcome) -> None:
        if dispute := self.pick(Dispute.objects.all(), which):
            how = {"outcome": outcome, "reason": "I read both.", "by": self.decider(who)}
            self.do(disputes.decide_dispute, dispute_id=dispute.pk, **how)

    @rule(which=any_one, who=any_one, outcome=st.sampled_from(["agreed", "refused"]))
    def decide_held_rejection(self, which, who, outcome) -> None:
        if held := self.pick(HeldRejection.objects.all(), which):
            how = {"outcome": outcome, "reason": "I read it.", "by": self.decider(who)}
            self.do(disputes.decide_held_rejection, held_id=held.pk, **how)

    @rule(which=any_one, who=any_one)
    def ask_for_review(self, which, who) -> None:
        if kept := self.pick(Allocation.objects.all(), which):
            about = {"allocation_id": kept.pk, "by": self.worker(who).user}
            self.do(disputes.ask_for_review, text="Why not me?", **about)

    @rule(which=any_one, who=any_one, outcome=st.sampled_from(["upheld", "overturned"]))
    def decide_review(self, which, who, outcome) -> None:
        if review := self.pick(HumanReview.objects.all(), which):
            how = {"outcome": outcome, "reason": "I looked.", "by": self.decider(who)}
            self.do(disputes.decide_review, review_id=review.pk, **how)

    @rule(which=any_one, who=any_one)
    def report_problem(self, which, who) -> None:
        if task := self.pick(Task.objects.all(), which):
            about = {"task_id": task.pk, "by": self.worker(who).user}
            self.do(disputes.report_problem, text="The link is dead.", **about)

    @rule(which=any_one, who=any_one)
    def answer_problem(self, which, who) -> None:
        if problem := self.pick(ProblemTicket.objects.all(), which):
            how = {"outcome": "fixed", "reason": "Mended.", "by": self.decider(who)}
            self.do(disputes.answer_problem, problem_id=problem.pk, **how)

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

    @rule(minutes=st.sampled_from([0, 0, 1, 5, 30, 60, 60 * 24, 60 * 24 * 8, 60 * 24 * 15]))
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
            holding = unsettled + still_disputable(task)
            assert task.escrow.balance_cents == holding * task.slot_reserve_cents

    @invariant()
    def whoever_is_approved_is_paid_once_and_nobody_else(self) -> None:
        for held in Assignment.objects.all():
            paid = Transfer.objects.filter(pk=ledger.key_for(f"payout:{held.pk}"))
            amounts = list(paid.values_list("amount_cents", flat=True))
            assert amounts == ([held.pay_cents] if held.state == "approved" else [])

    @invariant()
    def rejected_work_is_refunded_only_when_nobody_can_object_any_more(self) -> None:
        for held in Assignment.objects.filter(state="rejected"):
            dispute = Dispute.objects.filter(assignment=held).first()
            final_at = held.settled_at + timedelta(days=conf.DISPUTE_DAYS)
            if dispute:
                assert is_refunded(held) == (dispute.outcome == "upheld")
            elif is_refunded(held) or self.is_drained:
                assert is_refunded(held) == (self.now >= final_at)

    @invariant()
    def beyond_the_brake_no_rejection_takes_effect_without_an_operator(self) -> None:
        for task in Task.objects.all():
            at_once = Review.objects.filter(
                submission__assignment__task=task,
                submission__assignment__state="rejected",
                verdict="rejected",
                submission__held_rejection=None,
            )
            assert at_once.count() <= conf.BRAKE_AT_LEAST
        for held in HeldRejection.objects.exclude(decided_at=None):
            expected = "rejected" if held.outcome == "agreed" else "approved"
            assert held.submission.review.verdict == expected

    @invariant()
    def nobody_decides_in_their_own_matter(self) -> None:
        for kind in (Dispute, HeldRejection, HumanReview):
            assert not kind.objects.filter(decided_by=self.client.user).exists()

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
            overturned = worker.assignments.filter(dispute__outcome="overturned").count()
            approved = reviews.filter(verdict="approved").count() + overturned
            rejected = reviews.filter(verdict="rejected").count() - overturned
            assert (worker.approved_count, worker.rejected_count) == (approved, rejected)

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


@pytest.fixture(autouse=True)
def a_brake_that_these_small_tasks_can_reach(settings):
    settings.BRAKE_AT_LEAST = 1


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
    """LIVES=2000 lives more of them; then each kind of step must have succeeded in some life."""
    lives = int(os.environ.get("LIVES", "15"))
    Market.happened.clear()
    live(lives=lives, steps=50)
    if lives >= 500:
        print(lives, "lives:", dict(sorted(Market.happened.items())))
        assert EVERY_STEP <= set(Market.happened)
