"""The facts of a worker's certificate: work done here and how it was judged."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Avg, Count, F, Max, Min, Q, Sum

from disputes.models import Dispute, Verdict
from reputation.models import Opinion
from tasks.models import Assignment, Review
from workers.models import Worker

ABOUT = (
    "Facts of the market's own record about one worker. Reputation is (approved + 1) / (approved + "
    "rejected + 2); without verdicts it is a half and says nothing. The name is what the worker chose."
)


def standing_of(worker: Worker, *, issuer: str, now: datetime) -> dict[str, Any]:
    """The unsigned certificate. Counts are exact: it is the worker's own."""
    work = Assignment.objects.filter(worker=worker)
    approved, rejected = Q(state="approved"), Q(state="rejected")
    handed_in = work.filter(submitted_at__isnull=False)
    return {
        "kind": "certificate of work",
        "version": 1,
        "about": ABOUT,
        "issuer": issuer,
        "issued_at": now.isoformat(),
        "worker": {
            "name": worker.name,
            "number": worker.pk,
            "since": worker.created_at.date().isoformat(),
            "skills": worker.skills,
            "is_simulated": worker.user.is_simulated,
        },
        "work": work.aggregate(
            assignments=Count("pk"),
            approved=Count("pk", filter=approved),
            rejected=Count("pk", filter=rejected),
            returned=Count("pk", filter=Q(state="returned")),
            expired=Count("pk", filter=Q(state="expired")),
        )
        | handed_in.aggregate(
            handed_in=Count("pk"), on_time=Count("pk", filter=Q(submitted_at__lte=F("due_at")))
        )
        | {
            "asked_for_rework": Review.objects.filter(
                submission__assignment__worker=worker, verdict="rework"
            ).count(),
            "rejections_overturned": Dispute.objects.filter(
                assignment__worker=worker, outcome=Verdict.OVERTURNED
            ).count(),
            "reputation": round(worker.reputation, 3),
        },
        "opinions": opinions_about(worker),
        "paid": work.filter(approved).aggregate(
            cents=Sum("pay_cents", default=0), clients=Count("task__client", distinct=True)
        )
        | {"currency": settings.CURRENCY},
        "period": period_of(worker),
        "by_kind": [
            {"kind": kind, "approved": count}
            for kind, count in work.filter(approved)
            .values_list("task__kind")
            .annotate(n=Count("pk"))
            .order_by("task__kind")
        ],
    }


def opinions_about(worker: Worker) -> dict[str, Any]:
    """What clients said, from 1 to 5, of the opinions that may be read; no mean of none."""
    found = Opinion.objects.filter(
        assignment__worker=worker, side=Opinion.Side.CLIENT,
        revealed_at__isnull=False, hidden_at=None,
    ).aggregate(count=Count("pk"), mean=Avg("score"))  # fmt: skip
    return {"count": found["count"], "mean": round(found["mean"], 2) if found["count"] else None}


def period_of(worker: Worker) -> dict[str, str | None]:
    found = Assignment.objects.filter(worker=worker, state="approved").aggregate(
        first=Min("settled_at"), last=Max("settled_at")
    )
    return {name: at.date().isoformat() if at else None for name, at in found.items()}
