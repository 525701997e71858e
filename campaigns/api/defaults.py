"""What a company's new campaigns begin with, for its masters."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import IsMaster
from accounts.models import User
from campaigns.defaults import FIELDS, defaults, do_set_defaults, lock_defaults
from campaigns.models import Campaign
from tenants.api.drawing import ModelSerializer
from tenants.api.etags import TaggedOne


class CampaignDefaultsSerializer(ModelSerializer[Campaign]):
    """As in a campaign, with its own bounds; what the company hasn't chosen is the product's."""

    class Meta:
        model = Campaign
        fields: ClassVar = list(FIELDS)


class CampaignDefaultsView(TaggedOne, APIView):
    scope_family = "settings"
    permission_classes = (IsMaster,)

    def get_object(self) -> Campaign:
        return Campaign(**defaults())

    def represent(self, row: Campaign) -> Any:
        return CampaignDefaultsSerializer(row).data

    def lock(self, row: Campaign) -> None:
        lock_defaults()

    @extend_schema(responses=CampaignDefaultsSerializer)
    def get(self, request: Request) -> Response:
        """What new campaigns begin with."""
        return super().get(request)

    @extend_schema(request=CampaignDefaultsSerializer(partial=True), responses=CampaignDefaultsSerializer)
    def patch(self, request: Request) -> Response:
        """Choose others; campaigns that exist stay as they are."""
        given: Any = CampaignDefaultsSerializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        assert isinstance(request.user, User)
        with self.unchanged(request):
            do_set_defaults(given.validated_data, acting_user=request.user)
            return self.answer(request, self.get_object())
