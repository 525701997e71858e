"""Signatures that the specification's public library takes."""

from __future__ import annotations

import base64
import json
import time
from datetime import UTC, datetime

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from integrations.webhooks.signing import headers, new_secret, sign

BODY = json.dumps({"type": "call.ended", "data": {"name": "José"}}, ensure_ascii=False).encode()


def test_a_secret_is_32_random_bytes_with_its_prefix() -> None:
    made = {new_secret() for _ in range(50)}

    assert len(made) == 50
    assert all(one.startswith("whsec_") and len(base64.b64decode(one[6:])) == 32 for one in made)


def test_the_example_of_the_specifications_library_is_signed_as_there() -> None:
    # From the library's own tests.
    signature = sign(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330,
        body=b'{"test": 2432232314}',
    )

    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_public_library_verifies_what_we_sign_and_refuses_what_was_changed() -> None:
    secret, now = new_secret(), int(time.time())
    signed = headers([secret], message_id="0199-1", timestamp=now, body=BODY)

    assert Webhook(secret).verify(BODY, signed) == json.loads(BODY)
    for changed in ({"webhook-id": "other"}, {"webhook-timestamp": str(now - 1)}):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(BODY, signed | changed)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(BODY, signed)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY + b" ", signed)


def test_during_rotation_both_secrets_verify() -> None:
    former, present, now = new_secret(), new_secret(), int(datetime.now(UTC).timestamp())
    signed = headers([present, former], message_id="0199-1", timestamp=now, body=BODY)

    assert Webhook(former).verify(BODY, signed) == Webhook(present).verify(BODY, signed)
