"""Trunks as a global admin sets them, over the platform's API."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.e2e.customers import until
from tests.e2e.product import Product

KNOWN_WITHIN_S = 120.0
"""A refused registration is tried again after a minute."""


def trunk_id(product: Product, name: str) -> int:
    return int(product.rows("SELECT id FROM public.telephony_trunk WHERE name = %s", name)[0]["id"])


def change(product: Product, trunk: int, **values: Any) -> None:
    with product.platform() as http:
        http.patch(f"trunks/{trunk}/", json=values).raise_for_status()


def status(product: Product, trunk: int) -> dict[str, Any]:
    with product.platform() as http:
        found: dict[str, Any] = http.get(f"trunks/{trunk}/status/").raise_for_status().json()
        return found


def comes_to(product: Product, trunk: int, state: str) -> dict[str, Any]:
    """Wait until the nodes see the trunk so."""

    def there() -> dict[str, Any] | None:
        seen = status(product, trunk)
        return seen if seen["state"] == state else None

    return until(there, f"trunk {trunk} {state}", KNOWN_WITHIN_S)


@contextmanager
def resting(product: Product, name: str) -> Iterator[None]:
    """A trunk of the world is out of use for as long as the block lasts."""
    trunk = trunk_id(product, name)
    change(product, trunk, is_active=False)
    try:
        yield
    finally:
        change(product, trunk, is_active=True)


@contextmanager
def in_use(product: Product, name: str, **values: Any) -> Iterator[int]:
    """A trunk that was resting is in use, for all and preferred."""
    trunk = trunk_id(product, name)
    change(product, trunk, is_active=True, priority=1, **values)
    try:
        yield trunk
    finally:
        change(product, trunk, is_active=False)


@contextmanager
def another(product: Product, **values: Any) -> Iterator[int]:
    """One more trunk, preferred over the others, gone afterwards."""
    given = {"host": "127.0.0.1", "codecs": ["ulaw"], "for_all_companies": True, "priority": 1, **values}
    with product.platform() as http:
        answer = http.post("trunks/", json={"label": given["name"], **given})
        assert answer.status_code == 201, answer.text
        made = int(answer.json()["id"])
    try:
        yield made
    finally:
        # One that calls are up on can't be deleted; it must not be preferred by the next test either way.
        change(product, made, is_active=False)
