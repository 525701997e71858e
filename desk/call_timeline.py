"""One call as it went: its instants and steps in a row, and the stretches between them; in the active language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from calls.choices import AmdStatus, CallState, DialingMode, Direction, HungUpBy, StepKind
from calls.models import Call, CallStep
from desk import formats
from desk.fault_words import not_dialed, not_done

_Cut = tuple[str, datetime, datetime]
_OFF_HOLD = (StepKind.RESUMED, StepKind.RELEASED, StepKind.RECONNECTED, StepKind.CONFERENCE)


@dataclass(slots=True)
class Moment:
    """One line. ``tone``: a state's colour and shape. ``gap``: until the next line; None for the last."""

    at: datetime
    tone: str
    title: str
    text: str = ""
    gap: timedelta | None = None
    call_id: UUID | None = None
    """Another call that the line is about."""

    @property
    def thousandths(self) -> str:
        return f"{self.at.microsecond // 1000:03d}"


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of the call's bar, as shares 0..1 of the whole. ``kind``: ring | wait | talk | hold."""

    kind: str
    start: float
    width: float
    length: timedelta


def moments(
    call: Call, steps: Sequence[CallStep], operators: Mapping[int, str], *, legs: Sequence[Call] = (), language: str
) -> list[Moment]:
    """Give every line in order. ``operators``: names by id; ``legs``: to numbers outside, each told of as it ends."""
    found = [*_instants(call, operators, language), *(_of_step(step, operators) for step in steps)]
    found += [_of_leg(leg, leg.ended_at, language) for leg in legs if leg.ended_at]
    found.sort(key=lambda moment: moment.at)
    for moment, following in pairwise(found):
        moment.gap = following.at - moment.at
    return found


def phases(call: Call, steps: Sequence[CallStep]) -> list[Phase]:
    """Give the stretches of a call that was dialed and has ended; empty for others."""
    begin, end = call.dialed_at, call.ended_at
    if begin is None or end is None or end <= begin:
        return []
    answered, connected = call.answered_at, call.connected_at
    cuts: list[_Cut] = [("ring", begin, answered or end)]
    if answered:
        cuts.append(("wait", answered, connected or end))
    if connected:
        cuts += _talk_and_hold(connected, end, steps)
    whole = end - begin
    return [
        Phase(kind, (start - begin) / whole, (stop - start) / whole, stop - start)
        for kind, start, stop in cuts
        if stop > start
    ]


def _talk_and_hold(
    connected: datetime, end: datetime, steps: Sequence[CallStep]
) -> list[tuple[str, datetime, datetime]]:
    cuts = []
    since, held = connected, False
    for step in steps:
        if step.kind == StepKind.HELD and not held:
            cuts.append(("talk", since, step.at))
            since, held = step.at, True
        elif step.kind in _OFF_HOLD and held:
            cuts.append(("hold", since, step.at))
            since, held = step.at, False
    return [*cuts, ("hold" if held else "talk", since, end)]


def _instants(call: Call, operators: Mapping[int, str], language: str) -> list[Moment]:
    found = [Moment(call.created_at, "acc", *_birth(call))]
    if call.dialed_at and call.direction == Direction.OUT:
        found.append(Moment(call.dialed_at, "acc", _("Dialed"), _route(call)))
    if call.ringing_at:
        found.append(Moment(call.ringing_at, "ring", _("Ringing")))
    if call.answered_at:
        found.append(Moment(call.answered_at, "talk", pgettext("call", "Answered"), _detection_skipped(call)))
    if call.connected_at and call.parent_id is None:
        name = operators.get(call.operator_id or 0, _("An operator"))
        waited = call.connected_at - (call.answered_at or call.connected_at)
        text = _("The customer waited %(seconds)s s.") % {"seconds": formats.tenths(waited.total_seconds(), language)}
        found.append(Moment(call.connected_at, "talk", _("Put through to %(name)s") % {"name": name}, text))
    if call.ended_at:
        found.append(Moment(call.ended_at, "off", *_end(call)))
        if call.price:
            title = _("Rated: %(price)s") % {"price": formats.price(call.price, language)}
            found.append(Moment(call.ended_at, "free", title))
        elif call.price is not None and call.dialed_at:
            found.append(Moment(call.ended_at, "off", _("Nothing billed")))
    if call.disposed_at and call.disposition:
        found.append(Moment(call.disposed_at, "wrap", _("Disposition: %(name)s") % {"name": call.disposition.name}))
    return found


def _birth(call: Call) -> tuple[str, str]:
    if call.parent_id is not None:
        return _("Called out of a conversation"), ""
    attempt = _("Attempt %(number)s.") % {"number": call.attempt}
    if call.direction == Direction.IN:
        return _("The customer called"), _("At %(number)s.") % {"number": formats.phone(call.caller_id)}
    if call.mode == DialingMode.MANUAL:
        return _("Dialed by hand"), attempt
    if call.mode == DialingMode.PREVIEW:
        return _("Chosen with a preview"), attempt
    return _("Chosen by the dialer"), attempt


