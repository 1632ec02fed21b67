"""Reading notices, and the facts they are made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db.models import Count, Max, Q, QuerySet

from accounts.models import User
from allocation.engine import codec
from allocation.engine.card import Traits
from allocation.engine.catalogue import card_of
from allocation.engine.contract import Outcome
from allocation.engine.explain import chose_nobody
from allocation.models import Allocation, Bid, Offer
from clients.models import Client
from notices import rules
from notices.models import Letterbox, Notice, Preference, SavedSearch
from shifts.queries import reserves_waiting
from tasks.models import Assignment, Task, TaskEvent
from workers.models import Worker

Channel = Preference.Channel
PASSED_OVER = (Outcome.NOT_AWARDED, Outcome.INELIGIBLE)


# --- an inbox -----------------------------------------------------------------------------------
def inbox_of(person: User) -> QuerySet[Notice]:
    return person.notices.select_related("task__client").order_by("-at", "-id")


def unread_of(person: User) -> tuple[int, int]:
    """How many notices wait to be read, and the newest of them: changes when the bell does."""
    waiting = person.notices.filter(read_at=None).aggregate(n=Count("pk"), newest=Max("pk"))
    return waiting["n"], waiting["newest"] or 0


# --- what happened ------------------------------------------------------------------------------
def events_to_tell(ids: list[int]) -> list[TaskEvent]:
    """These events in order, with all that their notices need; `offered_cents` on offers."""
    found = TaskEvent.objects.filter(pk__in=ids).select_related(
        "task__client", "task__batch", "worker", "assignment__no_show"
    )
    events = list(found.order_by("pk"))
    offers = Offer.objects.in_bulk([e.facts["offer"] for e in events if e.kind == "offered"])
    for event in events:
        offer = offers.get(event.facts.get("offer", 0))
        event.offered_cents = offer.pay_cents if offer else 0  # type: ignore[attr-defined]
    return events


def whom_it_concerns(event: TaskEvent) -> rules.Happened:
    traits = card_of(event.task.mechanism).traits
    happened = rules.Happened(
        kind=event.kind,
        client=event.task.client.user_id,
        worker=event.worker.user_id if event.worker else None,
        by=event.by_id,
        was_at_once=traits.makes_offers or is_claimed(event, traits),
        was_missed=hasattr(event.assignment, "no_show"),
        was_called_off="called_off" in event.facts,
        sides=tuple(event.facts.get("sides", ())),
    )
    if event.kind == "cancelled":
        return replace(happened, others=tuple(askers_of(event.task)))
    if event.kind == "decided" and traits.entry != "none" and traits.decides != "on_entry":
        return after_deciding(happened, event.facts["allocation"], traits)
    return happened


def is_claimed(event: TaskEvent, traits: Traits) -> bool:
    """Their own click, unless whoever was on standby got it without one."""
    if traits.decides != "on_entry" or event.kind != "awarded":
        return False
    return event.task.claims.filter(worker=event.worker, is_won=True).exists()


def after_deciding(happened: rules.Happened, allocation: int, traits: Traits) -> rules.Happened:
    """With those who asked for the work and did not get it, or with the client whose turn it is."""
    record = Allocation.objects.only("case", "decision").get(pk=allocation)
    case, decision = codec.decode_case(record.case), codec.decode_decision(record.decision)
    if decision.asks_client:
        return replace(happened, asks_client=True)
    paid = {one.worker for one in decision.consolations}  # they are told of the money
    lost = [row.worker for row in decision.ranking if row.outcome in PASSED_OVER]
    people = Worker.objects.filter(pk__in=set(lost) - paid).order_by("pk")
    return replace(
        happened,
        others=tuple(people.values_list("user_id", flat=True)),
        chose_nobody=traits.decides == "by_client" and chose_nobody(case, decision),
    )


def askers_of(task: Task) -> Iterable[int]:
    """Who bid on a task, entered its draw or is on its reserve list, and holds no place of it."""
    bids = Bid.objects.filter(task=task, state=Bid.State.LIVE).values("worker_id")
    is_drawn = card_of(task.mechanism).traits.decides == "at_closing"
    claims = task.claims.filter(is_won=False).values("worker_id") if is_drawn else []
    reserves = reserves_waiting(task).values("worker_id")
    asked = Worker.objects.filter(Q(pk__in=bids) | Q(pk__in=claims) | Q(pk__in=reserves))
    holders = task.assignments.values("worker_id")
    return asked.exclude(pk__in=holders).order_by("pk").values_list("user_id", flat=True)


def paid_to_entrants_cents(task: Task) -> int:
    """What a contest paid without a winner: shares of the prize, or fees."""
    return sum(event.facts["cents"] for event in task.events.filter(kind="consoled"))


def waiting_work(client: Client) -> QuerySet[Assignment]:
    return Assignment.objects.filter(task__client=client, state=Assignment.State.SUBMITTED)


def approvals_near(client: Client, now: datetime, clock: timedelta, near: timedelta) -> int:
    """How much work of this client's is approved by itself soon."""
    return waiting_work(client).filter(submitted_at__lte=now - clock + near).count()


