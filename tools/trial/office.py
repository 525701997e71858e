"""A company made from nothing, as docs/deployment.md tells it: admin, company, trunk, people, list, campaign."""

from __future__ import annotations

import io
import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

import httpx

from tools.demo.mailing import write_mailing
from tools.trial.visitor import RefusedError, Visitor

ADMIN = "admin@trial.example"
SLUG = "prova"
MASTER = f"master@{SLUG}.example"
SETTLE_S = 120.0


class TrialError(Exception):
    """What was to happen didn't."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the product is, and how its containers are spoken to."""

    domain: str
    port: int
    compose: Sequence[str]
    password: str

    @property
    def host(self) -> str:
        return f"{SLUG}.{self.domain}"

    def manage(self, *arguments: str) -> str:
        """`manage.py` in the web container. The password goes by name, so that no list of processes has it."""
        command = [*self.compose, "exec", "-T", "-e", "CADENCIA_NEW_PASSWORD", "web", "python", "manage.py", *arguments]
        done = subprocess.run(
            command, check=False, capture_output=True, text=True,
            env={**os.environ, "CADENCIA_NEW_PASSWORD": self.password},
        )  # fmt: skip
        if done.returncode:
            raise TrialError(f"manage.py {arguments[0]}: {done.stdout}{done.stderr}")
        return done.stdout

    def wait(self) -> None:
        """Until the pages answer: containers that have just been made anew need a moment."""
        deadline = time.monotonic() + SETTLE_S
        while time.monotonic() < deadline:
            try:
                if Visitor(self.port, self.domain, "", "").fetch("/healthz", 100).status_code == HTTPStatus.OK:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(1)
        raise TrialError("nothing answers at /healthz")

    def admin(self) -> Visitor:
        return Visitor(self.port, self.domain, ADMIN, self.password)

    def master(self) -> Visitor:
        return Visitor(self.port, self.host, MASTER, self.password)


def operator_email(number: int) -> str:
    return f"operador{number}@{SLUG}.example"


def open_platform(place: Place) -> None:
    """The first admin and company by the two commands, a trunk to the carrier by the admin's API."""
    try:
        with place.admin():
            pass
    except RefusedError:
        place.manage("create_global_admin", ADMIN, "--name", "Administração")
    place.manage(
        "create_company",
        SLUG,
        "--name",
        "Prova Cobranças Ltda.",
        "--master-email",
        MASTER,
        "--master-name",
        "Rita Melo",
    )
    with place.admin() as admin:
        company = next(one for one in admin.get("companies/")["results"] if one["slug"] == SLUG)
        trunk = {"name": "operadora", "label": "Operadora", "host": "carrier", "port": 5060, "codecs": ["ulaw"]}
        admin.post("trunks/", {**trunk, "companies": [company["id"]], "cps_limit": 10, "channel_limit": 40})
        admin.post("company-caller-ids/", {"company": company["id"], "number": "+551130034410"})


def open_campaign(place: Place, *, operators: int, contacts: int) -> int:
    """People, an uploaded mailing, a recorded campaign, started. Gives its id."""
    with place.master() as master:
        for number in range(1, operators + 1):
            person = {"email": operator_email(number), "name": f"Operadora {number}", "role": "operator"}
            master.post("people/", {**person, "password": place.password})
        staff = [{"id": one["id"]} for one in master.get("operators/")["results"]]
        contact_list = _import(master, contacts)
        values = {"name": "Prova", "wrap_up_s": 30, "recording": "all", "ring_timeout_s": 25}
        campaign: int = master.post("campaigns/", values)["id"]
        master.put(f"campaigns/{campaign}/lists/", {"lists": [contact_list]})
        master.put(f"campaigns/{campaign}/operators/", {"operators": staff})
        master.post(f"campaigns/{campaign}/start/")
    return campaign


def _import(master: Visitor, contacts: int) -> int:
    file = io.BytesIO()
    write_mailing(file, rows=contacts, seed=11)
    begun = master.upload("imports/", "carteira.csv", file.getvalue(), list_name="Carteira da prova")
    master.post(f"imports/{begun['id']}/confirm/")
    deadline = time.monotonic() + SETTLE_S
    while time.monotonic() < deadline:
        import_ = master.get(f"imports/{begun['id']}/")
        if import_["state"] == "done":
            return int(import_["contact_list_id"])
        if import_["state"] in {"failed", "cancelled"}:
            raise TrialError(f"the import: {import_}")
        time.sleep(1)
    raise TrialError("the import didn't end")
