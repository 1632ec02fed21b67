"""Simulated people on the live market: they do what everybody can, through the same actions.

Their names say what they are on every page and in every list. What they are like (reservation wages,
what clients pay, how long work takes) comes from a preset; what happens to them is the live market's
business. A refusal by an action is an answer like any other: they look for something else.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from accounts.names import simulated_name
from allocation import actions as allocation
from allocation.engine.catalogue import CATALOGUE, card_of
from allocation.engine.mechanisms.open_descending import highest_allowed_ask
from allocation.engine.ranking import standing_bids
from allocation.models import Bid, Claim, Entry, Offer
from allocation.queries import case_for, look_at
from clients import actions as clients
from clients.models import Client
from shifts import actions as shifts
from shifts.queries import free_hours
from simulation.packing import (
    HIGHEST_ASK,
    HOME,
    LOWEST_ASK,
    NOTE,
    Random,
    budgets,
    hour_to_book,
    new_task,
    post_packed,
    publish_an_hour,
)
from simulation.world.people import reservation_wages
from simulation.world.presets import Preset
from tasks import actions as tasks
from tasks.models import Assignment, Task
from tasks.queries import open_tasks
from workers import actions as workers
from workers.models import Skill, Worker

DOMAIN = "agents.taakplein.example"
FIRST_NAMES = (
    "Ada", "Bas", "Chloé", "Daan", "Elif", "Femke", "Gilles", "Hanne", "Imran", "Jade", "Koen",
    "Lina", "Maxime", "Noor", "Olivier", "Pia", "Quinten", "Rosa", "Sami", "Tess",
    "Amber", "Bilal", "Camille", "Dries", "Eva", "Farid", "Griet", "Hugo", "Inès", "Joris", "Karim",
    "Louise", "Mats", "Nadia", "Oscar", "Petra", "Robin", "Selma", "Thibo", "Zoë",
)  # fmt: skip
SEEN_TASKS = 60  # how many open tasks the crowd looks at, the newest first
MOST_OPEN_TASKS = 25  # of the crowd's own: a handful makes a market, a heap buries people's tasks
LEAST_OPEN = timedelta(minutes=5)  # people read at their own pace, however fast the crowd lives
MOST_HOURS_AHEAD = 24  # of the crowd's day, until an hour that can be booked begins
DONE = "Done by a simulated person. Nothing real was made."


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a crowd lives and how much it leaves to people.

    Its day runs `speed` times as fast as the clock. Where the first to come gets it, what people
    post is left to people for `people_first`, and what the crowd posts for `own_first`. In each round
    an idle worker looks for work with the chance `chance`, and at the crowd's own tasks too with the
    chance `own_chance`, so that a person who is alone finds some.
    """

    speed: float = 20.0
    people_first: timedelta = timedelta(minutes=10)
    own_first: timedelta = timedelta(0)
    chance: float = 1.0
    own_chance: float = 1.0
    most_open: int = MOST_OPEN_TASKS
    least_open: timedelta = LEAST_OPEN


@dataclass(frozen=True, slots=True)
class Crowd:
    """The simulated people of one preset, in one room or on the market of everybody (None).

    `wages` are cents per hour, worker by worker.
    """

    preset: Preset
    clients: tuple[Client, ...]
    workers: tuple[Worker, ...]
    wages: tuple[float, ...]
    room_id: int | None = None


@transaction.atomic
def gather_crowd(
    *, preset: Preset, people: int, now: datetime, room_id: int | None = None
) -> Crowd:
    """So many workers, and a client for every four of them. Doing it twice is harmless."""
    slug = preset.scenario.name
    wages = reservation_wages(preset.scenario.population, seed=1)[:people]
    staff = tuple(make_worker(slug, number, now, room_id) for number in range(len(wages)))
    posting = tuple(
        make_client(slug, number, now, room_id) for number in range(client_count(people))
    )
    return Crowd(preset, posting, staff, tuple(wages), room_id)


