"""Loads every app's `jobs.py`, so that each process knows what to do with each topic."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AgendaConfig(AppConfig):
    name = "agenda"

    def ready(self) -> None:
        autodiscover_modules("jobs")
