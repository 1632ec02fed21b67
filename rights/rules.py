"""Signing a document so that anybody can check it without asking us: Ed25519 over canonical JSON.

The key is worked out from a secret (HKDF, RFC 5869), so that every process of a market signs with the
same key and no further file has to be kept. The bytes that are signed are the document as JSON with
sorted keys, no spaces and only ASCII.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ALGORITHM = "Ed25519"
PURPOSE = b"taakplein certificate v1"
MOST_BYTES = 100_000


class NotACertificate(Exception):
    """This is not a certificate of work, or it is damaged."""


def signing_key(secret: str) -> Ed25519PrivateKey:
    seed = HKDF(SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_key_of(key: Ed25519PrivateKey) -> str:
    """The public half in base64: 32 bytes."""
    raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return base64.b64encode(raw).decode()


def key_id_of(public_key: str) -> str:
    """The first 16 digits of the SHA-256 of the public key."""
    return sha256(base64.b64decode(public_key)).hexdigest()[:16]


def canonical(document: Mapping[str, Any]) -> bytes:
    return json.dumps(
        document, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    ).encode()


def sign(document: Mapping[str, Any], key: Ed25519PrivateKey) -> dict[str, Any]:
    """The document with a signature beside it."""
    signature = base64.b64encode(key.sign(canonical(document))).decode()
    key_id = key_id_of(public_key_of(key))
    return {
        "certificate": dict(document),
        "signature": {"algorithm": ALGORITHM, "key": key_id, "value": signature},
    }


def read(text: str | bytes) -> dict[str, Any]:
    """A certificate as it was handed over. Raises NotACertificate."""
    if len(text) > MOST_BYTES:
        raise NotACertificate
    try:
        given = json.loads(text)
        signature = given["signature"]
        parts = (signature["key"], signature["value"], signature["algorithm"])
        is_right = isinstance(given["certificate"], dict) and all(
            isinstance(part, str) for part in parts
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        raise NotACertificate
    if not is_right or parts[2] != ALGORITHM:
        raise NotACertificate
    return dict(given)


def is_genuine(signed: Mapping[str, Any], public_keys: Mapping[str, str]) -> bool:
    """Was exactly this document signed by one of these keys (key id → public key)?"""
    public_key = public_keys.get(signed["signature"]["key"])
    if public_key is None:
        return False
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
        value = base64.b64decode(signed["signature"]["value"], validate=True)
        key.verify(value, canonical(signed["certificate"]))
    except (InvalidSignature, binascii.Error, ValueError, RecursionError):
        return False
    return True
