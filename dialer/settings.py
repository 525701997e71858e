"""Settings, all of them, from the environment (dialer/env.py). docs/runbook.md lists each variable."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from dialer import env

BASE_DIR = Path(__file__).resolve().parent.parent
ENVIRONMENT = env.text("CADENCIA_ENV", "prod")
DEBUG = ENVIRONMENT == "dev" and env.boolean("CADENCIA_DEBUG", default=False)
TESTING = ENVIRONMENT == "test"
SECRET_KEY = env.text("CADENCIA_SECRET_KEY")

# Companies are found at <slug>.<PUBLIC_DOMAIN> or at <PUBLIC_DOMAIN>/c/<slug>/.
PUBLIC_DOMAIN = env.text("CADENCIA_PUBLIC_DOMAIN", "localhost")
WEB_PORT = env.integer("CADENCIA_WEB_PORT", 8000)
ALLOWED_HOSTS = [f".{PUBLIC_DOMAIN}", "127.0.0.1", "[::1]", *env.words("CADENCIA_EXTRA_HOSTS")]
CSRF_TRUSTED_ORIGINS = env.words("CADENCIA_TRUSTED_ORIGINS")
DATA_DIR = env.path("CADENCIA_DATA_DIR", BASE_DIR / "var" / "data")

# ── Applications ────────────────────────────────────────────────────────────────────────────────
SHARED_APPS = [
    "django_tenants",
    "tenants",
    "accounts",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "django.contrib.postgres",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework_simplejwt.token_blacklist",
    "django_htmx",
    "django_vite",
    "csp",
    "channels",
    "telephony",
    "billing",
    "live",
    "screens",
    "desk",
    "dialer",
]
TENANT_APPS = [
    # People and sessions exist once per schema: user 5 of one company is nobody in another.
    "accounts",
    "django.contrib.sessions",
    "rest_framework_simplejwt.token_blacklist",
    "contacts",
    "agents",
    "calls",
    "campaigns",
    "integrations",
]
INSTALLED_APPS = SHARED_APPS + [app for app in TENANT_APPS if app not in SHARED_APPS]
TENANT_MODEL = "tenants.Company"
TENANT_DOMAIN_MODEL = "tenants.Domain"
TENANT_LIMIT_SET_CALLS = True
GET_EXECUTOR_FUNCTION = "tenants.migrating.get_executor"
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.SchemaBackend"]

# ── HTTP ────────────────────────────────────────────────────────────────────────────────────────
ASGI_APPLICATION = "dialer.asgi.application"
ROOT_URLCONF = "dialer.urls_company"
PUBLIC_SCHEMA_URLCONF = "dialer.urls_public"
MIDDLEWARE = [
    "dialer.health.HealthMiddleware",
    "dialer.outage.OutageMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "dialer.csp.PolicyMiddleware",
    "tenants.middleware.CompanyMiddleware",
    "accounts.middleware.SchemaSessionMiddleware",
    "desk.middleware.CompanyTimeMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "integrations.api.middleware.ApiMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "dialer.refusals.MethodMiddleware",
    # Last, and synchronous: with it Django runs the whole chain in one thread instead of changing threads at each link.
    "accounts.middleware.PersonLanguageMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "screens.folding.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                ),
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "desk.context.shell",
            ],
        },
    },
]
FORM_RENDERER = "screens.widgets.Renderer"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
SECURE_COOKIES = env.boolean("CADENCIA_HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = SECURE_COOKIES
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE_COOKIES else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_COOKIES else 0
SESSION_ENGINE = "accounts.session_store"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
WEB_THREADS = env.integer("CADENCIA_WEB_THREADS", 4)
"""Requests that one web process works on at once; the others wait in the order in which they came (ADR 30)."""
STATEMENT_TIMEOUT_S = env.integer("CADENCIA_STATEMENT_TIMEOUT_S", 30)
"""For how long PostgreSQL works on one statement of a page or an operation of the API; 0: as long as it takes.

