"""String statuses of the switch's lines."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Transport(models.TextChoices):
    UDP = "udp", "UDP"
    TCP = "tcp", "TCP"
    TLS = "tls", "TLS"


class Codec(models.TextChoices):
    """What a trunk may speak, by Asterisk's names."""

    ALAW = "alaw", "G.711 A-law"
    ULAW = "ulaw", "G.711 µ-law"
    G729 = "g729", "G.729"
    G722 = "g722", "G.722"
    OPUS = "opus", "Opus"
    GSM = "gsm", "GSM"


class TestCallState(models.TextChoices):
    PLACED = "placed", _("On its way")
    ANSWERED = "answered", pgettext_lazy("test call", "Answered")
    RANG = "rang", _("It rang, nobody answered")
    BUSY = "busy", _("Busy")
    UNKNOWN_NUMBER = "unknown_number", _("The carrier knows no such number")
    REFUSED = "refused", _("Refused")
    CONGESTED = "congested", _("The carrier had no line free")
    UNREACHABLE = "unreachable", _("The carrier did not answer")
    FAILED = "failed", _("Could not be dialed")
    SILENT = "silent", _("Nothing was heard of it")
    """No report came in time: the node or its `ami` process is away."""
