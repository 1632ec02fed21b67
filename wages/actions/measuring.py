"""Measuring what approved work of a client really paid per hour."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from wages.queries import WORKED_SECONDS

MEASURE = f"""
INSERT INTO wages_measuredpay AS m
       (client_id, batch_id, median_hourly_cents, assignment_count, worker_count, measured_at)
SELECT client_id, batch_id,
       floor(percentile_cont(0.5) WITHIN GROUP (ORDER BY pay_cents * 3600.0 / seconds)),
       count(*), count(DISTINCT worker_id), %(now)s
  FROM (SELECT t.client_id, t.batch_id, a.worker_id, a.pay_cents, {WORKED_SECONDS} AS seconds
          FROM tasks_assignment a JOIN tasks_task t ON t.id = a.task_id
         WHERE t.client_id = %(client)s AND a.state = 'approved') done
 WHERE seconds IS NOT NULL
 GROUP BY GROUPING SETS ((client_id), (client_id, batch_id))
HAVING grouping(batch_id) = 1 OR batch_id IS NOT NULL
    ON CONFLICT (client_id, batch_id) DO UPDATE
   SET median_hourly_cents = excluded.median_hourly_cents,
       assignment_count = excluded.assignment_count,
       worker_count = excluded.worker_count, measured_at = excluded.measured_at
 WHERE m.measured_at < excluded.measured_at
"""  # nosec B608: constants of this module


def measure_pay(*, client_id: int, now: datetime) -> None:
    """Work out the medians of a client and of each of its batches again. Harmless twice."""
    with connection.cursor() as cursor:
        cursor.execute(MEASURE, {"client": client_id, "now": now})
