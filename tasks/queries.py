"""Reading tasks: for the market, for one client, for one worker."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Max, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from allocation.engine.catalogue import card_of
from clients.models import Client
from marketplace.prepared import Prepared
from tasks import rules
from tasks.models import Assignment, Share, Slot, Submission, Task, TaskEvent, TaskQuerySet
from workers.models import Worker


def free_slots_of(task: Task) -> QuerySet[Slot]:
    """The slots that nobody holds and that may still be given out, lowest number first."""
    return task.slots.filter(worker__isnull=True, dropped_at__isnull=True).order_by("number")


def change_number(**about: object) -> int:
    """The number of the newest event about something: changes exactly when a page does."""
    return TaskEvent.objects.filter(**about).aggregate(newest=Max("id"))["newest"] or 0


def needs_of(task: Task, client_user: int | None = None) -> rules.TaskNeeds:
    """What the task asks for. `client_user` saves a look-up where the caller knows it."""
    return rules.TaskNeeds(
        client_user=client_user or task.client.user_id,
        skills=frozenset(task.skills),
        proofs=frozenset(task.proofs),
        latitude=task.latitude,
        longitude=task.longitude,
        radius_km=task.radius_km,
    )


def offers_of(
    worker: Worker, *, was_on_task: bool, has_share: bool = True, needs_room: bool = True
) -> rules.WorkerOffers:
    return rules.WorkerOffers(
        user=worker.user_id,
        skills=frozenset(worker.skills),
        proofs=frozenset(worker.proofs),
        latitude=worker.latitude,
        longitude=worker.longitude,
        has_capacity=worker.active < worker.capacity or not needs_room,
        was_on_task=was_on_task,
        has_share=has_share,
    )


def must_share_room(task: Task, worker: Worker) -> None:
    """Raises Task.DoesNotExist: for whoever is in another room it does not."""
    if task.room_id != worker.room_id:
        raise Task.DoesNotExist(f"task {task.pk}")


def closed_gates(task: Task, worker: Worker) -> tuple[str, ...]:
    """The gates between this worker and this task; empty means eligible.

    Where one enters with finished work, full hands close no gate.
    """
    [(was_on_task, has_share)] = STANDING.rows(task=task.pk, batch=task.batch_id, worker=worker.pk)
    needs_room = card_of(task.mechanism).traits.entry != "entry"
    offers = offers_of(worker, was_on_task=was_on_task, has_share=has_share, needs_room=needs_room)
    return rules.closed_gates(needs_of(task), offers)


STANDING = Prepared(
    """
SELECT EXISTS (SELECT FROM tasks_assignment WHERE task_id = %(task)s AND worker_id = %(worker)s),
       NOT EXISTS (SELECT FROM tasks_share
                    WHERE batch_id = %(batch)s AND worker_id = %(worker)s AND held >= most)
""",
    task="bigint",
    batch="bigint",
    worker="bigint",
)


def had_their_share(task: Task, workers: Collection[int]) -> set[int]:
    """Which of these workers have had as much of the task's batch as one person may."""
    if task.batch_id is None or not workers:
        return set()
    full = Share.objects.filter(batch=task.batch_id, worker__in=workers, held__gte=F("most"))
    return set(full.values_list("worker_id", flat=True))


def open_tasks(person: Any = None) -> TaskQuerySet:
    """The market as this person may see it (a visitor: None): open tasks, newest first."""
    return Task.objects.open().in_room_of(person).order_by("-posted_at", "-id")


def with_free_count(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """The same tasks with `free_count`."""
    free = Slot.objects.filter(task=OuterRef("pk"), worker__isnull=True, dropped_at__isnull=True)
    return tasks.annotate(free_count=counted(free))


def with_dropped_count(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """The same tasks with `dropped_count`: the places that are given to nobody any more."""
    dropped = Slot.objects.filter(task=OuterRef("pk"), dropped_at__isnull=False)
    return tasks.annotate(dropped_count=counted(dropped))


def counted(rows: QuerySet[Any]) -> Coalesce:
    """How many of these rows belong to the task of the outer query."""
    counts = rows.order_by().values("task").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counts), 0)


def tasks_of(client: Client) -> QuerySet[Task]:
    """A client's tasks, newest first."""
    return client.tasks.order_by("-posted_at", "-id")


