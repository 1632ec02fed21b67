"""A story in which every operation of the API is used once, by the people of the tests.

What is written down of each is the first time it is used.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from django.test import override_settings
from django.urls import resolve
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from rest_framework.authtoken.models import Token

from accounts.models import User
from agenda.actions import drain
from notices.actions import tell_all
from proofs.models import ProofKind
from tasks.models import Task
from tests.api.conftest import Program
from tests.people import NOW, later, make_client, make_user, make_worker
from tests.shifts.test_shifts import claim
from tests.shifts.test_shifts import post as post_shift
from transparency.actions import count_figures

A_TASK = {
    "title": "Carry a box",
    "description": "From the door to the attic.",
    "mechanism": "first_come",
    "pay_cents": 1000,
    "estimate_seconds": 1800,
    "closes_at": "2099-05-01T12:00:00Z",
    "deadline_at": "2099-05-02T12:00:00Z",
}
A_SHIFT = {
    "title": "Till on Saturday",
    "description": "The reading brings a queue.",
    "mechanism": "first_come",
    "pay_cents": 8000,
    "slot_count": 1,
    "starts_at": "2099-05-04T08:00:00Z",
    "ends_at": "2099-05-04T13:00:00Z",
    "break_minutes": 30,
    "minimum_paid_minutes": 180,
    "cancellation": [{"hours": 24, "percent": 50}],
}
HOURS = {
    "title": "An hour of Dutch",
    "description": "Conversation.",
    "starts_at": "2099-05-06T17:00:00Z",
    "minutes": 60,
    "pay_cents": 3000,
    "weeks": 2,
}
A_TABLE = {
    "title": "Animals",
    "csv": "image\na.jpg\nb.jpg\n",
    "pay_cents": 10,
    "estimate_seconds": 30,
    "redundancy": 2,
    "closes_at": "2099-05-01T12:00:00Z",
    "deadline_at": "2099-05-02T12:00:00Z",
}
AN_EXPERIMENT = {
    "preset": "deliveroo",
    "arms": [
        {"name": "as it is", "levers": {"tasks": "40"}},
        {
            "name": "waiting is paid",
            "levers": {"tasks": "40", "guaranteed_cents_per_hour": "1100"},
        },
    ],
    "replications": 2,
    "seed": 1,
}


def operations() -> dict[tuple[str, str], dict[str, Any]]:
    """(method, address) → what the schema says of it."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    return {
        (method, address): operation
        for address, its in schema["paths"].items()
        for method, operation in its.items()
    }


@cache
def names() -> dict[tuple[str, str], str]:
    return {place: operation["operationId"] for place, operation in operations().items()}


class Teller(Program):
    """A program that writes down what it asks and is answered; a refusal ends the story."""

    def __init__(self, user: User | None, told: dict[str, Any]) -> None:
        super().__init__(raise_request_exception=True)
        self.told = told
        if user is not None:
            key = Token.objects.get_or_create(user=user)[0].key
            self.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")

    def ask(self, method: str, address: str, body: Any = None) -> Any:
        response = getattr(self, method)(address, body)
        text = response.getvalue().decode() if response.streaming else response.content.decode()
        assert response.status_code < 300, f"{method} {address}: {text}"
        answer = json.loads(text) if text else None
        found = {"request": body} if body is not None else {}
        found |= {"answer": answer} if answer is not None else {}
        self.told.setdefault(self.name_of(method, address), found)
        return answer

    def be_refused(self, status: int, method: str, address: str, body: Any = None, **how: Any):
        response = getattr(self, method)(address, body, **how)
        assert response.status_code == status, response.content.decode()
        self.told[f"refused_{status}"] = {"answer": response.json()}

    def name_of(self, method: str, address: str) -> str:
        route = resolve(f"/api/v1/{address}").route
        return names()[method, "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", route)]


def tell() -> dict[str, Any]:
    """Operation → the request and the answer of the first time."""
    told: dict[str, Any] = {}
    people = People(told)
    for part in (joining, an_auction, a_box, offers, a_contest, a_choice, a_disagreement,
                 a_shift, a_batch, a_table, an_experiment, refusals, leaving):  # fmt: skip
        part(people)
    return told


