"""From the bytes of a file to a list with contacts and phones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from contacts.choices import ContactState, ImportState
from contacts.models import Contact, Import, Phone, RefusedRow

HEADER = "NOME;CPF;DDD1;FONE1;DDD2;FONE2;CONTRATO;VALOR\r\n"
ROWS = (
    "JOSÉ;01234567890;011;98765-4321;11;3212-3456;C-1;1.234,56\r\n"
    "ANA;1234567890;11;87654322;;;C-2;\r\n"
    "X;11111111111;20;987654321;;;C-3;\r\n"
    "Y;;;5,51199E+12;;;C-4;\r\n"
    "PAULO;52998224724;21;3212-3456;;;C-5;\r\n"
    ";;;;;;;\r\n"
)


def phones_of(name: str) -> list[str]:
    return list(Phone.objects.filter(contact__name=name).values_list("e164", flat=True))


def test_a_file_as_brazilian_systems_write_it_becomes_a_list(import_file: Callable[..., Import]) -> None:
    import_ = import_file((HEADER + ROWS).encode("cp1252"))

    assert import_.state == ImportState.DONE
    assert import_.encoding == "cp1252"
    assert phones_of("JOSÉ") == ["+5511987654321", "+551132123456"]
    jose = Contact.objects.get(name="JOSÉ")
    assert (jose.document, jose.external_id, jose.extra) == ("01234567890", "C-1", {"VALOR": "1.234,56"})
    assert (jose.state, jose.source_line, jose.next_attempt_at) == (ContactState.READY, 2, import_.started_at)
    assert Contact.objects.get(name="PAULO").extra == {"CPF": "52998224724"}
    assert import_.contact_list.contact_count == 2


def test_counts_by_reason_add_up_to_the_rows_of_the_file(import_file: Callable[..., Import]) -> None:
    import_ = import_file((HEADER + ROWS).encode())

    # ANA's CPF lost its zero to Excel; with it she is JOSÉ again.
    assert import_.rows_by_reason == {
        "duplicate_document_in_file": 1,
        "phone_unknown_area_code": 1,
        "phone_truncated_by_excel": 1,
        "note_document_dropped": 1,
    }
    assert (import_.rows_total, import_.rows_read) == (5, 5)
    assert import_.contacts_created + import_.rows_refused == 5
    assert list(RefusedRow.objects.values_list("line", "reason")) == [
        (3, "duplicate_document_in_file"),
        (4, "phone_unknown_area_code"),
        (5, "phone_truncated_by_excel"),
    ]


def test_a_second_file_into_the_same_list_adds_only_who_is_new(import_file: Callable[..., Import]) -> None:
    first = import_file(b"nome;cpf;fone\nA;52998224725;11987654321\nB;;1132123456\n")
    second = import_file(
        b"nome;cpf;fone\nA2;52998224725;21987654321\nB2;;1132123456\nC;;1132123457\nC2;;1132123457\n",
        contact_list=first.contact_list,
    )

    assert second.contacts_created == 1
    assert second.rows_by_reason == {
        "duplicate_document_in_list": 1,
        "duplicate_phone_in_list": 1,
        "duplicate_phone_in_file": 1,
    }
    first.contact_list.refresh_from_db()
    assert first.contact_list.contact_count == 3


def test_a_phone_of_somebody_else_is_left_out_and_the_contact_kept(import_file: Callable[..., Import]) -> None:
    import_ = import_file(b"nome;fone1;fone2\nA;11987654321;\nB;11987654321;1132123456\n")

    assert phones_of("B") == ["+551132123456"]
    assert import_.rows_by_reason == {"note_phone_repeated": 1}


@pytest.mark.parametrize("chunk_rows", [1, 2, 3])
def test_duplicates_are_found_across_chunks(
    import_file: Callable[..., Import], monkeypatch: pytest.MonkeyPatch, chunk_rows: int
) -> None:
    monkeypatch.setattr("contacts.importing.CHUNK_ROWS", chunk_rows)
    import_ = import_file((HEADER + ROWS).encode())

    assert (import_.contacts_created, import_.rows_refused) == (2, 3)
    assert import_.rows_by_reason["duplicate_document_in_file"] == 1


def test_the_uploaded_file_is_removed_once_it_is_imported(import_file: Callable[..., Import], data_dir: Any) -> None:
    import_file(b"fone\n11987654321\n")
    assert list((data_dir / "acme" / "imports").iterdir()) == []
