"""The simulated first-come market beside the same scenario in SimPy and in Mesa, in one run.

`python -m tests.benchmarks.world [--tasks N] [--memory]`. 1,000 workers with reservation wages,
500 tasks an hour, patience half an hour, twice: work of 1.6 hours (idle
workers) and of 2.4 hours (a queue, and tasks that expire). All sides read the same
arrivals, pays, lengths of work and reservation wages, and serve in the same order, so that not
only the distribution but every single wait must be equal. Our side decides each claim through the
live engine (a case, a decision) and keeps a row per slot. SimPy and Mesa decide nothing and keep only
the wait; one more line shows SimPy when it too asks the engine and keeps the rows. Two runs of ours
must give the same bytes. Mesa is measured where it is installed (discrete events, not steps).
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
from simulation.world.records import NOBODY, End, Records
from simulation.world.scenario import Demand, Population, Scenario, Spread

PATIENCE_HOURS = 0.5
SEED = 20


def scenario(tasks: int, work_hours: float = 1.6) -> Scenario:
    return Scenario(
        tasks=tasks,
        demand=Demand(
            tasks_per_hour=500,
            pay_cents=Spread("uniform", 500, 2000),
            work_hours=Spread("exponential", work_hours),
            patience_hours=PATIENCE_HOURS,
        ),
        population=Population(workers=1000, reservation_cents=Spread("uniform", 0, 1500)),
    )


def simpy_waits(
    tasks: int, work_hours: float, records: Records | None = None
) -> tuple[dict[int, float], float]:
    """Task number → wait in hours of each task taken; and the seconds it took.

    With `records` each claim is decided by the engine and each slot kept as a row, as on our side.
    """
    wages = reservation_wages(scenario(tasks, work_hours).population, SEED)
    posted = list(Market(scenario(tasks, work_hours), SEED).tasks())
    environment = simpy.Environment()
    idle = simpy.FilterStore(environment)
    idle.items.extend(range(len(wages)))
    waits: dict[int, float] = {}

    def life(number: int, pay: int, hours: float) -> Iterator[simpy.Event]:
        posted_at = environment.now
        wanted = idle.get(lambda worker: wages[worker] <= pay)
        found = yield wanted | environment.timeout(PATIENCE_HOURS)
        if wanted not in found:
            wanted.cancel()
            if records is not None:
                records.add(number, 1, posted_at, environment.now, environment.now, NOBODY, pay, 0, 0,
                            End.UNFILLED)  # fmt: skip
            return
        worker, taken_at = found[wanted], environment.now
        if records is not None:
            worker = decided(number, pay, posted_at, taken_at, worker)
        waits[number] = taken_at - posted_at
        yield environment.timeout(hours)
        if records is not None:
            records.add(number, 1, posted_at, taken_at, environment.now, worker, pay, pay, 1,
                        End.APPROVED)  # fmt: skip
        yield idle.put(worker)

    def clients() -> Iterator[simpy.Event]:
        for task in posted:
            yield environment.timeout(task.posted_at - environment.now)
            environment.process(life(task.number, task.pay_cents, task.work_hours))

    started = time.process_time()
    environment.process(clients())
    environment.run()
    return waits, time.process_time() - started


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


def our_waits(tasks: int, work_hours: float) -> tuple[dict[int, float], float]:
    market, seconds = ours(tasks, work_hours)
    assert market.records is not None
    columns = market.records.columns
    taken = zip(
        columns["task"],
        columns["posted_hour"],
        columns["taken_hour"],
        columns["worker"],
        strict=True,
    )
    return {task: at - posted for task, posted, at, worker in taken if worker >= 0}, seconds


def ours(tasks: int, work_hours: float, *, keep_records: bool = True) -> tuple[Market, float]:
    market = Market(scenario(tasks, work_hours), SEED, keep_records=keep_records)
    started = time.process_time()
    market.run()
    return market, time.process_time() - started


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


def compare(tasks: int, work_hours: float) -> None:
    waits, with_records = our_waits(tasks, work_hours)
    theirs, peer = simpy_waits(tasks, work_hours)
    with_engine, alike = simpy_waits(tasks, work_hours, Records())
    _, measures_only = ours(tasks, work_hours, keep_records=False)
    all_waits = [theirs, with_engine]
    lines = [
        ("SimPy", peer),
        ("SimPy, our engine and rows", alike),
        ("ours, full records", with_records),
        ("ours, measures only", measures_only),
    ]
    if find_spec("mesa"):
        found, seconds = mesa_waits(tasks, work_hours)
        all_waits.append(found)
        lines.insert(0, ("Mesa", seconds))
    equal = all(are_equal(waits, others) for others in all_waits)
    print(f"{tasks:,} tasks of {work_hours} hours, {len(waits):,} taken; every wait equal: {equal}")
    for name, seconds in lines:
        print(f"{name:27} {tasks / seconds:10,.0f} tasks/s   {peer / seconds:6.1f} x SimPy")
    if not equal:
        raise SystemExit("The simulations disagree.")
    first, second = (fingerprint(tasks, work_hours) for _ in range(2))
    print(f"two runs give the same bytes: {first == second} ({first[:16]}…)")
    if first != second:
        raise SystemExit("Two runs from one seed differ.")


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
    parser.add_argument("--memory", action="store_true", help="also run a million tasks")
    options = parser.parse_args()
    for work_hours in (1.6, 2.4):
        compare(options.tasks, work_hours)
    if options.memory:
        show_memory(1_000_000)
