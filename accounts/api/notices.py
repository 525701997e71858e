"""A person's own notices: what the bell shows."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts import notices
from accounts.models import Notice, User
from tenants.api.drawing import ModelSerializer
from tenants.api.pagination import CursorPagination
from tenants.api.rows import DrawnList


class NoticePages(CursorPagination):
    ordering = "-id"


class NoticeSerializer(ModelSerializer[Notice]):
    """``code`` is stable; heading and words are in the language of the request."""

    heading = serializers.SerializerMethodField()
    words = serializers.SerializerMethodField()
    page = serializers.SerializerMethodField(help_text='Path of the page that it leads to; "" for none.')
    params = serializers.DictField(help_text="What the words were filled with.")

    class Meta:
        model = Notice
        fields = ("id", "code", "heading", "words", "params", "page", "created_at", "read_at")
        read_only_fields = fields

    def get_heading(self, notice: Notice) -> str:
        return notices.shown(notice).heading

    def get_words(self, notice: Notice) -> str:
        return notices.shown(notice).words

    def get_page(self, notice: Notice) -> str:
        return notices.url_of(notice)


class NoticeView(DrawnList, GenericViewSet[Notice]):
    """Notices of whoever asks, newest first. Closed to API keys: a person's own."""

    permission_classes = (IsAuthenticated,)
    serializer_class = NoticeSerializer
    pagination_class = NoticePages
    queryset = Notice.objects.none()
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[Notice]:
        if getattr(self, "swagger_fake_view", False):
            return Notice.objects.none()
        return Notice.objects.filter(user=self._person())

    @extend_schema(request=None, responses=NoticeSerializer)
    @action(detail=True, methods=["post"])
    def read(self, request: Request, pk: int) -> Response:
        """Mark one as read."""
        notice = notices.do_read(pk, acting_user=self._person())
        if notice is None:
            raise Http404
        return Response(NoticeSerializer(notice).data)

    @extend_schema(request=None, responses={204: None})
    @action(detail=False, methods=["post"], url_path="read-all", url_name="read-all", pagination_class=None)
    def read_all(self, request: Request) -> Response:
        """Mark all as read."""
        notices.do_read_all(acting_user=self._person())
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _person(self) -> User:
        assert isinstance(self.request.user, User)  # IsAuthenticated saw to it
        return self.request.user
