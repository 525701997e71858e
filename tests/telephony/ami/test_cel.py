"""Following the switch's own log."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from telephony.ami.cel import CelLog, CelRecord, Checkpoint

S = 1_000_000
T0 = 1_700_000_000


def line(kind: str, at_s: float, call_id: str, **values: str) -> str:
    exten, cause = values.get("exten", ""), values.get("cause", "")
    tech, who = values.get("tech", ""), values.get("who", "")
    return f"{kind},{T0 + at_s:.6f},{call_id},{call_id},PJSIP/c-1,{exten},{cause},{tech},{who}\n"


def at(at_s: float) -> int:
    return int((T0 + at_s) * S)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cel.csv"


OPENED: list[CelLog] = []


@pytest.fixture(autouse=True)
def _closed_after_the_test() -> Iterator[None]:
    yield
    while OPENED:
        OPENED.pop().close()


def opened(path: Path, *, since_s: float = -100, now_s: float = 50, checkpoint: Checkpoint | None = None) -> CelLog:
    log = CelLog(path)
    OPENED.append(log)
    log.open(since_us=at(since_s), now_us=at(now_s), checkpoint=checkpoint)
    return log


def append(path: Path, *lines: str) -> None:
    with path.open("a") as file:
        file.write("".join(lines))


def test_a_whole_call_is_read(path: Path) -> None:
    append(
        path,
        line("CHAN_START", 1, "a"),
        line("ANSWER", 3, "a"),
        line("CONNECT", 3.5, "a", exten="1011"),
        line("HANGUP", 9, "a", cause="16", who="customer"),
        line("CHAN_START", 2, "b"),
        line("HANGUP", 4, "b", cause="17", tech="486"),
        line("UNATTENDED", 5, "c"),
    )

    log = opened(path)

    assert log.record("a") == CelRecord(at(1), at(3), at(3.5), "1011", 0, at(9), 16, "", "customer")
    assert log.record("b") == CelRecord(at(2), 0, 0, "", 0, at(4), 17, "486", "")
    assert log.record("c") == CelRecord(unattended_us=at(5))
    assert log.record("d") is None
    assert log.ended() == {"a": at(9), "b": at(4)}


def test_what_is_appended_is_taken_in_and_half_a_line_waits_for_its_other_half(path: Path) -> None:
    append(path, line("CHAN_START", 1, "a"))
    log = opened(path)
    whole = line("HANGUP", 9, "a", cause="16")

    append(path, whole[:20])
    log.poll(at(60))
    assert log.record("a") == CelRecord(started_us=at(1))

    append(path, whole[20:])
    log.poll(at(61))
    assert log.ended() == {"a": at(9)}
    assert log.broken_lines == 0


def test_a_broken_line_is_counted_and_the_rest_is_read(path: Path) -> None:
    append(path, "rubbish\n", "CHAN_START,abc,x,x,,,,,\n", "CHAN_START,1\n", "\n", line("CHAN_START", 1, "a"))

    log = opened(path)

    assert log.record("a") is not None
    assert log.broken_lines == 3


def test_a_truncated_log_is_read_from_its_new_beginning_and_proves_nothing_about_before(path: Path) -> None:
    append(path, line("CHAN_START", 1, "a"), line("CHAN_START", 2, "b"))
    log = opened(path)
    assert log.covers_us == at(1)

    path.write_text(line("HANGUP", 70, "a", cause="16"))
    log.poll(at(71))

    assert log.ended() == {"a": at(70)}
    assert log.record("b") is not None
    assert log.covers_us == at(71)


def test_a_rotated_log_is_read_to_its_end_and_then_the_new_one(path: Path) -> None:
    append(path, line("CHAN_START", 1, "a"))
    log = opened(path)
    append(path, line("CHAN_START", 2, "b"))
    path.rename(path.with_name("cel.csv.1"))
    append(path, line("CHAN_START", 3, "c"))

    log.poll(at(60))

    assert [log.record(one) is not None for one in "abc"] == [True, True, True]
    assert log.covers_us == at(1)


def test_at_the_start_the_rotated_log_is_read_too(path: Path) -> None:
    append(path.with_name("cel.csv.1"), line("CHAN_START", 1, "a"))
    append(path, line("CHAN_START", 3, "c"))

    log = opened(path)

    assert [log.record(one) is not None for one in "ac"] == [True, True]
    assert log.covers_us == at(1)


def test_a_log_that_is_not_there_proves_nothing_until_it_comes(path: Path) -> None:
    log = opened(path, now_s=50)
    assert log.covers_us == 0

    append(path, line("CHAN_START", 55, "a"))
    log.poll(at(60))

    assert log.record("a") is not None
    assert log.covers_us == at(50)


def test_a_checkpoint_proves_that_nothing_was_lost_since(path: Path) -> None:
    append(path, "")
    first = opened(path, now_s=10)
    checkpoint = first.checkpoint()
    assert checkpoint is not None
    append(path, line("CHAN_START", 40, "a"))

    with_it = opened(path, now_s=50, checkpoint=Checkpoint.from_text(checkpoint.to_text()))
    without = opened(path, now_s=50)

    assert with_it.covers_us == at(10)
    assert without.covers_us == at(40)


def test_a_checkpoint_of_another_file_or_of_a_longer_one_proves_nothing(path: Path) -> None:
    append(path, line("CHAN_START", 40, "a"))
    inode, size = os.stat(path).st_ino, os.stat(path).st_size

    assert opened(path, checkpoint=Checkpoint(inode + 1, 0, at(10))).covers_us == at(40)
    assert opened(path, checkpoint=Checkpoint(inode, size + 1, at(10))).covers_us == at(40)
    assert opened(path, checkpoint=Checkpoint(inode, size, at(10))).covers_us == at(10)


def test_a_checkpoint_of_the_file_that_was_rotated_since_still_proves(path: Path) -> None:
    append(path, line("CHAN_START", 5, "a"))
    checkpoint = opened(path, now_s=10, checkpoint=Checkpoint(path.stat().st_ino, 0, at(1))).checkpoint()
    path.rename(path.with_name("cel.csv.1"))
    append(path, line("CHAN_START", 40, "b"))

    assert opened(path, checkpoint=checkpoint).covers_us == at(1)


def test_a_checkpoint_of_no_file_covers_everything_since(path: Path) -> None:
    checkpoint = opened(path, now_s=10).checkpoint()
    append(path, line("CHAN_START", 40, "b"))

    assert opened(path, checkpoint=checkpoint).covers_us == at(10)


@pytest.mark.parametrize("text", ["", None, "1:2", "a:b:c", "1:2:3:4"])
def test_an_unreadable_checkpoint_is_none(text: str | None) -> None:
    assert Checkpoint.from_text(text) is None


@pytest.mark.parametrize("since_s", [0, 1, 4_999, 5_000, 9_999, 20_000])
def test_only_the_part_since_an_instant_is_read_of_a_long_log(path: Path, since_s: int) -> None:
    append(path, *[line("CHAN_START", at_s, f"call-{at_s}") for at_s in range(10_000)])

    log = opened(path, since_s=since_s)

    assert all(log.record(f"call-{at_s}") is not None for at_s in range(since_s, 10_000))
    read = sum(log.record(f"call-{at_s}") is not None for at_s in range(10_000))
    assert read <= 10_000 - min(since_s, 10_000) + 2_000


def test_ended_calls_are_forgotten_after_a_while_by_the_logs_own_clock(path: Path) -> None:
    append(path, line("CHAN_START", 1, "old"), line("HANGUP", 2, "old", cause="16"), line("CHAN_START", 3, "up"))
    log = opened(path)

    append(path, line("CHAN_START", 2_000, "new"))
    log.poll(at(2_001))

    assert log.record("old") is None
    assert log.record("up") is not None
    assert log.record("new") is not None


def test_a_log_with_a_broken_line_proves_nothing_about_the_time_before(path: Path) -> None:
    append(path, line("CHAN_START", 1, "a"), "CHAN_START,17000\n")
    log = opened(path, now_s=50)
    assert log.covers_us == at(50)

    append(path, line("CHAN_START", 60, "b"))
    log.poll(at(61))
    assert log.covers_us == at(50)
    append(path, "HANGUP,170\n")
    log.poll(at(70))
    assert log.covers_us == at(70)


def test_a_log_on_a_full_disk_proves_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    append(path, line("CHAN_START", 1, "a"))
    log = opened(path)
    free = os.statvfs(path)
    with monkeypatch.context() as disk:
        disk.setattr(os, "fstatvfs", lambda _fd: os.statvfs_result([*free[:4], 0, *free[5:]]))
        log.poll(at(60))
        assert log.covers_us == at(60)
        assert opened(path, now_s=65).covers_us == at(65)
    log.poll(at(70))
    assert log.covers_us == at(60)


def test_asterisks_own_lines_are_read(path: Path) -> None:
    """As cel_custom wrote them: the operator's side of the conversation names him under the customer's linkedid."""
    customer, local = "c-1,c-1,PJSIP/carrier-00000001", "7.3,c-1,Local/1001@op-00000000;2"
    append(
        path,
        f"CHAN_START,{T0 + 1}.792639,{customer},s,\n",
        f"ANSWER,{T0 + 2}.820808,{customer},s,\n",
        f"CHAN_START,{T0 + 2}.821540,{local},1001,\n",
        f'CONNECT,{T0 + 2}.822395,{local},1001,"{{""extra"":""""}}"\n',
        f'HANGUP,{T0 + 9}.942193,{local},1001,"{{""hangupcause"":16,""hangupsource"":"""",""dialstatus"":""""}}"\n',
        f'HANGUP,{T0 + 9}.942670,{customer},h,"{{""hangupcause"":16,""hangupsource"":""PJSIP/carrier-00000001""}}"\n',
    )
    log = opened(path)

    assert log.record("c-1") == CelRecord(
        started_us=T0 * S + 1_792_639,
        answered_us=T0 * S + 2_820_808,
        connected_us=T0 * S + 2_822_395,
        operator="1001",
        ended_us=T0 * S + 9_942_670,
        cause=16,
        hung_up_by="customer",
    )
    assert log.record("7.3") is None
    assert log.broken_lines == 0
