"""What the product's processes logged last, for global admins. The live tail is the socket's (topic ``logs``)."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.clock import from_us
from desk.platform.log_lines import CHOSEN_LEVELS, MOST, Wanted
from live import log_stream
from live.log_stream import LogLine
from live.redis import client
from tenants.api.drawing import Serializer
from tenants.api.permissions import IsGlobalAdmin


class LogQuerySerializer(Serializer[Any]):
    company = serializers.CharField(required=False, max_length=63, help_text="Schema of a company.")
    part = serializers.CharField(required=False, max_length=80, help_text="One of ``parts``.")
    level = serializers.ChoiceField(required=False, choices=CHOSEN_LEVELS, help_text="The least.")
    text = serializers.CharField(required=False, max_length=80, help_text="Part of the logger's name or the line.")


class LogLineSerializer(Serializer[LogLine]):
    at = serializers.SerializerMethodField()
    part = serializers.CharField()
    place = serializers.CharField(help_text="The node or process that wrote it.")
    level = serializers.CharField()
    logger = serializers.CharField()
    company = serializers.CharField(source="schema", allow_blank=True, help_text='"" for none.')
    text = serializers.CharField()

    def get_at(self, line: LogLine) -> str:
        return from_us(line.at_us).isoformat()


class LogsSerializer(Serializer[Any]):
    parts = serializers.ListField(child=serializers.CharField(), help_text="Every part that ever logged.")
    lines = LogLineSerializer(many=True, help_text=f"The last {MOST} that fit, newest first.")


class LogsView(APIView):
    permission_classes = (IsGlobalAdmin,)

    @extend_schema(operation_id="logs_retrieve", parameters=[LogQuerySerializer], responses=LogsSerializer)
    def get(self, request: Request) -> Response:
        """Log lines by company and part, from the last few thousand of each part."""
        asked = LogQuerySerializer(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        wanted = Wanted.of(asked.validated_data)
        names = log_stream.parts(client())
        chosen = [name for name in names if not wanted.part or name == wanted.part]
        lines = log_stream.read(client(), chosen, wanted.fits, most=MOST)
        return Response(LogsSerializer({"parts": names, "lines": lines}).data)
