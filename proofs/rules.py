"""What a proof proves, read off its name, and which gates it opens.

A proof is called "gate:name", such as `language:french`; so a task that asks for it says by itself
which gate is closed to whoever has not shown it. There is none for ethnicity, religion, union
membership, health or a body, and there will be none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

GATES = ("minimum_age", "qualification", "insurance", "language")
FORM = rf"^({'|'.join(GATES)}):[a-z0-9]([a-z0-9-]*[a-z0-9])?$"


def is_name_of_a_proof(slug: str) -> bool:
    return re.fullmatch(FORM, slug) is not None


def gate_of(slug: str) -> str:
    return slug.partition(":")[0]


def closed_by(asked: Iterable[str], shown: frozenset[str]) -> list[str]:
    """The gates of the proofs that are asked for and not shown, each once, in the order of GATES."""
    missing = {gate_of(slug) for slug in asked if slug not in shown}
    return [gate for gate in GATES if gate in missing]
