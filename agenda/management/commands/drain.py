"""`manage.py drain [--loop]`: do what is due. With --loop the market runs without any broker."""

import logging
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, close_old_connections
from django.utils import timezone

from agenda import jobs

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Do the work that is due, once or (--loop) for ever, without Celery or a broker."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--loop", action="store_true", help="keep going until interrupted")

    def handle(self, *, loop: bool, **options: Any) -> None:
        jobs.sweep()
        if not loop:
            jobs.work_aside_for(float("inf"))
        while loop:
            started = timezone.now()
            sweep_if_the_database_answers()
            spent = (timezone.now() - started).total_seconds()
            time.sleep(max(0.05, settings.SWEEP_SECONDS - spent))


def sweep_if_the_database_answers() -> None:
    """One sweep. A database that restarts costs a sweep, not the loop."""
    try:
        jobs.sweep()
        jobs.work_aside_for(settings.SWEEP_SECONDS)
    except (InterfaceError, OperationalError) as error:
        logger.warning("this sweep failed, the next may not: %s", error)
        close_old_connections()
