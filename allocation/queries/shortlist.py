"""Who is worth ranking among very many: the best few, found by indexes, never by loading all.

The engine ranks; this only has to make sure that nobody who would come first is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from math import ceil, sqrt
from typing import Any

from django.db import connection
from django.db.models import F, FloatField, QuerySet
from django.db.models.expressions import RawSQL
from h3.api import basic_int as h3

from allocation.models import Offer
from allocation.queries.frequency import UNKNOWN, able_at_most, has_own_lists, listed_at_most
from clients.models import Client
from marketplace.prepared import columns_of, instance
from tasks import rules
from tasks.models import Task
from workers.models import Worker
from workers.rules import CELL_RESOLUTION, LONGEST_REACH_KM, SHORTEST_EDGE_KM

SHORTLIST = 64  # how many available workers a mechanism is shown
PER_SLOT = 4  # and of a task with many slots, for each
USUAL_DEPTH = 512  # how far down the two lists, where nobody has counted the workers yet
# What the two lists cost, in workers found by an index and scored: the longer statement, and a pair
# of steps. Measured with 100,000 workers, where 1,000 scored take 0.8 ms.
START, STEP = 1_500, 1.0
DEEPEST = 16_384  # and at most, before it settles for what it has
MOST_RINGS = 40  # beyond, a list of cells is longer than a look at every available worker


def able_workers(task: Task) -> QuerySet[Worker]:
    """Workers of the task's room, not the client, who can take more work, have shown what the task asks
    proof of, and have at least one of the asked skills.
    """
    able = Worker.objects.filter(room=task.room_id, active__lt=F("capacity")).exclude(
        user=Client.objects.filter(pk=task.client_id).values("user")[:1]
    )
    if task.proofs:
        able = able.filter(proofs__contains=task.proofs)
    return able.filter(skills__overlap=task.skills) if task.skills else able


@dataclass(frozen=True, slots=True)
class Found:
    """Workers with the best first. Nobody else comes before the first `certain` of them; where
    `is_all`, looking further finds nobody more."""

    workers: list[Worker]
    certain: int
    is_all: bool


Look = Callable[[int, int], Found]  # for so many, so many times as far down as at first
Stopped = Callable[[Sequence[Worker]], Container[int]]


def shortlist(
    task: Task,
    weights: Mapping[str, float],
    now: datetime,
    stopped: Stopped = lambda workers: (),
    turns: int = 0,
) -> list[Worker]:
    """The available workers with the highest scores for this task, longest wait first.

    `weights` are the parameters of the mechanism's version (`weight_skill_match` …). Without any,
    the order is who was served longest ago. Whoever has an open offer on the task is left out.
    `stopped` and `turns`: see `who_can_be_asked`.
    """
    if not any(name.startswith("weight_") for name in weights):
        free = within_reach(task, free_workers(task)).order_by(*SERVED_LONGEST_AGO)
        look = in_this_order(free)
    elif task.latitude is not None:
        look = partial(nearby, task, weights, now)
    else:
        look = partial(remote, task, weights, now, task.slot_count + turns)
    found = who_can_be_asked(look, task.slot_count, stopped, turns)
    return sorted(found, key=lambda worker: (worker.available_since or now, worker.pk))


def who_can_be_asked(look: Look, slots: int, stopped: Stopped, turns: int) -> list[Worker]:
    """The first few that `look` finds, among whom the best for every slot are.

    `stopped` says which of some workers may not be asked: a gate is closed, or they had their turn
    (as `turns` have had). They stay, so that they can read why, but take nobody's place: where they
    stand before everybody else, it is looked further.
    """
    usual = max(SHORTLIST, slots * PER_SLOT)
    most, times = usual + turns, 1
    while True:
        found = look(most * times, times)
        out = stopped(found.workers)
        sure = sum(worker.pk not in out for worker in found.workers[: found.certain])
        if found.is_all or sure >= slots or most * times >= DEEPEST:
            break
        times *= 2
    may = [worker for worker in found.workers if worker.pk not in out]
    may_not = [worker for worker in found.workers if worker.pk in out]
    return may[:usual] + may_not[:most]


def in_this_order(workers: QuerySet[Worker]) -> Look:
    return lambda most, _: all_sure(list(workers[:most]), most)


def all_sure(workers: list[Worker], most: int) -> Found:
    return Found(workers, len(workers), len(workers) < most)


def remote(
    task: Task, weights: Mapping[str, float], now: datetime, wanted: int, most: int, times: int
) -> Found:
    """Few have what is asked: all of them, found by an index, scored in one statement. Else the top
    of two lists.
    """
    able = able_at_most(task)
    depth = first_depth(able, wanted)
    if is_quicker_to_score_all(able, listed_at_most(task), depth):
        return best_of_all(task, what_is_asked(task, weights, now, most), near="", closeness="1.0")
    return best_of_two_lists(task, weights, now, most, min(depth * times, DEEPEST))


def free_workers(task: Task) -> QuerySet[Worker]:
    """Able and available workers who have no open offer on the task."""
    asked_now = task.offers.filter(state=Offer.State.OPEN).values("worker_id")
    return able_workers(task).filter(available_since__isnull=False).exclude(pk__in=asked_now)


SERVED_LONGEST_AGO = (
    F("last_served_at").asc(nulls_first=True),
    "available_since",
    "id",
)


def nearby(task: Task, weights: Mapping[str, float], now: datetime, most: int, _: int) -> Found:
    """On site: the workers within the radius, found by hexagons, scored in one statement."""
    rings = rings_around(task.radius_km)
    is_wide = rings > MOST_RINGS
    place = {
        "cells": [] if is_wide else cells_around(task, rings),
        "latitude": task.latitude,
        "longitude": task.longitude,
        "radius_km": task.radius_km,
    }
    return best_of_all(
        task,
        what_is_asked(task, weights, now, most) | place,
        near="" if is_wide else "AND cell = ANY(%(cells)s::bigint[])",
        closeness=f"1.0 - {NAMED_KILOMETRES} / %(radius_km)s",
    )


def best_of_all(task: Task, values: Mapping[str, Any], *, near: str, closeness: str) -> Found:
    statement = BEST_OF_ALL.format(
        able=able_in_sql(task, task.skills),
        match=match_in_sql(task),
        near=near,
        closeness=closeness,
        waiting=WAITING,
        columns=columns_of(Worker, "w"),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found = [instance(Worker, row) for row in cursor.fetchall()]
    return all_sure(found, values["size"])


def within_reach(task: Task, free: QuerySet[Worker]) -> QuerySet[Worker]:
    """Everybody for remote work; on site those within the radius: hexagons first, then the km."""
    if task.latitude is None:
        return free
    rings = rings_around(task.radius_km)
    near = free if rings > MOST_RINGS else free.filter(cell__in=cells_around(task, rings))
    return near.annotate(km=distance_km(task)).filter(km__lte=task.radius_km)


def rings_around(radius_km: float) -> int:
    """How many rings of hexagons hold every point within the radius of any point in the middle one.

    A ring is at least 1.5 edges wide; the two points may each be a corner away from their centres.
    """
    return ceil(radius_km / (SHORTEST_EDGE_KM * 1.5)) + 2


def cells_around(task: Task, rings: int) -> list[int]:
    """The cells that may hold a point within the radius: the rings' outer corners are left out."""
    centre = h3.latlng_to_cell(task.latitude, task.longitude, CELL_RESOLUTION)
    reach_km = task.radius_km + LONGEST_REACH_KM
    return [
        cell
        for cell in h3.grid_disk(centre, rings)
        if (km_to(task, *h3.cell_to_latlng(cell)) or 0.0) <= reach_km
    ]