def next_approval(
    client: Client, now: datetime, clock: timedelta, near: timedelta
) -> datetime | None:
    """When the next work beyond that is approved by itself; None when nothing waits."""
    later = waiting_work(client).filter(submitted_at__gt=now - clock + near)
    at = later.order_by("submitted_at").values_list("submitted_at", flat=True).first()
    return at + clock if at else None


# --- how somebody wants to hear of it -----------------------------------------------------------
def channels_of(people: Iterable[int]) -> dict[tuple[int, str], str]:
    """(person, kind) → channel, for what these people have chosen themselves."""
    chosen = Preference.objects.filter(person__in=list(people))
    return {(p, k): c for p, k, c in chosen.values_list("person_id", "kind", "channel")}


def channel_for(person: User, kind: str) -> tuple[str, bool]:
    """How a person hears of a kind, and whether they chose so themselves."""
    chosen = channels_of([person.pk]).get((person.pk, kind))
    return chosen or rules.KINDS[kind], chosen is not None


def may_be_mailed(person: User, *, has_asked: bool) -> bool:
    """Mail goes to confirmed addresses of real people.

    The demo's people have made-up addresses: they are mailed, on the console, only if they ask.
    """
    if person.is_simulated or not person.is_active:
        return False
    if rules.is_reserved(person.email):
        return settings.DEMO_MODE and has_asked
    return is_confirmed(person)


def is_confirmed(person: User) -> bool:
    known = EmailAddress.objects.filter(user=person, email__iexact=person.email, verified=True)
    return bool(known.exists())


def language_of(person: User, otherwise: str = settings.LANGUAGE_CODE) -> str:
    box = Letterbox.objects.filter(person=person).first()
    return box.language if box else otherwise


def notices_for_digest(person: User) -> list[Notice]:
    """Unread and never mailed notices of the kinds that this person hears of daily, oldest first."""
    chosen = channels_of([person.pk])
    kinds = [
        kind
        for kind, usual in rules.KINDS.items()
        if chosen.get((person.pk, kind), usual) == Channel.DAILY
        and may_be_mailed(person, has_asked=(person.pk, kind) in chosen)
    ]
    waiting = person.notices.filter(kind__in=kinds, read_at=None, mailed_at=None)
    return list(waiting.order_by("at", "id"))


# --- saved searches -----------------------------------------------------------------------------
def searches_of(worker: Worker) -> list[SavedSearch]:
    return list(worker.searches.order_by("name"))


def described(person: User) -> list[dict[str, Any]]:
    """Each kind that concerns this person, with the channel in force."""
    chosen = channels_of([person.pk])
    is_worker, is_client = hasattr(person, "worker"), hasattr(person, "client")
    groups = [
        ("worker", rules.WORKER_KINDS, is_worker),
        ("client", rules.CLIENT_KINDS, is_client),
        ("both", rules.BOTH_KINDS, is_worker or is_client),
    ]
    return [
        {"kind": kind, "side": side, "channel": chosen.get((person.pk, kind), usual)}
        for side, kinds, is_shown in groups
        if is_shown
        for kind, usual in kinds.items()
    ]
