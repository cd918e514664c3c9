"""Taking one's data along: all of it, mine only, whole or not at all, gone in time."""

from __future__ import annotations

import io
import json
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.accounts import jobs
from portal.accounts.models import DataPackage, Member, PackageState
from portal.accounts.queries import viewer_of
from portal.accounts.services import packing
from portal.core import clock, retention
from portal.core.db import db, new_id, transaction
from portal.core.errors import Conflict
from portal.core.media.models import Photo, PhotoState
from portal.core.media.storage import picture_key, storage
from portal.notifications.models import Notification
from portal.stories.models import Story, StoryState
from tests.make import Make
from tests.privacy.life import WORDS, files_of, leave, planted


def ask(member: Member) -> str:
    with transaction():
        return packing.ask_for_package(member.id, by=viewer_of(member.id)).id


def package(package_id: str) -> DataPackage:
    db.session.rollback()
    return db.session.get_one(DataPackage, package_id, populate_existing=True)


def archive(package_id: str) -> zipfile.ZipFile:
    with packing.path_of(package(package_id)) as path:
        return zipfile.ZipFile(io.BytesIO(path.read_bytes()))


def mine(member: Member) -> str:
    found = packing.newest_package(member.id)
    assert found is not None
    return found.id


def test_everything_of_mine_is_in_it_and_nothing_else(make: Make) -> None:
    member = planted(make)
    stranger = make.member(display_name="Stranger", email="stranger@elsewhere.example")
    make.story(author=stranger, body="Not yours")
    member_id, package_id = member.id, mine(member)
    jobs.pack_data(package_id)
    assert package(package_id).state is PackageState.READY
    with archive(package_id) as packed:
        assert packed.testzip() is None
        names = packed.namelist()
        texts = {name: packed.read(name).decode() for name in names if not name.endswith(".webp")}
        data = {name: json.loads(text) for name, text in texts.items() if name.endswith(".json")}
    assert names[0] == "README.txt"
    everything = "".join(texts.values())
    assert [word for word in WORDS if word not in everything] == []
    assert WORDS[0] in texts["data/profile.json"]
    assert "Not yours" not in everything
    assert "stranger" not in everything
    assert "argon2" not in everything
    assert len([name for name in names if name.endswith(".webp")]) == 2
    assert {row["text"] for row in data["data/comments.json"]} == {WORDS[8], WORDS[9]}
    assert all(isinstance(rows, list) for rows in data.values())
    assert db.session.get_one(Member, member_id)


def test_readable_in_my_language(make: Make) -> None:
    member = make.member(language="zh_CN", display_name="小满")
    package_id = ask(member)
    jobs.pack_data(package_id)
    with archive(package_id) as packed:
        assert "data" in packed.read("README.txt").decode()
        assert "小满" in packed.read("data/profile.json").decode()


def test_one_at_a_time_and_one_a_day(make: Make) -> None:
    member = make.member()
    package_id = ask(member)
    with pytest.raises(Conflict):
        ask(member)
    jobs.pack_data(package_id)
    with pytest.raises(Conflict):
        ask(member)
    with clock.travel(clock.now() + timedelta(hours=25)):
        assert ask(member) != package_id


def test_the_member_hears_of_it_in_the_inbox_and_by_mail(make: Make, outbox: Callable[[], list[Any]]) -> None:
    member = make.member()
    jobs.pack_data(ask(member))
    told = db.session.scalars(sa.select(Notification).where(Notification.member_id == member.id)).one()
    assert told.kind == "accounts.package_ready"
    assert "/me/privacy" in outbox()[-1].text_body


