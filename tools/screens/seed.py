"""Seeds what the pictures show, beyond the demo's world: `python -m tools.screens.seed` in a stack's environment.

Needs CADENCIA_DEMO_PASSWORD, and the parts of the product not yet started: it writes the past.
"""

from __future__ import annotations

import os
import sys

import django

CONTACTS = 6_000
DAYS = 2
"""Beside today."""


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dialer.settings")
    django.setup()
    from django_tenants.utils import get_public_schema_name, schema_context

    from agents.models import Operator
    from campaigns.models import Campaign
    from tenants.models import Company
    from tools.demo.world import ACME, CAMPAIGN, Demo
    from tools.screens.office import Office
    from tools.screens.past import write_days, write_recordings
    from tools.screens.platform import furnish_platform

    password = os.environ["CADENCIA_DEMO_PASSWORD"]
    Demo(password=password, contacts=CONTACTS, seed=7).seed()
    with schema_context(get_public_schema_name()):
        furnish_platform()
        zone = Company.objects.get(slug=ACME.slug).zone
    with schema_context(ACME.slug):
        office = Office(ACME.slug, password=password)
        second = office.furnish()
        first = Campaign.objects.get(name=CAMPAIGN)
        late = list(Operator.objects.order_by("pk"))
        early = office.early_shift()
        office.invite()
        write_days(ACME.slug, first, early[:6], late[:9] + late[-1:], zone=zone, days=DAYS)
        write_days(ACME.slug, second, early[6:], late[9:-1], zone=zone, days=DAYS)
        write_recordings(ACME.slug)
        office.tell()
        office.promise(first, zone)
    return 0


if __name__ == "__main__":
    sys.exit(main())
