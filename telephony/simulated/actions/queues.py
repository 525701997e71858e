"""Queue actions: members in and out, paused and not, and the lists of who is in which queue."""

from __future__ import annotations

from telephony.simulated.queues import Member, Queue
from telephony.simulated.session import Session
from telephony.simulated.wire import Packet, list_complete, list_item, list_start


def add(session: Session, packet: Packet) -> None:
    core = session.core
    named = _queue_and_interface(session, packet, "Unable to add interface to queue: No such queue")
    if named is None:
        return
    queue, interface = named
    penalty = packet.get("penalty")
    if penalty and not penalty.isdigit():
        penalty = "0"
    if interface in queue.members:
        session.error(packet, "Unable to add interface: Already there")
        return
    member = Member(
        interface=interface,
        name=packet.get("membername") or interface,
        state_interface=packet.get("stateinterface") or interface,
        penalty=int(penalty or 0),
        paused=_true(packet.get("paused")),
        paused_reason=packet.get("reason"),
        added_at=core.now(),
        last_call=_shared_last_call(session, interface),
    )
    queue.members[interface] = member
    session.ack(packet, "Added interface to queue")
    core.events.emit("QueueMemberAdded", core.acd.member_lines(queue, member))


def remove(session: Session, packet: Packet) -> None:
    core = session.core
    named = _queue_and_interface(session, packet, "Unable to remove interface from queue: No such queue")
    if named is None:
        return
    queue, interface = named
    member = queue.members.pop(interface, None)
    if member is None:
        session.error(packet, "Unable to remove interface: Not there")
        return
    session.ack(packet, "Removed interface from queue")
    core.events.emit("QueueMemberRemoved", core.acd.member_lines(queue, member))


def pause(session: Session, packet: Packet) -> None:
    """Pause or unpause a member, in one queue or (no Queue header) in all of his."""
    interface, paused = packet.get("interface"), packet.get("paused")
    if not interface or not paused:
        session.error(packet, "Need 'Interface' and 'Paused' parameters.")
        return
    core = session.core
    found = _memberships(session, packet.get("queue"), interface)
    if not found:
        session.error(packet, "Interface not found")
        return
    wish = _true(paused)
    session.ack(packet, f"Interface {'paused' if wish else 'unpaused'} successfully")
    for queue, member in found:
        if wish and not member.paused:
            member.last_pause = core.now()
        member.paused = wish
        member.paused_reason = packet.get("reason") if wish else ""
        core.events.emit("QueueMemberPause", core.acd.member_lines(queue, member))


def penalty(session: Session, packet: Packet) -> None:
    interface, value = packet.get("interface"), packet.get("penalty")
    if not interface or not value:
        session.error(packet, "Need 'Interface' and 'Penalty' parameters.")
        return
    core = session.core
    found = _memberships(session, packet.get("queue"), interface)
    if not found or not value.isdigit():
        session.error(packet, "Invalid interface, queuename or penalty")
        return
    session.ack(packet, "Interface penalty set successfully")
    for queue, member in found:
        member.penalty = int(value)
        core.events.emit(
            "QueueMemberPenalty", f"Queue: {queue.name}\r\nLocation: {interface}\r\nPenalty: {member.penalty}\r\n"
        )


def status(session: Session, packet: Packet) -> None:
    """Every queue (or one), its members (or one) and its callers, as a list of events."""
    core, action_id = session.core, packet.action_id
    member_filter = packet.get("member")
    parts = [list_start(action_id, "Queue status will follow")]
    count = 0
    for queue in _selected(session, packet):
        items = [("QueueParams", _params(queue))]
        for member in queue.members.values():
            if member_filter in ("", member.interface):
                location = f"Queue: {queue.name}\r\nName: {member.name}\r\nLocation: {member.interface}\r\n"
                items.append(("QueueMember", location + core.acd.member_details(member)))
        items += [("QueueEntry", entry) for entry in _entries(queue, core.now())]
        parts += [list_item(action_id, name, body) for name, body in items]
        count += len(items)
    parts.append(list_complete(action_id, "QueueStatusComplete", count))
    session.send("".join(parts))


def summary(session: Session, packet: Packet) -> None:
    core, action_id = session.core, packet.action_id
    parts = [list_start(action_id, "Queue summary will follow")]
    queues = _selected(session, packet)
    for queue in queues:
        available = len(queue.candidates(core.acd.device_state))
        longest = max((int(core.now() - waiter.joined_at) for waiter in queue.waiters), default=0)
        parts.append(
            list_item(
                action_id,
                "QueueSummary",
                f"Queue: {queue.name}\r\nLoggedIn: {len(queue.members)}\r\nAvailable: {available}\r\n"
                f"Callers: {len(queue.waiters)}\r\nHoldTime: 0\r\nTalkTime: 0\r\nLongestHoldTime: {longest}\r\n",
            )
        )
    parts.append(list_complete(action_id, "QueueSummaryComplete", len(queues)))
    session.send("".join(parts))


def _queue_and_interface(session: Session, packet: Packet, no_such_queue: str) -> tuple[Queue, str] | None:
    name, interface = packet.get("queue"), packet.get("interface")
    queue = session.core.acd.queue(name) if name else None
    faults = (
        (not name, "'Queue' not specified."),
        (not interface, "'Interface' not specified."),
        (queue is None, no_such_queue),
    )
    if fault := next((message for broken, message in faults if broken), ""):
        session.error(packet, fault)
        return None
    assert queue is not None
    return queue, interface


def _memberships(session: Session, queue_name: str, interface: str) -> list[tuple[Queue, Member]]:
    return [
        (queue, queue.members[interface])
        for queue in session.core.acd.queues.values()
        if queue_name in ("", queue.name) and interface in queue.members
    ]


def _shared_last_call(session: Session, interface: str) -> float:
    return max((member.last_call for _, member in _memberships(session, "", interface)), default=0.0)


def _selected(session: Session, packet: Packet) -> list[Queue]:
    if name := packet.get("queue"):
        queue = session.core.acd.queue(name)  # one of the pool is there, used or not
        return [queue] if queue is not None else []
    return list(session.core.acd.queues.values())


def _params(queue: Queue) -> str:
    return (
        f"Queue: {queue.name}\r\nMax: 0\r\nStrategy: leastrecent\r\nCalls: {len(queue.waiters)}\r\nHoldtime: 0\r\n"
        f"TalkTime: 0\r\nCompleted: {queue.completed}\r\nAbandoned: {queue.abandoned}\r\nServiceLevel: 0\r\n"
        "ServicelevelPerf: 0.0\r\nServicelevelPerf2: 0.0\r\nWeight: 0\r\n"
    )


def _entries(queue: Queue, now: float) -> list[str]:
    entries = []
    for position, waiter in enumerate(queue.waiters, start=1):
        channel = waiter.customer.channel
        entries.append(
            f"Queue: {queue.name}\r\nPosition: {position}\r\nChannel: {channel.name}\r\n"
            f"Uniqueid: {channel.uniqueid}\r\nCallerIDNum: {channel.caller_num or 'unknown'}\r\n"
            f"CallerIDName: {channel.caller_name or 'unknown'}\r\nConnectedLineNum: unknown\r\n"
            f"ConnectedLineName: unknown\r\nWait: {int(now - waiter.joined_at)}\r\nPriority: {waiter.priority}\r\n"
        )
    return entries


def _true(value: str) -> bool:
    return value.lower() in ("true", "yes", "on", "1", "y", "t")
