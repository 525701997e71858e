"""The switch and its lines as the API says them. Passwords go in and never come out."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from telephony.choices import Codec, Transport
from telephony.models import CallerId, InboundNumber, TestCall, Trunk
from telephony.overview import NodeOverview
from telephony.recording_room import RecordingRoom
from telephony.test_results import sentence
from telephony.trunk_values import faults_of
from tenants.api.drawing import ModelSerializer, Serializer


class CompanyQueueSerializer(Serializer[Any]):
    """The queue of one campaign, over all nodes."""

    campaign_id = serializers.IntegerField()
    waiting = serializers.IntegerField()
    talking = serializers.IntegerField()
    members = serializers.IntegerField()
    free = serializers.IntegerField()


class CompanyPhoneSerializer(Serializer[Any]):
    """One of the company's phones, as its node sees it."""

    phone = serializers.CharField()
    state = serializers.CharField(help_text="ready, registered, unreachable or unregistered")
    since_us = serializers.IntegerField()
    leg_up = serializers.BooleanField()


class SwitchSerializer(Serializer[Any]):
    """What a company learns: whether calls can be dialed, and what it has there itself."""

    state = serializers.ChoiceField(choices=["up", "limited", "away", "unknown"])
    phones = CompanyPhoneSerializer(many=True)
    queues = CompanyQueueSerializer(many=True)


class TrunkStateSerializer(Serializer[Any]):
    name = serializers.CharField()
    state = serializers.CharField(help_text="up, unreachable, rejected or unknown")
    since_us = serializers.IntegerField()
    channels = serializers.IntegerField()
    round_trip_ms = serializers.FloatField()
    detail = serializers.CharField()


class NodeSerializer(Serializer[NodeOverview]):
    node = serializers.CharField(source="name")
    state = serializers.CharField(
        help_text="up, connecting, frozen, refused, authentication, stopped, silent or unknown"
    )
    takes_calls = serializers.BooleanField(help_text="false: an admin has taken it out")
    since_us = serializers.IntegerField(help_text="µs since the epoch; 0 where nobody can tell")
    reported_us = serializers.IntegerField(help_text="when it reported last; 0: not lately")
    version = serializers.CharField()
    detail = serializers.CharField()
    channels = serializers.IntegerField()
    channel_limit = serializers.IntegerField()
    cps_limit = serializers.IntegerField()
    ack_ms = serializers.FloatField()
    phones = serializers.IntegerField()
    phones_registered = serializers.IntegerField()
    legs_up = serializers.IntegerField()
    queues = serializers.IntegerField()
    waiting = serializers.IntegerField()
    talking = serializers.IntegerField()
    trunks = TrunkStateSerializer(many=True)


class RecordingRoomSerializer(Serializer[RecordingRoom]):
    """The disk for recordings: ok, low (a warning), full (calls go on unrecorded), absent (can't be looked at)."""

    state = serializers.ChoiceField(choices=["ok", "low", "full", "absent"])
    free_bytes = serializers.IntegerField()
    total_bytes = serializers.IntegerField()


class PlatformSwitchSerializer(Serializer[Any]):
    """What global admins learn."""

    recordings = RecordingRoomSerializer()

    state = serializers.ChoiceField(choices=["up", "limited", "away", "unknown"])
    nodes = NodeSerializer(many=True)


class TakesCallsSerializer(Serializer[Any]):
    takes_calls = serializers.BooleanField()


class TrunkOnNodeSerializer(Serializer[Any]):
    node = serializers.CharField()
    state = serializers.CharField()
    since_us = serializers.IntegerField()
    channels = serializers.IntegerField()
    round_trip_ms = serializers.FloatField()
    detail = serializers.CharField()


