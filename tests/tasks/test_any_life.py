"""Whatever people do, in whatever order and however late: the books, slots and states agree.

Hypothesis makes up lives of a small market. After every step the promises below are looked at.
"""

from __future__ import annotations

import os
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import ClassVar
from uuid import UUID

import pytest
from django.conf import settings as conf
from django.db import transaction
from django.db.models import Q
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
    def every_promise_about_rows_is_kept(self) -> None:
        facts = Facts.now_in_the_database()
        escrow_is_what_the_slots_may_still_cost(facts)
        whoever_is_approved_is_paid_once_and_nobody_else(facts)
        rejected_work_is_refunded_when_nobody_can_object_any_more(facts, self.now, self.is_drained)
        beyond_the_brake_no_rejection_takes_effect_without_an_operator(facts)
        a_slot_is_held_by_who_has_its_newest_assignment(facts)
        a_worker_has_in_hand_what_is_counted(facts)
        a_task_is_in_the_state_of_its_slots(facts, self.is_drained)
        an_open_task_comes_to_an_end_by_itself(facts, self.now)
        an_open_offer_reserves_a_slot_that_can_be_given(facts)

    @invariant()
    def nobody_decides_in_their_own_matter(self) -> None:
        for kind in (Dispute, HeldRejection, HumanReview):
            assert not kind.objects.filter(decided_by=self.client.user).exists()

    @invariant()
    def nothing_that_was_due_is_left_or_has_failed(self) -> None:
        if self.is_drained:
            due = DueWork.objects.filter(Q(attempts__gt=0) | Q(due_at__lte=self.now))
            assert list(due) == []


@dataclass
class Facts:
    """The rows of the whole market, each table read once: there is a look after every step."""

    tasks: list[Task]
    slots: dict[int, list[Slot]]
    assignments: list[Assignment]
    reviews: list[Review]
    disputes: dict[int, Dispute]
    moved: dict[UUID, int]

    @classmethod
    def now_in_the_database(cls) -> Facts:
        slots: dict[int, list[Slot]] = {}
        for slot in Slot.objects.order_by("number"):
            slots.setdefault(slot.task_id, []).append(slot)
        return cls(
            list(Task.objects.select_related("escrow")),
            slots,
            list(Assignment.objects.order_by("lease")),
            list(Review.objects.select_related("submission__held_rejection")),
            {dispute.assignment_id: dispute for dispute in Dispute.objects.all()},
            dict(Transfer.objects.values_list("pk", "amount_cents")),
        )

    def of_task(self, task: Task, *states: str) -> list[Assignment]:
        return [a for a in self.assignments if a.task_id == task.pk and a.state in states]

    def is_refunded(self, held: Assignment) -> bool:
        return ledger.key_for(f"rejected:{held.pk}") in self.moved


def escrow_is_what_the_slots_may_still_cost(facts: Facts) -> None:
    """The slots that are not settled, and the rejected ones that may still be disputed."""
    for task in facts.tasks:
        unsettled = sum(slot.dropped_at is None for slot in facts.slots[task.pk])
        unsettled -= len(facts.of_task(task, *rules.SETTLED))
        disputable = [a for a in facts.of_task(task, "rejected") if not facts.is_refunded(a)]
        holding = unsettled + len(disputable)
        assert task.escrow.balance_cents == holding * task.slot_reserve_cents


def whoever_is_approved_is_paid_once_and_nobody_else(facts: Facts) -> None:
    for held in facts.assignments:
        paid = facts.moved.get(ledger.key_for(f"payout:{held.pk}"))
        assert paid == (held.pay_cents if held.state == "approved" else None)


def rejected_work_is_refunded_when_nobody_can_object_any_more(
    facts: Facts, now: datetime, is_drained: bool
) -> None:
    for held in facts.assignments:
        if held.state != "rejected":
            continue
        dispute = facts.disputes.get(held.pk)
        if dispute:
            assert facts.is_refunded(held) == (dispute.outcome == "upheld")
        elif facts.is_refunded(held) or is_drained:
            final_at = held.settled_at + timedelta(days=conf.DISPUTE_DAYS)
            assert facts.is_refunded(held) == (now >= final_at)


