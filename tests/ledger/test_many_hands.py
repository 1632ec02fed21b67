"""A thousand moves by eight hands at once, and the books are right to the cent."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.db import connection

from agenda import actions as agenda
from allocation import actions as allocation
from clients.models import Client
from ledger import actions as ledger
from ledger.models import Transfer
from ledger.queries import trial_balance
from tasks import actions as tasks
from tasks.models import Assignment, Task
from tests.people import later, make_client, make_worker, post
from workers.models import Worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
HANDS = 8
MOVES_EACH = 125
NOW = later(minutes=1)

# What a person may be told. Everything else, a deadlock above all, fails the test.
REFUSALS = (
    allocation.NotEligible,
    ledger.NotEnoughMoney,
    tasks.NotInHand,
    tasks.NothingToReview,
    tasks.TaskIsNotOpen,
)


class Hand:
    """One thread that does at random what anybody in this market may do."""

    def __init__(self, number: int, clients: list[Client], workers: list[Worker]) -> None:
        self.chance = random.Random(number)
        self.clients, self.workers = clients, workers
        self.done: Counter[str] = Counter()

    def work(self) -> Counter[str]:
        moves = ["post", "claim", "submit", "approve", "reject", "give_back", "cancel", "deposit"]
        weights = [4, 6, 4, 3, 1, 2, 1, 1]
        try:
            for name in self.chance.choices(moves, weights, k=MOVES_EACH):
                with suppress(*REFUSALS):
                    self.done[name] += bool(getattr(self, name)())
        finally:
            connection.close()
        return self.done

    def any_of(self, rows):
        ids = list(rows.values_list("pk", flat=True)[:200])
        return rows.model.objects.get(pk=self.chance.choice(ids)) if ids else None

    def post(self):
        client = self.chance.choice(self.clients)
        return post(
            client, slot_count=self.chance.randint(1, 3), pay_cents=self.chance.randint(1, 999)
        )

    def claim(self):
        if task := self.any_of(Task.objects.open()):
            return allocation.claim_slot(
                task_id=task.pk, by=self.chance.choice(self.workers), now=NOW
            ).is_won

    def submit(self):
        if held := self.any_of(Assignment.objects.filter(state="in_progress")):
            return tasks.submit_work(
                assignment_id=held.pk, by=held.worker, content="Done.", now=NOW
            )

    def approve(self):
        if held := self.any_of(Assignment.objects.filter(state="submitted")):
            return tasks.approve(assignment_id=held.pk, by=held.task.client.user, now=NOW)

    def reject(self):
        if held := self.any_of(Assignment.objects.filter(state="submitted")):
            return tasks.reject(
                assignment_id=held.pk,
                by=held.task.client.user,
                reason_code="wrong",
                text="It is blue.",
                now=NOW,
            )

    def give_back(self):
        if held := self.any_of(Assignment.objects.filter(state="in_progress")):
            return tasks.return_assignment(assignment_id=held.pk, by=held.worker, now=NOW)

    def cancel(self):
        if task := self.any_of(Task.objects.open()):
            return tasks.cancel_task(task_id=task.pk, by=task.client.user, now=NOW)

    def deposit(self):
        ledger.deposit(user=self.chance.choice(self.clients).user, amount_cents=500, now=NOW)
        return True


def test_a_thousand_moves_by_eight_hands_leave_the_books_right():
    """Every client is a worker too, so money runs in both directions between the same wallets."""
    clients = [make_client(f"client{n}", deposit_cents=200_000) for n in range(3)]
    workers = [make_worker(f"worker{n}", capacity=30) for n in range(4)]
    workers += [Worker.objects.create(user=c.user, name=c.name, capacity=30) for c in clients]
    hands = [Hand(number, clients, workers) for number in range(HANDS)]

    with ThreadPoolExecutor(HANDS) as pool:
        done = sum((f.result() for f in [pool.submit(h.work) for h in hands]), Counter())
    agenda.drain(NOW)

    assert set(done) == {name for name, count in done.items() if count}  # each kind succeeded
    assert done.total() > HANDS * MOVES_EACH / 2
    check_the_books()


def check_the_books() -> None:
    books = trial_balance()
    assert books.total_cents == 0
    assert books.differing_accounts == ()
    for task in Task.objects.all():
        unsettled = task.slots.filter(dropped_at=None).count()
        unsettled -= task.assignments.filter(state__in=["approved", "rejected"]).count()
        assert task.escrow.balance_cents == unsettled * task.slot_reserve_cents
    for worker in Worker.objects.all():
        assert worker.active == worker.assignments.filter(state="in_progress").count()
    approved = Assignment.objects.filter(state="approved")
    assert sum(approved.values_list("pay_cents", flat=True)) == sum(
        Transfer.objects.filter(kind="payout").values_list("amount_cents", flat=True)
    )
