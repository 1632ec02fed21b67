"""Bring the database up to date and, in a demo, fill an empty market. Doing it twice is harmless."""

import os

import django
from django.conf import settings
from django.core.management import call_command


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    if settings.DEMO_MODE:
        call_command("seed_demo", "--if-empty")


if __name__ == "__main__":
    main()
