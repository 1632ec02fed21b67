"""A thousand moves by eight hands at once, and the books are right to the cent."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import pytest
from django.db import OperationalError, connection
from psycopg2.errors import LockNotAvailable

from accounts.models import User
from agenda import actions as agenda
from allocation import actions as allocation
from clients.models import Client
from disputes import actions as disputes
from disputes.models import Dispute, HeldRejection
from ledger import actions as ledger
from ledger.models import Transfer
from ledger.queries import trial_balance
from tasks import actions as tasks
from tasks.models import Assignment, Task
from tests.people import later, make_client, make_user, make_worker, post
from workers.models import Worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
HANDS = 8
MOVES_EACH = 125
NOW = later(minutes=1)

# What a person may be told. Everything else, a deadlock above all, fails the test.
REFUSALS = (
    allocation.NotEligible,
    disputes.AlreadyDecided,
    disputes.CannotBeDisputed,
    disputes.NotForYouToDecide,
    disputes.RejectionIsHeld,
    ledger.NotEnoughMoney,
    tasks.GiveABonusForWork,
    tasks.NotInHand,
    tasks.NothingToReview,
    tasks.TaskIsNotOpen,
)


@contextmanager
def a_busy_market_refuses() -> Iterator[None]:
    """Whoever waits too long for a lock is asked to try again later; nothing was written then."""
    try:
        yield
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise


class Hand:
    """One thread that does at random what anybody in this market may do."""

    def __init__(
        self,
        number: int,
        clients: list[Client],
        workers: list[Worker],
        operators: list[User],
    ) -> None:
        self.chance = random.Random(number)
        self.clients, self.workers = clients, workers
        self.operator, self.other = operators
        self.done: Counter[str] = Counter()

    def work(self) -> Counter[str]:
        moves = {
            "post": 4, "claim": 6, "submit": 5, "approve": 2, "approve_many": 1, "reject": 2,
            "give_back": 2, "cancel": 1, "deposit": 1, "give_bonus": 2, "dispute": 2, "decide": 2,
            "decide_held": 1,
        }  # fmt: skip
        try:
            for name in self.chance.choices([*moves], [*moves.values()], k=MOVES_EACH):
                with suppress(*REFUSALS), a_busy_market_refuses():
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
            return disputes.reject(
                assignment_id=held.pk,
                by=held.task.client.user,
                reason_code="wrong",
                text="It is blue.",
                now=NOW,
            )

    def approve_many(self):
        client = self.chance.choice(self.clients)
        waiting = Assignment.objects.filter(state="submitted", task__client=client)
        ids = list(waiting.values_list("pk", flat=True))
        self.chance.shuffle(ids)
        return tasks.approve_many(assignment_ids=ids[:5], by=client.user, now=NOW)

    def give_bonus(self):
        if held := self.any_of(Assignment.objects.filter(state="approved")):
            tasks.give_bonus(
                assignment_id=held.pk,
                by=held.task.client.user,
                amount_cents=self.chance.randint(1, 300),
                text="So neat.",
                key=str(self.chance.randint(1, 3)),
                now=NOW,
            )
            return True

    def dispute(self):
        if held := self.any_of(Assignment.objects.filter(state="rejected", dispute=None)):
            return disputes.open_dispute(
                assignment_id=held.pk, by=held.worker, text="You said blue.", now=NOW
            )

    def decide(self):
        if dispute := self.any_of(Dispute.objects.filter(decided_at=None)):
            return disputes.decide_dispute(
                dispute_id=dispute.pk,
                outcome=self.chance.choice(["upheld", "overturned"]),
                reason="I read both.",
                by=self.operator,
                now=NOW,
            )

    def decide_held(self):
        if held := self.any_of(HeldRejection.objects.filter(decided_at=None)):
            return disputes.decide_held_rejection(
                held_id=held.pk,
                outcome=self.chance.choice(["agreed", "refused"]),
                reason="I read it.",
                by=self.chance.choice([self.operator, self.other]),
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


def test_a_thousand_moves_by_eight_hands_leave_the_books_right(settings):
    """Every client is a worker too, so money runs in both directions between the same wallets."""
    settings.BRAKE_AT_LEAST = 1
    clients = [make_client(f"client{n}", deposit_cents=200_000) for n in range(3)]
    workers = [make_worker(f"worker{n}", capacity=30) for n in range(4)]
    workers += [Worker.objects.create(user=c.user, name=c.name, capacity=30) for c in clients]
    operators = [make_user("otto"), make_user("olga")]
    User.objects.update(is_staff=True)  # clients too: they still decide nothing of their own
    hands = [Hand(number, clients, workers, operators) for number in range(HANDS)]

    with ThreadPoolExecutor(HANDS) as pool:
        done = sum((f.result() for f in [pool.submit(h.work) for h in hands]), Counter())
    agenda.drain(NOW)

    assert set(done) == {name for name, count in done.items() if count}  # each kind succeeded
    assert done.total() > HANDS * MOVES_EACH / 2
    check_the_books()


def is_still_held(rejected: Assignment) -> bool:
    return not ledger.is_moved(ledger.key_for(f"rejected:{rejected.pk}"))


def check_the_books() -> None:
    books = trial_balance()
    assert books.total_cents == 0
    assert books.differing_accounts == ()
    for task in Task.objects.all():
        unsettled = task.slots.filter(dropped_at=None).count()
        unsettled -= task.assignments.filter(state__in=["approved", "rejected"]).count()
        unsettled += sum(map(is_still_held, task.assignments.filter(state="rejected")))
        assert task.escrow.balance_cents == unsettled * task.slot_reserve_cents
    for worker in Worker.objects.all():
        assert worker.active == worker.assignments.filter(state="in_progress").count()
    approved = Assignment.objects.filter(state="approved")
    assert sum(approved.values_list("pay_cents", flat=True)) == sum(
        Transfer.objects.filter(kind="payout").values_list("amount_cents", flat=True)
    )
