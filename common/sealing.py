"""Secrets at rest: sealed by a key derived from the platform's own (HKDF-SHA256, RFC 5869, then Fernet).

Each purpose derives a key of its own, so that what was sealed for one can't be opened as another.
"""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class UnreadableSecretError(ValueError):
    """Sealed with another key than today's, or damaged. The secret has to be given again."""


def seal(secret: str, *, key: str, purpose: str) -> str:
    """Encrypt a secret for the database; "" stays ""."""
    return _fernet(key, purpose).encrypt(secret.encode()).decode("ascii") if secret else ""


def unseal(sealed: str, *, key: str, purpose: str) -> str:
    """Give back what was sealed. Raises UnreadableSecretError."""
    if not sealed:
        return ""
    try:
        return _fernet(key, purpose).decrypt(sealed.encode()).decode()
    except (InvalidToken, UnicodeError) as error:
        raise UnreadableSecretError from error


@lru_cache(maxsize=8)
def _fernet(key: str, purpose: str) -> Fernet:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose.encode()).derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
