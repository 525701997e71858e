"""``manage.py campaign start|pause|stop|status --schema acme NAME_OR_ID``"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django_tenants.utils import schema_context

from campaigns import actions
from campaigns.choices import CampaignState
from campaigns.contact_states import contacts_by_state
from campaigns.models import Campaign
from campaigns.selectors import find
from common.errors import DomainError
from tenants.selectors import active_schemas

_DO = {"start": actions.do_start, "pause": actions.do_pause, "resume": actions.do_start, "stop": actions.do_stop}


class Command(BaseCommand):
    help = "Start, pause, resume or stop a campaign, or say how it stands."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("verb", choices=[*_DO, "status"])
        parser.add_argument("campaign", metavar="NAME_OR_ID")
        parser.add_argument("--schema", required=True, help="the company's schema, as acme")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["schema"] not in active_schemas():
            raise CommandError(f"No approved company has the schema “{options['schema']}”.")
        with schema_context(options["schema"]):
            try:
                campaign = find(options["campaign"])
                if do := _DO.get(options["verb"]):
                    campaign = do(campaign, acting_user=None)
            except DomainError as error:
                raise CommandError(str(error)) from error
            self.stdout.write(self._status(campaign))

    def _status(self, campaign: Campaign) -> str:
        counts = ", ".join(f"{state} {count}" for state, count in contacts_by_state(campaign).items())
        return f"{campaign.pk} {campaign.name}: {CampaignState(campaign.state).label} ({counts})"
