"""Campaigns as the API says them. Rates are decimal strings 0..1; instants ISO 8601 in the company's zone."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from rest_framework import serializers

from calls.choices import Outcome
from calls.figures import FIGURES
from calls.live import CampaignLive
from calls.models import DayFigures
from campaigns import amd
from campaigns.browser_events import PacingSaid
from campaigns.models import Campaign
from campaigns.said import sentence
from campaigns.setting_rules import problem_words
from tenants.api.drawing import ModelSerializer, Serializer

_RETRIED = set(Outcome.values) - {Outcome.NOT_DIALED}


class CampaignSerializer(ModelSerializer[Campaign]):
    list_count = serializers.IntegerField(read_only=True)
    operator_count = serializers.IntegerField(read_only=True)
    caller_ids = serializers.ListField(child=serializers.IntegerField(min_value=1), required=False, max_length=200)
    """Ids of the company's caller IDs (/caller-ids/), in their order; empty: all of them."""

    class Meta:
        model = Campaign
        fields = (
            "id",
            "name",
            "state",
            "state_since",
            "caller_ids",
            "caller_id_rotation",
            "ring_timeout_s",
            "wrap_up_s",
            "max_attempts",
            "retry_minutes",
            "target_abandon_rate",
            "max_lines_per_operator",
            "max_channels",
            "dialing",
            "allows_manual",
            "priority",
            "script",
            "recording",
            "recording_percent",
            "recording_is_announced",
            "recording_message",
            "no_operator_message",
            "amd",
            "amd_preset",
            "amd_options",
            "amd_control_percent",
            "machine_message",
            "list_count",
            "operator_count",
            "created_at",
        )
        read_only_fields = ("state", "state_since", "created_at")
        # The action tells of a taken name, whoever was first (code "name_taken").
        extra_kwargs: ClassVar[dict[str, Any]] = {"name": {"validators": []}}

    def validate_amd_options(self, value: Any) -> dict[str, int]:
        """AMD()'s arguments by name, used with the preset "custom"; those that are missing are the balanced ones."""
        if not isinstance(value, dict):
            raise serializers.ValidationError(
                _("Expected an object with values among %(names)s.") % {"names": ", ".join(amd.NAMES)}
            )
        if found := amd.problems(value):
            raise serializers.ValidationError([f"{one.name}: {problem_words(one)}" for one in found])
        return value

    def validate_retry_minutes(self, value: Any) -> dict[str, int]:
        """Outcome → minutes, 0 to 30 days."""
        if not isinstance(value, dict) or not set(value) <= _RETRIED:
            raise serializers.ValidationError(
                _("Expected an object with outcomes among %(names)s.") % {"names": ", ".join(sorted(_RETRIED))}
            )
        if not all(type(minutes) is int and 0 <= minutes <= 43_200 for minutes in value.values()):
            raise serializers.ValidationError(_("Minutes are whole numbers from 0 to 43200."))
        return value


class CampaignListsSerializer(Serializer[Any]):
    lists = serializers.ListField(child=serializers.IntegerField(min_value=1), allow_empty=True)
    """Ids of contact lists, in the order in which they are called."""


class CampaignOperatorSerializer(Serializer[Any]):
    id = serializers.IntegerField(min_value=1)
    penalty = serializers.IntegerField(min_value=0, max_value=100, default=0)


class CampaignOperatorsSerializer(Serializer[Any]):
    operators = CampaignOperatorSerializer(many=True)


class PacingSerializer(Serializer[Any]):
    """Why the campaign launches what it launches."""

    at_us = serializers.IntegerField()
    launch = serializers.IntegerField()
    free = serializers.IntegerField()
    freeing = serializers.IntegerField()
    within_s = serializers.IntegerField()
    answer_rate = serializers.FloatField()
    ringing = serializers.IntegerField()
    waiting = serializers.IntegerField()
    limit = serializers.CharField(allow_blank=True)
    sentence = serializers.SerializerMethodField()

    def get_sentence(self, word: PacingSaid) -> str:
        return sentence(word)


class FiguresSerializer(Serializer[Any]):
    """Now, and today in the company's zone."""

    day = serializers.DateField()
    dialing = serializers.IntegerField()
    ringing = serializers.IntegerField()
    waiting = serializers.IntegerField()
    talking = serializers.IntegerField()
    attempts = serializers.IntegerField()
    answered = serializers.IntegerField()
    connected = serializers.IntegerField()
    abandoned = serializers.IntegerField()
    busy = serializers.IntegerField()
    no_answer = serializers.IntegerField()
    invalid = serializers.IntegerField()
    machine = serializers.IntegerField()
    failed = serializers.IntegerField()
    ended = serializers.IntegerField()
    talk_ms = serializers.IntegerField()
    billed_s = serializers.IntegerField()
    price = serializers.DecimalField(max_digits=18, decimal_places=6)
    contacts = serializers.DictField(child=serializers.IntegerField())
    pacing = PacingSerializer(allow_null=True)


def figures_data(
    day: DayFigures, live: CampaignLive, contacts: dict[str, int], word: PacingSaid | None
) -> dict[str, Any]:
    """Put a campaign's figures together."""
    counted = {name: getattr(day, name) for name in FIGURES}
    return dict(
        FiguresSerializer(
            {
                **counted,
                "day": day.day,
                "dialing": len(live.launched),
                "ringing": len(live.ringing),
                "waiting": len(live.waiting),
                "talking": len(live.talking),
                "contacts": contacts,
                "pacing": word,
            }
        ).data
    )
