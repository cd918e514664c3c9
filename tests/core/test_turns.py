"""Writers take turns: in order, whatever becomes of one of them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path

import psutil
import pytest

from portal.core import turns
from portal.core.errors import Busy
from portal.core.turns import Turn, turn_for

forking = multiprocessing.get_context("fork")


@pytest.fixture
def database(tmp_path: Path) -> str:
    return str(tmp_path / "portal.sqlite")


def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def in_line(turn: Turn) -> int:
    return len(turn._line)


def is_in_line(turn: Turn, number: int) -> bool:
    return in_line(turn) == number


def start(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_who_came_first_is_first(database: str) -> None:
    turn, order = turn_for(database), []

    def write(number: int) -> None:
        with turn.taken():
            order.append(number)

    with turn.taken():
        threads = []
        for number in range(12):
            threads.append(start(partial(write, number)))
            until(partial(is_in_line, turn, number + 2))
    for thread in threads:
        thread.join()
    assert order == list(range(12))
    assert in_line(turn) == 0


def test_a_fault_gives_the_turn_back(database: str) -> None:
    turn = turn_for(database)
    for _again in range(2):
        with pytest.raises(RuntimeError), turn.taken():
            raise RuntimeError
    with turn.taken():
        assert in_line(turn) == 1


def test_nobody_waits_for_ever_and_who_gives_up_stands_in_nobodys_way(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn, through, gave_up = turn_for(database), threading.Event(), threading.Event()

    def give_up() -> None:
        try:
            with turn.taken():
                pass
        except Busy:
            gave_up.set()

    def write() -> None:
        with turn.taken():
            through.set()

    with turn.taken():
        monkeypatch.setattr(turns, "PATIENCE", 0.05)
        impatient = start(give_up)
        until(lambda: in_line(turn) == 2)
        monkeypatch.setattr(turns, "PATIENCE", 20.0)
        patient = start(write)
        until(gave_up.is_set)
        assert not through.is_set()
        assert in_line(turn) == 2
    impatient.join()
    patient.join()
    assert through.is_set()


def test_every_database_has_a_line_of_its_own(database: str, tmp_path: Path) -> None:
    other = str(tmp_path / "other.sqlite")
    assert turn_for(database) is turn_for(database)
    with turn_for(database).taken(), turn_for(other).taken():
        assert in_line(turn_for(database)) == in_line(turn_for(other)) == 1


# ------------------------------------------------------------------ processes


def _write_often(database: str, said: int, letter: bytes) -> None:
    turn, stop = turn_for(database), time.monotonic() + 1.5

    def one() -> None:
        while time.monotonic() < stop:
            with turn.taken():
                os.write(said, letter.upper())
                time.sleep(0.002)
                os.write(said, letter.lower())

    threads = [start(one) for _number in range(4)]
    for thread in threads:
        thread.join()


def test_two_processes_take_turns_and_never_write_at_once(database: str) -> None:
    heard, said = os.pipe()
    both = [forking.Process(target=_write_often, args=(database, said, letter)) for letter in (b"a", b"b")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    os.close(said)
    with open(heard, encoding="ascii") as pipe:
        text = pipe.read()
    writes = [text[place : place + 2] for place in range(0, len(text), 2)]
    assert set(writes) == {"Aa", "Bb"}
    changes = sum(one != other for one, other in pairwise(writes))
    assert changes > len(writes) / 4, "one of them is passed by"


def _hold(database: str, holds: int) -> None:
    with turn_for(database).taken():
        os.write(holds, b"!")
        time.sleep(60)


def test_a_killed_process_gives_its_turn_back(database: str) -> None:
    told, holds = os.pipe()
    with turn_for(database).taken():
        pass  # a file that is open here: the child must not share it
    holder = forking.Process(target=_hold, args=(database, holds))
    holder.start()
    assert os.read(told, 1) == b"!"
    through = threading.Event()

    def write() -> None:
        with turn_for(database).taken():
            through.set()

    waiting = start(write)
    assert not through.wait(0.1)
    assert holder.pid
    os.kill(holder.pid, signal.SIGKILL)
    holder.join()
    waiting.join(20)
    assert through.is_set()


def _sleep(begun: int) -> None:
    os.write(begun, b"!")
    time.sleep(60)


def _hold_with_a_child(database: str, holds: int) -> None:
    with turn_for(database).taken():
        forking.Process(target=_sleep, args=(holds,)).start()
        time.sleep(60)


def test_a_child_does_not_keep_what_its_killed_parent_held(database: str) -> None:
    told, holds = os.pipe()
    holder = forking.Process(target=_hold_with_a_child, args=(database, holds))
    holder.start()
    assert os.read(told, 1) == b"!"
    [child] = _children_of(holder.pid)
    assert holder.pid
    os.kill(holder.pid, signal.SIGKILL)
    holder.join()
    try:
        through = threading.Event()

        def write() -> None:
            with turn_for(database).taken():
                through.set()

        start(write).join(20)
        assert through.is_set()
    finally:
        os.kill(child, signal.SIGKILL)


def _children_of(process: int | None) -> list[int]:
    return [child.pid for child in psutil.Process(process).children()]
