"""Offers and standby: the engine looks among the idle workers and asks, or gives at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allocation.engine.contract import Answer, Candidate, Case, Decision, OfferTo
from simulation.world import behaviour
from simulation.world.streams import numbers

if TYPE_CHECKING:
    from simulation.world.market import Market, Task

HOUR_SECONDS = 3600.0
SHORTLIST = 64  # as many idle workers as the live market shows a mechanism, longest idle first


class Offers:
    """A worker who is asked is out of the line until the answer is there."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.answer_seconds = numbers(market.seed, "answers", market.behaviour.answer_seconds)
        self.gathered: list[Task] = []

    def posted(self, task: Task) -> None:
        patience = self.market.scenario.demand.patience_hours
        self.market.open[task.number] = task
        if patience:
            task.closes_at = task.posted_at + patience
            self.market.at(task.closes_at, self.close, task)
        if self.market.card.traits.batched:
            self.gather(task)
        else:
            self.ask(task)

    def close(self, task: Task) -> None:
        """A slot with an open offer ends with the answer, the others now."""
        if task.number in self.market.open:
            self.market.expire(task)

    def worker_is_free(self, worker: int) -> None:
        for task in list(self.market.open.values()):
            if worker not in self.market.idle:
                return
            if task.free and worker not in task.answers and worker not in task.holders:
                if self.market.card.traits.batched:
                    self.gather(task)
                else:
                    self.ask(task)

    def worker_leaves(self, worker: int) -> None:
        """Who is asked is looked up among the idle workers when it is time."""

    def gather(self, task: Task) -> None:
        """Tasks of one window are decided together."""
        if not self.gathered:
            window = self.market.parameters["window_seconds"] / HOUR_SECONDS
            self.market.at(self.market.now + window, self.match)
        if task not in self.gathered:
            self.gathered.append(task)

    def match(self) -> None:
        tasks = [task for task in self.gathered if task.number in self.market.open and task.free]
        self.gathered = []
        cases = [self.case_now(task) for task in tasks]
        decisions = self.market.decide_together(cases)
        for task, decision in zip(tasks, decisions, strict=True):
            self.carry_out(task, decision)

    def ask(self, task: Task) -> None:
        if self.market.idle:
            self.carry_out(task, self.market.decide(self.case_now(task)))

    def case_now(self, task: Task) -> Case:
        market = self.market
        line = [w for _, w in zip(range(SHORTLIST), market.idle, strict=False)]
        return Case(
            task=task.number,
            free_slots=tuple(task.free),
            pay_cents=task.pay_cents,
            floor_cents=market.floor_cents,
            now=market.now * HOUR_SECONDS,
            closes_at=None if task.closes_at is None else task.closes_at * HOUR_SECONDS,
            seed=market.case_seed(),
            parameters=market.parameters,
            candidates=tuple(
                Candidate(
                    worker,
                    place,
                    market.workers.idle_since[worker] * HOUR_SECONDS,
                    None,
                    behaviour.features(market, worker, task),
                    () if self.may_be_asked(worker, task) else ("already_on_task",),
                    Answer(task.answers.get(worker, "")),
                )
                for place, worker in enumerate(line)
            ),
        )

    def may_be_asked(self, worker: int, task: Task) -> bool:
        if worker in task.holders or self.market.has_logged_off(worker, task):
            return False
        return self.market.is_under_cap(worker)

    def carry_out(self, task: Task, decision: Decision) -> None:
        market = self.market
        for award in decision.awards:
            market.take(task, award.slot, award.worker, award.pay_cents)
        for offer in decision.offers:
            self.offer(task, offer)
        if not task.free:
            market.open.pop(task.number, None)

    def offer(self, task: Task, offer: OfferTo) -> None:
        market = self.market
        del market.idle[offer.worker]
        task.free.remove(offer.slot)
        task.entrants += 1
        market.tallies.entrants += 1
        market.workers.offers[offer.worker] += 1
        thinking = next(self.answer_seconds) / HOUR_SECONDS
        until = min(market.now + thinking, offer.until / HOUR_SECONDS)
        in_time = market.now + thinking <= offer.until / HOUR_SECONDS
        market.at(until, self.answer, task, offer, in_time)

    def answer(self, task: Task, offer: OfferTo, in_time: bool) -> None:
        market = self.market
        task.free.append(offer.slot)
        if in_time and self.says_yes(offer.worker, task):
            market.take(task, offer.slot, offer.worker, offer.pay_cents)
            return
        task.answers[offer.worker] = Answer.DECLINED if in_time else Answer.EXPIRED
        market.workers.declined[offer.worker] += 1
        market.wait_again(offer.worker)
        if task.closes_at is not None and market.now >= task.closes_at:
            market.expire(task)
            return
        market.open[task.number] = task
        if market.card.traits.batched:
            self.gather(task)
        else:
            self.ask(task)
        if offer.worker in market.idle and market.open:
            self.worker_is_free(offer.worker)

    def says_yes(self, worker: int, task: Task) -> bool:
        market = self.market
        willing = market.is_willing(worker, task)
        return willing and next(market.chance) < market.behaviour.acceptance
