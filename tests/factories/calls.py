"""Calls as the dialing tick writes them, and the events that the switch sends about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from redis import Redis

from calls.models import Call
from common.clock import to_us
from contacts.choices import PhoneKind
from telephony.bus import keys
from telephony.bus.codec import encode
from telephony.bus.events import (
    CallAnswered,
    CallConnected,
    CallDialed,
    CallEnded,
    CallEvent,
    CallQueued,
    CallRefused,
    CallRinging,
    CallUnattended,
    SwitchEvent,
)

ZONE = ZoneInfo("America/Sao_Paulo")
BORN = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
"""Noon in São Paulo: when the calls of these tests are made."""
NODE = "sim1"


def at(seconds: float) -> int:
    """Microseconds, some seconds after the call was made."""
    return to_us(BORN + timedelta(seconds=seconds))


def build_call(**fields: Any) -> Call:
    """A call as the tick makes it, not saved."""
    values: dict[str, Any] = {
        "campaign_id": 7,
        "contact_list_id": 1,
        "contact_id": 1,
        "phone_id": 1,
        "number": "+5511987654321",
        "kind": PhoneKind.MOBILE,
        "node": NODE,
        "trunk": "trunk",
        "caller_id": "+551132123456",
        "attempt": 1,
        "created_at": BORN,
        "deadline_at": fields.get("created_at", BORN) + timedelta(seconds=3),
    }
    return Call(**values | fields)


@dataclass(frozen=True)
class Telling:
    """Makes events of one call; times in seconds after its birth."""

    schema: str
    campaign_id: int
    call_id: str

    @classmethod
    def of(cls, call: Call, schema: str = "acme") -> Telling:
        return cls(schema, call.campaign_id, str(call.id))

    def _common(self, second: float) -> dict[str, Any]:
        return {
            "node": NODE,
            "at_us": at(second),
            "schema": self.schema,
            "campaign_id": self.campaign_id,
            "call_id": self.call_id,
        }

    def dialed(self, second: float = 0.1) -> CallDialed:
        return CallDialed(**self._common(second))

    def ringing(self, second: float = 1) -> CallRinging:
        return CallRinging(**self._common(second))

    def answered(self, second: float = 6) -> CallAnswered:
        return CallAnswered(**self._common(second))

    def queued(self, second: float = 6.001) -> CallQueued:
        return CallQueued(**self._common(second), queue="q-acme-7")

    def connected(self, second: float = 6.5, operator: str = "10101") -> CallConnected:
        return CallConnected(**self._common(second), operator=operator)

    def unattended(self, second: float = 8) -> CallUnattended:
        return CallUnattended(**self._common(second))

    def refused(self, second: float = 1, reason: str = "late") -> CallRefused:
        return CallRefused(**self._common(second), reason=reason)

    def ended(self, second: float, cause: int, tech_cause: str = "", **extra: Any) -> CallEnded:
        return CallEnded(**self._common(second), cause=cause, tech_cause=tech_cause, **extra)

    def talk(self, operator: str = "10101", end: float = 66.5) -> list[CallEvent]:
        """A whole connected call: rings at 1 s, answered at 6 s, connected at 6.5 s."""
        return [
            self.dialed(),
            self.ringing(),
            self.answered(),
            self.queued(),
            self.connected(operator=operator),
            self.ended(
                end,
                16,
                hung_up_by="customer",
                dialed_us=at(0.1),
                ringing_us=at(1),
                answered_us=at(6),
                connected_us=at(6.5),
                operator=operator,
            ),
        ]

    def busy(self) -> list[CallEvent]:
        return [self.dialed(), self.ended(2, 17, "486", dialed_us=at(0.1))]

    def abandoned(self) -> list[CallEvent]:
        return [
            self.dialed(),
            self.ringing(),
            self.answered(),
            self.queued(),
            self.unattended(),
            self.ended(
                11, 16, dialed_us=at(0.1), ringing_us=at(1), answered_us=at(6), unattended=True, hung_up_by="dialer"
            ),
        ]


def put(redis: Redis, *events: SwitchEvent) -> list[str]:
    """Append events to the stream, as `ami` does; give their entry ids."""
    return [str(redis.xadd(keys.EVENTS, dict(encode(event).items()))) for event in events]
