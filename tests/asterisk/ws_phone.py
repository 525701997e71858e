"""A telephone over WebSocket: registers as a browser's does and answers every call; its sound is silence.

Signalling only, so that a test can do what a browser can't be told to: close the socket at any moment, cut it without
a goodbye, register twice, or never answer. (RFC 7118 SIP over WebSocket, RFC 2617 digest.)
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass, field

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

HEADER = re.compile(r"^([\w-]+)\s*:\s*(.*)$")
ANSWER_TIMEOUT_S = 5.0


@dataclass(slots=True)
class SipMessage:
    """First line, headers by lower-case name (a repeated one's values in order), body."""

    first: str
    headers: dict[str, list[str]]
    body: str

    def get(self, name: str) -> str:
        return self.headers.get(name.lower(), [""])[0]

    @property
    def status(self) -> int:
        """0 for a request."""
        return int(self.first.split(" ")[1]) if self.first.startswith("SIP/2.0") else 0

    @property
    def method(self) -> str:
        return "" if self.status else self.first.split(" ")[0]


def read_message(text: str) -> SipMessage:
    head, _, body = text.partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    headers: dict[str, list[str]] = {}
    for line in lines:
        if named := HEADER.match(line):
            headers.setdefault(named[1].lower(), []).append(named[2])
    return SipMessage(first, headers, body)


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


@dataclass(slots=True)
class WsPhone:
    """``async with WsPhone(url, extension, secret) as phone``: connected, not yet registered."""

    url: str
    extension: str
    secret: str
    answers: bool = True
    requests: list[SipMessage] = field(default_factory=list)
    """What the switch asked, in order."""
    calls: dict[str, SipMessage] = field(default_factory=dict)
    """INVITEs of the calls that are up, by Call-ID."""
    _socket: ClientConnection | None = None
    _reader: asyncio.Task[None] | None = None
    _replies: asyncio.Queue[SipMessage] = field(default_factory=asyncio.Queue)
    _sequence: int = 0
    _call_id: str = field(default_factory=lambda: secrets.token_hex(8))
    _host: str = field(default_factory=lambda: f"{secrets.token_hex(6)}.invalid")

    async def __aenter__(self) -> WsPhone:
        await self.connect()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def connect(self) -> None:
        self._socket = await connect(self.url, subprotocols=[Subprotocol("sip")], ping_interval=None)
        self._reader = asyncio.create_task(self._read(), name=f"phone {self.extension}")

    async def close(self) -> None:
        """As a page that is closed: the socket ends with its closing frame."""
        if self._socket is not None:
            await self._socket.close()
        await self._stop()

    async def cut(self) -> None:
        """As a browser that is killed: the connection is gone without a closing frame."""
        assert self._socket is not None
        self._socket.transport.abort()
        await self._stop()

    async def _stop(self) -> None:
        if self._reader is not None:
            self._reader.cancel()
            with suppress(asyncio.CancelledError):
                await self._reader

    async def register(self, *, expires_s: int = 300) -> int:
        """Register, answering the challenge; give the final status."""
        reply = await self._ask_registration(expires_s, "")
        if reply.status == 401:
            reply = await self._ask_registration(expires_s, self._authorization(reply.get("www-authenticate")))
        return reply.status

    async def _ask_registration(self, expires_s: int, authorization: str) -> SipMessage:
        self._sequence += 1
        address = f"sip:{self.extension}@switch.invalid"
        lines = [
            "REGISTER sip:switch.invalid SIP/2.0",
            f"Via: SIP/2.0/WS {self._host};branch=z9hG4bK{secrets.token_hex(8)}",
            "Max-Forwards: 70",
            f"From: <{address}>;tag={self._call_id[:8]}",
            f"To: <{address}>",
            f"Call-ID: {self._call_id}",
            f"CSeq: {self._sequence} REGISTER",
            f"Contact: <sip:{self.extension}@{self._host};transport=ws>;expires={expires_s}",
            f"Expires: {expires_s}",
            *([authorization] if authorization else []),
            "Content-Length: 0",
        ]
        await self._send(lines)
        async with asyncio.timeout(ANSWER_TIMEOUT_S):
            while True:
                reply = await self._replies.get()
                if reply.status >= 200 and reply.get("cseq") == f"{self._sequence} REGISTER":
                    return reply

    def _authorization(self, challenge: str) -> str:
        given = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge))
        uri, nonce, cnonce = "sip:switch.invalid", given["nonce"], secrets.token_hex(8)
        proof = _md5(f"{self.extension}:{given['realm']}:{self.secret}")
        asked = _md5(f"REGISTER:{uri}")
        response = _md5(f"{proof}:{nonce}:00000001:{cnonce}:auth:{asked}")
        opaque = f', opaque="{given["opaque"]}"' if "opaque" in given else ""
        return (
            f'Authorization: Digest username="{self.extension}", realm="{given["realm"]}", nonce="{nonce}", '
            f'uri="{uri}", response="{response}", algorithm=MD5, qop=auth, nc=00000001, cnonce="{cnonce}"{opaque}'
        )

    async def hang_up(self) -> None:
        """End every call that is up."""
        for call_id, invite in list(self.calls.items()):
            self._sequence += 1
            target = re.search(r"<([^>]+)>", invite.get("contact"))
            await self._send(
                [
                    f"BYE {target[1] if target else 'sip:switch.invalid'} SIP/2.0",
                    f"Via: SIP/2.0/WS {self._host};branch=z9hG4bK{secrets.token_hex(8)}",
                    "Max-Forwards: 70",
                    f"From: {invite.get('to')};tag={self._call_id[:8]}",
                    f"To: {invite.get('from')}",
                    f"Call-ID: {call_id}",
                    f"CSeq: {self._sequence} BYE",
                    "Content-Length: 0",
                ]
            )
            self.calls.pop(call_id, None)

    async def _read(self) -> None:
        assert self._socket is not None
        with suppress(ConnectionClosed):
            async for frame in self._socket:
                text = frame if isinstance(frame, str) else frame.decode()
                if not text.strip():
                    continue  # keeps the connection alive (RFC 5626)
                message = read_message(text)
                if message.status:
                    self._replies.put_nowait(message)
                else:
                    self.requests.append(message)
                    await self._answer(message)

    async def _answer(self, request: SipMessage) -> None:
        match request.method:
            case "INVITE" if self.answers:
                self.calls[request.get("call-id")] = request
                await self._reply(request, "200 OK", body=_silent_answer(request.body))
            case "INVITE":
                await self._reply(request, "180 Ringing")
            case "BYE":
                self.calls.pop(request.get("call-id"), None)
                await self._reply(request, "200 OK")
            case "ACK":
                pass
            case "CANCEL":
                await self._reply(request, "200 OK")
                invite = next((one for one in self.requests if one.method == "INVITE"), request)
                await self._reply(invite, "487 Request Terminated")
            case _:
                await self._reply(request, "200 OK")

    async def _reply(self, request: SipMessage, status: str, *, body: str = "") -> None:
        to = request.get("to")
        await self._send(
            [
                f"SIP/2.0 {status}",
                *(f"Via: {via}" for via in request.headers["via"]),
                *(f"Record-Route: {route}" for route in request.headers.get("record-route", [])),
                f"From: {request.get('from')}",
                f"To: {to}" if "tag=" in to else f"To: {to};tag={self._call_id[:8]}",
                f"Call-ID: {request.get('call-id')}",
                f"CSeq: {request.get('cseq')}",
                f"Contact: <sip:{self.extension}@{self._host};transport=ws>",
                *(["Content-Type: application/sdp"] if body else []),
                f"Content-Length: {len(body)}",
            ],
            body,
        )

    async def _send(self, lines: list[str], body: str = "") -> None:
        assert self._socket is not None
        with suppress(ConnectionClosed):
            await self._socket.send("\r\n".join(lines) + "\r\n\r\n" + body)


def _silent_answer(offer: str) -> str:
    """An answer to a plain or a WebRTC offer; nothing is ever sent, and what comes is read by nobody."""
    webrtc = "UDP/TLS/RTP/SAVPF" in offer
    lines = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0"]
    if webrtc and "a=group:BUNDLE" in offer:
        lines.append("a=group:BUNDLE " + (re.search(r"a=mid:(\S+)", offer) or ["", "audio"])[1])
    profile = "UDP/TLS/RTP/SAVPF" if webrtc else "RTP/AVP"
    lines += [f"m=audio 9 {profile} 0", "a=rtpmap:0 PCMU/8000", "a=sendrecv"]
    if webrtc:
        mid = re.search(r"a=mid:(\S+)", offer)
        lines += [
            *([f"a=mid:{mid[1]}"] if mid else []),
            "a=rtcp-mux", "a=setup:active", f"a=ice-ufrag:{secrets.token_hex(4)}", f"a=ice-pwd:{secrets.token_hex(12)}",
            "a=fingerprint:sha-256 " + ":".join(["AB"] * 32),
        ]  # fmt: skip
    return "\r\n".join(lines) + "\r\n"
