"""Operators who are robots with plain telephones: a team at work that needs no browser."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tests.e2e.product import PASSWORD, Product
from tests.e2e.seed import COMPANY

PROFILE, PORT = "e2e3", 19_400
ENV = {
    "CADENCIA_NEW_PASSWORD": PASSWORD,
    "AMI_PLAIN_PHONES": r"\d+",
    "CADENCIA_RECORDINGS_FULL_BYTES": "100000",
    "CADENCIA_RECORDINGS_LOW_BYTES": "200000",
    "TELEPHONY_NODES": "sim1,nowhere",
}
"""Of the stack that the tests with robots share. A small disk is full; one of the nodes in the settings isn't there."""
SPEED = "6"
"""Wrap-up of about a second."""


@contextmanager
def at_work(product: Product, operators: Sequence[int]) -> Iterator[None]:
    """These operators (1, 2, …) take calls of all their campaigns for as long as the block lasts."""
    stack = product.stack
    command = [
        str(stack.layout.python), "-m", "tools.demo.robots", "--base", f"http://127.0.0.1:{stack.ports.web}",
        "--host", f"{COMPANY}.localhost", "--sip", f"127.0.0.1:{stack.ports.sip}", "--speed", SPEED,
        "--emails", ",".join(f"operador{number}@{COMPANY}.example" for number in operators),
    ]  # fmt: skip
    with (stack.layout.logs / "team.log").open("ab") as log:
        team = subprocess.Popen(command, cwd=stack.layout.root, env=stack.env, stdout=log, stderr=log)
    try:
        yield
    finally:
        team.terminate()
        try:
            team.wait(timeout=30)
        except subprocess.TimeoutExpired:
            team.kill()
            team.wait()


def states(product: Product, operators: Sequence[int]) -> list[str]:
    """Each one's state on shift, "off" without one."""
    rows = product.rows(
        "SELECT o.id, coalesce(s.state, 'off') AS state FROM agents_operator o "
        "LEFT JOIN agents_operatorsession s ON s.operator_id = o.id AND s.ended_at IS NULL ORDER BY o.id"
    )
    return [rows[number - 1]["state"] for number in operators]
