"""How instants are written on pages."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from common.moments import DASH, minute, moment_lately

ZONE = ZoneInfo("America/Sao_Paulo")
AT = datetime(2026, 11, 22, 17, 5, 31, tzinfo=UTC)


def test_where_seconds_are_noise_a_moment_ends_with_its_minute() -> None:
    assert minute(AT, "pt-br", ZONE) == "22/11/2026 14:05"
    assert minute(AT, "en", ZONE) == "2026-11-22 14:05"
    assert minute(None, "pt-br", ZONE) == DASH


def test_this_year_is_not_said_in_a_long_list_but_another_is() -> None:
    assert moment_lately(AT, "pt-br", ZONE, now=AT) == "22/11 14:05:31"
    assert moment_lately(AT, "en", ZONE, now=AT) == "11-22 14:05:31"
    new_year = datetime(2027, 1, 1, 2, 30, tzinfo=UTC)
    assert moment_lately(AT, "pt-br", ZONE, now=new_year) == "22/11 14:05:31", "still the old year in São Paulo"
    later = datetime(2027, 1, 1, 12, tzinfo=UTC)
    assert moment_lately(AT, "pt-br", ZONE, now=later) == "22/11/2026 14:05:31"
    assert moment_lately(None, "pt-br", ZONE, now=AT) == DASH
