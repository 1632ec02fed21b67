"""The public keys of this market's certificates: all that ever signed."""

from __future__ import annotations

from rights.models import SigningKey


def public_keys() -> dict[str, str]:
    """Key id → public key."""
    return dict(SigningKey.objects.values_list("key_id", "public_key"))


def key_document() -> dict[str, object]:
    """What stands at the well-known address."""
    rows = SigningKey.objects.order_by("since", "key_id")
    return {
        "algorithm": "Ed25519",
        "keys": [
            {"key": row.key_id, "public_key": row.public_key, "since": row.since.isoformat()}
            for row in rows
        ],
    }
