"""The event log: whole lines, files that change hands once, and nothing in a line that could break it."""

import fcntl
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.delivery import event_log
from app.delivery.event_log import (
    NOTHING_KNOWN,
    EventDetails,
    EventKind,
    EventLog,
    clean_user_agent,
    event_line,
    reader_fields,
)

LINE = event_line(EventKind.CLICK, 1_795_000_000_000, NOTHING_KNOWN, reader_fields("", "", "", ""))
WRITE_AND_DIE = """
import os, signal, sys
from pathlib import Path
from app.delivery.event_log import EventLog
EventLog(Path(sys.argv[1])).append("1\\tone line\\n")
os.kill(os.getpid(), signal.SIGKILL)
"""


def files(directory: Path) -> list[Path]:
    return sorted(directory.glob("*.log"))


def is_locked(path: Path) -> bool:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def test_a_line_has_twelve_fields_in_the_order_that_the_mover_reads() -> None:
    details = EventDetails(socket_id=3, line_item_id=5, creative_id=7, nonce="abc", issued_ms=11)
    line = event_line(EventKind.IMPRESSION, 13, details, reader_fields("hash", "news.example", "mg", "Agent 1"))
    assert line == "1\ti\t13\t3\t5\t7\tabc\t11\thash\tnews.example\tmg\tAgent 1\n"
    assert LINE == "1\tc\t1795000000000\t0\t0\t0\t-\t0\t-\t-\t-\t-\n"


@given(st.text(max_size=400))
def test_no_user_agent_can_end_a_field_or_a_line(sent: str) -> None:
    line = event_line(EventKind.CLICK, 1, NOTHING_KNOWN, reader_fields("", "", "", clean_user_agent(sent)))
    assert line.count("\t") == 11
    assert line.splitlines() == [line[:-1]]
    assert len(clean_user_agent(sent)) <= 200


def test_the_file_is_named_by_time_and_process_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    log = EventLog(tmp_path / "events")
    before_ms = time.time_ns() // 1_000_000
    log.append(LINE)
    (path,) = files(tmp_path / "events")
    moment, pid, ending = path.stem.split("-")
    assert before_ms <= int(moment) <= time.time_ns() // 1_000_000
    assert (len(moment), pid, len(ending)) == (13, str(os.getpid()), 8)
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_writer_holds_the_lock_until_it_lets_go_of_the_file(tmp_path: Path) -> None:
    log = EventLog(tmp_path)
    log.append(LINE)
    (path,) = files(tmp_path)
    assert is_locked(path)
    log.close()
    assert not is_locked(path)


def test_no_file_is_ever_found_before_it_is_locked(tmp_path: Path) -> None:
    done = threading.Event()
    open_ones: list[Path] = []

    def look() -> None:
        while not done.is_set():
            open_ones.extend(path for path in files(tmp_path) if not is_locked(path) and path.stat().st_size == 0)

    watcher = threading.Thread(target=look)
    watcher.start()
    logs = [EventLog(tmp_path) for _ in range(200)]
    for log in logs:
        log.append(LINE)
    done.set()
    watcher.join()
    assert open_ones == []


@pytest.mark.parametrize(("limit", "value"), [("FILE_BYTES_MAX", 1), ("FILE_SECONDS_MAX", 0.0)])
def test_a_full_or_old_file_is_followed_by_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: float
) -> None:
    monkeypatch.setattr(event_log, limit, value)
    log = EventLog(tmp_path)
    for _ in range(3):
        log.append(LINE)
    assert [path.read_text() for path in files(tmp_path)] == [LINE] * 3
    assert [is_locked(path) for path in files(tmp_path)].count(True) == 1


def test_an_old_file_is_let_go_of_though_nothing_happens_any_more(tmp_path: Path) -> None:
    log = EventLog(tmp_path)
    log.append(LINE)
    log.close_when_due()
    assert is_locked(files(tmp_path)[0])
    assert log._file is not None
    log._file.ends_at_s = 0.0
    log.close_when_due()
    assert not is_locked(files(tmp_path)[0])


def test_many_threads_write_whole_lines_over_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_log, "FILE_BYTES_MAX", 2_000)
    log = EventLog(tmp_path)

    def write(writer: int) -> None:
        for number in range(300):
            log.append(f"1\t{writer}\t{number}\t{'x' * 50}\n")

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = [line for path in files(tmp_path) for line in path.read_text().splitlines()]
    assert len(files(tmp_path)) > 10
    assert sorted(lines) == sorted(f"1\t{writer}\t{number}\t{'x' * 50}" for writer in range(8) for number in range(300))


def test_a_forked_process_opens_a_file_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = EventLog(tmp_path)
    log.append(LINE)
    pid = os.getpid()
    monkeypatch.setattr(os, "getpid", lambda: pid + 1)
    log.append(LINE)
    assert [path.name.split("-")[1] for path in files(tmp_path)].count(str(pid + 1)) == 1
    assert len(files(tmp_path)) == 2


def test_what_was_appended_outlives_a_killed_process_and_its_lock_does_not(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", WRITE_AND_DIE, str(tmp_path)], check=False)  # noqa: S603 - our own words
    assert done.returncode == -9
    (path,) = files(tmp_path)
    assert path.read_text() == "1\tone line\n"
    assert not is_locked(path)


def test_a_line_written_in_part_is_an_error_and_the_end_of_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = EventLog(tmp_path)
    log.append(LINE)
    write = os.write
    with monkeypatch.context() as disk:
        disk.setattr(os, "write", lambda descriptor, content: write(descriptor, content[:10]))
        with pytest.raises(OSError, match="only part of a line"):
            log.append(LINE)
    log.append(LINE)
    contents = sorted(path.read_text() for path in files(tmp_path))
    assert contents == sorted([LINE + LINE[:10], LINE])
