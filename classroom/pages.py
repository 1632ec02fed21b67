"""What the pages of a class show: the state of a round, and pictures of who decided what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

from django.utils.translation import gettext as _

from accounts.names import shown
from allocation.engine.catalogue import card_of
from classroom import rules
from classroom.crowds import crowd_in
from classroom.models import Classroom, Pupil, Round
from classroom.queries import (
    ClientPlayed,
    WorkerPlayed,
    bids_beside,
    clients_played,
    round_that_is_on,
    workers_played,
)
from classroom.rules import Band, band, band_of_classmates
from classroom.words import MARKETS
from marketplace.templatetags.market import duration, hourly, percent
from simulation.charts import nice_top
from simulation.packing import HIGHEST_ASK, LOWEST_ASK
from tasks.models import Assignment

WIDTH = 100.0


# --- the class -------------------------------------------------------------------------------------
def round_words(found: Round) -> dict[str, Any]:
    """A round in the reader's words."""
    return {
        "round": found,
        "market": MARKETS[found.preset],
        "way": card_of(found.mechanism),
    }


def class_page(found: Classroom, seat: Pupil, now: datetime) -> dict[str, Any]:
    on = round_that_is_on(found, now)
    return {
        "classroom": found,
        "seat": seat,
        "is_over": not found.is_open(now),
        "on": round_words(on) if on else None,
        "speed_words": hour_words(on) if on else "",
        "played": [
            round_words(r) for r in found.rounds.filter(ends_at__lte=now).order_by("number")
        ],
        "in_hand": in_hand(seat),
    }


def hour_words(found: Round) -> str:
    """How long an hour of the market takes by the clock."""
    return duration(3600 / found.speed)


def in_hand(seat: Pupil) -> Assignment | None:
    if seat.role != Pupil.Role.WORKER:
        return None
    mine = Assignment.objects.filter(worker__user=seat.user_id, state="in_progress")
    return mine.select_related("task").first()


def teacher_page(found: Classroom, now: datetime) -> dict[str, Any]:
    on = round_that_is_on(found, now)
    return {
        "classroom": found,
        "is_over": not found.is_open(now),
        "on": round_words(on) if on else None,
        "pupils": found.pupils.order_by("joined_at", "pk"),
        "played": [
            round_words(r) for r in found.rounds.filter(ends_at__lte=now).order_by("number")
        ],
    }


# --- pictures --------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Lane:
    """One group on a picture: a box for the middle half, a stroke for each value that may be told."""

    label: str
    words: str
    strokes: list[float]
    box: tuple[float, float] | None
    middle: float | None
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure: you, the agents and the classmates on one scale from 0 to `top`."""

    name: str
    label: str
    top: str
    lanes: list[Lane]
    says_few: bool


def figure(
    name: str,
    label: str,
    words: Any,
    *,
    mine: Sequence[float],
    simulated: Sequence[float],
    classmates: Sequence[float],
    people: int,
) -> Figure | None:
    """None when there is nothing of one's own to compare."""
    if not mine:
        return None
    shown = band_of_classmates(classmates, people)
    top = nice_top(max([*mine, *simulated, shown.most if shown else 0.0]))
    lanes = [lane(_("You"), words, top, band(mine), mine)]
    lanes.append(lane(_("Simulated people"), words, top, band(simulated), simulated))
    if shown:
        lanes.append(lane(_("Classmates"), words, top, shown, ()))
    return Figure(name, label, words(top), lanes, says_few=shown is None)


def lane(label: str, words: Any, top: float, found: Band | None, strokes: Sequence[float]) -> Lane:
    if found is None:
        return Lane(label, _("no data"), [], None, None, ["–"] * 5)
    box = (place(found.begin, top), max(0.5, place(found.end, top) - place(found.begin, top)))
    return Lane(
        label,
        words(found.middle),
        [place(value, top) for value in strokes],
        box if found.count > 1 else None,
        place(found.middle, top),
        [
            str(found.count),
            *map(words, (found.least, found.begin, found.middle, found.end, found.most)),
        ],
    )


