"""A proof ends when its time is over."""

from datetime import datetime

from agenda.actions import due
from proofs import actions


@due("proof_expires")
def proof_expires(proof_id: int, now: datetime) -> None:
    actions.expire_proof(proof_id=proof_id, now=now)
