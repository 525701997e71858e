"""`manage.py demo_summary`: what the demo did, read from the database, and whether the figures add up."""

from __future__ import annotations

import json
import re
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django_tenants.utils import schema_context

from calls.models import Call
from campaigns.consistency import check_figures
from campaigns.summary import Summary, summarize
from common.clock import now
from tenants.selectors import active_schemas, company_for

CALL_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Command(BaseCommand):
    help = "Prints outcomes, abandonment, occupancy and cost since an instant; fails when they don't add up."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", required=True, type=datetime.fromisoformat, help="ISO 8601 with offset")
        parser.add_argument("--switch-record", type=Path, help="the switch's own: dialed.jsonl or cel.csv")

    def handle(self, *args: Any, **options: Any) -> None:
        since: datetime = options["since"]
        if since.tzinfo is None:
            raise CommandError("--since needs an offset, as 2026-11-22T10:00:00+00:00.")
        problems: list[str] = []
        dialed: set[str] = set()
        ended = 0
        for schema in active_schemas():
            company = company_for(schema)
            with schema_context(schema):
                summary = summarize(since=since, now=now())
                results = check_figures(company.timezone)
                dialed |= _dialed_calls(since)
            self._print(str(company), summary)
            ended += summary.ended
            problems += [f"{schema}: {r.name}: {', '.join(r.examples)}" for r in results if not r.holds]
        if ended == 0:
            problems.append("no call has ended: nothing was shown")
        if options["switch_record"]:
            problems += _against_the_switch(options["switch_record"], since, dialed)
        if problems:
            raise CommandError("The figures do not add up:\n  " + "\n  ".join(problems))
        self.stdout.write(self.style.SUCCESS("The figures add up."))

    def _print(self, company: str, summary: Summary) -> None:
        write = self.stdout.write
        write(f"\n{company}")
        for outcome, (count, price) in summary.by_outcome.items():
            write(f"  {outcome.replace('_', ' '):<24}{count:>7}   R$ {price:>12.4f}")
        if summary.outside[0]:
            write(f"  {'legs outside':<24}{summary.outside[0]:>7}   R$ {summary.outside[1]:>12.4f}")
        write(f"  {'ended calls':<24}{summary.ended:>7}   R$ {summary.billed:>12.4f} billed")
        write(f"  {'still open':<24}{summary.open_calls:>7}")
        write(f"  {'abandoned':<24}{_percent(summary.abandon_rate):>7}   of people who answered")
        write(f"  {'occupancy':<24}{_percent(summary.occupancy):>7}   talking and wrap-up, of the time without pauses")


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def _dialed_calls(since: datetime) -> set[str]:
    """Customers' calls: a leg outside has a channel of another name."""
    dialed = Call.objects.filter(dialed_at__gte=since, parent_id__isnull=True)
    return {str(call_id) for call_id in dialed.values_list("id", flat=True)}


def _against_the_switch(record: Path, since: datetime, dialed: set[str]) -> list[str]:
    """Hold what the switch says it dialed against the calls in the database."""
    with record.open(encoding="utf-8") as lines:
        told = [_customer_of(line) if record.suffix == ".csv" else _dialed(line) for line in lines]
    on_switch = [call_id for call_id, at in told if call_id and at >= since.timestamp()]
    problems = []
    if twice := len(on_switch) - len(set(on_switch)):
        problems.append(f"the switch dialed {twice} call(s) twice")
    if unknown := set(on_switch) - dialed:
        problems.append(f"{len(unknown)} call(s) dialed by the switch are not in the database")
    if missing := dialed - set(on_switch):
        problems.append(f"{len(missing)} call(s) of the database were not dialed by the switch")
    return problems


def _dialed(line: str) -> tuple[str, float]:
    """The call that a line of the simulated switch's record says was dialed, "" for none."""
    entry = json.loads(line)
    return (entry["call_id"] if entry["event"] == "dialed" else "", entry["at"])


def _customer_of(line: str) -> tuple[str, float]:
    """The call whose channel began with a line of Asterisk's log (telephony/ami/cel.py), "" for other lines."""
    kind, at, uniqueid = line.split(",", 3)[:3]
    return (uniqueid if kind == "CHAN_START" and CALL_ID.fullmatch(uniqueid) else "", float(at))
