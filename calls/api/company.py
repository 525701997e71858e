"""A company's own settings, for its masters. Limits are the platform's to set."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import IsMaster
from accounts.models import User
from calls.company_actions import do_change_company, zone_is_fixed
from tenants.active import active_schema
from tenants.api.drawing import ModelSerializer, Serializer
from tenants.api.etags import TaggedOne
from tenants.models import Company
from tenants.selectors import company_for

CHANGED = ("trade_name", "initials", "timezone", "language")


class CompanySettingsSerializer(ModelSerializer[Company]):
    language = serializers.CharField(read_only=True, help_text="Of people who are invited.")
    timezone_is_fixed = serializers.SerializerMethodField(help_text="Calls were counted in its days: it stays.")

    class Meta:
        model = Company
        fields: ClassVar = [
            "slug", "legal_name", "trade_name", "cnpj", "initials", "timezone", "timezone_is_fixed", "language",
            "recording_days", "max_channels", "max_cps",
        ]  # fmt: skip
        read_only_fields = fields

    def get_timezone_is_fixed(self, _company: Company) -> bool:
        return zone_is_fixed()


class ChangedCompanySerializer(Serializer[Any]):
    trade_name = serializers.CharField(max_length=150)
    initials = serializers.CharField(max_length=3, allow_blank=True, help_text="Empty: taken from the name.")
    timezone = serializers.CharField(max_length=50, help_text="As America/Sao_Paulo; fixed once calls were made.")
    language = serializers.ChoiceField(choices=["pt-br", "en"], help_text="Of people who are invited.")


class CompanySettingsView(TaggedOne, APIView):
    """The company that the address belongs to."""

    scope_family = "settings"
    permission_classes = (IsMaster,)

    def get_object(self) -> Company:
        return company_for(active_schema())

    def represent(self, row: Company) -> Any:
        return CompanySettingsSerializer(row).data

    @extend_schema(responses=CompanySettingsSerializer)
    def get(self, request: Request) -> Response:
        """Name, time zone, language, and the limits that the platform has set."""
        return super().get(request)

    @extend_schema(request=ChangedCompanySerializer(partial=True), responses=CompanySettingsSerializer)
    def patch(self, request: Request) -> Response:
        """Change what is sent; the rest stays."""
        given = ChangedCompanySerializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        assert isinstance(request.user, User)
        with self.unchanged(request, locks=True) as company:
            wanted = {name: getattr(company, name) for name in CHANGED} | given.validated_data
            wanted["trade_name"] = wanted["trade_name"] or company.legal_name
            do_change_company(company, **wanted, acting_user=request.user)
            return self.answer(request, self.get_object())
