"""Upkeep of calls. Thin: each task goes through companies, one at a time, and one that fails stops no other."""

from __future__ import annotations

import logging
from datetime import timedelta

from celery import shared_task
from redis.exceptions import RedisError

from calls import live, past_figures, recording_rounds
from calls.companies import load_zones
from calls.partitioning import make_partitions as make_missing_partitions
from calls.rebuild import rebuild
from calls.report import successful
from calls.sweep import free_stranded, sweep_gone, sweep_lost, sweep_unsent
from common.clock import now, to_us
from live.redis import client
from tenants.rounds import for_each

log = logging.getLogger(__name__)

_DIALED_LATELY = timedelta(minutes=2)
_RECORDED_LATELY = timedelta(hours=2)
"""Calls that go on for longer, and those that came in, are looked at each minute (heal)."""


@shared_task(name="calls.tasks.sweep")
def sweep() -> None:
    """End calls that were never sent, in the companies that have dialed lately; each two seconds."""
    at = now()
    try:
        schemas = live.dialing_since(client(), to_us(at - _DIALED_LATELY))
        for_each(schemas, lambda schema: sweep_unsent(schema, at))
    except RedisError as error:
        log.warning("no sweep without Redis: %s", error)


@shared_task(name="calls.tasks.heal")
def heal() -> None:
    """Sweep every company and put its live state right; each minute."""
    try:
        for_each(load_zones(), heal_company)
    except RedisError as error:
        log.warning("no healing without Redis: %s", error)


def heal_company(schema: str) -> None:
    """Sweep one company and put its live state right."""
    at = now()
    sweep_unsent(schema, at)
    sweep_lost(schema, at)
    sweep_gone(schema, at)
    free_stranded(schema, at)
    rebuild(schema, full=False)
    recording_rounds.finish_recordings(schema, at)


@shared_task(name="calls.tasks.finish_recordings")
def finish_recordings() -> None:
    """Judge the recordings of calls that have ended, in the companies that have dialed lately; each few seconds."""
    at = now()
    try:
        schemas = live.dialing_since(client(), to_us(at - _RECORDED_LATELY))
    except RedisError as error:
        log.warning("recordings wait for Redis: %s", error)
        return
    for_each(schemas, lambda schema: recording_rounds.finish_recordings(schema, at))


@shared_task(name="calls.tasks.tend_recordings")
def tend_recordings() -> None:
    """Delete recordings by retention and compare every company's rows with its folder; each night."""
    zones = load_zones()
    for_each(zones, tend_company_recordings)
    recording_rounds.report_strange_folders(zones)


def tend_company_recordings(schema: str) -> None:
    """The nightly round of one company, whose schema is active."""
    at = now()
    recording_rounds.expire_recordings(schema, at)
    try:
        recording_rounds.check_folder(schema, at, client())
    except (RedisError, OSError) as error:
        log.error("%s: the folder of recordings was not compared: %s", schema, error)  # noqa: TRY400


@shared_task(name="calls.tasks.sum_up_days")
def sum_up_days() -> None:
    """Add up every company's finished days for reports of months; each five minutes."""
    zones = load_zones()
    for_each(zones, lambda schema: past_figures.sum_up(zones[schema], now(), successful()))


@shared_task(name="calls.tasks.make_partitions")
def make_partitions() -> None:
    """Make the coming months' partitions of every company; each day."""
    for_each(load_zones(), make_company_partitions)


def make_company_partitions(schema: str) -> None:
    """Make the coming months' partitions of one company, whose schema is active."""
    if made := make_missing_partitions(now()):
        log.info("%s: made %s", schema, ", ".join(made))
