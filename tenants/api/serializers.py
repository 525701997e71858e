"""Companies in and out."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from tenants.api.drawing import ModelSerializer, Serializer
from tenants.models import Company
from tenants.platform_limits import MOST_CHANNELS, MOST_CPS


class CompanySerializer(ModelSerializer[Company]):
    class Meta:
        model = Company
        fields: ClassVar = [
            "id",
            "slug",
            "legal_name",
            "trade_name",
            "cnpj",
            "status",
            "timezone",
            "extension_prefix",
            "max_channels",
            "max_cps",
            "created_at",
            "approved_at",
        ]
        read_only_fields = fields


class NewCompanySerializer(Serializer[Any]):
    slug = serializers.CharField(max_length=30)
    legal_name = serializers.CharField(max_length=150)
    trade_name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    cnpj = serializers.CharField(max_length=30, required=False, allow_blank=True)
    timezone = serializers.CharField(max_length=50, required=False)


class ReasonSerializer(Serializer[Any]):
    reason = serializers.CharField(max_length=500)


class LimitsSerializer(Serializer[Any]):
    max_channels = serializers.IntegerField(
        min_value=1, max_value=MOST_CHANNELS, help_text="Calls at once, over all its campaigns."
    )
    max_cps = serializers.IntegerField(
        min_value=1, max_value=MOST_CPS, help_text="Calls that it may begin in one second."
    )
