"""keys.parts: what a node has now, put together from what is known here; the switch is asked nothing for it. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from telephony.ami.call import Call
from telephony.ami.operators import Operators
from telephony.bus.parts import QueueState

PARTS_TTL_S = 10


@dataclass(slots=True)
class _Queue:
    waiting: int = 0
    talking: int = 0
    members: int = 0
    free: int = 0


def channels_by_trunk(calls: Iterable[Call]) -> dict[str, int]:
    return dict(Counter(call.order.trunk for call in calls))


def queue_states(operators: Operators, calls: Iterable[Call]) -> list[QueueState]:
    """Queues that have members or callers."""
    queues: defaultdict[str, _Queue] = defaultdict(_Queue)
    talking = set()
    for call in calls:
        if call.operator and call.talks_with(call.operator):
            talking.add(call.operator)
            if call.queue:
                queues[call.queue].talking += 1
        elif call.waiting and call.queue:
            queues[call.queue].waiting += 1
    for operator in operators.legs_up() & operators.wishes.keys():
        is_free = operators.may_be_offered(operator) and operator not in talking
        for queue in operators.wishes[operator].queues:
            queues[queue].members += 1
            queues[queue].free += is_free
    return [
        QueueState(name, queue.waiting, queue.talking, queue.members, queue.free)
        for name, queue in sorted(queues.items())
    ]
