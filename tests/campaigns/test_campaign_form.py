"""The sections of the campaign form: recording, answering machines, messages, script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django_tenants.utils import schema_context

from accounts.models import AuditEntry, User
from campaigns.forms import CampaignForm
from campaigns.models import Announcement, Campaign
from tenants.models import Company

pytestmark = pytest.mark.usefixtures("redis")


@pytest.fixture
def messages(acme: Company) -> dict[str, Announcement]:
    with schema_context("acme"):
        return {
            use: Announcement.objects.create(name=use, use=use, path=f"company/acme/{index:032x}", seconds=3)
            for index, use in enumerate(("no_operator", "machine", "recording"))
        }


@pytest.fixture
def page(client_of: Callable[..., Client], master: User) -> Client:
    return client_of("acme", master)


def posted(**changes: Any) -> dict[str, Any]:
    """The form as a browser sends it, untouched but for some values; None leaves one out."""
    with schema_context("acme"):
        form = CampaignForm()
        values = {name: bound.value() for name in form.fields if (bound := form[name]).value() not in (None, False)}
    return {name: value for name, value in (values | {"name": "Cobrança"} | changes).items() if value is not None}


def saved() -> Campaign:
    with schema_context("acme"):
        return Campaign.objects.get()


def test_the_untouched_form_makes_a_campaign_with_the_models_own_defaults(page: Client, acme: Company) -> None:
    answer = page.post("/campaigns/new/", posted())
    assert answer.status_code == 302, answer.content.decode()

    made, plain = saved(), Campaign()
    for name in ("dialing", "priority", "recording", "recording_percent", "amd", "amd_preset", "amd_control_percent"):
        assert getattr(made, name) == getattr(plain, name), name
    assert made.amd_options == {}
    assert made.retry_minutes == plain.retry_minutes


def test_everything_that_is_chosen_is_kept_shown_again_and_audited(
    page: Client, messages: dict[str, Announcement]
) -> None:
    page.post("/campaigns/new/", posted())
    chosen = posted(
        recording="percentage",
        recording_percent=40,
        recording_is_announced="on",
        recording_message=messages["recording"].pk,
        amd="message",
        machine_message=messages["machine"].pk,
        amd_preset="custom",
        amd_option_greeting=1900,
        amd_control_percent=7,
        machine_retry_minutes=95,
        no_operator_message=messages["no_operator"].pk,
        script="  Olá, {{ nome }}\r\n",
        dialing="preview",
        priority=8,
        allows_manual="on",
    )

    answer = page.post(f"/campaigns/{saved().pk}/edit/", chosen)
    assert answer.status_code == 302, answer.content.decode()

    made = saved()
    assert (made.recording, made.recording_percent, made.recording_is_announced) == ("percentage", 40, True)
    assert (made.amd, made.amd_preset, made.amd_control_percent) == ("message", "custom", 7)
    assert made.amd_options["greeting"] == 1900
    assert made.retry_minutes["machine"] == 95
    assert made.retry_minutes["busy"] == 10
    assert (made.dialing, made.priority, made.allows_manual) == ("preview", 8, True)
    assert made.script.startswith("  Olá, {{ nome }}")
    with schema_context("acme"):
        assert made.machine_message == messages["machine"]
        changes = AuditEntry.objects.get(action="campaign.changed").detail["changes"]
        assert changes["machine_message"] == [None, "machine"]
        initial = CampaignForm(campaign=made)
        assert initial["amd_option_greeting"].value() == 1900
        assert initial["machine_retry_minutes"].value() == 95


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amd": "hangup", "amd_preset": "custom", "amd_option_greeting": 10}, "amd_option_greeting"),
        (
            {"amd": "hangup", "amd_preset": "custom", "amd_option_total_analysis_time": 2000},
            "amd_option_initial_silence",
        ),
        ({"amd": "message"}, "machine_message"),
        ({"amd_control_percent": 101}, "amd_control_percent"),
        ({"recording_percent": -1}, "recording_percent"),
        ({"recording": "sometimes"}, "recording"),
        ({"machine_retry_minutes": 99_999}, "machine_retry_minutes"),
        ({"recording_message": 12345}, "recording_message"),
    ],
)
def test_a_value_that_makes_no_sense_is_told_beside_its_field(
    page: Client, acme: Company, changes: dict[str, Any], field: str
) -> None:
    answer = page.post("/campaigns/new/", posted(**changes))

    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    with schema_context("acme"):
        assert not Campaign.objects.exists()


def test_values_of_its_own_are_forgotten_with_another_preset(page: Client, acme: Company) -> None:
    page.post("/campaigns/new/", posted(amd="hangup", amd_preset="fast", amd_option_greeting=10))

    assert saved().amd_options == {}


def test_a_message_made_for_something_else_is_not_offered(page: Client, messages: dict[str, Announcement]) -> None:
    answer = page.post("/campaigns/new/", posted(no_operator_message=messages["machine"].pk))

    assert answer.status_code == 422


def test_a_supervisor_sees_and_changes_none_of_it(
    page: Client, acme: Company, client_of: Callable[..., Client], supervisor: User
) -> None:
    page.post("/campaigns/new/", posted())
    other = client_of("acme", supervisor)
    address = f"/campaigns/{saved().pk}/edit/"

    assert 'name="amd"' not in other.get(address).content.decode()
    other.post(address, posted(amd="hangup", recording="all"))
    assert (saved().amd, saved().recording) == ("off", "none")


def test_the_campaigns_page_loads_what_detection_got_wrong(page: Client, acme: Company) -> None:
    page.post("/campaigns/new/", posted(amd="hangup"))
    pk = saved().pk

    assert f'hx-get="/campaigns/{pk}/detection/"' in page.get(f"/campaigns/{pk}/").content.decode()
    assert page.get(f"/campaigns/{pk}/detection/").status_code == 200
