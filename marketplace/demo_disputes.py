"""The demo's disagreements: wim disputes a rejection, and the brake holds one of yasmina's work."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User
from allocation import actions as allocation
from clients import actions as clients
from clients.models import Client
from disputes import actions as disputes
from tasks import actions as tasks
from tasks.models import Assignment, Task
from workers import actions as workers
from workers.models import Worker


def disagree(users: dict[str, User], domain: str, now: datetime) -> None:
    """Two things that wait for the operator, as if they had begun two days ago."""
    then = now - timedelta(days=2)
    dispute_about_a_shelf(users["clara"].client, users["wim"].worker, then)
    kraai = clients.become_client(
        user=User.objects.create_user(f"kraai@{domain}", name="Karel Kraai"),
        name="Uitgeverij De Kraai",
        about="A publisher who is hard to please.",
        now=then,
    )
    noor = workers.become_worker(
        user=User.objects.create_user(f"noor@{domain}", name="Noor Claes"),
        name="Noor Claes",
        skills=["dutch"],
        latitude=None,
        longitude=None,
    )
    mass_rejection(kraai, noor, users["yasmina"].worker, then)


def dispute_about_a_shelf(clara: Client, wim: Worker, then: datetime) -> None:
    task = allocation.post_task(
        client=clara, new=shelf("Sort the Dutch poetry shelf by title", then), now=then
    )
    work = hand_in(task, wim, "All 212 books stand in the order of their titles.", then)
    disputes.reject(
        assignment_id=work.pk,
        by=clara.user,
        reason_code="wrong",
        text="They should stand by author.",
        now=then + timedelta(hours=3),
    )
    dispute = disputes.open_dispute(
        assignment_id=work.pk,
        by=wim,
        text="The task says: by title. I did what it says.",
        now=then + timedelta(hours=4),
    )
    disputes.add_statement(
        dispute_id=dispute.pk,
        by=clara.user,
        text="It does, but anybody knows that poetry stands by author.",
        now=then + timedelta(hours=9),
    )


def mass_rejection(kraai: Client, noor: Worker, yasmina: Worker, then: datetime) -> None:
    """Six pieces of work of one batch rejected: five at once, and the sixth is held."""
    news = [shelf(f"Read page {n} aloud and count the commas", then) for n in range(1, 7)]
    batch = allocation.post_batch(client=kraai, title="Commas", news=news, now=then)
    posted = list(batch.tasks.order_by("pk"))
    done = [hand_in(task, noor, "Forty-one.", then) for task in posted[:5]]
    done.append(hand_in(posted[5], yasmina, "Thirty-eight, one of them torn.", then))
    for work in done:
        disputes.reject(
            assignment_id=work.pk,
            by=kraai.user,
            reason_code="other",
            text="I counted otherwise.",
            now=then + timedelta(hours=5),
        )


def shelf(title: str, then: datetime) -> tasks.NewTask:
    return tasks.NewTask(
        title=title,
        description="An hour at most. Do exactly what the title says, and say how many there were.",
        mechanism="first_come",
        pay_cents=1500,
        estimate_seconds=3600,
        skills=("dutch",),
        closes_at=then + timedelta(days=1),
        deadline_at=then + timedelta(days=4),
    )


def hand_in(task: Task, worker: Worker, content: str, then: datetime) -> Assignment:
    allocation.claim_slot(task_id=task.pk, by=worker, now=then + timedelta(hours=1))
    held = Assignment.objects.get(task=task, worker=worker)
    tasks.submit_work(
        assignment_id=held.pk, by=worker, content=content, now=then + timedelta(hours=2)
    )
    return held
