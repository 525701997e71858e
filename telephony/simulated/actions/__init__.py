"""AMI actions: name in lower case → who may use it and what it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from telephony.simulated.actions import calls, lists, queues, sessions, system, variables
from telephony.simulated.session import Session
from telephony.simulated.wire import Packet


@dataclass(frozen=True, slots=True)
class Action:
    """``classes``: the account needs one of them; empty: anyone who is logged in."""

    classes: frozenset[str]
    act: Callable[[Session, Packet], None]


def _action(act: Callable[[Session, Packet], None], classes: str = "") -> Action:
    return Action(frozenset(classes.split()), act)


ACTIONS: Mapping[str, Action] = {
    "login": _action(sessions.login),
    "challenge": _action(sessions.challenge),
    "logoff": _action(sessions.logoff),
    "ping": _action(sessions.ping),
    "events": _action(sessions.events),
    "listcommands": _action(sessions.list_commands),
    "originate": _action(calls.originate_call, "originate"),
    "hangup": _action(calls.hangup, "system call"),
    "redirect": _action(calls.redirect, "call"),
    "bridge": _action(calls.bridge, "call"),
    "playdtmf": _action(calls.play_dtmf, "call"),
    "setvar": _action(variables.setvar, "call"),
    "getvar": _action(variables.getvar, "call reporting"),
    "queueadd": _action(queues.add, "agent"),
    "queueremove": _action(queues.remove, "agent"),
    "queuepause": _action(queues.pause, "agent"),
    "queuepenalty": _action(queues.penalty, "agent"),
    "queuestatus": _action(queues.status),
    "queuesummary": _action(queues.summary),
    "status": _action(lists.status, "system call reporting"),
    "coreshowchannels": _action(lists.core_show_channels, "system reporting"),
    "devicestatelist": _action(lists.device_states, "call reporting"),
    "corestatus": _action(system.core_status, "system reporting"),
    "coresettings": _action(system.core_settings, "system reporting"),
    **{
        name: _action(system.not_simulated, classes)
        for name, classes in (
            ("command", "command"),
            ("reload", "system config"),
            ("updateconfig", "config"),
            ("getconfig", "config"),
            ("dbput", "system"),
            ("dbget", "system"),
            ("dbdel", "system"),
            ("moduleload", "system"),
            ("userevent", "user"),
            ("mixmonitor", "system"),
            ("muteaudio", "system"),
            ("pjsipshowcontacts", "system"),
            ("filter", "system"),
        )
    },
}
"""Rights as registered in Asterisk 20. What the product never uses is known by name only, to be denied."""
