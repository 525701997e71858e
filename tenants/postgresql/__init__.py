"""The database engine (``DATABASES["default"]["ENGINE"]``): django-tenants', asking PostgreSQL less often (ADR 30)."""
