"""Makes what the end-to-end tests work with, by the product's own actions, in the environment of their stack.

python -m tests.e2e.seed world '{"operators": 3, "customers_port": 19008, …}'   prints what was made, as JSON

A process of its own: the tests themselves see the product only from outside.
"""

from __future__ import annotations

import io
import json
import math
import os
import sys
import wave
from collections.abc import Callable
from typing import Any

import django

COMPANY = "acme"
RIVAL = "rival"
MESSAGE_S = 4
CALLER_ID = "+551130034410"
INBOUND = "+551130034411"
MAILING_COLUMNS = "NOME;TELEFONE;PARCELA"


def world(*, operators: int, customers_port: int, carrier_port: int, password: str) -> dict[str, Any]:
    """A company with its people and numbers; two trunks: to customers with tones, and (resting) to SIPp."""
    from django_tenants.utils import get_public_schema_name, schema_context

    from accounts.actions import do_create_global_admin
    from agents.models import Operator
    from billing.defaults import ensure_default_deck
    from tenants.actions import do_approve_company, do_register_company
    from tenants.choices import CompanyStatus
    from tenants.models import Company

    public = get_public_schema_name()
    with schema_context(public):
        Company.objects.get_or_create(
            schema_name=public,
            defaults={"slug": "public", "legal_name": "Cadência", "status": CompanyStatus.APPROVED},
        )
        ensure_default_deck()
        do_create_global_admin(
            email="admin@cadencia.example", name="Administração", password=password, acting_user=None
        )
        company = do_register_company(
            slug=COMPANY, legal_name="Vértice Cobranças Ltda.", trade_name="Vértice", cnpj="11222333000181",
            acting_user=None,
        )  # fmt: skip
        do_approve_company(company, acting_user=None)
        _lines(company, customers_port, carrier_port)
    with schema_context(COMPANY):
        _people(operators, password)
        return {"extensions": list(Operator.objects.order_by("id").values_list("extension", flat=True))}


def _lines(company: Any, customers_port: int, carrier_port: int) -> None:
    from telephony.actions import do_create_trunk
    from telephony.number_actions import do_create_caller_id, do_create_inbound_number

    shared: dict[str, Any] = {"host": "127.0.0.1", "codecs": ["ulaw"], "for_all_companies": True, "acting_user": None}
    do_create_trunk(name="customers", label="Clientes", port=customers_port, **shared)
    do_create_trunk(name="sipp", label="SIPp", port=carrier_port, is_active=False, **shared)
    do_create_caller_id(company=company, number=CALLER_ID, label="Central", acting_user=None)
    do_create_inbound_number(company=company, number=INBOUND, label="Retornos", acting_user=None)


def _people(operators: int, password: str) -> None:
    from accounts.actions import do_create_person
    from accounts.choices import Role

    people = [("master", "Helena Castro", Role.MASTER), ("supervisor", "Otávio Reis", Role.SUPERVISOR)]
    people += [
        (f"operador{number}", f"{name} Lima", Role.OPERATOR)
        for number, name in enumerate(("Patrícia", "Rafael", "Juliana", "Marcos", "Camila", "Thiago")[:operators], 1)
    ]
    for local, name, role in people:
        do_create_person(email=f"{local}@{COMPANY}.example", name=name, role=role, password=password, acting_user=None)


def rival(*, password: str) -> dict[str, Any]:
    """Another company of the same platform, with a supervisor."""
    from django_tenants.utils import get_public_schema_name, schema_context

    from accounts.actions import do_create_person
    from accounts.choices import Role
    from tenants.actions import do_approve_company, do_register_company

    with schema_context(get_public_schema_name()):
        made = do_register_company(
            slug=RIVAL, legal_name="Outra Cobrança Ltda.", trade_name="Outra", cnpj="11444777000161", acting_user=None
        )
        do_approve_company(made, acting_user=None)
    with schema_context(RIVAL):
        email = f"supervisor@{RIVAL}.example"
        do_create_person(email=email, name="Dora Leal", role=Role.SUPERVISOR, password=password, acting_user=None)
    return {"email": email}


def campaign(
    *, name: str, numbers: list[str], operators: list[int], inbound: bool = False, start: bool = True, **settings: Any
) -> dict[str, Any]:
    """A campaign with an imported list of these numbers (E.164) and these operators (1, 2, …), running."""
    from django_tenants.utils import schema_context

    from agents.models import Operator
    from campaigns.actions import do_create_campaign, do_start

    with schema_context(COMPANY):
        everybody = list(Operator.objects.order_by("id"))
        if settings.get("amd") == "message":
            settings["machine_message"] = _message(name)
        lists = [_mailing(name, numbers)] if numbers else []
        made = do_create_campaign(
            name=name, lists=lists, operators=[everybody[one - 1] for one in operators], acting_user=None, **settings
        )
        if inbound:
            _lead_here(made.pk)
        if start:
            do_start(made, acting_user=None)
        return {"id": made.pk}


def _mailing(name: str, numbers: list[str]) -> Any:
    from contacts.actions import do_confirm_import, do_upload
    from contacts.tasks import run_import

    rows = [MAILING_COLUMNS] + [f"Marlene Souza {at};{number};412,37" for at, number in enumerate(numbers, 1)]
    file = io.BytesIO("\r\n".join(rows).encode("cp1252"))
    upload = do_upload(file, file_name="carteira.csv", list_name=name, acting_user=None)
    do_confirm_import(upload, choices=None, acting_user=None, enqueue=False)
    run_import(COMPANY, upload.pk)
    upload.refresh_from_db()
    return upload.contact_list


def _message(name: str) -> Any:
    """An uploaded message for machines: MESSAGE_S seconds of a tone."""
    from campaigns.announcements import do_add_announcement

    data, rate = io.BytesIO(), 8_000
    with wave.open(data, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        samples = (int(9_000 * math.sin(2 * math.pi * 600 * at / rate)) for at in range(MESSAGE_S * rate))
        file.writeframes(b"".join(sample.to_bytes(2, "little", signed=True) for sample in samples))
    return do_add_announcement(name=name, use="machine", data=data.getvalue(), acting_user=None)


def _lead_here(campaign_id: int) -> None:
    from campaigns.numbers import company_numbers, do_lead_number

    number = company_numbers().get(number=INBOUND)
    do_lead_number(number.pk, campaign_id, acting_user=None)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dialer.settings")
    django.setup()
    known: dict[str, Callable[..., dict[str, Any]]] = {"world": world, "rival": rival, "campaign": campaign}
    made = known[sys.argv[1]](**json.loads(sys.argv[2]))
    sys.stdout.write(json.dumps(made) + "\n")


if __name__ == "__main__":
    main()
