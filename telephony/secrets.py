"""Passwords of trunks at rest: sealed with a key derived from CADENCIA_SECRET_KEY (HKDF-SHA256, then Fernet)."""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_PURPOSE = b"cadencia: passwords of trunks, 1"


class UnreadableSecretError(ValueError):
    """Sealed with another key than today's, or damaged. The password has to be typed again."""


def seal(secret: str) -> str:
    """Encrypt a password for the database; "" stays ""."""
    return _fernet(settings.SECRET_KEY).encrypt(secret.encode()).decode("ascii") if secret else ""


def unseal(sealed: str) -> str:
    """Give back what was sealed. Raises UnreadableSecretError."""
    if not sealed:
        return ""
    try:
        return _fernet(settings.SECRET_KEY).decrypt(sealed.encode()).decode()
    except (InvalidToken, UnicodeError) as error:
        raise UnreadableSecretError from error


@lru_cache(maxsize=4)
def _fernet(key: str) -> Fernet:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=_PURPOSE).derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
