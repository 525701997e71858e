"""HTTP and WebSocket entry of the web process."""

from __future__ import annotations

import os
import warnings

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dialer.settings")
http = get_asgi_application()  # sets Django up: what follows may import models

# WhiteNoise hands over files of the front end as plain iterators, and each is small. Our own downloads are async.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402

from accounts.sockets import SiteSocketMiddleware  # noqa: E402
from contacts.uploads import max_body_bytes  # noqa: E402
from dialer.body_limit import BodyLimit  # noqa: E402
from dialer.signs import SigningWeb  # noqa: E402
from dialer.urls_sockets import urlpatterns  # noqa: E402

application = SigningWeb(
    ProtocolTypeRouter(
        {
            "http": BodyLimit(http, upload_bytes=max_body_bytes),
            "websocket": SiteSocketMiddleware(URLRouter(urlpatterns)),
        }
    )
)
