"""What supervisors ask for and see over the API. Instants are microseconds since the epoch, as in live events."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from agents.messages import MOST_CHARACTERS
from tenants.api.drawing import Serializer

MODES = (("listen", "listen"), ("whisper", "whisper"), ("barge", "barge"))
MOST_AT_ONCE = 200


class ListenSerializer(Serializer[Any]):
    mode = serializers.ChoiceField(
        choices=MODES, default="listen", help_text="whisper: only the operator hears; barge: both do."
    )


class OpenPhoneSerializer(Serializer[Any]):
    operator = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, help_text="Whom to hear: the phone is opened on his node."
    )


class ForcePauseSerializer(Serializer[Any]):
    reason = serializers.SlugField(help_text="Code of the pause reason.")


class SendMessageSerializer(Serializer[Any]):
    text = serializers.CharField(max_length=MOST_CHARACTERS)
    operators = serializers.ListField(
        child=serializers.IntegerField(min_value=1),
        required=False,
        allow_null=True,
        max_length=MOST_AT_ONCE,
        help_text="Ids; absent or null: everybody who is on shift.",
    )


class SentSerializer(Serializer[Any]):
    messages = serializers.ListField(child=serializers.IntegerField(), help_text="Ids of the messages written.")


class NamedSerializer(Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField(allow_blank=True)


class TalkSerializer(Serializer[Any]):
    """A call as the wallboard shows it; its number is masked."""

    id = serializers.UUIDField()
    campaign = NamedSerializer()
    customer = serializers.CharField(allow_blank=True)
    number = serializers.CharField()
    direction = serializers.CharField()
    mode = serializers.CharField()
    since_us = serializers.IntegerField(allow_null=True)
    ended = serializers.BooleanField()


class TalksSerializer(Serializer[Any]):
    talks = TalkSerializer(many=True)


class PastTalkSerializer(TalkSerializer):
    disposition = serializers.CharField(allow_blank=True)
    talk_s = serializers.IntegerField(allow_null=True)


class IceServerSerializer(Serializer[Any]):
    urls = serializers.ListField(child=serializers.CharField())
    username = serializers.CharField(required=False)
    credential = serializers.CharField(required=False)


class PhoneAccountSerializer(Serializer[Any]):
    url = serializers.CharField()
    uri = serializers.CharField()
    username = serializers.CharField()
    password = serializers.CharField()
    ice_servers = IceServerSerializer(many=True)


class OpenedPhoneSerializer(Serializer[Any]):
    """The only answer that has the phone's password."""

    session = serializers.CharField()
    state = serializers.CharField()
    account = PhoneAccountSerializer(allow_null=True, help_text="Null where the switch makes no phones for browsers.")


class SupervisorPhoneSerializer(Serializer[Any]):
    state = serializers.CharField(help_text="off | opening | ready | registered | unregistered | failed")
    session = serializers.CharField(allow_blank=True)
    extension = serializers.CharField(allow_blank=True)
    in_this_browser = serializers.BooleanField()
    detail = serializers.CharField(allow_blank=True)


class HearingSerializer(Serializer[Any]):
    operator = serializers.IntegerField()
    mode = serializers.CharField(help_text="listen | whisper | barge | taken_over")
    state = serializers.CharField(help_text="asked | up")
    since_us = serializers.IntegerField()


class TakenSerializer(Serializer[Any]):
    call = TalkSerializer()
    operator = NamedSerializer()
    on = serializers.BooleanField()
    since_us = serializers.IntegerField()
    held_since_us = serializers.IntegerField(allow_null=True)
    disposition = serializers.CharField(allow_null=True)
    note = serializers.CharField(allow_blank=True)


class SupervisionSerializer(Serializer[Any]):
    """The supervisor who asks: his phone, whom he hears, the customer he has taken over."""

    phone = SupervisorPhoneSerializer()
    hearing = HearingSerializer(allow_null=True)
    taken = TakenSerializer(allow_null=True)


class PanelShiftSerializer(Serializer[Any]):
    state = serializers.CharField()
    since_us = serializers.IntegerField()
    until_us = serializers.IntegerField(allow_null=True)
    started_us = serializers.IntegerField()
    phone = serializers.CharField()
    held_since_us = serializers.IntegerField(allow_null=True)
    pause = serializers.CharField(allow_null=True)
    pause_asked = serializers.BooleanField()
    campaigns = NamedSerializer(many=True)


class TimeSerializer(Serializer[Any]):
    state = serializers.CharField()
    seconds = serializers.IntegerField()


class UsedPauseSerializer(Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    limit_minutes = serializers.IntegerField(allow_null=True)
    seconds = serializers.IntegerField()


class ReminderSerializer(Serializer[Any]):
    """NR-17, Annex II (agents.rest)."""

    code = serializers.CharField()
    minutes = serializers.IntegerField()


class DaySerializer(Serializer[Any]):
    worked_s = serializers.IntegerField()
    conversations = serializers.IntegerField()
    times = TimeSerializer(many=True)
    pauses = UsedPauseSerializer(many=True)
    reminders = ReminderSerializer(many=True)


class PanelMessageSerializer(Serializer[Any]):
    id = serializers.IntegerField()
    text = serializers.CharField()
    sender = serializers.CharField(allow_blank=True)
    sent_us = serializers.IntegerField()
    read_us = serializers.IntegerField(allow_null=True)


class ListenerSerializer(Serializer[Any]):
    user_id = serializers.IntegerField()
    name = serializers.CharField()
    mode = serializers.CharField()
    since_us = serializers.IntegerField()


class PanelSerializer(Serializer[Any]):
    """All that the side panel shows of an operator."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    extension = serializers.CharField()
    shift = PanelShiftSerializer(allow_null=True)
    call = TalkSerializer(allow_null=True)
    day = DaySerializer()
    calls = PastTalkSerializer(many=True)
    messages = PanelMessageSerializer(many=True)
    listeners = ListenerSerializer(many=True)
