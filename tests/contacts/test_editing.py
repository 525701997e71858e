"""Cards corrected by hand, by two people at once."""

from __future__ import annotations

from django_tenants.utils import schema_context

from contacts.editing import do_edit_contact
from contacts.exceptions import DocumentTakenError
from contacts.models import Contact
from tests.factories.meeting import meet
from tests.factories.world import World, committed, world

__all__ = ["committed", "world"]


def test_two_who_give_one_document_to_two_contacts_at_once_are_told_so(world: World) -> None:
    world.contact_list(2)
    with schema_context("acme"):
        one, other = Contact.objects.order_by("pk")

    raised = meet(
        lambda: do_edit_contact(one, document="529.982.247-25", acting_user=None),
        lambda: do_edit_contact(other, document="52998224725", acting_user=None),
    )

    assert isinstance(raised, DocumentTakenError)
    with schema_context("acme"):
        assert list(Contact.objects.order_by("pk").values_list("document", flat=True)) == ["52998224725", ""]
