"""Who is registered, by what the switch says; the switch itself is in tests/asterisk/test_phones.py."""

from __future__ import annotations

import re

import pytest

from telephony.ami.endpoints import PhoneWish, objects_of, shown_name
from telephony.ami.lanes import Lanes
from telephony.ami.node_events import ContactChanged
from telephony.ami.phones import Phones, Presence
from telephony.ami.tasks import TaskSet
from telephony.bus.events import PhoneChanged

WISH = PhoneWish("acme", "1011", "s1", "secret")
A, B = "sip:1011@192.0.2.1:1;transport=ws", "sip:1011@192.0.2.1:2;transport=ws"


class World:
    """Phones of a node that makes none: each is registered somewhere from the start."""

    def __init__(self) -> None:
        self.told: list[PhoneChanged] = []
        self.heard: list[Presence] = []
        self.phones = Phones("n1", None, Lanes(TaskSet()), self.told.append)
        self.phones.listeners.append(lambda _phone, _session, presence: self.heard.append(presence))
        self.phones.want(WISH)

    def say(self, *said: tuple[str, str]) -> None:
        for status, uri in said:
            self.phones.on_contact(ContactChanged(0, "1011", uri, status, 0))

    @property
    def states(self) -> list[str]:
        return [event.state for event in self.told]


@pytest.fixture
async def world() -> World:
    made = World()
    made.say(("Removed", "sip:1011@somewhere"))
    made.told.clear()
    made.heard.clear()
    return made


@pytest.mark.parametrize(
    ("said", "states", "heard"),
    [
        ([("NonQualified", A)], ["registered"], [Presence.HERE]),
        ([("NonQualified", A), ("Reachable", A)], ["registered"], [Presence.HERE]),
        ([("NonQualified", A), ("Removed", A)], ["registered", "unregistered"], [Presence.HERE, Presence.GONE]),
        # The newer registration is told before the removal of the older one.
        (
            [("NonQualified", A), ("NonQualified", B), ("Removed", A)],
            ["registered"],
            [Presence.HERE, Presence.GONE, Presence.HERE],
        ),
        (
            [("NonQualified", A), ("Unreachable", A), ("Reachable", A)],
            ["registered", "unregistered", "registered"],
            [Presence.HERE, Presence.SILENT, Presence.HERE],
        ),
        # Silent, then gone: to the product it was gone all along.
        (
            [("NonQualified", A), ("Unreachable", A), ("Removed", A)],
            ["registered", "unregistered"],
            [Presence.HERE, Presence.SILENT, Presence.GONE],
        ),
        ([("Removed", A), ("Unreachable", B)], [], []),
        ([("NonQualified", A), ("Unreachable", B), ("Removed", B)], ["registered"], [Presence.HERE]),
    ],
    ids=["comes", "answers", "goes", "moves", "silent", "silent then gone", "of nobody", "of another"],
)
async def test_what_the_switch_says_of_contacts_is_who_is_there(
    world: World, said: list[tuple[str, str]], states: list[str], heard: list[Presence]
) -> None:
    world.say(*said)

    assert world.states == states
    assert world.heard == heard


async def test_a_phone_that_was_there_before_this_process_is_the_first_that_is_removed() -> None:
    world = World()
    assert world.phones.registered("1011")

    world.say(("Removed", A))

    assert not world.phones.registered("1011")
    assert world.states == ["ready", "registered", "unregistered"]


async def test_a_repeated_wish_is_told_again_and_another_session_begins_anew(world: World) -> None:
    world.say(("NonQualified", A))
    world.phones.want(WISH)
    assert world.states == ["registered", "registered"]

    world.phones.want(PhoneWish("acme", "1011", "s2", "other"))
    assert world.heard[-2:] == [Presence.GONE, Presence.HERE]
    assert world.told[-1].session == "s2"
    assert not world.phones.unwant("1011", "s1")
    assert world.phones.session("1011") == "s2"


async def test_other_phones_and_trunks_are_not_looked_at(world: World) -> None:
    world.phones.on_contact(ContactChanged(0, "1012", A, "NonQualified", 0))

    assert world.told == []


def test_a_browsers_phone_calls_nobody_and_a_robots_is_plain() -> None:
    browser, robot = objects_of(WISH, plain=False), objects_of(WISH, plain=True)

    assert (browser["endpoint"]["webrtc"], robot["endpoint"]["webrtc"]) == ("yes", "no")
    assert browser["endpoint"]["context"] == robot["endpoint"]["context"] == "phones"
    assert (browser["aor"]["max_contacts"], browser["aor"]["remove_existing"]) == ("1", "yes")
    assert robot["aor"]["qualify_frequency"] == "0"
    assert "secret" not in repr(WISH)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("João da Silva", "João da Silva"),
        ('Eve" <sip:x@y>', "Eve sipxy"),
        ("a\r\nb;c", "abc"),
        ("x" * 100, "x" * 60),
        ("", ""),
    ],
)
def test_a_name_is_shown_without_what_means_something(name: str, shown: str) -> None:
    assert shown_name(name) == shown
    assert re.search(r'["<>;\r\n]', shown_name(name)) is None
