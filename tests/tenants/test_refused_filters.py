"""A wrong value of a filter is an error of the API's lists, and never all rows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import get_resolver
from django_filters.rest_framework import CharFilter
from django_tenants.utils import schema_context
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from accounts.models import User
from tenants.api.filtering import FilterBackend
from tenants.models import Company
from tests.queries.test_drawing import filtered_views


def test_no_list_leaves_a_wrong_value_of_a_filter_out(acme: Company) -> None:
    tried = 0
    assert all(get_resolver(site).url_patterns for site in ("dialer.urls_company", "dialer.urls_public"))
    with schema_context("acme"):
        for view in filtered_views():
            model = getattr(view.queryset, "model", None) or view.serializer_class.Meta.model
            for name, one in view.filterset_class.base_filters.items():
                for value in ("\x00",) if isinstance(one, CharFilter) else ("zzz", "\x00"):
                    request = Request(APIRequestFactory().get("/", {name: value}))
                    with pytest.raises(ValidationError) as refusal:
                        FilterBackend().filter_queryset(request, model.objects.all(), view)
                    assert name in refusal.value.get_full_details(), view
                    tried += 1
    assert tried > 60


@pytest.mark.parametrize("path", ["operators/?is_active=zzz", "operators/?on_shift=2", "dispositions/?inactive=zzz"])
def test_what_is_neither_yes_nor_no_is_an_error(client_of: Callable[..., Client], master: User, path: str) -> None:
    client = client_of("acme", master)
    assert client.get(f"/api/v1/{path}").status_code == 400
    assert client.get(f"/api/v1/{path.partition('=')[0]}=true").status_code == 200
