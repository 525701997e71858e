"""What a global admin has to do with: companies in every state, carriers' trunks, test calls, numbers."""

from __future__ import annotations

from accounts.models import User
from common.clock import now
from common.ids import uuid7
from telephony.actions import do_create_trunk
from telephony.models import TestCall, Trunk
from telephony.number_actions import do_create_caller_id, do_create_inbound_number
from tenants.actions import do_approve_company, do_register_company, do_reject_company, do_suspend_company
from tenants.models import Company
from tools.screens.past import ago

PENDING = (
    ("horizonte", "Horizonte Telemarketing Ltda.", "Horizonte", "33000167000101"),
    ("serrana", "Serrana Gestão de Ativos S.A.", "Serrana Ativos", "60746948000112"),
)
TRUNKS = (
    ("embratel-sp", "Embratel São Paulo", "sip.embratel.example", 30, 240, 1),
    ("algar-mg", "Algar Uberlândia", "sbc.algar.example", 15, 120, 2),
    ("vono-reserva", "Vono (reserva)", "trunk.vono.example", 5, 30, 9),
)


def furnish_platform() -> None:
    """Runs in the public schema."""
    admin = User.objects.get()
    for slug, legal, trade, cnpj in PENDING:
        do_register_company(slug=slug, legal_name=legal, trade_name=trade, cnpj=cnpj, acting_user=admin)
    refused = do_register_company(
        slug="credfacil", legal_name="Cred Fácil Promotora Ltda.", trade_name="Cred Fácil", acting_user=admin
    )
    do_reject_company(refused, reason="CNPJ baixado na Receita Federal.", acting_user=admin)
    late = do_register_company(
        slug="ponte", legal_name="Ponte Atendimento ME", trade_name="Ponte Atendimento", acting_user=admin
    )
    late = do_approve_company(late, acting_user=admin)
    do_suspend_company(late, reason="Fatura de setembro em aberto.", acting_user=admin)
    _lines(admin)


def _lines(admin: User) -> None:
    acme = Company.objects.get(slug="acme")
    for name, label, host, cps, channels, priority in TRUNKS:
        do_create_trunk(
            name=name, label=label, host=host, cps_limit=cps, channel_limit=channels, priority=priority,
            for_all_companies=priority != 1, company_ids=[acme.pk] if priority == 1 else [], acting_user=admin,
            is_active=priority != 9,
        )  # fmt: skip
    do_create_caller_id(company=acme, number="+551140028922", label="Cobrança SP", acting_user=admin)
    do_create_caller_id(company=acme, number="+552135550117", label="Cobrança RJ", acting_user=admin)
    do_create_inbound_number(company=acme, number="+551130034411", label="Retorno de clientes", acting_user=admin)
    trunk = Trunk.objects.get(name=TRUNKS[0][0])
    for minutes, state, cause, tech in ((4, "answered", 16, ""), (9, "busy", 17, "486"), (1500, "refused", 21, "603")):
        placed = ago(minutes=minutes)
        TestCall.objects.create(
            id=uuid7(), trunk=trunk, node="sim1", number="+5511987650042", placed_by=admin, placed_at=placed,
            deadline_at=now(), state=state, cause=cause, tech_cause=tech, ringing_at=placed,
            answered_at=placed if state == "answered" else None, ended_at=placed,
        )  # fmt: skip
