"""One call as the tracker knows it: the facts that have come so far, and what they say of its end. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from telephony.ami import events as ami
from telephony.bus.commands import Originate

RING_TIMEOUT_REASON = 3


@dataclass(slots=True)
class Call:
    """One call, from the moment before its Originate is sent until its end is reported. Instants: 0 is not yet."""

    order: Originate
    """Of a call that came in: what it would have been."""
    sent_us: int
    """Not sent before this instant."""
    heard_us: int
    """When it was sent, or last heard of: for the watchdog."""
    lost_us: int = 0
    """No sign of it after this instant, though the switch was asked; 0 while it is believed to be up."""
    channel: str = ""
    dialed_us: int = 0
    ringing_us: int = 0
    answered_us: int = 0
    connected_us: int = 0
    queue: str = ""
    joined_us: int = 0
    left_us: int = 0
    operator: str = ""
    """Who talks with the customer, or did last."""
    apart: bool = False
    """That operator's part is over, while the call goes on."""
    member: str = ""
    """The queue's member whom AgentComplete will name, whoever has taken the call over since."""
    handle: str = ""
    """What the conversation is moved by: the far half of the Local channel to the operator."""
    colleague: str = ""
    """An operator who is asked in a consultation, and not to be offered anything else."""
    unattended: bool = False
    originated: ami.OriginateDone | None = None
    gone: ami.ChannelGone | None = None
    far_end_asked: bool = False
    asked_by: str = ""
    """We have asked for its end, for: operator | dialer. (The dialplan's own Hangup looks the same on the wire.)"""
    operator_ended: bool = False
    operator_lost: bool = False
    caller_ended: bool = False
    settle_at_us: int = 0
    """When the end is reported with what is known then."""
    arrived_as: str = ""
    """A call that came in, or a leg outside: the id of its channel, which isn't the call's."""

    @property
    def uniqueid(self) -> str:
        """The id of the customer's channel on the switch, and in its log."""
        return self.arrived_as or self.order.call_id

    @property
    def seen(self) -> bool:
        """The switch has spoken of its channel."""
        return self.dialed_us > 0

    @property
    def last_known_us(self) -> int:
        """Its latest instant that is known."""
        return max(self.order.issued_us, self.dialed_us, self.ringing_us, self.answered_us, self.connected_us)

    @property
    def waiting(self) -> bool:
        """In a queue, with nobody to talk to."""
        return self.gone is None and self.joined_us > self.left_us

    def talks_with(self, operator: str) -> bool:
        """Connected with this operator, who is still part of it, or he is asked about this call by a colleague."""
        if self.gone is not None or self.operator_ended or self.operator_lost or self.caller_ended:
            return False
        return self.colleague == operator or (self.connected_us > 0 and self.operator == operator and not self.apart)

    @property
    def ring_timeout(self) -> bool:
        done = self.originated
        return done is not None and not done.success and done.reason == RING_TIMEOUT_REASON and not self.answered_us

    @property
    def hung_up_by(self) -> str:
        """Who ended it (docs/topology.md, "Who hung up"); "" when the callee never answered."""
        if self.order.parent:
            return self._leg_hung_up_by
        if self.asked_by and not self.far_end_asked:
            return self.asked_by if self.connected_us else "dialer"
        if self.ring_timeout:
            return "switch"
        if not self.answered_us:
            return ""
        if self.far_end_asked or self.caller_ended:
            return "customer"
        return "operator" if self.operator_ended and not self.operator_lost else "switch"

    @property
    def _leg_hung_up_by(self) -> str:
        """Of a leg outside: "customer" is who was called there; with everybody else's part in it, its own ends."""
        if self.far_end_asked and self.answered_us:
            return "customer"
        if self.ring_timeout:
            return "switch"
        if not self.answered_us:
            return "dialer" if self.asked_by else ""
        return self.asked_by or "switch"

    @property
    def explained(self) -> bool:
        """Nothing that may still come could tell more about the end."""
        if self.gone is None:
            return False
        if not self.answered_us:
            return self.originated is not None
        return not self.connected_us or self.far_end_asked or bool(self.asked_by) or self.operator_ended