class People:
    def __init__(self, told: dict[str, Any]) -> None:
        self.worker = make_worker("wim")
        self.client_row = make_client("clara")
        self.yasmina_row = make_worker("yasmina")
        self.clara = Teller(self.client_row.user, told)
        self.wim = Teller(self.worker.user, told)
        self.yasmina = Teller(self.yasmina_row.user, told)
        self.stan = Teller(make_user("stan"), told)
        self.nobody = Teller(None, told)


def close(task: int) -> None:
    Task.objects.filter(pk=task).update(closes_at=later(seconds=-1))
    drain(timezone.now())


def joining(people: People) -> None:
    user = User.objects.get(email="stan@example.org")
    user.set_password("a long sentence")
    user.save()
    login = {"email": "stan@example.org", "password": "a long sentence"}
    people.nobody.ask("post", "tokens", login)
    people.stan.ask("post", "me/client", {"name": "Stan Ltd", "about": "We move houses."})
    people.stan.ask("post", "me/worker", {"name": "Stan", "skills": ["dutch", "carrying"]})
    people.stan.ask("put", "me/skills", {"skills": ["dutch"]})
    people.stan.ask("post", "me/deposits", {"amount_cents": 50_000})
    people.stan.ask("get", "me")
    people.stan.ask("get", "me/log")
    ProofKind.objects.get_or_create(slug="language:french", defaults={"name": "French"})
    people.nobody.ask("get", "proof-kinds")
    proof = people.stan.ask(
        "post",
        "me/proofs",
        {"kind": "language:french", "text": "A certificate, DALF C1, number 123."},
    )
    people.stan.ask("get", "me/proofs")
    people.stan.ask("post", f"me/proofs/{proof['id']}/withdraw")
    held = people.wim.ask(
        "post",
        "me/statuses",
        {"status": "student", "from_day": "2026-09-01", "to_day": None},
    )
    people.wim.ask("get", "me/statuses")
    people.wim.ask("post", "me/statuses/choose", {"status": "student"})
    people.wim.ask("post", f"me/statuses/{held[-1]['id']}/end")
    people.nobody.ask("get", "mechanisms/lottery")
    people.nobody.ask("get", "mechanisms")


def an_auction(people: People) -> None:
    new = A_TASK | {"mechanism": "best_value"}
    task = people.stan.post("tasks", new).json()["id"]
    people.wim.ask(
        "post",
        f"tasks/{task}/bids",
        {"amount_cents": 900, "message": "I live around the corner."},
    )
    people.yasmina.ask("post", f"tasks/{task}/bids", {"amount_cents": 950})
    people.yasmina.ask("get", "bids")
    close(task)
    people.stan.ask("get", f"tasks/{task}/bids")
    [decision] = people.yasmina.get("allocations").json()["results"]
    people.yasmina.ask("get", f"allocations/{decision['id']}/explanation")
    people.stan.ask("get", "allocations")
    people.stan.ask("get", f"allocations/{decision['id']}")
    people.yasmina.ask(
        "post", f"allocations/{decision['id']}/review", {"text": "I was first, I think."}
    )
    people.yasmina.ask("get", "reviews")
    again = people.stan.post("tasks", new).json()["id"]
    bid = people.yasmina.post(f"tasks/{again}/bids", {"amount_cents": 950}).json()["id"]
    people.yasmina.ask("post", f"bids/{bid}/withdraw")


