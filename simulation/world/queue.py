"""The plain queue: first come with nothing else going on, played several times as fast.

Where people only wait, claim and work, a run needs no task objects and no bookkeeping at every event.
What happened is kept as plain rows, and a few thousand of them are added up at once, in the order in
which `Market` would have added them: the results are the same to the last bit. A test plays both
over generated scenarios.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from allocation.engine.mechanisms.first_come import is_served
from simulation.world.line import NO_RANK, Line
from simulation.world.records import NOBODY, End

if TYPE_CHECKING:
    from simulation.world.market import Market

STEPS = 8  # so far along the line before all of it is asked: mostly, the first few will do
NEVER = float("inf")
Ints = NDArray[np.int64]
# When it ends, in which turn that was planned, whose rank, number, posted, taken, pay, hours.
Row = tuple[float, int, int, int, float, float, int, float]
# Number, posted, how many ranks of reservation wage want it, pay, hours.
Posting = tuple[int, float, int, int, float]
LAST: Posting = (0, NEVER, 0, 0, 0.0)
NO_EVENT: Row = (NEVER, 0, 0, 0, 0.0, 0.0, 0, 0.0)


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


class Queue:
    """One run. Workers are known by their rank of reservation wage, tasks by how many ranks want
    them: the first `wanted_by` of them do."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.line = Line(market.workers.reservation_cents)
        self.by_rank = np.array(self.line.worker_of_rank)
        self.ended: list[Row] = []  # not added up yet, nor are those who searched:
        self.takers: list[int] = []

    def run(self) -> None:
        """Post every task, and play until nothing is left to happen.

        One loop without calls, because it is nearly all of the time that a run takes.
        """
        line, ended, took = self.line, self.ended, self.takers.append
        in_line = line.in_line
        first_rank, join, leave = line.first_rank, line.join_rank, line.leave_rank
        patience = self.market.scenario.demand.patience_hours
        searches = self.market.behaviour.search_seconds.a > 0
        waiting: dict[int, Posting] = {}
        events: list[Row] = [NO_EVENT]
        turn = 0
        now = area = changed_at = waits = squares = given_up = 0.0
        for posting in self.postings():
            number, posted, wanted_by, pay, hours = posting
            while events[0][0] < posted:  # first what happens before this task is posted
                row = heappop(events)
                now, rank = row[0], row[2]
                if rank == NO_RANK:
                    if row[3] in waiting:
                        area += len(waiting) * (now - changed_at)
                        changed_at = now
                        given_up += now - waiting.pop(row[3])[1]
                        ended.append(row)
                    continue
                ended.append(row)
                for old, since, wanted, cents, work in waiting.values():
                    if rank < wanted:
                        area += len(waiting) * (now - changed_at)
                        changed_at = now
                        waits += now - since
                        squares += (now - since) * (now - since)
                        turn += 1
                        heappush(events, (now + work, turn, rank, old, since, now, cents, work))
                        if searches:
                            took(rank)
                        del waiting[old]
                        break
                else:
                    join(rank)
            if not number:
                break
            now = posted
            turn += 1
            steps = STEPS
            for rank in in_line:
                if rank < wanted_by:
                    break
                steps -= 1
                if not steps:
                    rank = first_rank(wanted_by)
                    break
            else:
                rank = NO_RANK
            if rank != NO_RANK:
                if waiting:
                    area += len(waiting) * (now - changed_at)
                    changed_at = now
                leave(rank)
                if searches:
                    took(rank)
                heappush(events, (now + hours, turn, rank, number, now, now, pay, hours))
                continue
            area += len(waiting) * (now - changed_at)
            changed_at = now
            waiting[number] = posting
            if patience:
                until = now + patience
                heappush(events, (until, turn, NO_RANK, number, now, until, pay, 0.0))
        self.market.now = now
        tallies = self.market.tallies
        tallies.open_area, tallies.open_slots, tallies.last_change = area, len(waiting), changed_at
        tallies.wait_hours, tallies.wait_hours_squared = waits, squares
        tallies.wait_of_unfilled = given_up
        self.add_up()

    def postings(self) -> Iterator[Posting]:
        """Every task, and what ended meanwhile is added up; LAST when there are no more."""
        market = self.market
        estimate = market.scenario.demand.estimate_hours
        for number, hour, pay, work in market.postings():
            cents = np.maximum(pay, market.floor_cents)
            seen = cents if market.rules.pay_is_shown else np.full(len(cents), market.usual_cents)
            willing = np.searchsorted(self.line.sorted_wages, seen / estimate, side="right")
            wanted_by = np.where(is_served(cents, market.floor_cents), willing, 0)
            market.posted += len(number)
            columns = (number, hour, wanted_by, cents, work)
            yield from zip(*(column.tolist() for column in columns), strict=True)
            self.add_up()
        market.is_posting = False
        yield LAST

    def add_up(self) -> None:
        """Add what has ended to the sums and the records, in the order in which it ended."""
        market, workers, tallies = self.market, self.market.workers, self.market.tallies
        self.add_searches()
        if not self.ended:
            return
        rank = np.array([row[2] for row in self.ended])
        budget = np.array([row[6] for row in self.ended])
        hours = np.array([row[7] for row in self.ended])
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
        add(workers.awards, worker[is_done], 1)
        add(workers.costs_cents, worker[is_done], hours[is_done] * hourly)
        add(workers.approved, worker[is_approved], 1)
        add(workers.earned_cents, worker[is_approved], paid[is_approved])
        add(workers.paid_hours, worker[is_approved], hours[is_approved])
        add(workers.rejected, worker[is_rejected], 1)
        add(workers.rejected_hours, worker[is_rejected], hours[is_rejected])
        if market.records is not None:
            end = np.where(is_approved, End.APPROVED, np.where(is_done, End.REJECTED, End.UNFILLED))
            ended, number, posted, taken = (
                np.array([row[place] for row in self.ended]) for place in (0, 3, 4, 5)
            )
            market.records.add_columns(
                number, np.ones(len(rank)), posted, taken, ended, worker, budget, paid, is_done, end
            )
        self.ended.clear()

    def add_searches(self) -> None:
        """Each who took a task had searched for it; drawn in the order of taking."""
        market, many = self.market, len(self.takers)
        if many:
            seconds = np.fromiter(islice(market.search, many), float, many)
            add(market.workers.search_hours, self.by_rank[self.takers], seconds / 3600.0)
            self.takers.clear()

    def are_rejected(self, is_done: NDArray[np.bool_]) -> NDArray[np.bool_]:
        share = self.market.behaviour.rejection
        if not share:
            return np.zeros(len(is_done), dtype=bool)
        draws = np.ones(len(is_done))
        many = int(is_done.sum())
        draws[is_done] = np.fromiter(islice(self.market.chance, many), float, many)
        return draws < share


def add(sums: list[Any], worker: Ints, amounts: Any) -> None:
    """Add each amount to its worker's sum, one after the other: rounding depends on the order."""
    total = np.asarray(sums)
    np.add.at(total, worker, amounts)
    sums[:] = total.tolist()
