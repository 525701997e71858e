"""What the switch says of phones and trunks, typed, and a pure parse."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from telephony.ami.headers import Headers, at_us, number, text


@dataclass(frozen=True, slots=True)
class ContactChanged:
    """An address of a phone or a trunk: ``status`` as Asterisk says it.

    NonQualified (it is there, nobody asks), Reachable, Unreachable (asked in vain), Removed. A new registration that
    takes the place of an older one is told before the older one's removal (measured).
    """

    at_us: int
    aor: str
    uri: str
    status: str
    round_trip_us: int


@dataclass(frozen=True, slots=True)
class RegistrationChanged:
    """Our registration with a carrier. ``status``: Registered | Unregistered | Rejected | Stopped …"""

    at_us: int
    username: str
    """The registration's client URI, sip:user@host."""
    domain: str
    """Its server URI."""
    status: str
    cause: str


NodeChange = ContactChanged | RegistrationChanged


def _contact(message: Headers) -> NodeChange:
    round_trip = text(message, "roundtripusec")
    return ContactChanged(
        at_us(message),
        text(message, "aor"),
        text(message, "uri"),
        text(message, "contactstatus"),
        number(message, "roundtripusec") if round_trip.isdigit() else 0,
    )


def _registration(message: Headers) -> NodeChange:
    return RegistrationChanged(
        at_us(message), text(message, "username"), text(message, "domain"), text(message, "status"),
        text(message, "cause"),
    )  # fmt: skip


PARSERS: Mapping[str, Callable[[Headers], NodeChange]] = {"ContactStatus": _contact, "Registry": _registration}
