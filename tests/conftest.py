"""Personas and two companies, always at hand. PostgreSQL and Redis are real (DATABASE_URL, REDIS_URL)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django_tenants.utils import get_public_schema_name, schema_context
from hypothesis import HealthCheck, settings

from accounts.choices import Role
from accounts.models import User
from live.redis import client as redis_client
from tenants.active import activate_public
from tenants.choices import CompanyStatus
from tenants.models import Company, Domain

PASSWORD = "correct-horse-battery"
PUBLIC = get_public_schema_name()

# A busy machine makes nothing wrong: no example fails for the time that it took.
settings.register_profile("any-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any-machine")


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """A test database with the public schema and two companies, made once."""
    from django.test.utils import setup_databases, teardown_databases

    with django_db_blocker.unblock():
        config = setup_databases(verbosity=0, interactive=False, keepdb=False)
        _make_company("public", "localhost", "Cadência", prefix=None)
        _make_company("acme", "acme.localhost", "Acme Cobranças", prefix=101)
        _make_company("beta", "beta.localhost", "Beta Vendas", prefix=102)
    yield
    with django_db_blocker.unblock():
        teardown_databases(config, verbosity=0)


def _make_company(schema: str, domain: str, name: str, *, prefix: int | None) -> None:
    activate_public()
    company = Company(
        schema_name=schema, slug=schema, legal_name=name, status=CompanyStatus.APPROVED, extension_prefix=prefix
    )
    company.save()
    Domain.objects.create(tenant=company, domain=domain)
    if schema != PUBLIC:
        company.create_schema(check_if_exists=True, verbosity=0)


@pytest.fixture(autouse=True)
def _public_schema_around_each_test() -> Iterator[None]:
    activate_public()
    yield
    activate_public()


@pytest.fixture
def redis() -> Iterator[Any]:
    """The test Redis, emptied."""
    server = redis_client()
    server.flushdb()
    yield server
    server.flushdb()


def _company(schema: str) -> Company:
    company: Company = Company.objects.get(schema_name=schema)
    return company


@pytest.fixture
def acme(db: None) -> Company:
    return _company("acme")


@pytest.fixture
def beta(db: None) -> Company:
    return _company("beta")


@pytest.fixture
def make_user(db: None) -> Callable[..., User]:
    """``make_user("acme", Role.MASTER)`` → a person in that schema."""
    return make_person


def make_person(schema: str, role: str, **extra: Any) -> User:
    """Make a person in that schema."""
    with schema_context(schema):
        number = User.objects.count() + 1
        email = extra.pop("email", f"{role}{number}@{schema}.example")
        name = extra.pop("name", f"{role.title()} {number}")
        return User.objects.create_user(email=email, name=name, role=role, password=PASSWORD, **extra)


@pytest.fixture
def master(make_user: Callable[..., User]) -> User:
    return make_user("acme", Role.MASTER)


@pytest.fixture
def supervisor(make_user: Callable[..., User]) -> User:
    return make_user("acme", Role.SUPERVISOR)


@pytest.fixture
def operator_user(make_user: Callable[..., User]) -> User:
    return make_user("acme", Role.OPERATOR)


@pytest.fixture
def beta_master(make_user: Callable[..., User]) -> User:
    return make_user("beta", Role.MASTER)


@pytest.fixture
def global_admin(make_user: Callable[..., User]) -> User:
    return make_user(PUBLIC, Role.GLOBAL_ADMIN)


@pytest.fixture
def client_of(db: None) -> Callable[..., Client]:
    """``client_of("acme", user)`` → a Django client at that company's host, logged in when a user is given."""
    return make_client


def make_client(schema: str, user: User | None = None) -> Client:
    """A Django client at that company's host, logged in when a user is given."""
    host = "localhost" if schema == PUBLIC else f"{schema}.localhost"
    client = Client(headers={"host": host}, enforce_csrf_checks=False)
    if user is not None:
        _log_in(client, schema, user)
    return client


def _log_in(client: Client, schema: str, user: User) -> None:
    from accounts.middleware import session_cookie_name

    with schema_context(schema):
        client.force_login(user, backend="accounts.backends.SchemaBackend")
    key = client.cookies.pop("sessionid").value
    client.cookies[session_cookie_name(schema)] = key
