"""Exports of 100,000 rows: when their first byte comes, and what the web's processes hold while they go out."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from tools.bench.figure import Figure
from tools.bench.pages_urls import SLUG
from tools.bench.usage import usage
from tools.stack.stack import Stack

ROWS = 100_000
LOOK_EVERY = 4_000_000
"""Bytes between two looks at the memory."""


def exports(stack: Stack, cookie: str, found: Mapping[str, Any]) -> Iterator[Figure]:
    """Read each file until ROWS rows have come, or its end."""
    addresses = {
        "calls_csv": "calls/?export=csv",
        "calls_xlsx": f"calls/?export=xlsx&outcome=rejected&since={found['day']}T00:00",
        "contacts_csv": f"lists/contacts/?export=csv&list={found['contact_list']}",
        "api_statistics_xlsx": f"api/v1/exports/statistics.xlsx?by=operator&since={found['first_day']}",
        "api_calls_csv": "api/v1/exports/calls.csv",
        "api_contacts_csv": f"api/v1/exports/contacts.csv?contact_list={found['contact_list']}",
    }
    for name, address in addresses.items():
        yield _export(stack, cookie, name, f"/c/{SLUG}/{address}")


def _export(stack: Stack, cookie: str, name: str, path: str) -> Figure:
    before = usage(stack, ["web"])["web"].memory_mb
    most, rows, size, looked, first = before, 0, 0, 0, 0.0
    began = time.perf_counter()
    with httpx.stream("GET", f"{stack.url}{path}", headers={"Cookie": cookie}, timeout=600) as answer:
        answer.raise_for_status()
        for piece in answer.iter_bytes():
            first = first or time.perf_counter() - began
            size += len(piece)
            rows += piece.count(b"\r\n")
            if size - looked > LOOK_EVERY:
                looked = size
                most = max(most, usage(stack, ["web"])["web"].memory_mb)
            if rows > ROWS:
                break
        kind = answer.headers["content-type"]
    detail = {
        "path": path,
        "content_type": kind,
        "rows": rows if "csv" in kind else None,
        "mb": round(size / 1e6, 1),
        "seconds": round(time.perf_counter() - began, 1),
        "memory_mb": [round(before), round(max(most, usage(stack, ["web"])["web"].memory_mb))],
    }
    return Figure(f"pages_export_{name}_first_byte_ms", round(first * 1000, 1), "ms", detail)
