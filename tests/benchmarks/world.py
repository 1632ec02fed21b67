"""The simulated first-come market beside the same scenario in SimPy, in one run.

`python -m tests.benchmarks.world [--tasks N] [--memory]`. 1,000 workers with reservation wages,
500 tasks an hour, patience half an hour, twice: work of 1.6 hours (idle
workers) and of 2.4 hours (a queue, and tasks that expire). Both sides read the same
arrivals, pays, lengths of work and reservation wages, and serve in the same order, so that not
only the distribution but every single wait must be equal. Our side decides each claim through the
live engine (a case, a decision); SimPy decides nothing and keeps only the wait and the taker.
"""

import argparse
import resource
import time
from collections.abc import Iterator

import simpy

from simulation.world.market import Market
from simulation.world.people import reservation_wages
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


def simpy_waits(tasks: int, work_hours: float) -> tuple[dict[int, float], float]:
    """Task number → wait in hours of each task taken; and the seconds it took."""
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
            return
        waits[number] = environment.now - posted_at
        yield environment.timeout(hours)
        yield idle.put(found[wanted])

    def clients() -> Iterator[simpy.Event]:
        for task in posted:
            yield environment.timeout(task.posted_at - environment.now)
            environment.process(life(task.number, task.pay_cents, task.work_hours))

    started = time.process_time()
    environment.process(clients())
    environment.run()
    return waits, time.process_time() - started


def our_waits(tasks: int, work_hours: float) -> tuple[dict[int, float], float]:
    started = time.process_time()
    market = Market(scenario(tasks, work_hours), SEED).run()
    seconds = time.process_time() - started
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


def seconds_without_records(tasks: int, work_hours: float) -> float:
    started = time.process_time()
    Market(scenario(tasks, work_hours), SEED, keep_records=False).run()
    return time.process_time() - started


def compare(tasks: int, work_hours: float) -> None:
    ours, with_records = our_waits(tasks, work_hours)
    theirs, peer = simpy_waits(tasks, work_hours)
    measures_only = seconds_without_records(tasks, work_hours)
    equal = ours.keys() == theirs.keys() and all(
        abs(ours[task] - theirs[task]) < 1e-6 for task in ours
    )
    print(
        f"{tasks:,} tasks of {work_hours} hours, {len(ours):,} taken; every wait equal to SimPy's: {equal}"
    )
    for name, seconds in (
        ("SimPy", peer),
        ("ours, full records", with_records),
        ("ours, measures only", measures_only),
    ):
        print(f"{name:22} {tasks / seconds:10,.0f} tasks/s   {peer / seconds:6.1f} x SimPy")
    if not equal:
        raise SystemExit("The two simulations disagree.")


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
