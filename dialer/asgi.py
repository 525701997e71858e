"""HTTP and WebSocket entry of the web process."""

from __future__ import annotations

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dialer.settings")
django.setup(set_prefix=False)  # what follows may import models

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.conf import settings  # noqa: E402

from accounts.sockets import SiteSocketMiddleware  # noqa: E402
from contacts.uploads import max_body_bytes  # noqa: E402
from dialer.body_limit import BodyLimit  # noqa: E402
from dialer.http import LaneHandler  # noqa: E402
from dialer.lanes import Lanes  # noqa: E402
from dialer.signs import SigningWeb  # noqa: E402
from dialer.urls_sockets import urlpatterns  # noqa: E402
from dialer.warm import warm_up  # noqa: E402
from live.log_stream import say_start  # noqa: E402

http = LaneHandler(Lanes(usual=settings.WEB_THREADS, statement_timeout_s=settings.STATEMENT_TIMEOUT_S))
application = SigningWeb(
    ProtocolTypeRouter(
        {
            "http": BodyLimit(http, upload_bytes=max_body_bytes),
            "websocket": SiteSocketMiddleware(URLRouter(urlpatterns)),
        }
    )
)
warm_up()
say_start("web")