def _route(call: Call) -> str:
    shown = formats.phone(call.caller_id) if call.caller_id else _("the trunk’s own number")
    return _("Trunk %(trunk)s, showing %(number)s, switch %(node)s.") % {
        "trunk": call.trunk,
        "number": shown,
        "node": call.node,
    }


def _detection_skipped(call: Call) -> str:
    return _("In the control sample: detection was left out on purpose.") if call.amd_control else ""


def _end(call: Call) -> tuple[str, str]:
    if call.state == CallState.ENDED and call.refusal:
        return _("Not dialed"), not_dialed(call.refusal)
    titles = {
        HungUpBy.CUSTOMER: _("The customer hung up"),
        HungUpBy.OPERATOR: _("The operator hung up"),
        HungUpBy.DIALER: _("The dialer hung up"),
        HungUpBy.SWITCH: _("The switch ended the call"),
    }
    if call.parent_id is not None:
        titles |= {
            HungUpBy.CUSTOMER: _("The number called hung up"),
            HungUpBy.SWITCH: _("The conversation was over"),
        }
    title = titles.get(HungUpBy(call.hung_up_by), _("The call ended"))
    code = _("Cause %(cause)s") % {"cause": call.cause} if call.cause else ""
    return title, ", ".join(part for part in (code, f"SIP {call.tech_cause}" if call.tech_cause else "") if part)


def _of_leg(leg: Call, ended_at: datetime, language: str) -> Moment:
    number = formats.phone(leg.number)
    price = formats.price(leg.price, language) if leg.price else _("nothing billed")
    title = _("Call to %(number)s: %(price)s") % {"number": number, "price": price}
    return Moment(ended_at, "free" if leg.price else "off", title, str(leg.get_outcome_display()), call_id=leg.pk)


def _of_step(step: CallStep, operators: Mapping[int, str]) -> Moment:
    kind = StepKind(step.kind)
    title, text = _WORDS.get(kind, _plain)(step.detail)
    who = operators.get(step.operator_id or 0, "")
    return Moment(step.at, _TONES.get(kind, "acc"), title or str(kind.label), " · ".join(filter(None, (who, text))))


def _plain(detail: Mapping[str, Any]) -> tuple[str, str]:
    return "", ""


def _amd(detail: Mapping[str, Any]) -> tuple[str, str]:
    status = AmdStatus(detail["status"]).label if detail.get("status") in AmdStatus.values else "?"
    title = _("Detection: %(verdict)s") % {"verdict": str(status).lower()}
    took = detail.get("took_ms") or 0
    return title, _("After %(ms)s ms: %(cause)s") % {"ms": took, "cause": detail.get("cause") or "—"}


def _amd_corrected(detail: Mapping[str, Any]) -> tuple[str, str]:
    if detail.get("status") == AmdStatus.MACHINE:
        return pgettext("correction", "It was an answering machine"), ""
    return pgettext("correction", "It was a person"), ""


def _recording(detail: Mapping[str, Any]) -> tuple[str, str]:
    title = {
        "started": _("Recording began"),
        "paused": _("Recording paused"),
        "resumed": _("Recording went on"),
        "stopped": _("Recording stopped"),
        "failed": _("Recording failed"),
    }.get(str(detail.get("state")), "")
    return title, str(detail.get("detail") or "")


def _toward(detail: Mapping[str, Any]) -> tuple[str, str]:
    target = str(detail.get("target") or "")
    if detail.get("kind") == "outside":
        target = formats.phone(target)
    state = {
        "started": _("begun"),
        "ringing": _("ringing"),
        "up": _("talking"),
        "answered": _("answered"),
        "completed": _("handed over"),
        "ended": _("ended"),
        "failed": _("failed"),
    }.get(str(detail.get("state")), "")
    return "", ", ".join(part for part in (target, state) if part)


def _supervisor(detail: Mapping[str, Any]) -> tuple[str, str]:
    mode = {
        "listen": _("listening"),
        "whisper": _("whispering"),
        "barge": _("in the conversation"),
    }.get(str(detail.get("mode")), "")
    return "", ", ".join(part for part in (str(detail.get("supervisor") or ""), mode) if part)


def _failed(detail: Mapping[str, Any]) -> tuple[str, str]:
    return not_done(str(detail.get("command") or ""), str(detail.get("code") or ""))


_WORDS: dict[StepKind, Callable[[Mapping[str, Any]], tuple[str, str]]] = {
    StepKind.AMD: _amd,
    StepKind.AMD_CORRECTED: _amd_corrected,
    StepKind.RECORDING: _recording,
    StepKind.TRANSFER: _toward,
    StepKind.CONSULT: _toward,
    StepKind.CONFERENCE: _toward,
    StepKind.LISTEN: _supervisor,
    StepKind.TAKEN_OVER: _supervisor,
    StepKind.FAILED: _failed,
}
_TONES = {
    StepKind.HELD: "pause",
    StepKind.RESUMED: "talk",
    StepKind.RECONNECTED: "talk",
    StepKind.CONFERENCE: "talk",
    StepKind.FAILED: "bad",
}
