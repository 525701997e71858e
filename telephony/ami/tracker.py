"""From what the switch says about channels to what the product knows as calls. Pure: no clock, no I/O.

The switch's events have no fixed order (OriginateResponse before or after Hangup, AgentComplete without a Uniqueid),
so every fact is kept when it comes and only the end waits for what may still follow it, `END_GRACE_US` at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from telephony.ami import events as ami
from telephony.ami import talk_events as talk
from telephony.ami.call import Call
from telephony.bus.commands import Originate
from telephony.bus.events import (
    AmdVerdict,
    CallAnswered,
    CallArrived,
    CallConnected,
    CallDialed,
    CallEnded,
    CallEvent,
    CallQueued,
    CallRefused,
    CallRinging,
    CallUnattended,
    ConversationEvent,
    OperatorReleased,
)
from telephony.naming import inbound_call_id

END_GRACE_US = 1_000_000
ACTION_PREFIX = "dial-"
CallFact = CallEvent | ConversationEvent
INBOUND = "from-trunk"
"""The context of an order that was made of a call that came in."""


def action_id(call_id: str) -> str:
    """The ActionID of a call's Originate: the same after a restart, so its OriginateResponse is still known."""
    return f"{ACTION_PREFIX}{call_id}"


@dataclass(slots=True)
class Tracker:
    """The calls of one node."""

    node: str
    calls: dict[str, Call] = field(default_factory=dict)
    """By call id."""
    _ending: dict[str, Call] = field(default_factory=dict)
    _arrived: dict[str, str] = field(default_factory=dict)
    """The call ids of calls that came in, by the switch's ids of their channels."""

    def __len__(self) -> int:
        return len(self.calls)

    def add(self, order: Originate, now_us: int, *, sent_after_us: int | None = None) -> Call:
        """Follow a call: one sent now, or one found in flight after a restart, sent at some time after an instant."""
        sent_us = now_us if sent_after_us is None else sent_after_us
        call = self.calls[order.call_id] = Call(order, sent_us=sent_us, heard_us=now_us)
        return call

    def add_arrived(self, order: Originate, uniqueid: str, now_us: int) -> Call:
        """Follow a call that came in: one that rings now, or one found after a restart."""
        call = self.add(order, now_us, sent_after_us=order.issued_us)
        call.arrived_as, call.dialed_us = uniqueid, order.issued_us
        self._arrived[uniqueid] = order.call_id
        return call

    def add_leg(self, order: Originate, uniqueid: str, now_us: int, *, sent_after_us: int | None = None) -> Call:
        """Follow a conversation's leg outside. ``uniqueid``: of its channel, "" until the switch has told it."""
        call = self.add(order, now_us, sent_after_us=sent_after_us)
        self._bind(call, uniqueid)
        return call

    def leg_made(self, event: talk.OutsideMade, now_us: int) -> list[CallFact]:
        """The switch has made a leg's channel, by an id of its own."""
        call = self.calls.get(event.leg)
        if call is None or not call.order.parent:
            return []
        call.channel, call.heard_us = event.channel, now_us
        self._bind(call, event.uniqueid)
        return list(self.dialed(call, event.at_us or now_us))

    def legs_of(self, call_id: str) -> list[Call]:
        """The legs outside of a customer's call that haven't ended."""
        return [call for call in self.calls.values() if call.order.parent == call_id]

    def find(self, uniqueid: str) -> Call | None:
        """The call whose customer's channel has this id on the switch."""
        return self.calls.get(self._arrived.get(uniqueid, uniqueid))

    def apply(self, event: ami.AmiEvent, now_us: int) -> list[CallFact]:
        """Take in one event of the switch; give what the product should know, nothing for channels not ours."""
        match event:
            case talk.Arrived():
                return self._arrive(event, now_us)
            case talk.OutsideMade():
                return self.leg_made(event, now_us)
        call = self._call_of(event)
        if call is None:
            return []
        call.heard_us = now_us
        at_us = event.at_us or now_us
        facts = self._facts(call, event, at_us)
        self._note_end(call, now_us)
        if call.explained:
            facts.append(self.end(call, source="ami"))
        return facts

    def due(self, now_us: int) -> list[CallFact]:
        """Report the ends that have waited long enough for what might still explain them."""
        ready = [call for call in self._ending.values() if call.settle_at_us <= now_us]
        return [fact for call in ready for fact in self._settle(call, now_us)]

    def silent(self, now_us: int, *, unanswered_grace_us: int, answered_us: int) -> list[Call]:
        """Calls of which nothing was heard for so long that the switch should be asked."""

        def allowance(call: Call) -> int:
            return answered_us if call.answered_us else call.order.ring_timeout_s * 1_000_000 + unanswered_grace_us

        return [call for call in self.calls.values() if now_us - call.heard_us > allowance(call)]

    def waiting_channels(self, queues: Iterable[str]) -> list[str]:
        """Channels of the customers who wait in one of these queues."""
        wanted = set(queues)
        return [call.channel for call in self.calls.values() if call.waiting and call.queue in wanted and call.channel]

    def end(self, call: Call, *, source: str, cause: int = 0, tech_cause: str = "", by: str | None = None) -> CallEnded:
        """Stop following a call and give its end; a Hangup event's causes win over the given ones."""
        gone = call.gone or ami.ChannelGone(0, call.uniqueid, cause, tech_cause)
        self._drop(call)
        return CallEnded(
            node=self.node,
            at_us=gone.at_us or call.heard_us,
            schema=call.order.schema,
            campaign_id=call.order.campaign_id,
            call_id=call.order.call_id,
            cause=gone.cause,
            tech_cause=gone.tech_cause,
            hung_up_by=call.hung_up_by if by is None else by,
            source=source,
            ring_timeout=call.ring_timeout,
            dialed_us=call.dialed_us,
            ringing_us=call.ringing_us,
            answered_us=call.answered_us,
            connected_us=call.connected_us,
            operator=call.operator,
            unattended=call.unattended,
        )

    def refuse(self, call: Call, now_us: int, *, reason: str, detail: str = "") -> CallRefused:
        """Stop following a call that was never dialed."""
        self._drop(call)
        order = call.order
        return CallRefused(self.node, now_us, order.schema, order.campaign_id, order.call_id, reason, detail)

    # What is known, whoever says it: the switch's events or its log.

    def dialed(self, call: Call, at_us: int) -> Iterator[CallFact]:
        if _earlier(call.dialed_us, at_us):
            call.dialed_us = at_us
            yield CallDialed(self.node, at_us, *_names(call))

    def ringing(self, call: Call, at_us: int) -> Iterator[CallFact]:
        yield from self._seen(call, at_us)
        if _earlier(call.ringing_us, at_us):
            call.ringing_us = at_us
            yield CallRinging(self.node, at_us, *_names(call))

    def answered(self, call: Call, at_us: int) -> Iterator[CallFact]:
        yield from self._seen(call, at_us)
        if _earlier(call.answered_us, at_us):
            call.answered_us = at_us
            yield CallAnswered(self.node, at_us, *_names(call))

    def connected(self, call: Call, at_us: int, operator: str, handle: str = "") -> Iterator[CallFact]:
        yield from self._taken(call, at_us)
        call.left_us = max(call.left_us, at_us)
        call.handle = handle or call.handle
        if not call.connected_us or call.operator != operator or call.apart:
            call.connected_us = call.connected_us or at_us
            call.operator, call.apart, call.colleague = operator, False, ""
            call.operator_ended = call.caller_ended = call.operator_lost = False
            yield CallConnected(self.node, at_us, *_names(call), operator)

    def released(self, call: Call, at_us: int, reason: str) -> Iterator[CallFact]:
        """The operator is out of a call that goes on. ``reason``: transferred | taken_over | lost"""
        if call.operator and not call.apart:
            call.apart = True
            yield OperatorReleased(self.node, at_us, *_names(call), call.operator, reason)

    def left_unattended(self, call: Call, at_us: int) -> Iterator[CallFact]:
        yield from self._taken(call, at_us)
        if not call.unattended:
            call.unattended = True
            yield CallUnattended(self.node, at_us, *_names(call))

    def joined(self, call: Call, at_us: int, queue: str, channel: str) -> Iterator[CallFact]:
        yield from self._taken(call, at_us)
        call.channel = channel or call.channel
        call.queue, call.joined_us = queue, max(call.joined_us, at_us)
        yield CallQueued(self.node, at_us, *_names(call), queue)

    # Inside.

    def _call_of(self, event: ami.AmiEvent) -> Call | None:
        if isinstance(event, ami.OriginateDone):
            # Never by Uniqueid: a second Originate's failure bears that of the live call. (A leg's is its ActionID.)
            return self.find(event.action_id.removeprefix(ACTION_PREFIX))
        if isinstance(event, ami.OperatorDone) and not event.uniqueid:
            return next(
                (call for call in self.calls.values() if call.member == event.operator and call.connected_us), None
            )
        if isinstance(event, talk.DirectConnected):
            return self.find(event.call)
        return self.find(getattr(event, "uniqueid", ""))

    def _arrive(self, event: talk.Arrived, now_us: int) -> list[CallFact]:
        """A call has come in: from here on it is one like those that were dialed."""
        if self.find(event.uniqueid) is not None:
            return []
        at_us = event.at_us or now_us
        call_id = inbound_call_id(self.node, event.uniqueid)
        order = Originate(
            call_id, event.schema, event.campaign_id, event.number, event.trunk, "", event.queue, 0, at_us, at_us,
            context=INBOUND, variables={"REC": event.recording},
        )  # fmt: skip
        call = self.add_arrived(order, event.uniqueid, now_us)
        call.channel = event.channel
        return [CallArrived(self.node, at_us, *_names(call), event.number, event.dialed, event.trunk, event.queue)]

    def _facts(self, call: Call, event: ami.AmiEvent, at_us: int) -> list[CallFact]:
        facts: Iterator[CallFact] = iter(())
        match event:
            case ami.ChannelMade():
                call.channel = event.channel or call.channel
                facts = self.dialed(call, at_us)
            case ami.ChannelRinging():
                facts = self.ringing(call, at_us)
            case ami.ChannelUp():
                call.channel = event.channel or call.channel
                facts = self.answered(call, at_us)
            case ami.ChannelGone() | ami.HangupAsked():
                facts = self._seen(call, at_us)
            case _:
                facts = self._talk_facts(call, event, at_us)
        told = list(facts)
        self._mark(call, event, at_us)
        return told

    def _talk_facts(self, call: Call, event: ami.AmiEvent, at_us: int) -> Iterator[CallFact]:
        """Of what follows an answer."""
        match event:
            case talk.Judged():
                yield from self._taken(call, at_us)
                yield AmdVerdict(self.node, at_us, *_names(call), event.status, event.cause, event.took_ms)
            case ami.CallerJoined():
                yield from self.joined(call, at_us, event.queue, event.channel)
            case ami.OperatorConnected():
                call.member = event.operator
                yield from self.connected(call, at_us, event.operator, event.handle)
            case talk.DirectConnected():
                yield from self.connected(call, at_us, event.operator, event.handle)
            case ami.NoOperator():
                yield from self.left_unattended(call, at_us)
            case ami.OperatorLost():
                yield from self.released(call, at_us, "lost")

    def _mark(self, call: Call, event: ami.AmiEvent, at_us: int) -> None:
        match event:
            case ami.HangupAsked():
                call.far_end_asked = True
            case ami.OriginateDone():
                call.originated = event
            case ami.ChannelGone():
                call.gone = event
            case ami.CallerLeft():
                call.left_us = max(call.left_us, at_us)
            case ami.OperatorDone():
                call.operator_ended = event.by_operator
                call.caller_ended = not event.by_operator
            case ami.OperatorLost():
                call.operator_lost = True

    def _note_end(self, call: Call, now_us: int) -> None:
        """Start the wait for the rest: of an ended channel, and of a failed Originate that may have had none."""
        failed = call.originated is not None and not call.originated.success
        if call.order.call_id not in self._ending and (call.gone is not None or (failed and not call.seen)):
            call.settle_at_us = now_us + END_GRACE_US
            self._ending[call.order.call_id] = call

    def _settle(self, call: Call, now_us: int) -> Iterator[CallFact]:
        if call.gone is not None:
            yield self.end(call, source="ami")
        elif call.seen:
            # Its channel came after all; now its Hangup must, or the watchdog asks.
            del self._ending[call.order.call_id]
        else:
            reason = call.originated.reason if call.originated else 0
            yield self.refuse(
                call, now_us, reason="rejected", detail=f"no channel was made (reason {reason}): unknown trunk?"
            )

    def _seen(self, call: Call, at_us: int) -> Iterator[CallFact]:
        if not call.seen:
            yield from self.dialed(call, at_us)

    def _taken(self, call: Call, at_us: int) -> Iterator[CallFact]:
        """Whatever happens in the queue, and detection too, happens to an answered call."""
        if not call.answered_us:
            yield from self.answered(call, at_us)

    def _bind(self, call: Call, uniqueid: str) -> None:
        if uniqueid:
            call.arrived_as = uniqueid
            self._arrived[uniqueid] = call.order.call_id

    def _drop(self, call: Call) -> None:
        self.calls.pop(call.order.call_id, None)
        self._ending.pop(call.order.call_id, None)
        self._arrived.pop(call.arrived_as, None)


def _earlier(known_us: int, at_us: int) -> bool:
    return known_us == 0 or at_us < known_us


def _names(call: Call) -> tuple[str, int, str]:
    return call.order.schema, call.order.campaign_id, call.order.call_id
