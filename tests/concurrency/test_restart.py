"""The one command that runs everything: stops cleanly, loses nothing, and does not go on with half of itself."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from pathlib import Path

import psutil
import pytest
import sqlalchemy as sa

from portal import create_app
from portal.accounts.queries import viewer_of
from portal.core.db import db, transaction
from portal.core.mail.models import Letter, LetterState
from portal.core.mail.services import queue_letter
from portal.core.media.models import Photo, PhotoState
from portal.stories import services
from tests.concurrency.mailbox import mailbox
from tests.concurrency.served import Served, served, wait_for
from tests.core.media import pictures

#: the server gives its processes five seconds; a busy machine needs some more to end all of them
STOPS_WITHIN = 15.0


def gone(family: list[psutil.Process]) -> bool:
    _gone, alive = psutil.wait_procs(family, 5)
    return not alive


def put_to_sleep(portal: Served) -> None:
    """Suspend the worker, but not while it holds the database or the queue."""
    worker = portal.worker()

    def asleep() -> bool:
        worker.suspend()
        if all(_is_free(portal.folder / name) for name in ("portal.sqlite", "queue.sqlite")):
            return True
        worker.resume()
        return False

    wait_for(asleep)


def _is_free(path: Path) -> bool:
    with contextlib.closing(sqlite3.connect(path, timeout=0.2, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        connection.execute("ROLLBACK")
        return True


def upload_with_the_worker_away(portal: Served) -> str:
    """A photo arrives while nobody prepares photos. Returns its id."""
    with portal.indoors() as make:
        with transaction():
            member = make.member()
            story_id = services.draft_of(viewer_of(member.id)).id
        browser = portal.visitor(member)
        file = ("a.jpg", "image/jpeg", pictures.as_bytes(pictures.quarters((800, 600)), "JPEG"))
        assert browser.post(f"/stories/{story_id}/photos", files={"photos": file}, htmx=True).status == 200
        browser.hang_up()
        return db.session.scalars(sa.select(Photo.id).where(Photo.owner_id == story_id)).one()


def write_letter(portal: Served) -> str:
    with portal.indoors(), transaction():
        return queue_letter(
            to="reader@example.com",
            kind="test",
            language="en",
            subject="A letter",
            paragraphs=["Hello."],
            reason="A test asked for it.",
        ).id


def waiting_jobs(portal: Served) -> int:
    return len(create_app(portal.app.config["PORTAL"]).extensions["huey"])


def test_ctrl_c_stops_cleanly_and_a_restart_loses_nothing(tmp_path: Path) -> None:
    with mailbox() as (box, url), served(tmp_path, MAIL_URL=url) as portal:
        put_to_sleep(portal)
        photo_id = upload_with_the_worker_away(portal)
        assert waiting_jobs(portal) == 1
        portal.worker().kill()
        assert portal.process.wait(30) == 1, "half a portal must not go on"
        letter_id = write_letter(portal)
        assert waiting_jobs(portal) == 1

        portal.start()
        with portal.indoors():
            wait_for(lambda: _state_of(Photo, photo_id) is PhotoState.READY)
            wait_for(lambda: _state_of(Letter, letter_id) is LetterState.SENT)
        assert box.letters() == [letter_id]
        wait_for(lambda: waiting_jobs(portal) == 0)

        family = portal.family()
        assert len(family) >= 5  # the command, the server with two processes, the worker
        idle = portal.visitor()
        assert idle.get("/healthz").status == 200  # and stays connected
        began = time.monotonic()
        assert portal.stop() == 0
        assert time.monotonic() - began < STOPS_WITHIN
        assert gone(family)


def _state_of(model: type[Photo] | type[Letter], row_id: str) -> object:
    db.session.rollback()
    return db.session.scalar(sa.select(model.state).where(model.id == row_id))


@pytest.mark.parametrize("who", ["worker", "web"])
def test_when_one_half_dies_the_whole_stops_and_says_so(tmp_path: Path, who: str) -> None:
    with served(tmp_path) as portal:
        family = portal.family()
        getattr(portal, who)().kill()
        assert portal.process.wait(30) == 1
        assert gone(family)
