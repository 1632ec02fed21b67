"""The agents of every class that is in a round: they act on its room's market as people do."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import OperationalError

from classroom import rules
from classroom.models import Round
from classroom.queries import rounds_that_are_on, worker_count
from simulation.crowd import Crowd, Pace, crowd_of, play_round
from simulation.world.presets import load

logger = logging.getLogger(__name__)
SECONDS = 2.0  # between two messages
PEOPLE_FIRST = timedelta(seconds=rules.CROWD_WAITS_SECONDS)


def let_crowds_act(*, now: datetime, seconds: float) -> int:
    """What the agents of each class do in `seconds`; how many classes there were.

    A class whose database lock did not come loses this moment, and the others do not.
    """
    acted = 0
    for begun in rounds_that_are_on(now):
        if not begun.classroom.agents:
            continue
        seed = begun.pk * 1_000_003 + int(now.timestamp() / seconds)
        try:
            play_round(
                crowd=crowd_in(begun, now),
                now=now,
                seconds=seconds,
                seed=seed,
                pace=pace_of(begun),
            )
        except OperationalError as error:
            logger.warning("the agents of %s lost a moment: %s", begun, error)
        acted += 1
    return acted


def crowd_in(begun: Round, now: datetime) -> Crowd:
    market = rules.market_of(load(begun.preset), begun.mechanism, worker_count(begun.classroom))
    people = begun.classroom.agents
    return crowd_of(preset=market, people=people, now=now, room_id=begun.classroom.room_id)


def pace_of(begun: Round) -> Pace:
    return Pace(
        speed=begun.speed,
        people_first=PEOPLE_FIRST,
        own_first=PEOPLE_FIRST,
        chance=rules.CROWD_CHANCE,
        most_open=max(3, worker_count(begun.classroom)),
        least_open=timedelta(seconds=rules.BIDDING_SECONDS),
    )
