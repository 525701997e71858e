"""The state of the switch in one word and one sentence, for the shell of every page."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from telephony.bus.status import NodeStatus
from telephony.nodes import read_statuses

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SwitchState:
    """``tone``: free (all up) | wrap (some up) | bad (none up). ``sentence`` is empty when all is well."""

    tone: str
    word: str
    sentence: str
    nodes_up: int
    nodes: int


def read_nodes() -> list[tuple[str, NodeStatus | None]]:
    """Each configured node with its status; None: its `ami` process has not reported for some seconds.

    Raises RedisError.
    """
    statuses = read_statuses()
    return [(name, statuses.get(name)) for name in settings.TELEPHONY_NODES]


def switch_state() -> SwitchState:
    """Read the nodes and say it. Redis being away is a state too, not an error page."""
    try:
        return summarize([status for _name, status in read_nodes()])
    except RedisError:
        logger.warning("The state of the switch can't be read: Redis is away.")
        return SwitchState("bad", _("Dialer unknown"), _("The live state can't be read now. It mends itself."), 0, 0)


def summarize(statuses: Sequence[NodeStatus | None]) -> SwitchState:
    """Put the nodes' health into words."""
    up = sum(1 for status in statuses if status is not None and status.up)
    total = len(statuses)
    if up == total and total:
        return SwitchState("free", _("Dialer up"), "", up, total)
    if up:
        sentence = _("%(away)d of %(total)d switches are away: fewer calls are dialed until they return.")
        return SwitchState("wrap", _("Dialer limited"), sentence % {"away": total - up, "total": total}, up, total)
    return SwitchState("bad", _("Dialer down"), _why_down(statuses), 0, total)


def _why_down(statuses: Sequence[NodeStatus | None]) -> str:
    states = {status.state if status else "silent" for status in statuses}
    reason = {
        "authentication": _("The switch refuses the platform's user or password."),
        "refused": _("Nothing answers at the switch's address."),
        "frozen": _("The switch has stopped answering."),
        "connecting": _("The connection to the switch is being made."),
    }.get(next(iter(states)) if len(states) == 1 else "", _("The switch is away."))
    return _("%(reason)s Nothing is dialed meanwhile; running campaigns go on by themselves when it returns.") % {
        "reason": reason
    }
