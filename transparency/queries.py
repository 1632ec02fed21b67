"""Counting what the market did over the last 90 days, for real people and simulated ones apart.

What happens in a room (a class) is not counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, F, Q, QuerySet

from disputes.models import Dispute, HeldRejection, HumanReview, ProblemTicket, Question, Verdict
from transparency.models import Figures
from transparency.rules import Ended, Facts, Filling
from wages.queries import WORKED_SECONDS, day_of
from wages.rules import Wages

DAYS = 90
FRESH_MINUTES = 10
WEEK = timedelta(days=7)

# A task counts with the simulated people when its client or any of its workers is one.
FILLINGS = """
WITH slot AS (
     SELECT s.task_id, count(*) AS total, count(s.worker_id) AS taken,
            coalesce(bool_or(u.is_simulated), false) AS is_simulated
       FROM tasks_slot s
       LEFT JOIN workers_worker w ON w.id = s.worker_id
       LEFT JOIN accounts_user u ON u.id = w.user_id
      GROUP BY s.task_id),
filled AS (
     SELECT task_id, min(at) AS at FROM tasks_taskevent WHERE kind = 'allocated' GROUP BY task_id)
SELECT t.mechanism, count(*), sum(slot.taken), sum(slot.total), count(filled.at),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM filled.at - t.posted_at)),
       percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM filled.at - t.posted_at))
  FROM tasks_task t
  JOIN slot ON slot.task_id = t.id
  LEFT JOIN filled ON filled.task_id = t.id
  JOIN clients_client c ON c.id = t.client_id
  JOIN accounts_user cu ON cu.id = c.user_id
 WHERE t.room_id IS NULL AND t.posted_at >= %(since)s AND t.state IN ('allocated', 'completed', 'cancelled', 'expired')
   AND (cu.is_simulated OR slot.is_simulated) = %(simulated)s
 GROUP BY t.mechanism
 ORDER BY count(*) DESC, t.mechanism
"""

# The sums of each worker from which wages.rules works out the three wages.
WORK = f"""
SELECT worker_id, sum(pay) FILTER (WHERE pay > 0 AND seconds > 0),
       sum(seconds) FILTER (WHERE pay > 0), sum(seconds) FILTER (WHERE pay = 0),
       count(*) FILTER (WHERE pay > 0 AND seconds IS NULL)
  FROM (SELECT a.worker_id, CASE WHEN a.state = 'approved' THEN a.pay_cents ELSE 0 END AS pay,
               nullif(round({WORKED_SECONDS}), 0) AS seconds
          FROM tasks_assignment a JOIN tasks_task t ON t.id = a.task_id
          JOIN workers_worker w ON w.id = a.worker_id JOIN accounts_user u ON u.id = w.user_id
         WHERE a.settled_at >= %(since)s AND u.room_id IS NULL AND u.is_simulated = %(simulated)s
           AND a.state IN ('approved', 'rejected', 'returned', 'expired')) work
 GROUP BY worker_id
"""  # nosec B608: constants of the house
BESIDE = """
SELECT e.worker_id, sum(CASE WHEN e.kind = 'working' THEN 0 ELSE e.seconds END), sum(e.cost_cents)
  FROM wages_timeentry e
  JOIN workers_worker w ON w.id = e.worker_id JOIN accounts_user u ON u.id = w.user_id
 WHERE e.day >= %(day)s AND u.room_id IS NULL AND u.is_simulated = %(simulated)s
 GROUP BY e.worker_id
"""

VERDICTS = """
SELECT count(*) FILTER (WHERE a.state = 'approved'), count(*) FILTER (WHERE a.state = 'rejected'),
       count(DISTINCT a.worker_id)
  FROM tasks_assignment a
  JOIN workers_worker w ON w.id = a.worker_id JOIN accounts_user u ON u.id = w.user_id
 WHERE a.settled_at >= %(since)s AND a.state IN ('approved', 'rejected')
   AND u.room_id IS NULL AND u.is_simulated = %(simulated)s
"""

# Everybody who asked for work or was asked, also those who got none.
AWARDS = """
SELECT coalesce(got.awards, 0)
  FROM (SELECT worker_id FROM allocation_claim WHERE received_at >= %(since)s
        UNION SELECT worker_id FROM allocation_bid WHERE received_at >= %(since)s
        UNION SELECT worker_id FROM allocation_entry WHERE received_at >= %(since)s
        UNION SELECT worker_id FROM allocation_offer WHERE made_at >= %(since)s
        UNION SELECT worker_id FROM tasks_assignment WHERE started_at >= %(since)s) asked
  JOIN workers_worker w ON w.id = asked.worker_id JOIN accounts_user u ON u.id = w.user_id
  LEFT JOIN (SELECT worker_id, count(*) AS awards FROM tasks_assignment
              WHERE started_at >= %(since)s GROUP BY worker_id) got
         ON got.worker_id = asked.worker_id
 WHERE u.room_id IS NULL AND u.is_simulated = %(simulated)s
