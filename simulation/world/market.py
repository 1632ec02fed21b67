"""A simulated market: events on a heap, plain lists for state, decisions by the live engine.

The market never steps through time: it jumps from one event to the next. What happens between
posting and taking a task depends on the way into the mechanism; see `simulation.world.flows`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from allocation.engine.card import Card
from allocation.engine.catalogue import card_of, decide_window
from allocation.engine.contract import Case, Decision, Terms
from simulation.world import queue
from simulation.world.clients import Clients
from simulation.world.duty import Duty
from simulation.world.flows import Flow, flow_for
from simulation.world.people import NEVER, Workers, torus_distance
from simulation.world.records import NOBODY, End, Records, Tallies
from simulation.world.scenario import Scenario, Spread
from simulation.world.streams import (
    arrival_hours,
    generator,
    in_bursts,
    many,
    numbers,
    uniforms,
)

HOUR_SECONDS = 3600.0
Handler = Callable[..., None]
Array = NDArray[Any]


class Task:
    """One posted task while it is open or being worked on."""

    __slots__ = (
        "answers",
        "client",
        "closes_at",
        "entrants",
        "free",
        "holders",
        "hourly_cents",
        "number",
        "pay_cents",
        "posted_at",
        "skill",
        "work_hours",
        "x",
        "y",
    )

    def __init__(self, number: int, posted_at: float, pay_cents: int, work_hours: float) -> None:
        self.number, self.posted_at = number, posted_at
        self.pay_cents, self.work_hours = pay_cents, work_hours
        self.closes_at: float | None = None
        self.hourly_cents = 0.0
        self.x = self.y = 0.0
        self.skill = self.client = 0
        self.entrants = 0
        self.free: list[int] = []
        self.holders: set[int] = set()
        self.answers: dict[int, str] = {}


class Market:
    """One seeded run. `run()` brings it to its end; then read `workers`, `tallies`, `records`.

    With `in_full` every decision is asked for with its whole case, ranking included, as the live
    market keeps it. The run is the same; it only takes longer.
    """

    def __init__(
        self,
        scenario: Scenario,
        seed: int,
        *,
        keep_records: bool = True,
        in_full: bool = False,
    ) -> None:
        self.scenario, self.seed = scenario, seed
        self.rules, self.behaviour = scenario.rules, scenario.behaviour
        self.card: Card = card_of(self.rules.mechanism)
        self.in_short = None if in_full else self.card.in_short
        self.parameters = self.card.complete(self.rules.parameters)
        self.floor_cents = round(self.rules.floor_cents_per_hour * scenario.demand.estimate_hours)
        self.now = 0.0
        self.workers = Workers(scenario, seed)
        self.idle: dict[int, None] = dict.fromkeys(range(scenario.population.workers))
        self.open: dict[int, Task] = {}
        self.tallies = Tallies()
        self.records = Records() if keep_records else None
        self.events: list[tuple[float, int, Handler, tuple]] = []
        self.order = count()
        self.chance = uniforms(seed, "behaviour")
        self.search = numbers(seed, "search", self.behaviour.search_seconds)
        self.decision_seeds = generator(seed, "decisions")
        self.defaults = uniforms(seed, "defaults")
        self.clients = Clients(scenario.demand, seed) if scenario.demand.clients_there else None
        self.tallies.fund_cents = self.rules.fund_reserve_cents
        self.usual_cents = scenario.demand.pay_cents.mean
        self.posted = 0
        self.closed_at = NEVER if scenario.tasks else scenario.hours  # when clients stop posting
        self.flow: Flow = flow_for(self)
        self.duty = Duty(self) if scenario.population.shift_hours else None
        self.let_people_come_and_go()

    # The clock

    def run(self) -> Market:
        """Post every task, then play until nothing is left to happen."""
        if queue.is_plain(self):
            queue.Queue(self).run()
        else:
            self.play()
        self.top_up()
        return self

    def play(self) -> None:
        tasks, events = self.tasks(), self.events
        coming = self.next_of(tasks)
        while coming is not None or events:
            if coming is not None and (not events or coming.posted_at <= events[0][0]):
                self.now = coming.posted_at
                self.post(coming)
                coming = self.next_of(tasks)
            else:
                self.now, _, handler, subjects = heappop(events)
                handler(*subjects)
        self.give_up_the_rest()

    def give_up_the_rest(self) -> None:
        """Nothing more will happen: who waits without end for a worker has waited in vain."""
        if self.open:
            self.now = max(self.now, self.closed_at)
        for task in list(self.open.values()):
            self.expire(task)

    def next_of(self, tasks: Iterator[Task]) -> Task | None:
        coming = next(tasks, None)
        if coming is None:
            self.close(self.now)
        return coming

    def close(self, last_posted_at: float) -> None:
        """Nobody posts any more; by the clock, this was known before."""
        if self.scenario.tasks:
            self.closed_at = last_posted_at

    def at(self, hour: float, handler: Handler, *subjects: object) -> None:
        heappush(self.events, (hour, next(self.order), handler, subjects))

    # Clients

    def tasks(self) -> Iterator[Task]:
        """The tasks as clients will post them: the same whatever the rules are."""
        places = many(self.seed, "task_places", Spread("uniform", 0.0, 1.0))
        asked = many(self.seed, "asked", Spread("uniform", 0.0, 1.0))
        side, kinds = self.scenario.population.city_km, self.scenario.demand.skill_kinds
        for block in self.postings():
            tasks = list(map(Task, *(column.tolist() for column in block)))
            if side:
                at = places(2 * len(tasks)).reshape(-1, 2) * side
                for task, (x, y) in zip(tasks, at.tolist(), strict=True):
                    task.x, task.y = x, y
            if kinds:
                skills = (asked(len(tasks)) * kinds).astype(np.int64)
                for task, skill in zip(tasks, skills.tolist(), strict=True):
                    task.skill = skill
            if self.clients is not None:
                for task, client in zip(tasks, self.clients.of_tasks(len(tasks)), strict=True):
                    task.client = client
            yield from tasks

    def postings(self) -> Iterator[tuple[Array, Array, Array, Array]]:
        """Number, hour, pay in cents and hours of work of the tasks, a block at a time."""
        demand, seed = self.scenario.demand, self.seed
        machines = many(seed, "automation", Spread("uniform", 0.0, 1.0))
        pays = many(seed, "pay", demand.pay_cents)
        works = many(seed, "work", demand.work_hours)
        before = 0
        for hours in self.moments():
            size = len(hours)
            number = np.arange(before + 1, before + 1 + size)
            pay, work = np.rint(pays(size)).astype(np.int64), works(size)
            before += size
            if demand.automated_share:
                kept = machines(size) >= demand.automated_share
                yield number[kept], hours[kept], pay[kept], work[kept]
            else:
                yield number, hours, pay, work

    def moments(self) -> Iterator[Array]:
        """When clients think of a task, a block at a time, until there are enough."""
        demand, left = self.scenario.demand, self.scenario.tasks
        arrivals = arrival_hours(self.seed, demand.tasks_per_hour / demand.burst, demand.rhythm)
        if demand.burst > 1.0:
            arrivals = in_bursts(arrivals, self.seed, demand.burst)
        if left:
            for hours in arrivals:
                yield hours[:left]
                left -= len(hours)
                if left <= 0:
                    return
        for hours in arrivals:
            yield hours[hours <= self.scenario.hours]
            if len(hours) and hours[-1] > self.scenario.hours:
                return

    def post(self, task: Task) -> None:
        self.posted += 1
        task.pay_cents = self.posted_pay_cents(task.pay_cents)
        seen_cents = task.pay_cents if self.rules.pay_is_shown else self.usual_cents
        task.hourly_cents = seen_cents / self.scenario.demand.estimate_hours
        task.free = list(range(1, self.scenario.demand.slots + 1))
        self.count_open(len(task.free))
        self.flow.posted(task)

    def posted_pay_cents(self, pay_cents: int) -> int:
        """A client who fixes the pay keeps to the floor; surge adds to it when few are idle."""
        if self.card.traits.entry != "bid":
            pay_cents = max(pay_cents, self.floor_cents)
        if self.rules.surge_most <= 1.0:
            return pay_cents
        busy_share = 1.0 - self.idle_count() / self.on_duty_count()
        extra = (self.rules.surge_most - 1.0) * max(0.0, 2.0 * busy_share - 1.0)
        base = (
            pay_cents
            if self.rules.surge_way == "multiplicative"
            else self.scenario.demand.pay_cents.mean
        )
        return pay_cents + round(base * extra)

    def idle_count(self) -> int:
        """As the surge rule sees it: members of a coalition have logged off."""
        if not self.behaviour.coalition_share:
            return len(self.idle)
        return sum(not self.workers.is_in_coalition[w] for w in self.idle)

    def on_duty_count(self) -> int:
        return self.workers.count if self.duty is None else max(1, self.duty.on_count)

    def has_logged_off(self, worker: int, task: Task) -> bool:
        """A coalition comes back for tasks that pay what it demands."""
        if not self.workers.is_in_coalition[worker]:
            return False
        return task.pay_cents < self.behaviour.coalition_demands * self.usual_cents

    def count_open(self, change: int) -> None:
        """Add up the area under "slots that nobody holds", for Little's law."""
        tallies, now = self.tallies, self.now
        tallies.open_area += tallies.open_slots * (now - tallies.last_change)
        tallies.last_change = now
        tallies.open_slots += change

    def expire(self, task: Task) -> None:
        """Close what nobody took; harmless when everything was taken."""
        self.open.pop(task.number, None)
        waited = self.now - task.posted_at
        for slot in task.free:
            self.count_open(-1)
            self.tallies.unfilled += 1
            self.tallies.wait_of_unfilled += waited
            if self.records is not None:
                self.records.add(
                    task.number, slot, task.posted_at, self.now, self.now, NOBODY,
                    task.pay_cents, 0, task.entrants, End.UNFILLED,
                )  # fmt: skip
        task.free = []

    # The engine

    def terms(self, task: Task) -> Terms:
        closes_at = None if task.closes_at is None else task.closes_at * HOUR_SECONDS
        return Terms(
            tuple(task.free), task.pay_cents, self.floor_cents, self.now * HOUR_SECONDS, closes_at,
            self.parameters,
        )  # fmt: skip

    def decide(self, case: Case) -> Decision:
        self.tallies.decisions += 1
        return self.card.decide(case)

    def decide_together(self, cases: list[Case]) -> list[Decision]:
        self.tallies.decisions += len(cases)
        return decide_window(self.card.slug, cases)

    def case_seed(self) -> int:
        """Only mechanisms that draw lots use the seed of a case."""
        return int(self.decision_seeds.integers(2**62)) if self.card.traits.random else 0

    # Workers

    def let_people_come_and_go(self) -> None:
        """Newcomers and those who leave, as far as that happens while clients post."""
        workers = self.workers
        newcomers = range(self.scenario.population.workers, workers.count)
        for worker in newcomers:
            if self.duty is None:  # with shifts, their first shift brings them in
                self.flow.worker_leaves(worker)
                self.at(workers.joined_at[worker], self.come, worker)
        for worker, hour in enumerate(workers.leaves_at):
            if hour < NEVER:
                self.at(hour, self.go, worker)

    def come(self, worker: int) -> None:
        if not self.has_gone(worker):
            self.free(worker)

    def go(self, worker: int) -> None:
        """Who is at work or has been asked goes after that."""
        if worker in self.idle:
            del self.idle[worker]
            self.flow.worker_leaves(worker)
            if self.duty is not None:
                self.duty.leave(worker)

    def has_gone(self, worker: int) -> bool:
        return self.now >= self.workers.leaves_at[worker]

    def is_able(self, worker: int, task: Task) -> bool:
        """Has the skill that the task asks for."""
        return not self.workers.skills or task.skill in self.workers.skills[worker]

    def is_willing(self, worker: int, task: Task) -> bool:
        """Able, enough pay for this worker, under the cap, and not on this task already."""
        if task.hourly_cents < self.workers.reservation_cents[worker]:
            return False
        if not self.is_able(worker, task):
            return False
        if worker in task.holders or self.has_logged_off(worker, task):
            return False
        return self.is_under_cap(worker)

    def is_under_cap(self, worker: int) -> bool:
        rules, workers = self.rules, self.workers
        if rules.limited_hours and workers.is_limited[worker]:
            if workers.paid_hours[worker] >= rules.limited_hours:
                return False
        return not rules.most_assignments or workers.awards[worker] < rules.most_assignments

    def distance_km(self, worker: int, task: Task) -> float:
        side = self.scenario.population.city_km
        x, y = self.workers.x[worker], self.workers.y[worker]
        return torus_distance(x, y, task.x, task.y, side) if side else 0.0

    def take(self, task: Task, slot: int, worker: int, pay_cents: int) -> None:
        """The worker holds the slot from now on, travels, and works."""
        workers, tallies, now = self.workers, self.tallies, self.now
        task.free.remove(slot)
        task.holders.add(worker)
        self.idle.pop(worker, None)
        self.count_open(-1)
        waited = now - task.posted_at
        tallies.taken += 1
        tallies.wait_hours += waited
        tallies.wait_hours_squared += waited * waited
        if not workers.awards[worker]:
            workers.first_award_at[worker] = now
        workers.awards[worker] += 1
        workers.last_served[worker] = now
        until = now + self.hours_for(worker, task)
        population = self.scenario.population
        if population.city_km:
            km = self.distance_km(worker, task)
            hours = km / population.km_per_hour
            workers.travel_hours[worker] += hours
            workers.costs_cents[worker] += km * population.cost_cents_per_km
            workers.x[worker], workers.y[worker] = task.x, task.y
            until += hours
        if self.behaviour.search_seconds.a:
            workers.search_hours[worker] += next(self.search) / HOUR_SECONDS
        workers.worked_until[worker] = until
        self.at(until, self.finish, task, slot, worker, pay_cents, now)

    def hours_for(self, worker: int, task: Task) -> float:
        """How long the work takes this worker: less with practice."""
        if not self.behaviour.practice:
            return task.work_hours
        done = self.workers.approved[worker] + self.workers.rejected[worker]
        return float(task.work_hours * (done + 1) ** -self.behaviour.practice)

    def finish(self, task: Task, slot: int, worker: int, pay_cents: int, taken_at: float) -> None:
        """The work is handed in and judged; the worker is free again."""
        workers, tallies = self.workers, self.tallies
        hours = self.hours_for(worker, task)
        workers.costs_cents[worker] += hours * self.scenario.population.cost_cents_per_hour
        if self.behaviour.rejection and next(self.chance) < self.behaviour.rejection:
            end, paid = End.REJECTED, 0
            tallies.rejected += 1
            workers.rejected[worker] += 1
            workers.rejected_hours[worker] += hours
        else:
            end, paid = End.APPROVED, self.paid_cents(task, pay_cents)
            tallies.paid_cents += paid
            workers.approved[worker] += 1
            workers.earned_cents[worker] += paid
            (workers.paid_hours if paid or not pay_cents else workers.rejected_hours)[worker] += (
                hours
            )
        if self.records is not None:
            self.records.add(
                task.number, slot, task.posted_at, taken_at, self.now, worker,
                task.pay_cents, paid, task.entrants, end,
            )  # fmt: skip
        self.free(worker)

    def paid_cents(self, task: Task, pay_cents: int) -> int:
        """What reaches the worker: a client may not pay, and then the fund does if it can."""
        tallies, rules = self.tallies, self.rules
        if rules.fund_basis_points:
            tallies.fund_cents += (pay_cents * rules.fund_basis_points + 5_000) // 10_000
        if self.is_paid_by_its_client(task):
            return pay_cents
        tallies.defaulted_cents += pay_cents
        if tallies.fund_cents < pay_cents:
            return 0
        tallies.fund_cents -= pay_cents
        tallies.covered_cents += pay_cents
        return pay_cents

    def is_paid_by_its_client(self, task: Task) -> bool:
        share = self.scenario.demand.default_share
        if share and next(self.defaults) < share:
            return False
        return self.clients is None or self.clients.pays(task.client, self.now)

    def top_up(self) -> None:
        """Pay what is missing to the guaranteed hourly pay, per worker, to the cent."""
        rate = self.rules.guaranteed_cents_per_hour
        workers = self.workers
        for w in range(workers.count if rate or self.duty else 0):
            on_duty = self.rules.guarantee_counts == "duty"
            hours = self.duty_hours(w) if on_duty else workers.paid_hours[w]
            least = self.duty.top_up_cents[w] if self.duty else 0
            workers.top_up_cents[w] = max(least, round(rate * hours) - workers.earned_cents[w])

    def duty_hours(self, worker: int) -> float:
        if self.duty is not None:
            return self.duty.hours[worker]
        workers = self.workers
        until = min(self.closed_at, workers.leaves_at[worker])
        return max(0.0, max(until, workers.worked_until[worker]) - workers.joined_at[worker])

    def free(self, worker: int) -> None:
        """The worker joins the end of the line of idle workers and looks for work, or goes home."""
        if self.duty is not None and self.duty.is_over(worker):
            self.duty.leave(worker)
            return
        if self.has_gone(worker):
            return
        self.workers.idle_since[worker] = self.now
        self.idle[worker] = None
        self.flow.worker_is_free(worker)

    def wait_again(self, worker: int) -> None:
        """Back among the idle after a no, unless the shift is over by now."""
        if self.duty is not None and self.duty.is_over(worker):
            self.duty.leave(worker)
        elif not self.has_gone(worker):
            self.idle[worker] = None
