"""Which phone of a contact is next."""

from __future__ import annotations

import pytest

from campaigns.selection import PhoneFacts, choose_phone


def phone(number: int, *, position: int = 0, attempts: int = 0) -> PhoneFacts:
    return PhoneFacts(id=number, e164=f"+5511{number}", kind="mobile", position=position, attempts=attempts)


@pytest.mark.parametrize(
    ("phones", "chosen"),
    [
        ([], None),
        ([phone(1)], 1),
        ([phone(1, position=1), phone(2, position=0)], 2),
        ([phone(1, position=0, attempts=1), phone(2, position=1)], 2),
        ([phone(1, position=0, attempts=1), phone(2, position=1, attempts=1)], 1),
        ([phone(2), phone(1)], 1),
    ],
)
def test_the_least_tried_phone_is_next_in_the_files_order(phones: list[PhoneFacts], chosen: int | None) -> None:
    found = choose_phone(phones)
    assert (found.id if found else None) == chosen


def test_all_phones_are_gone_through_before_any_is_tried_again() -> None:
    tried = {1: 0, 2: 0, 3: 0}
    order = []
    for _ in range(6):
        found = choose_phone([phone(number, position=number, attempts=tried[number]) for number in tried])
        assert found is not None
        tried[found.id] += 1
        order.append(found.id)
    assert order == [1, 2, 3, 1, 2, 3]
