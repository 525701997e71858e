"""A mailing as a Brazilian collection system exports it, made up: seeded, so the same seed gives the same file.

``python -m tools.demo.mailing --rows 20000 --seed 7 > carteira.csv``

Windows-1252, `;`, CRLF, `DDD1;FONE1;…;DDD4;FONE4`, a trailing empty column. CPFs have right check digits; some lost
their leading zeros to Excel. About three rows in a hundred are broken in the ways that real ones are.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import BinaryIO

from common.areas import AREAS
from common.documents import cpf_check_digits

ENCODING = "cp1252"
PHONE_COLUMNS = 4
HEADER = (
    "CPF", "NOME",
    *(f"{name}{number}" for number in range(1, PHONE_COLUMNS + 1) for name in ("DDD", "FONE")),
    "EMAIL", "CONTRATO", "VALOR", "VENCIMENTO", "CIDADE", "UF", "",
)  # fmt: skip

FIRST_NAMES = (
    "MARIA", "JOSÉ", "ANA", "JOÃO", "ANTÔNIO", "FRANCISCO", "CARLOS", "PAULO", "PEDRO", "LUCAS", "LUIZ", "MARCOS",
    "GABRIEL", "RAFAEL", "DANIEL", "MARCELO", "BRUNO", "EDUARDO", "FELIPE", "RODRIGO", "ADRIANA", "JULIANA", "MÁRCIA",
    "FERNANDA", "PATRÍCIA", "ALINE", "SANDRA", "CAMILA", "AMANDA", "BRUNA", "JÉSSICA", "LETÍCIA", "VANESSA", "SÔNIA",
    "TEREZINHA", "SEBASTIÃO", "RAIMUNDO", "CONCEIÇÃO", "APARECIDA", "VINÍCIUS", "INÊS", "HÉLIO",
)  # fmt: skip
LAST_NAMES = (
    "SILVA", "SANTOS", "OLIVEIRA", "SOUZA", "RODRIGUES", "FERREIRA", "ALVES", "PEREIRA", "LIMA", "GOMES", "COSTA",
    "RIBEIRO", "MARTINS", "CARVALHO", "ALMEIDA", "LOPES", "SOARES", "FERNANDES", "VIEIRA", "BARBOSA", "ROCHA", "DIAS",
    "NASCIMENTO", "ANDRADE", "MOREIRA", "NUNES", "MARQUES", "MACHADO", "MENDES", "FREITAS", "CARDOSO", "RAMOS",
    "GONÇALVES", "SANTANA", "TEIXEIRA", "ARAÚJO", "ASSUNÇÃO", "ENCARNAÇÃO", "GALVÃO", "D'ÁVILA",
)  # fmt: skip
CITIES = {
    "11": "SÃO PAULO", "19": "CAMPINAS", "13": "SANTOS", "16": "RIBEIRÃO PRETO", "21": "RIO DE JANEIRO",
    "31": "BELO HORIZONTE", "34": "UBERLÂNDIA", "27": "VITÓRIA", "41": "CURITIBA", "43": "LONDRINA",
    "48": "FLORIANÓPOLIS", "51": "PORTO ALEGRE", "54": "CAXIAS DO SUL", "61": "BRASÍLIA", "62": "GOIÂNIA",
    "65": "CUIABÁ", "67": "CAMPO GRANDE", "68": "RIO BRANCO", "69": "PORTO VELHO", "71": "SALVADOR", "79": "ARACAJU",
    "81": "RECIFE", "82": "MACEIÓ", "83": "JOÃO PESSOA", "84": "NATAL", "85": "FORTALEZA", "86": "TERESINA",
    "91": "BELÉM", "92": "MANAUS", "95": "BOA VISTA", "96": "MACAPÁ", "98": "SÃO LUÍS", "63": "PALMAS",
}  # fmt: skip
# Millions of people, roughly, where the area codes of one city stand for the whole state.
POPULATION = {
    "11": 22, "19": 7, "13": 3, "16": 3, "21": 13, "31": 8, "34": 3, "27": 3, "41": 5, "43": 2, "48": 3, "51": 6,
    "54": 2, "61": 4, "62": 5, "65": 2, "67": 2, "68": 1, "69": 1, "71": 6, "79": 2, "81": 7, "82": 2, "83": 3,
    "84": 2, "85": 6, "86": 2, "91": 5, "92": 3, "95": 1, "96": 1, "98": 4, "63": 1,
}  # fmt: skip
PHONES_PER_CONTACT = {1: 25, 2: 40, 3: 25, 4: 10}
BROKEN_SHARE = 0.03


@dataclass(frozen=True, slots=True)
class _Phone:
    area_code: str
    number: str


def write_mailing(file: BinaryIO, *, rows: int, seed: int) -> None:
    """Write a mailing of so many rows to a file opened for bytes."""
    for line in mailing_lines(rows=rows, seed=seed):
        file.write(f"{line}\r\n".encode(ENCODING))


def mailing_lines(*, rows: int, seed: int) -> Iterator[str]:
    """Give the header, then the rows."""
    random = Random(seed)
    yield ";".join(HEADER)
    maker = _Maker(random)
    for number in range(1, rows + 1):
        yield ";".join(maker.row(number))


class _Maker:
    def __init__(self, random: Random) -> None:
        self._random = random
        self._areas = list(POPULATION)
        self._weights = list(POPULATION.values())
        self._last: list[str] = []

    def row(self, number: int) -> list[str]:
        cells = self._good_row(number)
        if self._random.random() < BROKEN_SHARE:
            self._break(cells)
        else:
            self._last = list(cells)
        return cells

    def _good_row(self, number: int) -> list[str]:
        random = self._random
        area = random.choices(self._areas, self._weights)[0]
        count = random.choices(list(PHONES_PER_CONTACT), list(PHONES_PER_CONTACT.values()))[0]
        phones = [self._phone(area) for _ in range(count)]
        phones += [_Phone("", "")] * (PHONE_COLUMNS - count)
        first, last = random.choice(FIRST_NAMES), random.choice(LAST_NAMES)
        name = f"{first} {random.choice(LAST_NAMES)} {last}" if random.random() < 0.7 else f"{first} {last}"
        due = date(2026, 1, 5) + timedelta(days=random.randrange(300))
        return [
            self._cpf(),
            name,
            *(cell for phone in phones for cell in (phone.area_code, phone.number)),
            f"contato{number}@exemplo.com.br" if random.random() < 0.6 else "",
            f"CT-{2_026_000_000 + number}",
            _money(random.randrange(5_000, 900_000)),
            f"{due:%d/%m/%Y}",
            CITIES[area],
            AREAS[area].state,
            "",
        ]

    def _cpf(self) -> str:
        base = f"{self._random.randrange(10**9):09d}"
        cpf = base + cpf_check_digits(base)
        style = self._random.random()
        if style < 0.15:
            return f"{cpf[:3]}.{cpf[3:6]}.{cpf[6:9]}-{cpf[9:]}"
        return cpf.lstrip("0") if style < 0.4 else cpf

    def _phone(self, area: str) -> _Phone:
        """Four of five mobile; written in the ways that systems do; some mobiles still without their ninth digit."""
        random = self._random
        if random.random() < 0.2:
            number = f"{random.choice('2345')}{random.randrange(10**7):07d}"
        else:
            number = f"9{random.choice('6789')}{random.randrange(10**7):07d}"
            if random.random() < 0.06 and number[1] != "9":
                number = number[1:]
        style = random.random()
        if style < 0.15:
            number = f"{number[:-4]}-{number[-4:]}"
        return _Phone(f"0{area}" if style > 0.85 else area, number)

    def _break(self, cells: list[str]) -> None:
        """Damage a row as real ones are damaged."""
        kind = self._random.randrange(7)
        first_area, first_number = 2, 3
        if kind == 0:
            cells[first_area:10] = [""] * 8
        elif kind == 1:
            cells[first_area:10] = ["", "5,51199E+12", *[""] * 6]
        elif kind == 2:
            cells[first_area:10] = ["20", cells[first_number], *[""] * 6]
        elif kind == 3:
            cells[0] = "11111111111"
        elif kind == 4 and self._last:
            cells[:] = self._last
        elif kind == 5:
            cells[first_area:10] = ["", "não informado", *[""] * 6]
        else:
            cells[1] = f"{cells[1]};ESPÓLIO"


def _money(centavos: int) -> str:
    """R$ as systems write it: 1.234,56."""
    whole = f"{centavos // 100:,}".replace(",", ".")
    return f"{whole},{centavos % 100:02d}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a made-up mailing to standard output.")
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    write_mailing(sys.stdout.buffer, rows=options.rows, seed=options.seed)


if __name__ == "__main__":
    main()
