"""Passwords and keys made once, kept where only their owner can read them."""

import os
import secrets
from pathlib import Path


def kept_secret(path: Path) -> str:
    """The secret in `path`, made at the first call."""
    try:
        with path.open(
            "x", opener=lambda name, flags: os.open(name, flags, 0o600)
        ) as file:
            file.write(secrets.token_urlsafe(40))
    except FileExistsError:
        pass
    return path.read_text()
