"""`manage.py create_global_admin`: an administrator of the platform."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.actions import do_create_global_admin
from accounts.management.passwords import new_password
from common.errors import DomainError


class Command(BaseCommand):
    help = "Makes a global admin. The password comes from CADENCIA_NEW_PASSWORD or is asked for."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            person = do_create_global_admin(
                email=options["email"], name=options["name"], password=new_password(options["email"]), acting_user=None
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"global admin {person.email}")
