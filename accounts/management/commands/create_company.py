"""`manage.py create_company`: a working company with its first master, in one step or in several tries."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django_tenants.utils import schema_context

from accounts.actions import do_create_person
from accounts.choices import Role
from accounts.management.passwords import new_password
from accounts.models import User
from common.errors import DomainError
from tenants.actions import do_approve_company, do_register_company
from tenants.choices import CompanyStatus
from tenants.models import Company


class Command(BaseCommand):
    help = (
        "Registers and approves a company and makes its first master. The master's password comes from"
        " CADENCIA_NEW_PASSWORD or is asked for. What an earlier, broken run has done already is kept."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="address: <slug>.<public domain> and /c/<slug>/")
        parser.add_argument("--name", required=True, help="legal name")
        parser.add_argument("--trade-name", default="")
        parser.add_argument("--cnpj", default="")
        parser.add_argument("--timezone", default="America/Sao_Paulo")
        parser.add_argument("--master-email", required=True)
        parser.add_argument("--master-name", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            company = self._company(options)
            self._master(company, options)
        except DomainError as error:
            raise CommandError(str(error)) from error

    def _company(self, options: dict[str, Any]) -> Company:
        company: Company | None = Company.objects.filter(slug=options["slug"]).first()
        if company is None:
            company = do_register_company(
                slug=options["slug"],
                legal_name=options["name"],
                trade_name=options["trade_name"],
                cnpj=options["cnpj"],
                timezone=options["timezone"],
                acting_user=None,
            )
        if company.status == CompanyStatus.PENDING:
            company = do_approve_company(company, acting_user=None)
            self.stdout.write(f"{company.slug}: approved")
        if not company.is_active:
            raise CommandError(f"{company.slug} exists and is {company.get_status_display()}.")
        return company

    def _master(self, company: Company, options: dict[str, Any]) -> None:
        with schema_context(company.schema_name):
            if User.objects.filter(role=Role.MASTER).exists():
                self.stdout.write(f"{company.slug}: has a master already")
                return
            person = do_create_person(
                email=options["master_email"],
                name=options["master_name"],
                role=Role.MASTER,
                password=new_password(options["master_email"]),
                acting_user=None,
            )
            self.stdout.write(f"{company.slug}: master {person.email}")
