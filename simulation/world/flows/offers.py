"""Offers and standby: the engine looks among the idle workers and asks, or gives at once."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from allocation.engine.contract import Answer, Award, Candidate, Case, OfferTo
from simulation.world import behaviour
from simulation.world.people import NEVER
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
        self.gathered: dict[Task, float] = {}  # until when each waits, in hours
        rules = market.rules
        self.anybody = not (  # nobody is barred but by what they did on the task itself
            rules.most_assignments or rules.limited_hours or market.behaviour.coalition_share
        )

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
        """Tasks of one window are decided together; the first one opens it."""
        if task in self.gathered:
            return
        opened = min(self.gathered.values(), default=NEVER)
        own = self.longest_wait(task)
        self.gathered[task] = min(opened, own)
        if own < opened:
            self.market.at(own, self.match)

    def longest_wait(self, task: Task) -> float:
        """As on the live market: halfway to its closing, a task is decided at the latest."""
        now, window = self.market.now, self.market.parameters["window_seconds"] / HOUR_SECONDS
        if task.closes_at is None:
            return now + window
        return now + min(window, (task.closes_at - now) / 2)

    def match(self) -> None:
        """Decide the tasks whose window has closed by now."""
        due = [task for task, until in self.gathered.items() if until <= self.market.now]
        for task in due:
            del self.gathered[task]
        tasks = [task for task in due if task.number in self.market.open and task.free]
        cases = [self.case_now(task) for task in tasks]
        decisions = self.market.decide_together(cases)
        for task, decision in zip(tasks, decisions, strict=True):
            self.carry_out(task, decision.given)

    def ask(self, task: Task) -> None:
        if self.market.idle:
            self.carry_out(task, self.given(task))

    def given(self, task: Task) -> tuple[Award | OfferTo, ...]:
        market = self.market
        if market.in_short is None:
            return market.decide(self.case_now(task)).given
        market.tallies.decisions += 1
        standing = self.standing(task)

        def feature(name: str) -> list[float]:
            return behaviour.feature(market, name, standing, task)

        return market.in_short(market.terms(task), standing, feature)

    def shortlist(self, task: Task) -> list[int]:
        """Those who have been idle longest, of those who are able."""
        market = self.market
        if not market.workers.skills:
            return list(islice(market.idle, SHORTLIST))
        return list(islice((w for w in market.idle if market.is_able(w, task)), SHORTLIST))

    def standing(self, task: Task) -> list[int]:
        """Those of the shortlist who may be asked and have not said no."""
        line = self.shortlist(task)
        if self.anybody and not task.answers and not task.holders:
            return line
        answers = task.answers
        return [w for w in line if w not in answers and self.may_be_asked(w, task)]

    def case_now(self, task: Task) -> Case:
        market, terms, line = self.market, self.market.terms(task), self.shortlist(task)
        shown = behaviour.features(market, line, task)
        return Case(
            task=task.number,
            free_slots=terms.free_slots,
            pay_cents=terms.pay_cents,
            floor_cents=terms.floor_cents,
            now=terms.now,
            closes_at=terms.closes_at,
            seed=market.case_seed(),
            parameters=terms.parameters,
            candidates=tuple(
                Candidate(
                    worker,
                    place,
                    market.workers.idle_since[worker] * HOUR_SECONDS,
                    None,
                    features,
                    () if self.may_be_asked(worker, task) else ("already_on_task",),
                    Answer(task.answers.get(worker, "")),
                )
                for place, (worker, features) in enumerate(zip(line, shown, strict=True))
            ),
        )

    def may_be_asked(self, worker: int, task: Task) -> bool:
        if worker in task.holders or self.market.has_logged_off(worker, task):
            return False
        return self.market.is_under_cap(worker)

    def carry_out(self, task: Task, given: tuple[Award | OfferTo, ...]) -> None:
        market = self.market
        for gift in given:
            if isinstance(gift, OfferTo):
                self.offer(task, gift)
            else:
                market.take(task, gift.slot, gift.worker, gift.pay_cents)
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
