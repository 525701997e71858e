"""Django's sessions in the database, read by a query that isn't written anew for each request (SESSION_ENGINE)."""

from __future__ import annotations

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from tenants.row import Row

_VALID = Row(Session, "session_key = %s AND expire_date > %s")


class SessionStore(db.SessionStore):
    """Sessions of the active schema."""

    def _get_session_from_db(self) -> Session | None:
        """As the base's: without a row that still holds the key is forgotten, so that nobody chooses his own."""
        session = _VALID.get(self.session_key, timezone.now())
        if session is None:
            self._session_key = None
        return session

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session
