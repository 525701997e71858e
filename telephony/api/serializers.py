"""The switch as the API says it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class SwitchSerializer(serializers.Serializer[Any]):
    """What a company learns: whether calls can be dialed."""

    state = serializers.ChoiceField(choices=["up", "limited", "away", "unknown"])


class NodeSerializer(serializers.Serializer[Any]):
    node = serializers.CharField()
    state = serializers.CharField(
        help_text="up, connecting, frozen, refused, authentication, stopped, silent or unknown"
    )
    since_us = serializers.IntegerField(help_text="µs since the epoch; 0 where nobody can tell")
    channels = serializers.IntegerField()
    version = serializers.CharField()
    detail = serializers.CharField()


class PlatformSwitchSerializer(SwitchSerializer):
    """What global admins learn."""

    nodes = NodeSerializer(many=True)
