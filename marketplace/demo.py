"""The demo market: a few people and the tasks they posted, made through the same actions as all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models import User
from allocation import actions as allocation
from batches.demo import make_batches
from clients import actions as clients
from clients.models import Client
from marketplace.demo_disputes import disagree
from marketplace.demo_weeks import live_the_last_weeks, plan_the_next_weeks
from proofs import actions as proofs
from proofs.models import ProofKind
from statuses import actions as statuses
from tasks.actions import NewTask
from wages import actions as wages
from workers import actions as workers
from workers.forms import PLACES
from workers.models import Skill

DOMAIN = "demo.taakplein.example"
SKILLS = {
    "bicycle": "Delivery by bicycle",
    "design": "Graphic design",
    "driving": "Driving licence B",
    "dutch": "Dutch",
    "french": "French",
    "handy": "Handy at home",
    "photo": "Photography",
    "transcription": "Transcription",
    "tutoring": "Tutoring",
    "writing": "Writing",
}


@dataclass(frozen=True, slots=True)
class Person:
    """One of the people a visitor can be with one click."""

    slug: str
    name: str
    role: str
    line: str


PEOPLE = (
    Person("clara", "Clara Peeters", "client", "runs a bookshop and posts tasks"),
    Person("wim", "Wim de Boer", "worker", "rides a bicycle and fixes things"),
    Person("yasmina", "Yasmina El Amrani", "worker", "translates, writes and draws"),
    Person("otto", "Otto Maes", "operator", "runs this market and inspects every decision"),
)


def email_of(slug: str) -> str:
    return f"{slug}@{DOMAIN}"


@transaction.atomic
def seed(now: datetime) -> None:
    """Make the demo's people, skills, their last weeks and tasks. Only for an empty market."""
    users = seed_people(now)
    clara = open_shop(users["clara"], now - timedelta(days=60))
    people = clara, users["wim"].worker, users["yasmina"].worker
    live_the_last_weeks(*people, now)
    disagree(users, DOMAIN, now)
    make_tasks(clara, now)
    plan_the_next_weeks(*people, now)


def seed_people(now: datetime) -> dict[str, User]:
    """The people who can log in with a press, without a past: slug → account."""
    for slug, name in SKILLS.items():
        Skill.objects.get_or_create(slug=slug, defaults={"name": name})
    users = {
        person.slug: User.objects.create_user(email_of(person.slug), name=person.name)
        for person in PEOPLE
    }
    operator = users["otto"]
    operator.is_staff = operator.is_superuser = True
    operator.save()
    choose_floor(operator, now)
    make_workers(users, now)
    show_proofs(users, now)
    return users


def choose_floor(operator: User, now: datetime) -> None:
    wages.load_facts()
    statuses.load_limits()
    wages.choose_floor(
        country="BE",
        response="warn",
        reason="The shop is in Leuven, and most of its workers live near.",
        valid_from=now,
        by=operator,
        now=now,
    )


def make_workers(users: dict[str, User], now: datetime) -> None:
    _, lat, lon = PLACES["leuven"]
    wim = workers.become_worker(
        user=users["wim"],
        name="Wim de Boer",
        skills=["bicycle", "handy", "dutch", "driving"],
        latitude=lat,
        longitude=lon,
    )
    workers.become_worker(
        user=users["yasmina"],
        name="Yasmina El Amrani",
        skills=["french", "dutch", "writing", "design", "transcription"],
        latitude=lat,
        longitude=lon,
    )
    allocation.go_available(by=wim, now=now)


PROOFS = {
    "language:french": ("French, as a profession", "A certificate, or a few lines you translated."),
    "qualification:first-aid": (
        "First aid",
        "The number of a certificate of the last three years.",
    ),
    "insurance:liability": ("Liability insurance", "The name of the insurer and the number."),
    "minimum_age:18": ("Eighteen or older", "Show it to an operator in the shop or on a call."),
}


def show_proofs(users: dict[str, User], now: datetime) -> None:
    """Yasmina has shown her French; Wim's first aid waits for Otto."""
    for slug, (name, how) in PROOFS.items():
        ProofKind.objects.get_or_create(slug=slug, defaults={"name": name, "how": how})
    wim, yasmina = users["wim"].worker, users["yasmina"].worker
    french = proofs.show_proof(
        worker=yasmina, kind="language:french", text="DALF C1, Leuven 2019.", now=now
    )
    proofs.accept_proof(
        proof_id=french.pk, by=users["otto"], valid_until=now + timedelta(days=730), now=now
    )
    proofs.show_proof(
        worker=wim, kind="qualification:first-aid", text="Red Cross, number 20 1123.", now=now
    )


