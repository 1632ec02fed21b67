"""The simulated first-come market beside the same scenario in SimPy and in Mesa, in one run.

`python -m tests.benchmarks.world [--tasks N] [--rounds N] [--memory]`. 1,000 workers with reservation
wages, 500 tasks an hour, patience half an hour, twice: work of 1.6 hours (idle workers) and of 2.4
hours (a queue, and tasks that expire). All sides read the same arrivals, pays, lengths of work and
reservation wages, and serve in the same order, so that not only the distribution but every single wait
must be equal, and what each worker earned.

SimPy is measured four times: keeping only the waits, keeping the running sums that our measures need,
keeping a row per slot, and asking our engine for each claim as well as keeping the rows. Mesa (its
discrete events, not steps) keeps only the waits; it is measured where it is installed. Each round
plays all of them one after the other, and the least processor time of the rounds counts, for every
side alike. Two runs of ours must give the same bytes. Ours has to be 10 times as fast as SimPy that keeps only
the waits with measures only, and 3 times with full records.
"""

import argparse
import resource
import time
from collections.abc import Iterator
from hashlib import sha256
from importlib.util import find_spec

import simpy

from allocation.engine.catalogue import decide
from allocation.engine.contract import Candidate, Case
from simulation.world.market import Market, Task
from simulation.world.people import reservation_wages
from simulation.world.records import NOBODY
from simulation.world.scenario import Demand, Population, Scenario, Spread

PATIENCE_HOURS = 0.5
WORKERS = 1_000
SEED = 20
GOALS = {"ours, measures only": 10, "ours, full records": 3}  # times SimPy that keeps the waits


def scenario(tasks: int, work_hours: float = 1.6) -> Scenario:
    return Scenario(
        tasks=tasks,
        demand=Demand(
            tasks_per_hour=500,
            pay_cents=Spread("uniform", 500, 2000),
            work_hours=Spread("exponential", work_hours),
            patience_hours=PATIENCE_HOURS,
        ),
        population=Population(workers=WORKERS, reservation_cents=Spread("uniform", 0, 1500)),
    )


class Waits(dict[int, float]):
    """Keeps the wait of each task that was taken."""

    def ended(self, number, posted, taken, ended, worker, pay, hours) -> None:
        if worker != NOBODY:
            self[number] = taken - posted


class Sums:
    """Keeps the sums that the measures of a run are made of."""

    def __init__(self) -> None:
        self.waited = self.waited_squared = self.gave_up_after = 0.0
        self.taken = self.unfilled = self.paid_cents = 0
        self.awards, self.earned_cents = [0] * WORKERS, [0] * WORKERS
        self.paid_hours = [0.0] * WORKERS

    def ended(self, number, posted, taken, ended, worker, pay, hours) -> None:
        wait = taken - posted
        if worker == NOBODY:
            self.unfilled += 1
            self.gave_up_after += wait
            return
        self.taken += 1
        self.waited += wait
        self.waited_squared += wait * wait
        self.paid_cents += pay
        self.awards[worker] += 1
        self.earned_cents[worker] += pay
        self.paid_hours[worker] += hours


class Rows(list[tuple]):
    """Keeps a row per slot."""

    def ended(self, *row: float) -> None:
        self.append(row)

    @property
    def waits(self) -> dict[int, float]:
        return {row[0]: row[2] - row[1] for row in self if row[4] != NOBODY}


