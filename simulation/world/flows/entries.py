"""Bids, lottery entries and contest entries: people enter until closing, then the engine decides."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from allocation.engine.contract import Candidate, Case, Decision
from simulation.world import behaviour
from simulation.world.streams import draw, generator

if TYPE_CHECKING:
    from simulation.world.market import Market, Task

HOUR_SECONDS = 3600.0


class Entries:
    """A task stays open for `window_hours`; those who saw it and want it enter at once."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.who = generator(market.seed, "bidders")
        self.costs = generator(market.seed, "costs")
        self.names_price = market.card.traits.entry == "bid"
        self.hands_in = market.card.traits.entry == "entry"

    def posted(self, task: Task) -> None:
        task.closes_at = task.posted_at + self.market.rules.window_hours
        seen_by = self.seen_by(task)
        asks = self.asks(task, seen_by) if self.names_price else [None] * len(seen_by)
        entrants = [
            (worker, ask)
            for worker, ask in zip(seen_by, asks, strict=True)
            if self.enters(task, worker, ask)
        ]
        for worker, _ in entrants:
            self.spend_time_on_entry(task, worker)
        task.entrants = len(entrants)
        self.market.tallies.entrants += len(entrants)
        self.market.at(task.closes_at, self.close, task, entrants)

    def worker_is_free(self, worker: int) -> None:
        """Nobody enters late: a task is seen when it is posted."""

    def worker_leaves(self, worker: int) -> None:
        """Who has gone home by the closing is busy then, like everybody who works."""

    def seen_by(self, task: Task) -> list[int]:
        """The idle workers who see the task: a random few of those who are able, in random order."""
        idle = [worker for worker in self.market.idle if self.market.is_able(worker, task)]
        wanted = self.market.behaviour.bidders
        if self.market.behaviour.bidders_vary:
            wanted = int(self.who.poisson(wanted))
        chosen = self.who.permutation(len(idle))[:wanted]
        return [idle[i] for i in chosen.tolist()]

    def asks(self, task: Task, seen_by: list[int]) -> list[int | None]:
        market = self.market
        hours = market.scenario.demand.estimate_hours
        spread = market.scenario.population.reservation_cents
        if market.behaviour.private_costs:
            hourly = draw(self.costs, spread, len(seen_by)).tolist()
        else:
            hourly = [market.workers.reservation_cents[w] for w in seen_by]
        return [
            behaviour.ask_cents(
                market.behaviour,
                cost_cents=wage * hours,
                budget_cents=task.pay_cents,
                floor_cents=market.floor_cents,
                rivals=len(seen_by) - 1,
                markup=market.workers.markup[worker],
            )
            for worker, wage in zip(seen_by, hourly, strict=True)
        ]

    def enters(self, task: Task, worker: int, ask: int | None) -> bool:
        if not self.market.is_under_cap(worker):
            return False
        if ask is None:
            return self.market.is_willing(worker, task)
        return ask <= task.pay_cents

    def spend_time_on_entry(self, task: Task, worker: int) -> None:
        """A bid takes `bid_seconds`; a contest entry is the whole work, paid or not."""
        workers = self.market.workers
        workers.bids[worker] += 1
        hours = self.market.behaviour.bid_seconds / HOUR_SECONDS
        workers.bid_hours[worker] += hours + (task.work_hours if self.hands_in else 0.0)

    def close(self, task: Task, entrants: list[tuple[int, int | None]]) -> None:
        case = self.case_at_closing(task, entrants)
        decision = self.market.decide(case)
        if decision.asks_client:
            case = replace(case, chosen=self.client_picks(decision))
            decision = self.market.decide(case)
        if self.market.behaviour.bidding == "learning":
            self.learn([worker for worker, _ in entrants], {a.worker for a in decision.awards})
        for award in decision.awards:
            if self.hands_in:  # the winner's hours of work turn out to be paid
                self.market.workers.bid_hours[award.worker] -= task.work_hours
            self.market.take(task, award.slot, award.worker, award.pay_cents)
        for fee in decision.consolations:
            self.market.workers.consoled_cents[fee.worker] += fee.pay_cents
            self.market.tallies.consoled_cents += fee.pay_cents
        self.market.expire(task)

    def learn(self, bidders: list[int], winners: set[int]) -> None:
        """Ask more after an award and less after a loss, never less than the own cost."""
        markup = self.market.workers.markup
        for worker in bidders:
            step = behaviour.MORE if worker in winners else behaviour.LESS
            markup[worker] = max(1.0, markup[worker] * step)

    def case_at_closing(self, task: Task, entrants: list[tuple[int, int | None]]) -> Case:
        market = self.market
        shown = behaviour.features(market, [worker for worker, _ in entrants], task)
        return Case(
            task=task.number,
            free_slots=tuple(task.free),
            pay_cents=task.pay_cents,
            floor_cents=market.floor_cents,
            now=market.now * HOUR_SECONDS,
            closes_at=market.now * HOUR_SECONDS,
            seed=market.case_seed(),
            parameters=market.parameters,
            candidates=tuple(
                Candidate(
                    worker,
                    place,
                    task.posted_at * HOUR_SECONDS,
                    ask,
                    features,
                    failed_gates=self.closed_gates(worker),
                )
                for place, ((worker, ask), features) in enumerate(zip(entrants, shown, strict=True))
            ),
        )

    def closed_gates(self, worker: int) -> tuple[str, ...]:
        """Who got other work since entering has no room left for this task."""
        has_room = worker in self.market.idle and self.market.is_under_cap(worker)
        return () if has_room else ("no_capacity",)

    def client_picks(self, decision: Decision) -> tuple[int, ...]:
        """The client follows the ranking; in a contest, the best work: the highest quality."""
        shown = [row.worker for row in decision.ranking if row.rank is not None]
        if self.hands_in:
            shown.sort(key=lambda worker: -self.market.workers.quality[worker])
        return tuple(shown[: self.market.scenario.demand.slots])