Files that are streamed, sockets, workers and commands (migrations) have no such limit.
"""
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF, "ws:", "wss:"],
        "frame-ancestors": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "object-src": [NONE],
    }
}
# A mailing may be large; it is streamed to disk and refused above this (bytes).
MAILING_MAX_BYTES = env.integer("CADENCIA_MAILING_MAX_BYTES", 2_000_000_000)
MAILING_MAX_ROWS = env.integer("CADENCIA_MAILING_MAX_ROWS", 5_000_000)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
FILE_UPLOAD_TEMP_DIR = None
FILE_UPLOAD_HANDLERS = ["contacts.uploads.SpoolHandler"]

# ── Mail ────────────────────────────────────────────────────────────────────────────────────────
# Without a host nothing is mailed: pages show links to copy instead.
EMAIL_HOST = env.text("CADENCIA_SMTP_HOST", "")
EMAIL_PORT = env.integer("CADENCIA_SMTP_PORT", 587)
EMAIL_HOST_USER = env.text("CADENCIA_SMTP_USER", "")
EMAIL_HOST_PASSWORD = env.text("CADENCIA_SMTP_PASSWORD", "")
EMAIL_USE_TLS = env.boolean("CADENCIA_SMTP_TLS", default=True)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("CADENCIA_MAIL_FROM", f"cadencia@{PUBLIC_DOMAIN}")
PASSWORD_RESET_TIMEOUT = 72 * 3600

# ── Data ────────────────────────────────────────────────────────────────────────────────────────
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "tenants.postgresql",
        **env.database("DATABASE_URL"),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": 5,
            "application_name": env.text("CADENCIA_PROCESS", "cadencia"),
            "server_side_binding": True,
            # An old open snapshot slows claiming down fourfold (docs/runbook.md, "Slow claims").
            "options": "-c idle_in_transaction_session_timeout=30000 -c lock_timeout=10000",
        },
    },
}
if env.boolean("CADENCIA_DB_POOL", default=False):  # the web process: threads come and go, connections should not
    # Statements are prepared when they come again: planning over a year's partitions costs more than reading (ADR 30).
    DATABASES["default"]["OPTIONS"] |= {"pool": {"min_size": 1, "max_size": 20, "timeout": 5}, "prepare_threshold": 1}
else:
    DATABASES["default"]["CONN_MAX_AGE"] = None
if suffix := env.text("CADENCIA_TEST_SUFFIX", ""):
    DATABASES["default"]["TEST"] = {"NAME": f"test_cadencia_{suffix}"}
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.text("REDIS_URL")
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        # redis-py 8 gives up a blocking read after 5 s unless told otherwise.
        "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": None}], "prefix": "channels"},
    },
}

# ── Telephony ───────────────────────────────────────────────────────────────────────────────────
TELEPHONY_NODES = env.words("TELEPHONY_NODES", "sim1")
TELEPHONY_TRUNK = env.text("TELEPHONY_TRUNK", "trunk")
"""Dialed over while no trunk is configured: the simulated switch takes any."""
SWITCH_QUEUES = env.integer("ASTERISK_QUEUES", 1000)
"""Size of the queue pool in queues.conf (telephony.queues)."""
DIAL_SHARDS = env.integer("DIAL_SHARDS", 4)
COMMAND_LIFETIME_S = 3
"""A command older than this is refused by the `ami` process and its contact goes back."""

PHONE_ICE_SERVERS = env.words("PHONE_ICE_SERVERS")
"""``stun:host:port`` and ``turn:host:port`` for browsers behind firewalls; none are needed on one network."""
PHONE_TURN_SECRET = env.text("PHONE_TURN_SECRET", "")
"""Shared with the TURN server (static-auth-secret): makes its users and passwords, which run out by themselves."""
CALLBACK_FALLBACK_MINUTES = env.integer("CALLBACK_FALLBACK_MINUTES", 60)
"""How long after its time a callback waits for its own operator before anyone may make it."""

# ── Sound files (shared with the switch) ────────────────────────────────────────────────────────
# The switch writes recordings, the product reads and deletes them; the product writes announcements, the switch plays
# them. Never below anything that a web server serves.
RECORDINGS_DIR = env.path("CADENCIA_RECORDINGS_DIR", BASE_DIR / "var" / "switch" / "recordings")
SOUNDS_DIR = env.path("CADENCIA_SOUNDS_DIR", BASE_DIR / "var" / "switch" / "sounds")
RECORDINGS_LOW_BYTES = env.integer("CADENCIA_RECORDINGS_LOW_BYTES", 5_000_000_000)
"""With less free than this masters and global admins are warned."""
RECORDINGS_FULL_BYTES = env.integer("CADENCIA_RECORDINGS_FULL_BYTES", 500_000_000)
"""With less free than this new calls go unrecorded: better no recording than no call."""
OPERATORS_HEAR_OWN = env.boolean("CADENCIA_OPERATORS_HEAR_OWN", default=False)
"""Whether operators may play the recordings of their own calls."""

# ── Celery ──────────────────────────────────────────────────────────────────────────────────────
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "campaigns.tasks.dial_*": {"queue": "dial"},
    # The one queue whose worker may reach the internet.
    "accounts.tasks.mail_link": {"queue": "webhooks"},
    "integrations.tasks.deliver": {"queue": "webhooks"},
    "integrations.tasks.send_due": {"queue": "webhooks"},
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600, "socket_timeout": 30, "socket_keepalive": True}

# ── Language and time ───────────────────────────────────────────────────────────────────────────
LANGUAGE_CODE = "pt-br"
LANGUAGES = [("pt-br", _("Portuguese (Brazil)")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "America/Sao_Paulo"

# ── Static files ────────────────────────────────────────────────────────────────────────────────
STATIC_URL = "/static/"
# Nothing is collected for tests: the finders serve the sources.
STATIC_ROOT = None if TESTING else env.path("CADENCIA_STATIC_ROOT", BASE_DIR / "var" / "static")
STATICFILES_DIRS = [("web", BASE_DIR / "web" / "dist")]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
# Vite names files by their content: a browser may keep them for ever.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/web/assets/.+-[\w-]{8}\.\w+$"
DJANGO_VITE = {
    "default": {
        "dev_mode": False,
        "static_url_prefix": "web",
        "manifest_path": BASE_DIR / "web" / "dist" / ".vite" / "manifest.json",
    },
}

# ── Webhooks ────────────────────────────────────────────────────────────────────────────────────
WEBHOOKS_LOOPBACK = ENVIRONMENT != "prod" and env.boolean("CADENCIA_WEBHOOKS_LOOPBACK", default=False)
"""Whether receivers on the own machine may be called, by plain HTTP too. Never in production (ADR 0022)."""

# ── API ─────────────────────────────────────────────────────────────────────────────────────────
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.api.authentication.ApiAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.api.permissions.IsCompanyPerson"],
    "DEFAULT_RENDERER_CLASSES": ["tenants.api.rendering.Renderer"],
    "DEFAULT_PARSER_CLASSES": [
        "tenants.api.parsers.JSONParser",
        "rest_framework.parsers.FormParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_SCHEMA_CLASS": "dialer.openapi.ApiSchema",
    "DEFAULT_PAGINATION_CLASS": "tenants.api.pagination.CursorPagination",
    "PAGE_SIZE": 50,
    "EXCEPTION_HANDLER": "dialer.api_errors.handle",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=10),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=14),
    # A key of its own: what is signed here means nothing to anything else that SECRET_KEY signs.
    "SIGNING_KEY": hashlib.sha256(b"cadencia: tokens of the API, 1\0" + SECRET_KEY.encode()).hexdigest(),
}
# Requests a minute, by who asks: docs/guides/api.md tells integrators, docs/runbook.md operators.
API_LIMITS = {
    "key": env.integer("CADENCIA_API_LIMIT_KEY", 600),
    "token": env.integer("CADENCIA_API_LIMIT_TOKEN", 600),
    "session": env.integer("CADENCIA_API_LIMIT_SESSION", 3_000),
    "address": env.integer("CADENCIA_API_LIMIT_ADDRESS", 1_200),
    "company": env.integer("CADENCIA_API_LIMIT_COMPANY", 3_000),
}
LIVE_SOCKETS_PER_PERSON = env.integer("CADENCIA_LIVE_SOCKETS_PER_PERSON", 50)
"""In one web process; a page has one or two, and somebody may have many pages open."""
SPECTACULAR_SETTINGS = {
    "TITLE": "Cadência API",
    "VERSION": "1",
    "DESCRIPTION": (
        "What a page of Cadência can do, the API can.\n\n"
        "* **Who is asking**: an API key (made by masters, in the settings) or a person’s token, sent as "
        "`Authorization: Bearer …`; on this page, your own session.\n"
        "* **Lists** come by pages: follow `next`. Instants are ISO 8601, phones E.164, money decimal text.\n"
        "* **Errors** are problem details (RFC 9457); the address in `type` says what its code means.\n"
        "* **Repetition**: send `Idempotency-Key` with a POST, and asking twice does it once.\n"
        "* **Limits**: 429 says in `Retry-After` how many seconds to wait."
    ),
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1/",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "dialer.openapi.complete",
    ],
    "ENUM_NAME_OVERRIDES": {
        "PersonRoleEnum": "accounts.choices.COMPANY_ROLES",
        "ColumnRoleEnum": "contacts.api.serializers.ROLES",
        "RoleEnum": "accounts.choices.Role",
        "AmdStatusEnum": "calls.choices.AmdStatus",
        "CallStateEnum": "calls.choices.CallState",
        "DialingModeEnum": "calls.choices.DialingMode",
        "PhoneKindEnum": "contacts.choices.PhoneKind",
        "DeliveryStateEnum": "integrations.choices.DeliveryState",
        "DeliveryErrorEnum": "integrations.choices.DeliveryError",
        "EventTypeEnum": "integrations.choices.EventType",
        "KeyRoleEnum": "integrations.keys.ROLE_CHOICES",
        "CallbackStateEnum": "campaigns.choices.CallbackState",
        "ContactStateEnum": "contacts.choices.ContactState",
        "SwitchStateEnum": ["up", "limited", "away", "unknown"],
        "LanguageCodeEnum": ["pt-br", "en"],
        "TransferKindEnum": "desk.api.serializers.TRANSFER_KINDS",
        "ConsultKindEnum": "desk.api.serializers.CONSULT_KINDS",
    },
    "SERVE_PERMISSIONS": ["accounts.api.permissions.IsCompanyPerson"],
    "OAS_VERSION": "3.1.1",  # the first that knows webhooks
    "WEBHOOKS": [
        f"integrations.api.event_docs.{name}"
        for name in (
            "CALL_ENDED",
            "DISPOSITION_SET",
            "CONTACT_CHANGED",
            "CAMPAIGN_STATE_CHANGED",
            "IMPORT_FINISHED",
            "WEBHOOK_TEST",
        )
    ],
}

# ── Logs ────────────────────────────────────────────────────────────────────────────────────────
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(levelname)-7s %(name)s: %(message)s"}},
    "filters": {"outage": {"()": "dialer.logs.OutageInOneLine"}, "schema": {"()": "dialer.logs.WithSchema"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["outage"]}},
    "root": {"handlers": ["stderr"], "level": env.text("CADENCIA_LOG_LEVEL", "INFO")},
    "loggers": {
        "httpx": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
        "uvicorn": {"level": "WARNING", "handlers": [], "propagate": True},  # its own handlers reach stderr alone
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
    },
}
PROCESS = env.text("CADENCIA_PROCESS", "")
"""Which part of the product this process is; commands typed by hand are none, and log to stderr only."""
if PROCESS and not TESTING:
    LOGGING["handlers"]["stream"] = {  # type: ignore[index]
        "()": "live.log_stream.LogStream",
        "url": REDIS_URL,
        "part": PROCESS,
        "filters": ["outage", "schema"],
    }
    LOGGING["root"]["handlers"] = ["stderr", "stream"]  # type: ignore[index]
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if TESTING
    else ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
