"""Endpoints' secrets at rest: sealed with a key derived from CADENCIA_SECRET_KEY (common.sealing)."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from common import sealing
from integrations.models import WebhookEndpoint

_PURPOSE = "cadencia: secrets of webhooks, 1"


def seal(secret: str) -> str:
    return sealing.seal(secret, key=settings.SECRET_KEY, purpose=_PURPOSE)


def unseal(sealed: str) -> str:
    """Raises common.sealing.UnreadableSecretError."""
    return sealing.unseal(sealed, key=settings.SECRET_KEY, purpose=_PURPOSE)


def secrets_of(endpoint: WebhookEndpoint, now: datetime) -> list[str]:
    """Give the secrets to sign with, the present one first. Raises common.sealing.UnreadableSecretError."""
    sealed = [endpoint.sealed_secret]
    if endpoint.sealed_former_secret and endpoint.former_until is not None and now < endpoint.former_until:
        sealed.append(endpoint.sealed_former_secret)
    return [unseal(one) for one in sealed]