class TrunkSerializer(ModelSerializer[Trunk]):
    """A trunk's settings. ``secret`` is written only: left out it stays, "" takes it away."""

    secret = serializers.CharField(write_only=True, required=False, allow_blank=True, trim_whitespace=False)
    has_secret = serializers.BooleanField(read_only=True)
    companies = serializers.ListField(child=serializers.IntegerField(min_value=1), required=False, max_length=2_000)
    codecs = serializers.ListField(child=serializers.ChoiceField(choices=Codec.choices), required=False)
    inbound_hosts = serializers.ListField(child=serializers.CharField(max_length=253), required=False)
    transport = serializers.ChoiceField(choices=Transport.choices, required=False)

    class Meta:
        model = Trunk
        fields = (
            "id", "name", "label", "host", "port", "transport", "username", "secret", "has_secret", "registers",
            "from_user", "from_domain", "codecs", "inbound_hosts", "qualify_s", "cps_limit", "channel_limit", "strip",
            "prefix", "priority", "is_active", "for_all_companies", "companies", "created_at",
        )  # fmt: skip
        read_only_fields = ("created_at",)
        extra_kwargs: dict[str, Any] = {"name": {"validators": []}}

    def to_representation(self, instance: Trunk) -> dict[str, Any]:
        shown = super().to_representation(_with_company_ids(instance))
        return dict(shown)

    def validate_name(self, value: str) -> str:
        if self.instance is not None and value != self.instance.name:
            raise serializers.ValidationError(_("The name can't be changed: calls keep it."))
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Tell by field what the action would refuse."""
        row = self.instance or Trunk()
        values = {name: attrs.get(name, getattr(row, name)) for name in _CHECKED} | {"secret": attrs.get("secret")}
        if faults := faults_of(values):
            raise serializers.ValidationError({field: [reason] for field, reason in faults.items()})
        return attrs


_CHECKED = (
    "name", "label", "host", "port", "transport", "username", "registers", "from_user", "from_domain", "codecs",
    "inbound_hosts", "qualify_s", "cps_limit", "channel_limit", "strip", "prefix", "priority",
)  # fmt: skip


def _with_company_ids(trunk: Trunk) -> Any:
    return _Shown(trunk)


class _Shown:
    """A trunk whose ``companies`` are ids."""

    def __init__(self, trunk: Trunk) -> None:
        self._trunk = trunk

    def __getattr__(self, name: str) -> Any:
        return getattr(self._trunk, name)

    @property
    def companies(self) -> list[int]:
        return sorted(company.pk for company in self._trunk.companies.all())


class TrunkStatusSerializer(Serializer[Any]):
    """A trunk now. ``state``: the worst of the nodes': up, unreachable, rejected, unknown; off, sealed."""

    state = serializers.CharField()
    channels = serializers.IntegerField()
    detail = serializers.CharField()
    nodes = TrunkOnNodeSerializer(many=True)


class CallerIdSerializer(ModelSerializer[CallerId]):
    class Meta:
        model = CallerId
        fields = ("id", "company", "number", "trunk", "label", "is_active")
        extra_kwargs: dict[str, Any] = {"number": {"validators": [], "max_length": 30}}


class CallerIdChangeSerializer(ModelSerializer[CallerId]):
    class Meta:
        model = CallerId
        fields = ("trunk", "label", "is_active")


class InboundNumberSerializer(ModelSerializer[InboundNumber]):
    class Meta:
        model = InboundNumber
        fields = ("id", "company", "number", "campaign_id", "label", "is_active")
        read_only_fields = ("campaign_id",)
        extra_kwargs: dict[str, Any] = {"number": {"validators": [], "max_length": 30}}


class InboundNumberChangeSerializer(ModelSerializer[InboundNumber]):
    class Meta:
        model = InboundNumber
        fields = ("label", "is_active")


class NewTestCallSerializer(Serializer[Any]):
    number = serializers.CharField(max_length=30)
    caller_id = serializers.CharField(max_length=30, required=False, allow_blank=True, default="")
    node = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")


class TestCallSerializer(ModelSerializer[TestCall]):
    sentence = serializers.SerializerMethodField(help_text="the result in words, with what to do")

    class Meta:
        model = TestCall
        fields = (
            "id", "trunk", "node", "number", "caller_id", "state", "sentence", "cause", "tech_cause", "placed_at",
            "ringing_at", "answered_at", "ended_at", "detail",
        )  # fmt: skip
        read_only_fields = fields

    def get_sentence(self, call: TestCall) -> str:
        return sentence(call)
