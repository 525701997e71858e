"""What a phone is on the switch: three objects of sorcery's astdb. Pure.

A phone calls nobody (its context leads nowhere), has one contact, and the newest registration is the one. Its objects
are put in the order in which each finds what it names, and taken away with the contact first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

EXTENSION = re.compile(r"\d{1,20}", re.ASCII)
"""Endpoints with such a name are phones, and this process's; trunks have a letter in theirs."""
CONTEXT = "phones"
QUALIFY_S = 30
"""Also keeps proxies between browser and switch from closing a silent socket."""
QUALIFY_TIMEOUT_S = 3
RTP_TIMEOUT_S = 10
"""A leg without sound for so long is dead: a browser sends always, also when muted."""
MAKING = ("auth", "aor", "endpoint")
REMOVING = ("aor", "endpoint", "auth")
NOT_IN_NAMES = re.compile(r"[^\w .,'-]")


@dataclass(frozen=True, slots=True)
class PhoneWish:
    """A phone that should be there, for one shift or one supervisor's session."""

    schema: str
    phone: str
    session: str
    secret: str = field(repr=False)
    name: str = ""


def objects_of(wish: PhoneWish, *, plain: bool) -> dict[str, dict[str, str]]:
    """Give the fields of the three objects by kind. ``plain``: SIP and RTP as they are, for robots."""
    phone = wish.phone
    return {
        "auth": {"auth_type": "userpass", "username": phone, "password": wish.secret},
        "aor": {
            "max_contacts": "1",
            "remove_existing": "yes",
            "support_path": "no",
            "qualify_frequency": "0" if plain else str(QUALIFY_S),
            "qualify_timeout": str(QUALIFY_TIMEOUT_S),
        },
        "endpoint": {
            "aors": phone,
            "auth": phone,
            "context": CONTEXT,
            "identify_by": "username",
            "callerid": f'"{shown_name(wish.name)}" <{phone}>',
            "language": "pt_BR",
            "direct_media": "no",
            "allow_transfer": "no",
            "allow_subscribe": "no",
            "allow_overlap": "no",
            "timers": "no",
            "disallow": "all",
            **(_PLAIN if plain else _BROWSER),
        },
    }


_BROWSER = {"webrtc": "yes", "allow": "alaw,ulaw,opus", "rtp_timeout": str(RTP_TIMEOUT_S)}
"""G.711 first: what carriers speak, so that no sound is recoded on its way."""
_PLAIN = {
    "webrtc": "no",
    "allow": "ulaw,alaw",
    "rtp_timeout": "0",
    "rtp_symmetric": "yes",
    "force_rport": "yes",
    "rewrite_contact": "yes",
}


def shown_name(name: str) -> str:
    """A person's name without what has a meaning in SIP or in a configuration."""
    return NOT_IN_NAMES.sub("", name).strip()[:60]