def simpy_seconds(
    tasks: int, work_hours: float, kept: Waits | Sums | Rows, *, asks_engine: bool = False
) -> float:
    """Play it in SimPy, and tell `kept` of the end of each task."""
    wages = reservation_wages(scenario(tasks, work_hours).population, SEED)
    posted = list(Market(scenario(tasks, work_hours), SEED).tasks())
    environment = simpy.Environment()
    idle = simpy.FilterStore(environment)
    idle.items.extend(range(len(wages)))
    tell = kept.ended

    def life(number: int, pay: int, hours: float) -> Iterator[simpy.Event]:
        posted_at = environment.now
        wanted = idle.get(lambda worker: wages[worker] <= pay)
        found = yield wanted | environment.timeout(PATIENCE_HOURS)
        if wanted not in found:
            wanted.cancel()
            tell(number, posted_at, environment.now, environment.now, NOBODY, pay, 0.0)
            return
        worker, taken_at = found[wanted], environment.now
        if asks_engine:
            worker = decided(number, pay, posted_at, taken_at, worker)
        yield environment.timeout(hours)
        tell(number, posted_at, taken_at, environment.now, worker, pay, hours)
        yield idle.put(worker)

    def clients() -> Iterator[simpy.Event]:
        for task in posted:
            yield environment.timeout(task.posted_at - environment.now)
            environment.process(life(task.number, task.pay_cents, task.work_hours))

    started = time.process_time()
    environment.process(clients())
    environment.run()
    return time.process_time() - started


def decided(number: int, pay: int, posted_at: float, now: float, worker: int) -> int:
    """Whom the engine gives the slot, for the case that our side builds."""
    case = Case(
        task=number,
        free_slots=(1,),
        pay_cents=pay,
        now=now * 3600.0,
        closes_at=(posted_at + PATIENCE_HOURS) * 3600.0,
        candidates=(Candidate(worker, 0, now * 3600.0),),
    )
    [award] = decide("first_come", case).awards
    return award.worker


def mesa_waits(tasks: int, work_hours: float) -> tuple[dict[int, float], float]:
    """The same on Mesa's own discrete events, workers as its agents."""
    from mesa import Agent, Model
    from mesa.experimental.devs import DEVSimulator

    wages = reservation_wages(scenario(tasks, work_hours).population, SEED)
    posted = list(Market(scenario(tasks, work_hours), SEED).tasks())
    model, simulator = Model(), DEVSimulator()
    simulator.setup(model)
    workers = [Agent(model) for _ in wages]
    for worker, wage in zip(workers, wages, strict=True):
        worker.wage = wage
    idle: dict[Agent, None] = dict.fromkeys(workers)
    open_tasks: dict[int, Task] = {}
    waits: dict[int, float] = {}

    def take(task: Task, worker: Agent) -> None:
        del idle[worker]
        waits[task.number] = simulator.time - task.posted_at
        simulator.schedule_event_relative(finish, task.work_hours, function_args=[worker])

    def post(task: Task) -> None:
        worker = next((w for w in idle if w.wage <= task.pay_cents), None)
        if worker is not None:
            return take(task, worker)
        open_tasks[task.number] = task
        simulator.schedule_event_relative(expire, PATIENCE_HOURS, function_args=[task])

    def expire(task: Task) -> None:
        open_tasks.pop(task.number, None)

    def finish(worker: Agent) -> None:
        idle[worker] = None
        task = next((t for t in open_tasks.values() if worker.wage <= t.pay_cents), None)
        if task is not None:
            take(open_tasks.pop(task.number), worker)

    started = time.process_time()
    for task in posted:
        simulator.schedule_event_absolute(post, task.posted_at, function_args=[task])
    simulator.run_until(posted[-1].posted_at + 1_000.0)
    return waits, time.process_time() - started


def ours(
    tasks: int, work_hours: float, *, keep_records: bool = True, in_full: bool = False
) -> tuple[Market, float]:
    market = Market(scenario(tasks, work_hours), SEED, keep_records=keep_records, in_full=in_full)
    started = time.process_time()
    market.run()
    return market, time.process_time() - started


def our_waits(market: Market) -> dict[int, float]:
    assert market.records is not None
    rows = market.records.rows()
    return {row[0]: row[3] - row[2] for row in rows if row[5] != NOBODY}


