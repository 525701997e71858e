"""The private PostgreSQL and Redis: real ones, started, killed and found again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from tests.tools.stack_parts import BASE_PORT, lend_servers, processes_of
from tools.stack import Stack, StackError
from tools.stack.layout import ROOT


@pytest.fixture
def closed_root(tmp_path: Path) -> Path:
    """A checkout below a folder that only its owner may enter, with what a stack reads from it."""
    closed = tmp_path / "closed"
    root = closed / "checkout"
    root.mkdir(parents=True)
    closed.chmod(0o700)
    (root / "requirements").symlink_to(ROOT / "requirements")
    (root / ".venv").symlink_to(ROOT / ".venv")
    return root


def _stack(root: Path, profile: str = "durable") -> Stack:
    return Stack(root, profile=profile, base_port=BASE_PORT + 10)


def _remember(stack: Stack, word: str) -> None:
    with psycopg.connect(stack.env["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
        connection.execute("INSERT INTO kept VALUES (%s)", [word])
    with redis.Redis.from_url(stack.env["REDIS_URL"]) as client:
        client.rpush("kept", word)


def _remembered(stack: Stack) -> tuple[list[str], list[str]]:
    with psycopg.connect(stack.env["DATABASE_URL"]) as connection:
        rows = [row[0] for row in connection.execute("SELECT word FROM kept ORDER BY word")]
    with redis.Redis.from_url(stack.env["REDIS_URL"], decode_responses=True) as client:
        return rows, client.lrange("kept", 0, -1)


def test_below_a_closed_folder_a_second_start_keeps_the_data_and_kill_9_loses_none(closed_root: Path) -> None:
    with _stack(closed_root) as stack:
        _remember(stack, "first")
        for server in ("postgres", "redis"):
            stack.wait_restarted(server, stack.kill9(server))
        assert _remembered(stack) == (["first"], ["first"])
        _remember(stack, "second")
    assert not processes_of(stack)
    assert closed_root.parent.stat().st_mode & 0o777 == 0o700
    with _stack(closed_root) as stack:
        assert _remembered(stack) == (["first", "second"], ["first", "second"])


def test_the_servers_let_nobody_in_without_the_password(closed_root: Path) -> None:
    with _stack(closed_root) as stack:
        url = stack.env["DATABASE_URL"].replace(":", ":x", 2).replace(":x//", "://")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(url)
        with redis.Redis(port=stack.ports.redis) as client, pytest.raises(redis.AuthenticationError):
            client.ping()
        assert stack.layout.secrets.stat().st_mode & 0o077 == 0
        assert stack.layout.env_file.stat().st_mode & 0o077 == 0
        password = stack.env["REDIS_URL"].split(":")[2].split("@")[0]
        for pid in processes_of(stack):
            assert password.encode() not in Path(f"/proc/{pid}/cmdline").read_bytes()


def test_a_setup_that_was_cut_off_is_made_anew(closed_root: Path) -> None:
    home = closed_root / "var" / "durable"
    (home / "postgres.new" / "base").mkdir(parents=True)
    with _stack(closed_root) as stack:
        _remember(stack, "made")
        assert not (home / "postgres.new").exists()


def test_data_of_a_version_that_is_gone_is_named_and_not_touched(closed_root: Path) -> None:
    folder = closed_root / "var" / "durable" / "postgres"
    folder.mkdir(parents=True)
    (folder / "PG_VERSION").write_text("9")
    with pytest.raises(StackError, match=r"was made by PostgreSQL 9, .*`make demo-reset`"):
        _stack(closed_root).__enter__()
    assert (folder / "PG_VERSION").read_text() == "9"


@pytest.mark.slow
def test_a_machine_without_servers_gets_them_from_wheels(closed_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CADENCIA_SERVERS", "wheels")
    with _stack(closed_root) as stack:
        _remember(stack, "from wheels")
        with psycopg.connect(stack.env["DATABASE_URL"]) as connection:
            assert connection.info.server_version // 10000 == 18
        with redis.Redis.from_url(stack.env["REDIS_URL"]) as client:
            assert client.info("server")["redis_version"].startswith("6.2")
        old_pid = stack.kill9("redis")
        stack.wait_restarted("redis", old_pid)
        assert _remembered(stack) == (["from wheels"], ["from wheels"])


@pytest.fixture
def open_checkout() -> Iterator[Path]:
    """A copy of the tools that any user may read, as /tmp/pytest-of-… is closed."""
    folder = Path(tempfile.mkdtemp(prefix="cadencia-test-"))
    folder.chmod(0o755)
    for name in ("tools/__init__.py", "tools/stack", "tools/asterisk", "tools/carrier", "tools/phones", "requirements"):
        source, target = ROOT / name, folder / name
        target.parent.mkdir(exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_an_ordinary_user_runs_the_servers_as_himself(open_checkout: Path) -> None:
    lend_servers(open_checkout)
    (open_checkout / "var").chmod(0o777)
    code = f"""
import os, sys
from tools.stack import Stack
with Stack(profile="durable", base_port={BASE_PORT + 20}) as stack:
    print({{os.stat(f"/proc/{{stack.pid(name)}}").st_uid for name in ("postgres", "redis")}} == {{os.getuid()}})
"""
    python = _python_for_all()
    done = subprocess.run(
        [python, "-c", code], check=False, cwd=open_checkout, user="nobody", group="nogroup", extra_groups=[],
        env={"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.stderr == ""
    assert done.stdout == "True\n"


def _python_for_all() -> str:
    """A Python that other users may run too."""
    for python in (sys.executable, "/usr/bin/python3"):
        code = "import sys; sys.exit(sys.version_info < (3, 11))"
        try:
            done = subprocess.run([python, "-c", code], check=False, cwd="/", user="nobody", capture_output=True)
        except OSError:
            continue
        if done.returncode == 0:
            return python
    pytest.skip("every Python of at least 3.11 here is closed to other users")
