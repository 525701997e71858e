"""Sending signed messages to one endpoint. Knows no database; every step has an end.

The name is resolved once for a batch, every address of the answer is checked (webhooks.addresses), and the connection
goes to a checked address itself: what the name means a moment later (DNS rebinding) changes nothing. Certificate and
Host are the name's. No proxy of the environment, no redirect, no more of the answer than its first KiB.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from urllib.parse import SplitResult

import httpx

from common.clock import now
from integrations.choices import DeliveryError
from integrations.webhooks import signing
from integrations.webhooks.addresses import Address, RefusedUrlError, check_url, is_inner, parse_address
from integrations.webhooks.schedule import parse_retry_after

TIMEOUT_S = 10.0
"""For one attempt from the first packet to the status line."""
BUDGET_S = 20.0
"""No attempt of a batch begins later; what is left goes back."""
AT_ONCE = 4
"""Requests to one endpoint at a time."""
BODY_BYTES = 1024
_BODY_S = 2.0
_MOST_ADDRESSES = 3


@dataclass(frozen=True, slots=True)
class Message:
    delivery_id: int
    message_id: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one attempt. ``error`` is "" where it arrived."""

    delivery_id: int
    at: datetime
    duration_ms: int
    status: int | None = None
    error: str = ""
    body: str = ""
    retry_after: timedelta | None = None

    @property
    def is_delivered(self) -> bool:
        return not self.error

    @property
    def blames_endpoint(self) -> bool:
        """Whether the next message would fare the same. A refusal of this one (400, 422) says nothing of others."""
        return bool(self.error) and (self.status is None or self.status >= 500 or self.status in {410, 429})


@dataclass(slots=True)
class Target:
    """Where to, and how. ``loopback``: the own machine may be called (development, tests)."""

    url: str
    secrets: Sequence[str]
    loopback: bool = False
    trust: ssl.SSLContext | None = None
    timeout_s: float = TIMEOUT_S
    budget_s: float = BUDGET_S
    addresses: list[Address] = field(default_factory=list)


class _RefusedError(Exception):
    """``code`` of DeliveryError: nothing was sent."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


async def send_batch(target: Target, messages: Sequence[Message]) -> list[Answer]:
    """Send messages, some at a time, in their order. Gives the answers in the order in which they came.

    Messages without an answer were not sent: the endpoint failed before them, or the time was over.
    """
    waiting, answers = iter(messages), list[Answer]()
    ends = time.monotonic() + target.budget_s
    async with httpx.AsyncClient(
        verify=target.trust or _trust(), trust_env=False, follow_redirects=False, timeout=target.timeout_s
    ) as client:
        senders = [_send_some(client, target, waiting, answers, ends) for _ in range(min(AT_ONCE, len(messages)))]
        await asyncio.gather(*senders)
    return answers


async def _send_some(
    client: httpx.AsyncClient, target: Target, waiting: Iterator[Message], answers: list[Answer], ends: float
) -> None:
    for message in waiting:
        answers.append(await _attempt(client, target, message))
        if time.monotonic() > ends or any(answer.blames_endpoint for answer in answers):
            return


async def _attempt(client: httpx.AsyncClient, target: Target, message: Message) -> Answer:
    at, begun = now(), time.monotonic()

    def answer(**values: object) -> Answer:
        duration_ms = int((time.monotonic() - begun) * 1000)
        return Answer(message.delivery_id, at, duration_ms, **values)  # type: ignore[arg-type]

    try:
        async with asyncio.timeout(target.timeout_s):
            response = await _post(client, target, message, int(at.timestamp()))
    except _RefusedError as refused:
        return answer(error=refused.code)
    except (TimeoutError, httpx.TimeoutException):
        return answer(error=DeliveryError.TIMEOUT.value)
    except httpx.TransportError as error:
        return answer(error=_fault(error))
    try:
        body = await _beginning(response)
    finally:
        await response.aclose()
    return answer(
        status=response.status_code,
        error=_judge(response.status_code),
        body=body,
        retry_after=parse_retry_after(response.headers.get("retry-after", ""), now()),
    )


async def _post(client: httpx.AsyncClient, target: Target, message: Message, timestamp: int) -> httpx.Response:
    try:
        parts = check_url(target.url, loopback=target.loopback)
    except RefusedUrlError as error:
        raise _RefusedError(DeliveryError.URL.value) from error
    host = parts.hostname or ""
    if not target.addresses:
        target.addresses = await _resolve(host, parts.port or 443, loopback=target.loopback)
    headers = {
        "content-type": "application/json",
        "user-agent": "Cadencia-Webhooks/1",
        "accept-encoding": "identity",
        "host": _host_header(parts),
        **signing.headers(target.secrets, message_id=message.message_id, timestamp=timestamp, body=message.body),
    }
    for last, address in _marking_last(target.addresses):
        request = client.build_request(
            "POST",
            httpx.URL(target.url).copy_with(host=str(address)),
            content=message.body,
            headers=headers,
            extensions={"sni_hostname": host, "timeout": httpx.Timeout(target.timeout_s).as_dict()},
        )
        try:
            return await client.send(request, stream=True)
        except httpx.ConnectError as error:
            if last or _is_tls(error):
                raise
    raise AssertionError("no address")  # _resolve gives at least one


async def _resolve(host: str, port: int, *, loopback: bool) -> list[Address]:
    """Give the addresses of a name. One inner address among them refuses the name: such an answer is a trick."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(parse_address(str(entry[4][0])) for entry in found))
    except (OSError, UnicodeError, ValueError) as error:
        raise _RefusedError(DeliveryError.NAME.value) from error
    if any(is_inner(address, loopback=loopback) for address in addresses):
        raise _RefusedError(DeliveryError.INNER.value)
    if not addresses:
        raise _RefusedError(DeliveryError.NAME.value)
    return addresses[:_MOST_ADDRESSES]


async def _beginning(response: httpx.Response) -> str:
    """Read the first KiB and leave the rest. The status has been said: what breaks off here changes nothing."""
    read = bytearray()
    with contextlib.suppress(TimeoutError, httpx.TransportError):
        async with asyncio.timeout(_BODY_S):
            async for piece in response.aiter_raw(BODY_BYTES):
                read += piece
                if len(read) >= BODY_BYTES:
                    break
    text = bytes(read[:BODY_BYTES]).decode("utf-8", errors="replace")
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}")


def _judge(status: int) -> str:
    if 200 <= status < 300:
        return ""
    return DeliveryError.REDIRECT.value if 300 <= status < 400 else DeliveryError.STATUS.value


def _fault(error: httpx.TransportError) -> str:
    if isinstance(error, httpx.ConnectError) and _is_tls(error):
        return DeliveryError.TLS.value
    broken = isinstance(error, httpx.RemoteProtocolError | httpx.LocalProtocolError | httpx.UnsupportedProtocol)
    return DeliveryError.PROTOCOL.value if broken else DeliveryError.CONNECTION.value


def _is_tls(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _host_header(parts: SplitResult) -> str:
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    usual = {"https": 443, "http": 80}[parts.scheme]
    return host if parts.port in {None, usual} else f"{host}:{parts.port}"


def _marking_last(addresses: Sequence[Address]) -> Iterator[tuple[bool, Address]]:
    for index, address in enumerate(addresses):
        yield index == len(addresses) - 1, address


@cache
def _trust() -> ssl.SSLContext:
    """The public authorities (certifi), read once a process."""
    return httpx.create_ssl_context(trust_env=False)
