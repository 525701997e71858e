"""Pages of the switch's lines, on the platform's own site."""

from __future__ import annotations

from django.urls import path

from telephony import node_views, number_views, trunk_views

app_name = "lines"
urlpatterns = [
    path("nodes/", node_views.nodes, name="nodes"),
    path("nodes/<slug:node>/take-out/", node_views.take_out, name="node-take-out"),
    path("nodes/<slug:node>/take-in/", node_views.take_in, name="node-take-in"),
    path("trunks/", trunk_views.trunks, name="trunks"),
    path("trunks/new/", trunk_views.create, name="trunk-create"),
    path("trunks/number-examples/", trunk_views.number_examples, name="trunk-number-examples"),
    path("trunks/<int:trunk_id>/", trunk_views.trunk, name="trunk"),
    path("trunks/<int:trunk_id>/edit/", trunk_views.edit, name="trunk-edit"),
    path("trunks/<int:trunk_id>/delete/", trunk_views.delete, name="trunk-delete"),
    path("trunks/<int:trunk_id>/test/", trunk_views.test, name="trunk-test"),
    path("companies/numbers/", number_views.numbers, name="numbers"),
    path("companies/numbers/caller-ids/add/", number_views.add_caller_id, name="number-caller-id-add"),
    path(
        "companies/numbers/caller-ids/<int:caller_id>/toggle/",
        number_views.toggle_caller_id,
        name="number-caller-id-toggle",
    ),
    path(
        "companies/numbers/caller-ids/<int:caller_id>/delete/",
        number_views.delete_caller_id,
        name="number-caller-id-delete",
    ),
    path("companies/numbers/inbound/", number_views.inbound, name="number-inbound"),
    path("companies/numbers/inbound/add/", number_views.add_inbound, name="number-inbound-add"),
    path(
        "companies/numbers/inbound/<int:number_id>/toggle/", number_views.toggle_inbound, name="number-inbound-toggle"
    ),
    path(
        "companies/numbers/inbound/<int:number_id>/delete/", number_views.delete_inbound, name="number-inbound-delete"
    ),
]
