"""What work is expected to pay per hour, and which floor it is held against."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Case, IntegerField, QuerySet, Sum, When
from django.utils import timezone

from marketplace.prepared import Prepared, columns_of
from tasks.models import Task
from wages import rules
from wages.models import MarketFloor, MeasuredPay, TimeEntry, TimeKeeping, WageFloor
from workers.models import Worker

# The time of one piece of work, in seconds: what the worker recorded; else the agreed hours of a shift
# or booking; else, for a microtask, which is done in one sitting, the time from getting it to handing
# it in first; otherwise nobody knows.
WORKED_SECONDS = """
    coalesce(
        (SELECT nullif(sum(e.seconds), 0) FROM wages_timeentry e
          WHERE e.assignment_id = a.id AND e.kind = 'working'),
        CASE WHEN t.kind IN ('shift', 'booking') THEN t.estimate_seconds
             WHEN t.kind = 'microtask' THEN
            (SELECT nullif(greatest(extract(epoch FROM s.submitted_at - a.started_at), 0), 0)
               FROM tasks_submission s WHERE s.assignment_id = a.id AND s.number = 1)
        END)"""


CHOSEN = Prepared(
    f"""
SELECT {columns_of(MarketFloor)} FROM wages_marketfloor WHERE valid_from <= %(now)s
 ORDER BY valid_from DESC, id DESC LIMIT 1
""",  # nosec B608: column names
    now="timestamptz",
)
FLOORS = Prepared(
    f"""
SELECT {columns_of(WageFloor)} FROM wages_wagefloor
 WHERE currency = %(currency)s AND country = coalesce(
     %(country)s, (SELECT country FROM wages_marketfloor WHERE valid_from <= %(now)s
                    ORDER BY valid_from DESC, id DESC LIMIT 1))
 ORDER BY id
""",  # nosec B608: column names
    currency="text",
    country="text",
    now="timestamptz",
)


def market_floor(now: datetime) -> MarketFloor | None:
    """What the operator chose last, or None when nothing was ever chosen."""
    chosen = CHOSEN.instances(MarketFloor, now=now)
    return chosen[0] if chosen else None


def floor_in_force(now: datetime) -> rules.Floor | None:
    """The wage floor of this market today, in the market's currency; None when it has none."""
    return floor_of(None, now)


def floor_of(country: str | None, now: datetime) -> rules.Floor | None:
    """The floor of one country, or of the one this market chose, if it is in its currency."""
    facts = FLOORS.instances(WageFloor, currency=settings.CURRENCY, country=country, now=now)
    return rules.in_force((fact.as_rule() for fact in facts), day_of(now))


def day_of(now: datetime) -> date:
    """The market's own day: a floor begins at its midnight."""
    return timezone.localtime(now).date()


def expect_pay(tasks: Iterable[Task], now: datetime) -> None:
    """Give every task its `expected_pay`, in two queries however many tasks there are."""
    tasks = list(tasks)
    if not tasks:
        return
    floor = floor_in_force(now)
    batches = {task.batch_id for task in tasks if task.batch_id}
    measures = measured_in(batches) if batches else {}
    for task in tasks:
        task.expected_pay = expected(task, measures, floor)  # type: ignore[attr-defined]


def expected(
    task: Task, measures: dict[int, MeasuredPay], floor: rules.Floor | None
) -> rules.ExpectedPay:
    """What the work of this batch was measured to pay; before that, what the estimate promises."""
    measure = measures.get(task.batch_id or 0)
    if measure is None:
        return rules.ExpectedPay(task.hourly_cents, floor=floor)
    return rules.ExpectedPay(
        measure.median_hourly_cents, "measured", measure.worker_count, floor=floor
    )


def measured_in(batches: Iterable[int]) -> dict[int, MeasuredPay]:
    """Batch → what its approved work paid, where enough workers took part to say so."""
    shown = MeasuredPay.objects.filter(batch__in=batches, worker_count__gte=rules.FEWEST_WORKERS)
    return {measure.batch_id or 0: measure for measure in shown}


# --- the three wages of one worker ----------------------------------------------------------------
SETTLED_WORK = f"""
SELECT a.settled_at, CASE WHEN a.state = 'approved' THEN a.pay_cents ELSE 0 END,
       round({WORKED_SECONDS})
  FROM tasks_assignment a JOIN tasks_task t ON t.id = a.task_id
 WHERE a.worker_id = %s AND a.settled_at >= %s
   AND a.state IN ('approved', 'rejected', 'returned', 'expired')
"""  # nosec B608: constants of the house


def works_since(worker: Worker, since: datetime) -> list[rules.Work]:
    """Every settled piece of work, with its pay and the time it took as far as somebody knows."""
    with connection.cursor() as cursor:
        cursor.execute(SETTLED_WORK, [worker.pk, since])
        return [
            rules.Work(day_of(settled), pay, int(seconds) if seconds else None)
            for settled, pay, seconds in cursor.fetchall()
        ]


def spent_since(worker: Worker, since: date) -> list[rules.Spent]:
    """Time beside the work, and all costs, by day. Time of work itself counts with the work."""
    beside = Case(When(kind="working", then=0), default="seconds", output_field=IntegerField())
    days = worker.time_entries.filter(day__gte=since).values_list("day")
    summed = days.annotate(spent=Sum(beside), cost=Sum("cost_cents")).order_by("day")
    return [rules.Spent(day, spent, cost) for day, spent, cost in summed]


def wages_by_week(worker: Worker, now: datetime, weeks: int) -> list[tuple[date, rules.Wages]]:
    """The three wages of each of the last weeks, in three queries."""
    since = now - timedelta(weeks=weeks + 1)
    works, spent = works_since(worker, since), spent_since(worker, day_of(since))
    return rules.by_week(works, spent, day_of(now), weeks)


def wages_since(worker: Worker, now: datetime, days: int) -> rules.Wages:
    since = now - timedelta(days=days)
    return rules.three_wages(works_since(worker, since), spent_since(worker, day_of(since)))


def diary_of(worker: Worker) -> QuerySet[TimeEntry]:
    """The worker's own lines, the newest day first."""
    return worker.time_entries.select_related("assignment__task").order_by("-day", "-id")


def keeps_time(worker: Worker) -> bool:
    return TimeKeeping.objects.filter(worker=worker, is_on=True).exists()
