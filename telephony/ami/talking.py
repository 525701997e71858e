"""Everything about conversations on one node, put together; the service tells it what happens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from redis.asyncio import Redis

from telephony.ami import events as ami
from telephony.ami.claims import Claims
from telephony.ami.consults import Consults
from telephony.ami.control import Control
from telephony.ami.conversations import Conversations
from telephony.ami.floor import Floor
from telephony.ami.inbound import unheard_arrivals
from telephony.ami.lanes import Lanes
from telephony.ami.legs import Legs, unheard_legs
from telephony.ami.link import SwitchLink
from telephony.ami.listening import Listening
from telephony.ami.moves import Moves
from telephony.ami.operators import Operators
from telephony.ami.outbox import Outbox
from telephony.ami.outgoing import Outgoing
from telephony.ami.recall import Recall, load_talks
from telephony.ami.resync import Snapshot
from telephony.ami.taken import Taken
from telephony.ami.taping import Taping
from telephony.ami.tasks import TaskSet
from telephony.ami.tracker import Tracker
from telephony.ami.transfers import Transfers
from telephony.ami.trials import Trials
from telephony.bus.events import SwitchEvent


class Talking:
    """Of one node."""

    def __init__(
        self,
        *,
        redis: Redis,
        claims: Claims,
        link: SwitchLink,
        tracker: Tracker,
        operators: Operators,
        lanes: Lanes,
        outbox: Outbox,
        outgoing: Outgoing,
        tasks: TaskSet,
        recordings: Path | None,
        publish: Callable[[Sequence[SwitchEvent]], None],
    ) -> None:
        moves = Moves(link)
        floor = Floor(
            tracker,
            operators,
            moves,
            outgoing,
            publish,
            keep=lambda command: outbox.put(None, [command]),
            legs=Legs(tracker, claims, publish),
        )
        self.floor = floor
        self.conversations = Conversations(floor, lanes, Transfers(floor), Consults(floor, lanes))
        self.taping = Taping(floor, tasks, recordings)
        self.listening = Listening(floor, lanes)
        self.taken = Taken(floor, self.listening)
        self.trials = Trials(tracker.node, moves, outgoing, publish)
        self._recall = Recall(self.conversations)
        self._redis = redis
        self._publish = publish

    def register(self, control: Control) -> None:
        """Have this part's commands done."""
        self.floor.operators.phones.listeners.append(self.listening.on_phone)
        for part in (self.conversations, self.taping, self.listening, self.taken, self.trials):
            part.register(control)

    async def take_up(self) -> None:
        """What an earlier process left. Raises what REDIS_TROUBLE names; may be repeated."""
        self._recall.kept = await load_talks(self._redis, self.floor.tracker.node)

    def before(self, event: ami.AmiEvent) -> None:
        """Before the tracker, which may let go of a call with this event."""
        if isinstance(event, ami.ChannelGone):
            self.conversations.customer_gone(event)
        self.floor.legs.before(event)

    def on_event(self, event: ami.AmiEvent) -> None:
        """Behind the tracker."""
        self.taping.on_event(event)
        self.listening.on_event(event)
        self.trials.on_event(event)
        # Last of all: who waits for an event finds everything about it done.
        self.conversations.on_event(event)

    def on_fact(self, fact: SwitchEvent) -> None:
        """What is told to the product of calls, before it is told."""
        self.conversations.on_fact(fact)
        self.taping.on_fact(fact)

    def before_first_look(self, snapshot: Snapshot, now_us: int) -> None:
        """After a login: calls that came in meanwhile are followed from here on, and legs that were made."""
        tracker = self.floor.tracker
        for made in unheard_legs(tracker, snapshot):
            self._publish(tracker.apply(made, now_us))
        for arrival in unheard_arrivals(tracker, snapshot):
            self._publish(tracker.apply(arrival, now_us))

    def on_login(self, snapshot: Snapshot) -> list[str]:
        """After the resynchronisation of calls; give the channels that are to be hung up."""
        leftover = self._recall.recall(snapshot)
        self.taping.recall(snapshot)
        self.listening.recall(snapshot)
        return leftover

    def on_tick(self) -> None:
        self.trials.on_tick()
