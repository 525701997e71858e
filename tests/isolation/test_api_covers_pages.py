"""What a page can do, the API can: every act of every page beside the operation that does the same, for the same roles.

A page's POST that is missing here fails the test, and so does an operation that its people may not call.
"""

from __future__ import annotations

import pytest

from tests.isolation.table import COMPANY, PLATFORM, Roles, Row

OF_COMPANY: dict[str, str] = {
    "login/": "POST session/",
    "logout/": "DELETE session/",
    "language/": "PATCH session/",
    "notices/read/": "POST notices/read-all/",
    "notices/follow/": "POST notices/read-all/",
    "people/new/": "POST people/, POST people/<pk>/link/, PUT people/<pk>/campaigns/",
    "people/chosen/deactivate/": "POST people/<pk>/deactivate/",
    "people/chosen/reactivate/": "POST people/<pk>/reactivate/",
    "people/chosen/invite/": "POST people/<pk>/link/",
    "people/chosen/join/": "PUT people/<pk>/campaigns/",
    "people/chosen/leave/": "PUT people/<pk>/campaigns/",
    "people/<person_id>/": "PATCH people/<pk>/, POST people/<pk>/role/, PUT people/<pk>/campaigns/",
    "people/<person_id>/deactivate/": "POST people/<pk>/deactivate/",
    "people/<person_id>/reactivate/": "POST people/<pk>/reactivate/",
    "people/<person_id>/link/": "POST people/<pk>/link/",
    "settings/": "PATCH company/",
    "settings/campaigns/": "PATCH campaign-defaults/",
    "settings/pauses/new/": "POST pause-reasons/",
    "settings/pauses/<reason_id>/": "PATCH pause-reasons/<pk>/",
    "settings/pauses/<reason_id>/delete/": "DELETE pause-reasons/<pk>/",
    "settings/api-keys/new/": "POST api-keys/",
    "settings/api-keys/chosen/revoke/": "POST api-keys/<pk>/revoke/",
    "settings/api-keys/<key_id>/revoke/": "POST api-keys/<pk>/revoke/",
    "settings/webhooks/new/": "POST webhook-endpoints/",
    "settings/webhooks/<endpoint_id>/edit/": "PATCH webhook-endpoints/<pk>/",
    "settings/webhooks/<endpoint_id>/delete/": "DELETE webhook-endpoints/<pk>/",
    "settings/webhooks/<endpoint_id>/stop/": "POST webhook-endpoints/<pk>/stop/",
    "settings/webhooks/<endpoint_id>/start/": "POST webhook-endpoints/<pk>/start/",
    "settings/webhooks/<endpoint_id>/rotate/": "POST webhook-endpoints/<pk>/rotate-secret/",
    "settings/webhooks/<endpoint_id>/end-former/": "POST webhook-endpoints/<pk>/end-former-secret/",
    "settings/webhooks/<endpoint_id>/resend-missed/": "POST webhook-endpoints/<pk>/resend-missed/",
    "settings/webhooks/<endpoint_id>/test/": "POST webhook-endpoints/<pk>/test/",
    "settings/webhooks/<endpoint_id>/chosen/resend/": "POST webhook-deliveries/<pk>/resend/",
    "settings/webhooks/deliveries/<delivery_id>/resend/": "POST webhook-deliveries/<pk>/resend/",
    "calls/<call_id>/recording/play/": "POST calls/<pk>/recording/play/",
    "calls/<call_id>/recording/delete/": "DELETE calls/<pk>/recording/",
    "calls/recordings/retention/": "PUT recordings/retention/",
    "calls/callbacks/chosen/cancel/": "POST callbacks/<pk>/cancel/",
    "calls/callbacks/chosen/assign/": "POST callbacks/<pk>/assign/",
    "calls/dispositions/new/": "POST dispositions/",
    "calls/dispositions/<disposition_id>/": "PATCH dispositions/<pk>/",
    "calls/dispositions/<disposition_id>/move/": "PUT dispositions/order/",
    "calls/dispositions/<disposition_id>/toggle/": "PATCH dispositions/<pk>/",
    "campaigns/new/": "POST campaigns/, PUT campaigns/<pk>/lists/, PUT campaigns/<pk>/operators/",
    # The page has a supervisor change the operators only.
    "campaigns/<campaign_id>/edit/": "PUT campaigns/<pk>/operators/",
    "campaigns/<campaign_id>/start/": "POST campaigns/<pk>/start/",
    "campaigns/<campaign_id>/pause/": "POST campaigns/<pk>/pause/",
    "campaigns/<campaign_id>/stop/": "POST campaigns/<pk>/stop/",
    "campaigns/messages/": "POST announcements/",
    "campaigns/messages/<announcement_id>/delete/": "DELETE announcements/<pk>/",
    "campaigns/chosen-lists/attach/": "PUT campaigns/<pk>/lists/",
    "campaigns/chosen-lists/detach/": "PUT campaigns/<pk>/lists/",
    "lists/chosen/delete/": "DELETE contact-lists/<pk>/",
    "lists/contacts/chosen/suppress/": "POST contacts/<pk>/suppress/",
    "lists/contacts/<contact_id>/suppress/": "POST contacts/<pk>/suppress/",
    "lists/upload/": "POST imports/",
    "lists/imports/<import_id>/confirm/": "POST imports/<pk>/confirm/",
    "lists/imports/<import_id>/read-again/": "POST imports/<pk>/read-again/",
    "lists/imports/<import_id>/cancel/": "POST imports/<pk>/cancel/",
    "numbers/<number_id>/lead/": "PATCH numbers/<pk>/",
}
OF_PLATFORM: dict[str, str] = {
    "login/": "POST session/",
    "logout/": "DELETE session/",
    "language/": "PATCH session/",
    "notices/read/": "POST notices/read-all/",
    "notices/follow/": "POST notices/read-all/",
    "companies/<company_id>/approve/": "POST companies/<pk>/approve/",
    "companies/<company_id>/reject/": "POST companies/<pk>/reject/",
    "companies/<company_id>/suspend/": "POST companies/<pk>/suspend/",
    "companies/<company_id>/resume/": "POST companies/<pk>/resume/",
    "companies/<company_id>/limits/": "PUT companies/<pk>/limits/",
    "directory/<entry_id>/deactivate/": "POST directory/<pk>/deactivate/",
    "directory/<entry_id>/reactivate/": "POST directory/<pk>/reactivate/",
    "directory/<entry_id>/end-sessions/": "POST directory/<pk>/end-sessions/",
    "nodes/<node>/take-out/": "PATCH nodes/<node>/",
    "nodes/<node>/take-in/": "PATCH nodes/<node>/",
    "trunks/new/": "POST trunks/",
    "trunks/<trunk_id>/edit/": "PATCH trunks/<pk>/",
    "trunks/<trunk_id>/delete/": "DELETE trunks/<pk>/",
    "trunks/<trunk_id>/test/": "POST trunks/<pk>/test-calls/",
    "companies/numbers/caller-ids/add/": "POST company-caller-ids/",
    "companies/numbers/caller-ids/<caller_id>/toggle/": "PATCH company-caller-ids/<pk>/",
    "companies/numbers/caller-ids/<caller_id>/delete/": "DELETE company-caller-ids/<pk>/",
    "companies/numbers/inbound/add/": "POST company-numbers/",
    "companies/numbers/inbound/<number_id>/toggle/": "PATCH company-numbers/<pk>/",
    "companies/numbers/inbound/<number_id>/delete/": "DELETE company-numbers/<pk>/",
}
NO_ACT = {
    "campaigns/script-preview/": "draws a page's own preview of what is being typed",
    "style/chosen/": "the style page's own samples",
    "style/undone/": "the style page's own samples",
}
NOT_YET_LOGGED_IN: Roles = frozenset({"nobody"})


