"""Rows by the rules of the trade."""

from __future__ import annotations

import pytest

from contacts.mailing.columns import Column, ColumnRole, guess_columns
from contacts.mailing.duplicates import Known, drop_known
from contacts.mailing.reasons import RowNote, RowReason
from contacts.mailing.records import Record
from contacts.mailing.rows import ContactRow, RefusedRow, RowReader, repair_mojibake

USUAL = "NOME;CPF;DDD1;FONE1;DDD2;FONE2"


def read(row: str, header: str = USUAL) -> ContactRow | RefusedRow:
    return RowReader(guess_columns(header.split(";"), [])).read(Record(7, row.split(";")))


def contact(row: str, header: str = USUAL) -> ContactRow:
    result = read(row, header)
    assert isinstance(result, ContactRow), result
    return result


def reason(row: str, header: str = USUAL) -> RowReason:
    result = read(row, header)
    assert isinstance(result, RefusedRow), result
    return result.reason


def numbers(row: ContactRow) -> list[str]:
    return [phone.e164 for phone in row.phones]


def test_split_columns_make_two_phones() -> None:
    jose = contact("JOSÉ;01234567890;011;98765-4321;11;3212-3456")
    assert numbers(jose) == ["+5511987654321", "+551132123456"]
    assert (jose.name, jose.document, jose.notes) == ("JOSÉ", "01234567890", frozenset[RowNote]())


def test_a_cpf_gets_its_zero_back_and_a_mobile_its_ninth_digit() -> None:
    ana = contact("ANA;1234567890;11;87654321;;")
    assert (ana.document, numbers(ana)) == ("01234567890", ["+5511987654321"])
    assert ana.notes == {RowNote.DOCUMENT_ZEROS_RESTORED, RowNote.NINTH_DIGIT_ADDED}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("X;11111111111;20;987654321;;", RowReason.PHONE_UNKNOWN_AREA_CODE),
        ("Y;;;5,51199E+12;;", RowReason.PHONE_EXCEL_TRUNCATED),
        ("Z;;;;;", RowReason.NO_PHONE),
        ("Z", RowReason.NO_PHONE),
        ("Z;;;0800 777 1234;;", RowReason.SERVICE_NUMBER),
        ("Z;;;190;;", RowReason.PHONE_SHORT_CODE),
        ("Z;;;98765-4321;;", RowReason.PHONE_NO_AREA_CODE),
        ("Z;;;não informado;;", RowReason.PHONE_NOT_A_NUMBER),
        ("Z;;;119876543210;;", RowReason.PHONE_WRONG_LENGTH),
        ("Z;;;11612345678;;", RowReason.PHONE_IMPOSSIBLE),
        ("A;B;52998224725;11;987654321;;;x", RowReason.TOO_MANY_CELLS),
    ],
)
def test_a_row_that_cannot_be_dialed_says_why(row: str, expected: RowReason) -> None:
    assert reason(row) is expected


def test_a_broken_phone_beside_a_good_one_is_left_out_with_a_note() -> None:
    row = contact("A;;20;987654321;11;987654321")
    assert numbers(row) == ["+5511987654321"]
    assert row.notes == {RowNote.PHONE_DROPPED}


def test_an_invalid_cpf_does_not_cost_the_contact_and_is_not_lost() -> None:
    row = contact("A;11111111111;11;987654321;;")
    assert (row.document, row.extra) == ("", {"CPF": "11111111111"})
    assert row.notes == {RowNote.DOCUMENT_DROPPED}


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("(11) 98765-4321 / 3212-3456", ["+5511987654321", "+551132123456"]),
        ("11987654321,2132123456", ["+5511987654321", "+552132123456"]),
        ("11987654321;11987654321", ["+5511987654321"]),
        ("11987654321\n1132123456", ["+5511987654321", "+551132123456"]),
        ("11987654321,0", ["+5511987654321"]),
        ("11 3212-3456/57", ["+551132123456"]),
    ],
)
def test_several_phones_in_a_cell(cell: str, expected: list[str]) -> None:
    reader = RowReader([Column("fone", ColumnRole.PHONE, 1)])
    row = reader.read(Record(1, [cell]))
    assert isinstance(row, ContactRow)
    assert numbers(row) == expected


def test_at_most_ten_phones_are_kept() -> None:
    reader = RowReader([Column("fone", ColumnRole.PHONE, 1)])
    row = reader.read(Record(1, ["/".join(f"119876543{number}" for number in range(10, 22))]))
    assert isinstance(row, ContactRow)
    assert len(row.phones) == 10
    assert RowNote.PHONES_OVER_LIMIT in row.notes


def test_values_are_cleaned_and_broken_accents_repaired() -> None:
    row = contact("  JoÃ£o \t da  SÃ­lva ;;11;987654321;;")
    assert row.name == "João da Sílva"
    assert row.notes == {RowNote.TEXT_REPAIRED}


@pytest.mark.parametrize("text", ["JOÃO", "CONCEIÇÃO", "Âncora", "São João", "AÇÃO", "Ã£ e ☎"])
def test_good_text_is_left_as_it_is(text: str) -> None:
    assert repair_mojibake(text) == text


def test_a_code_too_long_is_kept_whole_among_the_extra_values() -> None:
    row = contact(f"A;11987654321;{'x' * 100}", "NOME;FONE;CONTRATO")
    assert (row.external_id, row.extra) == ("", {"CONTRATO": "x" * 100})


def rows(*texts: str) -> list[ContactRow]:
    return [contact(text) for text in texts]


def test_a_refused_row_does_not_take_the_place_of_a_later_good_one() -> None:
    first, second = rows("A;52998224725;11;987654321;;", "B;52998224725;11;987654322;;")
    accepted, refused = drop_known([first, second], Known(phones={"+5511987654321": False}))
    assert [row.name for row in accepted] == ["B"]
    assert [row.reason for row in refused] == [RowReason.DUPLICATE_PHONE_IN_LIST]


def test_a_suppressed_number_is_never_imported() -> None:
    both, one = rows("A;;11;987654321;;", "B;;11;987654321;11;32123456")
    accepted, refused = drop_known([both, one], Known(suppressed={"+5511987654321"}))
    assert [row.reason for row in refused] == [RowReason.SUPPRESSED]
    assert [numbers(row) for row in accepted] == [["+551132123456"]]
    assert accepted[0].notes == {RowNote.PHONE_SUPPRESSED}
