"""What follows a tool's name on the command line reaches the tool."""

from __future__ import annotations

import pytest

from tools.stack.__main__ import _parse


@pytest.mark.parametrize("command", ["test", "bench", "drill", "screens"])
def test_a_tool_gets_its_own_arguments_also_when_they_begin_with_dashes(command: str) -> None:
    assert _parse([command, "--only", "spine", "-x"]).arguments == ["--only", "spine", "-x"]


def test_other_commands_refuse_what_they_do_not_know(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        _parse(["setup", "--only"])
    assert "unrecognized arguments: --only" in capsys.readouterr().err
