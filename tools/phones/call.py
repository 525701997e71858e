"""One call of a telephone: its dialog, its sound."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from typing import Any

from tools.phones.message import Message, sound_target, tag_of, uri_of
from tools.phones.sound import SAMPLES, Ear, Tone, rtp_packet, rtp_payload

KEYS = "0123456789*#ABCD"


class CallEndedError(Exception):
    """The call ended before its sound was open."""


class _Sink(asyncio.DatagramProtocol):
    def __init__(self, call: PhoneCall) -> None:
        self._call = call

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        self._call.heard(data)


class PhoneCall:
    """``invite`` is the INVITE that began it, ours or theirs. `answered` and `ended` are events to wait for."""

    def __init__(self, invite: Message, tone: Tone, *, outgoing: bool) -> None:
        self.invite = invite
        self.tone = tone
        self.outgoing = outgoing
        self.ear = Ear()
        self.keys: list[str] = []
        self.tag = secrets.token_hex(6)
        self.answered = asyncio.Event()
        self.ended = asyncio.Event()
        self.status = 0
        """The final answer to the INVITE; 0 before it."""
        self.remote = ""
        """The far end's From or To with its tag."""
        self.target = ""
        """Where requests inside the dialog go."""
        self.muted = False
        self.silent = False
        """Sends no packets at all: a phone that has died."""
        self.sequences = itertools.count(1)
        self._transport: asyncio.DatagramTransport | None = None
        self._opening = asyncio.Lock()
        self._sound_to: tuple[str, int] | None = None
        self._packets = itertools.count(secrets.randbelow(30_000))
        self._sent = 0
        self._source = secrets.randbits(32)
        self._event: tuple[int, int] | None = None

    @property
    def call_id(self) -> str:
        return self.invite.get("call-id")

    @property
    def number(self) -> str:
        return self.invite.dialed

    @property
    def up(self) -> bool:
        return self.answered.is_set() and not self.ended.is_set()

    async def open_sound(self, host: str) -> int:
        """Give our RTP port; opened once, whoever asks meanwhile. Raises CallEndedError for a call that is over."""
        async with self._opening:
            if self._transport is None and not self.ended.is_set():
                loop = asyncio.get_running_loop()
                transport, _ = await loop.create_datagram_endpoint(lambda: _Sink(self), local_addr=(host, 0))
                if self.ended.is_set():  # closed while it was opened: nobody else will close this
                    transport.close()
                else:
                    self._transport = transport
            if self._transport is None:
                raise CallEndedError(self.call_id)
            return int(self._transport.get_extra_info("sockname")[1])

    def learn(self, message: Message) -> None:
        """Take over what a message says of the far end: its tag, its contact, its sound."""
        header = message.get("to") if self.outgoing else message.get("from")
        if tag_of(header):
            self.remote = header
        if contact := message.get("contact"):
            self.target = uri_of(contact)
        if message.body:
            self._sound_to = sound_target(message.body)

    def tick(self) -> None:
        """Every 20 ms: one packet."""
        if self._transport is None or self._sound_to is None or self.silent or not self.up:
            return
        self._sent += SAMPLES
        payload = bytes([0xFF]) * SAMPLES if self.muted else self.tone.packet()
        packet = rtp_packet(sequence=next(self._packets), timestamp=self._sent, source=self._source, payload=payload)
        self._transport.sendto(packet, self._sound_to)

    async def press(self, key: str) -> None:
        """Send one key as RFC 4733 has it: 100 ms, its end three times."""
        assert self._transport is not None
        assert self._sound_to is not None
        started = self._sent
        for step in (1, 2, 3, 4, 5, 5, 5):
            payload = bytes([KEYS.index(key), 0x80 | 10 if step == 5 else 10]) + (SAMPLES * step).to_bytes(2, "big")
            packet = rtp_packet(
                sequence=next(self._packets), timestamp=started, source=self._source, payload=payload, kind=101
            )
            self._transport.sendto(packet, self._sound_to)
            await asyncio.sleep(0.02)

    def heard(self, data: bytes) -> None:
        packet = rtp_payload(data)
        if packet is None:
            return
        kind, payload = packet
        if kind == 0:
            self.ear.take(payload)
        elif kind == 101 and len(payload) >= 4 and payload[1] & 0x80:
            self._note_key(int.from_bytes(data[4:8], "big"), payload[0])

    def _note_key(self, timestamp: int, key: int) -> None:
        if self._event != (timestamp, key) and key < len(KEYS):
            self._event = (timestamp, key)
            self.keys.append(KEYS[key])

    def close(self, status: int = 0) -> None:
        self.status = self.status or status
        self.ended.set()
        if self._transport is not None:
            self._transport.close()
            self._transport = None
