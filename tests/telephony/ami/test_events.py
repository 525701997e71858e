"""Reading single events."""

from __future__ import annotations

import pytest

from telephony.ami import events as ami
from telephony.ami.client import read_message
from tests.telephony.ami.transcripts import messages


@pytest.mark.parametrize(
    ("text", "microseconds"),
    [
        ("1700000000.123456", 1_700_000_000_123_456),
        ("1700000000.1", 1_700_000_000_100_000),
        ("1700000000", 1_700_000_000_000_000),
        ("1700000000.1234567", 1_700_000_000_123_456),
        ("", 0),
    ],
)
def test_an_instant_is_read_to_the_microsecond(text: str, microseconds: int) -> None:
    assert ami.instant_us(text) == microseconds


@pytest.mark.parametrize(
    ("tech_cause", "status"), [("SIP 486 Busy Here", "486"), ("486", "486"), ("", ""), ("SIP 999", "")]
)
def test_the_sip_status_is_found_in_the_technical_cause(tech_cause: str, status: str) -> None:
    gone = ami.parse({"event": "Hangup", "uniqueid": "a", "cause": "17", "techcause": tech_cause})

    assert gone == ami.ChannelGone(0, "a", 17, status)


def test_a_known_event_with_an_unreadable_figure_is_an_error_and_an_unknown_event_is_none() -> None:
    with pytest.raises(ValueError, match="seventeen"):
        ami.parse({"event": "Hangup", "uniqueid": "a", "cause": "seventeen"})

    assert ami.parse({"event": "RTCPSent"}) is None


def test_repeated_headers_and_the_banner_are_no_obstacle() -> None:
    message = read_message(
        b"Asterisk Call Manager/9.0.0\r\nEvent: Newchannel\r\nChanVariable: A=1\r\nChanVariable: B=2\r\nUniqueid: u\r\n"
        b"Channel: PJSIP/x"
    )

    assert message is not None
    assert ami.parse(message) == ami.ChannelMade(0, "u", "PJSIP/x")


def test_a_transcripts_operator_connection_names_customer_and_operator() -> None:
    found = [ami.parse(message) for message in messages("customer_hangs_up")]

    (connected,) = [event for event in found if isinstance(event, ami.OperatorConnected)]
    assert (connected.uniqueid, connected.operator) == ("0196f0c2-0000-7000-8000-000000000001", "1011")
