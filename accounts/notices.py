"""Notices: telling people, reading, and what the bell shows."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.formats import number_format
from redis.exceptions import RedisError

from accounts.browser_events import NoticesChanged
from accounts.models import Notice, User
from accounts.notice_kinds import NoticeKind, kind_of
from common import clock
from live.publish import publish
from tenants.active import active_schema
from tenants.figures import figure

KEPT = timedelta(days=90)
AGAIN_AFTER = timedelta(days=1)
"""How long a notice with the same ``key`` isn't repeated."""
SHOWN = 20
MOST_COUNTED = 99
_UNREAD = """
SELECT count(*) FROM (SELECT 1 FROM accounts_notice WHERE user_id = %s AND read_at IS NULL LIMIT %s) AS unread
"""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ShownNotice:
    """A notice in the reader's language. ``url`` is "" where the page is gone."""

    id: int
    kind: NoticeKind
    heading: str
    words: str
    url: str
    at: datetime
    is_unread: bool


def people_with(*roles: str) -> QuerySet[User]:
    """The active people of the active schema who have one of the roles."""
    return User.objects.filter(is_active=True, role__in=roles)


def do_notify(
    users: Iterable[User],
    *,
    code: str,
    params: dict[str, str | int] | None = None,
    view: str = "",
    args: Sequence[str | int] = (),
    key: str = "",
) -> int:
    """Tell people something, in the caller's transaction; their bells change on commit. Gives how many were told.

    ``code`` is of a registered kind. Whoever was told the same ``key`` within a day isn't told again.
    """
    schema, at = active_schema(), clock.now()
    with transaction.atomic():
        people = {user.pk: user for user in users}
        Notice.objects.filter(user__in=people, created_at__lt=at - KEPT).delete()
        if key:
            told = Notice.objects.filter(user__in=people, key=key, created_at__gt=at - AGAIN_AFTER)
            people = {pk: user for pk, user in people.items() if pk not in set(told.values_list("user_id", flat=True))}
        Notice.objects.bulk_create(
            Notice(user=user, code=code, params=params or {}, view=view, args=list(args), key=key)
            for user in people.values()
        )
        for user in people.values():
            _tell(schema, user)
    return len(people)


def do_read(notice_id: int, *, acting_user: User) -> Notice | None:
    """Mark one of a person's own notices as read; None if it isn't his, or is gone."""
    with transaction.atomic():
        notice = Notice.objects.select_for_update().filter(pk=notice_id, user=acting_user).first()
        if notice is not None and notice.read_at is None:
            notice.read_at = clock.now()
            notice.save(update_fields=["read_at"])
            _tell(active_schema(), acting_user)
    return notice


def do_read_all(*, acting_user: User) -> int:
    """Mark all of a person's notices as read."""
    with transaction.atomic():
        read = Notice.objects.filter(user=acting_user, read_at__isnull=True).update(read_at=clock.now())
        if read:
            _tell(active_schema(), acting_user)
    return read


def unread_count(user: User) -> int:
    """Count unread notices, MOST_COUNTED at most."""
    return figure(_UNREAD, (user.pk, MOST_COUNTED))


def latest(user: User) -> list[ShownNotice]:
    """Give the newest notices, in the active language."""
    return [shown(notice) for notice in Notice.objects.filter(user=user)[:SHOWN]]


def url_of(notice: Notice) -> str:
    """The page that a notice leads to; "" for none, or one that no longer exists."""
    try:
        return reverse(notice.view, args=notice.args) if notice.view else ""
    except NoReverseMatch:
        return ""


def shown(notice: Notice) -> ShownNotice:
    """Give a notice in the active language."""
    kind = kind_of(notice.code)
    return ShownNotice(
        id=notice.pk,
        kind=kind,
        heading=_filled(str(kind.heading), notice),
        words=_filled(str(kind.words), notice),
        url=url_of(notice),
        at=notice.created_at,
        is_unread=notice.read_at is None,
    )


def _filled(words: str, notice: Notice) -> str:
    try:
        return words % {name: _said(value) for name, value in notice.params.items()} if words else ""
    except (KeyError, ValueError, TypeError):  # params of another version
        return words


def _said(value: str | int) -> str:
    return number_format(value, force_grouping=True) if isinstance(value, int) else str(value)


def tell_bell(user: User) -> None:
    """Have a person's bell look again, on commit: work behind it has gone on."""
    _tell(active_schema(), user)


def _tell(schema: str, user: User) -> None:
    event = NoticesChanged(user_id=user.pk, role=user.role)
    transaction.on_commit(lambda: _publish(schema, event))


def _publish(schema: str, event: NoticesChanged) -> None:
    try:
        publish(schema, [event])
    except RedisError:
        log.warning("%s: the bell of person %s could not be told", schema, event.user_id)
