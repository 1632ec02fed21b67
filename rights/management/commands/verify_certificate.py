"""`manage.py verify_certificate FILE [--keys KEYS.json]`: is this certificate as it was signed?"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from rights.queries.keys import public_keys
from rights.rules import NotACertificate, is_genuine, read


class Command(BaseCommand):
    help = "Check the signature under a certificate of work."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--keys", type=Path, help="a saved key document, so that no database is asked"
        )

    def handle(self, *, file: Path, keys: Path | None, **options: Any) -> None:
        try:
            signed = read(file.read_bytes())
            known = keys_in(keys) if keys else public_keys()
        except OSError as problem:
            raise CommandError(f"{problem.filename}: {problem.strerror}")
        except NotACertificate:
            raise CommandError(f"{file} is not a certificate of work, or it is damaged.")
        if signed["signature"]["key"] not in known:
            raise CommandError(f"{file} is signed with a key that is not among these.")
        if not is_genuine(signed, known):
            raise CommandError(f"{file} is not as it was signed.")
        certificate = signed["certificate"]
        self.stdout.write(
            f"Genuine: signed for {certificate['worker']['name']} by {certificate['issuer']} "
            f"at {certificate['issued_at']}."
        )


def keys_in(file: Path) -> dict[str, str]:
    """Key id → public key, from what stands at the well-known address."""
    try:
        rows = json.loads(file.read_text())["keys"]
        return {row["key"]: row["public_key"] for row in rows}
    except (ValueError, KeyError, TypeError):
        raise CommandError(f"{file} is not a document of keys.")