MOST_TO_BEGIN_AFTER = 100


def may_be_followed(task: Task) -> bool:
    """May a client say of a new task that it begins after this one?"""
    return task.batch_id is None and task.state not in (*rules.ENDED, Task.State.DRAFT)


def tasks_to_begin_after(client: Client) -> QuerySet[Task]:
    """The client's own single tasks that have not ended, the newest of them."""
    single = client.tasks.filter(batch=None).exclude(state__in=[*rules.ENDED, Task.State.DRAFT])
    newest = single.order_by("-pk").values("pk")[:MOST_TO_BEGIN_AFTER]
    return Task.objects.filter(pk__in=newest).order_by("-pk")


def project_of(task: Task) -> list[Task]:
    """Every task that begins after another of the same chain, in their order, with those who `held` work."""
    ids = [pk for (pk,) in PROJECT.rows(task=task.pk)]
    held = Assignment.objects.filter(state__in=rules.HOLDING).select_related("worker")
    rows = Task.objects.filter(pk__in=ids).select_related("starts_after").order_by("pk")
    return list(rows.prefetch_related(Prefetch("assignments", held.order_by("pk"), to_attr="held")))


# Up to the task that waits for none, and from there down to all that follow. What comes later has
# the higher number, so the numbers are an order in which nothing comes before what it waits for.
PROJECT = Prepared(
    """
WITH RECURSIVE up AS (
    SELECT id, starts_after_id FROM tasks_task WHERE id = %(task)s
    UNION ALL
    SELECT t.id, t.starts_after_id FROM tasks_task t JOIN up ON t.id = up.starts_after_id
), project AS (
    SELECT id FROM up WHERE starts_after_id IS NULL
    UNION ALL
    SELECT t.id FROM tasks_task t JOIN project ON t.starts_after_id = project.id
)
SELECT id FROM project
""",
    task="bigint",
)


def people_of(rows: list[Task]) -> list[dict[str, Any]]:
    """Everybody who holds or held work of these tasks, once, with the titles of theirs."""
    people: dict[int, dict[str, Any]] = {}
    for task in rows:
        for one in task.held:  # type: ignore[attr-defined]
            person = people.setdefault(one.worker_id, {"worker": one.worker, "titles": []})
            person["titles"].append(task.title)
    return list(people.values())


def with_submitted_count() -> QuerySet[Task]:
    """Tasks with `submitted_count`: how much work waits for the client."""
    submitted = Assignment.objects.filter(task=OuterRef("pk"), state=Assignment.State.SUBMITTED)
    return Task.objects.annotate(submitted_count=counted(submitted))


def either_side(user: User, work: str = "") -> Q:
    """Of work that this person did or had done; `work` is the way to it, such as "assignment__".

    By their own sides: through the accounts of both sides PostgreSQL would read every worker.
    """
    did = Q(**{f"{work}worker__in": Worker.objects.filter(user=user)})
    return did | Q(**{f"{work}task__client__in": Client.objects.filter(user=user)})


def assignments_with_work() -> QuerySet[Assignment]:
    newest = Submission.objects.select_related("review__by").order_by("-number")
    return Assignment.objects.select_related("task__client", "worker", "slot").prefetch_related(
        Prefetch("submissions", newest)
    )


def work_in_hand(worker: Worker) -> QuerySet[Assignment]:
    held = worker.assignments.filter(state__in=rules.IN_HAND)
    return held.select_related("task").order_by("due_at")


def work_done(worker: Worker) -> QuerySet[Assignment]:
    done = worker.assignments.exclude(state__in=rules.IN_HAND)
    return done.select_related("task").order_by("-started_at", "-id")


def ready_at(assignment: Assignment) -> datetime:
    """From when on this work may be handed in: at once, but in a room an hour's work takes as long
    as an hour takes there. A second try may come at any moment.
    """
    room = assignment.worker.room
    if room is None or assignment.state == Assignment.State.REWORK:
        return assignment.started_at
    seconds = assignment.task.estimate_seconds / room.speed
    return assignment.started_at + timedelta(seconds=seconds)


def events_of(task: Task) -> QuerySet[TaskEvent]:
    return task.events.select_related("worker", "by").order_by("id")
