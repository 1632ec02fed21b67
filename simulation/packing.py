"""How a preset packs its work on the live market: as tasks, as shifts, or as hours to book."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from allocation import actions as allocation
from allocation.engine.catalogue import card_of
from clients.models import Client
from provisions.rules import is_for_a_client_to_say
from shifts import actions as shifts
from shifts.models import PublishedHour
from shifts.queries import free_hours
from shifts.rules import SCHEDULES
from simulation.world.presets import Preset
from simulation.world.streams import draw
from tasks.actions import NewTask
from tasks.models import Task
from workers.forms import PLACES
from workers.models import Worker

Random = np.random.Generator
HOME = PLACES["leuven"]
ON_SITE = (Task.Kind.ERRAND, Task.Kind.SHIFT)
QUARTER = timedelta(minutes=15)
MOST_DAYS_OPEN = 2
LOWEST_ASK, HIGHEST_ASK = 1.0, 1.3  # times what the work costs them, where they name a price
SEEN_HOURS = 4  # so many of the hours that can be paid are compared, by chance
NOTE = "Posted by a simulated client, to make this market move. Anybody may take it; it is play."
OFFERED = (
    "Offered by a simulated worker, to make this market move. Anybody may book it; it is play."
)


def budgets(preset: Preset, random: Random, count: int) -> list[int]:
    """What so many tasks pay, in cents; where hours are paid and not tasks, the pay of those hours."""
    demand, rules = preset.scenario.demand, preset.scenario.rules
    if not demand.pay_cents.mean:
        hourly = rules.guaranteed_cents_per_hour
        return [max(1, round(hourly * demand.estimate_hours))] * count
    return [max(1, round(pay)) for pay in draw(random, demand.pay_cents, count).tolist()]


def new_task(
    preset: Preset, pay_cents: int, now: datetime, *, speed: float, least_open: timedelta
) -> NewTask:
    """A task of this kind of market, with the preset's mechanism, slots, floor and patience."""
    demand, rules = preset.scenario.demand, preset.scenario.rules
    open_hours = rules.window_hours
    if card_of(rules.mechanism).traits.decides not in ("at_closing", "by_client"):
        open_hours = demand.patience_hours or 24.0
    is_open = timedelta(hours=min(open_hours / speed, 24.0 * MOST_DAYS_OPEN))
    closes_at = now + max(least_open, is_open)
    new = NewTask(
        title=preset.task,
        description=NOTE,
        kind=preset.kind,
        mechanism=rules.mechanism,
        pay_cents=pay_cents,
        estimate_seconds=max(60, round(demand.estimate_hours * 3600)),
        closes_at=closes_at,
        deadline_at=closes_at + timedelta(days=2),
        floor_cents=min(pay_cents, round(rules.floor_cents_per_hour * demand.estimate_hours)),
        slot_count=demand.slots,
        provided=what_a_client_may_say(rules.provided),
    )
    if preset.kind not in ON_SITE:
        return new
    name, latitude, longitude = HOME
    return replace(new, place=name, latitude=latitude, longitude=longitude)


def what_a_client_may_say(provided: Mapping[str, str]) -> dict[str, str]:
    """Of who provides what in the preset, the part that a client of the live market can promise."""
    return {name: one for name, one in provided.items() if is_for_a_client_to_say({name: one})}


def post_packed(*, client: Client, new: NewTask, preset: Preset, now: datetime) -> Task:
    """Post it; a shift begins when it is no longer given out. Raises what `post_task` raises."""
    if new.kind != Task.Kind.SHIFT:
        return allocation.post_task(client=client, new=new, now=now, accepts_low_pay=True)
    terms = shifts.ShiftTerms(
        starts_at=new.closes_at,
        ends_at=new.closes_at + timedelta(seconds=new.estimate_seconds),
        minimum_paid_minutes=round(60 * preset.scenario.rules.minimum_shift_hours),
        steps=SCHEDULES["half_day"],
    )
    return shifts.post_shift(client=client, new=new, terms=terms, now=now, accepts_low_pay=True)


def publish_an_hour(
    worker: Worker, preset: Preset, wage: float, random: Random, begins_at: datetime, now: datetime
) -> list[PublishedHour]:
    """The worker offers an hour of the preset's work, from the next full quarter, at an own price."""
    hours = preset.scenario.demand.estimate_hours
    price = wage * hours * random.uniform(LOWEST_ASK, HIGHEST_ASK)
    return shifts.publish_hours(
        by=worker,
        title=preset.task,
        description=OFFERED,
        starts_at=next_quarter(begins_at),
        minutes=round(60 * hours),
        pay_cents=max(1, round(price)),
        weeks=1,
        now=now,
    )


def next_quarter(moment: datetime) -> datetime:
    past = timedelta(
        minutes=moment.minute % 15, seconds=moment.second, microseconds=moment.microsecond
    )
    return moment + (QUARTER - past) % QUARTER


def hour_to_book(
    client: Client, budget_cents: int, random: Random, now: datetime
) -> PublishedHour | None:
    """The cheapest of a few that the budget allows; hours of people come before simulated ones."""
    within = free_hours(now, client.user).filter(pay_cents__lte=budget_cents)
    found = list(within.select_related("worker__user"))
    of_people = [hour for hour in found if not hour.worker.user.is_simulated]
    choice = of_people or found
    if not choice:
        return None
    seen = random.permutation(len(choice))[:SEEN_HOURS].tolist()
    cheapest: PublishedHour = min(
        (choice[place] for place in seen), key=lambda hour: (hour.pay_cents, hour.pk)
    )
    return cheapest
