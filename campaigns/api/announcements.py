"""Messages: everybody who supervises hears them, masters upload and delete."""

from __future__ import annotations

from typing import Any, cast

from django.db.models import QuerySet
from django.http import Http404, HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.api.permissions import IsMaster, IsSupervisor
from accounts.models import User
from calls.sound_responses import player_response
from campaigns import announcements
from campaigns.choices import AnnouncementUse
from campaigns.models import Announcement
from contacts.uploads import uploaded_file
from tenants.api.drawing import ModelSerializer, Serializer
from tenants.api.pagination import CursorPagination
from tenants.api.rows import DrawnList


class AnnouncementSerializer(ModelSerializer[Announcement]):
    used_by = serializers.SerializerMethodField(help_text="Names of the campaigns that use it.")

    class Meta:
        model = Announcement
        fields = ("id", "name", "use", "seconds", "used_by", "created_at")
        read_only_fields = fields

    def get_used_by(self, announcement: Announcement) -> list[str]:
        context = cast("dict[str, Any]", self.context)  # the whole answer's: looked up once
        if "users" not in context:
            context["users"] = announcements.users_of_each()
        users: dict[int, list[str]] = context["users"]
        return users.get(announcement.pk, [])


class UploadAnnouncementSerializer(Serializer[Any]):
    name = serializers.CharField(max_length=80)
    use = serializers.ChoiceField(choices=AnnouncementUse.choices)
    file = serializers.FileField(help_text="WAV, MP3, FLAC or Ogg Vorbis; at most 8 MB and 120 seconds.")


class ByName(CursorPagination):
    ordering = ("name", "id")


class AnnouncementViewSet(DrawnList, mixins.RetrieveModelMixin, GenericViewSet[Announcement]):
    """The company's own messages."""

    scope_family = "campaigns"
    serializer_class = AnnouncementSerializer
    pagination_class = ByName
    parser_classes = (MultiPartParser,)
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[Announcement]:
        return Announcement.objects.all()

    def get_permissions(self) -> list[BasePermission]:
        return [IsSupervisor() if self.action in {"list", "retrieve", "audio"} else IsMaster()]

    @extend_schema(
        request={"multipart/form-data": UploadAnnouncementSerializer}, responses={201: AnnouncementSerializer}
    )
    def create(self, request: Request) -> Response:
        """Upload a sound; it is converted to what the telephone carries."""
        file = uploaded_file(request._request)
        said = UploadAnnouncementSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        made = announcements.do_add_announcement(
            name=said.validated_data["name"],
            use=said.validated_data["use"],
            data=b"".join(file.chunks()),
            acting_user=_person(request),
        )
        return Response(AnnouncementSerializer(made).data, status=status.HTTP_201_CREATED)

    def destroy(self, request: Request, pk: int) -> Response:
        """Delete a message that no campaign uses."""
        announcements.do_delete_announcement(self.get_object(), acting_user=_person(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses={(200, "audio/wav"): OpenApiTypes.BINARY})
    @action(detail=True)
    def audio(self, request: Request, pk: int) -> HttpResponseBase:
        """The sound, as the telephone plays it; ranges of bytes are answered."""
        announcement = self.get_object()
        try:
            return player_response(request._request, announcements.file_of(announcement), tag=announcement.path)
        except FileNotFoundError as error:
            raise Http404 from error


def _person(request: Request) -> User:
    assert isinstance(request.user, User)  # the permission class saw to it
    return request.user