def acts(table: dict[str, Row]) -> set[str]:
    """The pages' own addresses that take a POST; what is done to chosen rows, a program does to one after the other."""
    return {route for route, row in table.items() if row.POST and not route.startswith("api/")}


@pytest.mark.parametrize(("table", "equals"), [(COMPANY, OF_COMPANY), (PLATFORM, OF_PLATFORM)])
def test_the_api_can_do_what_a_page_can(table: dict[str, Row], equals: dict[str, str]) -> None:
    assert acts(table) - set(equals) - set(NO_ACT) == set(), "acts of pages that the API can't do"
    assert set(equals) - acts(table) == set(), "no such act"
    for page, operations in equals.items():
        for operation in operations.split(", "):
            method, _space, path = operation.partition(" ")
            row = table.get(f"api/v1/{path}")
            assert row is not None, f"{page}: no operation {operation}"
            missing = table[page].POST - row.roles(method) - NOT_YET_LOGGED_IN
            # The row of another person's notice is open to nobody: whose it is decides.
            assert not missing, f"{page}: {sorted(missing)} may not {operation}"


READ_OF_COMPANY: dict[str, str] = {
    "notices/": "notices/",
    "notices/count/": "notices/",
    "overview/": "statistics/",
    "people/": "people/",
    "people/<person_id>/": "people/<pk>/",
    "settings/": "company/",
    "settings/campaigns/": "campaign-defaults/",
    "settings/history/": "activity/",
    "settings/pauses/<reason_id>/": "pause-reasons/<pk>/",
    "settings/api-keys/": "api-keys/",
    "settings/api-keys/<key_id>/": "api-keys/<pk>/",
    "settings/webhooks/": "webhook-endpoints/",
    "settings/webhooks/<endpoint_id>/": "webhook-endpoints/<pk>/",
    "settings/webhooks/<endpoint_id>/edit/": "webhook-endpoints/<pk>/",
    "settings/webhooks/deliveries/<delivery_id>/": "webhook-deliveries/<pk>/",
    "reports/": "statistics/",
    "wallboard/": "statistics/live/",
    "calls/": "calls/",
    "calls/<call_id>/": "calls/<pk>/timeline/",
    "calls/<call_id>/recording/file/": "calls/<pk>/recording/file/",
    "calls/recordings/": "recordings/",
    "calls/callbacks/": "callbacks/",
    "calls/dispositions/": "dispositions/",
    "calls/dispositions/<disposition_id>/": "dispositions/<pk>/",
    "campaigns/": "campaigns/",
    "campaigns/<campaign_id>/": "campaigns/<pk>/figures/",
    "campaigns/<campaign_id>/edit/": "campaigns/<pk>/",
    "campaigns/<campaign_id>/detection/": "campaigns/<pk>/detection/",
    "campaigns/messages/": "announcements/",
    "campaigns/messages/<announcement_id>/audio/": "announcements/<pk>/audio/",
    "lists/": "contact-lists/",
    "lists/contacts/": "contacts/",
    "lists/contacts/<contact_id>/": "contacts/<pk>/history/",
    "lists/imports/<import_id>/": "imports/<pk>/",
    "lists/imports/<import_id>/refused.csv": "imports/<pk>/errors.csv",
    "numbers/": "numbers/",
    "shift/": "desk/",
}
READ_OF_PLATFORM: dict[str, str] = {
    "notices/": "notices/",
    "notices/count/": "notices/",
    "overview/": "status/",
    "companies/": "companies/",
    "companies/<company_id>/": "companies/<pk>/figures/",
    "companies/numbers/": "company-caller-ids/",
    "companies/numbers/inbound/": "company-numbers/",
    "directory/": "directory/",
    "directory/<entry_id>/": "directory/<pk>/",
    "nodes/": "switch/",
    "trunks/": "trunks/",
    "trunks/<trunk_id>/": "trunks/<pk>/status/",
    "trunks/<trunk_id>/edit/": "trunks/<pk>/",
    "logs/": "logs/",
    "audit/": "activity/",
}
SAYS_NOTHING = {
    "",  # leads on
    "jump/",  # finds pages
    "login/",
    "style/",
    "trunks/number-examples/",  # of a form being filled in
    "campaigns/messages/default/audio/",  # the product's own sound
}


@pytest.mark.parametrize(("table", "equals"), [(COMPANY, READ_OF_COMPANY), (PLATFORM, READ_OF_PLATFORM)])
def test_the_api_tells_what_a_page_shows(table: dict[str, Row], equals: dict[str, str]) -> None:
    pages = {route for route, row in table.items() if row.GET and not route.startswith("api/")}
    empty_forms = {route for route in pages if route.endswith(("new/", "upload/"))}

    assert pages - set(equals) - empty_forms - SAYS_NOTHING == set(), "pages that the API doesn't tell"
    for page, path in equals.items():
        row = table[f"api/v1/{path}"]
        assert not table[page].GET - row.GET, f"{page}: {sorted(table[page].GET - row.GET)} may not read {path}"
