"""Posting published tables, when their time comes."""

from datetime import datetime

from agenda.actions import due
from batches import actions


@due("upload_due")
def upload_due(upload_id: int, now: datetime) -> None:
    actions.post_upload(upload_id=upload_id, now=now)
