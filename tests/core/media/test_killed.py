"""kill -9 in the middle of receiving and preparing: every photo ends whole, and no file lies about."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from config import ROOT
from portal.core import clock
from portal.core.db import db
from portal.core.media.jobs import sweep_photo_files, sweep_photos
from portal.core.media.models import Photo
from portal.core.media.preparation import LEASE
from portal.core.media.storage import keys_of, original_key, storage
from portal.core.media.sweeping import PATIENCE
from tests.core.media.conftest import files, forget_jobs, work

KILLS = 4
UPLOADER = """
import sys
from pathlib import Path
from portal.core import jobs
from tests import databases
from tests.core.media.conftest import add_photo, photos_only
from tests.core.media.pictures import as_bytes, quarters

app = photos_only(databases.settings_for(sys.argv[1], Path(sys.argv[2])))
data = as_bytes(quarters((1200, 900)), "JPEG")
print("ready", flush=True)
while True:
    with app.app_context():
        add_photo(data, limit=10_000)
    jobs.run_waiting(app)
"""


@contextmanager
def uploader(app: Flask) -> Iterator[None]:
    """A process that receives and prepares photos until it is killed without warning."""
    settings = app.config["PORTAL"]
    command = [sys.executable, "-c", UPLOADER, settings.database_url, str(settings.data_dir)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield
        finally:
            process.kill()


def test_photos_survive_kill_9(house: Flask) -> None:
    chance = random.Random(7)
    for _ in range(KILLS):
        with uploader(house):
            time.sleep(chance.uniform(0.2, 0.6))
        for photo in db.session.scalars(sa.select(Photo)):
            expected = keys_of(photo.id)[1:] if photo.is_ready else [original_key(photo.id)]
            assert all(storage().exists(key) for key in expected), photo.state
        db.session.rollback()
    forget_jobs(house)
    with clock.travel(clock.now() + LEASE * 2):
        sweep_photos()
        work(house)
    photos = list(db.session.scalars(sa.select(Photo)))
    assert len(photos) >= KILLS
    assert all(photo.is_ready for photo in photos)
    with clock.travel(clock.now() + PATIENCE + timedelta(minutes=1)):
        sweep_photo_files()
    assert set(files(house)) == {key for photo in photos for key in keys_of(photo.id)[1:]}