def beyond_the_brake_no_rejection_takes_effect_without_an_operator(facts: Facts) -> None:
    rejected = {held.pk: held.task_id for held in facts.assignments if held.state == "rejected"}
    at_once: Counter[int] = Counter()
    for review in facts.reviews:
        held = getattr(review.submission, "held_rejection", None)
        if held is None and review.submission.assignment_id in rejected:
            at_once[rejected[review.submission.assignment_id]] += review.verdict == "rejected"
        elif held is not None and held.decided_at:
            assert review.verdict == {"agreed": "rejected", "refused": "approved"}[held.outcome]
    assert max(at_once.values(), default=0) <= conf.BRAKE_AT_LEAST


def a_slot_is_held_by_who_has_its_newest_assignment(facts: Facts) -> None:
    ever: dict[int, list[Assignment]] = {}
    for held in facts.assignments:
        ever.setdefault(held.slot_id, []).append(held)
    for slot in chain.from_iterable(facts.slots.values()):
        mine = ever.get(slot.pk, [])
        holding = [(a.worker_id, a.lease) for a in mine if a.state in rules.HOLDING]
        assert holding == ([(slot.worker_id, slot.lease)] if slot.worker_id else [])
        assert len(mine) == slot.lease


def a_worker_has_in_hand_what_is_counted(facts: Facts) -> None:
    verdicts: Counter[tuple[int, str]] = Counter()
    worker_of = {held.pk: held.worker_id for held in facts.assignments}
    for review in facts.reviews:
        verdicts[worker_of[review.submission.assignment_id], review.verdict] += 1
    for assignment, dispute in facts.disputes.items():
        overturned = dispute.outcome == "overturned"
        verdicts[worker_of[assignment], "approved"] += overturned
        verdicts[worker_of[assignment], "rejected"] -= overturned
    for worker in Worker.objects.all():
        mine = [a for a in facts.assignments if a.worker_id == worker.pk]
        assert worker.active == sum(a.state == "in_progress" for a in mine)
        assert worker.approved_count == verdicts[worker.pk, "approved"]
        assert worker.rejected_count == verdicts[worker.pk, "rejected"]


def a_task_is_in_the_state_of_its_slots(facts: Facts, is_drained: bool) -> None:
    for task in facts.tasks:
        slots = facts.slots[task.pk]
        free = sum(s.worker_id is None and s.dropped_at is None for s in slots)
        held = sum(s.worker_id is not None for s in slots)
        settled = len(facts.of_task(task, *rules.SETTLED))
        if task.state == Task.State.OPEN:
            assert free or not is_drained
        elif task.state == Task.State.ALLOCATED:
            assert (free, held > settled) == (0, True)
        elif task.state == Task.State.COMPLETED:
            assert (free, held) == (0, settled)
            assert held
        else:
            assert (free, held) == (0, 0)


def an_open_task_comes_to_an_end_by_itself(facts: Facts, now: datetime) -> None:
    """Some due work will look at it at its closing or deadline, whatever people do."""
    topics = ["task_closes", "slot_freed", "slots_taken"]
    rows = DueWork.objects.filter(topic__in=topics).values_list("subject_id", "due_at")
    looked_at: dict[int, datetime] = {}
    for subject, due_at in rows:
        looked_at[subject] = min(due_at, looked_at.get(subject, due_at))
    for task in facts.tasks:
        if task.is_open:
            assert looked_at[task.pk] <= max(task.deadline_at, now)


def an_open_offer_reserves_a_slot_that_can_be_given(facts: Facts) -> None:
    for offer in Offer.objects.filter(state="open", task__state="open"):
        (slot,) = [s for s in facts.slots[offer.task_id] if s.number == offer.slot_number]
        assert (slot.worker_id, slot.dropped_at) == (None, None)


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
