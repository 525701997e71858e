"""The operator's conversation as the desk drives it: destinations found and checked, then told to the switch."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from agents.models import Operator
from calls import talking
from campaigns.choices import RecordingMode
from campaigns.models import Campaign
from desk import targets
from desk.exceptions import NotRecordableError
from telephony.bus.commands import ControlRecording
from telephony.commands import send_control
from telephony.naming import recording_path
from telephony.recording_room import recording_room
from tenants.active import active_schema


def do_transfer(operator: Operator, kind: str, target: str, *, acting_user: User) -> None:
    """Send the customer on, blind. Raises as desk.targets.destination and calls.talking.do_transfer."""
    with transaction.atomic():
        _session, call = talking.talk_of(operator, acting_user)
        destination = targets.destination(operator, call, kind, target)
        talking.do_transfer(operator, destination, acting_user=acting_user)


def do_consult(operator: Operator, kind: str, target: str, *, acting_user: User) -> None:
    """Ask a third party while the customer waits. Raises as desk.targets.destination and calls.talking.do_consult."""
    with transaction.atomic():
        _session, call = talking.talk_of(operator, acting_user)
        destination = targets.destination(operator, call, kind, target)
        talking.do_consult(operator, destination, acting_user=acting_user)


def do_control_recording(operator: Operator, action: str, *, acting_user: User) -> None:
    """Start and stop where operators decide; pause and go on wherever calls are recorded (card numbers, passwords).

    Raises NotRecordableError, and as calls.talking.talk_of.
    """
    with transaction.atomic():
        _session, call = talking.talk_of(operator, acting_user)
        campaign = Campaign.objects.filter(pk=call.campaign_id).first()
        mode = campaign.recording if campaign else RecordingMode.NONE
        on_demand = mode == RecordingMode.ON_DEMAND
        if mode == RecordingMode.NONE or (action in {"start", "stop"} and not on_demand):
            raise NotRecordableError
        if action == "start" and not recording_room().can_record:
            raise NotRecordableError
        schema = active_schema()
        path = recording_path(schema, str(call.pk)) if action == "start" else ""
        command = ControlRecording(schema, str(call.pk), operator.extension, action, path)
        transaction.on_commit(lambda: send_control(call.node, command))
