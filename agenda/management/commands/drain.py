"""`manage.py drain [--loop]`: do what is due. With --loop the market runs without any broker."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from agenda import jobs


class Command(BaseCommand):
    help = "Do the work that is due, once or (--loop) for ever, without Celery or a broker."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--loop", action="store_true", help="keep going until interrupted")

    def handle(self, *, loop: bool, **options: Any) -> None:
        jobs.sweep()
        while loop:
            started = timezone.now()
            jobs.sweep()
            spent = (timezone.now() - started).total_seconds()
            time.sleep(max(0.05, settings.SWEEP_SECONDS - spent))
