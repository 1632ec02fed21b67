"""Passwords and keys made once, kept where only their owner can read them."""

import os
import secrets
from pathlib import Path


def kept_secret(path: Path) -> str:
    """The secret in `path`, made at the first call."""
    try:
        # "x": of two that come at once, the second reads what the first wrote.
        with open(path, "x", opener=private_file) as file:
            file.write(secrets.token_urlsafe(40))
    except FileExistsError:
        pass
    return path.read_text()


def private_file(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
