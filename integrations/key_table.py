"""The table of a company's API keys, and revoking many of them at once."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy, pgettext_lazy

from accounts.bulk_kinds import BulkKind, Params
from accounts.bulk_views import chosen_view
from accounts.models import User
from accounts.page_access import for_masters
from integrations import key_cells
from integrations.keys import ReadKey, all_keys, do_revoke_key
from integrations.models import ApiKey
from screens.columns import BulkAction, Column, Empty
from screens.tables import Table


class KeyTable(Table[ApiKey]):
    """The newest first; a company has at most some hundreds."""

    name = "keys"
    label = gettext_lazy("API keys")
    paging = "key"
    reads = ReadKey._fields
    columns = (
        Column(key="name", label=pgettext_lazy("API", "Key"), draw=key_cells.name, always=True,
               value=lambda key: key.name),
        Column(key="rights", label=pgettext_lazy("API key", "May"), draw=key_cells.rights, css="cell-wide",
               value=lambda key: " ".join(key.scopes)),
        Column(key="owner", label=gettext_lazy("Acts for"), value=lambda key: key.owner__name, css="nw"),
        Column(key="used", label=gettext_lazy("Last used"), draw=key_cells.used, css="muted nw",
               value=lambda key: key.last_used_at),
        Column(key="ends", label=gettext_lazy("Valid until"), draw=key_cells.ends, css="muted nw",
               value=lambda key: key.revoked_at or key.expires_at),
        Column(key="acts", label=gettext_lazy("Actions"), draw=key_cells.acts, always=True, bare=True, css="num"),
    )  # fmt: skip
    empty = Empty(
        heading=gettext_lazy("Let your programs in"),
        words=gettext_lazy(
            "A key lets a program use the API in your name, with the rights that you choose: fill lists from your CRM, "
            "read calls into your BI, start and pause campaigns."
        ),
        icon="key",
    )


def _revoke(key: ApiKey, acting_user: User, params: Params) -> bool:
    return key.revoked_at is None and do_revoke_key(key, acting_user=acting_user).revoked_at is not None


KINDS = (
    BulkKind(
        code="keys.revoke", title=gettext_lazy("Revoking API keys"), rows=ApiKey.objects.all, apply=_revoke,
        name=lambda key: str(key.name),
        result=ngettext_lazy("%(n)d key is revoked.", "%(n)d keys are revoked.", "n"),
    ),
)  # fmt: skip


def bulk_actions() -> list[BulkAction]:
    return [
        BulkAction(
            label=_("Revoke"), url=reverse("api-keys:chosen-revoke"), icon="trash", danger=True,
            question=_("Revoke the chosen keys?"),
            lost=_("The programs that have them are refused at once. This can’t be undone."),
        )
    ]  # fmt: skip


revoke = chosen_view("keys.revoke", KeyTable, all_keys, who=for_masters, back="api-keys:list")