def open_shop(user: User, then: datetime) -> Client:
    clara = clients.become_client(
        user=user, name="Bookshop De Lamp", about="A small bookshop in Leuven.", now=then
    )
    clients.deposit(client=clara, amount_cents=200_000, now=then)
    return clara


def make_tasks(clara: Client, now: datetime) -> None:
    for title, description, changes in TASKS:
        allocation.post_task(
            client=clara,
            new=demo_task(title, description, now, **changes),
            accepts_low_pay=True,
            now=now,
        )
    make_batches(clara, now)


def demo_task(title: str, description: str, now: datetime, **changes: Any) -> NewTask:
    days = changes.pop("days", 2)
    at = changes.pop("at", None)
    if at:
        name, lat, lon = PLACES[at]
        changes |= {"place": name, "latitude": lat, "longitude": lon, "kind": "errand"}
    return NewTask(
        title=title,
        description=description,
        closes_at=now + timedelta(days=days),
        deadline_at=now + timedelta(days=days + 5),
        **changes,
    )


TASKS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (
        "Transcribe a two-page letter from 1921",
        "A scan of a handwritten letter in Dutch. Type it as it stands, line by line; put [?] where "
        "you cannot read a word.",
        {
            "mechanism": "first_come",
            "pay_cents": 1200,
            "estimate_seconds": 2700,
            "skills": ("transcription", "dutch"),
        },
    ),
    (
        "Say in one line what a book is about",
        "Read the back cover on the photo and write one sentence of at most 25 words that makes "
        "somebody curious. No adjectives of praise.",
        {"mechanism": "first_come", "pay_cents": 90, "estimate_seconds": 240, "slot_count": 5},
    ),
    (
        "Assemble six stools before the reading on Saturday",
        "Flat-packed, tools are in the shop. We carry them out of the van together.",
        {
            "mechanism": "sealed_first_price",
            "pay_cents": 6000,
            "floor_cents": 2500,
            "estimate_seconds": 9000,
            "skills": ("handy",),
            "at": "leuven",
            "provided": {"equipment": "client", "safety": "client", "colleagues": "client"},
        },
    ),
    (
        "Draw a small lamp for our paper bags",
        "One colour, works at two centimetres. An SVG file, and your sketches if you like.",
        {
            "mechanism": "clients_choice",
            "pay_cents": 15000,
            "floor_cents": 6000,
            "estimate_seconds": 14400,
            "skills": ("design",),
            "days": 4,
        },
    ),
    (
        "Translate our opening hours and one notice into French",
        "About 120 words. Plain, friendly, no capital letters where French has none.",
        {
            "mechanism": "sealed_second_price",
            "pay_cents": 2500,
            "floor_cents": 800,
            "estimate_seconds": 2400,
            "skills": ("french",),
            "proofs": ("language:french",),
        },
    ),
    (
        "Bring two parcels to readers near the station",
        "By bicycle, before six. Both live within ten minutes of the shop.",
        {
            "mechanism": "scored_offers",
            "pay_cents": 1100,
            "estimate_seconds": 2400,
            "skills": ("bicycle",),
            "at": "leuven",
            "provided": {"insurance": "client"},
        },
    ),
    (
        "Win one of three places to test our new website",
        "Half an hour, with your own telephone. We ask you to find a book and to say aloud what you "
        "think. Everybody who enters has the same chance.",
        {"mechanism": "lottery", "pay_cents": 1500, "estimate_seconds": 1800, "slot_count": 3},
    ),
    (
        "Verify 10,000 e-mail addresses",
        "Our readers wrote them on paper. Look whether each address is written as an address can be; "
        "nothing is sent to anybody. This is the first of them.",
        {"mechanism": "first_come", "pay_cents": 10, "estimate_seconds": 60},
    ),
    (
        "Create 10,000 e-mail accounts",
        "One password for all of them. We pay per account.",
        {"mechanism": "first_come", "pay_cents": 25, "estimate_seconds": 60},
    ),
)
