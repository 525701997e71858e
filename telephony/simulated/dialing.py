"""From an accepted Originate to a leg, or to the reason why there is none."""

from __future__ import annotations

import time

from telephony.simulated import originate
from telephony.simulated.callees import plan
from telephony.simulated.channels import Channel
from telephony.simulated.core import SwitchCore
from telephony.simulated.customers import CustomerLeg
from telephony.simulated.operators import OperatorLeg
from telephony.simulated.originate import OriginateRequest

CONGESTED = "congestion"


def place(core: SwitchCore, request: OriginateRequest) -> None:
    """Dial what was asked for. Every way out ends in exactly one result for the request."""
    if request.channel_id and core.channels.id_in_use(request.channel_id):
        _refuse(core, request, "duplicate")
    elif request.trunk:
        _dial_customer(core, request)
    elif core.scenario.operator_failures.get(request.peer) == "unregistered" or not request.peer.isalnum():
        _refuse(core, request, "unknown_endpoint")
    else:
        failure = core.scenario.operator_failures.get(request.peer, "")
        OperatorLeg(core, _channel(core, request, request.peer), request, failure=failure).open()


def _refuse(core: SwitchCore, request: OriginateRequest, why: str) -> None:
    """No channel is made: no Newchannel, no Hangup, only the failed response."""
    core.counts[why] += 1
    core.journal.note(core.now(), why, request.channel_id, number=request.number, trunk=request.trunk)
    originate.report(core, request, success=False, reason=originate.FAILED, channel=None)


def _dial_customer(core: SwitchCore, request: OriginateRequest) -> None:
    scenario = core.scenario
    if not scenario.knows_trunk(request.trunk):
        _refuse(core, request, "unknown_endpoint")
        return
    attempt = core.attempts[request.number]
    core.attempts[request.number] += 1
    callee = plan(
        scenario,
        seed=core.config.seed,
        number=request.number,
        attempt=attempt,
        utc_hour=time.gmtime(core.now()).tm_hour,
    )
    if core.config.max_channels and len(core.customers) >= core.config.max_channels:
        callee = type(callee)(CONGESTED, response_first=callee.response_first)
    dead = request.trunk in scenario.dead_trunks or "*" in scenario.dead_trunks
    CustomerLeg(core, _channel(core, request, request.trunk), callee, request, dead=dead).dial()


def _channel(core: SwitchCore, request: OriginateRequest, peer: str) -> Channel:
    return core.channels.create(f"PJSIP/{peer}", now=core.now(), uniqueid=request.channel_id)
