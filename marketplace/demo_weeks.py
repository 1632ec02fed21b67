"""The demo's last weeks and next ones: work that was done and judged, a diary, shifts, free hours.

Made through the same actions as everything else, at earlier moments. The people and what they did are
made up.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone

from accounts.models import User
from allocation import actions as allocation
from clients.models import Client
from reputation import actions as reputation
from shifts import actions as shifts
from shifts.rules import SCHEDULES
from tasks import actions as tasks
from tasks.actions import NewTask
from tasks.models import Assignment
from wages import actions as wages
from workers import actions as workers
from workers.forms import PLACES
from workers.models import Worker

NEIGHBOURS = ("Elke Willems", "Bram Claes", "Lotte Jacobs", "Karim Haddad")
# Of Wim's last six weeks: minutes of work, cents paid, minutes of searching, cents of costs.
WIMS_WEEKS = (
    (70, 1800, 30, 0),
    (95, 2400, 25, 450),
    (60, 1350, 50, 0),
    (120, 3100, 40, 1200),
    (80, 2000, 20, 0),
    (110, 3000, 35, 300),
)

WEDNESDAY = 2


def live_the_last_weeks(clara: Client, wim: Worker, yasmina: Worker, now: datetime) -> None:
    """Let the demo's people have worked, been judged, kept a diary and spoken of each other."""
    weeks_ago = range(len(WIMS_WEEKS) - 1, -1, -1)
    for back, (minutes, cents, searching, costs) in zip(weeks_ago, WIMS_WEEKS, strict=True):
        day = wednesday_before(now) - timedelta(weeks=back)
        new = parcel_round(cents, minutes, day)
        done = work_through(clara, wim, new, day, minutes)
        write(wim, "working", day, now, minutes=minutes, assignment_id=done.pk)
        write(wim, "other", day, now, minutes=searching, note="Looking for work")
        if costs:
            write(wim, "equipment", day, now, cents=costs, note="Bicycle")
    spine_labels(clara, [wim, yasmina, *map(make_neighbour, NEIGHBOURS)], now - timedelta(days=1))
    wages.measure_pay(client_id=clara.pk, now=now)


def wednesday_before(now: datetime) -> datetime:
    """The last Wednesday that is two days ago or more: its verdict falls in the same week as its work.

    Else the figures of a week would say: time and costs, but no pay.
    """
    days = (now.weekday() - WEDNESDAY) % 7
    return now - timedelta(days=days if days >= 2 else days + 7)


def parcel_round(cents: int, minutes: int, day: datetime) -> NewTask:
    return NewTask(
        title="A round with parcels",
        description="By bicycle, from the shop to readers in the town.",
        mechanism="first_come",
        kind="errand",
        pay_cents=cents,
        estimate_seconds=minutes * 60,
        closes_at=day + timedelta(hours=2),
        deadline_at=day + timedelta(days=1),
    )


def work_through(
    clara: Client, worker: Worker, new: NewTask, day: datetime, minutes: int
) -> Assignment:
    """Post, claim, hand in after some minutes, approve after some hours."""
    task = allocation.post_task(client=clara, new=new, accepts_low_pay=True, now=day)
    allocation.claim_slot(task_id=task.pk, by=worker, now=day)
    held = Assignment.objects.get(task=task)
    done_at = day + timedelta(minutes=minutes)
    tasks.submit_work(assignment_id=held.pk, by=worker, content="Done.", now=done_at)
    verdict_at = min(done_at + timedelta(hours=20), day + timedelta(days=1))
    tasks.approve(assignment_id=held.pk, by=clara.user, now=verdict_at)
    return held


