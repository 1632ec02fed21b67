"""A certificate of work, signed with the key that the market's secret gives."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings

from rights.models import SigningKey
from rights.queries.standing import standing_of
from rights.rules import key_id_of, public_key_of, sign, signing_key
from workers.models import Worker


def certify(*, worker: Worker, issuer: str, now: datetime) -> dict[str, Any]:
    """The worker's certificate as of now. `issuer` is the address of this market.

    The public key is written down before anything that it signed leaves the house.
    """
    key = signing_key(settings.CERTIFICATE_SECRET)
    public_key = public_key_of(key)
    SigningKey.objects.get_or_create(
        key_id=key_id_of(public_key), defaults={"public_key": public_key, "since": now}
    )
    return sign(standing_of(worker, issuer=issuer, now=now), key)
