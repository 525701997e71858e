"""A private PostgreSQL: making its data folder and the command that runs it."""

from __future__ import annotations

import asyncio
import os
import shutil
import struct
import subprocess
from pathlib import Path

from tools.stack.account import Account, make_private_folder, opened
from tools.stack.binaries import Binary
from tools.stack.errors import StackError
from tools.stack.layout import Layout
from tools.stack.settings import DATABASE

_PROTOCOL_3 = 196608
_COMMON = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "wal_compression": "on",
    "random_page_cost": "1.1",
    # A company is a schema of its own with dozens of tables, and one migration may lock all of them.
    "max_locks_per_transaction": "512",
    # Our queries are short; compiling them costs more than it gives.
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_line_prefix": "",
}
_FOR_TESTS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "on"}
"""A test's database need not survive the machine's crash."""


def make_cluster(layout: Layout, binary: Binary, account: Account, password: str) -> None:
    """Make the data folder with one superuser and one database, all or nothing; an existing one is kept."""
    if (layout.postgres / "PG_VERSION").is_file():
        return
    scratch = layout.home / "postgres.new"
    for leftover in (scratch, layout.postgres):
        shutil.rmtree(leftover, ignore_errors=True)
    make_private_folder(scratch, account)
    _initdb(scratch, binary, account, password)
    _create_database(scratch, binary, account)
    scratch.rename(layout.postgres)


def _initdb(folder: Path, binary: Binary, account: Account, password: str) -> None:
    # The password goes through memory: no file and no command line ever holds it.
    memory = os.memfd_create("password")
    os.write(memory, password.encode() + b"\n")
    try:
        with opened(folder) as data:
            _run(
                [
                    str(binary.beside("initdb")), "-D", data.name, "-U", DATABASE, "-E", "UTF8", "--locale=C.UTF-8",
                    "-A", "scram-sha-256", f"--pwfile=/proc/self/fd/{memory}", "-N",
                ],
                account, (data.descriptor, memory),
            )  # fmt: skip
    finally:
        os.close(memory)


def _create_database(folder: Path, binary: Binary, account: Account) -> None:
    """In single-user mode, as no client is at hand before the virtual environment has one."""
    with opened(folder) as data:
        command = [str(binary.path), "--single", "-D", data.name, "postgres"]
        _run(command, account, (data.descriptor,), text=f"CREATE DATABASE {DATABASE}\n")


def _run(command: list[str], account: Account, descriptors: tuple[int, ...], text: str = "") -> None:
    done = subprocess.run(
        command,
        check=False,
        input=text,
        capture_output=True,
        text=True,
        pass_fds=descriptors,
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
        **account.popen_arguments(),
    )
    if done.returncode != 0 or "ERROR" in done.stderr:
        lines = done.stderr.strip().splitlines() or ["(no message)"]
        raise StackError(f"PostgreSQL could not be set up: {lines[-1]}")


def server_command(binary: Binary, folder_name: str, port: int, *, durable: bool) -> list[str]:
    """``folder_name`` is the data folder as the child will see it."""
    options = {**_COMMON, **({} if durable else _FOR_TESTS), "port": str(port)}
    settings = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    return [str(binary.path), "-D", folder_name, *settings]


async def answers(port: int) -> bool:
    """Whether the server takes sessions: it asks for a password, instead of "is starting up"."""
    parameters = b"user\0" + DATABASE.encode() + b"\0database\0" + DATABASE.encode() + b"\0\0"
    packet = struct.pack("!ii", len(parameters) + 8, _PROTOCOL_3) + parameters
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(packet)
            return await reader.read(1) == b"R"
        finally:
            writer.close()
    except OSError:
        return False
