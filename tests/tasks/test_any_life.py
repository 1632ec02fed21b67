"""Whatever people do, in whatever order and however late: the books, slots and states agree.

Hypothesis makes up lives of a small market. After every step the promises below are looked at.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any, ClassVar
from uuid import UUID

import pytest
from django.conf import settings as conf
from django.db import transaction
from django.db.models import Q
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import User
from agenda.actions import drain
from agenda.models import DueWork
from allocation import actions as allocation
from allocation.models import Allocation, Bid, Offer
from clients.models import Client
from disputes import actions as disputes
from disputes.models import Dispute, HeldRejection, HumanReview, ProblemTicket
from ledger import actions as ledger
from ledger.models import Transfer
from ledger.queries import balance_cents, trial_balance
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
    allocation.NotClosedYet,
    allocation.NotOnTheList,
    allocation.TimeToChooseIsOver,
    allocation.TooManyPicked,
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
AUCTIONS = ["sealed_first_price", "sealed_second_price", "uniform_price", "clients_choice"]
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
# Hypothesis likes small integers; whoever is drawn from a list is as likely as the others.
uniform = st.sampled_from(range(5040))
# Mostly somebody does what fits; now and then what does not, which is refused.
fits = st.sampled_from([True, True, True, False])


@dataclass(frozen=True)
class Chance:
    """What somebody draws before a step."""

    which: int
    who: int
    amount_cents: int
    fits: bool
    choice: int

    def of(self, *options: Any) -> Any:
        return options[self.choice % len(options)]


def has(*states: str) -> Callable[[Facts], bool]:
    """Is there work in one of these states?"""
    return lambda facts: any(held.state in states for held in facts.assignments)


def is_any_open(facts: Facts) -> bool:
    return any(task.is_open for task in facts.tasks)


# Each step, and when there is something for it.
STEPS: dict[str, Callable[[Facts], bool]] = {
    "cancel": lambda facts: sum(task.is_open for task in facts.tasks) > 3,
    "choose": lambda facts: any(t.is_open and t.mechanism == "clients_choice" for t in facts.tasks),
    "review": has("submitted"),
    "approve_all": has("submitted"),
    "reject_all": lambda facts: sum(a.state == "submitted" for a in facts.assignments) > 1,
    "give_bonus": has("approved"),
    "deposit": lambda facts: facts.wallet_cents < 18_000,
    "dispute": lambda facts: any(
        held.state == "rejected" and held.pk not in facts.disputes for held in facts.assignments
    ),
    "add_statement": lambda facts: bool(facts.disputes),
    "decide_dispute": lambda facts: any(not d.is_decided for d in facts.disputes.values()),
    "decide_held_rejection": lambda facts: facts.has_held,
    "ask_for_review": lambda facts: bool(facts.assignments) and not facts.has_review,
    "decide_review": lambda facts: facts.has_review,
    "report_problem": lambda facts: bool(facts.tasks) and not facts.has_problem,
    "answer_problem": lambda facts: facts.has_problem,
    "claim": is_any_open,
    "bid": is_any_open,
    "withdraw": lambda facts: facts.has_bid,
    "switch": lambda facts: True,
    "do_the_work": is_any_open,
    "answer": lambda facts: facts.has_offer,
    "submit": has(*rules.IN_HAND),
    "give_back": has(*rules.IN_HAND),
}


def undecided(kind: Any, chance: Chance) -> Any:
    """What waits for a decision; now and then what was decided already, which is refused."""
    return kind.objects.filter(decided_at=None) if chance.fits else kind.objects.all()


CHANCES = {
    "turn": uniform,
    "which": uniform,
    "who": uniform,
    "amount_cents": st.integers(1, 2_000),
    "fits": fits,
}


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
        self.facts = Facts.now_in_the_database()
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

    def pick_assignment(self, number: int, fits: bool, *states: str) -> Assignment | None:
        rows = Assignment.objects.all()
        return self.pick(rows.filter(state__in=states) if fits else rows, number)

    def worker(self, number: int) -> Worker:
        return self.workers[number % len(self.workers)]

    def decider(self, number: int) -> User:
        return self.deciders[number % len(self.deciders)]

    # --- what the client does ---

    @initialize(slots=st.integers(2, 3))
    def begin(self, slots) -> None:
        closes_at, deadline_at = self.now + timedelta(days=2), self.now + timedelta(days=3)
        far = {"slot_count": slots, "closes_at": closes_at, "deadline_at": deadline_at}
        self.do(lambda now: post(self.client, now, **far))
        for worker in self.workers[:2]:
            self.do(allocation.go_available, by=worker)

    @precondition(lambda self: len(self.facts.tasks) < 8)
    @rule(
        mechanism=st.sampled_from(MECHANISMS),
        slot_count=st.integers(1, 3),
        pay_cents=st.integers(1, 2_000),
        closes_in=st.integers(1, 90),
        then=st.sampled_from([0, 30, 90, 60 * 24 * 3]),
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

    def act(self, turn, which, who, amount_cents, fits) -> None:
        """One of the steps that the market has something for; each as likely as the others."""
        possible = [name for name, is_ready in STEPS.items() if is_ready(self.facts)]
        chance = Chance(which, who, amount_cents, fits, turn // len(possible))
        getattr(self, possible[turn % len(possible)])(chance)

    # Four rules, so that people act more often than time passes or a task is posted.
    somebody_acts = rule(**CHANCES)(act)
    somebody_else_acts = rule(**CHANCES)(act)
    a_third_acts = rule(**CHANCES)(act)
    a_fourth_acts = rule(**CHANCES)(act)

    def cancel(self, chance: Chance) -> None:
        if task := self.pick(Task.objects.all(), chance.which):
            self.do(tasks.cancel_task, task_id=task.pk, by=self.client.user)

    def choose(self, chance: Chance) -> None:
        if task := self.pick(Task.objects.filter(mechanism="clients_choice"), chance.which):
            self.do(
                allocation.choose,
                task_id=task.pk,
                workers=[self.worker(chance.who).pk],
                by=self.client.user,
            )

    def review(self, chance: Chance) -> None:
        if held := self.pick_assignment(chance.which, chance.fits, "submitted"):
            about = {"assignment_id": held.pk, "by": self.client.user}
            verdict = chance.of("approve", "rework", "reject", "reject")
            if verdict == "approve":
                self.do(tasks.approve, **about)
            elif verdict == "rework":
                self.do(tasks.ask_for_rework, text="Blue, please.", **about)
            else:
                self.do(disputes.reject, reason_code="wrong", text="It is red.", **about)

    def approve_all(self, chance: Chance) -> None:
        ids = list(Assignment.objects.values_list("pk", flat=True))
        self.do(tasks.approve_many, assignment_ids=ids, by=self.client.user)

    def reject_all(self, chance: Chance) -> None:
        for held in Assignment.objects.filter(state="submitted").order_by("pk"):
            about = {"assignment_id": held.pk, "by": self.client.user}
            self.do(disputes.reject, reason_code="other", text="I counted otherwise.", **about)

    def give_bonus(self, chance: Chance) -> None:
        if held := self.pick(Assignment.objects.all(), chance.which):
            about = {"assignment_id": held.pk, "by": self.client.user, "text": "So neat."}
            self.do(
                tasks.give_bonus, amount_cents=chance.amount_cents, key=chance.of("a", "b"), **about
            )

    def deposit(self, chance: Chance) -> None:
        self.do(ledger.deposit, user=self.client.user, amount_cents=10 * chance.amount_cents)

    # --- when they disagree ---

    def dispute(self, chance: Chance) -> None:
        if held := self.pick(Assignment.objects.filter(state="rejected"), chance.which):
            about = {"assignment_id": held.pk, "by": held.worker}
            self.do(disputes.open_dispute, text="You said red.", **about)

    def add_statement(self, chance: Chance) -> None:
        if dispute := self.pick(undecided(Dispute, chance), chance.which):
            by = chance.of(self.client.user, dispute.asked_by)
            self.do(disputes.add_statement, dispute_id=dispute.pk, by=by, text="No.")

    def decide_dispute(self, chance: Chance) -> None:
        if dispute := self.pick(undecided(Dispute, chance), chance.which):
            how = {
                "outcome": chance.of("upheld", "overturned"),
                "reason": "I read both.",
                "by": self.decider(chance.who),
            }
            self.do(disputes.decide_dispute, dispute_id=dispute.pk, **how)

    def decide_held_rejection(self, chance: Chance) -> None:
        if held := self.pick(undecided(HeldRejection, chance), chance.which):
            outcome = chance.of("agreed", "refused")
            how = {"outcome": outcome, "reason": "I read it.", "by": self.decider(chance.who)}
            self.do(disputes.decide_held_rejection, held_id=held.pk, **how)

    def ask_for_review(self, chance: Chance) -> None:
        if kept := self.pick(Allocation.objects.all(), chance.which):
            about = {"allocation_id": kept.pk, "by": self.worker(chance.who).user}
            self.do(disputes.ask_for_review, text="Why not me?", **about)

    def decide_review(self, chance: Chance) -> None:
        if review := self.pick(undecided(HumanReview, chance), chance.which):
            how = {
                "outcome": chance.of("upheld", "overturned"),
                "reason": "I looked.",
                "by": self.decider(chance.who),
            }
            self.do(disputes.decide_review, review_id=review.pk, **how)

    def report_problem(self, chance: Chance) -> None:
        if task := self.pick(Task.objects.all(), chance.which):
            about = {"task_id": task.pk, "by": self.worker(chance.who).user}
            self.do(disputes.report_problem, text="The link is dead.", **about)

    def answer_problem(self, chance: Chance) -> None:
        if problem := self.pick(undecided(ProblemTicket, chance), chance.which):
            how = {"outcome": "fixed", "reason": "Mended.", "by": self.decider(chance.who)}
            self.do(disputes.answer_problem, problem_id=problem.pk, **how)

    # --- what workers do ---

    def claim(self, chance: Chance) -> None:
        tasks = Task.objects.open()
        if chance.fits:
            tasks = tasks.filter(mechanism__in=["first_come", "standby_queue", "lottery"])
        if task := self.pick(tasks, chance.which):
            self.do(allocation.claim_slot, task_id=task.pk, by=self.worker(chance.who))

    def bid(self, chance: Chance) -> None:
        tasks = Task.objects.open()
        if chance.fits:
            tasks = tasks.filter(mechanism__in=AUCTIONS)
        if task := self.pick(tasks, chance.which):
            amount_cents = min(chance.amount_cents, task.pay_cents)
            self.do(
                allocation.place_bid,
                task_id=task.pk,
                by=self.worker(chance.who),
                amount_cents=amount_cents,
            )

    def withdraw(self, chance: Chance) -> None:
        if bid := self.pick(Bid.objects.all(), chance.which):
            self.do(allocation.withdraw_bid, bid_id=bid.pk, by=bid.worker)

    def switch(self, chance: Chance) -> None:
        worker = self.worker(chance.who)
        switch = chance.of("line", "on", "off")
        if switch == "line":
            self.do(allocation.join_standby, by=worker)
        elif switch == "on":
            self.do(allocation.go_available, by=worker)
        else:
            self.do(lambda now: allocation.go_off(by=worker))

    def do_the_work(self, chance: Chance) -> None:
        """Claim and hand in at once, one worker after the other."""
        task = self.pick(Task.objects.open().filter(mechanism="first_come"), chance.which)
        for worker in self.workers[: chance.of(1, 2, 3)] if task else []:
            self.do(allocation.claim_slot, task_id=task.pk, by=worker)
            for held in worker.assignments.filter(task=task, state="in_progress"):
                about = {"assignment_id": held.pk, "by": worker}
                self.do(tasks.submit_work, content="Done.", **about)

    def answer(self, chance: Chance) -> None:
        if offer := self.pick(Offer.objects.all(), chance.which):
            action = chance.of(allocation.accept_offer, allocation.decline_offer)
            self.do(action, offer_id=offer.pk, by=offer.worker)

    def submit(self, chance: Chance) -> None:
        if held := self.pick_assignment(chance.which, chance.fits, *rules.IN_HAND):
            self.do(tasks.submit_work, assignment_id=held.pk, by=held.worker, content="Done.")

    def give_back(self, chance: Chance) -> None:
        if held := self.pick(Assignment.objects.all(), chance.which):
            self.do(tasks.return_assignment, assignment_id=held.pk, by=held.worker)

    # --- what time does ---

    @rule(minutes=st.sampled_from([0, 0, 1, 5, 30, 30, 60, 60 * 24, 60 * 24 * 8, 60 * 24 * 15]))
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
        facts = self.facts = Facts.now_in_the_database()
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
    wallet_cents: int
    has_held: bool
    has_review: bool
    has_problem: bool
    has_bid: bool
    has_offer: bool

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
            balance_cents(Client.objects.get().user),
            HeldRejection.objects.filter(decided_at=None).exists(),
            HumanReview.objects.filter(decided_at=None).exists(),
            ProblemTicket.objects.filter(decided_at=None).exists(),
            Bid.objects.filter(state="live").exists(),
            Offer.objects.filter(state="open").exists(),
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
    live(lives=lives, steps=25)
    print(lives, "lives:", dict(sorted(Market.happened.items())))
    if lives >= 2000:
        assert EVERY_STEP - set(Market.happened) == set()
