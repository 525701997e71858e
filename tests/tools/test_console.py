"""The terminal and the log files of a stack."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from tools.stack.console import Console


def test_a_disk_that_takes_no_more_lines_is_told_of_once_and_the_terminal_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    console = Console(tmp_path, shown=True)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))  # as on a full disk: no file grows
    try:
        console.write("web", "one")
        console.write("web", "two")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    console.write("web", "three")
    console.close()

    lines = [line.partition("|")[2].strip() for line in capsys.readouterr().out.splitlines()]
    assert [line.split(":")[0] for line in lines] == [f"No log can be written below {tmp_path}", "one", "two", "three"]
    assert (tmp_path / "web.log").read_text().endswith(" three\n")
