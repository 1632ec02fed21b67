"""Shifts: who is on duty when, who stays away, and the least that a shift pays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.world.streams import generator

if TYPE_CHECKING:
    from simulation.world.market import Market

MEMORY = 0.95  # how much of what is known about pay survives one more shift
TAIL_SHIFTS = 3  # how long people still come once nobody posts any more


class Duty:
    """Each worker has one shift per `shift_every_hours`, always at the same time of it.

    What an hour on duty pays is told around: a moving mean over everybody's shifts. With
    `free_entry` a worker comes only if it reaches the own reservation wage; below
    `boycott_below_cents_per_hour` everybody stays away for one shift and then looks again.
    """

    def __init__(self, market: Market) -> None:
        population, count = market.scenario.population, market.workers.count
        self.market = market
        self.every = population.shift_every_hours
        self.length = min(population.shift_hours, self.every)
        self.known_cents_per_hour: float | None = None
        self.told = 0
        self.hours = [0.0] * count
        self.covered_hours = [0.0] * count  # that no task paid for, and the least of a shift does
        self.paid_before = [0.0] * count
        self.until = [0.0] * count  # when the shift is over; the work in hand is still finished
        self.began = [0.0] * count
        self.earned_before = [0] * count
        self.top_up_cents = [0] * count
        self.is_on = [False] * count
        self.stayed_away = [False] * count
        self.on_count = 0
        offsets = generator(market.seed, "shifts").random(count) * self.every
        for worker, offset in enumerate(offsets.tolist()):
            market.idle.pop(worker, None)
            market.flow.worker_leaves(worker)
            if (
                offset + self.length > self.every and not market.workers.joined_at[worker]
            ):  # the shift of yesterday is still going on
                self.is_on[worker], self.until[worker] = True, offset + self.length - self.every
                self.on_count += 1
                market.at(0.0, market.free, worker)
                market.at(self.until[worker], self.end, worker)
            market.at(offset, self.begin, worker)

    def begin(self, worker: int) -> None:
        market, now = self.market, self.market.now
        if now > market.closed_at and not market.tallies.open_slots:
            return
        if now <= market.closed_at + TAIL_SHIFTS * self.every:
            market.at(now + self.every, self.begin, worker)
        if self.is_on[worker] or not self.comes(worker):
            return
        self.is_on[worker], self.began[worker] = True, now
        self.until[worker] = now + self.length
        self.earned_before[worker] = market.workers.earned_cents[worker]
        self.paid_before[worker] = market.workers.paid_hours[worker]
        self.on_count += 1
        market.at(self.until[worker], self.end, worker)
        market.free(worker)

    def comes(self, worker: int) -> bool:
        workers = self.market.workers
        if not workers.joined_at[worker] <= self.market.now < workers.leaves_at[worker]:
            return False
        behaviour, known = self.market.behaviour, self.known_cents_per_hour
        if known is None:
            return True
        if known < behaviour.boycott_below_cents_per_hour and not self.stayed_away[worker]:
            self.stayed_away[worker] = True
            return False
        self.stayed_away[worker] = False
        return not behaviour.free_entry or known >= self.market.workers.reservation_cents[worker]

    def end(self, worker: int) -> None:
        """Go home if idle; whoever works or has been asked goes home after that."""
        if worker in self.market.idle:
            del self.market.idle[worker]
            self.market.flow.worker_leaves(worker)
            self.leave(worker)

    def is_over(self, worker: int) -> bool:
        return self.market.now >= self.until[worker] or self.market.has_gone(worker)

    def leave(self, worker: int) -> None:
        """The shift counts until nobody posts any more, or until the own work after that is done."""
        market, rules, began = self.market, self.market.rules, self.began[worker]
        self.is_on[worker] = False
        self.on_count -= 1
        until = min(market.now, max(market.closed_at, market.workers.worked_until[worker]))
        spent = max(0.0, until - began)
        self.hours[worker] += spent
        earned = market.workers.earned_cents[worker] - self.earned_before[worker]
        least = round(rules.minimum_shift_hours * rules.minimum_shift_cents_per_hour)
        if began > market.closed_at:
            least = 0  # came only for what is left of the work
        if least:
            paid = market.workers.paid_hours[worker] - self.paid_before[worker]
            self.covered_hours[worker] += max(0.0, min(spent, rules.minimum_shift_hours) - paid)
        self.top_up_cents[worker] += max(0, least - earned)
        if spent:
            self.tell(max(earned, least) / spent)

    def tell(self, cents_per_hour: float) -> None:
        """A plain mean at first, so that one bad night does not speak for long."""
        self.told += 1
        weight = max(1.0 - MEMORY, 1.0 / self.told)
        known = self.known_cents_per_hour or 0.0
        self.known_cents_per_hour = known + weight * (cents_per_hour - known)
