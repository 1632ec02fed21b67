"""The plain queue: first come with nothing else going on, played ten times as fast.

Where people only wait, claim and work, nearly every task is taken the moment it is posted, so its end
is known before anybody has taken it. The ends of a whole block of tasks are therefore put in order at
once, as if nobody had to wait: the timetable. Only a task that did have to wait is taken or given up
at a moment that nobody foresaw; those moments go through a heap, as all of them do in `Market`.

What happened is added up a block at a time, in the order in which `Market` would have added it: the
results are the same to the last bit. A test plays both over generated scenarios.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count, islice
from sys import float_info
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from allocation.engine.mechanisms.first_come import is_served
from simulation.world.line import NO_RANK, NOT_IN_LINE, Line
from simulation.world.records import NOBODY, End

if TYPE_CHECKING:
    from simulation.world.market import Market

STEPS = 8  # so far along the line before all of it is asked: mostly, the first few will do
POSTED = -1  # on a timetable; every other entry says which task ends
BY_POSTING, BY_TAKING = 0, 1  # at one moment a task is posted first, and then another is taken
NEVER = float("inf")
AT_LAST = float_info.max  # after everything, and before NEVER
SUMS = (
    "awards", "approved", "rejected", "earned_cents", "paid_hours", "rejected_hours",
    "search_hours", "costs_cents", "worked_until",
)  # fmt: skip
Array = NDArray[Any]
# When it was posted, its number, how many ranks of reservation wage want it, pay, hours.
Waiter = tuple[float, int, int, int, float]
# Where on the timetable, rank, number, posted, taken, ended, pay, hours.
Unforeseen = tuple[int, int, int, float, float, float, int, float]
# When, in which turn it was planned (hour, way, number), and then as above, without when and where.
Event = tuple[float, float, int, int, int, int, float, float, int, float]
NO_EVENT: Event = (NEVER, 0.0, 0, 0, 0, 0, 0.0, 0.0, 0, 0.0)


def is_plain(market: Market) -> bool:
    """Is this one of the markets that this module can play?"""
    demand, population = market.scenario.demand, market.scenario.population
    behaviour, rules = market.behaviour, market.rules
    return (
        market.card.slug == "first_come"
        and market.in_short is not None
        and demand.slots == 1
        and behaviour.looking == "longest_wait"
        and behaviour.choosing == "oldest"
        and not (demand.default_share or demand.clients_there)
        and not (behaviour.practice or behaviour.coalition_share)
        and not (population.shift_hours or population.city_km or rules.fund_basis_points)
        and not (population.newcomers or population.stays_hours or demand.skill_kinds)
        and not (rules.most_assignments or rules.limited_hours or rules.surge_most > 1.0)
    )


@dataclass(slots=True)
class Tasks:
    """Tasks as columns. `rank` is who took each when it was posted, NO_RANK when nobody did."""

    number: Array
    posted: Array
    wanted_by: Array  # how many ranks of reservation wage: the first so many
    pay: Array
    hours: Array
    rank: Array

    @classmethod
    def none(cls) -> Tasks:
        return cls(*(np.zeros(0, kind) for kind in (int, float, int, int, float, int)))

    def kept(self, which: Array) -> Tasks:
        return Tasks(*(getattr(self, name)[which] for name in self.__slots__))

    def then(self, others: Tasks) -> Tasks:
        pairs = ((getattr(self, name), getattr(others, name)) for name in self.__slots__)
        return Tasks(*map(np.concatenate, pairs))

    def waiter(self, place: int) -> Waiter:
        return (
            self.posted.item(place), self.number.item(place), self.wanted_by.item(place),
            self.pay.item(place), self.hours.item(place),
        )  # fmt: skip


class Timetable:
    """What is foreseen until the last of some new tasks is posted, or until a given hour."""

    def __init__(self, running: Tasks, new: Tasks, until: float) -> None:
        self.until = until
        self.tasks = running.then(new)
        self.known = len(running.number)  # whose rank is known
        self.ends = self.tasks.posted + self.tasks.hours
        self.is_soon = self.ends < until
        soon = np.flatnonzero(self.is_soon)
        times = np.concatenate([new.posted, self.ends[soon]])
        order = np.argsort(times, kind="stable")  # at one moment: what is posted, then what ends
        self.times = times[order]
        self.entries = np.concatenate([np.full(len(new.number), POSTED), soon])[order]

    def lists(self) -> tuple[list[float], list[int]]:
        return self.times.tolist(), self.entries.tolist()

    def turn(self, entry: int) -> tuple[float, int, int]:
        """In which turn `Market` plans this end: at one moment, what is planned first happens first."""
        return float(self.tasks.posted[entry]), BY_POSTING, int(self.tasks.number[entry])

    def ended(self) -> tuple[Array, ...]:
        """The ends that came as foreseen, as columns of `Unforeseen`."""
        places = np.flatnonzero(self.entries != POSTED)
        which = self.entries[places]
        came = self.tasks.rank[which] != NO_RANK
        places, which = places[came], which[came]
        tasks = self.tasks.kept(which)
        return (
            places, tasks.rank, tasks.number, tasks.posted, tasks.posted, self.ends[which],
            tasks.pay, tasks.hours,
        )  # fmt: skip

    def running(self) -> Tasks:
        return self.tasks.kept(~self.is_soon & (self.tasks.rank != NO_RANK))


class Waiting:
    """The tasks that nobody took at once, by number, and what will happen to them later."""

    def __init__(self, patience_hours: float, takers: list[int]) -> None:
        self.patience_hours, self.takers = patience_hours, takers
        self.tasks: dict[int, Waiter] = {}
        self.events: list[Event] = [NO_EVENT]
        self.next_at = NEVER
        self.turns = count()
        self.ended: list[Unforeseen] = []
        self.now = self.area = self.changed_at = 0.0
        self.waits = self.squares = self.given_up = 0.0

    def add(self, waiter: Waiter) -> None:
        posted, number, _, pay, _ = waiter
        self.count(posted)
        self.tasks[number] = waiter
        if self.patience_hours:
            until = posted + self.patience_hours
            self.plan((until, posted, BY_POSTING, number, NO_RANK, number, posted, until, pay, 0.0))

    def serve(self, rank: int, now: float) -> bool:
        """Somebody is free: do they take a task?"""
        for posted, number, wanted_by, pay, hours in self.tasks.values():
            if rank < wanted_by:
                self.count(now)
                waited = now - posted
                self.waits += waited
                self.squares += waited * waited
                turn = next(self.turns)
                self.plan(
                    (now + hours, now, BY_TAKING, turn, rank, number, posted, now, pay, hours)
                )
                self.takers.append(rank)
                del self.tasks[number]
                return True
        return False

    def plan(self, event: Event) -> None:
        heappush(self.events, event)
        self.next_at = self.events[0][0]

    def next(self, place: int) -> int:
        """Let the next event happen; returns the rank of who is free now, or NO_RANK."""
        ended, _, _, _, rank, number, posted, taken, pay, hours = heappop(self.events)
        self.now, self.next_at = ended, self.events[0][0]
        if rank == NO_RANK:
            if number not in self.tasks:
                return NO_RANK
            self.count(ended)
            self.given_up += ended - posted
            del self.tasks[number]
        self.ended.append((place, rank, number, posted, taken, ended, pay, hours))
        return rank

    def give_up_all(self, place: int, now: float) -> None:
        for posted, number, _, pay, _ in list(self.tasks.values()):
            self.count(now)
            self.given_up += now - posted
            del self.tasks[number]
            self.ended.append((place, NO_RANK, number, posted, now, now, pay, 0.0))
            self.now = now

    def count(self, now: float) -> None:
        """Before the number of waiting tasks changes: the area under it."""
        self.area += len(self.tasks) * (now - self.changed_at)
        self.changed_at = now


class Queue:
    """One run. Workers are known by their rank of reservation wage, tasks by how many ranks want
    them: the first `wanted_by` of them do."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.line = Line(market.workers.reservation_cents)
        self.by_rank = np.array(self.line.worker_of_rank)
        self.takers: list[int] = []  # in order of taking, not added up yet
        self.waiting = Waiting(market.scenario.demand.patience_hours, self.takers)
        self.running = Tasks.none()
        self.sums = {name: np.array(getattr(market.workers, name)) for name in SUMS}

    def run(self) -> None:
        """Post every task, and play until nothing is left to happen."""
        for timetable in self.timetables():
            self.play(timetable)
            self.add_up(timetable)
            self.running = timetable.running()
        waiting, tallies = self.waiting, self.market.tallies
        self.market.now = max(self.market.now, waiting.now)
        tallies.open_area, tallies.open_slots = waiting.area, len(waiting.tasks)
        tallies.last_change = waiting.changed_at
        tallies.wait_hours, tallies.wait_hours_squared = waiting.waits, waiting.squares
        tallies.wait_of_unfilled = waiting.given_up
        for name, total in self.sums.items():
            getattr(self.market.workers, name)[:] = total.tolist()

    def timetables(self) -> Iterator[Timetable]:
        """One for each block of tasks, and one for what is left after the last."""
        market = self.market
        estimate = market.scenario.demand.estimate_hours
        for number, hour, pay, work in market.postings():
            if not len(number):
                continue
            cents = np.maximum(pay, market.floor_cents)
            seen = cents if market.rules.pay_is_shown else np.full(len(cents), market.usual_cents)
            willing = np.searchsorted(self.line.sorted_wages, seen / estimate, side="right")
            wanted_by = np.where(is_served(cents, market.floor_cents), willing, 0)
            market.posted += len(number)
            market.now = float(hour[-1])
            new = Tasks(number, hour, wanted_by, cents, work, np.full(len(number), NO_RANK))
            yield Timetable(self.running, new, market.now)
        market.close(market.now)
        yield Timetable(self.running, Tasks.none(), NEVER)

    def play(self, timetable: Timetable) -> None:
        """What a task and a worker do is written out here: this loop is most of the time of a run."""
        waiting, tasks, known = self.waiting, timetable.tasks, timetable.known
        first_rank, in_line, tickets = self.line.first_rank, self.line.in_line, self.line.tickets
        turns, takes = self.line.turns, self.takers.append
        ranks = tasks.rank[:known].tolist()
        wanted = iter(tasks.wanted_by[known:].tolist())
        for place, now, entry in zip(count(), *timetable.lists(), strict=False):
            if waiting.next_at <= now:
                self.catch_up(timetable, place, now, entry)
            if entry != POSTED:
                rank = ranks[entry]
                if rank != NO_RANK and not (waiting.tasks and waiting.serve(rank, now)):
                    in_line[rank] = None
                    tickets[rank] = next(turns)
                continue
            wanted_by, steps = next(wanted), STEPS
            for rank in in_line:
                if rank < wanted_by:
                    break
                steps -= 1
                if not steps:
                    rank = first_rank(wanted_by)
                    break
            else:
                rank = NO_RANK
            ranks.append(rank)
            if rank == NO_RANK:
                waiting.add(tasks.waiter(len(ranks) - 1))
                continue
            if waiting.tasks:
                waiting.count(now)
            del in_line[rank]
            tickets[rank] = NOT_IN_LINE
            takes(rank)
        tasks.rank = np.array(ranks, dtype=np.int64)
        if timetable.until == NEVER:
            self.catch_up(timetable, len(timetable.times), AT_LAST, POSTED)
            self.give_up_the_rest(timetable)

    def give_up_the_rest(self, timetable: Timetable) -> None:
        """As in `Market`: nothing more will happen."""
        moments = [self.market.now, self.market.closed_at, self.waiting.now, *timetable.times[-1:]]
        self.waiting.give_up_all(len(timetable.times), float(max(moments)))

    def catch_up(self, timetable: Timetable, place: int, now: float, entry: int) -> None:
        """Let happen what nobody foresaw and comes before this entry of the timetable."""
        waiting = self.waiting
        while waiting.next_at <= now:
            if waiting.next_at == now and (
                entry == POSTED or waiting.events[0][1:4] > timetable.turn(entry)
            ):
                return
            rank = waiting.next(place)
            if rank != NO_RANK and not waiting.serve(rank, waiting.now):
                self.line.join_rank(rank)

    def add_up(self, timetable: Timetable) -> None:
        """Add what has ended to the sums and the records, in the order in which it ended."""
        market, tallies = self.market, self.market.tallies
        self.add_searches()
        columns = timetable.ended()
        if self.waiting.ended:
            unforeseen = map(np.array, zip(*self.waiting.ended, strict=True))
            columns = tuple(map(np.concatenate, zip(unforeseen, columns, strict=True)))
            order = np.argsort(columns[0], kind="stable")
            columns = tuple(column[order] for column in columns)
            self.waiting.ended.clear()
        _, rank, number, posted, taken, ended, budget, hours = columns
        if not len(rank):
            return
        market.now = max(market.now, float(ended[-1]))
        is_done = rank != NO_RANK
        is_rejected = self.are_rejected(is_done)
        is_approved = is_done & ~is_rejected
        worker = np.where(is_done, self.by_rank[rank], NOBODY)
        paid = np.where(is_approved, budget, 0)
        done = int(is_done.sum())
        tallies.taken += done
        tallies.decisions += done  # each claim is a decision of its own
        tallies.entrants += done
        tallies.unfilled += len(rank) - done
        tallies.rejected += int(is_rejected.sum())
        tallies.paid_cents += int(paid.sum())
        hourly = market.scenario.population.cost_cents_per_hour
        self.add("awards", worker[is_done], 1)
        self.sums["worked_until"][worker[is_done]] = ended[is_done]  # in order, so the last stays
        self.add("costs_cents", worker[is_done], hours[is_done] * hourly)
        self.add("approved", worker[is_approved], 1)
        self.add("earned_cents", worker[is_approved], paid[is_approved])
        self.add("paid_hours", worker[is_approved], hours[is_approved])
        self.add("rejected", worker[is_rejected], 1)
        self.add("rejected_hours", worker[is_rejected], hours[is_rejected])
        if market.records is not None:
            end = np.where(is_approved, End.APPROVED, np.where(is_done, End.REJECTED, End.UNFILLED))
            market.records.add_columns(
                number, np.ones(len(rank)), posted, taken, ended, worker, budget, paid, is_done, end
            )

    def add_searches(self) -> None:
        """Each who took a task had searched for it; drawn in the order of taking."""
        takers = self.by_rank[np.array(self.takers, dtype=np.int64)]
        if self.market.behaviour.search_seconds.a > 0:
            seconds = np.fromiter(islice(self.market.search, len(takers)), float, len(takers))
            self.add("search_hours", takers, seconds / 3600.0)
        self.takers.clear()

    def are_rejected(self, is_done: Array) -> Array:
        share = self.market.behaviour.rejection
        if not share:
            return np.zeros(len(is_done), dtype=bool)
        draws = np.ones(len(is_done))
        many = int(is_done.sum())
        draws[is_done] = np.fromiter(islice(self.market.chance, many), float, many)
        return draws < share

    def add(self, name: str, worker: Array, amounts: Any) -> None:
        """Add each amount to its worker's sum, one after the other: rounding depends on the order."""
        np.add.at(self.sums[name], worker, amounts)
