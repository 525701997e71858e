"""Every code has its words, in both languages."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from contacts.exceptions import FileRefusedError
from contacts.labels import NOTES, REASONS, ROLES, failure_text, reason_text
from contacts.mailing.columns import ColumnRole
from contacts.mailing.reasons import FileFault, RowNote, RowReason


def test_every_code_has_its_words() -> None:
    assert set(REASONS) == set(RowReason)
    assert set(NOTES) == set(RowNote)
    assert set(ROLES) == set(ColumnRole)
    assert {error.code for error in FileRefusedError.__subclasses__()} == {fault.value for fault in FileFault}


@pytest.mark.parametrize("code", [*RowReason, *RowNote])
def test_the_words_are_translated(code: str) -> None:
    with override("en"):
        english = reason_text(str(code.value))  # type: ignore[attr-defined]
    with override("pt-br"):
        portuguese = reason_text(str(code.value))  # type: ignore[attr-defined]
    assert english != portuguese


def test_an_unforeseen_failure_is_not_hidden() -> None:
    assert failure_text("") == ""
    assert failure_text("something_else")
