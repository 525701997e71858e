"""The dispositions that a company begins with: what a Brazilian call center calls its results (tabulação).

Data, not user interface: stored in Portuguese, and the company's own to change from then on.
"""

from __future__ import annotations

from calls.models import Disposition

_SEED: tuple[tuple[str, str, dict[str, bool]], ...] = (
    ("venda", "Venda ou promessa", {"is_final": True, "is_success": True}),
    ("agendamento", "Agendamento", {"is_final": False, "schedules_callback": True}),
    ("recado", "Recado com terceiro", {"is_final": False}),
    ("pessoa-errada", "Pessoa errada ou não conhece", {"is_final": False, "suppresses_phone": True}),
    ("sem-interesse", "Sem interesse", {"is_final": True}),
    ("nao-ligar", "Não ligar mais", {"is_final": True, "suppresses_phone": True}),
    ("falecido", "Falecido", {"is_final": True}),
    ("caixa-postal", "Caixa postal", {"is_final": False}),
    ("mudo", "Mudo", {"is_final": False}),
    ("queda", "Queda de ligação", {"is_final": False}),
)


def create_default_dispositions() -> None:
    """Give the active schema's company the dispositions it doesn't have yet. May be repeated."""
    Disposition.objects.bulk_create(
        [
            Disposition(code=code, name=name, position=position, **flags)
            for position, (code, name, flags) in enumerate(_SEED)
        ],
        ignore_conflicts=True,
    )
