"""`manage.py agents`: let simulated people act on the live market until interrupted."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections import Counter
from itertools import count
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from simulation.crowd import gather_crowd, play_round
from simulation.world import presets


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
        every, total = options["every"], Counter[str]()
        for number in count(1):
            total += play_round(
                crowd=crowd,
                now=timezone.now(),
                seconds=every,
                speed=speed,
                seed=options["seed"] * 1_000_003 + number,
            )
            if number == options["rounds"]:
                break
            time.sleep(every)
        self.stdout.write(", ".join(f"{what} {n}" for what, n in total.items()))
