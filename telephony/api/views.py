"""The state of the switch: one word for a company, every node for global admins."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import IsCompanyPerson
from telephony.api.serializers import PlatformSwitchSerializer, SwitchSerializer
from telephony.selectors import switch_state
from tenants.api.permissions import IsGlobalAdmin


class SwitchView(APIView):
    permission_classes = (IsCompanyPerson,)

    @extend_schema(responses=SwitchSerializer)
    def get(self, request: Request) -> Response:
        return Response(SwitchSerializer(switch_state()).data)


class PlatformSwitchView(APIView):
    permission_classes = (IsGlobalAdmin,)

    @extend_schema(responses=PlatformSwitchSerializer)
    def get(self, request: Request) -> Response:
        return Response(PlatformSwitchSerializer(switch_state()).data)
