"""The state of the switch in one word and one sentence, for the shell of every page."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from telephony import selectors


@dataclass(frozen=True, slots=True)
class SwitchWords:
    """``tone``: free (all up) | wrap (some up) | bad (none up, or unknown). ``sentence`` is empty when all is well."""

    tone: str
    word: str
    sentence: str


def switch_words() -> SwitchWords:
    """Read the nodes and say it, in the active language. Never fails: not knowing is a state too."""
    return say(selectors.switch_state())


def say(switch: selectors.SwitchState) -> SwitchWords:
    """Put the nodes' health into words."""
    if switch.state == "up":
        return SwitchWords("free", _("Dialer up"), "")
    if switch.state == "limited":
        sentence = _("%(away)d of %(total)d switches are away: fewer calls are dialed until they return.")
        away = sum(node.state != "up" for node in switch.nodes)
        return SwitchWords("wrap", _("Dialer limited"), sentence % {"away": away, "total": len(switch.nodes)})
    if switch.state == selectors.UNKNOWN:
        return SwitchWords("bad", _("Dialer unknown"), _("The live state can't be read now. It mends itself."))
    return SwitchWords("bad", _("Dialer down"), _why_away(switch))


def _why_away(switch: selectors.SwitchState) -> str:
    states = {node.state for node in switch.nodes}
    reason = {
        "authentication": _("The switch refuses the platform's user or password."),
        "refused": _("Nothing answers at the switch's address."),
        "frozen": _("The switch has stopped answering."),
        "connecting": _("The connection to the switch is being made."),
    }.get(states.pop() if len(states) == 1 else "", _("The switch is away."))
    return _("%(reason)s Nothing is dialed meanwhile; running campaigns go on by themselves when it returns.") % {
        "reason": reason
    }
