"""How the people and the tasks of a test are made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from accounts.models import User
from clients.models import Client
from ledger import actions as ledger
from tasks.actions import NewTask, post_task
from tasks.models import Task
from workers.models import Worker

# Bidding is closed by the database's clock too, so the tests' day is today.
NOW = datetime.now(UTC).replace(microsecond=0)


def later(**span: float) -> datetime:
    return NOW + timedelta(**span)


def make_user(name: str) -> User:
    return User.objects.create_user(f"{name}@example.org", name=name.title())


def make_operator(name: str) -> User:
    user = make_user(name)
    user.is_staff = True
    user.save()
    return user


def make_worker(name: str, **fields: object) -> Worker:
    return Worker.objects.create(user=make_user(name), name=name.title(), **fields)


def make_client(name: str, deposit_cents: int = 100_000) -> Client:
    user = make_user(name)
    ledger.deposit(user=user, amount_cents=deposit_cents, now=NOW)
    return Client.objects.create(user=user, name=f"{name.title()} Ltd")


def a_task(**changes: object) -> NewTask:
    """A plain errand: €10.00, one slot, closes in an hour, due in a day."""
    return NewTask(
        **{
            "title": "Carry a box",
            "description": "From the door to the attic.",
            "mechanism": "first_come",
            "pay_cents": 1000,
            "estimate_seconds": 1800,
            "closes_at": later(hours=1),
            "deadline_at": later(days=1),
        }
        | changes
    )


def post(client: Client, now: datetime = NOW, **changes: object) -> Task:
    return post_task(client=client, new=a_task(**changes), now=now)