def a_box(people: People) -> None:
    """The loop of a task, then everything that can be read and said about it."""
    clara, wim = people.clara, people.wim
    task = clara.ask("post", "tasks", A_TASK)["id"]
    people.nobody.ask("get", f"tasks/{task}")
    people.nobody.ask("get", "tasks")
    held = wim.ask("post", f"tasks/{task}/claims")["assignment"]
    wim.ask("get", "claims")
    wim.ask("post", f"assignments/{held}/submit", {"content": "The box is in the attic."})
    clara.ask("post", f"assignments/{held}/rework", {"text": "The label is missing."})
    wim.ask("post", f"assignments/{held}/submit", {"content": "With its label."})
    clara.ask("post", f"assignments/{held}/approve", {"text": "Thank you."})
    clara.ask("post", f"assignments/{held}/bonus", {"amount_cents": 250, "text": "So neat."})
    wim.ask("get", f"assignments/{held}")
    wim.ask("get", "assignments")
    clara.ask("get", f"tasks/{task}/events")
    wim.ask("get", "me/statement")
    wim.ask("get", "me/wages")
    today = NOW.date().isoformat()
    line = wim.ask(
        "post",
        "me/time",
        {"kind": "transport", "day": today, "seconds": 1800, "cost_cents": 250},
    )
    wim.ask("get", "me/time")
    wim.ask("delete", f"me/time/{line['id']}")
    opinion = {"score": 5, "reason": "Clear and friendly."}
    wim.ask("post", f"assignments/{held}/opinion", opinion)
    clara.ask("post", f"assignments/{held}/opinion", opinion)
    people.nobody.ask("get", f"clients/{people.client_row.pk}")
    clara.ask("get", f"workers/{people.worker.pk}")
    tell_all(timezone.now())
    notice = wim.ask("get", "me/notices")["results"][0]["id"]
    wim.ask("post", f"me/notices/{notice}/read")
    wim.ask("get", "me/certificate")
    people.nobody.ask("get", "certificate-keys")
    count_figures(timezone.now())
    people.nobody.ask("get", "transparency")
    returned = clara.post("tasks", A_TASK).json()["id"]
    held = wim.post(f"tasks/{returned}/claims").json()["assignment"]
    wim.ask("post", f"assignments/{held}/return")
    clara.ask("post", f"tasks/{returned}/cancel")


def offers(people: People) -> None:
    wim = people.wim
    wim.ask("post", "me/availability")
    for answer in ("accept", "decline"):
        people.clara.post("tasks", A_TASK | {"mechanism": "scored_offers"})
        drain(timezone.now())
        offer = wim.ask("get", "offers")["results"][0]["id"]
        wim.ask("post", f"offers/{offer}/{answer}")
    wim.ask("delete", "me/availability")
    wim.ask("post", "me/standby")
    wim.ask("delete", "me/standby")


def a_contest(people: People) -> None:
    new = A_TASK | {"title": "A logo", "mechanism": "contest", "kind": "contest"}
    task = people.clara.post("tasks", new).json()["id"]
    people.wim.ask("post", f"tasks/{task}/entries", {"content": "https://example.org/my-logo.svg"})
    people.wim.ask("get", "entries")
    close(task)
    people.clara.ask("get", f"tasks/{task}/entries")


def a_choice(people: People) -> None:
    task = people.clara.post("tasks", A_TASK | {"mechanism": "clients_choice"}).json()["id"]
    people.wim.post(f"tasks/{task}/bids", {"amount_cents": 900})
    close(task)
    people.clara.ask("post", f"tasks/{task}/choose", {"workers": [people.worker.pk]})


def a_disagreement(people: People) -> None:
    clara, wim = people.clara, people.wim
    task = clara.post("tasks", A_TASK | {"slot_count": 6}).json()["id"]
    problem = wim.ask("post", f"tasks/{task}/problems", {"text": "The link is dead."})["id"]
    clara.ask(
        "post", f"problems/{problem}/answer",
        {"outcome": "fixed", "reason": "There is a new link."},
    )  # fmt: skip
    wim.ask("get", "problems")
    held = wim.post(f"tasks/{task}/claims").json()["assignment"]
    wim.post(f"assignments/{held}/submit", {"content": "Done."})
    refusal = {"reason_code": "incomplete", "text": "Only half of the boxes were moved."}
    clara.ask("post", f"assignments/{held}/reject", refusal)
    dispute = wim.ask("post", f"assignments/{held}/dispute", {"text": "The task says blue."})["id"]
    clara.ask("post", f"disputes/{dispute}/statements", {"text": "I asked for red."})
    wim.ask("get", f"disputes/{dispute}")
    wim.ask("get", "disputes")
    for n in range(5):  # the brake holds what is beyond a tenth, and beyond five
        other = Teller(make_worker(f"worker{n}").user, clara.told)
        work = other.post(f"tasks/{task}/claims").json()["assignment"]
        other.post(f"assignments/{work}/submit", {"content": "Done."})
        clara.post(f"assignments/{work}/reject", refusal)
    clara.ask("get", "held-rejections")


