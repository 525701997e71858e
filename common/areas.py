"""Brazil's 67 area codes (DDD): state and time zones.

Source: Anatel's numbering plan and tzdata 2026. ``phonenumbers.timezone`` is wrong for several of them (81, 93, 94).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Area:
    """One area code: ``state`` is the two-letter UF; ``zones`` every IANA zone that lies in it, the usual one first."""

    code: str
    state: str
    zones: tuple[str, ...]


_SAO_PAULO = "America/Sao_Paulo"
_STATES: tuple[tuple[str, str, str], ...] = (
    ("11 12 13 14 15 16 17 18 19", "SP", _SAO_PAULO),
    ("21 22 24", "RJ", _SAO_PAULO),
    ("27 28", "ES", _SAO_PAULO),
    ("31 32 33 34 35 37 38", "MG", _SAO_PAULO),
    ("41 42 43 44 45 46", "PR", _SAO_PAULO),
    ("47 48 49", "SC", _SAO_PAULO),
    ("51 53 54 55", "RS", _SAO_PAULO),
    ("61", "DF", _SAO_PAULO),
    ("62 64", "GO", _SAO_PAULO),
    ("63", "TO", "America/Araguaina"),
    ("65 66", "MT", "America/Cuiaba"),
    ("67", "MS", "America/Campo_Grande"),
    ("68", "AC", "America/Rio_Branco"),
    ("69", "RO", "America/Porto_Velho"),
    ("71 73 74 75 77", "BA", "America/Bahia"),
    ("79", "SE", "America/Maceio"),
    ("81 87", "PE", "America/Recife"),
    ("82", "AL", "America/Maceio"),
    ("83", "PB", "America/Fortaleza"),
    ("84", "RN", "America/Fortaleza"),
    ("85 88", "CE", "America/Fortaleza"),
    ("86 89", "PI", "America/Fortaleza"),
    ("91 94", "PA", "America/Belem"),
    ("93", "PA", "America/Santarem"),
    ("92", "AM", "America/Manaus"),
    # Thirteen municipalities in the far west keep Acre's time: who calls must respect both clocks.
    ("97", "AM", "America/Manaus America/Eirunepe"),
    ("95", "RR", "America/Boa_Vista"),
    ("96", "AP", "America/Belem"),
    ("98 99", "MA", "America/Fortaleza"),
)

AREAS: dict[str, Area] = {
    code: Area(code, state, tuple(zones.split())) for codes, state, zones in _STATES for code in codes.split()
}
"""Area code → Area, all 67."""

_NORONHA = "55813619"


def area_of(e164: str) -> Area | None:
    """Give the area of a Brazilian landline or mobile number in E.164; None for any other number."""
    if not e164.startswith("+55") or len(e164) < 13:
        return None
    if e164.startswith(_NORONHA, 1):
        return Area("81", "PE", ("America/Noronha",))
    return AREAS.get(e164[3:5])
