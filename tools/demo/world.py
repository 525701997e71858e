"""The demo's world: two companies at work and one waiting for approval, made by the actions that the pages use."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django_tenants.utils import get_public_schema_name, schema_context

from accounts.actions import do_create_global_admin, do_create_person
from accounts.choices import Role
from accounts.models import User
from agents.models import Operator
from billing.defaults import ensure_default_deck
from campaigns.actions import do_attach_list, do_create_campaign, do_set_operators, do_start
from campaigns.choices import CampaignState
from campaigns.models import Campaign
from contacts.actions import do_confirm_import, do_upload
from contacts.choices import ImportState
from contacts.models import ContactList
from contacts.tasks import run_import
from telephony.actions import do_create_trunk, do_update_trunk
from telephony.models import CallerId, Trunk
from telephony.number_actions import do_create_caller_id
from tenants.actions import do_approve_company, do_register_company
from tenants.choices import CompanyStatus
from tenants.models import Company
from tools.demo.mailing import write_mailing

OPERATORS = (
    "Patrícia Lima", "Rafael Souza", "Juliana Rocha", "Marcos Vinícius", "Camila Duarte", "Thiago Alves",
    "Fernanda Prado", "Lucas Martins", "Aline Barbosa", "Diego Nunes", "Beatriz Cardoso", "Gustavo Ramos",
    "Renata Azevedo",
)  # fmt: skip
"""All but the last are robots."""
TRUNK = "demo"
CAMPAIGN = "Renegociação novembro"
LIST = "Carteira novembro"


@dataclass(frozen=True, slots=True)
class Firm:
    """One company of the demo. All names, documents and people are made up."""

    slug: str
    legal_name: str
    trade_name: str
    cnpj: str
    approved: bool = True

    def email(self, local_part: str) -> str:
        return f"{local_part}@{self.slug}.example"


ACME = Firm("acme", "Acme Recuperação de Crédito Ltda.", "Acme Cobranças", "11222333000181")
BETA = Firm("beta", "Beta Vendas por Telefone S.A.", "Beta Vendas", "12ABC34501DE35")
GAMA = Firm("gama", "Gama Pesquisas de Opinião Ltda.", "Gama Pesquisas", "A87HBZHB000161", approved=False)
ADMIN_EMAIL = "admin@cadencia.example"
MASTER, SUPERVISOR = ("Helena Castro", "master"), ("Otávio Reis", "supervisor")


class Demo:
    """Seeds what is missing; a second run finds everything and changes nothing but a campaign that isn't running."""

    def __init__(self, *, password: str, contacts: int, seed: int) -> None:
        self._password = password
        self._contacts = contacts
        self._seed = seed

    def seed(self) -> None:
        with schema_context(get_public_schema_name()):
            self._public_row()
            ensure_default_deck()
            if not User.objects.filter(email=ADMIN_EMAIL).exists():
                do_create_global_admin(
                    email=ADMIN_EMAIL, name="Administração", password=self._password, acting_user=None
                )
            for firm in (ACME, BETA, GAMA):
                self._company(firm)
            if carrier_port := os.environ.get("CADENCIA_CARRIER_PORT"):
                self._trunk(int(carrier_port))
            self._numbers(ACME, "+551130034410")
            self._numbers(BETA, "+552130038820")
        with schema_context(ACME.slug):
            self._people(ACME, OPERATORS)
            self._campaign()
        with schema_context(BETA.slug):
            self._people(BETA, OPERATORS[:2])

    def logins(self) -> list[str]:
        """Addresses and logins, for the terminal."""
        base = f"http://localhost:{settings.WEB_PORT}"
        company = f"http://acme.localhost:{settings.WEB_PORT}"
        return [
            f"  Acme Cobranças    {company}/   (or {base}/c/acme/)",
            f"    master          {ACME.email(MASTER[1])}",
            f"    supervisor      {ACME.email(SUPERVISOR[1])}",
            f"    operator        {ACME.email('operador1')}   (robots are at work as 1 to {len(OPERATORS) - 1})",
            f"    operator        {ACME.email(f'operador{len(OPERATORS)}')}   (nobody yet: be this one)",
            f"  Beta Vendas       {base}/c/beta/   {BETA.email(MASTER[1])}",
            f"  Global admin      {base}/   {ADMIN_EMAIL}",
            f"  Password of all   {self._password}",
        ]

    def _public_row(self) -> None:
        # django-tenants wants a row for the public schema too.
        Company.objects.get_or_create(
            schema_name=get_public_schema_name(),
            defaults={"slug": "public", "legal_name": "Cadência", "status": CompanyStatus.APPROVED},
        )

    def _company(self, firm: Firm) -> None:
        company = Company.objects.filter(slug=firm.slug).first() or do_register_company(
            slug=firm.slug,
            legal_name=firm.legal_name,
            trade_name=firm.trade_name,
            cnpj=firm.cnpj,
            acting_user=None,
        )
        if firm.approved and company.status == CompanyStatus.PENDING:
            do_approve_company(company, acting_user=None)

    def _people(self, firm: Firm, operators: tuple[str, ...]) -> None:
        people = [(MASTER, Role.MASTER), (SUPERVISOR, Role.SUPERVISOR)]
        people += [((name, f"operador{number}"), Role.OPERATOR) for number, name in enumerate(operators, 1)]
        for (name, local_part), role in people:
            email = firm.email(local_part)
            if not User.objects.filter(email=email).exists():
                do_create_person(email=email, name=name, role=role, password=self._password, acting_user=None)

    def _trunk(self, port: int) -> None:
        """The way to the real switch's carrier (tools/carrier), on this machine."""
        values: dict[str, Any] = {
            "host": "127.0.0.1",
            "port": port,
            "codecs": ["ulaw"],
            "for_all_companies": True,
            "is_active": True,
        }
        trunk = Trunk.objects.filter(name=TRUNK).first()
        if trunk is None:
            do_create_trunk(name=TRUNK, label="Operadora de demonstração", acting_user=None, **values)
        else:
            do_update_trunk(trunk, acting_user=None, **values)

    def _numbers(self, firm: Firm, number: str) -> None:
        """What the company shows when it calls."""
        if not CallerId.objects.filter(number=number).exists():
            company = Company.objects.get(slug=firm.slug)
            do_create_caller_id(company=company, number=number, label="Central", acting_user=None)

    def _campaign(self) -> None:
        campaign = Campaign.objects.filter(name=CAMPAIGN).first() or do_create_campaign(
            name=CAMPAIGN, wrap_up_s=20, acting_user=None
        )
        do_set_operators(campaign, {operator.pk: 0 for operator in Operator.objects.all()}, acting_user=None)
        if not ContactList.objects.filter(name=LIST).exists():
            do_attach_list(campaign, self._mailing(), acting_user=None)
        if campaign.state != CampaignState.RUNNING:
            do_start(campaign, acting_user=None)

    def _mailing(self) -> ContactList:
        """Import a generated file as a master would: upload, accept the guessed columns, run."""
        file = io.BytesIO()
        write_mailing(file, rows=self._contacts, seed=self._seed)
        file.seek(0)
        upload = do_upload(file, file_name="carteira_novembro.csv", list_name=LIST, acting_user=None)
        do_confirm_import(upload, choices=None, acting_user=None, enqueue=False)
        run_import(ACME.slug, upload.pk)
        upload.refresh_from_db()
        if upload.state != ImportState.DONE:
            raise RuntimeError(f"The demo's mailing was not imported: {upload.failure}")
        return upload.contact_list
