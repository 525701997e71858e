"""SIP messages as far as a telephone needs them (RFC 3261). Pure."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field

REASONS = {
    100: "Trying", 180: "Ringing", 183: "Session Progress", 200: "OK", 404: "Not Found",
    480: "Temporarily Unavailable", 481: "Call/Transaction Does Not Exist", 486: "Busy Here",
    487: "Request Terminated", 501: "Not Implemented", 503: "Service Unavailable", 603: "Decline",
}  # fmt: skip
SHORT = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length", "c": "content-type"}


@dataclass(slots=True)
class Message:
    """A request or a response. Header names are lower-case; ``headers`` keeps order and repetitions."""

    first_line: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: str = ""

    @classmethod
    def parse(cls, data: bytes) -> Message:
        """Raises ValueError for what is no SIP message."""
        head, _, body = data.decode("utf-8", "replace").partition("\r\n\r\n")
        first_line, *lines = head.split("\r\n")
        if "SIP/2.0" not in first_line:
            raise ValueError(f"not SIP: {first_line[:80]!r}")
        headers = []
        for line in lines:
            name, _, value = line.partition(":")
            name = name.strip().lower()
            headers.append((SHORT.get(name, name), value.strip()))
        return cls(first_line, headers, body)

    def __bytes__(self) -> bytes:
        body = self.body.encode()
        lines = [self.first_line, *(f"{name}: {value}" for name, value in self.headers)]
        return "\r\n".join([*lines, f"content-length: {len(body)}", "", ""]).encode() + body

    def get(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name), "")

    def all(self, name: str) -> list[tuple[str, str]]:
        return [(key, value) for key, value in self.headers if key == name]

    @property
    def method(self) -> str:
        """ "" for a response."""
        word = self.first_line.split(" ", 1)[0]
        return "" if word == "SIP/2.0" else word

    @property
    def status(self) -> int:
        """0 for a request."""
        return 0 if self.method else int(self.first_line.split(" ", 2)[1])

    @property
    def dialed(self) -> str:
        """Who is called: the user part of a request's address."""
        found = re.match(r"\w+ sips?:([^@;>\s]*)@", self.first_line)
        return found[1] if found else ""

    @property
    def sequence(self) -> tuple[int, str]:
        number, method = self.get("cseq").split(None, 1)
        return int(number), method


def response(request: Message, status: int, *, tag: str = "", contact: str = "", sdp: str = "") -> Message:
    """An answer to a request, with our tag on its To header."""
    headers = [*request.all("via"), *request.all("record-route"), ("from", request.get("from"))]
    to = request.get("to")
    headers.append(("to", f"{to};tag={tag}" if tag and "tag=" not in to else to))
    headers += [("call-id", request.get("call-id")), ("cseq", request.get("cseq"))]
    if contact:
        headers.append(("contact", contact))
    if sdp:
        headers.append(("content-type", "application/sdp"))
    return Message(f"SIP/2.0 {status} {REASONS.get(status, 'Unknown')}", headers, sdp)


def uri_of(header: str) -> str:
    """The address in a From, To or Contact header."""
    found = re.search(r"<([^>]+)>", header)
    return found[1] if found else header.partition(";")[0].strip()


def tag_of(header: str) -> str:
    found = re.search(r";tag=([^;>\s]+)", header)
    return found[1] if found else ""


def credentials(challenge: str, *, method: str, uri: str, username: str, secret: str) -> str:
    """The Authorization header that answers a Digest challenge (RFC 2617, MD5, with or without qop=auth)."""
    asked = dict(re.findall(r'(\w+)="?([^",]*)"?', challenge.partition(" ")[2]))
    first = _md5(f"{username}:{asked['realm']}:{secret}")
    second = _md5(f"{method}:{uri}")
    given = {"username": username, "realm": asked["realm"], "nonce": asked["nonce"], "uri": uri}
    if "opaque" in asked:
        given["opaque"] = asked["opaque"]
    text = ", ".join(f'{name}="{value}"' for name, value in given.items())
    if "qop" in asked:
        client_nonce = _md5(asked["nonce"] + first)[:16]
        answer = _md5(f"{first}:{asked['nonce']}:00000001:{client_nonce}:auth:{second}")
        text += f', qop=auth, nc=00000001, cnonce="{client_nonce}"'
    else:
        answer = _md5(f"{first}:{asked['nonce']}:{second}")
    return f'Digest {text}, algorithm=MD5, response="{answer}"'


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def describe_sound(host: str, port: int) -> str:
    """An SDP offer or answer for G.711, with the key tones of RFC 4733."""
    return (
        f"v=0\r\no=- 1 1 IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\n"
        f"m=audio {port} RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
        "a=fmtp:101 0-16\r\na=ptime:20\r\na=sendrecv\r\n"
    )


def sound_target(sdp: str) -> tuple[str, int] | None:
    """Where the far end wants its sound; None where it wants none."""
    address = re.search(r"^c=IN IP4 (\S+)", sdp, re.MULTILINE)
    media = re.search(r"^m=audio (\d+)", sdp, re.MULTILINE)
    return (address[1], int(media[1])) if address and media and int(media[1]) else None
