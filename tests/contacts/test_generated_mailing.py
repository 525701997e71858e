"""The demo's generated mailing goes through the import like a real one."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from contacts.models import Contact, Import, Phone
from tools.demo.mailing import write_mailing


def mailing(rows: int, seed: int) -> bytes:
    file = io.BytesIO()
    write_mailing(file, rows=rows, seed=seed)
    return file.getvalue()


def test_the_same_seed_gives_the_same_file_and_another_seed_another() -> None:
    assert mailing(50, 7) == mailing(50, 7)
    assert mailing(50, 7) != mailing(50, 8)


def test_a_generated_mailing_is_imported_with_its_damage_told(import_file: Callable[..., Import]) -> None:
    import_ = import_file(mailing(3000, 7))

    assert import_.encoding == "cp1252"
    assert import_.rows_total == import_.contacts_created + import_.rows_refused == 3000
    assert 0.95 < import_.contacts_created / 3000 < 0.99
    assert set(import_.rows_by_reason) >= {
        "no_phone",
        "phone_truncated_by_excel",
        "phone_unknown_area_code",
        "duplicate_document_in_file",
        "phone_not_a_number",
        "too_many_cells",
        "note_document_dropped",
        "note_document_zeros_restored",
        "note_ninth_digit_added",
    }
    assert import_.contact_list.contact_count == Contact.objects.count() == import_.contacts_created
    assert Phone.objects.count() == import_.phones_created
    assert 2 <= import_.phones_created / import_.contacts_created <= 3
    assert Contact.objects.filter(name__contains="Ã").exists()
    assert Contact.objects.first().extra.keys() >= {"VALOR", "VENCIMENTO", "CIDADE", "UF"}  # type: ignore[union-attr]


@pytest.mark.parametrize("seed", [1, 2])
def test_refusals_by_reason_add_up(import_file: Callable[..., Import], seed: int) -> None:
    import_ = import_file(mailing(500, seed))
    refused = sum(count for code, count in import_.rows_by_reason.items() if not code.startswith("note_"))
    assert refused == import_.rows_refused
