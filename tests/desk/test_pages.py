"""Every page, for every role that may see it, with data and without."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from django_tenants.utils import schema_context
from redis import Redis

from accounts.models import Notice, User
from agents.models import Operator
from calls.models import DayFigures
from campaigns.models import Campaign, CampaignList, CampaignOperator
from common import clock
from contacts.models import ContactList, Import
from telephony.bus import keys
from telephony.bus.status import NodeStatus
from telephony.models import CallerId
from tenants.models import Company
from tests.factories.calls import build_call

ClientOf = Callable[..., Client]


@pytest.fixture
def campaign(acme: Company, master: User) -> Campaign:
    with schema_context("acme"):
        made = Campaign.objects.create(name="Consignado INSS", state="running", created_by=master)
        mailing = ContactList.objects.create(name="Novembro", contact_count=20_000, created_by=master)
        CampaignList.objects.create(campaign=made, contact_list=mailing)
    return made


@pytest.fixture
def operator(operator_user: User) -> Operator:
    with schema_context("acme"):
        made, _created = Operator.objects.get_or_create(user=operator_user, defaults={"extension": "1010001"})
    return made


def test_nobody_is_sent_to_the_login_page_and_back_afterwards(client_of: ClientOf, redis: object) -> None:
    answer = client_of("acme").get("/campaigns/?x=1")
    assert answer.status_code == 302
    assert answer["Location"] == "/login/?next=/campaigns/%3Fx%3D1"


def test_the_login_page_names_the_company(client_of: ClientOf, redis: object) -> None:
    answer = client_of("acme").get("/login/", headers={"accept-language": "pt-BR"})
    assert answer.status_code == 200
    assert "Acme Cobranças" in answer.content.decode()
    assert 'lang="pt-BR"' in answer.content.decode()


def test_an_unknown_company_has_a_page_of_its_own(client_of: ClientOf) -> None:
    client = Client(headers={"host": "nobody.localhost"})
    answer = client.get("/")
    assert answer.status_code == 404
    assert "Não há empresa neste endereço" in answer.content.decode()


@pytest.mark.parametrize("path", ["/wallboard/", "/campaigns/", "/lists/", "/calls/"])
def test_supervisors_and_masters_see_the_pages_of_the_operation(
    client_of: ClientOf, master: User, supervisor: User, redis: object, path: str
) -> None:
    for user in (master, supervisor):
        answer = client_of("acme", user).get(path)
        assert answer.status_code == 200
        assert user.name in answer.content.decode()


@pytest.mark.parametrize(
    "path", ["/wallboard/", "/campaigns/", "/campaigns/new/", "/lists/", "/lists/upload/", "/calls/"]
)
def test_an_operator_is_refused_the_pages_of_the_operation(
    client_of: ClientOf, operator_user: User, redis: object, path: str
) -> None:
    assert client_of("acme", operator_user).get(path).status_code == 403


def test_each_role_starts_where_its_day_starts(
    client_of: ClientOf, master: User, operator_user: User, global_admin: User, redis: object
) -> None:
    assert client_of("acme", master).get("/")["Location"] == "/overview/"
    assert client_of("acme", operator_user).get("/")["Location"] == "/shift/"
    assert client_of("public", global_admin).get("/")["Location"] == "/overview/"


def test_a_company_found_by_path_keeps_its_prefix_everywhere(client_of: ClientOf, redis: object) -> None:
    answer = Client(headers={"host": "localhost"}).get("/c/acme/campaigns/")
    assert answer["Location"].startswith("/c/acme/login/")
    page = Client(headers={"host": "localhost"}).get("/c/acme/login/").content.decode()
    assert 'action="/c/acme/language/"' in page


def test_empty_pages_teach_the_next_step(client_of: ClientOf, master: User, redis: object) -> None:
    client = client_of("acme", master)
    assert "/lists/upload/" in client.get("/campaigns/").content.decode()
    assert "/lists/upload/" in client.get("/lists/").content.decode()
    assert "/campaigns/" in client.get("/calls/").content.decode()


def test_the_campaign_list_shows_the_days_figures(
    client_of: ClientOf, campaign: Campaign, master: User, redis: object
) -> None:
    with schema_context("acme"):
        DayFigures.objects.create(
            campaign_id=campaign.pk, day=timezone.localdate(), attempts=12_345, answered=2841, connected=2700,
            abandoned=81, ended=12_300, price="1284.370000",
        )  # fmt: skip
    page = client_of("acme", master).get("/campaigns/").content.decode()
    assert "12.345" in page
    assert "23,0" in page
    assert "2,9" in page
    assert "R$\xa01.284,37" in page


def test_a_campaign_without_calls_today_is_shown_with_a_cost_of_nothing(
    client_of: ClientOf, master: User, campaign: Campaign, redis: object
) -> None:
    for path in ("/campaigns/", f"/campaigns/{campaign.pk}/"):
        assert "R$\u00a00,00" in client_of("acme", master).get(path).content.decode()


def test_calls_are_filtered_by_their_outcome(
    client_of: ClientOf, master: User, campaign: Campaign, redis: object
) -> None:
    with schema_context("acme"):
        for number, outcome in (("+5511987650001", "connected"), ("+5511987650002", "abandoned")):
            call = build_call(campaign_id=campaign.pk, number=number, state="ended", outcome=outcome, operator_id=4)
            call.save(force_insert=True)
    for query, found in (("campaign=", True), ("operator=4", True), ("operator=5", False)):
        page = client_of("acme", master).get(f"/calls/?outcome=abandoned&{query}").content.decode()
        assert ("(11) 98765-0002" in page) is found
        assert "(11) 98765-0001" not in page


def test_a_part_of_a_number_is_refused_in_words(client_of: ClientOf, master: User, redis: object) -> None:
    page = client_of("acme", master).get("/calls/?number=98765").content.decode()
    assert "Escreva o número inteiro, com DDD." in page


def test_the_campaign_page_shows_what_is_attached(
    client_of: ClientOf, campaign: Campaign, operator: Operator, master: User, redis: object
) -> None:
    with schema_context("acme"):
        CampaignOperator.objects.create(campaign=campaign, operator=operator)
    page = client_of("acme", master).get(f"/campaigns/{campaign.pk}/").content.decode()
    assert "Novembro" in page
    assert operator.user.name in page


def test_a_campaign_starts_pauses_and_stops_from_the_page(
    client_of: ClientOf, campaign: Campaign, supervisor: User, redis: object
) -> None:
    client = client_of("acme", supervisor)
    for verb, state in (("pause", "paused"), ("start", "running"), ("stop", "stopping")):
        answer = client.post(f"/campaigns/{campaign.pk}/{verb}/", {"shown_as": "row"}, headers={"HX-Request": "true"})
        assert answer.status_code == 200
        assert f'id="campaign-{campaign.pk}"' in answer.content.decode()
        with schema_context("acme"):
            campaign.refresh_from_db()
        assert campaign.state == state


def test_a_refused_start_is_told_in_the_row(client_of: ClientOf, master: User, redis: object) -> None:
    with schema_context("acme"):
        empty = Campaign.objects.create(name="Sem lista")
    answer = client_of("acme", master).post(
        f"/campaigns/{empty.pk}/start/", {"shown_as": "row"}, headers={"HX-Request": "true"}
    )
    assert 'role="alert"' in answer.content.decode()


def test_a_master_creates_a_campaign_with_lists_operators_and_rules(
    client_of: ClientOf, operator: Operator, master: User, redis: object
) -> None:
    with schema_context("acme"):
        mailing = ContactList.objects.create(name="Dezembro")
    number = CallerId.objects.create(company=Company.objects.get(schema_name="acme"), number="+551130034410")
    answer = client_of("acme", master).post(
        "/campaigns/new/",
        {
            "name": "Retenção", "caller_ids": [number.pk], "caller_id_rotation": "local", "lists": [mailing.pk],
            "operators": [operator.pk],
            "target_abandon_rate": "2.5", "max_lines_per_operator": "3.0", "max_channels": "40",
            "ring_timeout_s": "25", "max_attempts": "6", "wrap_up_s": "30",
            "dialing": "predictive", "priority": "5", "recording": "none", "recording_percent": "100", "amd": "off",
            "amd_preset": "balanced", "amd_control_percent": "5", "machine_retry_minutes": "180",
        },
    )  # fmt: skip
    assert answer.status_code == 302
    with schema_context("acme"):
        made = Campaign.objects.get(name="Retenção")
        assert (made.caller_ids, made.caller_id_rotation) == ([number.pk], "local")
        assert str(made.target_abandon_rate) == "0.025"
        assert [item.contact_list_id for item in made.campaign_lists.all()] == [mailing.pk]
        assert [item.operator_id for item in made.campaign_operators.all()] == [operator.pk]


def test_a_wrong_form_keeps_what_was_typed_and_says_what_is_wrong(
    client_of: ClientOf, campaign: Campaign, master: User, redis: object
) -> None:
    answer = client_of("acme", master).post(
        "/campaigns/new/",
        {
            "name": campaign.name, "target_abandon_rate": "3", "max_lines_per_operator": "5", "max_channels": "60",
            "ring_timeout_s": "5", "max_attempts": "6", "wrap_up_s": "30",
        },
    )  # fmt: skip
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'value="{campaign.name}"' in page
    assert 'id="id_ring_timeout_s_error"' in page


def test_a_file_goes_in_and_its_columns_are_shown(
    client_of: ClientOf, master: User, redis: object, settings: object, tmp_path: object
) -> None:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    client = client_of("acme", master)
    content = "CPF;NOME;DDD1;FONE1\n52998224725;JOSÉ DA CONCEIÇÃO;11;98765-4321\n".encode("cp1252")
    answer = client.post("/lists/upload/", {"file": SimpleUploadedFile("mailing.csv", content)})
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert "JOSÉ DA CONCEIÇÃO" in page
    assert '<option value="document:0" selected>' in page
    assert '<option value="area_code:1" selected>' in page
    confirmed = client.post(answer["Location"] + "confirm/", {"column-0": "document:0", "column-1": "name:0"})
    assert confirmed.status_code == 422
    assert 'role="alert"' in confirmed.content.decode()


def test_an_empty_file_is_refused_beside_the_field(client_of: ClientOf, master: User, redis: object) -> None:
    answer = client_of("acme", master).post("/lists/upload/", {"file": SimpleUploadedFile("empty.csv", b"")})
    assert answer.status_code == 422
    assert 'id="id_file_error"' in answer.content.decode()


def test_a_finished_import_shows_its_rows_by_reason(client_of: ClientOf, master: User, redis: object) -> None:
    with schema_context("acme"):
        mailing = ContactList.objects.create(name="Janeiro")
        done = Import.objects.create(
            contact_list=mailing, state="done", file_name="janeiro.csv", size_bytes=31_400_000, encoding="cp1252",
            delimiter=";", rows_total=1200, rows_read=1200, contacts_created=1150, phones_created=1800,
            rows_refused=50, rows_by_reason={"no_phone": 50, "ninth_digit_added": 77}, ended_at=clock.now(),
        )  # fmt: skip
    page = client_of("acme", master).get(f"/lists/imports/{done.pk}/").content.decode()
    assert "1.150" in page
    assert f"/lists/imports/{done.pk}/refused.csv" in page


def test_the_operators_page_knows_its_company_and_its_words(
    client_of: ClientOf, operator: Operator, redis: object
) -> None:
    page = client_of("acme", operator.user).get("/shift/").content.decode()
    assert 'data-zone="America/Sao_Paulo"' in page
    assert f'data-person="acme.{operator.user_id}"' in page
    words = json.loads(page.split('id="desk-words" type="application/json">')[1].split("</script>")[0])
    assert all(words.values())
    # Every word that the page's script asks for by a plain name.
    scripts = Path(settings.BASE_DIR, "web/src/desk").rglob("*.ts")
    asked = {word for script in scripts for word in re.findall(r'\bsay\("(\w+)"', script.read_text())}
    assert len(asked) > 40
    assert asked <= set(words)


def test_the_operators_page_says_where_phones_register_and_gives_no_secret(
    client_of: ClientOf, operator: Operator, redis: Redis
) -> None:
    assert '<script id="phone-place" type="application/json">null</script>' in _shift_page(client_of, operator)
    at_us, node = clock.to_us(clock.now()), settings.TELEPHONY_NODES[0]
    status = NodeStatus(node, "up", at_us, at_us, 10, 100, phone_url="wss://pabx.example/ws")
    redis.set(keys.node_status(node), status.to_json())
    place = _shift_page(client_of, operator).split('id="phone-place" type="application/json">')[1].split("</script>")[0]
    assert json.loads(place) == {"url": "wss://pabx.example/ws", "ice_servers": []}


def test_the_operators_page_has_the_bell_the_language_and_the_way_out_but_no_palette_that_leads_away_from_a_call(
    client_of: ClientOf, operator: Operator, redis: object
) -> None:
    page = _shift_page(client_of, operator)
    for part in ('id="bell-count"', 'hx-get="/notices/"', 'action="/language/"', 'action="/logout/"'):
        assert part in page, part
    assert 'id="palette"' not in page


def test_a_notice_opens_beside_the_operators_page_and_in_place_of_others(
    client_of: ClientOf, operator: Operator, master: User, redis: object
) -> None:
    with schema_context("acme"):
        for person in (operator.user, master):
            Notice.objects.create(user=person, code="import.done", params={"list": "X", "contacts": 1, "refused": 0})
    assert 'target="_blank"' in client_of("acme", operator.user).get("/notices/").content.decode()
    assert 'target="_blank"' not in client_of("acme", master).get("/notices/").content.decode()


def test_nobody_who_asked_not_to_be_called_can_be_skipped_till_later(
    client_of: ClientOf, operator: Operator, redis: object
) -> None:
    reasons = re.findall(r'data-do="preview-skip-for:([^"]+)"', _shift_page(client_of, operator))
    assert len(reasons) == 3
    assert not any("não ligar" in reason for reason in reasons)


def _shift_page(client_of: ClientOf, operator: Operator) -> str:
    return client_of("acme", operator.user).get("/shift/").content.decode()


def test_a_switch_that_is_away_is_told_on_every_page(client_of: ClientOf, master: User, redis: object) -> None:
    page = client_of("acme", master).get("/campaigns/").content.decode()
    assert "Discador fora do ar" in page


def test_a_global_admin_sees_pending_companies_first_and_decides(
    client_of: ClientOf, global_admin: User, redis: object
) -> None:
    waiting = Company.objects.create(schema_name="nova", slug="nova", legal_name="Nova Rota", status="pending")
    client = client_of("public", global_admin)
    page = client.get("/companies/").content.decode()
    assert page.index("Nova Rota") < page.index("Acme Cobranças")
    client.post(f"/companies/{waiting.pk}/reject/", {"reason": "CNPJ baixado"})
    waiting.refresh_from_db()
    assert waiting.status == "rejected"


def test_the_language_can_be_changed_and_stays(client_of: ClientOf, master: User, redis: object) -> None:
    client = client_of("acme", master)
    assert "Campanhas" in client.get("/campaigns/").content.decode()
    answer = client.post("/language/", {"language": "en", "next": "/campaigns/"})
    assert answer["Location"] == "/campaigns/"
    page = client.get("/campaigns/").content.decode()
    assert "<h1>Campaigns</h1>" in page
    assert '<html lang="en"' in page


def test_the_language_form_sends_nobody_to_another_site(client_of: ClientOf, master: User, redis: object) -> None:
    answer = client_of("acme", master).post("/language/", {"language": "en", "next": "//evil.example/x"})
    assert answer["Location"] == "/"


def test_no_page_carries_inline_scripts_or_styles(
    client_of: ClientOf, campaign: Campaign, master: User, redis: object
) -> None:
    client = client_of("acme", master)
    for path in ("/wallboard/", "/campaigns/", f"/campaigns/{campaign.pk}/", "/campaigns/new/", "/lists/", "/calls/"):
        page = client.get(path).content.decode()
        assert " style=" not in page
        assert not re.findall(r"\son[a-z]+=", page)
        for tag in re.findall(r"<script[^>]*>", page):
            assert " src=" in tag or 'type="application/json"' in tag
