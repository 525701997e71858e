"""Acts on many chosen rows: at once or in the background, each row once, with what was refused, and undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django_tenants.utils import schema_context

from accounts import background, bulk, tasks
from accounts.choices import Role
from accounts.models import AuditEntry, BulkRun, Notice, User
from agents.models import Operator
from campaigns.models import Campaign, CampaignOperator
from common import clock
from tenants.models import Company

ClientOf = Callable[..., Client]
pytestmark = pytest.mark.usefixtures("redis")


@pytest.fixture
def page(client_of: ClientOf, master: User) -> Client:
    return client_of("acme", master)


@pytest.fixture
def team(acme: Company, make_user: Callable[..., User]) -> list[User]:
    return [make_user("acme", Role.OPERATOR, name=f"Ana {number}") for number in range(4)]


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What would go to a worker."""
    found: list[tuple[str, int]] = []
    monkeypatch.setattr(tasks.carry_bulk_on, "delay", lambda schema, run_id: found.append((schema, run_id)))
    return found


def is_active(people: list[User]) -> list[bool]:
    with schema_context("acme"):
        kept = dict(User.objects.values_list("pk", "is_active"))
    return [kept[person.pk] for person in people]


def run_of(code: str) -> BulkRun:
    with schema_context("acme"):
        return BulkRun.objects.filter(code=code).latest("pk")


def deactivate(page: Client, *people: User, **extra: Any) -> Any:
    return page.post("/people/chosen/deactivate/", {"selected": [person.pk for person in people], **extra}, follow=True)


def test_a_few_are_done_at_once_each_with_its_entry_and_can_be_taken_back(page: Client, team: list[User]) -> None:
    answer = deactivate(page, *team[:3], match="state=active")

    assert is_active(team) == [False, False, False, True]
    assert answer.redirect_chain == [("/people/?state=active", 302)]
    undo = f"/work/{run_of('people.deactivate').pk}/undo/"
    assert f'action="{undo}"' in answer.content.decode()
    with schema_context("acme"):
        told = AuditEntry.objects.filter(action="person.deactivated").values_list("target_id", flat=True)
        assert set(told) == {str(person.pk) for person in team[:3]}
        assert not Notice.objects.exists(), "who sees it needs no notice"

    page.post(undo, follow=True)

    assert is_active(team) == [True] * 4
    page.post(undo, follow=True)  # twice: refused, nothing happens
    assert runs() == 2


def runs() -> int:
    with schema_context("acme"):
        return BulkRun.objects.count()


def test_undoing_takes_back_only_what_was_changed(page: Client, team: list[User]) -> None:
    with schema_context("acme"):
        User.objects.filter(pk=team[0].pk).update(is_active=False)
    deactivate(page, *team[:2])

    page.post(f"/work/{run_of('people.deactivate').pk}/undo/")

    assert is_active(team[:2]) == [False, True]


def test_a_row_that_is_refused_says_why_and_stops_no_other(page: Client, master: User, team: list[User]) -> None:
    answer = deactivate(page, master, team[0])

    assert is_active([master, team[0]]) == [True, False]
    told = answer.content.decode()
    assert answer.redirect_chain == [(f"/work/{run_of('people.deactivate').pk}/", 302)]
    assert master.name in told
    assert "Ninguém encerra o próprio acesso." in told


def test_another_companys_rows_are_no_rows_here(page: Client, team: list[User], make_user: Callable[..., User]) -> None:
    stranger = make_user("beta", Role.OPERATOR)
    with schema_context("beta"):
        User.objects.filter(pk=stranger.pk).update(id=990_001)

    page.post("/people/chosen/deactivate/", {"selected": ["990001"]})

    with schema_context("beta"):
        assert User.objects.get(pk=990_001).is_active
    assert runs() == 0, "nothing was begun"