def km_to(task: Task, latitude: float, longitude: float) -> float | None:
    return rules.kilometres_between(task.latitude, task.longitude, latitude, longitude)


# tasks.rules.kilometres_between in SQL.
KILOMETRES = """2 * 6371.0 * asin(sqrt(least(1,
    power(sin(radians(latitude - %s) / 2), 2)
    + cos(radians(%s)) * cos(radians(latitude)) * power(sin(radians(longitude - %s) / 2), 2))))"""


NAMED_KILOMETRES = KILOMETRES % ("%(latitude)s", "%(latitude)s", "%(longitude)s")


def distance_km(task: Task) -> RawSQL:
    values = (task.latitude, task.latitude, task.longitude)
    return RawSQL(KILOMETRES, values, output_field=FloatField())  # nosec B611: a constant


def first_depth(able: float, slots: int) -> int:
    """√(able workers × slots): how far Fagin's algorithm goes on average down two lists that have
    nothing to do with each other. Looking a second time costs more than looking further at first.
    """
    if able == UNKNOWN:
        return USUAL_DEPTH
    return min(DEEPEST, max(SHORTLIST, ceil(sqrt(able * slots))))


def is_quicker_to_score_all(able: float, listed: float, depth: int) -> bool:
    """Rather than to go down two lists, both of which pass by whoever is not able."""
    return able != UNKNOWN and able < START + STEP * depth * listed / max(able, 1.0)


