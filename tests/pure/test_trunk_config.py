"""pjsip_trunks.conf: what becomes of a trunk, and of one that tries to be more."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import pytest

from telephony.ami.trunk_config import fault_of, render
from telephony.bus.wanted import Trunk

PLAIN = Trunk("plain", "sip.carrier.example", qualify_s=0)
WHOLE = Trunk(
    "whole", "203.0.113.7", port=5070, transport="tcp", username="11400@pbx", secret="p4$$=>[word]#", registers=True,
    from_user="551140001234", from_domain="carrier.example", codecs=("g729", "alaw"),
    inbound_hosts=("203.0.113.0/28", "sbc.carrier.example"), strip="55", prefix="0",
)  # fmt: skip


def test_a_plain_trunk_is_an_endpoint_an_address_and_who_is_let_in() -> None:
    assert (
        render([PLAIN]).text
        == """\
; Written by the `ami` process from the platform's trunks. What is changed here by hand is lost.

[plain]
type = endpoint
transport = transport-udp
context = from-trunk
disallow = all
allow = alaw,ulaw
aors = plain
identify_by = ip
direct_media = no
rtp_symmetric = yes
force_rport = yes
rtp_timeout = 60
allow_transfer = no
allow_subscribe = no

[plain]
type = aor
contact = sip:sip.carrier.example:5060
qualify_frequency = 0

[plain]
type = identify
endpoint = plain
match = sip.carrier.example
srv_lookups = no
"""
    )


def test_a_trunk_with_a_user_registers_and_says_who_calls() -> None:
    text = render([WHOLE]).text

    assert "contact = sip:203.0.113.7:5070\\;transport=tcp\n" in text
    assert "type = auth\nauth_type = userpass\nusername = 11400@pbx\npassword = p4$$=>[word]#\n" in text
    assert "client_uri = sip:11400@carrier.example\n" in text
    assert "send_pai = yes\n" in text
    assert "match = 203.0.113.0/28,sbc.carrier.example\n" in text
    assert text.count("[whole]\n") == 4
    assert text.count("[whole-") == 1


def test_another_password_makes_another_registration_which_goes_out_at_once() -> None:
    def auth_of(trunk: Trunk, key: bytes = b"this node") -> str:
        (name,) = set(re.findall(r"outbound_auth = (\S+)", render([trunk], key=key).text))
        assert f"[{name}]\ntype = auth\n" in render([trunk], key=key).text
        return str(name)

    mended = dataclasses.replace(WHOLE, secret="another")
    assert auth_of(WHOLE) != auth_of(mended)
    assert auth_of(WHOLE) == auth_of(dataclasses.replace(WHOLE, host="203.0.113.8"))
    assert auth_of(WHOLE) != auth_of(WHOLE, b"another node")


def test_the_file_is_the_same_whatever_the_order() -> None:
    assert render([WHOLE, PLAIN]).text == render([PLAIN, WHOLE]).text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", "Carrier"),
        ("name", "1001"),
        ("name", "a]\n[b"),
        ("name", ""),
        ("host", "sip.example;x"),
        ("host", "sip.example\ntype=endpoint"),
        ("host", "sip.example]"),
        ("host", "999.1.1.1"),
        ("host", ""),
        ("host", None),
        ("port", "5060"),
        ("port", 0),
        ("transport", "ws"),
        ("username", "user\r\nname"),
        ("username", "user;comment"),
        ("secret", "pass;word"),
        ("secret", "pass\nword"),
        ("secret", "pass word"),
        ("from_user", "x>\n"),
        ("from_domain", "exa mple"),
        ("inbound_hosts", ("10.0.0.0/8", "10.0.0.1\nendpoint=other")),
        ("inbound_hosts", ("10.0.0.0/99",)),
        ("codecs", ("alaw\n",)),
        ("codecs", ()),
        ("qualify_s", -1),
        ("qualify_s", True),
    ],
)
def test_a_value_that_would_be_configuration_of_its_own_leaves_its_trunk_out(name: str, value: Any) -> None:
    bad = dataclasses.replace(WHOLE, **{name: value})

    rendered = render([bad, PLAIN])

    assert fault_of(bad).startswith(name)
    assert rendered.text == render([PLAIN]).text
    assert list(rendered.faults) == [str(bad.name)]


def test_a_fault_never_shows_a_password() -> None:
    assert fault_of(dataclasses.replace(WHOLE, secret="hush;hush")) == "secret: ***"
    assert "p4$$" not in repr(WHOLE)


def test_to_register_takes_a_user() -> None:
    assert fault_of(dataclasses.replace(WHOLE, username="")) == "registers: without a username"
