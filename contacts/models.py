"""Contact lists (mailings), contacts, their phones, and imports."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contacts.choices import ContactState, ImportState, PhoneKind, PhoneState
from tenants.letters import plain

NAME_WORDS = SearchVector(plain("name"), config="simple")
"""The words of a contact's name without accents, and without any language's endings and stop words."""


class ContactList(models.Model):
    """A mailing: the contacts of one file, or added by hand."""

    name = models.CharField(_("name"), max_length=120)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    contact_count = models.PositiveIntegerField(default=0)
    """Kept by the import; pages never count contacts."""

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """One person or firm to reach, by one or several phones."""

    contact_list = models.ForeignKey(ContactList, on_delete=models.CASCADE, related_name="contacts", db_index=False)
    name = models.CharField(_("name"), max_length=150, blank=True)
    document = models.CharField(_("CPF or CNPJ"), max_length=14, blank=True)
    external_id = models.CharField(_("external code"), max_length=80, blank=True)
    extra = models.JSONField(default=dict)
    """The file's other columns, by their header."""
    source_import = models.ForeignKey(
        "Import", null=True, on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    source_line = models.PositiveIntegerField(null=True)

    state = models.CharField(max_length=10, choices=ContactState.choices, default=ContactState.READY)
    next_attempt_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    """Calls that were really dialed."""
    last_outcome = models.CharField(max_length=16, blank=True)
    current_call_id = models.UUIDField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            # The claim's index: who is next in a list. Partial, so that finished contacts cost nothing.
            models.Index(
                fields=["contact_list", "next_attempt_at", "id"],
                name="contact_claim",
                condition=models.Q(state=ContactState.READY),
            ),
            # Lists are read in the key's order: of one mailing, of a state, of both.
            models.Index(fields=["contact_list", "id"], name="contact_of_list"),
            models.Index(fields=["state", "id"], name="contact_in_state"),
            models.Index(fields=["contact_list", "state", "id"], name="contact_of_list_in_state"),
            models.Index(fields=["document"], name="contact_document", condition=~models.Q(document="")),
            models.Index(fields=["external_id"], name="contact_code", condition=~models.Q(external_id="")),
            # Words of names by their beginnings (contacts.search).
            GinIndex(NAME_WORDS, name="contact_plain_name_words"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contact_list", "document"],
                name="contact_document_once_a_list",
                condition=~models.Q(document=""),
            ),
            models.CheckConstraint(
                name="contact_dialing_has_its_call",
                condition=models.Q(state=ContactState.DIALING, current_call_id__isnull=False)
                | ~models.Q(state=ContactState.DIALING) & models.Q(current_call_id__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.document or str(self.pk)


class Phone(models.Model):
    """One number of a contact, in E.164."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="phones")
    e164 = models.CharField(_("phone"), max_length=16)
    kind = models.CharField(max_length=13, choices=PhoneKind.choices)
    position = models.PositiveSmallIntegerField()
    """Order in the file, from 0."""
    state = models.CharField(max_length=10, choices=PhoneState.choices, default=PhoneState.USABLE)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_outcome = models.CharField(max_length=16, blank=True)
    last_attempt_at = models.DateTimeField(null=True)
    ninth_digit_added = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contact", "e164"], name="phone_once_a_contact"),
        ]
        indexes: ClassVar = [models.Index(fields=["e164"], name="phone_e164")]

    def __str__(self) -> str:
        return self.e164


class SuppressedNumber(models.Model):
    """A number that the company must not call again. Outlives the lists that it came from."""

    e164 = models.CharField(_("phone"), max_length=16, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return self.e164


class Import(models.Model):
    """One file on its way into a list: guessed, confirmed, imported in the background, reported on."""

    contact_list = models.ForeignKey(ContactList, on_delete=models.CASCADE, related_name="imports")
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.UPLOADED)
    file_name = models.CharField(max_length=200)
    """As the user's computer calls it; the stored file is found by contacts.files alone."""
    size_bytes = models.BigIntegerField()
    encoding = models.CharField(max_length=20)
    """A Python codec, or "xlsx"."""
    delimiter = models.CharField(max_length=1, blank=True)
    has_header = models.BooleanField(default=True)
    columns = models.JSONField(default=list)
    """One object per column: {"header", "role", "position", "samples": [...]}; role and position as confirmed."""
    rows_total = models.PositiveIntegerField(null=True)
    """None until counted."""
    rows_read = models.PositiveIntegerField(default=0)
    contacts_created = models.PositiveIntegerField(default=0)
    phones_created = models.PositiveIntegerField(default=0)
    rows_by_reason = models.JSONField(default=dict)
    """Reason or note code (contacts.mailing.reasons) → rows. The reasons add up to ``rows_refused``; notes don't."""
    rows_refused = models.PositiveIntegerField(default=0)
    """``contacts_created + rows_refused == rows_read``, at every moment."""
    failure = models.CharField(max_length=300, blank=True)
    """A FileFault code; contacts.labels has the words."""
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    """The last sign of life while queued or running; an old one means that its worker died."""

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(
                fields=["heartbeat_at"],
                name="import_unfinished",
                condition=models.Q(state__in=[ImportState.QUEUED, ImportState.RUNNING]),
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class RefusedRow(models.Model):
    """A row of a file that became no contact. Written with the contacts of its chunk, in one transaction."""

    source_import = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="refused_rows")
    line = models.PositiveIntegerField()
    """Line of the file, from 1."""
    reason = models.CharField(max_length=40)
    """A RowReason code."""
    cells = models.JSONField()
    """As they stood in the file."""

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.source_import_id}:{self.line} {self.reason}"
