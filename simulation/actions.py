"""Starting, cancelling and resuming experiments; playing one run; examining the theory."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.formats import time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext

from accounts.models import User
from agenda.actions import call_off, schedule_many
from simulation import queries
from simulation.models import Examination, Experiment, Run, Scenario
from simulation.rules import (
    MEMBER,
    OPERATOR,
    VISITOR,
    Allowance,
    Plan,
    input_digest,
    scenarios_to_play,
)
from simulation.world import presets
from simulation.world import scenario as world
from simulation.world.dependence import by_dependence
from simulation.world.measures import measures
from simulation.world.pictures import pictures
from simulation.world.run import result_digest, run, seeds_for
from simulation.world.store import code_version, plain, scenario_of
from simulation.world.theory.all_checks import PARTS

logger = logging.getLogger(__name__)
RUN = "simulation.run"
EXAMINE = "simulation.examine"
MOST_WAITING_RUNS = 5_000  # in the whole lab


class TooMany(Exception):
    """You have as many experiments running, or started within the hour, as is allowed here."""


class LabIsFull(Exception):
    """The lab has more to do than it can finish soon. Please try again in a few minutes."""


class CannotBeCancelled(Exception):
    """This experiment is not running, so there is nothing to cancel."""


class NothingToResume(Exception):
    """Every run of this experiment is done or on its way."""


def allowance_of(by: User | None) -> Allowance:
    if by is None:
        return VISITOR
    return OPERATOR if by.is_staff else MEMBER


@transaction.atomic
def start_experiment(
    *,
    plan: Plan,
    title: str,
    by: User | None,
    visitor: str,
    now: datetime,
    finding: str = "",
    again: bool = False,
    allowance: Allowance | None = None,
) -> Experiment:
    """Write the experiment and its runs down, each run as due work of its own.

    The same question to the same code has the same answer, to the byte, so an experiment that asks
    it already is returned instead, unless `again`. `allowance` is that of `by` if none is given.
    Raises NotAScenario, TooLarge, TooMany or
    LabIsFull.
    """
    allowance = allowance or allowance_of(by)
    scenarios = scenarios_to_play(plan, allowance)
    look_one_at_a_time()
    asked = input_digest(plan, scenarios)
    same = None if again else queries.same_experiment(asked, code_version())
    if same is not None:
        return same
    check_room(visitor, allowance, len(scenarios) * plan.replications, now)
    experiment = Experiment.objects.create(
        title=title,
        preset=plan.preset,
        finding=finding,
        replications=plan.replications,
        seed=plan.seed,
        input_digest=asked,
        code_version=code_version(),
        facts=presets.load(plan.preset).sources,
        by=by,
        visitor=visitor,
        created_at=now,
    )
    write_runs(experiment, plan, scenarios)
    schedule_waiting(experiment, now)
    return experiment


def look_one_at_a_time() -> None:
    """So that a hundred who ask the same at once get one experiment, and are counted too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('simulation.room'))")


def check_room(visitor: str, allowance: Allowance, runs: int, now: datetime) -> None:
    if queries.running_count(visitor) >= allowance.at_once:
        raise TooMany(
            ngettext(
                "Only {n} experiment may run at once. Wait until it is done, or stop it.",
                "Only {n} experiments may run at once. Wait until one is done, or stop one.",
                allowance.at_once,
            ).format(n=allowance.at_once)
        )
    started = queries.started_since(visitor, now - timedelta(hours=1))
    if len(started) >= allowance.per_hour:
        free_at = started[-allowance.per_hour] + timedelta(hours=1)
        raise TooMany(
            gettext("Only {n} experiments may be started in an hour. The next: at {time}.").format(
                n=allowance.per_hour, time=time_format(localtime(free_at))
            )
        )
    if queries.waiting_runs().count() + runs > MOST_WAITING_RUNS:
        raise LabIsFull


def write_runs(experiment: Experiment, plan: Plan, scenarios: list[world.Scenario]) -> None:
    """Replication by replication, so that what can be compared grows from the start."""
    arms = Scenario.objects.bulk_create(
        Scenario(
            experiment=experiment,
            position=position,
            name=arm.name,
            levers=dict(arm.levers),
            described=plain(scenario),
        )
        for position, (arm, scenario) in enumerate(zip(plan.arms, scenarios, strict=True))
    )
    seeds = seeds_for(plan.seed, plan.replications)
    Run.objects.bulk_create(
        Run(scenario=arm, replication=number, seed=seed)
        for number, seed in enumerate(seeds, start=1)
        for arm in arms
    )


def schedule_waiting(experiment: Experiment, now: datetime) -> None:
    waiting = Run.objects.filter(scenario__experiment=experiment, state=Run.State.WAITING)
    due = dict.fromkeys(waiting.order_by("pk").values_list("pk", flat=True), now)
    schedule_many(RUN, due, wake=True)


