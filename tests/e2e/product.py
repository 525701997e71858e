"""The whole product on a real Asterisk, as the tests see it from outside."""

from __future__ import annotations

import csv
import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg
from psycopg.rows import dict_row

from tests.e2e.customers import Customers
from tests.e2e.seed import COMPANY
from tools.asterisk import Instance
from tools.stack import commands, switch
from tools.stack.parts import PROGRAM
from tools.stack.stack import Stack

PASSWORD = "uma-senha-bem-comprida"
MASTER, SUPERVISOR = f"master@{COMPANY}.example", f"supervisor@{COMPANY}.example"
ADMIN = "admin@cadencia.example"


@dataclass
class Product:
    stack: Stack
    customers: Customers

    @property
    def url(self) -> str:
        return f"http://{COMPANY}.localhost:{self.stack.ports.web}"

    @property
    def switch(self) -> Instance:
        keys = {"ami_secret": self.stack.own_env["AMI_SECRET"], "ari_secret": self.stack.own_env["ARI_SECRET"]}
        return switch.instance(self.stack.layout, self.stack.ports, **keys)

    # ── Making.

    def campaign(self, name: str, numbers: list[str], operators: list[int], **more: Any) -> int:
        """Give the id of a running campaign (tests.e2e.seed.campaign)."""
        return int(self.seed("campaign", name=name, numbers=numbers, operators=operators, **more)["id"])

    def seed(self, what: str, **arguments: Any) -> dict[str, Any]:
        done = self.stack.python("-m", "tests.e2e.seed", what, json.dumps(arguments), stdout=subprocess.PIPE, text=True)
        made: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return made

    def move(self, campaign_id: int, to: str) -> None:
        """As the master, over the API: ``start``, `pause` or `stop` a campaign."""
        with self.session(MASTER) as http:
            http.post(f"campaigns/{campaign_id}/{to}/").raise_for_status()

    def rest(self) -> None:
        """No campaign dials any more."""
        for row in self.rows("SELECT id FROM campaigns_campaign WHERE state = 'running'"):
            self.move(row["id"], "pause")

    # ── Looking.

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """What the database says, in the company's schema."""
        with psycopg.connect(self.stack.own_env["DATABASE_URL"], row_factory=dict_row) as connection:
            connection.execute(f"SET search_path TO {COMPANY}, public")
            return connection.execute(query, values or None).fetchall()

    def calls(self, campaign_id: int) -> list[dict[str, Any]]:
        """Its customers' calls, without the legs outside of their conversations."""
        query = "SELECT * FROM calls_call WHERE campaign_id = %s AND parent_id IS NULL ORDER BY created_at"
        return self.rows(query, campaign_id)

    def ended_calls(self, campaign_id: int) -> list[dict[str, Any]]:
        """The campaign's calls once there are some and all have ended, else none."""
        calls = self.calls(campaign_id)
        return calls if all(call["state"] == "ended" for call in calls) else []

    def cdr(self) -> list[dict[str, str]]:
        """Asterisk's own record, one row for each pair of channels (asterisk/etc/cdr_custom.conf)."""
        names = ("uniqueid", "linkedid", "start", "answer", "end", "s", "billed_s", "disposition", "channel", "other",
                 "exten")  # fmt: skip
        if not self.switch.cdr.exists():
            return []
        with self.switch.cdr.open(encoding="utf-8", newline="") as file:
            return [dict(zip(names, row, strict=True)) for row in csv.reader(file)]

    def calls_in_cdr(self, trunk: str = "customers") -> set[str]:
        """Of whom the switch says that it called over the trunk: ids of calls."""
        return {row["uniqueid"] for row in self.cdr() if row["channel"].startswith(f"PJSIP/{trunk}-")}

    def check_figures(self) -> None:
        """Raises StackError when the figures don't say what the calls say."""
        self.stack.manage("check_figures")

    @contextmanager
    def session(self, email: str, company: str = COMPANY) -> Iterator[httpx.Client]:
        """The API, as one of a company's people."""
        address = f"http://127.0.0.1:{self.stack.ports.web}/api/v1/"
        with httpx.Client(base_url=address, headers={"host": f"{company}.localhost"}, timeout=60) as http:
            http.headers["X-CSRFToken"] = http.get("session/").json()["csrf_token"]
            answer = http.post("session/", json={"email": email, "password": PASSWORD}).raise_for_status()
            http.headers["X-CSRFToken"] = answer.json()["csrf_token"]
            yield http

    @contextmanager
    def platform(self) -> Iterator[httpx.Client]:
        """The platform's API, as a global admin."""
        with httpx.Client(base_url=f"http://localhost:{self.stack.ports.web}/api/v1/", timeout=60) as http:
            http.headers["X-CSRFToken"] = http.get("session/").json()["csrf_token"]
            answer = http.post("session/", json={"email": ADMIN, "password": PASSWORD}).raise_for_status()
            http.headers["X-CSRFToken"] = answer.json()["csrf_token"]
            yield http


def why_not() -> str:
    """What these tests miss on this machine, "" for nothing."""
    from tools.asterisk import tree
    from tools.stack.environment import find_chromium

    if reason := tree.why_not():
        return f"no real Asterisk here: {reason}"
    if not tree.is_made():
        return "no real Asterisk here: `python -m tools.asterisk install` makes one"
    return "" if find_chromium() else "no Chromium on this machine (apt-get install chromium)"


@contextmanager
def running(profile: str, port: int, *, operators: int = 4, env: Mapping[str, str] | None = None) -> Iterator[Product]:
    """A fresh stack with its company; everything of it is gone afterwards."""
    commands.reset(profile)
    # No robots here, unless `env` says so: every extension is a browser's.
    env = {"CADENCIA_DEMO_PASSWORD": PASSWORD, "AMI_PLAIN_PHONES": "", **(env or {})}
    with Stack(profile=profile, base_port=port, env=env, real_switch=True) as stack:
        stack.manage("migrate_schemas", "--shared", "--verbosity", "0")
        customers = Customers(stack.ports.sip, port + 8)
        with customers:
            product = Product(stack, customers)
            product.seed(
                "world", operators=operators, customers_port=port + 8, carrier_port=stack.ports.carrier,
                password=PASSWORD,
            )  # fmt: skip
            stack.start(*PROGRAM, "carrier")
            stack.wait_ready(*PROGRAM, timeout_s=180)
            yield product
    commands.reset(profile)
