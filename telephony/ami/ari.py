"""ARI, as far as this process uses it: objects of sorcery's astdb, endpoints' states, reloading a module.

Nothing of a call goes this way. Bodies are never logged and never part of an error: they have passwords in them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import quote

import httpx

from telephony.ami.errors import AriAuthenticationError, AriAwayError, AriMissingError, AriRejectedError

TIMEOUT_S = 5.0
CONNECT_TIMEOUT_S = 2.0
RELOAD_TIMEOUT_S = 90.0
"""A name server that is away makes a reload slow; asking again while it goes on would make it endless."""
CONNECTIONS = 8
CONFIG_CLASS = "res_pjsip"


@dataclass(frozen=True, slots=True)
class EndpointState:
    """``online``: at least one contact that isn't known to be unreachable."""

    name: str
    online: bool


class Ari:
    """One switch's ARI. Every method raises AriError; a repeated call does no harm."""

    def __init__(self, url: str, user: str, secret: str) -> None:
        self._url = url
        self._client = httpx.AsyncClient(
            base_url=url,
            auth=httpx.BasicAuth(user, secret),
            limits=httpx.Limits(max_connections=CONNECTIONS),
            trust_env=False,  # never by way of a proxy
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        await self._client.aclose()

    async def put_object(self, kind: str, name: str, fields: Mapping[str, str]) -> None:
        """Make or change an object of sorcery's astdb; it is in force when this returns."""
        body = {"fields": [{"attribute": attribute, "value": value} for attribute, value in fields.items()]}
        await self._ask("PUT", _object(kind, name), body)

    async def delete_object(self, kind: str, name: str) -> None:
        """Remove an object; one that isn't there is no error."""
        try:
            await self._ask("DELETE", _object(kind, name))
        except AriMissingError:
            return

    async def get_object(self, kind: str, name: str) -> dict[str, str] | None:
        """Give an object's fields, None where there is none."""
        try:
            rows = await self._ask("GET", _object(kind, name))
        except AriMissingError:
            return None
        return {str(row["attribute"]): str(row["value"]) for row in rows}

    async def endpoints(self) -> dict[str, EndpointState]:
        """All of PJSIP's endpoints, of files and of the astdb, by name."""
        try:
            rows = await self._ask("GET", "endpoints/PJSIP")
        except AriMissingError:
            return {}  # a new switch: Asterisk calls a technology without a single endpoint invalid
        return {str(row["resource"]): _endpoint(row) for row in rows}

    async def endpoint(self, name: str) -> EndpointState | None:
        try:
            return _endpoint(await self._ask("GET", f"endpoints/PJSIP/{quote(name, safe='')}"))
        except AriMissingError:
            return None

    async def reload_module(self, module: str) -> None:
        """Have a module read its files again; calls that are up go on."""
        await self._ask("PUT", f"asterisk/modules/{module}", within_s=RELOAD_TIMEOUT_S)

    async def _ask(self, method: str, path: str, body: object = None, *, within_s: float = TIMEOUT_S) -> Any:
        timeout = httpx.Timeout(within_s, connect=CONNECT_TIMEOUT_S)
        try:
            reply = await self._client.request(method, path, json=body, timeout=timeout)
        except httpx.TimeoutException:
            raise AriAwayError(f"ARI at {self._url} doesn't answer within {within_s:g} s") from None
        except httpx.HTTPError as error:
            # Its name only: what it carries has the request with it.
            raise AriAwayError(f"ARI at {self._url}: {str(error) or type(error).__name__}") from None
        if reply.is_success:
            return self._read(reply)
        if reply.status_code == 401:
            raise AriAuthenticationError(f"ARI at {self._url} refuses our user or password")
        kind = AriMissingError if reply.status_code == 404 else AriRejectedError
        if reply.status_code >= 500:
            raise AriAwayError(f"ARI at {self._url} is in trouble ({reply.status_code})")
        raise kind(f"{method} {path}: {_message(reply)}")

    def _read(self, reply: httpx.Response) -> Any:
        if not reply.content:
            return None
        try:
            return reply.json()
        except ValueError:
            raise AriRejectedError(f"{self._url} is not ARI: it answers no JSON") from None


def _object(kind: str, name: str) -> str:
    return f"asterisk/config/dynamic/{CONFIG_CLASS}/{kind}/{quote(name, safe='')}"


def _endpoint(row: Mapping[str, Any]) -> EndpointState:
    return EndpointState(str(row["resource"]), online=row.get("state") == "online")


def _message(reply: httpx.Response) -> str:
    """What ARI says of its own accord; it never repeats values."""
    try:
        message = json.loads(reply.content).get("message", "")
    except (ValueError, AttributeError):
        message = ""
    return f"{reply.status_code} {str(message)[:200]}".strip()
