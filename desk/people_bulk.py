"""What can be done with many people at once: ending and giving back access, sending links, tying to a campaign."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from accounts import actions, invitations
from accounts.bulk_kinds import BulkKind, Params
from accounts.bulk_views import chosen_view
from accounts.models import User
from accounts.page_access import for_masters
from accounts.tasks import mail_is_configured, mail_link
from agents.models import Operator
from campaigns.chosen import chosen_campaign, open_campaigns
from campaigns.ties import campaigns_of, do_set_campaigns_of
from desk.exceptions import MailMissingError, NoOperatorError, OwnAccessError, PasswordSetError
from desk.people_table import People, people
from screens.columns import BulkAction
from tenants.active import active_schema
from tenants.request import SiteRequest
from tenants.written import Written


def _deactivate(person: User, acting_user: User, params: Params) -> bool:
    if person.pk == acting_user.pk:
        raise OwnAccessError
    return person.is_active and not actions.do_deactivate_person(person, acting_user=acting_user).is_active


def _reactivate(person: User, acting_user: User, params: Params) -> bool:
    return not person.is_active and actions.do_reactivate_person(person, acting_user=acting_user).is_active


def _invite_again(person: User, acting_user: User, params: Params) -> bool:
    """Mail a new link to somebody who has never set a password. ``params``: ``welcome``, the links' address."""
    if person.has_usable_password():
        raise PasswordSetError
    if not mail_is_configured():
        raise MailMissingError
    token = invitations.do_make_link(person, acting_user=acting_user)
    url = f"{params['welcome']}{person.pk}/{token}/"
    transaction.on_commit(partial(mail_link.delay, active_schema(), person.pk, url))
    return True


def _join(person: User, acting_user: User, params: Params) -> bool:
    return _tie(person, acting_user, int(params["campaign"]), joins=True)


def _leave(person: User, acting_user: User, params: Params) -> bool:
    return _tie(person, acting_user, int(params["campaign"]), joins=False)


def _tie(person: User, acting_user: User, campaign: int, *, joins: bool) -> bool:
    operator = Operator.objects.filter(user=person).first() if person.is_operator else None
    if operator is None:
        raise NoOperatorError
    known = set(campaigns_of(operator))
    wanted = known | {campaign} if joins else known - {campaign}
    do_set_campaigns_of(operator, wanted, acting_user=acting_user)
    return wanted != known


KINDS = (
    BulkKind(
        code="people.deactivate", title=gettext_lazy("Deactivating people"), rows=people, apply=_deactivate,
        result=ngettext_lazy("%(n)d person has no access any more.", "%(n)d people have no access any more.", "n"),
        undo="people.reactivate",
    ),
    BulkKind(
        code="people.reactivate", title=gettext_lazy("Giving people their access back"), rows=people, apply=_reactivate,
        result=ngettext_lazy("%(n)d person has access again.", "%(n)d people have access again.", "n"),
        undo="people.deactivate",
    ),
    BulkKind(
        code="people.invite", title=gettext_lazy("Sending links to set a password"), rows=people, apply=_invite_again,
        result=ngettext_lazy("%(n)d link is on its way.", "%(n)d links are on their way.", "n"),
    ),
    BulkKind(
        code="people.join", title=gettext_lazy("Adding operators to a campaign"), rows=people, apply=_join,
        result=ngettext_lazy(
            "%(n)d operator was added to the campaign.", "%(n)d operators were added to the campaign.", "n"
        ),
        undo="people.leave",
    ),
    BulkKind(
        code="people.leave", title=gettext_lazy("Taking operators out of a campaign"), rows=people, apply=_leave,
        result=ngettext_lazy(
            "%(n)d operator was taken out of the campaign.", "%(n)d operators were taken out of the campaign.", "n"
        ),
        undo="people.join",
    ),
)  # fmt: skip


_OFFERED = Written(lambda: open_campaigns().values_list("pk", "name"))


def bulk_actions(request: HttpRequest) -> list[BulkAction]:
    """What a master may do with chosen people; the campaigns only where there are some."""
    campaigns = _OFFERED()
    ties = [
        BulkAction(
            label=_("Add to the campaign"), url=reverse("people:chosen-join"), icon="plus",
            field="campaign", field_label=_("Campaign"), choices=campaigns,
        ),
        BulkAction(label=_("Take out of the campaign"), url=reverse("people:chosen-leave"), icon="x"),
    ]  # fmt: skip
    return [
        *(ties if campaigns else []),
        BulkAction(label=_("Send the link again"), url=reverse("people:chosen-invite"), icon="send"),
        BulkAction(label=_("Give the access back"), url=reverse("people:chosen-reactivate"), icon="arrow-back-up"),
        BulkAction(
            label=_("Deactivate"), url=reverse("people:chosen-deactivate"), icon="user-off", danger=True,
            question=_("Deactivate the chosen people?"),
            lost=_(
                "Sessions and shift end at once. Calls, recordings and figures stay; the access can be given back."
            ),
        ),
    ]  # fmt: skip


def _links_address(request: SiteRequest) -> Params:
    sample = request.build_absolute_uri(reverse("people:welcome", args=[0, "x"]))
    return {"welcome": sample.removesuffix("0/x/")}


_view = partial(chosen_view, table=People, rows=people, who=for_masters, back="people:list")
deactivate = _view("people.deactivate")
reactivate = _view("people.reactivate")
invite = _view("people.invite", params=_links_address)
join = _view("people.join", params=chosen_campaign)
leave = _view("people.leave", params=chosen_campaign)
