"""Who may do what at every URL, declared by hand: a URL that is missing here fails the tests.

Written from the product's rules, not from its code. Whatever is not declared for a role must be refused to it.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

OPERATOR = frozenset({"operator"})
MASTER = frozenset({"master"})
SUPERVISORS = frozenset({"supervisor", "master"})
PEOPLE = SUPERVISORS | OPERATOR
ANYONE = PEOPLE | {"nobody"}
ADMIN = frozenset({"global_admin"})
ANYONE_ON_PLATFORM = ADMIN | {"nobody"}

Roles = AbstractSet[str]
NONE: Roles = frozenset()


@dataclass(frozen=True)
class Row:
    """The roles that each method is open to. ``of``: the object (tests.isolation.objects) that fills the parameter."""

    GET: Roles = NONE
    POST: Roles = NONE
    PUT: Roles = NONE
    PATCH: Roles = NONE
    DELETE: Roles = NONE
    of: str = ""
    leads_to_login: bool = False
    """Success is a redirect to the log-in page."""

    def roles(self, method: str) -> Roles:
        found: Roles = getattr(self, method)
        return found

    @property
    def methods(self) -> list[str]:
        return [method for method in METHODS if self.roles(method)]


METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


COMPANY: dict[str, Row] = {
    "": Row(GET=PEOPLE),
    "login/": Row(GET=ANYONE, POST=ANYONE),
    "logout/": Row(POST=ANYONE, leads_to_login=True),
    "language/": Row(POST=ANYONE),
    "jump/": Row(GET=PEOPLE),
    "notices/": Row(GET=PEOPLE),
    "notices/count/": Row(GET=PEOPLE),
    "notices/read/": Row(POST=PEOPLE),
    "notices/<notice_id>/": Row(of="notice", POST=PEOPLE),  # another's leads to one's own first page, unread
    # Pages of masters
    "overview/": Row(GET=MASTER),
    "people/": Row(GET=MASTER),
    "people/new/": Row(GET=MASTER, POST=MASTER),
    "people/<person_id>/": Row(of="person", GET=MASTER, POST=MASTER),
    "people/<person_id>/deactivate/": Row(of="person", POST=MASTER),
    "people/<person_id>/reactivate/": Row(of="person", POST=MASTER),
    "people/<person_id>/link/": Row(of="person", POST=MASTER),
    "welcome/<person_id>/<token>/": Row(of="person"),  # nobody without a signed link
    "settings/": Row(GET=MASTER, POST=MASTER),
    "settings/history/": Row(GET=MASTER),
    "settings/pauses/new/": Row(GET=MASTER, POST=MASTER),
    "settings/pauses/<reason_id>/": Row(of="pause_reason", GET=MASTER, POST=MASTER),
    "settings/pauses/<reason_id>/delete/": Row(of="pause_reason", POST=MASTER),
    # Pages of supervisors and masters
    "reports/": Row(GET=SUPERVISORS),
    "lists/contacts/": Row(GET=SUPERVISORS),
    "lists/contacts/<contact_id>/": Row(of="contact", GET=SUPERVISORS),
    "wallboard/": Row(GET=SUPERVISORS),
    "calls/": Row(GET=SUPERVISORS),
    "calls/<call_id>/": Row(of="call", GET=SUPERVISORS),
    "calls/<call_id>/recording/play/": Row(of="call", POST=SUPERVISORS),
    "calls/<call_id>/recording/audio/": Row(of="call"),  # nobody without the player's ticket
    "calls/<call_id>/recording/file/": Row(of="call", GET=SUPERVISORS),
    "calls/<call_id>/recording/delete/": Row(of="call", POST=MASTER),
    "calls/recordings/": Row(GET=SUPERVISORS),
    "calls/recordings/retention/": Row(POST=MASTER),
    "calls/dispositions/": Row(GET=SUPERVISORS),
    "calls/dispositions/new/": Row(GET=SUPERVISORS, POST=SUPERVISORS),
    "calls/dispositions/<disposition_id>/": Row(of="disposition", GET=SUPERVISORS, POST=SUPERVISORS),
    "calls/dispositions/<disposition_id>/move/": Row(of="disposition", POST=SUPERVISORS),
    "calls/dispositions/<disposition_id>/toggle/": Row(of="disposition", POST=SUPERVISORS),
    "campaigns/": Row(GET=SUPERVISORS),
    "campaigns/new/": Row(GET=MASTER, POST=MASTER),
    "campaigns/<campaign_id>/": Row(of="campaign", GET=SUPERVISORS),
    "campaigns/<campaign_id>/detection/": Row(of="campaign", GET=SUPERVISORS),
    "campaigns/messages/": Row(GET=SUPERVISORS, POST=MASTER),
    "campaigns/messages/<announcement_id>/audio/": Row(of="announcement", GET=SUPERVISORS),
    "campaigns/messages/<announcement_id>/delete/": Row(of="announcement", POST=MASTER),
    "campaigns/messages/default/audio/": Row(GET=SUPERVISORS),
    "campaigns/script-preview/": Row(POST=MASTER),
    "campaigns/<campaign_id>/edit/": Row(of="campaign", GET=SUPERVISORS, POST=SUPERVISORS),
    "campaigns/<campaign_id>/start/": Row(of="campaign", POST=SUPERVISORS),
    "campaigns/<campaign_id>/pause/": Row(of="campaign", POST=SUPERVISORS),
    "campaigns/<campaign_id>/stop/": Row(of="campaign", POST=SUPERVISORS),
    "lists/": Row(GET=SUPERVISORS),
    "lists/upload/": Row(GET=MASTER, POST=MASTER),
    "lists/imports/<import_id>/": Row(of="import", GET=MASTER),
    "lists/imports/<import_id>/confirm/": Row(of="import", POST=MASTER),
    "lists/imports/<import_id>/read-again/": Row(of="import", POST=MASTER),
    "lists/imports/<import_id>/cancel/": Row(of="import", POST=MASTER),
    "lists/imports/<import_id>/refused.csv": Row(of="import", GET=MASTER),
    # The operator's page
    "shift/": Row(GET=OPERATOR),
    # API
    "api/v1/schema/": Row(GET=PEOPLE),
    "api/v1/session/": Row(GET=ANYONE, POST=ANYONE, DELETE=ANYONE),
    "api/v1/token/": Row(POST=ANYONE),
    "api/v1/token/refresh/": Row(POST=ANYONE),
    "api/v1/token/revoke/": Row(POST=ANYONE),
    "api/v1/activity/": Row(GET=MASTER),
    "api/v1/status/": Row(GET=PEOPLE),
    "api/v1/statistics/": Row(GET=SUPERVISORS),
    "api/v1/statistics/live/": Row(GET=SUPERVISORS),
    "api/v1/exports/calls.csv": Row(GET=SUPERVISORS),
    "api/v1/exports/contacts.csv": Row(GET=MASTER),
    "api/v1/calls/<pk>/timeline/": Row(of="call", GET=PEOPLE),
    "api/v1/contacts/<pk>/history/": Row(of="contact", GET=SUPERVISORS),
    "api/v1/callbacks/": Row(GET=SUPERVISORS, POST=SUPERVISORS),
    "api/v1/callbacks/<pk>/": Row(of="callback", GET=SUPERVISORS, PATCH=SUPERVISORS),
    "api/v1/callbacks/<pk>/cancel/": Row(of="callback", POST=SUPERVISORS),
    "api/v1/api-keys/": Row(GET=MASTER, POST=MASTER),
    "api/v1/api-keys/<pk>/": Row(of="api_key", GET=MASTER),
    "api/v1/api-keys/<pk>/revoke/": Row(of="api_key", POST=MASTER),
    "api/v1/webhook-endpoints/": Row(GET=MASTER, POST=MASTER),
    "api/v1/webhook-endpoints/<pk>/": Row(of="webhook", GET=MASTER, PATCH=MASTER, DELETE=MASTER),
    "api/v1/webhook-endpoints/<pk>/stop/": Row(of="webhook", POST=MASTER),
    "api/v1/webhook-endpoints/<pk>/start/": Row(of="webhook", POST=MASTER),
    "api/v1/webhook-endpoints/<pk>/test/": Row(of="webhook", POST=MASTER),
    "api/v1/webhook-endpoints/<pk>/rotate-secret/": Row(of="webhook", POST=MASTER),
    "api/v1/webhook-endpoints/<pk>/end-former-secret/": Row(of="webhook", POST=MASTER),
    "api/v1/webhook-endpoints/<pk>/resend-missed/": Row(of="webhook", POST=MASTER),
    "api/v1/webhook-deliveries/": Row(GET=MASTER),
    "api/v1/webhook-deliveries/<pk>/": Row(of="delivery", GET=MASTER),
    "api/v1/webhook-deliveries/<pk>/resend/": Row(of="delivery", POST=MASTER),
    "api/v1/events/": Row(GET=MASTER),
    "api/v1/switch/": Row(GET=PEOPLE),
    "api/v1/people/": Row(GET=MASTER, POST=MASTER),
    "api/v1/people/<pk>/": Row(of="person", GET=MASTER, PATCH=MASTER),
    "api/v1/people/<pk>/password/": Row(of="person", POST=MASTER),
    "api/v1/people/<pk>/deactivate/": Row(of="person", POST=MASTER),
    "api/v1/people/<pk>/reactivate/": Row(of="person", POST=MASTER),
    "api/v1/people/<pk>/role/": Row(of="person", POST=MASTER),
    "api/v1/operators/": Row(GET=SUPERVISORS),
    "api/v1/operators/<pk>/": Row(of="operator", GET=SUPERVISORS),
    "api/v1/operators/<pk>/end-shift/": Row(of="operator", POST=SUPERVISORS),
    "api/v1/supervision/": Row(GET=SUPERVISORS),
    "api/v1/supervision/phone/": Row(POST=SUPERVISORS, DELETE=SUPERVISORS),
    "api/v1/supervision/talks/": Row(GET=SUPERVISORS),
    "api/v1/supervision/messages/": Row(POST=SUPERVISORS),
    "api/v1/supervision/listening/stop/": Row(POST=SUPERVISORS),
    "api/v1/supervision/taken/hold/": Row(POST=SUPERVISORS),
    "api/v1/supervision/taken/resume/": Row(POST=SUPERVISORS),
    "api/v1/supervision/taken/hang-up/": Row(POST=SUPERVISORS),
    "api/v1/supervision/taken/disposition/": Row(POST=SUPERVISORS),
    "api/v1/supervision/taken/settle/": Row(POST=SUPERVISORS),
    "api/v1/supervision/operators/<pk>/": Row(of="operator", GET=SUPERVISORS),
    "api/v1/supervision/operators/<pk>/listen/": Row(of="operator", POST=SUPERVISORS),
    "api/v1/supervision/operators/<pk>/take-over/": Row(of="operator", POST=SUPERVISORS),
    "api/v1/supervision/operators/<pk>/pause/": Row(of="operator", POST=SUPERVISORS),
    "api/v1/supervision/operators/<pk>/free/": Row(of="operator", POST=SUPERVISORS),
    "api/v1/pause-reasons/": Row(GET=PEOPLE, POST=SUPERVISORS),
    "api/v1/shift/": Row(GET=OPERATOR, POST=OPERATOR, DELETE=OPERATOR),
    "api/v1/shift/pause/": Row(POST=OPERATOR),
    "api/v1/shift/resume/": Row(POST=OPERATOR),
    "api/v1/shift/finish-wrap-up/": Row(POST=OPERATOR),
    "api/v1/shift/hangup/": Row(POST=OPERATOR),
    "api/v1/desk/": Row(GET=OPERATOR),
    "api/v1/desk/shift/start/": Row(POST=OPERATOR),
    "api/v1/desk/shift/end/": Row(POST=OPERATOR),
    "api/v1/desk/shift/pause/": Row(POST=OPERATOR),
    "api/v1/desk/shift/resume/": Row(POST=OPERATOR),
    "api/v1/desk/shift/wrap-up/finish/": Row(POST=OPERATOR),
    "api/v1/desk/shift/reloading/": Row(POST=OPERATOR),
    "api/v1/desk/phone/take-over/": Row(POST=OPERATOR),
    "api/v1/desk/call/hold/": Row(POST=OPERATOR),
    "api/v1/desk/call/resume/": Row(POST=OPERATOR),
    "api/v1/desk/call/digits/": Row(POST=OPERATOR),
    "api/v1/desk/call/hang-up/": Row(POST=OPERATOR),
    "api/v1/desk/call/transfer/": Row(POST=OPERATOR),
    "api/v1/desk/call/consult/": Row(POST=OPERATOR),
    "api/v1/desk/call/consult/end/": Row(POST=OPERATOR),
    "api/v1/desk/call/consult/complete/": Row(POST=OPERATOR),
    "api/v1/desk/call/consult/conference/": Row(POST=OPERATOR),
    "api/v1/desk/call/recording/": Row(POST=OPERATOR),
    "api/v1/desk/call/disposition/": Row(POST=OPERATOR),
    "api/v1/desk/call/amd/": Row(POST=OPERATOR),
    "api/v1/desk/contact/": Row(PATCH=OPERATOR),
    "api/v1/desk/manual/": Row(POST=OPERATOR),
    "api/v1/desk/preview/next/": Row(POST=OPERATOR),
    "api/v1/desk/preview/dial/": Row(POST=OPERATOR),
    "api/v1/desk/preview/skip/": Row(POST=OPERATOR),
    "api/v1/desk/targets/": Row(GET=OPERATOR),
    "api/v1/desk/callbacks/<pk>/": Row(of="callback", PATCH=OPERATOR, DELETE=OPERATOR),
    "api/v1/desk/messages/<pk>/read/": Row(of="message", POST=OPERATOR),
    "api/v1/calls/": Row(GET=PEOPLE),
    "api/v1/calls/<pk>/": Row(of="call", GET=PEOPLE),
    "api/v1/calls/<pk>/disposition/": Row(of="call", POST=PEOPLE),
    "api/v1/calls/<pk>/hangup/": Row(of="call", POST=PEOPLE),
    "api/v1/calls/<pk>/recording/": Row(of="call", GET=SUPERVISORS, DELETE=MASTER),
    "api/v1/calls/<pk>/recording/play/": Row(of="call", POST=SUPERVISORS),
    "api/v1/calls/<pk>/recording/file/": Row(of="call", GET=SUPERVISORS),
    "api/v1/announcements/": Row(GET=SUPERVISORS, POST=MASTER),
    "api/v1/announcements/<pk>/": Row(of="announcement", GET=SUPERVISORS, DELETE=MASTER),
    "api/v1/announcements/<pk>/audio/": Row(of="announcement", GET=SUPERVISORS),
    "api/v1/dispositions/": Row(GET=PEOPLE, POST=SUPERVISORS),
    "api/v1/dispositions/order/": Row(PUT=SUPERVISORS),
    "api/v1/dispositions/<pk>/": Row(of="disposition", PATCH=SUPERVISORS),
    "api/v1/contact-lists/": Row(GET=SUPERVISORS, POST=MASTER),
    "api/v1/contact-lists/<pk>/": Row(of="contact_list", GET=SUPERVISORS, DELETE=MASTER),
    "api/v1/contact-lists/<pk>/states/": Row(of="contact_list", GET=SUPERVISORS),
    "api/v1/contacts/": Row(GET=SUPERVISORS, POST=MASTER),
    "api/v1/contacts/<pk>/": Row(of="contact", GET=SUPERVISORS, PATCH=SUPERVISORS),
    "api/v1/imports/": Row(GET=MASTER, POST=MASTER),
    "api/v1/imports/<pk>/": Row(of="import", GET=MASTER),
    "api/v1/imports/<pk>/cancel/": Row(of="import", POST=MASTER),
    "api/v1/imports/<pk>/confirm/": Row(of="import", POST=MASTER),
    "api/v1/imports/<pk>/read-again/": Row(of="import", POST=MASTER),
    "api/v1/imports/<pk>/errors.csv": Row(of="import", GET=MASTER),
    "numbers/": Row(GET=SUPERVISORS),
    "numbers/<number_id>/lead/": Row(of="inbound_number", POST=MASTER),
    "api/v1/caller-ids/": Row(GET=SUPERVISORS),
    "api/v1/numbers/": Row(GET=SUPERVISORS),
    "api/v1/numbers/<pk>/": Row(of="inbound_number", GET=SUPERVISORS, PATCH=MASTER),
    "api/v1/campaigns/": Row(GET=SUPERVISORS, POST=MASTER),
    "api/v1/campaigns/<pk>/": Row(of="campaign", GET=SUPERVISORS, PATCH=MASTER),
    "api/v1/campaigns/<pk>/figures/": Row(of="campaign", GET=SUPERVISORS),
    "api/v1/campaigns/<pk>/lists/": Row(of="campaign", GET=SUPERVISORS, PUT=MASTER),
    "api/v1/campaigns/<pk>/operators/": Row(of="campaign", GET=SUPERVISORS, PUT=SUPERVISORS),
    "api/v1/campaigns/<pk>/start/": Row(of="campaign", POST=SUPERVISORS),
    "api/v1/campaigns/<pk>/pause/": Row(of="campaign", POST=SUPERVISORS),
    "api/v1/campaigns/<pk>/stop/": Row(of="campaign", POST=SUPERVISORS),
}

PLATFORM: dict[str, Row] = {
    "": Row(GET=ADMIN),
    "login/": Row(GET=ANYONE_ON_PLATFORM, POST=ANYONE_ON_PLATFORM),
    "logout/": Row(POST=ANYONE_ON_PLATFORM, leads_to_login=True),
    "language/": Row(POST=ANYONE_ON_PLATFORM),
    "jump/": Row(GET=ADMIN),
    "notices/": Row(GET=ADMIN),
    "notices/count/": Row(GET=ADMIN),
    "notices/read/": Row(POST=ADMIN),
    "notices/<notice_id>/": Row(of="notice", POST=ADMIN),
    "companies/": Row(GET=ADMIN),
    "style/": Row(GET=ADMIN),
    "style/chosen/": Row(POST=ADMIN),
    "style/undone/": Row(POST=ADMIN),
    "companies/<company_id>/approve/": Row(of="company", POST=ADMIN),
    "companies/<company_id>/reject/": Row(of="company", POST=ADMIN),
    "api/v1/session/": Row(GET=ANYONE_ON_PLATFORM, POST=ANYONE_ON_PLATFORM, DELETE=ANYONE_ON_PLATFORM),
    "api/v1/activity/": Row(GET=ADMIN),
    "api/v1/token/": Row(POST=ANYONE_ON_PLATFORM),
    "api/v1/token/refresh/": Row(POST=ANYONE_ON_PLATFORM),
    "api/v1/token/revoke/": Row(POST=ANYONE_ON_PLATFORM),
    "api/v1/switch/": Row(GET=ADMIN),
    "api/v1/companies/": Row(GET=ADMIN, POST=ADMIN),
    "api/v1/companies/<pk>/": Row(of="company", GET=ADMIN),
    "api/v1/companies/<pk>/approve/": Row(of="company", POST=ADMIN),
    "api/v1/companies/<pk>/reject/": Row(of="company", POST=ADMIN),
    "api/v1/companies/<pk>/suspend/": Row(of="company", POST=ADMIN),
    "api/v1/companies/<pk>/resume/": Row(of="company", POST=ADMIN),
    "nodes/": Row(GET=ADMIN),
    "nodes/<node>/take-out/": Row(of="node", POST=ADMIN),
    "nodes/<node>/take-in/": Row(of="node", POST=ADMIN),
    "trunks/": Row(GET=ADMIN),
    "trunks/new/": Row(GET=ADMIN, POST=ADMIN),
    "trunks/number-examples/": Row(GET=ADMIN),
    "trunks/<trunk_id>/": Row(of="trunk", GET=ADMIN),
    "trunks/<trunk_id>/edit/": Row(of="trunk", GET=ADMIN, POST=ADMIN),
    "trunks/<trunk_id>/delete/": Row(of="trunk", POST=ADMIN),
    "trunks/<trunk_id>/test/": Row(of="trunk", POST=ADMIN),
    "companies/numbers/": Row(GET=ADMIN),
    "companies/numbers/caller-ids/add/": Row(POST=ADMIN),
    "companies/numbers/caller-ids/<caller_id>/toggle/": Row(of="caller_id", POST=ADMIN),
    "companies/numbers/caller-ids/<caller_id>/delete/": Row(of="caller_id", POST=ADMIN),
    "companies/numbers/inbound/add/": Row(POST=ADMIN),
    "companies/numbers/inbound/<number_id>/toggle/": Row(of="inbound_number", POST=ADMIN),
    "companies/numbers/inbound/<number_id>/delete/": Row(of="inbound_number", POST=ADMIN),
    "api/v1/nodes/<node>/": Row(of="node", GET=ADMIN, PATCH=ADMIN),
    "api/v1/trunks/": Row(GET=ADMIN, POST=ADMIN),
    "api/v1/trunks/<pk>/": Row(of="trunk", GET=ADMIN, PATCH=ADMIN, DELETE=ADMIN),
    "api/v1/trunks/<pk>/status/": Row(of="trunk", GET=ADMIN),
    "api/v1/trunks/<pk>/test-calls/": Row(of="trunk", GET=ADMIN, POST=ADMIN),
    "api/v1/test-calls/<pk>/": Row(of="test_call", GET=ADMIN),
    "api/v1/company-caller-ids/": Row(GET=ADMIN, POST=ADMIN),
    "api/v1/company-caller-ids/<pk>/": Row(of="caller_id", GET=ADMIN, PATCH=ADMIN, DELETE=ADMIN),
    "api/v1/company-numbers/": Row(GET=ADMIN, POST=ADMIN),
    "api/v1/company-numbers/<pk>/": Row(of="inbound_number", GET=ADMIN, PATCH=ADMIN, DELETE=ADMIN),
}
