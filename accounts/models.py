"""People and the audit trail. The tables exist in every schema: company people in theirs, global admins in public."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from tenants.active import active_schema


def clean_email(email: str) -> str:
    """Give the one spelling that an e-mail address is stored and looked up in."""
    return email.strip().lower()


class UserManager(BaseUserManager["User"]):
    def create_user(self, *, email: str, name: str, role: str, password: str | None, **extra: Any) -> User:
        """Make a person in the active schema. Actions check first; this only stores."""
        user = self.model(email=clean_email(email), name=name, role=role, **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=clean_email(username or ""))


class User(AbstractBaseUser):
    """One person. Logs in by e-mail, unique within the schema."""

    email = models.EmailField(_("e-mail"), unique=True)
    """Stored in lower case."""
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    is_active = models.BooleanField(_("active"), default=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="pt-br")
    created_at = models.DateTimeField(auto_now_add=True)

    scopes: frozenset[str] | None = None
    """Not stored. What the API key that acts in this person's name may reach (accounts.scopes); None: no key does."""
    credential: str = ""
    """Not stored. The key's prefix, for the audit trail."""

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "role"]

    class Meta:
        ordering: ClassVar = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """Bind sessions to the schema too: one copied into another schema's table is worth nothing there."""
        key_salt = f"accounts.session.{active_schema()}"
        return str(salted_hmac(key_salt, self.password, secret=secret, algorithm="sha256").hexdigest())

    @property
    def is_master(self) -> bool:
        return self.role == Role.MASTER

    @property
    def may_supervise(self) -> bool:
        return self.role in {Role.MASTER, Role.SUPERVISOR}

    @property
    def is_operator(self) -> bool:
        return self.role == Role.OPERATOR

    @property
    def is_global_admin(self) -> bool:
        return self.role == Role.GLOBAL_ADMIN


class AuditEntry(models.Model):
    """One change that matters: who did what to what, when. Append-only."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    actor_id = models.BigIntegerField(null=True)
    """None: the platform itself."""
    actor_name = models.CharField(max_length=120)
    action = models.CharField(max_length=60)
    """Dotted verb, as ``campaign.started``."""
    target_type = models.CharField(max_length=40)
    target_id = models.CharField(max_length=60)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["target_type", "target_id", "-id"], name="audit_of_target"),
            models.Index(fields=["actor_id", "-id"], name="audit_actor"),
            # By a whole verb or its family: `action__startswith`.
            models.Index(OpClass("action", name="varchar_pattern_ops"), models.F("id").desc(), name="audit_action"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.actor_name} {self.action} {self.target_type} {self.target_id}"


class Notice(models.Model):
    """Something that one person should know, found behind the bell until it is old. Written by accounts.notices."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    code = models.CharField(max_length=40)
    """Of a registered kind (accounts.notice_kinds), which has the words in the reader's language."""
    params = models.JSONField(default=dict)
    """What the words are filled with: str and int only."""
    view = models.CharField(max_length=60, blank=True)
    """URL name of the page it leads to; with ``args``, so that it holds below any prefix of the site."""
    args = models.JSONField(default=list)
    key = models.CharField(max_length=80, blank=True)
    """Of a state that may be noticed again and again: told once a day."""
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["user", "-id"], name="notice_of"),
            models.Index(fields=["user"], name="notice_unread", condition=models.Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.code} for {self.user_id}"


class BulkRun(models.Model):
    """One act on many chosen rows: what was asked, how far it is, what was refused. Written by accounts.bulk."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="bulk_runs")
    code = models.CharField(max_length=40)
    """Of a registered kind (accounts.bulk_kinds)."""
    params = models.JSONField(default=dict)
    """What the kind needs besides the rows: str and int only."""
    keys = models.JSONField(default=list)
    """The chosen rows' primary keys as text, in the order in which they are gone through."""
    done = models.PositiveIntegerField(default=0)
    """Rows gone through, from the first."""
    changed = models.JSONField(default=list)
    """Keys of the rows that are different now: what undoing takes back."""
    refused = models.JSONField(default=list)
    """Rows that could not be changed: pairs of the row's name and the reason, in the person's language."""
    back = models.CharField(max_length=1000, blank=True)
    """Path and query of the table that they were chosen in."""
    created_at = models.DateTimeField(auto_now_add=True)
    moved_at = models.DateTimeField()
    """When it last went on: one that stands still is queued again."""
    ended_at = models.DateTimeField(null=True)
    is_undone = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["user"], name="bulk_running", condition=models.Q(ended_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.code} by {self.user_id}"
