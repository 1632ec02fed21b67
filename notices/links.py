"""Addresses: where a notice leads, and the signed ones that stop e-mail without a log-in."""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.urls import reverse

from notices.models import Notice

SIGNER = signing.Signer(salt="notices.stop")


def absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def stop_address(person_id: int, kind: str) -> str:
    """Where this person, logged in or not, stops e-mail about this kind ("" for the daily one).

    The same address at any time: it never ends, so the moment is no part of it.
    """
    return absolute(reverse("stop_mail", args=[SIGNER.sign_object([person_id, kind])]))


def read_stop(signed: str) -> tuple[int, str] | None:
    """Whose mail of which kind a signed address stops; None when nobody here signed it."""
    try:
        person_id, kind = SIGNER.unsign_object(signed)
    except signing.BadSignature:
        return None
    return int(person_id), str(kind)


def target(notice: Notice) -> str:
    """The page that a notice is about, for the person it was written to."""
    facts, kind = notice.facts, notice.kind
    is_clients = notice.task is not None and notice.task.client.user_id == notice.person_id
    if kind == "search":
        return reverse("search_open", args=[facts["search"]])
    if kind == "proof":
        return reverse("proofs")
    if kind == "batch":
        return reverse("batch", args=[facts["upload"]])
    if kind == "approval_near":
        return reverse("review")
    if kind == "handed_in":
        of = f"batch={facts['batch']}" if "batch" in facts else f"task={notice.task_id}"
        return f"{reverse('review')}?{of}"
    if kind == "not_chosen" and "allocation" in facts:
        return reverse("why", args=[facts["allocation"]])
    if kind == "dispute" and facts.get("step") not in ("rejection_agreed", "rejection_refused"):
        return reverse("dispute", args=[facts["question"]]) if "question" in facts else questions()
    if kind == "opinion":
        return reverse("opinion", args=[facts["assignment"]])
    if kind in ("review", "problem"):
        return questions()
    if is_clients:
        return reverse("client_task", args=[notice.task_id])
    if "assignment" in facts:
        return reverse("assignment", args=[facts["assignment"]])
    return reverse("task", args=[notice.task_id])


def questions() -> str:
    return reverse("questions")
