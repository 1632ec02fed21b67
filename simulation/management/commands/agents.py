"""`manage.py agents`: let simulated people act on the live market until interrupted."""

from __future__ import annotations

import logging
import time
from argparse import ArgumentParser
from collections import Counter
from contextlib import suppress
from itertools import count
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, close_old_connections
from django.utils import timezone

from simulation.crowd import Crowd, Pace, gather_crowd, play_round
from simulation.world import presets

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Simulated people post, claim, bid, answer, hand in and approve on the live market."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--preset", default="taskrabbit_2013", help="what they are like")
        parser.add_argument("--people", type=int, default=8, help="workers; clients are a quarter")
        parser.add_argument(
            "--speed", type=float, default=20, help="how much faster their day goes than the clock"
        )
        parser.add_argument("--every", type=float, default=2, metavar="SECONDS", help="per round")
        parser.add_argument("--rounds", type=int, default=0, help="stop after so many; 0 goes on")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--gather", action="store_true", help="make the people, then stop")

    def handle(self, *, preset: str, people: int, speed: float, **options: Any) -> None:
        if people < 1 or speed <= 0 or options["every"] <= 0:
            raise CommandError("--people, --speed and --every must be more than 0.")
        try:
            known = presets.load(preset)
        except presets.UnknownPreset as refusal:
            raise CommandError(str(refusal.args[0]))
        crowd = gather_crowd(preset=known, people=people, now=timezone.now())
        self.stdout.write(
            f"{len(crowd.workers)} workers and {len(crowd.clients)} clients are here."
        )
        total = Counter[str]()
        if options["gather"]:
            return
        with suppress(KeyboardInterrupt):
            for number in count(1):
                seed = options["seed"] * 1_000_003 + number
                total += round_if_the_database_answers(crowd, options["every"], speed, seed)
                if number == options["rounds"]:
                    break
                time.sleep(options["every"])
        self.stdout.write(", ".join(f"{what} {n}" for what, n in total.items()))


def round_if_the_database_answers(crowd: Crowd, seconds: float, speed: float, seed: int) -> Counter:
    """One round. A lock that did not come or a database that restarts costs a round, not the crowd."""
    try:
        return play_round(
            crowd=crowd, now=timezone.now(), seconds=seconds, seed=seed, pace=Pace(speed=speed)
        )
    except (InterfaceError, OperationalError) as error:
        logger.warning("this round failed, the next may not: %s", error)
        close_old_connections()
        return Counter()
