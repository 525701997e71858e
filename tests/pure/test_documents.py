"""CPF and CNPJ. The vectors were cross-checked with four libraries."""

from __future__ import annotations

import pytest

from common.documents import Document, DocumentFault, is_valid_cnpj, is_valid_cpf, mask, parse_document

VALID_CNPJ = [
    "12ABC34501DE35",
    "00000000E08G12",
    "A87HBZHB000161",
    "12ABC345000188",
    "12ABC345ABCD90",
    "AAAAAAAA000191",
    "8J1M0XYZ000119",
    "ZZZZZZZZZZZZ62",
    "93ZB0VRYV6KA67",
    "11222333000181",
    "00000000000191",
    "33000167000101",
    "04252011000110",
    "16727230000197",
    "60746898000173",
]
INVALID_CNPJ = [
    "12ABC34501DE36",
    "12ABC34501DE3A",
    "12ABC34501DE00",
    "LBNXQOB5000163",
    "93ZB0VRYV6KA66",
    "00000000000000",
    "11111111111111",
]
VALID_CPF = ["52998224725", "11144477735", "39053344705", "12345678909", "01234567890", "00000000191"]
INVALID_CPF = ["52998224724", "11111111111", "00000000000"]


@pytest.mark.parametrize("value", VALID_CNPJ)
def test_a_valid_cnpj_passes(value: str) -> None:
    assert is_valid_cnpj(value)


@pytest.mark.parametrize("value", INVALID_CNPJ)
def test_an_invalid_cnpj_fails(value: str) -> None:
    assert not is_valid_cnpj(value)


@pytest.mark.parametrize("value", VALID_CPF)
def test_a_valid_cpf_passes(value: str) -> None:
    assert is_valid_cpf(value)


@pytest.mark.parametrize("value", INVALID_CPF)
def test_an_invalid_cpf_fails(value: str) -> None:
    assert not is_valid_cpf(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("529.982.247-25", Document("52998224725")),
        ("12.abc.345/01de-35", Document("12ABC34501DE35")),
        ("1234567890", Document("01234567890", zeros_restored=True)),
        ("1234567890.0", Document("01234567890", zeros_restored=True)),
        ("4252011000110", Document("04252011000110", zeros_restored=True)),
        ("1234567891", DocumentFault.INVALID),
        ("11111111111", DocumentFault.INVALID),
        ("12ABC34501DE3", DocumentFault.INVALID),
        ("1,23457E+10", DocumentFault.EXCEL_TRUNCATED),
        ("", DocumentFault.EMPTY),
    ],
)
def test_a_document_is_read_as_spreadsheets_leave_it(text: str, expected: Document | DocumentFault) -> None:
    assert parse_document(text) == expected


def test_eleven_wrong_digits_are_never_padded_into_a_cnpj() -> None:
    # 00000000191 is a CPF; as a CNPJ it would need three more zeros. A wrong CPF must stay wrong.
    wrong = [f"{number:011d}" for number in range(10**9, 10**9 + 3000) if not is_valid_cpf(f"{number:011d}")]
    assert {parse_document(value) for value in wrong} == {DocumentFault.INVALID}


def test_documents_are_masked_for_people() -> None:
    assert mask("52998224725") == "529.982.247-25"
    assert mask("12ABC34501DE35") == "12.ABC.345/01DE-35"
    assert mask("x") == "x"
