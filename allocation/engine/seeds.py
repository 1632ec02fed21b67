"""Committed randomness: every draw follows from the seed of the case and can be redone by anyone.

The hash of the seed is shown before closing and the seed itself after the decision, so that nobody
can pick a seed once the entries are known. Choose seeds of at least 128 random bits: a short one
could be guessed from its hash.
"""

from __future__ import annotations

from hashlib import sha256

COMMITTED = "taakplein seed {seed}"  # the seed in decimal digits


def draw(seed: int, purpose: str, position: int) -> float:
    """A number in [0, 1) that follows from the seed, what it is for, and the order of arrival.

    The first 53 bits of SHA-256 of "seed|purpose|position". Never key a draw by a worker's id.
    """
    digest = sha256(f"{seed}|{purpose}|{position}".encode()).digest()
    return (int.from_bytes(digest[:8], "big") >> 11) / 9_007_199_254_740_992  # 2 ** 53


def commitment(seed: int) -> str:
    """The hash to show before closing (64 hexadecimal digits)."""
    return sha256(COMMITTED.format(seed=seed).encode()).hexdigest()


def command_for(seed: int | str) -> str:
    """What anybody can run in a shell to see the commitment to this seed."""
    return f"printf '{COMMITTED.format(seed=seed)}' | sha256sum"


def reveals(seed: int, commitment_shown: str) -> bool:
    """Is this the seed that was committed to?"""
    return commitment(seed) == commitment_shown