def test_many_are_done_in_the_background_piece_by_piece_and_end_in_a_notice(
    page: Client,
    team: list[User],
    queued: list[tuple[str, int]],
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    monkeypatch.setattr(bulk, "PIECE", 2)
    with django_capture_on_commit_callbacks(execute=True):
        answer = page.post("/people/chosen/deactivate/", {"everything": "1", "match": "role=operator"}, follow=True)
    run = run_of("people.deactivate")
    with schema_context("acme"):
        master = run.user

    assert queued == [("acme", run.pk)]
    assert is_active(team) == [True] * 4
    assert "0 de 4 linhas" in answer.content.decode()
    with schema_context("acme"):
        assert [(work.done, work.total) for work in background.running(master)] == [(0, 4)]
        assert bulk.move_on(run.pk)
        assert [(work.done, work.total) for work in background.running(master)] == [(2, 4)]
    tasks.carry_bulk_on("acme", run.pk)
    tasks.carry_bulk_on("acme", run.pk)  # delivered twice

    assert is_active(team) == [False] * 4
    with schema_context("acme"):
        assert background.running(master) == []
        notice = Notice.objects.get(user=master)
        assert (notice.code, notice.params) == ("bulk.people.deactivate", {"changed": 4, "refused": 0})
        assert AuditEntry.objects.filter(action="person.deactivated").count() == 4
    assert "4 pessoas não têm mais acesso." in page.get(f"/work/{run.pk}/").content.decode()


def test_a_worker_that_dies_in_a_piece_leaves_it_undone_and_the_next_one_does_it(
    team: list[User], master: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with schema_context("acme"):
        keys = [str(person.pk) for person in team]
        run = BulkRun.objects.create(user=master, code="people.deactivate", keys=keys, moved_at=clock.now())
        with monkeypatch.context() as patch:
            patch.setattr(BulkRun, "save", _die)
            with pytest.raises(KeyboardInterrupt), transaction.atomic():
                bulk.move_on(run.pk)
    assert is_active(team) == [True] * 4
    tasks.carry_bulk_on("acme", run.pk)
    assert is_active(team) == [False] * 4


def _die(*_args: object, **_kwargs: object) -> None:
    raise KeyboardInterrupt


def test_what_stands_still_is_queued_again_and_what_is_old_is_forgotten(
    acme: Company, master: User, queued: list[tuple[str, int]]
) -> None:
    at = clock.now()
    with schema_context("acme"):
        fresh, still, old = (
            BulkRun.objects.create(user=master, code="people.deactivate", keys=["1"], moved_at=moved, ended_at=ended)
            for moved, ended in (
                (at, None),
                (at - timedelta(minutes=5), None),
                (at - timedelta(days=100), at - timedelta(days=100)),
            )
        )
        tasks.tidy_runs("acme")
        assert queued == [("acme", still.pk)]
        assert set(BulkRun.objects.values_list("pk", flat=True)) == {fresh.pk, still.pk}
        assert old.pk not in {run.pk for run in BulkRun.objects.all()}


def test_whoever_lost_the_right_meanwhile_changes_nothing_more(master: User, team: list[User]) -> None:
    with schema_context("acme"):
        run = BulkRun.objects.create(
            user=master, code="people.deactivate", keys=[str(team[0].pk)], moved_at=clock.now()
        )
        User.objects.filter(pk=master.pk).update(role=Role.SUPERVISOR)
    tasks.carry_bulk_on("acme", run.pk)

    assert is_active(team[:1]) == [True]
    assert run_of("people.deactivate").refused == [["Ana 0", "Seu perfil não permite isso."]]


def test_nobody_sees_or_undoes_what_another_did(
    page: Client, team: list[User], client_of: ClientOf, make_user: Callable[..., User]
) -> None:
    deactivate(page, team[0])
    address = f"/work/{run_of('people.deactivate').pk}/"
    other = client_of("acme", make_user("acme", Role.MASTER))

    assert other.get(address).status_code == 404
    assert other.post(f"{address}undo/").status_code == 404
    assert is_active(team[:1]) == [False]


def test_operators_are_tied_to_a_campaign_and_back(page: Client, master: User, team: list[User]) -> None:
    with schema_context("acme"):
        campaign = Campaign.objects.create(name="Cobrança")
        for number, person in enumerate(team):
            Operator.objects.create(user=person, extension=f"10110{number}")
    chosen = {"selected": [master.pk, *(person.pk for person in team[:2])], "campaign": campaign.pk}

    told = page.post("/people/chosen/join/", chosen, follow=True).content.decode()

    assert "Só operadores trabalham em campanhas." in told
    assert _tied(campaign) == {"Ana 0", "Ana 1"}
    page.post("/people/chosen/leave/", {"selected": [team[0].pk], "campaign": campaign.pk})
    assert _tied(campaign) == {"Ana 1"}
    page.post(f"/work/{run_of('people.join').pk}/undo/")
    assert _tied(campaign) == set()
    for nonsense in ("", "x", "999999999", "9" * 40, "\x00"):
        page.post("/people/chosen/join/", chosen | {"campaign": nonsense})
    assert _tied(campaign) == set()


def _tied(campaign: Campaign) -> set[str]:
    with schema_context("acme"):
        rows = CampaignOperator.objects.filter(campaign=campaign)
        return set(rows.values_list("operator__user__name", flat=True))


def test_links_go_again_to_those_alone_who_never_set_a_password(
    page: Client, team: list[User], settings: Any, mailoutbox: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    settings.EMAIL_HOST = "mail.example"
    settings.CELERY_TASK_ALWAYS_EAGER = True
    with schema_context("acme"):
        team[0].set_unusable_password()
        team[0].save()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tasks.mail_link, "delay", tasks.mail_link)
        with django_capture_on_commit_callbacks(execute=True):
            told = page.post(
                "/people/chosen/invite/", {"selected": [person.pk for person in team[:2]]}, follow=True
            ).content.decode()

    assert "Já definiu uma senha." in told
    (mail,) = mailoutbox
    assert mail.to == [team[0].email]
    assert f"//acme.localhost/welcome/{team[0].pk}/" in mail.body


@pytest.mark.parametrize("act", ["deactivate", "reactivate", "invite", "join", "leave"])
def test_masters_alone_may(act: str, client_of: ClientOf, supervisor: User, team: list[User]) -> None:
    client = client_of("acme", supervisor)
    assert client.post(f"/people/chosen/{act}/", {"selected": [team[0].pk]}).status_code == 403
    assert is_active(team[:1]) == [True]


def test_an_act_that_is_sent_twice_is_done_once_and_can_still_be_taken_back(page: Client, team: list[User]) -> None:
    deactivate(page, *team[:2])
    answer = deactivate(page, *team[:2])

    run = run_of("people.deactivate")
    assert runs() == 1
    assert f'action="/work/{run.pk}/undo/"' in answer.content.decode()
    page.post(f"/work/{run.pk}/undo/")
    assert is_active(team[:2]) == [True, True]
    deactivate(page, *team[:2])  # meant: the first was taken back
    assert is_active(team[:2]) == [False, False]


def test_the_same_act_is_done_anew_after_a_moment(
    page: Client, team: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    deactivate(page, *team[:2])
    monkeypatch.setattr(bulk, "AGAIN", timedelta(0))
    deactivate(page, *team[:2])
    assert runs() == 2


def test_what_changed_nothing_is_no_success(page: Client, master: User, team: list[User]) -> None:
    with schema_context("acme"):
        User.objects.filter(pk=team[0].pk).update(is_active=False)

    told = deactivate(page, team[0]).content.decode()

    assert "note is-ring" in told
    assert "note is-free" not in told
    assert "0 pessoa" not in told
    refused = deactivate(page, master).content.decode()
    assert 'class="row-x strong" role="status"' in refused
    assert "0 pessoa" not in refused


def test_the_way_back_has_the_filters_whole_or_none(page: Client, team: list[User]) -> None:
    long = "q=" + "a" * 900
    assert deactivate(page, team[0], match=long).redirect_chain == [(f"/people/?{long}", 302)]
    assert deactivate(page, team[1], match=long + "a" * 100).redirect_chain == [("/people/", 302)]


def test_more_rows_than_a_form_may_hold_are_refused_in_words(page: Client, team: list[User]) -> None:
    page.raise_request_exception = False
    answer = page.post("/people/chosen/deactivate/", {"selected": range(30_000)}, headers={"Accept-Language": "en"})
    assert answer.status_code == 413
    assert "<h1" in answer.content.decode()
    assert runs() == 0