def best_of_two_lists(
    task: Task, weights: Mapping[str, float], now: datetime, most: int, depth: int
) -> Found:
    """Remote: the best scores, from the top of two indexes (reputation; wait), which are those of
    the asked skill when one is asked.

    Fagin's threshold algorithm: read both lists to the same depth. Nobody below that depth in both
    can score more than the lowest reputation and the shortest wait read so far: whoever scores at
    least that is certainly among the best.
    Source: Fagin, Lotem, Naor 2003, Optimal aggregation algorithms for middleware.
    """
    rows = read_two_lists(task, weights, now, most, depth)
    is_read = not rows or rows[0].read < depth
    certain = len(rows) if is_read else certain_of(rows, weights, now)
    is_all = is_read and len(rows) < most or depth == DEEPEST
    return Found([row.worker for row in rows], certain, is_all)


@dataclass(frozen=True, slots=True)
class Listed:
    """A worker found by the two lists, and how far these were read."""

    worker: Worker
    score: float
    lowest_reputation: float
    shortest_wait_since: datetime
    read: int


def certain_of(rows: list[Listed], weights: Mapping[str, float], now: datetime) -> int:
    """How many of `rows`, the best first, nobody outside can come before."""
    last = rows[0]
    wait_seconds = (now - last.shortest_wait_since).total_seconds()
    unseen_at_most = (
        weights.get("weight_skill_match", 0.0)
        + weights.get("weight_reputation", 0.0) * last.lowest_reputation
        + weights.get("weight_waiting", 0.0) * rules.waiting(wait_seconds)
    )
    return sum(row.score >= unseen_at_most for row in rows)