@transaction.atomic
def cancel_experiment(*, key: str, now: datetime) -> Experiment:
    """Stop what has not begun; what is done stays. Raises CannotBeCancelled."""
    experiment = Experiment.objects.select_for_update(of=("self",)).get(key=key)
    if experiment.state != Experiment.State.RUNNING:
        raise CannotBeCancelled
    end(experiment, Experiment.State.CANCELLED, now)
    runs = Run.objects.filter(scenario__experiment=experiment, state=Run.State.WAITING)
    call_off(RUN, runs.values_list("pk", flat=True))
    return experiment


@transaction.atomic
def resume_experiment(*, key: str, now: datetime) -> Experiment:
    """Go on with what was cancelled or failed. Raises NothingToResume or LabIsFull."""
    experiment = Experiment.objects.select_for_update(of=("self",)).get(key=key)
    runs = Run.objects.filter(scenario__experiment=experiment)
    if experiment.state == Experiment.State.RUNNING or not runs.exclude(state="done").exists():
        raise NothingToResume
    if queries.waiting_runs().count() + runs.exclude(state="done").count() > MOST_WAITING_RUNS:
        raise LabIsFull
    runs.filter(state=Run.State.FAILED).update(state=Run.State.WAITING, error="")
    experiment.state, experiment.ended_at = Experiment.State.RUNNING, None
    experiment.save(update_fields=["state", "ended_at"])
    schedule_waiting(experiment, now)
    return experiment


def end(experiment: Experiment, state: str, now: datetime) -> None:
    experiment.state, experiment.ended_at = state, now
    experiment.save(update_fields=["state", "ended_at"])


@transaction.atomic
def play_run(*, run_id: int, clock: Callable[[], datetime]) -> None:
    """Play one run and keep its result. Whatever is done, taken or cancelled is left alone.

    The process holds the run's row while it plays. If it dies, the row is free again and the run
    is played by another one, from the same seed, to the same bytes.
    """
    waiting = Run.objects.select_for_update(of=("self",), skip_locked=True)
    row = waiting.filter(pk=run_id, state=Run.State.WAITING).select_related("scenario").first()
    if row is None:
        return
    experiment_id = row.scenario.experiment_id
    if Experiment.objects.get(pk=experiment_id).state != Experiment.State.RUNNING:
        return
    for name, value in played(scenario_of(row.scenario.described), row.seed).items():
        setattr(row, name, value)
    row.code_version, row.ended_at = code_version(), clock()
    row.save()
    end_if_all_is_done(experiment_id, clock())


def played(scenario: world.Scenario, seed: int) -> dict[str, Any]:
    """What a run leaves behind. A fault is kept with its words, so that the others can go on."""
    started = time.perf_counter()
    try:
        market = run(scenario, seed, keep_records=True)
        found = {
            "measures": measures(market),
            "by_dependence": by_dependence(market),
            "pictures": pictures(market),
            "digest": result_digest(market),
            "state": Run.State.DONE,
        }
    except Exception as fault:
        logger.exception("a run failed")
        found = {"state": Run.State.FAILED, "error": f"{type(fault).__name__}: {fault}"[:2000]}
    return {**found, "seconds": time.perf_counter() - started}


def end_if_all_is_done(experiment_id: int, now: datetime) -> None:
    """Under the experiment's lock, so that of two last runs the second sees the first."""
    experiment = Experiment.objects.select_for_update(of=("self",)).get(pk=experiment_id)
    runs = Run.objects.filter(scenario__experiment=experiment, state=Run.State.WAITING)
    if experiment.state == Experiment.State.RUNNING and not runs.exists():
        end(experiment, Experiment.State.FINISHED, now)


# --- the theory ---------------------------------------------------------------------------------


@transaction.atomic
def ask_for_theory(*, now: datetime) -> list[Examination]:
    """Examine every part again, unless that is just being done."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('simulation.theory'))")
    if queries.is_being_examined(now):
        return []
    asked = Examination.objects.bulk_create(
        Examination(part=part, code_version=code_version(), asked_at=now) for part in PARTS
    )
    schedule_many(EXAMINE, {row.pk: now for row in asked}, wake=True)
    return asked


@transaction.atomic
def examine(*, examination_id: int, clock: Callable[[], datetime]) -> None:
    """Hold one part of the engine and the simulation against the closed forms."""
    open_rows = Examination.objects.select_for_update(skip_locked=True)
    row = open_rows.filter(pk=examination_id, ended_at=None).first()
    if row is None:
        return
    started = time.perf_counter()
    try:
        row.rows = [asdict(check) for check in PARTS[row.part]()]
    except Exception as fault:
        logger.exception("an examination failed")
        row.error = f"{type(fault).__name__}: {fault}"[:2000]
    row.code_version, row.ended_at = code_version(), clock()
    row.seconds = time.perf_counter() - started
    row.save()
