"""Kinds of notices: their words and looks. Each app registers its own in its AppConfig.ready()."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = Promise | str


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """``heading`` and ``words`` are filled with a notice's params (``%(name)s``). ``tone``: a state of the design."""

    code: str
    heading: Words
    words: Words = ""
    icon: str = "info-circle"
    tone: str = "off"


_kinds: dict[str, NoticeKind] = {}
UNKNOWN = NoticeKind("unknown", _("Something changed"), _("This notice comes from a newer version of the product."))


def register(*kinds: NoticeKind) -> None:
    _kinds.update({kind.code: kind for kind in kinds})


def kind_of(code: str) -> NoticeKind:
    """Give a kind; UNKNOWN for a code that nobody registered (a version that was taken back)."""
    return _kinds.get(code, UNKNOWN)
