"""People and sessions in and out."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from accounts.choices import COMPANY_ROLES
from accounts.models import AuditEntry, User
from tenants.api.drawing import ModelSerializer, Serializer


class PersonSerializer(ModelSerializer[User]):
    class Meta:
        model = User
        fields: ClassVar = ["id", "email", "name", "role", "language", "is_active", "created_at", "last_login"]
        read_only_fields = fields


class NewPersonSerializer(Serializer[Any]):
    email = serializers.EmailField()
    name = serializers.CharField(max_length=120)
    role = serializers.ChoiceField(choices=COMPANY_ROLES)
    password = serializers.CharField(
        max_length=256,
        trim_whitespace=False,
        write_only=True,
        required=False,
        help_text="Left out: the person sets his own, by a link (``people/{id}/link/``).",
    )
    language = serializers.ChoiceField(choices=["pt-br", "en"], default="pt-br")


class ChangedPersonSerializer(Serializer[Any]):
    email = serializers.EmailField()
    name = serializers.CharField(max_length=120)
    language = serializers.ChoiceField(choices=["pt-br", "en"])


class PasswordSerializer(Serializer[Any]):
    password = serializers.CharField(max_length=256, trim_whitespace=False, write_only=True)


class LinkSerializer(Serializer[Any]):
    url = serializers.CharField(read_only=True, help_text="Works once, and for 72 hours.")
    mailed = serializers.BooleanField(read_only=True, help_text="Whether the person gets it by mail, too.")


class OwnSettingsSerializer(Serializer[Any]):
    language = serializers.ChoiceField(choices=["pt-br", "en"])


class CredentialsSerializer(Serializer[Any]):
    email = serializers.EmailField()
    password = serializers.CharField(max_length=256, trim_whitespace=False, write_only=True)


class SessionSerializer(Serializer[Any]):
    """Who am I, and the token that every writing request has to send as ``X-CSRFToken``."""

    user = PersonSerializer(allow_null=True, read_only=True)
    company = serializers.CharField(
        allow_null=True, read_only=True, help_text="The company's slug; null on the platform's own site."
    )
    csrf_token = serializers.CharField(read_only=True)


class AuditEntrySerializer(ModelSerializer[AuditEntry]):
    """``action`` is a dotted verb, as ``campaign.started``; ``detail`` depends on it."""

    detail = serializers.DictField()

    class Meta:
        model = AuditEntry
        fields: ClassVar = ["id", "at", "actor_id", "actor_name", "action", "target_type", "target_id", "detail"]
        read_only_fields = fields


class RoleSerializer(Serializer[Any]):
    role = serializers.ChoiceField(choices=COMPANY_ROLES)


class TokenPairSerializer(Serializer[Any]):
    access = serializers.CharField(read_only=True, help_text="Sent as ``Authorization: Bearer …``.")
    refresh = serializers.CharField(read_only=True, help_text="Worth one exchange at ``token/refresh/``.")
    expires_in = serializers.IntegerField(read_only=True, help_text="Seconds that the access token lives.")


class RefreshSerializer(Serializer[Any]):
    refresh = serializers.CharField(max_length=2000, trim_whitespace=False, write_only=True)
