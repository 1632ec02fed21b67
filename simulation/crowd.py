"""Simulated people on the live market: they do what everybody can, through the same actions.

Their names say what they are on every page and in every list. What they are like (reservation wages,
what clients pay, how long work takes) comes from a preset; what happens to them is the live market's
business. A refusal by an action is an answer like any other: they look for something else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction

from accounts.models import User
from accounts.names import simulated_name
from allocation import actions as allocation
from allocation.engine.catalogue import CATALOGUE, card_of
from allocation.engine.mechanisms.open_descending import highest_allowed_ask
from allocation.engine.ranking import standing_bids
from allocation.models import Bid, Claim, Entry, Offer
from allocation.queries import case_for, version_for
from clients import actions as clients
from clients.models import Client
from provisions.rules import is_for_a_client_to_say
from simulation.world.people import reservation_wages
from simulation.world.presets import Preset
from simulation.world.streams import draw
from tasks import actions as tasks
from tasks.actions import NewTask
from tasks.models import Assignment, Task
from tasks.queries import open_tasks
from workers import actions as workers
from workers.forms import PLACES
from workers.models import Skill, Worker

Random = np.random.Generator
DOMAIN = "agents.taakplein.example"
FIRST_NAMES = (
    "Ada", "Bas", "Chloé", "Daan", "Elif", "Femke", "Gilles", "Hanne", "Imran", "Jade", "Koen",
    "Lina", "Maxime", "Noor", "Olivier", "Pia", "Quinten", "Rosa", "Sami", "Tess",
)  # fmt: skip
HOME = PLACES["leuven"]
SEEN_TASKS = 60  # how many open tasks the crowd looks at, the newest first
MOST_OPEN_TASKS = 25  # of the crowd's own: a handful makes a market, a heap buries people's tasks
MOST_DAYS_OPEN = 2
LOWEST_ASK, HIGHEST_ASK = 1.0, 1.3  # times what the work costs them, where they name a price
LEAST_OPEN = timedelta(
    minutes=5
)  # however fast the crowd's day goes, people read at their own pace
DONE = "Done by a simulated person. Nothing real was made."
NOTE = "Posted by a simulated client, to make this market move. Anybody may take it; it is play."


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


def client_count(people: int) -> int:
    return max(1, people // 4)


def addresses(slug: str, role: str, count: int, room_id: int | None) -> list[str]:
    return [address(slug, role, number, room_id) for number in range(count)]


def address(slug: str, role: str, number: int, room_id: int | None) -> str:
    where = "" if room_id is None else f"room-{room_id}-"
    return f"{where}{slug}-{role}-{number}@{DOMAIN}"


def make_user(slug: str, role: str, number: int, room_id: int | None) -> User:
    name = FIRST_NAMES[(number * 7 + len(slug) + len(role)) % len(FIRST_NAMES)]
    user, is_new = User.objects.get_or_create(
        email=address(slug, role, number, room_id),
        defaults={"name": simulated_name(name), "is_simulated": True, "room_id": room_id},
    )
    if is_new:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user


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
    """A live market of this kind: its people, and its first tasks on the board."""
    crowd = gather_crowd(preset=preset, people=people, now=now)
    random = np.random.default_rng(1)
    for pay in draw(random, preset.scenario.demand.pay_cents, count).tolist():
        post_one(crowd, random, round(pay), now, Pace(speed=1.0))
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
    pays = draw(random, demand.pay_cents, wanted).tolist()
    return sum(post_one(crowd, random, round(pay), now, pace) for pay in pays)


ENDED = (Task.State.COMPLETED, Task.State.CANCELLED, Task.State.EXPIRED)


def post_one(crowd: Crowd, random: Random, pay_cents: int, now: datetime, pace: Pace) -> bool:
    client = crowd.clients[int(random.integers(len(crowd.clients)))]
    new = new_task(crowd.preset, max(1, pay_cents), now, pace)
    wallet = {"client": client, "amount_cents": 4 * new.reserve_cents, "now": now}
    post = {"client": client, "new": new, "now": now, "accepts_low_pay": True}
    if try_to(allocation.post_task, **post):
        return True
    return try_to(clients.deposit, **wallet) and try_to(allocation.post_task, **post)


def new_task(preset: Preset, pay_cents: int, now: datetime, pace: Pace) -> NewTask:
    """A task of this kind of market, with the preset's mechanism, slots, floor and patience."""
    demand, rules = preset.scenario.demand, preset.scenario.rules
    open_hours = rules.window_hours
    if card_of(rules.mechanism).traits.decides not in ("at_closing", "by_client"):
        open_hours = demand.patience_hours or 24.0
    is_open = timedelta(hours=min(open_hours / pace.speed, 24.0 * MOST_DAYS_OPEN))
    closes_at = now + max(pace.least_open, is_open)
    new = NewTask(
        title=preset.task,
        description=NOTE,
        mechanism=rules.mechanism,
        pay_cents=pay_cents,
        estimate_seconds=max(60, round(demand.estimate_hours * 3600)),
        closes_at=closes_at,
        deadline_at=closes_at + timedelta(days=2),
        floor_cents=min(pay_cents, round(rules.floor_cents_per_hour * demand.estimate_hours)),
        slot_count=demand.slots,
        provided=what_a_client_may_say(rules.provided),
    )
    if not preset.scenario.population.city_km:
        return new
    name, latitude, longitude = HOME
    return replace(new, kind=Task.Kind.ERRAND, place=name, latitude=latitude, longitude=longitude)


def what_a_client_may_say(provided: Mapping[str, str]) -> dict[str, str]:
    """Of who provides what in the preset, the part that a client of the live market can promise."""
    return {name: one for name, one in provided.items() if is_for_a_client_to_say({name: one})}


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
    held = Assignment.objects.filter(
        worker__in=crowd.workers, state=Assignment.State.IN_PROGRESS
    ).select_related("task", "worker")
    ready = [
        one
        for one in held
        if (now - one.started_at).total_seconds() * speed >= one.task.estimate_seconds
    ]
    return sum(
        try_to(tasks.submit_work, assignment_id=one.pk, by=one.worker, content=DONE, now=now)
        for one in ready
    )


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
    busy = set(
        Assignment.objects.filter(
            worker__in=crowd.workers, state=Assignment.State.IN_PROGRESS
        ).values_list("worker", flat=True)
    )
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
    case = case_for(task, version_for(task), now)
    standing = sorted(standing_bids(case), key=lambda bid: (bid.ask_cents, bid.received))
    winning = {bid.worker for bid in standing[: len(case.free_slots)]}
    allowed, least = highest_allowed_ask(case), max(1, task.floor_cents, cost_cents)
    if worker.pk in winning or allowed < least:
        return False
    ask = allowed - round(0.1 * (allowed - least))
    return try_to(allocation.place_bid, task_id=task.pk, by=worker, amount_cents=ask, now=now)