def test_a_worker_that_dies_leaves_it_to_the_next(
    app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = make.member()
    package_id = ask(member)

    def dies(claim: packing.Claim) -> int:
        raise SystemExit

    monkeypatch.setattr(packing, "pack", dies)
    with pytest.raises(SystemExit):
        jobs.pack_data(package_id)
    monkeypatch.undo()
    jobs.pack_data(package_id)
    assert package(package_id).state is PackageState.PACKING, "the lease still runs"
    with clock.travel(clock.now() + packing.LEASE + timedelta(seconds=1)):
        assert packing.due_packages() == [package_id]
        jobs.pack_data(package_id)
    assert package(package_id).state is PackageState.READY


def test_who_was_too_slow_settles_nothing_and_leaves_no_file(app: Flask, make: Make) -> None:
    package_id = ask(make.member())
    with transaction():
        slow = packing.claim_package(package_id)
    assert slow is not None
    size = packing.pack(slow)
    with clock.travel(clock.now() + packing.LEASE + timedelta(seconds=1)):
        jobs.pack_data(package_id)
        with transaction():
            assert not packing.settle_package(slow, size)
    assert package(package_id).state is PackageState.READY
    with archive(package_id) as packed:
        assert packed.testzip() is None
    assert len([key for key in files_of(app) if package_id in key]) == 1


def test_after_three_failures_it_says_so(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    member = make.member()
    package_id = ask(member)

    def fails(claim: packing.Claim) -> int:
        raise OSError("no space left")

    monkeypatch.setattr(packing, "pack", fails)
    for hour in range(packing.MOST_ATTEMPTS):
        with clock.travel(clock.now() + timedelta(hours=hour)):
            jobs.pack_data(package_id)
    assert package(package_id).state is PackageState.FAILED
    told = db.session.scalars(sa.select(Notification.kind).where(Notification.member_id == member.id))
    assert list(told) == ["accounts.package_failed"]
    monkeypatch.undo()
    assert ask(member) != package_id, "who got nothing may ask again at once"


def test_gone_after_a_week(app: Flask, make: Make) -> None:
    package_id = ask(make.member())
    jobs.pack_data(package_id)
    with clock.travel(clock.now() + timedelta(days=8)):
        retention.let_go()
        assert package(package_id).state is PackageState.GONE
    assert not [key for key in files_of(app) if package_id in key]


def test_gone_at_once_with_its_owner(app: Flask, make: Make) -> None:
    member = make.member()
    package_id = ask(member)
    jobs.pack_data(package_id)
    leave(member.id, days=7)
    assert db.session.get(DataPackage, package_id) is None
    assert not [key for key in files_of(app) if package_id in key]


def test_who_is_erased_while_we_pack_leaves_no_file(
    app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = make.member()
    package_id, member_id = ask(member), member.id
    with transaction():
        claim = packing.claim_package(package_id)
    assert claim is not None
    size = packing.pack(claim)
    leave(member_id)
    with transaction():
        assert not packing.settle_package(claim, size)
    assert not [key for key in files_of(app) if package_id in key]


def test_files_without_a_package_are_swept(app: Flask, make: Make) -> None:
    package_id = ask(make.member())
    jobs.pack_data(package_id)
    lost = f"packages/zz/{new_id()}/1.zip"
    storage().put(lost, b"PK")
    with clock.travel(clock.now() + timedelta(hours=1)):
        packing.delete_orphans()
    assert lost not in files_of(app)
    assert [key for key in files_of(app) if package_id in key]


# ------------------------------------------------------------------ size

STORIES, PHOTO_BYTES, MOST_MEMORY = 500, 200_000, 24 * 1024 * 1024


@pytest.mark.one_database
def test_five_hundred_stories_with_photos_in_little_memory(make: Make) -> None:
    """100 MB of photos and a megabyte of words pass through a few megabytes of memory."""
    member = make.member()
    member_id, now = member.id, clock.now()
    words = "一只包，十二年，两次修补。" * 150
    ids = [new_id() for _number in range(STORIES)]
    photos = [new_id() for _number in range(STORIES)]
    story = {"state": StoryState.PUBLISHED, "language": "zh_CN", "created_at": now, "published_at": now}
    photo = {"owner_kind": "story", "uploaded_by": member_id, "position": 0, "state": PhotoState.READY}
    sizes = {"width": 1600, "height": 1200, "byte_size": PHOTO_BYTES, "created_at": now, "updated_at": now}
    with transaction():
        db.session.execute(
            sa.insert(Story), [{"id": one, "author_id": member_id, "body": words, **story} for one in ids]
        )
        db.session.execute(
            sa.insert(Photo),
            [
                {"id": one, "owner_id": owner, **photo, **sizes}
                for one, owner in zip(photos, ids, strict=True)
            ],
        )
    try:
        for number, one in enumerate(photos):
            storage().put(picture_key(one, 1600), bytes([number % 256]) * PHOTO_BYTES)
        package_id = ask(db.session.get_one(Member, member_id))
        tracemalloc.start()
        jobs.pack_data(package_id)
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert package(package_id).byte_size > STORIES * PHOTO_BYTES
        assert peak < MOST_MEMORY, f"{peak / 1024 / 1024:.1f} MB"
    finally:
        storage().delete(*(picture_key(one, 1600) for one in photos))
