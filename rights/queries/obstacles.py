"""What has to end before an account can be deleted: open work, held money, open questions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext, ngettext

from accounts.models import User
from agenda.models import DueWork
from allocation.models import Bid, Claim, Entry, Offer
from batches.models import Upload
from disputes.queries import disputes_of, held_about, problems_of, reviews_of
from ledger.queries import held_cents
from tasks.models import Assignment, Task

ON_AN_OPEN_TASK = Q(task__state="open")


def obstacles(user: User) -> list[str]:
    """A sentence for everything that is still open; empty when nothing is."""
    return [*as_worker(user), *as_client(user), *as_anybody(user)]


def as_worker(user: User) -> Iterator[str]:
    if not hasattr(user, "worker"):
        return
    mine = user.worker
    work = Assignment.objects.filter(worker=mine)
    if n := work.filter(state__in=("in_progress", "rework")).count():
        yield ngettext(
            "You have %(n)d assignment in hand: hand it in or return it first.",
            "You have %(n)d assignments in hand: hand them in or return them first.",
            n,
        ) % {"n": n}
    if n := work.filter(state="submitted").count():
        yield ngettext(
            "%(n)d piece of your work waits for a verdict.",
            "%(n)d pieces of your work wait for a verdict.",
            n,
        ) % {"n": n}
    if n := disputable(work):
        yield ngettext(
            "%(n)d rejection of your work can still be disputed.",
            "%(n)d rejections of your work can still be disputed.",
            n,
        ) % {"n": n}
    if n := asked_for(user):
        yield ngettext(
            "You asked for %(n)d task that is still open: withdraw your bid, decline the offer, or wait until it is decided.",
            "You asked for %(n)d tasks that are still open: withdraw your bids, decline the offers, or wait until they are decided.",
            n,
        ) % {"n": n}


def disputable(work: QuerySet[Assignment]) -> int:
    """Rejections that were not disputed and whose time for it still runs: their escrow is held."""
    rejected = work.filter(state="rejected", dispute=None).values("pk")
    return DueWork.objects.filter(topic="rejection_final", subject_id__in=rejected).count()


def asked_for(user: User) -> int:
    """Open tasks for which this worker has a live bid, an entry, a claim or an open offer.

    Who held a slot of a task before does not get it again, so such a task does not count.
    """
    worker = user.worker
    held = set(
        Assignment.objects.filter(worker=worker, task__state="open").values_list("task", flat=True)
    )
    found: list[QuerySet[Any]] = [
        Bid.objects.filter(ON_AN_OPEN_TASK, worker=worker, state=Bid.State.LIVE),
        Entry.objects.filter(ON_AN_OPEN_TASK, worker=worker),
        Claim.objects.filter(ON_AN_OPEN_TASK, worker=worker, is_won=False),
        Offer.objects.filter(worker=worker, state=Offer.State.OPEN),
    ]
    return len({task for rows in found for task in rows.values_list("task", flat=True)} - held)


def as_client(user: User) -> Iterator[str]:
    if not hasattr(user, "client"):
        return
    open_tasks = Task.objects.filter(
        client=user.client, state__in=("held", "waiting", "open", "allocated")
    )
    if n := open_tasks.count():
        yield ngettext(
            "%(n)d task of yours is not finished: cancel it, or wait until it is.",
            "%(n)d tasks of yours are not finished: cancel them, or wait until they are.",
            n,
        ) % {"n": n}
    if n := Upload.objects.filter(client=user.client, state=Upload.State.DUE).count():
        yield ngettext(
            "%(n)d batch of yours is just being posted.",
            "%(n)d batches of yours are just being posted.",
            n,
        ) % {"n": n}
    if held_cents(user):
        yield gettext(
            "Money of yours is still in escrow: it is paid out or comes back when your tasks end."
        )


def as_anybody(user: User) -> Iterator[str]:
    open_questions = held_about(user).count() + sum(
        questions.filter(decided_at=None).count()
        for questions in (disputes_of(user), reviews_of(user), problems_of(user))
    )
    if open_questions:
        yield ngettext(
            "%(n)d dispute or question in which you take part is not decided yet.",
            "%(n)d disputes or questions in which you take part are not decided yet.",
            open_questions,
        ) % {"n": open_questions}
