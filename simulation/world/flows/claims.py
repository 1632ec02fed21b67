"""First come: a worker who sees a task that pays enough claims it, and the engine settles it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allocation.engine.contract import Award, Candidate, Case, OfferTo
from simulation.world.line import Line

if TYPE_CHECKING:
    from simulation.world.market import Market, Task


class Claims:
    """Each claim is decided on its own, with one candidate, exactly as in the live market."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.race = market.behaviour.looking == "race"
        self.best_paid = market.behaviour.choosing == "best_paid"
        self.line = Line(market.workers.reservation_cents)
        self.only_pay_counts = not (
            market.rules.most_assignments
            or market.rules.limited_hours
            or market.scenario.demand.slots > 1
            or market.scenario.demand.skill_kinds
            or market.behaviour.coalition_share
        )
        self.line_is_enough = self.only_pay_counts and not self.race
        self.patience_hours = market.scenario.demand.patience_hours

    def posted(self, task: Task) -> None:
        if self.patience_hours:
            task.closes_at = task.posted_at + self.patience_hours
        while task.free:
            worker = self.first_to_see(task)
            if worker is None:
                self.market.open[task.number] = task
                if task.closes_at is not None:
                    self.market.at(task.closes_at, self.market.expire, task)
                return
            self.claim(task, worker)

    def worker_is_free(self, worker: int) -> None:
        self.line.join(worker)
        task = self.task_for(worker) if self.market.open else None
        if task is not None:
            self.claim(task, worker)
            if not task.free:
                del self.market.open[task.number]

    def worker_leaves(self, worker: int) -> None:
        self.line.leave(worker)

    def first_to_see(self, task: Task) -> int | None:
        """The first idle worker who wants the task; None when there is none."""
        if self.line_is_enough:
            return self.line.first_below(task.hourly_cents)
        is_willing = self.market.is_willing
        if self.race and self.only_pay_counts:
            wages, hourly_cents = self.market.workers.reservation_cents, task.hourly_cents
            return self.winner_of_race([w for w in self.market.idle if wages[w] <= hourly_cents])
        if self.race:
            return self.winner_of_race([w for w in self.market.idle if is_willing(w, task)])
        for worker in self.market.idle:
            if is_willing(worker, task):
                return worker
        return None

    def winner_of_race(self, workers: list[int]) -> int | None:
        """Everybody is as quick, but a bot counts `bot_speed` times: its share is k / (k + m)."""
        if not workers:
            return None
        if not self.market.scenario.population.bots:
            return workers[int(next(self.market.chance) * len(workers))]
        speed, is_bot = self.market.behaviour.bot_speed, self.market.workers.is_bot
        speeds = [speed if is_bot[w] else 1.0 for w in workers]
        left = next(self.market.chance) * sum(speeds)
        for worker, its_speed in zip(workers, speeds, strict=True):
            left -= its_speed
            if left < 0:
                return worker
        return workers[-1]

    def task_for(self, worker: int) -> Task | None:
        is_willing = self.market.is_willing
        wanted = (task for task in self.market.open.values() if is_willing(worker, task))
        if self.best_paid:
            return max(wanted, key=lambda task: (task.pay_cents, -task.number), default=None)
        return next(wanted, None)

    def claim(self, task: Task, worker: int) -> None:
        market = self.market
        task.entrants += 1
        market.tallies.entrants += 1
        for award in self.given(task, worker):
            self.line.leave(award.worker)
            market.take(task, award.slot, award.worker, award.pay_cents)

    def given(self, task: Task, worker: int) -> tuple[Award | OfferTo, ...]:
        market = self.market
        if market.in_short is not None:
            market.tallies.decisions += 1
            return market.in_short(market.terms(task), (worker,), no_feature)
        terms = market.terms(task)
        return market.decide(
            Case(
                task=task.number,
                free_slots=terms.free_slots,
                pay_cents=terms.pay_cents,
                floor_cents=terms.floor_cents,
                now=terms.now,
                closes_at=terms.closes_at,
                parameters=terms.parameters,
                candidates=(Candidate(worker, 0, terms.now),),
            )
        ).given


def no_feature(_: str) -> list[float]:
    """Who claims is alone: there is nobody to be compared with."""
    return [0.0]
