"""What can be done with many chosen rows at once. Each app registers its own kinds in its AppConfig.ready()."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import notice_kinds
from accounts.models import User
from accounts.notice_kinds import NoticeKind

Words = Promise | str
Params = dict[str, str | int]
Apply = Callable[[Any, User, Params], bool]
"""Does it with one row, through the action that a page does it with (which checks, writes and audits). Gives whether
anything changed; raises DomainError where it is refused. Runs in the person's schema, in a transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkKind:
    """``title`` says what goes on; ``result``, of ngettext_lazy with "n", how many rows it was done with. ``undo``: the
    code of the kind that takes it back, "" where nothing does."""

    code: str
    title: Words
    result: Words
    rows: Callable[[], QuerySet[Any]]
    apply: Apply
    name: Callable[[Any], str] = str
    """How a row that was refused is called."""
    undo: str = ""

    def came_to(self, count: int) -> str:
        return str(self.result % {"n": count})

    @property
    def notice(self) -> str:
        return f"bulk.{self.code}"


_kinds: dict[str, BulkKind] = {}


def register(*kinds: BulkKind) -> None:
    """Make kinds known, each with the notice of its end."""
    for kind in kinds:
        _kinds[kind.code] = kind
        words = _("%(changed)s done, %(refused)s refused.")
        notice_kinds.register(NoticeKind(kind.notice, kind.title, words, "list-details", "free"))


def kind_of(code: str) -> BulkKind | None:
    """Give a kind; None for a code that nobody registered (a version that was taken back)."""
    return _kinds.get(code)
