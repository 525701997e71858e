"""Passwords of trunks at rest: sealed with a key derived from CADENCIA_SECRET_KEY (common.sealing)."""

from __future__ import annotations

from django.conf import settings

from common import sealing
from common.sealing import UnreadableSecretError

__all__ = ["UnreadableSecretError", "seal", "unseal"]
_PURPOSE = "cadencia: passwords of trunks, 1"


def seal(secret: str) -> str:
    """Encrypt a password for the database; "" stays ""."""
    return sealing.seal(secret, key=settings.SECRET_KEY, purpose=_PURPOSE)


def unseal(sealed: str) -> str:
    """Give back what was sealed. Raises UnreadableSecretError."""
    return sealing.unseal(sealed, key=settings.SECRET_KEY, purpose=_PURPOSE)