def fingerprint(tasks: int, work_hours: float) -> str:
    """SHA-256 of every row of a run and of its sums."""
    market, _ = ours(tasks, work_hours)
    assert market.records is not None
    total = sha256()
    for column in market.records.columns.values():
        total.update(column.tobytes())
    sums = {name: getattr(market.tallies, name) for name in market.tallies.__slots__}
    total.update(repr(sorted(sums.items())).encode())
    return total.hexdigest()


def compare(tasks: int, work_hours: float, rounds: int) -> None:
    seconds: dict[str, float] = {}
    for _ in range(rounds):
        for name, spent in play_all(tasks, work_hours):
            seconds[name] = min(spent, seconds.get(name, spent))
    for name, spent in seconds.items():
        beside = "   ".join(
            f"{seconds[peer] / spent:6.1f} x"
            for peer in ("SimPy, waits only", PEERS.get(name, ""))
            if peer
        )
        print(f"{name:32} {tasks / spent:10,.0f} tasks/s {beside}")
    first, second = (fingerprint(tasks, work_hours) for _ in range(2))
    print(f"two runs give the same bytes: {first == second} ({first[:16]}…)\n")
    if first != second:
        raise SystemExit("Two runs from one seed differ.")
    for name, times in GOALS.items():
        if seconds["SimPy, waits only"] < times * seconds[name]:
            raise SystemExit(f"Missed: “{name}” is less than {times} times SimPy.")


# Ours, and SimPy doing the same work.
PEERS = {
    "ours, measures only": "SimPy, running sums",
    "ours, full records": "SimPy, a row per slot",
    "ours, whole decisions and records": "SimPy, our engine and rows",
}


def play_all(tasks: int, work_hours: float) -> Iterator[tuple[str, float]]:
    """Each side once; stops when they disagree about a wait or about what somebody earned."""
    waits, sums, rows, asked = Waits(), Sums(), Rows(), Rows()
    if find_spec("mesa"):
        found, seconds = mesa_waits(tasks, work_hours)
        yield "Mesa, waits only", seconds
    else:
        found = waits
    yield "SimPy, waits only", simpy_seconds(tasks, work_hours, waits)
    market, seconds = ours(tasks, work_hours, keep_records=False)
    yield "ours, measures only", seconds
    yield "SimPy, running sums", simpy_seconds(tasks, work_hours, sums)
    kept, seconds = ours(tasks, work_hours)
    yield "ours, full records", seconds
    yield "SimPy, a row per slot", simpy_seconds(tasks, work_hours, rows)
    full, seconds = ours(tasks, work_hours, in_full=True)
    yield "ours, whole decisions and records", seconds
    yield "SimPy, our engine and rows", simpy_seconds(tasks, work_hours, asked, asks_engine=True)
    mine = our_waits(kept)
    others = (waits, rows.waits, asked.waits, our_waits(full), found)
    earned = (market.workers.earned_cents, kept.workers.earned_cents, full.workers.earned_cents)
    if not all(are_equal(mine, other) for other in others):
        raise SystemExit("The simulations disagree about a wait.")
    if any(cents != sums.earned_cents for cents in earned):
        raise SystemExit("The simulations disagree about what somebody earned.")


def are_equal(waits: dict[int, float], others: dict[int, float]) -> bool:
    return waits.keys() == others.keys() and all(
        abs(waits[task] - others[task]) < 1e-6 for task in waits
    )


def show_memory(tasks: int) -> None:
    before = peak_megabytes()
    started = time.process_time()
    market = Market(scenario(tasks), SEED).run()
    assert market.records is not None
    print(
        f"{tasks:,} tasks with full records: {peak_megabytes() - before:,.0f} MB more, "
        f"{time.process_time() - started:.0f} s, {len(market.records):,} rows"
    )


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory", action="store_true", help="also run a million tasks")
    options = parser.parse_args()
    for work_hours in (1.6, 2.4):
        print(
            f"{options.tasks:,} tasks of {work_hours} hours; beside SimPy's waits only, and beside"
        )
        print("SimPy doing the same:")
        compare(options.tasks, work_hours, options.rounds)
    if options.memory:
        show_memory(1_000_000)
