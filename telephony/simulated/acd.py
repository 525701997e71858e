"""The dialplan of answered customers and the queue application: Queue(q,c,,,2) of topology H.

A waiting caller is looked at when he joins, once a second, and when a DTMF digit wakes him; nothing else does.
"""

from __future__ import annotations

from telephony.simulated.connections import Connection
from telephony.simulated.core import SwitchCore
from telephony.simulated.customers import LOST_PRIORITY, CustomerLeg
from telephony.simulated.queues import DEVICE_STATUS, Member, Queue, Waiter

RECHECK_S = 1.0
JOIN_S = 0.001
DEFAULT_TIMEOUT_S = 2.0


class Acd:
    """All queues of one switch."""

    def __init__(self, core: SwitchCore) -> None:
        self.core = core
        self.queues: dict[str, Queue] = {}

    def queue(self, name: str) -> Queue | None:
        """The queue of that name; one that may exist is made when it is first named."""
        queue = self.queues.get(name)
        if queue is None and name.startswith(self.core.config.queue_prefix):
            queue = self.queues[name] = Queue(name)
        return queue

    def device_state(self, device: str) -> str:
        return self.core.device_states.get(device, "UNKNOWN")

    def set_device_state(self, device: str, state: str) -> None:
        """What Set(DEVICE_STATE(Custom:…)) does. It wakes nobody."""
        self.core.device_states[device] = state
        self.report_device_state(device)

    def report_device_state(self, device: str) -> None:
        state = self.device_state(device)
        self.core.events.emit("DeviceStateChange", f"Device: {device}\r\nState: {state}\r\n")
        for queue in self.queues.values():
            for member in queue.members.values():
                if member.state_interface == device:
                    self.core.events.emit("QueueMemberStatus", self.member_lines(queue, member))

    def member_lines(self, queue: Queue, member: Member) -> str:
        """The headers of QueueMemberStatus, QueueMemberAdded, QueueMemberRemoved and QueueMemberPause."""
        return f"Queue: {queue.name}\r\nMemberName: {member.name}\r\nInterface: {member.interface}\r\n" + (
            self.member_details(member)
        )

    def member_details(self, member: Member) -> str:
        return (
            f"StateInterface: {member.state_interface}\r\nMembership: dynamic\r\nPenalty: {member.penalty}\r\n"
            f"CallsTaken: {member.calls_taken}\r\nLastCall: {int(member.last_call)}\r\n"
            f"LastPause: {int(member.last_pause)}\r\nLoginTime: {int(member.added_at)}\r\n"
            f"InCall: {int(member.in_call)}\r\n"
            f"Status: {DEVICE_STATUS.get(self.device_state(member.state_interface), 0)}\r\n"
            f"Paused: {int(member.paused)}\r\nPausedReason: {member.paused_reason}\r\nRinginuse: 0\r\nWrapuptime: 0\r\n"
        )

    # ---- the customer's way

    def redirect(self, customer: CustomerLeg, context: str, exten: str) -> None:
        """Take him from wherever he is to another place. Out of a conversation that means no AgentComplete."""
        if customer.waiter:
            self.abandon(customer.waiter)
        if customer.connection:
            customer.connection.finish("caller", completed=False)
            customer.disconnected()
        customer.channel.at(context, exten)
        self.run_dialplan(customer)

    def run_dialplan(self, customer: CustomerLeg) -> None:
        """Send a customer to the place where his channel is; one whose place doesn't exist is hung up."""
        channel = customer.channel
        queue = None
        if customer.answered and channel.context == "dialer":
            queue = self.queue(channel.exten)
        elif customer.answered and channel.context == "direct":
            queue = _one_operator(channel.exten)
        if queue is None:
            customer.hang_up(hangup_by="switch")
        else:
            self._join(customer, queue)

    def _join(self, customer: CustomerLeg, queue: Queue) -> None:
        core, channel = self.core, customer.channel
        waiter = Waiter(customer, queue, customer.queue_priority, core.now())
        position = queue.insert(waiter)
        channel.variables["NEXT"] = ""
        channel.application = "Dial" if queue.direct else "Queue"
        if not queue.direct:
            core.events.channel(
                "QueueCallerJoin",
                channel,
                f"Queue: {queue.name}\r\nPosition: {position}\r\nCount: {len(queue.waiters)}\r\n",
            )
        waiter.deadline = core.after(_timeout_s(customer), lambda: self._timed_out(waiter))
        waiter.recheck = core.soon(JOIN_S, lambda: self._look(waiter))
        customer.waiting(waiter)

    def wake(self, customer: CustomerLeg) -> None:
        """A digit reached a waiting caller: he is looked at now."""
        if customer.waiter:
            self._look(customer.waiter)

    def _look(self, waiter: Waiter) -> None:
        if waiter.recheck:
            waiter.recheck.cancel()
        waiter.recheck = None
        if waiter.pending or waiter not in waiter.queue.waiters:
            return
        free = waiter.queue.candidates(self.device_state)
        if waiter.queue.is_turn_of(waiter, len(free)):
            for member in free:
                if Connection(self.core, waiter, member).begin():
                    return
        waiter.recheck = self.core.after(RECHECK_S, lambda: self._look(waiter))

    def _timed_out(self, waiter: Waiter) -> None:
        """The queue's own timeout: an abandon too, and the dialplan goes on to NoOperator."""
        if waiter.pending:  # a member is being called: the queue looks at its clock again after that
            waiter.deadline = self.core.soon(JOIN_S, lambda: self._timed_out(waiter))
            return
        customer = waiter.customer
        self.abandon(waiter)
        following = customer.channel.variables.get("QUEUE")
        if waiter.queue.direct and following:
            customer.channel.at("dialer", following)
            self.run_dialplan(customer)
            return
        self.core.counts["unattended"] += 1
        customer.outcome = "unattended"
        self.core.log_event("UNATTENDED", customer.channel)
        self.core.events.user(
            "NoOperator",
            customer.channel,
            f"CallId: {customer.channel.variables.get('CALL_ID', '')}\r\nQueueStatus: TIMEOUT\r\n",
        )
        customer.channel.application = "Playback"
        customer.hear_message(lambda: customer.hang_up(hangup_by="switch"))

    def abandon(self, waiter: Waiter) -> None:
        """He leaves the queue unserved."""
        queue, channel = waiter.queue, waiter.customer.channel
        if waiter.pending:
            waiter.pending.called_off()
        queue.abandoned += 1
        if not queue.direct:
            self.core.events.channel(
                "QueueCallerAbandon",
                channel,
                f"Queue: {queue.name}\r\nPosition: {queue.position(waiter)}\r\n"
                f"OriginalPosition: {waiter.original_position}\r\n"
                f"HoldTime: {int(self.core.now() - waiter.joined_at)}\r\n",
            )
        self.leave(waiter)
        waiter.customer.waiter = None

    def leave(self, waiter: Waiter) -> None:
        """Take him out of the queue's line."""
        queue = waiter.queue
        position = queue.position(waiter)
        waiter.cancel_timers()
        queue.waiters.remove(waiter)
        if queue.direct:
            return
        self.core.events.channel(
            "QueueCallerLeave",
            waiter.customer.channel,
            f"Queue: {queue.name}\r\nPosition: {position}\r\nCount: {len(queue.waiters)}\r\n",
        )

    def after_queue(self, customer: CustomerLeg, operator: str) -> None:
        """Queue(…,c) goes on in the dialplan after the operator's side ended."""
        channel = customer.channel
        if following := channel.variables.get("NEXT"):
            context, exten, *_ = [*following.split(","), ""]
            channel.at(context, exten)
            self.run_dialplan(customer)
        elif self.core.live_leg(operator) is None:
            self._operator_lost(customer, operator)
        else:
            customer.hang_up(hangup_by="operator")

    def _operator_lost(self, customer: CustomerLeg, operator: str) -> None:
        channel = customer.channel
        self.core.events.user(
            "OperatorLost", channel, f"CallId: {channel.variables.get('CALL_ID', '')}\r\nOperator: {operator}\r\n"
        )
        customer.queue_priority = LOST_PRIORITY
        if channel.context == "direct" and (queue := channel.variables.get("QUEUE")):
            channel.at("dialer", queue)
        channel.application = "Playback"
        customer.hear_message(lambda: self.run_dialplan(customer))


def _one_operator(operator: str) -> Queue:
    interface = f"Local/{operator}@op-direct/n"
    member = Member(interface=interface, name=operator, state_interface=f"Custom:op-{operator}")
    return Queue(f"direct-{operator}", direct=True, members={interface: member})


def _timeout_s(customer: CustomerLeg) -> float:
    try:
        return float(customer.channel.variables.get("QTIMEOUT") or DEFAULT_TIMEOUT_S)
    except ValueError:
        return DEFAULT_TIMEOUT_S
