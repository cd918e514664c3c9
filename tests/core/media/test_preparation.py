"""The worker may die at any moment: every photo ends whole, or is offered for another try."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal.core import clock
from portal.core.db import transaction
from portal.core.errors import Conflict
from portal.core.media import preparation, services
from portal.core.media.jobs import prepare_photo, sweep_photo_files, sweep_photos
from portal.core.media.models import PhotoState
from portal.core.media.preparation import LEASE, MOST_ATTEMPTS, Claim, Outcome
from portal.core.media.reasons import Reason
from portal.core.media.signals import PhotoFinished, photo_finished
from portal.core.media.storage import original_key, picture_key, storage
from tests.core.media.conftest import add_photo, files, forget_jobs, get_photo, work


def claim(photo_id: str) -> Claim | None:
    with transaction():
        return preparation.claim_photo(photo_id)


def settle(mine: Claim, outcome: Outcome) -> bool:
    with transaction():
        return preparation.settle_photo(mine, outcome)


def fill_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(type(storage()), "put", full)


def test_only_one_worker_claims_a_photo(house: Flask, jpeg: bytes) -> None:
    photo_id = add_photo(jpeg)
    assert claim(photo_id) == Claim(photo_id, 1)
    assert claim(photo_id) is None
    assert claim("no-such-photo") is None


def test_a_lost_hint_is_found_by_the_sweep(house: Flask, jpeg: bytes) -> None:
    photo_id = add_photo(jpeg)
    forget_jobs(house)
    sweep_photos()
    work(house)
    assert get_photo(photo_id).is_ready


@pytest.mark.parametrize("written", [False, True])
def test_a_killed_workers_photo_is_prepared_again(house: Flask, jpeg: bytes, written: bool) -> None:
    photo_id = add_photo(jpeg)
    forget_jobs(house)
    mine = claim(photo_id)
    assert mine is not None
    if written:
        preparation.prepare(mine)  # and killed before it could settle
    sweep_photos()
    work(house)
    assert get_photo(photo_id).state is PhotoState.PROCESSING
    with clock.travel(clock.now() + LEASE + timedelta(seconds=1)):
        sweep_photos()
        work(house)
    assert get_photo(photo_id).is_ready
    assert len(files(house)) == 3


def test_a_worker_that_lost_its_lease_cannot_settle(house: Flask, jpeg: bytes) -> None:
    photo_id = add_photo(jpeg)
    slow = claim(photo_id)
    assert slow is not None
    with clock.travel(clock.now() + LEASE + timedelta(seconds=1)):
        quick = claim(photo_id)
        assert quick is not None
        assert quick.attempt == 2
        assert not settle(slow, Outcome(reason=Reason.DAMAGED))
        assert settle(quick, preparation.prepare(quick))
    assert get_photo(photo_id).is_ready
    assert len(files(house)) == 3


def test_a_photo_deleted_while_it_is_prepared_leaves_no_files(house: Flask, jpeg: bytes) -> None:
    photo_id = add_photo(jpeg)
    mine = claim(photo_id)
    assert mine is not None
    with transaction():
        services.remove_photo(get_photo(photo_id))
    rendered = preparation.prepare(mine)
    assert rendered.reason is Reason.LOST
    storage().put(picture_key(photo_id, 400), b"written a moment too late")
    assert not settle(mine, rendered)
    assert files(house) == []


def test_a_photo_that_kills_every_worker_is_refused_in_the_end(house: Flask, jpeg: bytes) -> None:
    photo_id = add_photo(jpeg)
    moment = clock.now()
    for attempt in range(1, MOST_ATTEMPTS + 1):
        with clock.travel(moment + LEASE * 2 * attempt):
            assert claim(photo_id) == Claim(photo_id, attempt)
    with clock.travel(moment + LEASE * 10):
        assert claim(photo_id) is None
    photo = get_photo(photo_id)
    assert (photo.state, photo.reason, photo.can_retry) == (PhotoState.REFUSED, Reason.GAVE_UP, True)


def test_a_full_disk_is_tried_again_and_then_by_hand(
    house: Flask, jpeg: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo_id = add_photo(jpeg)
    with monkeypatch.context() as broken:
        fill_the_disk(broken)
        for attempt in range(1, MOST_ATTEMPTS):
            with clock.travel(clock.now() + timedelta(hours=attempt)):
                prepare_photo(photo_id)
                assert get_photo(photo_id).state is PhotoState.RECEIVED
                assert claim(photo_id) is None, "there is a pause before the next attempt"
        with clock.travel(clock.now() + timedelta(hours=9)):
            prepare_photo(photo_id)
    photo = get_photo(photo_id)
    assert (photo.state, photo.reason) == (PhotoState.REFUSED, Reason.GAVE_UP)
    assert files(house) == [original_key(photo_id)]
    forget_jobs(house)
    with transaction():
        services.retry_photo(get_photo(photo_id))
    work(house)
    assert get_photo(photo_id).is_ready


def test_a_vanished_original_is_said_to_be_lost(house: Flask, jpeg: bytes) -> None:
    photo_id = add_photo(jpeg)
    storage().delete(original_key(photo_id))
    work(house)
    assert get_photo(photo_id).reason is Reason.LOST


def test_a_job_may_run_twice(house: Flask, jpeg: bytes) -> None:
    photo_id = add_photo(jpeg)
    work(house)
    prepare_photo(photo_id)
    prepare_photo("no-such-photo")
    assert get_photo(photo_id).is_ready


# ------------------------------------------------------------------ files nobody speaks for


def age(house: Flask, key: str, hours: float) -> None:
    path: Path = house.config["PORTAL"].storage_dir / key
    moment = clock.now().timestamp() - hours * 3600
    os.utime(path, (moment, moment))


def test_orphans_are_deleted_and_nothing_else(house: Flask, jpeg: bytes) -> None:
    done = add_photo(jpeg)
    work(house)
    waiting = add_photo(jpeg)
    orphans = [original_key("0rphan"), original_key("half") + ".part", picture_key("0rphan", 400)]
    young = [original_key("young"), picture_key("young", 400)]
    for key in (*orphans, *young):
        path: Path = house.config["PORTAL"].storage_dir / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    for key in (*orphans, original_key(waiting), *(picture_key(done, width) for width in (400, 800, 1600))):
        age(house, key, 49)
    before = set(files(house))
    sweep_photo_files()
    assert before - set(files(house)) == set(orphans)


def test_an_original_that_failed_is_let_go_after_two_days(
    house: Flask, jpeg: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo_id = add_photo(jpeg)
    with monkeypatch.context() as broken:
        fill_the_disk(broken)
        for hours in (0, 1, 2):
            with clock.travel(clock.now() + timedelta(hours=hours)):
                prepare_photo(photo_id)
    age(house, original_key(photo_id), 49)
    sweep_photo_files()
    assert files(house) == [original_key(photo_id)], "it may still be tried again"
    with clock.travel(clock.now() + timedelta(hours=51)):
        sweep_photo_files()
    assert get_photo(photo_id).reason is Reason.LOST
    assert files(house) == []
    with pytest.raises(Conflict), transaction():
        services.retry_photo(get_photo(photo_id))


# ------------------------------------------------------------------ telling those above


def test_the_owners_room_is_told_once_a_photo_is_finished(
    house: Flask, jpeg: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, bool]] = []

    def listen(event: PhotoFinished) -> None:
        told.append((event.photo_id, get_photo(event.photo_id).is_ready))

    with photo_finished.connected_to(listen):
        ready, cut = add_photo(jpeg), add_photo(jpeg[: len(jpeg) // 2])
        work(house)
        assert told == [(ready, True), (cut, False)]
        waiting = add_photo(jpeg)
        fill_the_disk(monkeypatch)
        work(house)
        assert get_photo(waiting).is_waiting
        assert len(told) == 2