def place(value: float, top: float) -> float:
    return round(max(0.0, min(WIDTH, value / top * WIDTH)), 1)


def in_cents(value: float) -> str:
    return hourly(round(value))


# --- results of a worker ---------------------------------------------------------------------------
def worker_results(found: Round, seat: Pupil, now: datetime) -> dict[str, Any]:
    everybody = workers_played(found, now)
    mine = next((p for p in everybody if p.person.user_id == seat.user_id), None)
    page = {"classroom": found.classroom, "seat": seat, **round_words(found), **crowd_words(found)}
    if mine is None:
        return page | {"figures": [], "mine": None}
    crowd = [p for p in everybody if p.person.user.is_simulated]
    mates = [p for p in everybody if not p.person.user.is_simulated and p is not mine]
    figures = [
        drawn
        for name, label, words, values in MEASURES
        if (
            drawn := figure(
                name,
                label(),
                words,
                mine=values(mine),
                simulated=[v for p in crowd for v in values(p)],
                classmates=[v for p in mates for v in values(p)],
                people=sum(1 for p in mates if values(p)),
            )
        )
    ]
    beside = [beside_words(bid) for bid in bids_beside(found, mine.person)]
    return page | {"figures": figures, "mine": mine.tally, "beside": beside}


def known(value: float | None) -> tuple[float, ...]:
    return () if value is None else (float(value),)


# What is drawn of a worker: name, label, how a value reads, and the values of one person.
MEASURES: tuple[tuple[str, Any, Any, Any], ...] = (
    ("bids", lambda: _("What was bid, as a share of the budget"), percent, lambda p: p.bids),
    (
        "claims",
        lambda: _("How soon after posting a task was claimed"),
        duration,
        lambda p: p.claims,
    ),
    ("answers", lambda: _("How soon an offer was answered"), duration, lambda p: p.answers),
    (
        "hourly",
        lambda: _("Pay per hour of the market, waiting included"),
        in_cents,
        lambda p: known(p.tally.cents_per_hour),
    ),
    (
        "wait",
        lambda: _("Waiting for each piece of work, by the clock"),
        duration,
        lambda p: known(p.tally.wait_seconds),
    ),
    (
        "share",
        lambda: _("Share of what was asked for that was won"),
        percent,
        lambda p: known(p.tally.share_won),
    ),
)


def beside_words(bid: Any) -> dict[str, Any]:
    theirs = bid.simulated_cents
    return {
        "task": bid.task,
        "mine": bid.mine_cents,
        "lowest": theirs[0] if theirs else None,
        "middle": round(median(theirs)) if theirs else None,
        "count": len(theirs),
        "is_won": bid.is_won,
    }


# --- results of a client ---------------------------------------------------------------------------
def client_results(found: Round, seat: Pupil, now: datetime) -> dict[str, Any]:
    everybody = clients_played(found)
    mine = next((p for p in everybody if p.person.user_id == seat.user_id), None)
    page = {"classroom": found.classroom, "seat": seat, **round_words(found), **crowd_words(found)}
    if mine is None or not mine.posted:
        return page | {"figures": [], "client": None}
    crowd = [p for p in everybody if p.person.user.is_simulated]
    mates = [p for p in everybody if not p.person.user.is_simulated and p is not mine]
    figures = [
        drawn
        for name, label, words, values in CLIENT_MEASURES
        if (
            drawn := figure(
                name,
                label(),
                words,
                mine=values(mine),
                simulated=[v for p in crowd for v in values(p)],
                classmates=[v for p in mates for v in values(p)],
                people=sum(1 for p in mates if values(p)),
            )
        )
    ]
    return page | {"figures": figures, "client": mine}


CLIENT_MEASURES: tuple[tuple[str, Any, Any, Any], ...] = (
    ("pays", lambda: _("Pay or budget per hour of work, as posted"), in_cents, lambda p: p.pays),
    (
        "waits",
        lambda: _("How soon after posting somebody had the work"),
        duration,
        lambda p: p.waits,
    ),
    (
        "taken",
        lambda: _("Share of one's tasks that somebody took"),
        percent,
        lambda p: known(p.share_taken),
    ),
)


