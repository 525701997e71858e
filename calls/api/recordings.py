"""The recording of a call: what it is, to hear, to download, to delete. Every hearing and download is audited."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import IsCompanyPerson, IsMaster
from accounts.models import User
from calls import recording_actions, recording_files
from calls.exceptions import NoRecordingError
from calls.models import Call, Recording
from calls.recording_faults import words
from calls.recording_views import file_name
from calls.selectors import calls_visible_to
from calls.sound_responses import download_response
from tenants.active import active_schema
from tenants.api.drawing import ModelSerializer, Serializer


class RecordingSerializer(ModelSerializer[Recording]):
    fault = serializers.SerializerMethodField(help_text="Why it is missing, failed or broken off, in words.")

    class Meta:
        model = Recording
        fields = (
            "call_id",
            "campaign_id",
            "state",
            "detail",
            "fault",
            "started_at",
            "ended_at",
            "seconds",
            "size_bytes",
            "sha256",
            "delete_after",
            "deleted_at",
            "deleted_by_id",
            "delete_reason",
        )
        read_only_fields = fields

    def get_fault(self, recording: Recording) -> str:
        return words(recording.detail) if recording.detail else ""


class PlayerSerializer(Serializer[Any]):
    url = serializers.CharField(help_text="Where this person may read the sound for two hours, in ranges of bytes.")


class DeleteRecordingSerializer(Serializer[Any]):
    reason = serializers.CharField(max_length=200, help_text="Stays where the recording was.")


class _RecordingView(APIView):
    """Operators reach their own calls; whether they hear them is a setting of the platform."""

    scope_family = "recordings"

    def call(self, request: Request, pk: UUID) -> tuple[Call, User]:
        user = cast(User, request.user)
        return get_object_or_404(calls_visible_to(user), pk=pk), user


class RecordingView(_RecordingView):
    def get_permissions(self) -> list[Any]:
        return [IsMaster() if self.request.method == "DELETE" else IsCompanyPerson()]

    @extend_schema(responses=RecordingSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """What is known of the recording."""
        call, user = self.call(request, pk)
        recording_actions.check_may_hear(call, user)
        row = Recording.objects.filter(call_id=call.pk).first()
        if row is None:
            raise NoRecordingError
        return Response(RecordingSerializer(row).data)

    @extend_schema(request=DeleteRecordingSerializer, responses=RecordingSerializer)
    def delete(self, request: Request, pk: UUID) -> Response:
        """Destroy the sound for good."""
        asked = DeleteRecordingSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        call, user = self.call(request, pk)
        row = recording_actions.do_delete_recording(call, reason=asked.validated_data["reason"], acting_user=user)
        return Response(RecordingSerializer(row).data)


class RecordingPlayerView(_RecordingView):
    permission_classes = (IsCompanyPerson,)
    post_reads = True

    @extend_schema(request=None, responses={201: PlayerSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        """Begin to listen: written down once, however often the sound is then asked for."""
        call, user = self.call(request, pk)
        ticket = recording_actions.do_open_player(call, acting_user=user)
        url = f"{reverse('calls:recording-audio', args=[call.pk])}?t={ticket}"
        return Response({"url": url}, status=status.HTTP_201_CREATED)


class RecordingFileView(_RecordingView):
    permission_classes = (IsCompanyPerson,)

    @extend_schema(responses={(200, "audio/wav"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:
        """The recording as a file; written down."""
        call, user = self.call(request, pk)
        recording_actions.check_may_hear(call, user)
        try:
            file = recording_files.file_of(active_schema(), recording_actions.kept_recording(call.pk).path)
            file.stat()
            row = recording_actions.do_download(call, acting_user=user)
            return download_response(file, name=file_name(call), tag=row.sha256)
        except (FileNotFoundError, recording_files.OutsideError) as error:
            raise Http404 from error
