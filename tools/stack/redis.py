"""A private Redis: the command that runs it and its configuration, which it reads from its standard input."""

from __future__ import annotations

import asyncio

from tools.stack.binaries import Binary


def server_command(binary: Binary) -> list[str]:
    return [str(binary.path), "-"]


def configuration(folder_name: str, port: int, password: str, *, durable: bool) -> bytes:
    """The whole configuration; through standard input, the password is in no file and on no command line.

    ``appendfsync always``: the marks "this call was dialed" and the streams live here, and what was acknowledged must
    survive. ``everysec`` does not promise that even for a kill -9 of Redis alone: while an earlier fsync is still
    running, Redis postpones the *write* (not only the sync) for up to two seconds, and answers its clients meanwhile.
    ``no`` writes at once, but a power cut takes the last half minute. ``always`` was measured at 0.2 ms instead of 0.07
    for a single client, and over 20,000 writes a second for eight (docs/adr/0003): far above what dialing needs.
    """
    lines = [
        "bind 127.0.0.1",
        f"port {port}",
        f"requirepass {password}",
        f"dir {folder_name}",
        "appendonly yes",
        f"appendfsync {'always' if durable else 'no'}",
        'save ""',
        "maxmemory-policy noeviction",
        "databases 64",
        "loglevel warning",
        "daemonize no",
    ]
    return "".join(f"{line}\n" for line in lines).encode()


async def command(port: int, password: str, *words: str) -> bytes:
    """Send one command, give the raw reply (RESP2, first 64 kB); b"" while nobody answers."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(_encode("AUTH", password))
            if await reader.readline() != b"+OK\r\n":
                return b""
            writer.write(_encode(*words))
            return await reader.read(65536)
        finally:
            writer.close()
    except OSError:
        return b""


async def answers(port: int, password: str) -> bool:
    """Whether it serves; while it loads its file it answers with an error."""
    return await command(port, password, "PING") == b"+PONG\r\n"


def _encode(*words: str) -> bytes:
    parts = [f"*{len(words)}\r\n".encode()]
    for word in words:
        raw = word.encode()
        parts.append(b"$%d\r\n%s\r\n" % (len(raw), raw))
    return b"".join(parts)
