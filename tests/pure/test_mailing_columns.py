"""What columns seem to hold."""

from __future__ import annotations

import pytest

from contacts.mailing.columns import ColumnRole, guess_columns, looks_like_header


def guess(header: str, *rows: str) -> list[str]:
    """``guess("NOME;FONE", "a;11…")`` → "role" or "role position" of each column."""
    columns = guess_columns(header.split(";"), [row.split(";") for row in rows])
    return [f"{column.role.value} {column.position}" if column.position else column.role.value for column in columns]


def test_the_usual_header_of_collection_systems() -> None:
    header = "CPF;NOME;DDD1;FONE1;DDD2;FONE2;EMAIL;CONTRATO;VALOR;VENCIMENTO;CIDADE;UF"
    assert guess(header) == [
        "document", "name", "area_code 1", "phone 1", "area_code 2", "phone 2",
        "extra", "external_id", "extra", "extra", "extra", "extra",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "header",
    [
        "Telefone", "TELEFONE_1", "Tel.", "Celular", "Cel 2", "WhatsApp", "Número", "fone comercial", "Phone",
        "TELEFONE RESIDENCIAL", "Tel_Res1", "DDD+Telefone", "DDDFONE1",
    ],
)  # fmt: skip
def test_phone_headers(header: str) -> None:
    assert guess(header, "11987654321") == ["phone 1"]


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("CPF/CNPJ", "document"),
        ("cpf_cnpj", "document"),
        ("Documento", "document"),
        ("Razão Social", "name"),
        ("CLIENTE", "name"),
        ("Devedor", "name"),
        ("Nome Completo", "name"),
        ("Código", "external_id"),
        ("Chave", "external_id"),
        ("Observação", "extra"),
    ],
)
def test_other_headers(header: str, role: str) -> None:
    assert guess(header) == [role]


def test_ten_joined_phones_and_an_eleventh_kept_as_extra() -> None:
    header = ";".join(f"TELEFONE{number}" for number in range(1, 12))
    assert guess(header) == [f"phone {number}" for number in range(1, 11)] + ["extra"]


def test_area_codes_find_their_phone_by_number_else_to_the_right() -> None:
    assert guess("FONE1;FONE2;DDD2;DDD1") == ["phone 1", "phone 2", "area_code 2", "area_code 1"]
    assert guess("DDD;FONE;DDD;CELULAR") == ["area_code 1", "phone 1", "area_code 2", "phone 2"]
    assert guess("DDD;NOME") == ["extra", "name"]


def test_contato_is_a_name_when_it_holds_names_and_a_phone_when_it_holds_phones() -> None:
    assert guess("Contato;Fone", "Maria;11987654321") == ["name", "phone 1"]
    assert guess("Contato", "11987654321") == ["phone 1"]


def test_a_house_number_is_no_phone() -> None:
    assert guess("Rua;Número;Celular", "Rua A;123;11987654321", "Rua B;7;11987654322") == ["extra", "extra", "phone 1"]


def test_unknown_headers_are_judged_by_their_values() -> None:
    rows = ("52998224725;11987654321;x", "11144477735;1132123456;y", "39053344705;11612345678;z")
    assert guess("A;B;C", *rows) == ["document", "phone 1", "extra"]


def test_a_cpf_column_is_not_taken_for_a_phone_column() -> None:
    assert guess("X", "11144477735", "39053344705") == ["document"]


def test_only_the_first_name_and_document_count() -> None:
    assert guess("CPF;CNPJ;NOME;CLIENTE") == ["document", "extra", "name", "extra"]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["NOME", "FONE"], True),
        (["Coluna A", "Coluna B"], True),
        (["MARIA", "11987654321"], False),
        (["MARIA", "52998224725"], False),
        (["nome 1", "x9"], False),
    ],
)
def test_a_header_is_told_from_data(cells: list[str], expected: bool) -> None:
    assert looks_like_header(cells) is expected


def test_columns_keep_three_different_samples() -> None:
    [column] = guess_columns(["UF"], [["SP"], ["SP"], [""], ["RJ"], ["MG"], ["BA"]])
    assert (column.role, column.samples) == (ColumnRole.EXTRA, ("SP", "RJ", "MG"))
