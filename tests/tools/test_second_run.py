"""The second run of the few tests that failed: what it forgives, and what not."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, cast

import pytest

from tools.stack import testing
from tools.stack.stack import Stack

ONCE = """
import pathlib
import pytest

@pytest.mark.parametrize("number", range({count}))
def test_fails_at_first(number):
    seen = pathlib.Path(__file__).with_name(f"seen{{number}}")
    if {ever} and not seen.exists():
        seen.touch()
        assert False, "the machine was busy"
    assert {passes}
"""


class _Stack:
    """As much of a stack as running pytest takes."""

    def __init__(self, folder: Path) -> None:
        self.env = {"PATH": "/usr/bin:/bin"}
        self.layout: Any = self
        self.home = self.root = folder
        self.python = sys.executable


def _try(folder: Path, *, count: int, ever: bool, passes: bool) -> testing.Outcome:
    (folder / "test_some.py").write_text(ONCE.format(count=count, ever=ever, passes=passes))
    (folder / "pytest.ini").write_text("[pytest]\n")
    stack = cast(Stack, _Stack(folder))
    return testing.run_patiently(stack, None, ["-p", "no:django", "test_some.py"], report="junit")


def test_what_passes_is_run_once(tmp_path: Path) -> None:
    assert _try(tmp_path, count=2, ever=False, passes=True) == testing.Outcome(passed=True)
    assert not (tmp_path / "junit-again.xml").exists()


def test_a_test_that_passes_alone_is_named(tmp_path: Path) -> None:
    outcome = _try(tmp_path, count=2, ever=True, passes=True)

    assert outcome.passed
    assert outcome.flaky == ("test_some::test_fails_at_first[0]", "test_some::test_fails_at_first[1]")


@pytest.mark.parametrize(("count", "ever"), [(1, False), (testing.FEW + 1, True)])
def test_what_fails_twice_or_in_numbers_has_failed(tmp_path: Path, count: int, ever: bool) -> None:
    assert not _try(tmp_path, count=count, ever=ever, passes=count != 1).passed


def test_what_failed_in_former_runs_is_not_run_again(tmp_path: Path) -> None:
    former = tmp_path / "test_former.py"
    former.write_text("def test_fails(): assert False")
    stack = cast(Stack, _Stack(tmp_path))
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    assert testing.run(stack, None, ["-p", "no:django", "test_former.py"]) == testing.SOME_FAILED

    assert _try(tmp_path, count=1, ever=True, passes=True).passed