ABLE = """
    available_since IS NOT NULL AND active < capacity {skills} {proofs}
    AND room_id IS NOT DISTINCT FROM %(room)s
    AND user_id <> (SELECT user_id FROM clients_client WHERE id = %(client)s)
    AND id NOT IN (SELECT worker_id FROM allocation_offer WHERE task_id = %(task)s AND state = 'open')
"""
# The skill's own lists. Each worker is looked up by their key, one after the other, so that the order
# of the list is kept: without OFFSET 0 PostgreSQL would rather join everybody first and sort then.
OF_THE_SKILL = """
    (SELECT worker_id AS id, reputation, available_since
       FROM workers_listing WHERE skill = (%(skills)s::varchar[])[1]) listed,
    LATERAL (SELECT room_id, user_id, active, capacity, skills, proofs
               FROM workers_worker WHERE id = listed.id OFFSET 0) worker
"""
TWO_LISTS = """
WITH by_repute AS MATERIALIZED (
    SELECT id, reputation, available_since, skills FROM {lists} WHERE {able}
     ORDER BY reputation DESC, id LIMIT %(depth)s
), by_wait AS MATERIALIZED (
    SELECT id, reputation, available_since, skills FROM {lists} WHERE {able}
     ORDER BY available_since, id LIMIT %(depth)s
), found AS (
    SELECT * FROM by_repute
     UNION ALL SELECT * FROM by_wait WHERE id NOT IN (SELECT id FROM by_repute)
)
SELECT {columns}, score,
       (SELECT min(reputation) FROM by_repute), (SELECT max(available_since) FROM by_wait),
       (SELECT count(*) FROM by_repute)
  FROM (SELECT id,
               %(weight_skill_match)s::float8 * {match} + %(weight_reputation)s::float8 * reputation
               + %(weight_waiting)s::float8 * {waiting} AS score
          FROM found ORDER BY score DESC, available_since, id LIMIT %(size)s) best
  JOIN workers_worker w USING (id)
 ORDER BY score DESC, w.available_since, id
"""
BEST_OF_ALL = """
WITH able AS (
    SELECT id, reputation, available_since, skills, {closeness} AS closeness
      FROM workers_worker WHERE {able} {near}
)
SELECT {columns}
  FROM (SELECT id,
               %(weight_skill_match)s::float8 * {match}
               + %(weight_distance)s::float8 * closeness
               + %(weight_reputation)s::float8 * reputation
               + %(weight_waiting)s::float8 * {waiting} AS score
          FROM able WHERE closeness >= 0
         ORDER BY score DESC, available_since, id LIMIT %(size)s) best
  JOIN workers_worker w USING (id)
"""
# tasks.rules.waiting in SQL. Written so that the seconds are needed once, and as decimal numbers:
# `extract` counts in PostgreSQL's exact ones, which was half of the time of a search.
WAITING = """(1.0::float8 - 3600.0::float8 / (3600.0::float8
    + greatest(0.0::float8, date_part('epoch', %(now)s - available_since))))"""
HAS_SKILL = "((%(skills)s::varchar[])[{n}] = ANY (skills))::int"


def read_two_lists(
    task: Task, weights: Mapping[str, float], now: datetime, size: int, depth: int
) -> list[Listed]:
    """The best of both lists, read to `depth`, in one statement."""
    values = what_is_asked(task, weights, now, size) | {"depth": depth}
    has_own = has_own_lists(task)
    statement = TWO_LISTS.format(
        lists=OF_THE_SKILL if has_own else "workers_worker",
        able=able_in_sql(task, skills=() if has_own else task.skills),
        match=match_in_sql(task),
        waiting=WAITING,
        columns=columns_of(Worker, "w"),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [Listed(instance(Worker, row[:-4]), *row[-4:]) for row in cursor.fetchall()]


# Nothing of the task is pasted into a statement: the pieces are constants of this module.
def able_in_sql(task: Task, skills: Sequence[str]) -> str:
    return ABLE.format(
        skills="AND skills && %(skills)s::varchar[]" if skills else "",
        proofs="AND proofs @> %(proofs)s::varchar[]" if task.proofs else "",
    )


def match_in_sql(task: Task) -> str:
    """tasks.rules.skill_match; with one asked skill or none, all who come this far match."""
    asked = len(task.skills)
    if asked <= 1:
        return "1.0"
    each = " + ".join(HAS_SKILL.format(n=n) for n in range(1, asked + 1))
    return f"(({each}) / {asked}.0::float8)"


def what_is_asked(
    task: Task, weights: Mapping[str, float], now: datetime, size: int
) -> dict[str, Any]:
    """What both statements need to know."""
    names = ("skill_match", "distance", "reputation", "waiting")
    return {f"weight_{name}": float(weights.get(f"weight_{name}", 0.0)) for name in names} | {
        "client": task.client_id,
        "task": task.pk,
        "room": task.room_id,
        "skills": list(task.skills),
        "proofs": list(task.proofs),
        "size": size,
        "now": now,
    }
