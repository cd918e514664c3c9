"""Erased in the middle of writing: nothing of who left comes back, whatever their browsers send at that moment."""

from __future__ import annotations

import io
import re
import time
import zipfile
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app

from portal.accounts import jobs
from portal.accounts.models import AccountSession, DataPackage, Member, MemberState, PackageState
from portal.accounts.queries import viewer_of
from portal.accounts.services import packing
from portal.core import clock
from portal.core import db as core_db
from portal.core.db import db, transaction
from portal.core.media.models import Photo
from portal.core.media.storage import package_key, storage
from portal.stories.models import Comment, CommentState, Reaction, Story, StoryState
from tests.concurrency.crowd import House, Many, at_once
from tests.concurrency.served import wait_for
from tests.core.media import pictures
from tests.make import Make

WRITERS, TIMES = 2, 12


def write_on(token: str, story_id: str, name: str) -> list[int]:
    """What an open browser sends, again and again: comments, likes, a draft with photos, a name."""
    client = current_app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = token
    photo = pictures.as_bytes(pictures.textured((80, 60)), "JPEG")
    answers = []
    for number in range(TIMES):
        words = {"body": f"{name} {number}"}
        answers.append(client.post(f"/stories/{story_id}/comments", data=words))
        answers.append(client.post(f"/stories/{story_id}/reaction", data={"on": str(number % 2)}))
        page = client.get("/stories/new")
        draft = re.search(r"/stories/(\w{26})/draft", page.text)
        if draft is not None:
            answers.append(client.post(f"/stories/{draft[1]}/draft", data=words))
            files = {"photos": (io.BytesIO(photo), "a.jpg")}
            answers.append(
                client.post(f"/stories/{draft[1]}/photos", data=files, content_type="multipart/form-data")
            )
        shown = {"display_name": name, "bio": name, "language": "en"}
        answers.append(client.post("/me/profile", data=shown))
    return [answer.status_code for answer in answers]


def write_carelessly(token: str, story_id: str, name: str) -> list[int]:
    """With the guard off: nobody asks, at the moment of writing, whether the writer is still there."""
    guards = core_db._BEFORE_WRITING[:]
    core_db._BEFORE_WRITING.clear()
    try:
        return write_on(token, story_id, name)
    finally:
        core_db._BEFORE_WRITING.extend(guards)


def erase(member_id: str, pause: float) -> list[int]:
    time.sleep(pause)
    jobs.erase_member(member_id)
    return []


def shares(people: Make, name: str) -> tuple[str, list[Any]]:
    with transaction():
        member = people.member(display_name=name, bio=name)
        story = people.story(author=people.member())
        tokens = [people.session_token(member) for _writer in range(WRITERS)]
        member_id, story_id = member.id, story.id
        member.erase_after = clock.now() - timedelta(seconds=1)
    return member_id, [(token, story_id, name) for token in tokens]


def left_of(member_id: str, name: str) -> dict[str, int]:
    db.session.rollback()
    counted = {
        "comments": sa.select(sa.func.count()).where(
            Comment.author_id == member_id, Comment.state != CommentState.DELETED
        ),
        "words": sa.select(sa.func.count()).where(Comment.body.startswith(name)),
        "likes": sa.select(sa.func.count()).where(Reaction.member_id == member_id),
        "stories": sa.select(sa.func.count()).where(
            Story.author_id == member_id, Story.state != StoryState.DELETED
        ),
        "photos": sa.select(sa.func.count()).where(Photo.uploaded_by == member_id),
        "sessions": sa.select(sa.func.count()).where(AccountSession.member_id == member_id),
        "names": sa.select(sa.func.count()).where(Member.__table__.c.bio == name),
    }
    found = {what: db.session.scalar(statement) or 0 for what, statement in counted.items()}
    return {what: number for what, number in found.items() if number}


def deed(what: str, *given: Any) -> list[int]:
    return {"erase": erase, "write": write_on, "careless": write_carelessly}[what](*given)


def test_nothing_comes_back(house: House, people: Make) -> None:
    for round_number, pause in enumerate((0.1, 0.6)):
        name = f"Leaver{round_number}"
        member_id, writing = shares(people, name)
        answers = at_once(
            house, deed, [("erase", member_id, pause), *(("write", *share) for share in writing)]
        )
        assert {status for statuses in answers for status in statuses} <= {200, 303, 403, 404, 409, 422}
        assert db.session.get_one(Member, member_id, populate_existing=True).state is MemberState.ERASED
        assert left_of(member_id, name) == {}


def test_without_the_question_words_come_back(house: House, people: Make) -> None:
    """The switch. These browsers keep the viewer they had, as a request does that began before."""
    member_id, writing = shares(people, "Careless")
    careless = [("careless", *share) for share in writing]
    at_once(house, deed, [("erase", member_id, 0.1), *careless])
    assert left_of(member_id, "Careless")


def test_two_workers_erase_once(house: House, people: Make) -> None:
    member_id, _writing = shares(people, "Twice")
    at_once(house, deed, [("erase", member_id, 0.0)] * 3)
    assert left_of(member_id, "Twice") == {}
    assert db.session.get_one(Member, member_id, populate_existing=True).version == 2


def pack_slowly(package_id: str) -> None:
    """Claim a package, write half a file, and never come to an end."""
    with transaction():
        claim = packing.claim_package(package_id)
    assert claim is not None
    with storage().writing(package_key(package_id, claim.attempt)) as file:
        file.write(b"PK half a file")
        file.flush()
        time.sleep(60)


def test_kill_9_while_packing(house: House, people: Make) -> None:
    member = people.member()
    with transaction():
        package_id = packing.ask_for_package(member.id, by=viewer_of(member.id)).id
    worker = Many(house, pack_slowly, [(package_id,)])
    wait_for(lambda: package(package_id).state is PackageState.PACKING, 20)
    worker.kill()
    jobs.pack_data(package_id)
    assert package(package_id).state is PackageState.PACKING, "the lease of the dead still runs"
    with clock.travel(clock.now() + packing.LEASE + timedelta(seconds=1)):
        jobs.pack_data(package_id)
        assert package(package_id).state is PackageState.READY
        with packing.path_of(package(package_id)) as path, zipfile.ZipFile(path) as packed:
            assert packed.testzip() is None
    with clock.travel(clock.now() + timedelta(hours=1)):
        packing.delete_orphans()
    left = [key for _id, key in storage().older_than("packages", clock.now() + timedelta(days=1))]
    assert [key for key in left if package_id in key] == [package_key(package_id, 2)]


def package(package_id: str) -> DataPackage:
    db.session.rollback()
    return db.session.get_one(DataPackage, package_id, populate_existing=True)
