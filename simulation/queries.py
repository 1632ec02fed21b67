"""Reading experiments: progress, the line, results by arm, what the last examinations said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Min, Q

from simulation import files
from simulation.files import Played
from simulation.models import Examination, Experiment, Run, Scenario
from simulation.world.theory.all_checks import PARTS


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an experiment is. `ahead` counts the runs of other experiments that come first."""

    runs: int
    done: int
    failed: int
    ahead: int

    @property
    def waiting(self) -> int:
        return self.runs - self.done - self.failed

    @property
    def share(self) -> float:
        return (self.done + self.failed) / self.runs if self.runs else 0.0


@dataclass(frozen=True, slots=True)
class ArmResult:
    """The finished replications of one arm, in order, for the replications that every arm has."""

    scenario: Scenario
    runs: list[Run]

    @property
    def rows(self) -> list[dict[str, float | None]]:
        return [run.measures for run in self.runs]  # type: ignore[misc]


def progress(experiment: Experiment) -> Progress:
    runs = Run.objects.filter(scenario__experiment=experiment)
    found = runs.aggregate(
        runs=Count("pk"),
        done=Count("pk", filter=Q(state=Run.State.DONE)),
        failed=Count("pk", filter=Q(state=Run.State.FAILED)),
        first=Min("pk", filter=Q(state=Run.State.WAITING)),
    )
    first = found.pop("first")
    is_running = experiment.state == Experiment.State.RUNNING
    ahead = waiting_runs().filter(pk__lt=first).count() if first and is_running else 0
    return Progress(ahead=ahead, **found)


def waiting_runs() -> Any:
    """The runs that are still to be played, of experiments that have not been cancelled."""
    return Run.objects.filter(
        state=Run.State.WAITING, scenario__experiment__state=Experiment.State.RUNNING
    )


def results(experiment: Experiment) -> list[ArmResult]:
    """The arms with their results. A replication counts once every arm has finished it."""
    return results_of([experiment])[experiment.pk]


def results_of(experiments: Iterable[Experiment]) -> dict[int, list[ArmResult]]:
    """Experiment → its arms, as above, in two queries whatever their number is."""
    found: dict[int, list[ArmResult]] = {experiment.pk: [] for experiment in experiments}
    scenarios = Scenario.objects.filter(experiment__in=list(found)).order_by("position")
    runs: dict[int, dict[int, Run]] = {scenario.pk: {} for scenario in scenarios}
    done = Run.objects.filter(scenario__in=list(runs), state=Run.State.DONE)
    for run in done.order_by("replication"):
        runs[run.scenario_id][run.replication] = run
    for scenario in scenarios:
        found[scenario.experiment_id].append(ArmResult(scenario, []))
    for arms in found.values():
        finished = [set(runs[arm.scenario.pk]) for arm in arms]
        for number in sorted(set.intersection(*finished)) if finished else []:
            for arm in arms:
                arm.runs.append(runs[arm.scenario.pk][number])
    return found


def played(experiment: Experiment) -> list[Played]:
    """Every finished run, arm by arm, for the files."""
    done = Run.objects.filter(scenario__experiment=experiment, state=Run.State.DONE)
    return [
        Played(
            row.scenario.name,
            row.replication,
            row.seed,
            row.measures or {},
            row.by_dependence or {},
        )
        for row in done.select_related("scenario")
        .defer("pictures")
        .order_by("scenario__position", "replication")
    ]


def bundle(experiment: Experiment) -> dict[str, Any]:
    """Everything that plays a finished experiment again; see files.bundle."""
    runs = Run.objects.filter(scenario__experiment=experiment, state=Run.State.DONE)
    kept: dict[int, list[files.KeptRun]] = {}
    for row in runs.order_by("replication").only("scenario_id", "replication", "seed", "digest"):
        run = files.KeptRun(row.replication, row.seed, row.digest)
        kept.setdefault(row.scenario_id, []).append(run)
    arms = [
        files.Arm(row.name, row.levers, row.described, kept.get(row.pk, []))
        for row in experiment.scenarios.order_by("position")
    ]
    names = ("key", "title", "preset", "seed", "replications", "input_digest", "code_version")
    asked = {name: getattr(experiment, name) for name in names}
    return files.bundle(asked, experiment.facts, experiment.created_at.date(), arms)


def same_experiment(input_digest: str, code_version: str) -> Experiment | None:
    """One that asks exactly the same of exactly this code; its answer would be the same bytes."""
    asked = Experiment.objects.filter(input_digest=input_digest, code_version=code_version)
    return asked.exclude(state=Experiment.State.CANCELLED).order_by("-id").first()


def running_count(visitor: str) -> int:
    running = Experiment.objects.filter(visitor=visitor, state=Experiment.State.RUNNING)
    return running.count()


def started_since(visitor: str, since: datetime) -> list[datetime]:
    """The moments in order; as many as the allowance at most, as nothing is started beyond it."""
    found = Experiment.objects.filter(visitor=visitor, created_at__gte=since)
    return list(found.order_by("created_at").values_list("created_at", flat=True))


def latest_of_findings() -> dict[str, Experiment]:
    """Finding → its last finished experiment."""
    finished = Experiment.objects.exclude(finding="").filter(state=Experiment.State.FINISHED)
    last = finished.values("finding").annotate(last=Max("pk")).values_list("last", flat=True)
    return {row.finding: row for row in Experiment.objects.filter(pk__in=list(last))}


def running_findings() -> set[str]:
    running = Experiment.objects.exclude(finding="").filter(state=Experiment.State.RUNNING)
    return set(running.values_list("finding", flat=True))


def latest_examinations() -> dict[str, Examination]:
    """Part → its last examination that has rows."""
    ended = Examination.objects.filter(rows__isnull=False)
    last = ended.values("part").annotate(last=Max("pk")).values_list("last", flat=True)
    found = {row.part: row for row in Examination.objects.filter(pk__in=list(last))}
    return {part: found[part] for part in PARTS if part in found}


def is_theory_due(code_version: str) -> bool:
    """Is there a part that this code has not been asked about, or not to its end?"""
    ended = Examination.objects.filter(code_version=code_version).exclude(ended_at=None)
    return not set(PARTS) <= set(ended.values_list("part", flat=True))


def findings_asked(code_version: str) -> set[str]:
    """The findings that this code has been asked for, whatever became of it."""
    asked = Experiment.objects.filter(code_version=code_version).exclude(finding="")
    return set(asked.values_list("finding", flat=True))


def is_being_examined(now: datetime) -> bool:
    """Has somebody asked for the theory within the last ten minutes, and is it not there yet?"""
    lately = now - timedelta(minutes=10)
    return Examination.objects.filter(ended_at=None, asked_at__gte=lately).exists()