def crowd_of(*, preset: Preset, people: int, now: datetime, room_id: int | None = None) -> Crowd:
    """The same people as `gather_crowd`, gathered only when somebody is missing: two look-ups."""
    slug = preset.scenario.name
    wages = reservation_wages(preset.scenario.population, seed=1)[:people]
    there = Worker.objects.filter(user__email__in=addresses(slug, "worker", len(wages), room_id))
    posting = Client.objects.filter(
        user__email__in=addresses(slug, "client", client_count(people), room_id)
    ).select_related("user")
    staff = tuple(there.select_related("user").order_by("pk"))
    if len(staff) < len(wages) or len(posting) < client_count(people):
        return gather_crowd(preset=preset, people=people, now=now, room_id=room_id)
    return Crowd(preset, tuple(posting), staff, tuple(wages), room_id)


def kinds_begun(slugs: Sequence[str]) -> list[str]:
    """Of these markets, those that simulated people have begun on the market of everybody."""
    asked = {address(slug, "client", 0, None): slug for slug in slugs}
    there = User.objects.filter(email__in=list(asked)).values_list("email", flat=True)
    return sorted(asked[email] for email in there)


def client_count(people: int) -> int:
    return max(1, people // 4)


def addresses(slug: str, role: str, count: int, room_id: int | None) -> list[str]:
    return [address(slug, role, number, room_id) for number in range(count)]


def address(slug: str, role: str, number: int, room_id: int | None) -> str:
    where = "" if room_id is None else f"room-{room_id}-"
    return f"{where}{slug}-{role}-{number}@{DOMAIN}"


def make_user(slug: str, role: str, number: int, room_id: int | None) -> User:
    new: dict[str, Any] = {"is_simulated": True, "room_id": room_id}
    new["name"] = partial(free_name, number * 7 + len(slug), room_id)  # looked for only when needed
    user, is_new = User.objects.get_or_create(
        email=address(slug, role, number, room_id), defaults=new
    )
    if is_new:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user


def free_name(start: int, room_id: int | None) -> str:
    """The first name from `start` on that nobody simulated on this market has: Ada, or else Ada 2."""
    simulated = User.objects.filter(is_simulated=True, room=room_id)
    taken = set(simulated.values_list("name", flat=True))
    return next(name for name in names_from(start) if name not in taken)


def names_from(start: int) -> Iterator[str]:
    for turn in itertools.count(1):
        for place in range(len(FIRST_NAMES)):
            first = FIRST_NAMES[(start + place) % len(FIRST_NAMES)]
            yield simulated_name(first if turn == 1 else f"{first} {turn}")


def make_worker(slug: str, number: int, now: datetime, room_id: int | None) -> Worker:
    user = make_user(slug, "worker", number, room_id)
    _, latitude, longitude = HOME
    worker = workers.become_worker(
        user=user,
        name=user.name,
        skills=some_skills(number),
        latitude=latitude,
        longitude=longitude,
    )
    if room_id is not None:  # as the people there: one piece of work at a time
        Worker.objects.filter(pk=worker.pk).update(capacity=1)
    return allocation.go_available(by=worker, now=now)


def some_skills(number: int) -> list[str]:
    """Every third of the market's skills, so that three workers together can do what is asked."""
    known = list(Skill.objects.order_by("slug").values_list("slug", flat=True))
    return known[number % 3 :: 3]


def make_client(slug: str, number: int, now: datetime, room_id: int | None) -> Client:
    user = make_user(slug, "client", number, room_id)
    return clients.become_client(user=user, name=user.name, about=NOTE, now=now)


@transaction.atomic
def begin_market(*, preset: Preset, now: datetime, people: int = 8, count: int = 6) -> Crowd:
    """A live market of this kind: its people, and its first tasks or hours on the board."""
    crowd, pace = gather_crowd(preset=preset, people=people, now=now), Pace(speed=1.0)
    random = np.random.default_rng(1)
    if preset.kind == Task.Kind.BOOKING:
        publish_hours(crowd, random, pace, now)
        return crowd
    for pay in budgets(preset, random, count):
        post_one(crowd, random, pay, now, pace)
    return crowd


# --- one round ------------------------------------------------------------------------------------


def play_round(
    *, crowd: Crowd, now: datetime, seconds: float, seed: int, pace: Pace | None = None
) -> Counter:
    """What the crowd does in a while of `seconds`.

    Counts what was done. The same `seed` makes the same choices where the market is the same.
    """
    pace = pace or Pace()
    random = np.random.default_rng(seed)
    done: Counter = Counter()
    done["posted"] = post_tasks(crowd, random, seconds, pace, now)
    stand_in_line(crowd, now)
    done["answered"] = answer_offers(crowd, random, now)
    done["handed in"] = hand_in(crowd, pace.speed, now)
    done["approved"] = approve(crowd, now)
    done["chosen"] = choose(crowd, now)
    done["tried"] = look_for_work(crowd, random, pace, now)
    return done


def try_to(action: Callable[..., Any], **wanted: Any) -> bool:
    """Do it; False when an action refused, as it may refuse anybody."""
    try:
        with transaction.atomic():
            action(**wanted)
    except Exception as refusal:
        if ".actions" not in type(refusal).__module__:
            raise
        return False
    return True


def post_tasks(crowd: Crowd, random: Random, seconds: float, pace: Pace, now: datetime) -> int:
    demand = crowd.preset.scenario.demand
    is_open = Task.objects.filter(client__in=crowd.clients).exclude(state__in=ENDED).count()
    wanted = int(random.poisson(demand.tasks_per_hour * seconds * pace.speed / 3600))
    wanted = max(0, min(wanted, pace.most_open - is_open))
    pays = budgets(crowd.preset, random, wanted)
    if crowd.preset.kind != Task.Kind.BOOKING:
        return sum(post_one(crowd, random, pay, now, pace) for pay in pays)
    publish_hours(crowd, random, pace, now)
    return sum(book_one(crowd, random, pay, now) for pay in pays)


ENDED = (Task.State.COMPLETED, Task.State.CANCELLED, Task.State.EXPIRED)


def post_one(crowd: Crowd, random: Random, pay_cents: int, now: datetime, pace: Pace) -> bool:
    client, preset = some_client(crowd, random), crowd.preset
    new = new_task(preset, pay_cents, now, speed=pace.speed, least_open=pace.least_open)
    post = partial(post_packed, client=client, new=new, preset=preset, now=now)
    return pay_for(post, client, new.reserve_cents, now)


def book_one(crowd: Crowd, random: Random, budget_cents: int, now: datetime) -> bool:
    client = some_client(crowd, random)
    hour = hour_to_book(client, budget_cents, random, now)
    if hour is None:
        return False
    book = partial(shifts.book_hour, hour_id=hour.pk, by=client, now=now, accepts_low_pay=True)
    return pay_for(book, client, hour.pay_cents, now)


def some_client(crowd: Crowd, random: Random) -> Client:
    return crowd.clients[int(random.integers(len(crowd.clients)))]


def pay_for(action: Callable[[], Any], client: Client, cents: int, now: datetime) -> bool:
    """Do what costs so much; if it is refused, once more with a fuller wallet."""
    if try_to(action):
        return True
    wallet = {"client": client, "amount_cents": 4 * cents, "now": now}
    return try_to(clients.deposit, **wallet) and try_to(action)


def publish_hours(crowd: Crowd, random: Random, pace: Pace, now: datetime) -> None:
    """Everybody who has no hour on offer, and nothing in hand, offers one."""
    offered = set(free_hours(now, crowd.clients[0].user).values_list("worker", flat=True))
    busy = busy_workers(crowd)
    for worker, wage in zip(crowd.workers, crowd.wages, strict=True):
        ahead = timedelta(hours=MOST_HOURS_AHEAD * random.random() / pace.speed)
        if worker.pk not in offered | busy:
            begins = now + max(pace.least_open, ahead)
            offer = {"wage": wage, "random": random, "begins_at": begins, "now": now}
            try_to(publish_an_hour, worker=worker, preset=crowd.preset, **offer)


def in_hand(crowd: Crowd) -> QuerySet[Assignment]:
    return Assignment.objects.filter(worker__in=crowd.workers, state=Assignment.State.IN_PROGRESS)


def busy_workers(crowd: Crowd) -> set[int]:
    return set(in_hand(crowd).values_list("worker", flat=True))


def stand_in_line(crowd: Crowd, now: datetime) -> None:
    """Where work is given from a line without asking, everybody who has nothing in hand is in it."""
    traits = card_of(crowd.preset.scenario.rules.mechanism).traits
    if traits.serves_standby and traits.entry == "none":
        free = Worker.objects.filter(pk__in=[w.pk for w in crowd.workers], standby_since=None)
        for worker in free.exclude(pk__in=busy_workers(crowd)):
            allocation.join_standby(by=worker, now=now)


def answer_offers(crowd: Crowd, random: Random, now: datetime) -> int:
    wage = dict(zip((w.pk for w in crowd.workers), crowd.wages, strict=True))
    open_offers = Offer.objects.filter(
        worker__in=crowd.workers, state=Offer.State.OPEN, expires_at__gt=now
    ).select_related("task", "worker")
    answered = 0
    for offer in open_offers:
        is_enough = offer.pay_cents * 3600 >= wage[offer.worker_id] * offer.task.estimate_seconds
        yes = is_enough and random.random() < crowd.preset.scenario.behaviour.acceptance
        say = allocation.accept_offer if yes else allocation.decline_offer
        answered += try_to(say, offer_id=offer.pk, by=offer.worker, now=now)
    return answered


def hand_in(crowd: Crowd, speed: float, now: datetime) -> int:
    ready = [
        one
        for one in in_hand(crowd).select_related("task__shift", "worker")
        if (now - began_at(one)).total_seconds() * speed >= one.task.estimate_seconds
    ]
    return sum(
        try_to(shifts.submit_work, assignment_id=one.pk, by=one.worker, content=DONE, now=now)
        for one in ready
    )


def began_at(assignment: Assignment) -> datetime:
    """When the work of it began: of a shift or a booked hour not before its start."""
    shift = getattr(assignment.task, "shift", None)
    return max(assignment.started_at, shift.starts_at) if shift else assignment.started_at


def approve(crowd: Crowd, now: datetime) -> int:
    handed_in = Assignment.objects.filter(
        task__client__in=crowd.clients, state=Assignment.State.SUBMITTED
    ).select_related("task__client__user")
    return sum(
        try_to(tasks.approve, assignment_id=one.pk, by=one.task.client.user, now=now)
        for one in handed_in
    )


def choose(crowd: Crowd, now: datetime) -> int:
    """A client who has to choose takes the lowest bid, or the entry that came first."""
    by_client = [slug for slug, card in CATALOGUE.items() if card.traits.decides == "by_client"]
    waiting = Task.objects.filter(
        client__in=crowd.clients,
        state=Task.State.OPEN,
        mechanism__in=by_client,
        closes_at__lte=now,
    ).select_related("client__user")
    return sum(
        try_to(allocation.choose, task_id=task.pk, workers=best, by=task.client.user, now=now)
        for task in waiting
        if (best := best_of(task))
    )


def best_of(task: Task) -> list[int]:
    bids = task.bids.filter(state=Bid.State.LIVE).order_by("amount_cents", "received_at")
    entries = task.entries.order_by("received_at")
    found = [*bids.values_list("worker", flat=True), *entries.values_list("worker", flat=True)]
    return found[: task.slot_count]


def look_for_work(crowd: Crowd, random: Random, pace: Pace, now: datetime) -> int:
    """Who has nothing in hand tries one task that pays enough and was not tried before.

    What people posted comes before the crowd's own. Rows of a table are left to
    people: a simulated person cannot answer their questions.
    """
    open_now = open_tasks(crowd).filter(closes_at__gt=now, batch__upload=None)
    open_now = open_now.select_related("client__user")
    seen = list(open_now.order_by("-id")[:SEEN_TASKS])
    entered = tried_before(crowd.workers, seen)
    busy = busy_workers(crowd)
    tried = 0
    for worker, wage in zip(crowd.workers, crowd.wages, strict=True):
        looks_at_own = bool(random.random() < pace.own_chance)
        fitting = [
            task
            for task in seen
            if (worker.pk, task.pk) not in entered
            and task.pay_cents * 3600 >= wage * task.estimate_seconds
            and may_be_tried(task, worker, looks_at_own, pace, now)
        ]
        if worker.pk not in busy and fitting and random.random() < pace.chance:
            of_people = [task for task in fitting if not task.client.user.is_simulated]
            task = (of_people or fitting)[int(random.integers(len(of_people or fitting)))]
            tried += try_one(worker, task, wage, random, now)
    return tried


def may_be_tried(task: Task, worker: Worker, looks_at_own: bool, pace: Pace, now: datetime) -> bool:
    """Whether this task is for simulated people too.

    Bidding takes nothing from anybody. A claim that is decided at once does: so people come first,
    and what was on the board before the crowd came stays for people.
    """
    traits = card_of(task.mechanism).traits
    if traits.entry == "none":
        return False
    if task.client.user.is_simulated:
        is_left = traits.decides == "on_entry" and task.posted_at > now - pace.own_first
        return looks_at_own and not is_left
    if traits.decides != "on_entry":
        return True
    is_for_people_still = task.posted_at > now - pace.people_first
    was_there_first = task.posted_at < (worker.available_since or now)
    return not is_for_people_still and not was_there_first


def tried_before(people: Sequence[Worker], seen: Iterable[Task]) -> set[tuple[int, int]]:
    """Who has had a try at what. Where bids are open, one may try again."""
    closed = [task for task in seen if not bids_are_open(task)]
    of_these: dict[str, Any] = {"worker__in": people, "task__in": closed}
    pairs: set[tuple[int, int]] = set()
    for model in (Bid, Claim, Entry):
        pairs.update(model.objects.filter(**of_these).values_list("worker_id", "task_id"))
    return pairs


def bids_are_open(task: Task) -> bool:
    traits = card_of(task.mechanism).traits
    return traits.entry == "bid" and not traits.sealed and traits.decides == "at_closing"


def try_one(worker: Worker, task: Task, wage: float, random: Random, now: datetime) -> bool:
    entry = card_of(task.mechanism).traits.entry
    if entry == "claim":
        return try_to(allocation.claim_slot, task_id=task.pk, by=worker, now=now)
    if entry == "entry":
        return try_to(allocation.enter_contest, task_id=task.pk, by=worker, content=DONE, now=now)
    cost = wage * task.estimate_seconds / 3600
    if bids_are_open(task):
        return go_lower(worker, task, round(cost), now)
    ask = round(cost * random.uniform(LOWEST_ASK, HIGHEST_ASK))
    ask = max(1, task.floor_cents, min(task.pay_cents, ask))
    return try_to(allocation.place_bid, task_id=task.pk, by=worker, amount_cents=ask, now=now)


def go_lower(worker: Worker, task: Task, cost_cents: int, now: datetime) -> bool:
    """Answer the bids that stand, a tenth of the way down to the own cost, unless already winning."""
    case = case_for(task, look_at(task), now)
    standing = sorted(standing_bids(case), key=lambda bid: (bid.ask_cents, bid.received))
    winning = {bid.worker for bid in standing[: len(case.free_slots)]}
    allowed, least = highest_allowed_ask(case), max(1, task.floor_cents, cost_cents)
    if worker.pk in winning or allowed < least:
        return False
    ask = allowed - round(0.1 * (allowed - least))
    return try_to(allocation.place_bid, task_id=task.pk, by=worker, amount_cents=ask, now=now)
