"""System checks of what the environment says: wrong settings are told at start, with what to do. No network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as Caution

_SECRET_LENGTH = 50
_NODE_NAME_HINT = "Set TELEPHONY_NODES to the names of the nodes, separated by commas, as each `ami` process is called."


@register("cadencia")
def check_secret_key(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """cadencia.E001: whoever guesses the key can forge sessions of every company."""
    if settings.ENVIRONMENT != "prod" or len(settings.SECRET_KEY) >= _SECRET_LENGTH:
        return []
    return [
        Error(
            f"CADENCIA_SECRET_KEY has {len(settings.SECRET_KEY)} characters; {_SECRET_LENGTH} are needed.",
            hint="Make one: python -c 'import secrets; print(secrets.token_urlsafe(64))'",
            id="cadencia.E001",
        )
    ]


@register("cadencia")
def check_nodes(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """cadencia.E002, E003: without a node nothing is dialed; two of one name would dial each other's calls."""
    nodes = list(settings.TELEPHONY_NODES)
    if not nodes:
        return [Error("TELEPHONY_NODES is empty: nothing can be dialed.", hint=_NODE_NAME_HINT, id="cadencia.E002")]
    if len(set(nodes)) < len(nodes):
        return [Error("TELEPHONY_NODES names a node twice.", hint=_NODE_NAME_HINT, id="cadencia.E003")]
    return []


@register("cadencia")
def check_shards(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """cadencia.E004: campaigns are spread over shards."""
    if settings.DIAL_SHARDS >= 1:
        return []
    return [
        Error(
            f"DIAL_SHARDS is {settings.DIAL_SHARDS}: no campaign would be dialed.",
            hint="Set DIAL_SHARDS to 1 or more; four are enough for hundreds of campaigns.",
            id="cadencia.E004",
        )
    ]


@register("cadencia")
def check_redis_address(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """cadencia.E005: an address that the client would only refuse at the first call."""
    url = urlsplit(settings.REDIS_URL)
    database = url.path.strip("/")
    if url.scheme in {"redis", "rediss", "unix"} and (url.scheme == "unix" or (database or "0").isdigit()):
        return []
    return [
        Error(
            "REDIS_URL is no address of a Redis server.",
            hint="It looks like redis://:password@host:6379/0, with the number of the database at its end.",
            id="cadencia.E005",
        )
    ]


@register("cadencia", deploy=True)
def check_https(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """cadencia.W001: passwords and sessions in clear text."""
    if settings.SECURE_COOKIES:
        return []
    return [
        Caution(
            "Cookies travel without HTTPS.",
            hint="Put the web process behind a proxy that ends TLS, and set CADENCIA_HTTPS=true.",
            id="cadencia.W001",
        )
    ]
