"""kill -9 of web server and worker during twenty uploads: every photo is whole in the end, or offered for retry."""

from __future__ import annotations

import http.client
import io
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from PIL import Image

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.media.images import WIDTHS
from portal.core.media.jobs import sweep_photo_files
from portal.core.media.models import Photo, PhotoState
from portal.core.media.storage import keys_of, original_key, picture_key
from portal.core.media.sweeping import PATIENCE
from portal.stories import services
from tests.concurrency.served import Served, Visitor, served, wait_for
from tests.core.media import pictures

UPLOADS, WRITERS = 28, 7
KILL_AFTER = (4, 11)


def photos() -> list[Photo]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Photo).execution_options(populate_existing=True)))


def files(portal: Served) -> dict[str, Path]:
    """Every file of the storage, by key."""
    storage = portal.folder / "storage"
    return {path.relative_to(storage).as_posix(): path for path in storage.rglob("*") if path.is_file()}


def check_nothing_is_half_done(portal: Served) -> None:
    """Straight after the kill: no row without its file, no picture that cannot be decoded to its last line."""
    lying = files(portal)
    for photo in photos():
        needed = [original_key(photo.id)] if photo.is_waiting else [picture_key(photo.id, w) for w in WIDTHS]
        assert set(needed) <= set(lying), photo.state
    for key, path in lying.items():
        if key.endswith(".webp"):
            with Image.open(path) as image:
                image.load()


def the_lease_runs_out() -> None:
    """Two minutes pass for those whose worker was killed."""
    with transaction():
        due = sa.update(Photo).where(Photo.due_at.is_not(None))
        db.session.execute(due.values(due_at=clock.now() - timedelta(seconds=1)))


class Uploads:
    """Twenty photos to send, by four members at once; what got no answer is sent again, as the page does."""

    def __init__(self, portal: Served, writers: list[tuple[str, Visitor]]) -> None:
        self.portal, self.writers = portal, writers
        self.counting, self.answers, self.kill_at = threading.Lock(), 0, 0
        self.data = pictures.as_bytes(pictures.textured((1600, 1200)), "JPEG", quality=90)

    def run(self, left: list[int], *, kill_after: int | None) -> list[int]:
        """Send these; whoever gets so many answers kills everything at once. Returns those that got none."""
        shares = [left[start::WRITERS] for start in range(WRITERS)]
        self.kill_at = self.answers + (kill_after or 0)
        with ThreadPoolExecutor(WRITERS) as crowd:
            return [one for part in crowd.map(self._send, shares, self.writers) for one in part]

    def _send(self, share: list[int], writer: tuple[str, Visitor]) -> list[int]:
        story_id, browser = writer
        unanswered = []
        for number in share:
            file = (f"{number}.jpg", "image/jpeg", self.data)
            try:
                answer = browser.post(f"/stories/{story_id}/photos", files={"photos": file}, htmx=True)
            except (OSError, http.client.HTTPException):
                unanswered.append(number)
                continue
            assert answer.status == 200, answer.text
            with self.counting:
                self.answers += 1
                if self.answers == self.kill_at:
                    self.portal.kill()
        return unanswered


def writers_in(portal: Served) -> Iterator[tuple[str, Visitor]]:
    with portal.indoors() as make, transaction():
        for _ in range(WRITERS):
            member = make.member()
            yield services.draft_of(viewer_of(member.id)).id, portal.visitor(member)


def test_every_photo_survives_kill_9(tmp_path: Path) -> None:
    with served(tmp_path) as portal:
        uploads = Uploads(portal, list(writers_in(portal)))
        left = list(range(UPLOADS))
        for kill_after in KILL_AFTER:
            left = uploads.run(left, kill_after=kill_after)
            assert left, "the kill came too late to hit anything"
            with portal.indoors():
                check_nothing_is_half_done(portal)
                the_lease_runs_out()
            portal.start()
            for _story_id, browser in uploads.writers:
                browser.hang_up()  # its connection led to the server that was killed
        assert not uploads.run(left, kill_after=None)
        with portal.indoors():
            wait_for(lambda: all(not photo.is_waiting for photo in photos()), 60)
            check_whole(portal, uploads)


def check_whole(portal: Served, uploads: Uploads) -> None:
    browsers = dict(uploads.writers)
    known = photos()
    assert len(known) >= UPLOADS
    for photo in known:
        if photo.state is not PhotoState.READY:
            assert photo.can_retry, photo.reason
            continue
        for width in WIDTHS:
            answer = browsers[photo.owner_id].get(f"/media/{photo.id}/{width}.webp")
            assert answer.status == 200
            with Image.open(io.BytesIO(answer.body)) as image:
                image.load()
                assert image.width == min(width, 1600)
    assert sum(photo.is_ready for photo in known) >= UPLOADS
    with clock.travel(clock.now() + PATIENCE + timedelta(hours=1)):
        sweep_photo_files()
    expected = {key for photo in known for key in keys_of(photo.id)[1:]}
    assert set(files(portal)) == expected, "files that no row speaks for"
