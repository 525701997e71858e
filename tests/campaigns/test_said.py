"""The pacing's reason in one sentence, and only when there is something new to say."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from campaigns import said
from campaigns.browser_events import PacingSaid
from campaigns.pacing import Decision, Limit
from tests.factories.world import World

DECISION = Decision(launch=14, free=6, freeing=9, within_s=12, answer_rate=0.2312, ringing=3, waiting=0)


def word(**changes: Any) -> PacingSaid:
    figures: dict[str, Any] = {"free": 6, "freeing": 9, "within_s": 12, "answer_rate": 0.23, "ringing": 3, "waiting": 0}
    values: dict[str, Any] = {"id": 1, "at_us": 1, "launch": 0, "limit": ""} | figures
    return PacingSaid(**(values | changes))


def test_the_sentence_is_said_in_the_persons_language() -> None:
    spoken = said.said(1, DECISION, 5)
    with translation.override("pt-br"):
        assert said.sentence(spoken) == "6 livres + 9 livres em 12 s, alô 23 % → discando 14"
    with translation.override("en"):
        assert said.sentence(spoken) == "6 free + 9 free within 12 s, answer rate 23 % → dialing 14"
        assert said.sentence(word(limit=Limit.NO_NODE)).endswith("→ dialing 0 (the switch is away)")


@pytest.mark.parametrize("limit", [limit for limit in Limit if limit])
def test_every_limit_has_a_reason_in_both_languages(limit: Limit) -> None:
    with translation.override("en"):
        english = said.reason(limit)
    with translation.override("pt-br"):
        assert said.reason(limit) not in {"", english}


def test_only_news_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    monkeypatch.setattr(said, "publish", lambda schema, events, redis: told.extend(event.launch for event in events))
    for at_us, launch in ((1, 3), (2, 3), (3, 4)):
        said.tell(world.redis, {"acme": [word(at_us=at_us, launch=launch)]})
    assert told == [3, 4]
    assert said.read(world.redis, "acme")[1].launch == 4
    assert said.read(world.redis, "beta") == {}
    said.forget(world.redis, "acme", 1)
    assert said.read(world.redis, "acme") == {}