"""

NEWCOMERS = """
SELECT w.created_at, min(a.started_at)
  FROM workers_worker w JOIN accounts_user u ON u.id = w.user_id
  LEFT JOIN tasks_assignment a ON a.worker_id = w.id
 WHERE w.created_at >= %(since)s AND u.room_id IS NULL AND u.is_simulated = %(simulated)s
 GROUP BY w.id
"""


def published() -> Figures | None:
    """What was counted last; None before the first time."""
    return Figures.objects.first()


def are_fresh(now: datetime) -> bool:
    return Figures.objects.filter(counted_at__gt=now - timedelta(minutes=FRESH_MINUTES)).exists()


def begin_of(now: datetime) -> datetime:
    return now - timedelta(days=DAYS)


def facts_about(now: datetime, *, simulated: bool) -> Facts:
    """Everything that is published about one group, in eleven queries."""
    since = begin_of(now)
    given = {"since": since, "day": day_of(since), "simulated": simulated}
    ((approved, rejected, judged),) = rows_of(VERDICTS, given)
    joined = rows_of(NEWCOMERS, given)
    earlier = [(start, first) for start, first in joined if start <= now - WEEK]
    return Facts(
        fillings=tuple(map(filling, rows_of(FILLINGS, given))),
        wages=tuple(wages_of_everybody(given)),
        approved=approved,
        rejected=rejected,
        judged_workers=judged,
        questions=tuple(how_questions_ended(since, now, simulated)),
        awards=tuple(int(row[0]) for row in rows_of(AWARDS, given)),
        first_awards=tuple(
            (first - start).total_seconds() if first else None for start, first in joined
        ),
        joined_long_ago=len(earlier),
        within_a_week=sum(1 for start, first in earlier if first and first - start <= WEEK),
    )


def wages_of_everybody(
    given: dict[str, Any],
) -> Iterable[tuple[int | None, int | None, int | None]]:
    """The three wages of each worker with any work or diary in the period."""
    work = {row[0]: row[1:] for row in rows_of(WORK, given)}
    beside = {row[0]: row[1:] for row in rows_of(BESIDE, given)}
    for worker in work.keys() | beside.keys():
        money, paid, unpaid, left_out = (int(n or 0) for n in work.get(worker, (0,) * 4))
        seconds, cost = (int(n or 0) for n in beside.get(worker, (0, 0)))
        wages = Wages(money, paid, unpaid + seconds, cost, left_out)
        yield wages.per_paid_hour, wages.per_hour, wages.net_per_hour


def how_questions_ended(since: datetime, now: datetime, simulated: bool) -> Iterable[Ended]:
    """Disputes, human reviews, held rejections and problems that were asked in the period."""
    kinds: list[tuple[str, QuerySet[Any], str]] = [
        ("dispute", Dispute.objects.all(), Verdict.OVERTURNED),
        ("human_review", HumanReview.objects.all(), Verdict.OVERTURNED),
        ("held_rejection", HeldRejection.objects.all(), HeldRejection.Outcome.REFUSED),
        ("problem", ProblemTicket.objects.all(), ""),
    ]
    for kind, rows, overturned in kinds:
        asked = rows.filter(
            asked_at__gte=since, asked_by__room=None, asked_by__is_simulated=simulated
        )
        yield Ended(kind, **ends_of(asked, overturned, now))


def ends_of(rows: QuerySet[Question], overturned: str, now: datetime) -> dict[str, int]:
    is_decided = Q(decided_at__isnull=False)
    is_late = Q(decided_at__gt=F("due_at")) | Q(decided_at=None, due_at__lte=now)
    return rows.aggregate(
        asked=Count("pk"),
        decided=Count("pk", filter=is_decided),
        overturned=Count("pk", filter=is_decided & Q(outcome=overturned)),
        late=Count("pk", filter=is_late),
    )


def rows_of(sql: str, given: dict[str, Any]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return list(cursor.fetchall())


def filling(row: tuple) -> Filling:
    mechanism, *counts, p50, p95 = row
    tasks, taken, slots, filled = map(int, counts)
    seconds = (None if value is None else float(value) for value in (p50, p95))
    return Filling(mechanism, tasks, taken, slots, filled, *seconds)
