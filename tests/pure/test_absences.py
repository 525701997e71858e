"""How long an operator whose phone went away is waited for."""

from __future__ import annotations

from telephony.ami.absences import GRACE_US, LONGEST_GRACE_US, OPENING_US, Absences

NOW = 1_800_000_000_000_000
S = 1_000_000


def test_who_goes_away_without_a_word_is_waited_for_a_second() -> None:
    absences = Absences()
    absences.begin("1011", "s1", NOW, handle="L")

    assert absences.due(NOW + GRACE_US - 1) == []
    assert [absence.handle for absence in absences.due(NOW + GRACE_US)] == ["L"]


def test_an_announced_reload_is_waited_for_as_long_as_it_asks_up_to_a_limit() -> None:
    for asked_us, given_us in ((5 * S, 5 * S), (100 * S, LONGEST_GRACE_US), (0, GRACE_US)):
        absences = Absences()
        absences.announce("1011", "s1", asked_us, NOW)
        absences.begin("1011", "s1", NOW + S)

        assert absences.due(NOW + S + given_us - 1) == []
        assert len(absences.due(NOW + S + given_us)) == 1


def test_a_reload_may_be_announced_after_the_socket_has_closed() -> None:
    absences = Absences()
    absences.begin("1011", "s1", NOW)
    absences.announce("1011", "s1", 5 * S, NOW + S // 2)

    assert absences.due(NOW + 5 * S) == []


def test_an_announcement_is_for_one_departure_of_its_own_session_and_for_a_while() -> None:
    absences = Absences()
    absences.announce("1011", "an older one", 9 * S, NOW)
    absences.begin("1011", "s1", NOW)
    assert len(absences.due(NOW + GRACE_US)) == 1

    absences = Absences()
    absences.announce("1011", "s1", 9 * S, NOW)
    absences.begin("1011", "s1", NOW + 60 * S)
    assert len(absences.due(NOW + 60 * S + GRACE_US)) == 1


def test_who_is_back_gets_the_time_that_his_leg_takes() -> None:
    absences = Absences()
    absences.begin("1011", "s1", NOW, handle="L", was_held=True)
    absences.returning("1011", "s1", NOW + S // 2)

    assert absences.due(NOW + GRACE_US) == []
    ended = absences.end("1011", "s1")
    assert ended is not None
    assert (ended.handle, ended.was_held) == ("L", True)
    assert absences.end("1011", "s1") is None


def test_coming_and_going_for_ever_is_not_waited_for() -> None:
    """Each return gives time once; going again while away takes it back to what it was."""
    absences = Absences()
    absences.begin("1011", "s1", NOW, handle="L")
    absences.returning("1011", "s1", NOW)
    first = absences.due(NOW + OPENING_US)

    absences.begin("1011", "s1", NOW + S)

    assert [absence.handle for absence in absences.due(NOW + OPENING_US)] == [absence.handle for absence in first]


def test_another_session_is_another_absence() -> None:
    absences = Absences()
    absences.begin("1011", "s1", NOW)

    assert absences.of("1011", "s2") is None
    absences.returning("1011", "s2", NOW)
    assert len(absences.due(NOW + GRACE_US)) == 1