def a_shift(people: People) -> None:
    shift = people.clara.ask("post", "shifts", A_SHIFT)["task"]["id"]
    people.nobody.ask("get", f"shifts/{shift}")
    people.wim.post(f"tasks/{shift}/claims")
    people.yasmina.ask("post", f"shifts/{shift}/reserve")
    people.yasmina.ask("delete", f"shifts/{shift}/reserve")
    held = begun_an_hour_ago(people)
    people.clara.ask("post", f"assignments/{held}/no-show", {"text": "We waited half an hour."})
    people.wim.ask("post", f"assignments/{held}/no-show/answer", {"text": "I rang the bell."})
    people.wim.ask("post", "hours", HOURS)
    hour = people.nobody.ask("get", "hours")["results"][0]["id"]
    people.clara.ask("post", f"hours/{hour}/book", {"accepts_low_pay": False})


def begun_an_hour_ago(people: People) -> int:
    """The assignment of a shift that wim took yesterday."""
    yesterday = later(days=-1)
    shift = post_shift(people.client_row, starts_at=later(hours=-1), now=yesterday)
    return claim(shift, people.worker, now=yesterday).pk


def a_batch(people: People) -> None:
    batch = people.clara.ask("post", "batches", {"title": "Boxes", "tasks": [A_TASK, A_TASK]})["id"]
    people.clara.ask("get", "batches")
    people.nobody.ask("get", f"batches/{batch}")
    work = []
    for _ in range(2):
        work.append(people.yasmina.ask("post", f"batches/{batch}/claim")["assignment"])
        people.yasmina.post(f"assignments/{work[-1]}/submit", {"content": "Done."})
    people.clara.ask("post", "assignments/approve", {"assignments": work})


def a_table(people: People) -> None:
    clara, yasmina = people.clara, people.yasmina
    template = clara.ask(
        "post", "templates",
        {"name": "Animals", "kind": "html", "body": "${image}: <input name=animal>"},
    )["id"]  # fmt: skip
    clara.ask("get", "templates")
    table = clara.ask("post", "tables", {"template": template} | A_TABLE)["id"]
    drain(later(minutes=10))
    batch = clara.ask("get", f"tables/{table}")["batch"]
    clara.ask("get", "tables")
    held = yasmina.post(f"batches/{batch}/claim").json()["assignment"]
    yasmina.ask("get", f"assignments/{held}/row")
    yasmina.ask("post", f"assignments/{held}/answers", {"answers": {"animal": "cat"}})
    clara.ask("get", f"tables/{table}/results")


def an_experiment(people: People) -> None:
    clara = people.clara
    key = clara.ask("post", "experiments", AN_EXPERIMENT)["key"]
    clara.ask("get", "experiments")
    clara.ask("post", f"experiments/{key}/cancel")
    clara.ask("post", f"experiments/{key}/resume")
    drain(timezone.now(), aside=True)
    people.nobody.ask("get", f"experiments/{key}")


def refusals(people: People) -> None:
    """One of every kind."""
    clara, wim, yasmina = people.clara, people.wim, people.yasmina
    clara.be_refused(400, "post", "tasks", A_TASK | {"pay_cents": -1})
    people.nobody.be_refused(401, "get", "assignments")
    wim.be_refused(403, "post", "tasks", A_TASK)
    wim.be_refused(404, "get", "tasks/999999")
    task = clara.post("tasks", A_TASK).json()["id"]
    wim.post(f"tasks/{task}/claims")
    clara.be_refused(409, "post", f"tasks/{task}/choose", {"workers": [people.worker.pk]})
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=100):
        clara.be_refused(413, "post", "tasks", A_TASK)
    key = {"HTTP_IDEMPOTENCY_KEY": "the attic"}
    clara.post("tasks", A_TASK, **key)
    clara.be_refused(422, "post", "tasks", A_TASK | {"title": "Another"}, **key)
    with override_settings(API_REQUESTS_PER_MINUTE=0):
        yasmina.be_refused(429, "get", "me")


def leaving(people: People) -> None:
    people.stan.ask("delete", "tokens")