# --- the agents, and everybody ---------------------------------------------------------------------
def crowd_words(found: Round) -> dict[str, Any]:
    """How the agents of this round behave, in figures."""
    if not found.classroom.agents:
        return {"agents": None}
    crowd = crowd_in(found, found.started_at)
    wages = band(crowd.wages)
    behaviour = crowd.preset.scenario.behaviour
    return {
        "agents": {
            "workers": len(crowd.workers),
            "clients": len(crowd.clients),
            "wages": [in_cents(value) for value in (wages.least, wages.middle, wages.most)]
            if wages
            else [],
            "lowest_ask": percent(LOWEST_ASK),
            "highest_ask": percent(HIGHEST_ASK),
            "acceptance": percent(behaviour.acceptance),
            "waits": duration(rules.CROWD_WAITS_SECONDS),
            "hour": hour_words(found),
            "speed": round(found.speed),
        }
    }


def teacher_results(found: Round, now: datetime) -> dict[str, Any]:
    workers = workers_played(found, now)
    return {
        "classroom": found.classroom,
        **round_words(found),
        **crowd_words(found),
        "is_on": found.is_on(now),
        "workers": sorted(workers, key=in_order_of_pay),
        "clients": [p for p in clients_played(found) if p.posted or not p.person.user.is_simulated],
        "groups": groups(workers),
    }


def in_order_of_pay(played: WorkerPlayed) -> tuple[int, int]:
    return (-(played.tally.cents_per_hour or 0), played.person.pk)


def groups(workers: Sequence[WorkerPlayed]) -> list[Figure]:
    """Pupils and agents beside each other; the teacher sees each of them in the table anyway."""
    found = []
    for name, label, words, values in MEASURES:
        pupils = [v for p in workers if not p.person.user.is_simulated for v in values(p)]
        agents = [v for p in workers if p.person.user.is_simulated for v in values(p)]
        if not pupils and not agents:
            continue
        top = nice_top(max([*pupils, *agents]))
        lanes = [
            lane(_("Pupils"), words, top, band(pupils), pupils),
            lane(_("Simulated people"), words, top, band(agents), agents),
        ]
        found.append(Figure(name, label(), words(top), lanes, says_few=False))
    return found


def csv_rows(found: Round, now: datetime) -> Iterator[dict[str, Any]]:
    """Everybody in one table; a column that has no meaning for a side is empty."""
    for worker in workers_played(found, now):
        yield csv_row(found, worker.person, "worker") | of_worker(worker)
    for client in clients_played(found):
        yield csv_row(found, client.person, "client") | of_client(client)


def csv_row(found: Round, person: Any, role: str) -> dict[str, Any]:
    return {
        "round": found.number,
        "market": found.preset,
        "mechanism": found.mechanism,
        "name": shown(person.name),
        "simulated": int(person.user.is_simulated),
        "role": role,
    } | dict.fromkeys(COLUMNS, "")


COLUMNS = (
    "asked", "won", "earned_cents", "cents_per_hour", "wait_seconds", "present_seconds",
    "posted", "taken", "spent_cents", "median_seconds_until_taken",
)  # fmt: skip


def of_worker(played: WorkerPlayed) -> dict[str, Any]:
    tally = played.tally
    return {
        "asked": tally.asked,
        "won": tally.won,
        "earned_cents": tally.earned_cents,
        "cents_per_hour": "" if tally.cents_per_hour is None else tally.cents_per_hour,
        "wait_seconds": "" if tally.wait_seconds is None else round(tally.wait_seconds, 1),
        "present_seconds": round(tally.present_seconds, 1),
    }


def of_client(played: ClientPlayed) -> dict[str, Any]:
    wait = played.wait_seconds
    return {
        "posted": played.posted,
        "taken": played.taken,
        "spent_cents": played.spent_cents,
        "median_seconds_until_taken": "" if wait is None else round(wait, 1),
    }