def spine_labels(clara: Client, people: list[Worker], day: datetime) -> None:
    """A small batch of microtasks, one by each, and what two of them said of it."""
    news = [
        NewTask(
            title=f"Type the label on the spine of book {number}",
            description="From the photo, letter by letter.",
            mechanism="first_come",
            pay_cents=60,
            estimate_seconds=120,
            closes_at=day + timedelta(hours=4),
            deadline_at=day + timedelta(days=1),
        )
        for number in range(1, len(people) + 1)
    ]
    batch = allocation.post_batch(client=clara, title="Labels on spines", news=news, now=day)
    for place, (task, worker) in enumerate(zip(batch.tasks.order_by("id"), people, strict=True)):
        allocation.claim_slot(task_id=task.pk, by=worker, now=day)
        held = Assignment.objects.get(task=task)
        done_at = day + timedelta(seconds=140 + 25 * place)
        tasks.submit_work(assignment_id=held.pk, by=worker, content="Claes, M.", now=done_at)
        tasks.approve(assignment_id=held.pk, by=clara.user, now=day + timedelta(hours=5))
    said = (
        (Assignment.objects.get(task__batch=batch, worker=people[1]), people[1].user, 5,
         "Clear photos, paid the same day."),
        (Assignment.objects.get(task__batch=batch, worker=people[1]), clara.user, 5,
         "Careful, and asked when a letter was not clear."),
        (Assignment.objects.get(task__batch=batch, worker=people[2]), people[2].user, 4,
         "Fine. The photo of the last book was dark."),
    )  # fmt: skip
    for about, by, score, reason in said:
        reputation.write_opinion(
            assignment_id=about.pk, by=by, score=score, reason=reason, now=day + timedelta(hours=8)
        )


def make_neighbour(name: str) -> Worker:
    """Somebody who works here too, and whom no visitor can be."""
    address = name.split()[0].lower() + "@demo.taakplein.example"
    user = User.objects.create_user(address, name=name)
    return workers.become_worker(user=user, name=name, skills=["dutch"])


def write(
    worker: Worker,
    kind: str,
    at: datetime,
    now: datetime,
    *,
    minutes: int = 0,
    cents: int = 0,
    note: str = "",
    assignment_id: int | None = None,
) -> None:
    day: date = timezone.localtime(at).date()
    wages.write_entry(
        by=worker, kind=kind, day=day, seconds=minutes * 60, cost_cents=cents,
        note=note, assignment_id=assignment_id, now=now,
    )  # fmt: skip


def plan_the_next_weeks(clara: Client, wim: Worker, yasmina: Worker, now: datetime) -> None:
    """A shift with a free place, one that is full, and hours that can be booked."""
    morning = timezone.localtime(now).replace(hour=9, minute=0, second=0, microsecond=0)
    post_shift(clara, "Stand at the book fair", morning + timedelta(days=5), 6, 9600, 2, now)
    till = post_shift(
        clara, "Till during the reading", morning + timedelta(days=3, hours=9), 4, 6400, 1, now
    )
    allocation.claim_slot(task_id=till, by=wim, now=now)
    shifts.join_reserve(task_id=till, by=yasmina, now=now)
    shifts.publish_hours(
        by=yasmina,
        title="An hour of French conversation",
        description="For who reads it already and wants to speak it. In the shop or by video.",
        starts_at=morning + timedelta(days=4, hours=8),
        minutes=60,
        pay_cents=2800,
        weeks=4,
        now=now,
    )


def post_shift(
    clara: Client,
    title: str,
    starts_at: datetime,
    hours: int,
    cents: int,
    places: int,
    now: datetime,
) -> int:
    place, latitude, longitude = PLACES["leuven"]
    new = NewTask(
        title=title,
        description="Somebody who likes books and people. We are there too.",
        mechanism="first_come",
        pay_cents=cents,
        slot_count=places,
        estimate_seconds=1,  # follows from the hours
        closes_at=starts_at,
        deadline_at=starts_at,
        place=place,
        latitude=latitude,
        longitude=longitude,
        provided={
            "equipment": "client",
            "insurance": "organisation",
            "training": "client",
            "safety": "client",
            "colleagues": "client",
        },
    )
    terms = shifts.ShiftTerms(
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=hours),
        break_minutes=30 if hours > 4 else 0,
        minimum_paid_minutes=180,
        steps=SCHEDULES["stepped"],
    )
    return shifts.post_shift(client=clara, new=new, terms=terms, accepts_low_pay=True, now=now).pk
