"""What is known of a client or a worker, and the opinions that everybody may read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet

from accounts.models import User
from clients.models import Client
from reputation import rules
from reputation.models import Opinion
from tasks.models import Assignment
from wages.rules import FEWEST_WORKERS
from workers.models import Worker

DAYS = 365
MOST = 1000  # verdicts; more would not make the facts truer, only the page slower

# What a client was measured to pay and how many places they called off; beside it, row by row, their
# verdicts and how long each took: from the last submission to the approval or rejection.
FACTS = """
SELECT called_off.count, measured.median_hourly_cents, measured.worker_count,
       verdict.is_approval, verdict.by_a_person, verdict.seconds
  FROM (SELECT count(*)
          FROM tasks_task t
          JOIN tasks_assignment a ON a.task_id = t.id
          JOIN shifts_cancellation c ON c.assignment_id = a.id
         WHERE t.client_id = %(client)s) called_off
  LEFT JOIN wages_measuredpay measured
         ON measured.client_id = %(client)s AND measured.batch_id IS NULL
        AND measured.worker_count >= %(fewest)s
  LEFT JOIN (SELECT a.state = 'approved' AS is_approval, r.by_id IS NOT NULL AS by_a_person,
                    extract(epoch FROM r.at - s.submitted_at) AS seconds
               FROM tasks_task t
               JOIN tasks_assignment a ON a.task_id = t.id AND a.state IN ('approved', 'rejected')
               JOIN tasks_submission s ON s.assignment_id = a.id
               JOIN tasks_review r ON r.submission_id = s.id
                AND r.verdict IN ('approved', 'rejected')
              WHERE t.client_id = %(client)s AND r.at > %(since)s
              LIMIT %(most)s) verdict ON true
"""


def facts_of_client(client: Client, now: datetime) -> rules.ClientFacts:
    """What this client did in the last year, in one query."""
    about: dict[str, Any] = {
        "client": client.pk,
        "since": now - timedelta(days=DAYS),
        "most": MOST,
        "fewest": FEWEST_WORKERS,
    }
    with connection.cursor() as cursor:
        cursor.execute(FACTS, about)
        rows = cursor.fetchall()
    called_off, hourly_cents, worker_count, *_ = rows[0]
    return rules.client_facts(
        [rules.Verdict(a, b, float(seconds)) for *_, a, b, seconds in rows if seconds is not None],
        called_off=called_off,
        hourly_cents=hourly_cents,
        hourly_worker_count=worker_count or 0,
    )


def facts_of_workers(workers: Iterable[int]) -> dict[int, rules.WorkerFacts]:
    """What these workers did, in one query however many they are."""

    def in_state(*states: str) -> Count:
        return Count("pk", filter=Q(state__in=states))

    rows = (
        Assignment.objects.filter(worker__in=set(workers))
        .values("worker")
        .annotate(
            approved=in_state("approved"),
            rejected=in_state("rejected"),
            handed_in=in_state("submitted", "approved", "rejected"),
            # A place that the client called off is nobody's delay.
            late=Count("pk", filter=Q(state="expired", cancellation__isnull=True)),
        )
    )
    return {
        row["worker"]: rules.WorkerFacts(
            row["approved"], row["rejected"], row["handed_in"], row["late"]
        )
        for row in rows
    }


def facts_of_worker(worker: Worker) -> rules.WorkerFacts:
    return facts_of_workers([worker.pk]).get(worker.pk, rules.WorkerFacts())


def said_of_client(client: Client) -> QuerySet[Opinion]:
    """The revealed opinions of workers on this client, the newest first."""
    return revealed("worker").filter(assignment__task__client=client)


def said_of_worker(worker: Worker) -> QuerySet[Opinion]:
    return revealed("client").filter(assignment__worker=worker)


def revealed(side: str) -> QuerySet[Opinion]:
    shown = Opinion.objects.filter(side=side, revealed_at__isnull=False)
    related = ("by", "hidden_by", "assignment__task__client", "assignment__worker")
    return shown.select_related(*related).order_by("-revealed_at", "-id")


def may_see_worker(user: User, worker: Worker) -> bool:
    """The worker, operators, and the clients that the worker asked for work or worked for."""
    if user.pk == worker.user_id or user.is_staff:
        return True
    about = ("assignments", "bids", "claims", "offers", "entries")
    client = getattr(user, "client", None)
    return client is not None and any(
        client.tasks.filter(**{f"{kind}__worker": worker}).exists() for kind in about
    )
