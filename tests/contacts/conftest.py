"""Mailings in memory, and imports from the bytes to the result."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django_tenants.utils import schema_context

from accounts.models import User
from contacts.actions import do_confirm_import, do_upload
from contacts.importing import run_import
from contacts.models import ContactList, Import


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, settings: Any) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def in_acme(acme: object) -> Iterator[None]:
    with schema_context("acme"):
        yield


@pytest.fixture
def upload(in_acme: None, master: User) -> Callable[..., Import]:
    """``upload(b"…")`` → an import of Acme that waits for its columns."""

    def make(content: bytes, *, file_name: str = "june.csv", contact_list: ContactList | None = None) -> Import:
        return do_upload([content], file_name=file_name, acting_user=master, contact_list=contact_list)

    return make


@pytest.fixture
def import_file(upload: Callable[..., Import], master: User, redis: Any) -> Callable[..., Import]:
    """``import_file(b"…")`` → the import after it has run, columns as guessed."""

    def make(content: bytes, **options: Any) -> Import:
        import_ = upload(content, **options)
        do_confirm_import(import_, choices=None, acting_user=master, enqueue=False)
        run_import("acme", import_.pk, on_progress=lambda _import: None)
        import_.refresh_from_db()
        return import_

    return make
