"""API keys in and out; the secret comes out once."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from accounts.scopes import Scope
from integrations import keys
from integrations.models import ApiKey
from tenants.api.drawing import ModelSerializer, Serializer


class ApiKeySerializer(ModelSerializer[ApiKey]):
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices))
    owner = serializers.CharField(source="owner.name", read_only=True)

    class Meta:
        model = ApiKey
        fields: ClassVar = [
            "id",
            "name",
            "prefix",
            "owner_id",
            "owner",
            "role",
            "scopes",
            "created_at",
            "expires_at",
            "last_used_at",
            "revoked_at",
        ]
        read_only_fields = fields


class NewApiKeySerializer(Serializer[Any]):
    name = serializers.CharField(max_length=80)
    role = serializers.ChoiceField(
        choices=keys.ROLE_CHOICES,
        default="supervisor",
        help_text="What the key may do at most; never more than its owner.",
    )
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=Scope.choices), allow_empty=False, max_length=len(Scope)
    )
    expires_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class CreatedApiKeySerializer(ApiKeySerializer):
    """The only answer that has the key itself."""

    key = serializers.CharField(read_only=True)

    class Meta(ApiKeySerializer.Meta):
        fields: ClassVar = [*ApiKeySerializer.Meta.fields, "key"]
        read_only_fields = fields
