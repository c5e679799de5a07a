"""Sealing texts and files: AES-256-GCM with a key per person, wrapped by a master key that lives outside the database.

`FIELD_KEYS` holds `version:base64url(32 bytes)`, the newest last; older versions stay readable, so rotation is adding a key.
"""

import base64
import secrets
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NONCE = 12


class Unreadable(Exception):
    """The seal does not open: a wrong or deleted key, or changed bytes."""


def new_key() -> bytes:
    """A fresh 256-bit key."""
    return AESGCM.generate_key(256)


def seal(key: bytes, plain: bytes, *, about: str) -> bytes:
    """Nonce and ciphertext; `about` (which row and field) is bound in, so that a sealed text cannot be moved elsewhere."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, about.encode())


def unseal(key: bytes, sealed: bytes, *, about: str) -> bytes:
    """The plain bytes; raises Unreadable."""
    sealed = bytes(sealed)
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], about.encode())
    except (InvalidTag, ValueError) as error:
        raise Unreadable(about) from error


@lru_cache(maxsize=4)
def _masters(listed: tuple[str, ...]) -> dict[int, bytes]:
    masters = {}
    for part in listed:
        version, _, encoded = part.partition(":")
        key = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
        if not version.isdigit() or len(key) != 32:
            raise ImproperlyConfigured("FIELD_KEYS: each part is VERSION:BASE64URL of 32 bytes.")
        masters[int(version)] = key
    return masters


def masters() -> dict[int, bytes]:
    """The master keys by version."""
    return _masters(tuple(settings.FIELD_KEYS))


def wrap(key: bytes, *, about: str) -> tuple[int, bytes]:
    """A person's key, sealed by the newest master key: (version, wrapped)."""
    version = max(masters())
    return version, seal(masters()[version], key, about=about)


def unwrap(version: int, wrapped: bytes, *, about: str) -> bytes:
    """The person's key back; raises Unreadable when that master key is gone."""
    master = masters().get(version)
    if master is None:
        raise Unreadable(f"master key {version} is not configured")
    return unseal(master, wrapped, about=about)
