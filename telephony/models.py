"""The switch's lines: trunks, numbers, nodes, queues. In the public schema: the platform's, lent to companies."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from telephony.choices import TestCallState, Transport
from telephony.secrets import UnreadableSecretError, unseal
from tenants.models import Company

TRUNK_NAME = RegexValidator(
    r"\A[a-z][a-z0-9-]{0,38}[a-z0-9]\Z", _("Lower-case letters, digits and dashes, beginning with a letter.")
)


def default_codecs() -> list[str]:
    return ["alaw", "ulaw"]


class Trunk(models.Model):
    """A carrier's line, as every node's pjsip should have it (telephony.provisioning)."""

    name = models.SlugField(_("name"), max_length=40, unique=True, validators=[TRUNK_NAME])
    """The endpoint's name on the switch. Never changed: calls keep it."""
    label = models.CharField(_("carrier"), max_length=80)
    host = models.CharField(_("host"), max_length=253)
    port = models.PositiveIntegerField(
        _("port"), default=5060, validators=[MinValueValidator(1), MaxValueValidator(65535)]
    )
    transport = models.CharField(_("transport"), max_length=3, choices=Transport.choices, default=Transport.UDP)
    username = models.CharField(_("user"), max_length=80, blank=True)
    sealed_secret = models.TextField(blank=True)
    """See telephony.secrets; never leaves the server but towards the switch."""
    registers = models.BooleanField(_("register at the carrier"), default=False)
    from_user = models.CharField(max_length=80, blank=True)
    from_domain = models.CharField(max_length=253, blank=True)
    codecs = ArrayField(models.CharField(max_length=10), default=default_codecs)
    """In the order of preference."""
    inbound_hosts = ArrayField(models.CharField(max_length=253), default=list, blank=True)
    """Addresses or networks that its calls come from; empty: ``host``."""
    qualify_s = models.PositiveSmallIntegerField(default=30, validators=[MaxValueValidator(3600)])
    """How often it is asked whether it is there, seconds; 0: never."""
    cps_limit = models.PositiveIntegerField(_("calls a second"), default=0)
    channel_limit = models.PositiveIntegerField(_("channels"), default=0)
    """0: no limit but the nodes'."""
    strip = models.CharField(max_length=15, blank=True)
    prefix = models.CharField(max_length=15, blank=True)
    """Telephony.number_format: digits taken from the front of E.164, and what is put there instead."""
    priority = models.PositiveSmallIntegerField(
        _("priority"), default=5, validators=[MinValueValidator(1), MaxValueValidator(9)]
    )
    """Lower is used first; those of one priority share the calls."""
    is_active = models.BooleanField(_("in use"), default=True)
    for_all_companies = models.BooleanField(_("for all companies"), default=False)
    companies: models.ManyToManyField[Company, Any] = models.ManyToManyField(
        Company, blank=True, related_name="trunks", verbose_name=_("companies")
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["priority", "label", "id"]

    def __str__(self) -> str:
        return self.label

    @property
    def has_secret(self) -> bool:
        return bool(self.sealed_secret)

    @property
    def secret_is_readable(self) -> bool:
        """False after the platform's key was changed: the password has to be typed again."""
        try:
            unseal(self.sealed_secret)
        except UnreadableSecretError:
            return False
        return True


class CallerId(models.Model):
    """A number that a company may show to whom it calls. Given by global admins: nobody shows what isn't his."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="caller_ids")
    number = models.CharField(_("number"), max_length=16, unique=True)
    """E.164."""
    trunk = models.ForeignKey(Trunk, null=True, blank=True, on_delete=models.PROTECT, related_name="caller_ids")
    """The only trunk that lets it pass; None: all do."""
    label = models.CharField(_("description"), max_length=80, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering: ClassVar = ["number"]

    def __str__(self) -> str:
        return self.number


class InboundNumber(models.Model):
    """A number at which a company is called. The company says which of its campaigns takes the calls."""

    number = models.CharField(_("number"), max_length=16, unique=True)
    """E.164."""
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="inbound_numbers")
    campaign_id = models.BigIntegerField(null=True, blank=True)
    """A campaign of the company's schema; None: nobody takes its calls yet."""
    label = models.CharField(_("description"), max_length=80, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering: ClassVar = ["number"]

    def __str__(self) -> str:
        return self.number


class SwitchNode(models.Model):
    """What people say about a node; what it says itself is in Redis (NodeStatus). Without a row: it takes calls."""

    name = models.CharField(max_length=40, unique=True)
    takes_calls = models.BooleanField(default=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class QueueSlot(models.Model):
    """One queue of the switches' fixed pool (queues.conf), and the campaign that has it now."""

    number = models.PositiveIntegerField(primary_key=True)
    schema = models.CharField(max_length=63, blank=True)
    """"": free."""
    campaign_id = models.BigIntegerField(null=True)
    changed_at = models.DateTimeField()
    """When it was allotted or freed."""

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["schema", "campaign_id"], condition=~Q(schema=""), name="queue_slot_one_a_campaign"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return f"q{self.number:04d}"


class TestCall(models.Model):
    """A call that an admin placed over a trunk to see whether it works."""

    __test__ = False  # no test of ours, whatever its name says

    id = models.UUIDField(primary_key=True)
    trunk = models.ForeignKey(Trunk, on_delete=models.CASCADE, related_name="test_calls")
    node = models.CharField(max_length=40)
    number = models.CharField(max_length=16)
    caller_id = models.CharField(max_length=16, blank=True)
    placed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    placed_at = models.DateTimeField()
    deadline_at = models.DateTimeField()
    """Nothing heard until then: nothing will be."""
    state = models.CharField(max_length=14, choices=TestCallState.choices, default=TestCallState.PLACED)
    cause = models.PositiveSmallIntegerField(default=0)
    """Q.850; 0: unknown."""
    tech_cause = models.CharField(max_length=40, blank=True)
    ringing_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    detail = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["-placed_at"]

    def __str__(self) -> str:
        return f"{self.trunk_id} {self.number}"
