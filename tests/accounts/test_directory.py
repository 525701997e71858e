"""The platform's directory of people."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction
from django_tenants.utils import schema_context

from accounts import actions, directory
from accounts.models import User
from accounts.platform_people import do_deactivate
from tenants.exceptions import NotPlatformAdminError
from tenants.models import PersonEntry


@pytest.fixture(autouse=True)
def _empty(db: None) -> None:
    """Tests that commit leave people behind."""
    PersonEntry.objects.all().delete()


def test_a_person_of_a_company_is_in_the_directory_and_a_global_admin_is_not(
    make_user: Callable[..., User], global_admin: User
) -> None:
    made = make_user("acme", "operator", name="Ana")
    entry = PersonEntry.objects.get()
    assert (entry.schema, entry.person_id, entry.name, entry.role) == ("acme", made.pk, "Ana", "operator")


def test_the_directory_follows_changes_and_deletions(make_user: Callable[..., User], master: User) -> None:
    made = make_user("acme", "operator")
    with schema_context("acme"):
        actions.do_update_person(made, name="Ana Lima", acting_user=master)
        actions.do_change_role(made, role="supervisor", acting_user=master)
    entry = PersonEntry.objects.get(person_id=made.pk)
    assert (entry.name, entry.role) == ("Ana Lima", "supervisor")
    with schema_context("acme"):
        made.delete()
    assert not PersonEntry.objects.filter(schema="acme", name="Ana Lima").exists()


def test_who_has_no_password_yet_is_invited_until_he_chooses_one(make_user: Callable[..., User]) -> None:
    made = make_user("acme", "operator")
    with schema_context("acme"):
        made.set_unusable_password()
        made.save(update_fields=["password"])
        assert PersonEntry.objects.get().is_invited
        PersonEntry.objects.update(is_invited=False)
        assert directory.rebuild("acme") == 1
        assert PersonEntry.objects.get().is_invited
        made.set_password("uma senha comprida")
        made.save(update_fields=["password"])
    assert not PersonEntry.objects.get().is_invited


def test_a_change_that_is_taken_back_is_not_in_the_directory(make_user: Callable[..., User]) -> None:
    made = make_user("acme", "operator", name="Ana")
    with transaction.atomic():
        with schema_context("acme"):
            made.name = "Bia"
            made.save()
        assert PersonEntry.objects.get().name == "Bia"
        transaction.set_rollback(True)
    assert PersonEntry.objects.get().name == "Ana"


def test_what_was_written_past_the_model_is_put_right(make_user: Callable[..., User]) -> None:
    made, gone = make_user("acme", "operator", name="Ana"), make_user("acme", "operator")
    with schema_context("acme"):
        User.objects.filter(pk=made.pk).update(name="Bia")
        User.objects.filter(pk=gone.pk)._raw_delete("default")
        assert directory.rebuild("acme") == 2
        assert directory.rebuild("acme") == 0
    assert PersonEntry.objects.get().name == "Bia"


def test_people_of_a_company_that_is_no_more_are_forgotten(make_user: Callable[..., User]) -> None:
    make_user("acme", "operator")
    make_user("beta", "operator")
    directory.forget_others(["beta"])
    assert [entry.schema for entry in PersonEntry.objects.all()] == ["beta"]


def test_nobody_but_a_global_admin_acts_on_the_directory(master: User) -> None:
    with pytest.raises(NotPlatformAdminError):
        do_deactivate(PersonEntry.objects.get(), acting_user=master)
