"""A small mailing as Brazilian systems write it: Windows-1252, semicolons, DDD and number apart, some broken rows."""

from __future__ import annotations

import random
from pathlib import Path

_NAMES = ("MARIA DA CONCEIÇÃO", "JOSÉ ANTÔNIO", "ANA LÚCIA", "JOÃO BATISTA", "TEREZA GONÇALVES")


def write_mailing(path: Path, *, contacts: int) -> None:
    """Write ``contacts`` good rows and three that can't be imported."""
    chance = random.Random(7)
    rows = ["NOME;DDD1;FONE1;CONTRATO"]
    for number in range(contacts):
        phone = f"9{6000 + number // 1000:04d}-{number % 1000:04d}"
        rows.append(f"{chance.choice(_NAMES)};{chance.choice((11, 19, 21, 31))};{phone};AU-{number:05d}")
    rows += ["SEM FONE;11;;AU-X1", "DDD ERRADO;20;98765-4321;AU-X2", "EXCEL;;5,51199E+12;AU-X3"]
    path.write_bytes("\r\n".join(rows).encode("cp1252"))
