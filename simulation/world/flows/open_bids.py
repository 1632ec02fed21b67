"""Open bidding: everybody sees the standing bids, and whoever is outbid may go lower."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allocation.engine.contract import Candidate, Case
from allocation.engine.mechanisms.open_descending import closing_time_after_bid, highest_allowed_ask
from simulation.world.flows.entries import HOUR_SECONDS, Entries
from simulation.world.streams import numbers

if TYPE_CHECKING:
    from simulation.world.market import Market, Task


class Bidding:
    """One task: how low each of those who saw it would go, and what stands, latest bid last."""

    __slots__ = ("least", "standing", "task")

    def __init__(self, task: Task, least: dict[int, int]) -> None:
        self.task, self.least = task, least
        self.standing: dict[int, int] = {}


class OpenBids(Entries):
    """Who is not among the lowest looks after the time an answer takes, and goes lower or gives up.

    Only the first bid costs time of its own; to answer is quick.
    """

    def __init__(self, market: Market) -> None:
        super().__init__(market)
        self.answer_seconds = numbers(market.seed, "answers", market.behaviour.answer_seconds)

    def posted(self, task: Task) -> None:
        market = self.market
        task.closes_at = task.posted_at + market.rules.window_hours
        seen_by = self.seen_by(task)
        least = {
            worker: ask
            for worker, ask in zip(seen_by, self.asks(task, seen_by), strict=True)
            if ask is not None and self.enters(task, worker, ask)
        }
        bidding = Bidding(task, least)
        for worker in least:
            self.will_look(bidding, worker)
        market.at(task.closes_at, self.end, bidding)

    def will_look(self, bidding: Bidding, worker: int) -> None:
        seconds = next(self.answer_seconds)
        self.market.at(self.market.now + seconds / HOUR_SECONDS, self.look, bidding, worker)

    def look(self, bidding: Bidding, worker: int) -> None:
        """Bid if that helps and the worker would still do it for so much."""
        market, task, standing = self.market, bidding.task, bidding.standing
        if task.closes_at is None or market.now >= task.closes_at:
            return
        if worker not in market.idle or worker in self.winning(bidding):
            return
        allowed, least = highest_allowed_ask(self.case_of(bidding)), bidding.least[worker]
        if allowed < least:
            return
        if worker not in standing:
            self.spend_time_on_entry(task, worker)
            task.entrants += 1
            market.tallies.entrants += 1
        before = self.winning(bidding)
        standing.pop(worker, None)  # a new bid is the latest
        standing[worker] = allowed - round(market.behaviour.undercut * (allowed - least))
        closes_at = task.closes_at * HOUR_SECONDS
        extended = closing_time_after_bid(market.parameters, closes_at, market.now * HOUR_SECONDS)
        task.closes_at = extended / HOUR_SECONDS
        for outbid in sorted(before - self.winning(bidding)):
            self.will_look(bidding, outbid)

    def winning(self, bidding: Bidding) -> set[int]:
        """Whose bids would win now: the lowest, the earlier of equal ones."""
        lowest = sorted(bidding.standing, key=lambda worker: bidding.standing[worker])
        return set(lowest[: len(bidding.task.free)])

    def case_of(self, bidding: Bidding) -> Case:
        market, task = self.market, bidding.task
        return Case(
            task=task.number,
            free_slots=tuple(task.free),
            pay_cents=task.pay_cents,
            floor_cents=market.floor_cents,
            now=market.now * HOUR_SECONDS,
            parameters=market.parameters,
            candidates=tuple(
                Candidate(worker, place, 0.0, ask)
                for place, (worker, ask) in enumerate(bidding.standing.items())
            ),
        )

    def end(self, bidding: Bidding) -> None:
        """Close, or wait on when a late bid has moved the closing."""
        task = bidding.task
        if task.closes_at is not None and self.market.now < task.closes_at:
            self.market.at(task.closes_at, self.end, bidding)
        else:
            self.close(task, list(bidding.standing.items()))
