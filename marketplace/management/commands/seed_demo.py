"""`manage.py seed_demo [--if-empty]`: fill an empty market with the demo's people and tasks."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from marketplace.demo import seed


class Command(BaseCommand):
    help = "Make the demo's people and their first tasks, in an empty market only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="say nothing when there are people already"
        )

    def handle(self, *, if_empty: bool, **options: Any) -> None:
        if User.objects.exists():
            if if_empty:
                return
            raise CommandError("This market has people already; the demo needs an empty one.")
        seed(timezone.now())
        self.stdout.write("The demo market is ready: clara posts, wim and yasmina work.")
