"""`manage.py seed_demo [--if-empty]`: fill an empty market with the demo's people and tasks."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from marketplace.demo import open_shop, seed, seed_people
from simulation.crowd import begin_market
from simulation.world.presets import Preset, UnknownPreset, load


class Command(BaseCommand):
    help = "Make the demo's people and their first tasks, in an empty market only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="say nothing when there are people already"
        )
        parser.add_argument(
            "--preset", help="simulated people and tasks of this market instead of the shop's"
        )

    def handle(self, *, if_empty: bool, preset: str | None, **options: Any) -> None:
        if User.objects.exists():
            if if_empty:
                return
            raise CommandError("This market has people already; the demo needs an empty one.")
        crowd = load_or_refuse(preset) if preset else None
        if crowd:
            users = seed_people(timezone.now())
            open_shop(users["clara"], timezone.now())
            begin_market(preset=crowd, now=timezone.now())
        else:
            seed(timezone.now())
        self.stdout.write("The demo market is ready: clara posts, wim and yasmina work.")


def load_or_refuse(name: str) -> Preset:
    try:
        return load(name)
    except UnknownPreset as refusal:
        raise CommandError(str(refusal.args[0]))
