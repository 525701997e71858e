"""The style page: everything on it works, and it is the platform's own."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.test import Client

from accounts.models import User
from tenants.models import Company

ClientOf = Callable[..., Client]


def test_the_style_page_shows_every_part_and_no_inline_style(
    client_of: ClientOf, global_admin: User, redis: object
) -> None:
    page = client_of("public", global_admin).get("/style/").content.decode()
    for part in ("swatch is-talk", "data-chart=", "id_ring_error", "id_cnpj_error", "table-companies", "data-asks="):
        assert part in page, part
    assert " style=" not in page
    assert not re.findall(r"\son[a-z]+=", page)


def test_chosen_rows_are_counted_and_the_way_back_is_offered(
    client_of: ClientOf, global_admin: User, acme: Company, redis: object
) -> None:
    client = client_of("public", global_admin)
    answer = client.post("/style/chosen/", {"selected": [acme.pk, "x"]}, follow=True).content.decode()
    assert 'action="/style/undone/"' in answer.partition('id="content"')[2].partition("page-head")[0]
    answer = client.post("/style/chosen/", {"everything": "1", "match": "search=nobody"}, follow=True).content.decode()
    assert 'action="/style/undone/"' not in answer.partition('id="content"')[2].partition("page-head")[0]
    assert client.post("/style/undone/", follow=True).status_code == 200


def test_nobody_of_a_company_sees_it(client_of: ClientOf, master: User, redis: object) -> None:
    assert client_of("acme", master).get("/style/").status_code == 404
