"""``manage.py import_list --schema acme --name "June" FILE``: a list comes in from the command line."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from django_tenants.utils import schema_context
from redis.exceptions import RedisError

from common.errors import DomainError
from contacts.actions import do_confirm_import, do_delete_empty_list, do_upload
from contacts.choices import ImportState
from contacts.exceptions import WrongColumnsError
from contacts.importing import run_import
from contacts.labels import failure_text
from contacts.mailing.columns import ColumnRole
from contacts.models import Import
from contacts.selectors import import_result
from contacts.tasks import ProgressTeller
from tenants.selectors import active_schemas

READ_BYTES = 1 << 20


class Command(BaseCommand):
    help = "Import a CSV or Excel file as a contact list, with the columns as guessed, and wait for the result."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--schema", required=True, help="the company's schema")
        parser.add_argument("--name", default="", help="the list's name; the file's name if left out")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._import(options["schema"], options["file"], options["name"])
        except (OperationalError, RedisError) as error:
            raise CommandError(f"PostgreSQL or Redis is away: {str(error).splitlines()[0]}") from error

    def _import(self, schema: str, path: Path, name: str) -> None:
        if schema not in active_schemas():
            raise CommandError(f"No approved company has the schema {schema!r}.")
        with schema_context(schema):
            import_ = self._upload(path, name)
            self._say_columns(import_)
            teller = ProgressTeller(schema)
            run_import(schema, import_.pk, on_progress=teller)
            import_.refresh_from_db()
            self._say_result(import_)

    def _upload(self, path: Path, name: str) -> Import:
        try:
            with path.open("rb") as file:
                chunks = iter(lambda: file.read(READ_BYTES), b"")
                import_ = do_upload(chunks, file_name=path.name, list_name=name, acting_user=None)
        except DomainError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        try:
            return do_confirm_import(import_, choices=None, acting_user=None, enqueue=False)
        except WrongColumnsError as error:
            do_delete_empty_list(import_.contact_list, acting_user=None)
            raise CommandError(str(error)) from error

    def _say_columns(self, import_: Import) -> None:
        for column in import_.columns:
            number = f" {column['position']}" if column["position"] else ""
            if column["role"] != ColumnRole.EXTRA:
                self.stdout.write(f"  {column['header']} → {column['role']}{number}")

    def _say_result(self, import_: Import) -> None:
        result = import_result(import_)
        self.stdout.write(
            f"List {import_.contact_list_id}: {import_.rows_read} rows, {import_.contacts_created} contacts,"
            f" {import_.phones_created} phones, {import_.rows_refused} rows refused."
        )
        for line in (*result.refused, *result.notes):
            self.stdout.write(f"  {line.rows:>8}  {line.label}")
        if import_.state != ImportState.DONE:
            raise CommandError(failure_text(import_.failure) or str(import_.get_state_display()))
