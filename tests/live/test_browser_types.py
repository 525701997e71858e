"""TypeScript types of browser events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

import pytest
from django.core.management import CommandError, call_command

from live.event import REGISTRY, BrowserEvent
from live.typescript import UnsupportedTypeError, generate


@dataclass(frozen=True, slots=True)
class Spot:
    x: float
    label: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything(BrowserEvent):
    type: ClassVar[str] = "toy.everything"
    count: int
    on: bool
    kind: Literal["a", "b"]
    spots: list[Spot] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)
    mixed: tuple[int | None, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsayable(BrowserEvent):
    type: ClassVar[str] = "toy.unsayable"
    thing: object


del REGISTRY["toy.everything"], REGISTRY["toy.unsayable"]


def test_every_kind_of_field_has_its_type() -> None:
    text = generate([Everything])

    assert "export interface Spot {\n  x: number;\n  label: string | null;\n}\n" in text
    assert (
        "export interface Everything {\n"
        "  count: number;\n"
        "  on: boolean;\n"
        '  kind: "a" | "b";\n'
        "  spots: Spot[];\n"
        "  names: Record<string, number>;\n"
        "  mixed: (number | null)[];\n"
        "}\n"
    ) in text
    assert 'export type BrowserEvent =\n  | { type: "toy.everything"; data: Everything };\n' in text


def test_a_field_that_json_can_not_hold_is_refused_by_name() -> None:
    with pytest.raises(UnsupportedTypeError, match=r"Unsayable\.thing"):
        generate([Unsayable])


def test_the_generated_file_is_up_to_date() -> None:
    call_command("generate_browser_types", "--check")


def test_a_stale_file_is_told(settings: Any, tmp_path: Any) -> None:
    settings.BASE_DIR = tmp_path

    with pytest.raises(CommandError, match="out of date"):
        call_command("generate_browser_types", "--check")
    call_command("generate_browser_types", verbosity=0)
    call_command("generate_browser_types", "--check")
