"""Who left is found nowhere; others keep what is theirs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, session

from portal.accounts import jobs, personal
from portal.accounts.models import Consent, Member, MemberState
from portal.accounts.queries import viewer_of
from portal.accounts.services import erasing
from portal.core import clock
from portal.core import db as core_db
from portal.core.access import viewer
from portal.core.audit import AuditEntry
from portal.core.db import db, transaction
from portal.core.errors import Conflict, NotAllowed, NotFound
from portal.core.mail.models import Letter
from portal.stories import services as stories
from portal.stories.models import Comment, Hashtag, Story
from tests.client import PortalClient
from tests.make import Make
from tests.privacy.life import WORDS, files_of, found, leave, planted


def fresh(member_id: str) -> Member:
    db.session.rollback()
    return db.session.get_one(Member, member_id, populate_existing=True)


def test_nothing_planted_is_left_anywhere(app: Flask, make: Make) -> None:
    member = planted(make)
    named = {table for table, _column, _value in found()}
    assert {
        "member",
        "story",
        "story_comment",
        "search_entry",
        "notification",
        "staff_note",
        "letter",
    } <= named
    assert found((member.id,)), "what leads to nobody stays"
    leave(member.id)
    assert found() == []


def test_every_column_of_the_member_is_wiped_or_kept_on_purpose(make: Make) -> None:
    member = planted(make)
    leave(member.id)
    row = (
        db.session.execute(sa.select(Member.__table__).where(Member.__table__.c.id == member.id))
        .mappings()
        .one()
    )
    told = {name for name, value in row.items() if value not in (None, "", [], {}, False, 0)}
    assert told <= personal.KEPT | {"display_name", "birth_calendar"}
    assert row["display_name"] == "Somebody who left"
    assert fresh(member.id).erase_after is None


def test_files_go_and_counters_agree(app: Flask, make: Make) -> None:
    before = files_of(app)
    member = planted(make)
    assert files_of(app) - before
    leave(member.id)
    assert files_of(app) - before == set()
    assert make.recounted() == []


def test_erasing_twice_is_erasing_once(make: Make) -> None:
    member = planted(make)
    leave(member.id)
    version = fresh(member.id).version
    with transaction():
        erasing.erase(member.id)
    assert (fresh(member.id).version, found()) == (version, [])


def test_all_at_once_is_the_same(make: Make) -> None:
    member = planted(make)
    with transaction():
        erasing.erase(member.id)
    assert found() == []


@pytest.mark.parametrize("steps", range(4))
def test_a_worker_that_dies_leaves_the_rest_to_the_next(
    make: Make, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    member = planted(make)
    done, real = [], erasing.forget_some

    def dies(member_id: str) -> bool:
        if len(done) == steps:
            raise SystemExit
        done.append(member_id)
        return real(member_id)

    monkeypatch.setattr(erasing, "forget_some", dies)
    with transaction():
        erasing.ask_to_be_erased(member, by=viewer_of(member.id))
    with clock.travel(clock.now() + timedelta(days=8)):
        with pytest.raises(SystemExit):
            jobs.sweep_leavers()
        db.session.rollback()
        assert fresh(member.id).state is MemberState.ERASED, "from the first step on they are nobody"
        monkeypatch.undo()
        jobs.sweep_leavers()
    assert found() == []
    assert erasing.due_to_be_erased() == []


def test_the_ledgers_stay_and_name_nobody(make: Make) -> None:
    member = planted(make)
    leave(member.id)
    assert db.session.scalar(sa.select(sa.func.count()).where(Consent.member_id == member.id)) == 2
    assert db.session.scalar(sa.select(sa.func.count()).where(AuditEntry.target_id == member.id)) == 1


def test_one_of_two_who_talked_leaves(make: Make, client: Any) -> None:
    member = planted(make)
    theirs = db.session.scalars(sa.select(Story).where(Story.body == "Theirs")).one()
    leave(member.id)
    page = client.get(f"/stories/{theirs.id}").text
    assert "An answer that stays" in page
    assert "A comment of theirs" in page
    assert "Somebody who left" in page
    assert not any(word in page for word in WORDS)
    assert db.session.scalar(sa.select(Story.reaction_count).where(Story.id == theirs.id)) == 0
    assert db.session.scalar(sa.select(sa.func.count()).where(Comment.story_id == theirs.id)) == 3


def test_what_was_said_as_the_brand_stays(make: Make, client: Any) -> None:
    make.staff("owner")
    host = make.staff("host", display_name=WORDS[0], region=WORDS[4])
    story = make.story(body="A question")
    make.comment(story=story, author=host, body="The house says hello", as_brand=True)
    news = make.story(author=host, as_brand=True, body="News of the house", region=WORDS[4])
    leave(host.id)
    assert "The house says hello" in client.get(f"/stories/{story.id}").text
    page = client.get(f"/stories/{news.id}").text
    assert "News of the house" in page
    assert found() == []


def test_a_theme_stays_when_its_only_story_goes(make: Make) -> None:
    make.hashtag("commute", theme_position=1)
    member = make.member()
    make.story(author=member, tags="#commute #onlymine")
    leave(member.id)
    assert set(db.session.scalars(sa.select(Hashtag.name))) == {"commute"}


def test_the_address_is_free_again(make: Make) -> None:
    member = planted(make)
    number = member.number
    leave(member.id)
    again = make.member(email=WORDS[1], phone=WORDS[2], display_name="New")
    assert again.id != member.id
    assert again.number > number


# ------------------------------------------------------------------ changing one's mind


def test_nothing_happens_before_the_day(make: Make) -> None:
    member = planted(make)
    leave(member.id, days=6)
    assert fresh(member.id).state is MemberState.ACTIVE
    assert found()


def test_who_stays_is_not_erased(make: Make) -> None:
    member = planted(make)
    with transaction():
        erasing.ask_to_be_erased(member, by=viewer_of(member.id))
    with transaction():
        assert erasing.stay(member)
        assert not erasing.stay(member)
    with clock.travel(clock.now() + timedelta(days=30)):
        jobs.sweep_leavers()
    assert fresh(member.id).display_name == WORDS[0]


def test_asking_twice_keeps_the_day_and_writes_once(make: Make, outbox: Callable[[], list[Letter]]) -> None:
    member = make.member()
    with transaction():
        first = erasing.ask_to_be_erased(member, by=viewer_of(member.id))
    with clock.travel(clock.now() + timedelta(days=2)), transaction():
        assert erasing.ask_to_be_erased(member, by=viewer_of(member.id)) == first
    [letter] = outbox()
    assert "/keep/" in letter.text_body


def test_nobody_erases_somebody_else(make: Make) -> None:
    member, owner = make.member(), make.staff("owner")
    with pytest.raises(NotAllowed), transaction():
        erasing.ask_to_be_erased(member, by=viewer_of(owner.id))


def test_the_last_owner_stays(make: Make) -> None:
    first, second = make.staff("owner"), make.staff("owner")
    with transaction():
        erasing.ask_to_be_erased(first, by=viewer_of(first.id))
        erasing.ask_to_be_erased(second, by=viewer_of(second.id))
    with clock.travel(clock.now() + timedelta(days=8)):
        jobs.sweep_leavers()
    states = {fresh(first.id).state, fresh(second.id).state}
    assert states == {MemberState.ACTIVE, MemberState.ERASED}
    left = next(one for one in (first, second) if fresh(one.id).state is MemberState.ACTIVE)
    with pytest.raises(Conflict), transaction():
        erasing.ask_to_be_erased(fresh(left.id), by=viewer_of(left.id))


def test_who_is_paused_can_leave(make: Make) -> None:
    member = make.member(state=MemberState.SUSPENDED, display_name=WORDS[0])
    leave(member.id)
    assert fresh(member.id).state is MemberState.ERASED


def test_nobody_comes_in_as_somebody_who_left(make: Make) -> None:
    member = make.member()
    leave(member.id)
    with pytest.raises(NotFound), transaction():
        make.session_token(member)


def test_no_letter_reaches_or_names_who_left(make: Make, outbox: Callable[[], list[Letter]]) -> None:
    member = planted(make)
    story = db.session.scalars(sa.select(Story).where(Story.body == "Theirs")).one()
    with transaction():
        stories.add_comment(story, by=viewer_of(member.id), body="Last words")
    leave(member.id)
    assert not [one for one in outbox() if one.member_id == member.id or WORDS[0] in one.text_body]


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "the switch"])
def test_a_request_that_began_before_writes_nothing_after(
    app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """Its viewer was read while the account was open. Without the question at the write, words would come back."""
    member, story = make.member(), make.story()
    member_id, story_id, token = member.id, story.id, make.session_token(member)
    if not guarded:
        monkeypatch.setattr(core_db, "_BEFORE_WRITING", [])
    db.session.commit()
    with app.test_request_context():
        session["_user_id"] = token
        me = viewer()
        assert me is not None
        with transaction():
            erasing.erase(member_id)
        refused = pytest.raises(NotAllowed) if guarded else nullcontext()
        with refused, transaction():
            stories.add_comment(db.session.get_one(Story, story_id), by=me, body="Too late")
    left = db.session.scalar(sa.select(sa.func.count()).where(Comment.body == "Too late"))
    assert left == (0 if guarded else 1)


def test_kept_pages_forget_with_the_wall(
    app: Flask, make: Make, as_member: Callable[..., PortalClient], asked: list[str]
) -> None:
    """A front that has just shown somebody shows them no more, to visitors and members alike."""
    member = planted(make)
    told = sa.select(Story.id).where(Story.author_id == member.id, Story.body.contains(WORDS[6]))
    story_id = db.session.scalars(told).one()
    browsers = [PortalClient(app), as_member(make.member())]
    for browser in browsers * 2:
        for path in ("/stories", f"/stories/{story_id}"):
            assert WORDS[6] in browser.get(path).text
    before = len(asked)
    for browser in browsers:
        browser.get("/stories")
    assert len(asked) == before, "the walls are warm"
    leave(member.id)
    for browser in browsers:
        page = browser.get("/stories").text
        assert not [word for word in WORDS if word in page]
        assert browser.get(f"/stories/{story_id}").status_code == 404
