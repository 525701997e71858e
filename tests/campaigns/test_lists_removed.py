"""A list that is removed while others work with it: each of them is told so."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, transaction
from django_tenants.utils import schema_context

from campaigns import actions
from campaigns.exceptions import UnknownListError
from contacts.actions import do_cancel_import, do_confirm_import, do_delete_empty_list, do_upload
from contacts.exceptions import GoneError
from contacts.models import ContactList, Import
from tests.factories.world import World

FILE = [b"nome;telefone\r\nAna;11987654321\r\n"]


@pytest.fixture(autouse=True)
def _in_acme(world: World, settings: Any, tmp_path: Any) -> Any:
    settings.DATA_DIR = tmp_path
    with schema_context("acme"):
        yield


def test_who_removes_a_list_second_is_told_that_it_is_gone(world: World) -> None:
    seen = world.contact_list(0)
    do_delete_empty_list(ContactList.objects.get(pk=seen.pk), acting_user=None)
    with pytest.raises(GoneError):
        do_delete_empty_list(seen, acting_user=None)


def test_what_belonged_to_a_removed_list_is_gone_with_it(world: World, tmp_path: Any) -> None:
    seen = world.contact_list(0)
    waiting = do_upload(FILE, file_name="a.csv", contact_list=seen, acting_user=None)
    do_delete_empty_list(ContactList.objects.get(pk=seen.pk), acting_user=None)
    with pytest.raises(GoneError):
        do_confirm_import(waiting, choices=None, acting_user=None)
    with pytest.raises(GoneError):
        do_cancel_import(waiting, acting_user=None)
    with pytest.raises(GoneError):
        do_upload(FILE, file_name="a.csv", contact_list=seen, acting_user=None)
    assert not Import.objects.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_list_that_is_being_removed_is_not_given_to_a_campaign(world: World) -> None:
    campaign, doomed = world.campaign(world.contact_list(1)), world.contact_list(0)
    removed, go_on = threading.Event(), threading.Event()

    def remove() -> None:
        with schema_context("acme"), transaction.atomic():
            do_delete_empty_list(doomed, acting_user=None)
            removed.set()
            go_on.wait(10)
        connection.close()

    thread = threading.Thread(target=remove)
    thread.start()
    assert removed.wait(10)
    threading.Timer(0.5, go_on.set).start()  # while the campaign waits for the list's lock
    with pytest.raises(UnknownListError):
        actions.do_set_lists(campaign, [doomed.pk], acting_user=None)
    thread.join(10)
    assert campaign.campaign_lists.count() == 1
