"""What a trunk's settings must look like. Everything here ends in pjsip.conf: a wrong character would be a new line
of configuration there. Pure but for the translated reasons."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from common.plain import plain_text
from telephony import number_format
from telephony.choices import Codec, Transport

_HOST = re.compile(r"(?=.{1,253}\Z)(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*", re.ASCII)
_NAME = re.compile(r"[a-z](?:[a-z0-9-]{0,38}[a-z0-9])", re.ASCII)
_RESERVED = frozenset({"global", "system", "anonymous", "acl"})
_USER = re.compile(r"[A-Za-z0-9_.!~*'()&=+$,?/%@-]{0,80}", re.ASCII)
_SECRET = re.compile(r"[\x21-\x3a\x3c-\x7e]{0,128}", re.ASCII)
"""Printable ASCII without space and semicolon, which begins a comment in Asterisk's files."""
_WHOLE = {"port": (1, 65_535), "qualify_s": (0, 3_600), "cps_limit": (0, 10_000), "channel_limit": (0, 100_000)}
_MOST_INBOUND_HOSTS = 20


def faults_of(values: dict[str, Any]) -> dict[str, str]:
    """Give what is wrong, by the setting's name, in the active language; empty where all is sound."""
    faults = {name: reason for name, check in _CHECKS.items() if (reason := check(values[name]))}
    if not values["username"] and values["registers"]:
        faults["username"] = _("To register, the carrier has to be told a user.")
    if rule := number_format.fault_of(values["strip"], values["prefix"]):
        faults.setdefault("prefix" if rule == "result" else rule, _FORMAT_REASONS[rule]())
    return faults


def is_host(text: str) -> bool:
    """A name or an address, without port, brackets or anything else around it."""
    return _is_address(text) or (_HOST.fullmatch(text) is not None and not re.fullmatch(r"[\d.]+", text))


def is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return "%" not in text


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return "%" not in text


def _name(value: str) -> str:
    if not _NAME.fullmatch(value):
        return _("2 to 40 lower-case letters, digits and dashes, beginning with a letter.")
    if value in _RESERVED or value.startswith(("transport", "op-", "trunk-identify")):
        return _("The switch uses this name itself. Choose another.")
    return ""


def _host(value: str) -> str:
    return "" if is_host(value) else _("Write a host name or an IP address alone, as sip.carrier.com.br.")


def _inbound_hosts(value: Sequence[str]) -> str:
    if len(value) > _MOST_INBOUND_HOSTS:
        return _("%(most)d addresses at most.") % {"most": _MOST_INBOUND_HOSTS}
    wrong = [host for host in value if not (is_host(host) or is_network(host))]
    return _("“%(host)s” is no address, network or host name.") % {"host": wrong[0]} if wrong else ""


def _user(value: str) -> str:
    return "" if _USER.fullmatch(value) else _("Letters, digits and . _ - + @ only.")


def _domain(value: str) -> str:
    return "" if not value or is_host(value) else _("Write a host name alone, as carrier.com.br.")


def _secret(value: str | None) -> str:
    if value is None or _SECRET.fullmatch(value):
        return ""
    return _("Up to 128 letters, digits and signs, without spaces, accents and semicolons.")


def _label(value: str) -> str:
    if not value.strip() or len(value) > 80:
        return _("Name the carrier, in 80 characters at most.")
    seen = plain_text(value) == value and not re.search(r"[\n\r\t]", value)
    return "" if seen else _("Line breaks and other control characters can't be used.")


def _codecs(value: Sequence[str]) -> str:
    if not value:
        return _("Choose at least one.")
    return "" if set(value) <= set(Codec.values) else _("The switch doesn't know one of these.")


def _priority(value: int) -> str:
    return "" if 1 <= value <= 9 else _("From 1 to 9.")


def _whole(name: str) -> Any:
    least, most = _WHOLE[name]

    def check(value: int) -> str:
        return "" if least <= value <= most else _("From %(least)d to %(most)d.") % {"least": least, "most": most}

    return check


_CHECKS: dict[str, Any] = {
    "name": _name,
    "label": _label,
    "host": _host,
    "transport": lambda value: "" if value in Transport.values else _("UDP, TCP or TLS."),
    "username": _user,
    "secret": _secret,
    "from_user": _user,
    "from_domain": _domain,
    "inbound_hosts": _inbound_hosts,
    "codecs": _codecs,
    "priority": _priority,
    **{name: _whole(name) for name in _WHOLE},
}
_FORMAT_REASONS: dict[str, Any] = {
    "strip": lambda: _("Digits only, six at most."),
    "prefix": lambda: _("Digits, * and # only, with a + before them if need be."),
    "result": lambda: _("With this rule no number could be dialed: see the examples."),
}
