"""A large experiment in the lab: 4 arms × 30 replications of 10,000 tasks, on Celery.

Method: the experiment is written down as a visitor's would be, with Celery and its schedule running
as `python3 run.py` starts them. The clock starts when it is written down and stops when it has
ended; every run keeps full records, its pictures and its digest. Then as many runs as there are arms
are played again in this process, and their bytes have to be the same. The processor time of these
says how long the experiment would take on two cores that nobody else uses. At last the largest memory
that a run of a million tasks takes.

`python -m tests.benchmarks.experiments` needs DATABASE_URL (migrated) and REDIS_URL.
"""

from __future__ import annotations

import os
import resource
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
django.setup()

from django.utils import timezone  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

from simulation import actions  # noqa: E402
from simulation.actions import played  # noqa: E402
from simulation.models import Experiment, Run  # noqa: E402
from simulation.rules import OPERATOR, Arm, Plan  # noqa: E402
from simulation.world.run import run  # noqa: E402
from simulation.world.scenario import Demand, Population, Scenario, Spread  # noqa: E402
from simulation.world.store import scenario_of  # noqa: E402
from tests.benchmarks import server  # noqa: E402

TASKS = int(os.environ.get("BENCH_TASKS", "10000"))
REPLICATIONS = 30
GOAL_SECONDS = 60
MANY = 1_000_000
# First come with reservation wages and patience, and three changes of it.
ARMS = {
    "mturk": [{}, {"tasks_per_hour": "400"}, {"rejection": "0.1"}, {"most_assignments": "250"}],
    "deliveroo": [
        {},
        {"workers": "48"},
        {"mechanism": "rotation"},
        {"guaranteed_cents_per_hour": "1100"},
    ],
}


def main() -> None:
    table = Table(title=f"{len(ARMS['mturk'])} arms × {REPLICATIONS} × {TASKS:,} tasks")
    for name in (
        "preset", "seconds", f"goal {GOAL_SECONDS} s", "runs/s", "tasks/s", "same bytes",
        "processor s a run", "all on 2 cores",
    ):  # fmt: skip
        table.add_column(name)
    with server.jobs():
        for preset in ARMS:
            table.add_row(preset, *measure(preset))
    Console().print(table)
    print(f"A run of {MANY:,} tasks with full records: {memory_megabytes():.0f} MB at most.")


def measure(preset: str) -> tuple[str, ...]:
    arms = tuple(
        Arm(f"arm {number}", {"tasks": str(TASKS), **levers})
        for number, levers in enumerate(ARMS[preset])
    )
    plan = Plan(preset, arms, REPLICATIONS, seed=int(time.time()))
    started = time.perf_counter()
    experiment = actions.start_experiment(
        plan=plan,
        title=preset,
        by=None,
        visitor="benchmark",
        now=timezone.now(),
        allowance=OPERATOR,
    )
    while Experiment.objects.get(pk=experiment.pk).ended_at is None:
        time.sleep(0.05)
    seconds = time.perf_counter() - started
    runs = Run.objects.filter(scenario__experiment=experiment, state="done")
    assert runs.count() == len(arms) * REPLICATIONS
    before = time.process_time()
    are_same = [is_same(row) for row in runs.filter(replication=7)]
    spent = (time.process_time() - before) / len(are_same)
    return (
        f"{seconds:.1f}",
        "met" if seconds < GOAL_SECONDS else "missed",
        f"{runs.count() / seconds:.1f}",
        f"{runs.count() * TASKS / seconds:,.0f}",
        "yes" if all(are_same) else "NO",
        f"{spent:.2f}",
        f"{spent * runs.count() / 2:.0f} s",
    )


def is_same(row: Run) -> bool:
    return bool(played(scenario_of(row.scenario.described), row.seed)["digest"] == row.digest)


def memory_megabytes() -> float:
    """How much larger the process is at its largest, after a run of MANY tasks."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    scenario = Scenario(
        tasks=MANY,
        demand=Demand(tasks_per_hour=500, work_hours=Spread("exponential", 1.6)),
        population=Population(workers=1000),
    )
    run(scenario, 1, keep_records=True)
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


if __name__ == "__main__":
    main()
