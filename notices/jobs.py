"""Telling people at every sweep, and mailing them when their time comes."""

from datetime import datetime

from agenda.actions import due, every_sweep
from notices import actions


@every_sweep
def tell_people(now: datetime) -> None:
    actions.tell_all(now)


@every_sweep
def look_at_searches(now: datetime) -> None:
    actions.look_at_searches(now)


@due("proof_decided")
def proof_decided(proof_id: int, now: datetime) -> None:
    actions.tell_of_proof(proof_id=proof_id, now=now)


@due("approval_near")
def approval_near(client_id: int, now: datetime) -> None:
    actions.tell_of_approvals(client_id=client_id, now=now)


# A mail server may take seconds, so the market's own work goes first.
@due(actions.MAIL, aside=True)
def notice_mail(notice_id: int, now: datetime) -> None:
    actions.mail_notice(notice_id=notice_id, now=now)


@due(actions.DIGEST, aside=True)
def notice_digest(person_id: int, now: datetime) -> None:
    actions.mail_digest(person_id=person_id, now=now)
