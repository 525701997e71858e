"""A SIP user agent on one UDP port: registers, answers as told, calls, hangs up (RFC 3261).

Without retransmissions: it is for the same machine, where nothing is lost.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from tools.phones.call import CallEndedError, PhoneCall
from tools.phones.message import Message, credentials, describe_sound, response, uri_of
from tools.phones.sound import LOUD, Tone

ANSWERED_WITHIN_S = 5.0
PACKET_S = 0.02


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What becomes of an incoming call. ``status`` other than 200 refuses it."""

    status: int = 200
    ring_s: float = 0.0
    """Rings this long before; with 200 and 0 it is answered at once."""
    talk_s: float = 0.0
    """Hangs up after this; 0: stays."""
    hertz: int = 0
    """Tone that it sends."""
    loud: int = LOUD
    """How loud: its greatest sample."""


class PhoneError(Exception):
    """A request that was refused or not answered."""


class _Wire(asyncio.DatagramProtocol):
    def __init__(self, agent: UserAgent) -> None:
        self._agent = agent

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        if not data.strip():
            return
        with contextlib.suppress(ValueError):
            self._agent.received(Message.parse(data), (addr[0], addr[1]))


class UserAgent:
    """``server`` is the switch's SIP address. ``behave`` says what to do with a call to a number."""

    def __init__(
        self,
        server: tuple[str, int],
        behave: Callable[[str], Behaviour] = lambda _number: Behaviour(),
        *,
        username: str = "phone",
        secret: str = "",
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self.server, self.behave, self.username, self.host, self.port = server, behave, username, host, port
        self._secret = secret
        self.calls: dict[str, PhoneCall] = {}
        self.arrived: asyncio.Queue[PhoneCall] = asyncio.Queue()
        self._transport: asyncio.DatagramTransport | None = None
        self._waiting: dict[tuple[str, str], asyncio.Future[Message]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._numbers = itertools.count(1)

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: _Wire(self), local_addr=(self.host, self.port))
        self.port = int(self._transport.get_extra_info("sockname")[1])
        self._spawn(self._send_sound())
        return self

    async def __aexit__(self, *_: object) -> None:
        # Deaf first: while the tasks end, a call that comes in would begin another one.
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.close()
        for call in self.calls.values():
            call.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def contact(self) -> str:
        return f"<sip:{self.username}@{self.host}:{self.port}>"

    # ── What it does by itself.

    async def register(self, expires_s: int = 3600) -> None:
        """Raises PhoneError when the switch doesn't want it (0 seconds: no longer)."""
        more = [("contact", self.contact), ("expires", str(expires_s))]
        answer = await self._ask(self._request("REGISTER", f"sip:{self.server[0]}:{self.server[1]}", more))
        if answer.status != 200:
            raise PhoneError(f"REGISTER: {answer.first_line}")

    async def call(self, number: str, hertz: int = 0, loud: int = LOUD) -> PhoneCall:
        """Call a number by way of the switch. Raises PhoneError when it is refused."""
        uri = f"sip:{number}@{self.server[0]}:{self.server[1]}"
        invite = self._request("INVITE", uri, [("contact", self.contact), ("content-type", "application/sdp")])
        call = PhoneCall(invite, Tone(hertz, loud), outgoing=True)
        invite.body = describe_sound(self.host, await call.open_sound(self.host))
        answer = await self._ask(invite, call)
        call.status = answer.status
        if answer.status != 200:
            call.close()
            self.calls.pop(call.call_id, None)
            raise PhoneError(f"INVITE {number}: {answer.first_line}")
        call.answered.set()
        return call

    async def hang_up(self, call: PhoneCall) -> None:
        if call.ended.is_set():
            return
        self._send(self._inside(call, "BYE"))
        call.close()

    def forget_ended(self) -> None:
        """Let go of calls that are over; a phone that works all day."""
        self.calls = {call_id: call for call_id, call in self.calls.items() if not call.ended.is_set()}
        while not self.arrived.empty():
            self.arrived.get_nowait()

    # ── What comes in.

    def received(self, message: Message, source: tuple[str, int]) -> None:
        if message.status:
            self._on_response(message)
            return
        match message.method:
            case "INVITE":
                self._on_invite(message, source)
            case "BYE" | "CANCEL":
                self._on_end(message, source)
            case "ACK":
                pass
            case _:
                self._send(response(message, 200, tag="any", contact=self.contact), source)

    def _on_response(self, message: Message) -> None:
        number, method = message.sequence
        call = self.calls.get(message.get("call-id"))
        if method == "INVITE" and message.status >= 200:
            self._acknowledge(message, call)
        waiting = self._waiting.get((message.get("call-id"), f"{number} {method}"))
        if message.status >= 200 and waiting is not None and not waiting.done():
            waiting.set_result(message)

    def _acknowledge(self, message: Message, call: PhoneCall | None) -> None:
        if call is None:
            return
        if message.status == 200:
            call.learn(message)
        uri = call.target or uri_of(message.get("to"))
        headers = [("via", self._via()), ("from", message.get("from")), ("to", message.get("to"))]
        if message.status != 200:
            headers[0] = ("via", message.get("via"))
        headers += [("call-id", message.get("call-id")), ("cseq", f"{message.sequence[0]} ACK"), ("max-forwards", "70")]
        self._send(Message(f"ACK {uri} SIP/2.0", headers))

    def _on_invite(self, message: Message, source: tuple[str, int]) -> None:
        known = self.calls.get(message.get("call-id"))
        if known is not None:
            if "tag=" in message.get("to") and known.up:  # a new offer in the same call
                known.learn(message)
                self._spawn(self._accept(known, message, source))
            return
        behaviour = self.behave(message.dialed)
        call = PhoneCall(message, Tone(behaviour.hertz, behaviour.loud), outgoing=False)
        self.calls[call.call_id] = call
        self._send(response(message, 100), source)
        self._spawn(self._answer(call, behaviour, source))

    async def _answer(self, call: PhoneCall, behaviour: Behaviour, source: tuple[str, int]) -> None:
        call.learn(call.invite)
        if behaviour.ring_s:
            self._send(response(call.invite, 180, tag=call.tag, contact=self.contact), source)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(call.ended.wait(), behaviour.ring_s)
        if call.ended.is_set():
            return
        if behaviour.status != 200:
            self._send(response(call.invite, behaviour.status, tag=call.tag), source)
            call.close(behaviour.status)
            return
        if not await self._accept(call, call.invite, source):
            return
        call.status = 200
        call.answered.set()
        self.arrived.put_nowait(call)
        if behaviour.talk_s:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(call.ended.wait(), behaviour.talk_s)
            await self.hang_up(call)

    async def _accept(self, call: PhoneCall, invite: Message, source: tuple[str, int]) -> bool:
        """Whether there still was a call to accept."""
        try:
            port = await call.open_sound(self.host)
        except CallEndedError:
            return False
        sdp = describe_sound(self.host, port)
        self._send(response(invite, 200, tag=call.tag, contact=self.contact, sdp=sdp), source)
        return True

    def _on_end(self, message: Message, source: tuple[str, int]) -> None:
        call = self.calls.get(message.get("call-id"))
        self._send(response(message, 200 if call else 481, tag=call.tag if call else ""), source)
        if call is None:
            return
        if message.method == "CANCEL" and not call.answered.is_set():
            self._send(response(call.invite, 487, tag=call.tag), source)
            call.close(487)
        elif message.method == "BYE":
            call.close()

    # ── Inside.

    async def _ask(self, request: Message, call: PhoneCall | None = None) -> Message:
        """Send a request and give its final answer; a challenge is answered once."""
        answer = await self._exchange(request, call)
        if answer.status not in {401, 407} or not self._secret:
            return answer
        name, challenge = ("www-authenticate", "authorization"), ("proxy-authenticate", "proxy-authorization")
        asked, given = name if answer.status == 401 else challenge
        uri = request.first_line.split(" ")[1]
        proof = credentials(
            answer.get(asked), method=request.method, uri=uri, username=self.username, secret=self._secret
        )
        number, method = request.sequence
        changed = {"cseq": f"{number + 1} {method}", "via": self._via()}
        headers = [(key, changed.get(key, value)) for key, value in request.headers]
        again = Message(request.first_line, [*headers, (given, proof)], request.body)
        return await self._exchange(again, call)

    async def _exchange(self, request: Message, call: PhoneCall | None) -> Message:
        call_id = request.get("call-id")
        if call is not None:
            call.invite = request
            self.calls[call_id] = call
        key = (call_id, request.get("cseq"))
        future = self._waiting[key] = asyncio.get_running_loop().create_future()
        self._send(request)
        try:
            return await asyncio.wait_for(future, ANSWERED_WITHIN_S if call is None else 60)
        except TimeoutError as error:
            raise PhoneError(f"{request.method}: no answer from {self.server}") from error
        finally:
            del self._waiting[key]

    def _request(self, method: str, uri: str, more: list[tuple[str, str]]) -> Message:
        me = f"<sip:{self.username}@{self.server[0]}:{self.server[1]}>"
        to = me if method == "REGISTER" else f"<{uri}>"
        headers = [
            ("via", self._via()), ("from", f"{me};tag={secrets.token_hex(6)}"), ("to", to),
            ("call-id", secrets.token_hex(12)), ("cseq", f"{next(self._numbers)} {method}"), ("max-forwards", "70"),
        ]  # fmt: skip
        return Message(f"{method} {uri} SIP/2.0", [*headers, *more])

    def _inside(self, call: PhoneCall, method: str) -> Message:
        """A request in a call's dialog."""
        own = call.invite.get("from") if call.outgoing else f"{call.invite.get('to')};tag={call.tag}"
        number = call.invite.sequence[0] + next(call.sequences) if call.outgoing else next(call.sequences)
        headers = [
            ("via", self._via()), ("from", own), ("to", call.remote), ("call-id", call.call_id),
            ("cseq", f"{number} {method}"), ("max-forwards", "70"),
        ]  # fmt: skip
        return Message(f"{method} {call.target} SIP/2.0", headers)

    def _via(self) -> str:
        return f"SIP/2.0/UDP {self.host}:{self.port};branch=z9hG4bK{secrets.token_hex(8)};rport"

    def _send(self, message: Message, to: tuple[str, int] | None = None) -> None:
        if self._transport is not None:
            self._transport.sendto(bytes(message), to or self.server)

    def _spawn(self, coroutine: Any) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send_sound(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            for call in [call for call in self.calls.values() if call.up]:
                call.tick()
            due = max(due + PACKET_S, loop.time() - 1.0)
            await asyncio.sleep(max(0.0, due - loop.time()))
