"""The state of the switch: for a company its own parts of it, every node for global admins."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import IsCompanyPerson
from accounts.models import User
from telephony import overview
from telephony.actions import do_set_takes_calls
from telephony.api.serializers import NodeSerializer, PlatformSwitchSerializer, SwitchSerializer, TakesCallsSerializer
from telephony.own_parts import OwnParts, own_parts
from telephony.recording_room import recording_room
from telephony.selectors import switch_state
from tenants.active import active_schema
from tenants.api.permissions import IsGlobalAdmin


class SwitchView(APIView):
    scope_family = "status"
    permission_classes = (IsCompanyPerson,)

    @extend_schema(responses=SwitchSerializer)
    def get(self, request: Request) -> Response:
        """Whether calls can be dialed; for supervisors and masters also their company's phones and queues."""
        supervises = isinstance(request.user, User) and request.user.may_supervise
        own = own_parts(active_schema()) if supervises else OwnParts([], [])
        body = {"state": switch_state().state, "phones": own.phones, "queues": own.queues}
        return Response(SwitchSerializer(body).data)


class PlatformSwitchView(APIView):
    permission_classes = (IsGlobalAdmin,)

    @extend_schema(responses=PlatformSwitchSerializer)
    def get(self, request: Request) -> Response:
        nodes = overview.nodes(overview.read_now())
        body = {"state": switch_state().state, "nodes": nodes, "recordings": recording_room()}
        return Response(PlatformSwitchSerializer(body).data)


class NodeView(APIView):
    """One node. PATCH takes it out, or in again."""

    permission_classes = (IsGlobalAdmin,)

    @extend_schema(responses=NodeSerializer)
    def get(self, request: Request, node: str) -> Response:
        return self._node(node)

    @extend_schema(request=TakesCallsSerializer, responses=NodeSerializer)
    def patch(self, request: Request, node: str) -> Response:
        if node not in settings.TELEPHONY_NODES:
            raise Http404
        asked = TakesCallsSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        assert isinstance(request.user, User)
        do_set_takes_calls(node, takes_calls=asked.validated_data["takes_calls"], acting_user=request.user)
        return self._node(node)

    def _node(self, name: str) -> Response:
        found = next((node for node in overview.nodes(overview.read_now()) if node.name == name), None)
        if found is None:
            raise Http404
        return Response(NodeSerializer(found).data)
