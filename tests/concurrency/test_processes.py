"""The processes of a portal: what they share, who replaces one that dies, and that none outlives who started it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.concurrency.served import Served, served, wait_for

#: an idle server gives up at once, then its main process stops the others
ENDS_WITHIN = 8.0
Choice = Callable[[Served], list[psutil.Process]]


def serve(portal: Served) -> psutil.Process:
    return psutil.Process(portal.process.pid)


def answering(portal: Served) -> list[psutil.Process]:
    """The processes that answer requests; empty while one of them is being replaced."""
    found = portal.web().children()
    return found if len(found) == 2 else []


KILLED: dict[str, Choice] = {
    "serve": lambda portal: [serve(portal)],
    "serve and the main web process": lambda portal: [serve(portal), portal.web()],
    "serve and the worker": lambda portal: [serve(portal), portal.worker()],
}


@pytest.mark.parametrize("who", KILLED)
def test_nothing_outlives_a_serve_that_was_killed(tmp_path: Path, who: str) -> None:
    with served(tmp_path) as portal:
        family = portal.family()
        assert len(family) == 5
        for one in KILLED[who](portal):
            one.kill()
        portal.process.wait(10)
        _gone, alive = psutil.wait_procs(family, ENDS_WITHIN)
        for one in alive:  # a test that fails leaves nothing running either
            one.kill()
        assert not alive
        portal.start()  # the port is free, the data is whole
        assert portal.visitor().get("/readyz").status == 200


def test_a_process_that_dies_is_replaced(tmp_path: Path) -> None:
    with served(tmp_path) as portal:
        before = wait_for(lambda: answering(portal))
        before[0].kill()
        after = wait_for(lambda: [one for one in answering(portal) if one.is_running() and one not in before])
        assert len(after) == 1
        for _connection in range(20):  # some of them reach the new one
            browser = portal.visitor()
            assert browser.get("/stories").status == 200
            browser.hang_up()


def test_no_connection_is_shared_between_processes(tmp_path: Path) -> None:
    with served(tmp_path) as portal:
        assert portal.visitor().get("/stories").status == 200
        assert [file.path for file in portal.web().open_files() if "sqlite" in file.path] == []


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere each process reads the application itself")
def test_what_all_processes_only_read_is_there_once(tmp_path: Path) -> None:
    with served(tmp_path) as portal:
        for one in wait_for(lambda: answering(portal)):
            memory = one.memory_full_info()
            assert memory.uss < memory.rss / 3


def test_people_who_only_read_keep_nobody_out(tmp_path: Path) -> None:
    """Browsers keep their connections open after the answer: hundreds of them, none asking for anything."""
    with served(tmp_path, WEB_THREADS="4") as portal:
        readers = [portal.visitor() for _one in range(400)]
        try:
            assert {one.get("/healthz").status for one in readers} == {200}
        finally:
            for one in readers:
                one.hang_up()
