"""News for members: the teaser is for everybody, and everywhere all that they get; the rest is for who has the perk."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.accounts.models import Member
from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db, transaction
from portal.core.errors import Conflict, Invalid, NotAllowed
from portal.core.media.models import Photo
from portal.core.media.queries import photos_of
from portal.membership.models import Perk, SpanKind
from portal.membership.services import spans
from portal.notifications.models import Notification, Touch
from portal.stories import moderated, proofs, services
from portal.stories.models import Comment, Story
from portal.stories.queries import find_stories
from tests.client import PortalClient
from tests.make import Make

pytestmark = pytest.mark.one_database

TEASER, REST, TAG = "We have opened a workshop by the lake.", "Innerwords of the whole story", "innertag"
Browser = Callable[..., PortalClient]


@pytest.fixture
def fan(make: Make) -> Member:
    """Somebody whose paid tier opens stories for members."""
    member = make.member(display_name="Fan Fanny")
    open_to(make, member)
    return member


def open_to(make: Make, member: Member, perk: Perk = Perk.MEMBERS_CONTENT) -> None:
    tier, now = make.tier(perks={perk: 1}), clock.now()
    with transaction():
        spans.give(
            member.id,
            tier.id,
            SpanKind.GIFT,
            starts_at=now - timedelta(days=9),
            ends_at=now + timedelta(days=9),
        )


@pytest.fixture
def news(make: Make, fan: Member, manager: Viewer) -> Story:
    """On the wall, with a photo, a comment and a like of somebody who reads it."""
    with transaction():
        story = services.publish_news(by=manager, body=f"{REST} #{TAG}", teaser=TEASER)
    make.photo("story", story.id, by=manager.id)
    with transaction():
        services.refresh_photos(story)
    return story


def comment_of(make: Make, story: Story, author: Member) -> Any:
    with transaction():
        return services.add_comment(story, by=viewer_of(author.id), body="Innercomment")


def test_walls_show_everybody_the_same_teaser(
    make: Make, news: Story, fan: Member, client: PortalClient, as_member: Browser
) -> None:
    comment_of(make, news, fan)
    for browser in (client, as_member(), as_member(fan)):
        for path in ("/stories", "/", "/search?q=workshop&kind=story", "/stories?show=featured"):
            with transaction():
                db.session.get_one(Story, news.id).featured_at = clock.now()
            text = browser.get(path).text
            assert REST not in text and TAG not in text and "Innercomment" not in text, path
            assert str(news.cover) not in text
        assert (
            TEASER in browser.get("/stories").text
            and "The rest is for members" in browser.get("/stories").text
        )


@pytest.mark.parametrize("kept", [True, False])
def test_the_page_opens_to_who_has_the_perk(
    app: Flask, monkeypatch: pytest.MonkeyPatch, news: Story, fan: Member, as_member: Browser, as_staff: Browser,
    client: PortalClient, kept: bool,
) -> None:  # fmt: skip
    """In whatever order they come: nothing of it is kept for others. It closes by itself when the time is over."""
    settings = dataclasses.replace(app.config["PORTAL"], card_cache=kept)
    monkeypatch.setitem(app.config, "PORTAL", settings)
    path, member = f"/stories/{news.id}", as_member()
    reader = as_member(fan)
    for _turn in range(2):
        for browser in (reader, as_staff("analyst")):
            assert REST in browser.get(path).text
        for browser in (client, member):
            text = browser.get(path).text
            assert TEASER in text and 'href="/membership"' in text
            assert REST not in text and TAG not in text and str(news.cover) not in text
            assert "og:image" not in text and f'content="{TEASER}"' in text
    with clock.travel(clock.now() + timedelta(days=10)):
        assert REST not in reader.get(path).text


def test_photos_are_nowhere_for_the_others(
    news: Story, fan: Member, client: PortalClient, as_member: Browser, as_staff: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    [photo] = photos_of("story", news.id)
    for width in (400, 800, 1600):
        path = f"/media/{photo.id}/{width}.webp"
        assert client.get(path).status_code == 404
        assert as_member().get(path).status_code == 404
        for browser in (as_member(fan), as_staff("analyst")):
            answer = browser.get(path)
            assert answer.headers["Cache-Control"] == "private, no-store"
    with transaction():
        services.delete_story(news, by=viewer_of(news.author_id))
    assert as_member(fan).get(f"/media/{photo.id}/400.webp").status_code == 404


@pytest.mark.parametrize("htmx", [False, True])
def test_nobody_else_talks_or_likes(
    make: Make, news: Story, fan: Member, as_member: Browser, htmx: bool
) -> None:
    comment, stranger = comment_of(make, news, fan), as_member()
    there = f"/stories/{news.id}"
    for path, data in (
        (f"{there}/comments", {"body": "Let me in"}),
        (f"{there}/reaction", {"on": "1"}),
        (f"{there}/comments/{comment.id}/delete", {}),
    ):
        assert stranger.post(path, data=data, htmx=htmx).status_code == 403, path
    for path in (f"{there}/comments/{comment.id}", f"{there}/history"):
        answer = stranger.get(path)
        assert "Innercomment" not in answer.text and REST not in answer.text
    assert "Innercomment" not in stranger.get(f"/report/comment/{comment.id}").text
    reader = as_member(fan)
    assert reader.post(f"{there}/reaction", data={"on": "1"}, htmx=htmx).status_code in (200, 204, 303)
    assert reader.post(f"{there}/comments", data={"body": "So good"}, htmx=htmx).status_code in (
        200,
        204,
        303,
    )
    db.session.refresh(news)
    assert (news.reaction_count, news.comment_count) == (1, 2)


@pytest.mark.parametrize("htmx", [False, True])
def test_who_lost_the_perk_reads_nothing_and_still_deletes_what_they_said(
    make: Make, news: Story, fan: Member, as_member: Browser, htmx: bool
) -> None:
    """Their own words stand below the teaser; those of others do not, and are not theirs to delete."""
    other = make.member()
    open_to(make, other)
    mine, theirs = comment_of(make, news, fan), comment_of(make, news, other)
    with transaction():
        db.session.get_one(Comment, theirs.id).body = "Otherwords"
    reader, there = as_member(fan), f"/stories/{news.id}"
    with clock.travel(clock.now() + timedelta(days=10)):
        page = reader.get(there).text
        assert "Innercomment" in page and "Otherwords" not in page and REST not in page
        assert reader.post(f"{there}/comments/{theirs.id}/delete", htmx=htmx).status_code == 403
        answer = reader.post(f"{there}/comments/{mine.id}/delete", htmx=htmx)
        assert answer.status_code == (204 if htmx else 303)
        assert there in answer.headers["HX-Redirect" if htmx else "Location"]
        assert "Otherwords" not in answer.text and "Innercomment" not in reader.get(there).text
    db.session.expire_all()
    assert news.comment_count == 1 and proofs_hold()


def proofs_hold() -> bool:
    return not [row for proof in proofs.PROOFS for row in proof.differences()]


def test_services_refuse_as_the_pages_do(news: Story, alice: Viewer) -> None:
    for deed in (
        lambda: services.add_comment(news, by=alice, body="Let me in"),
        lambda: services.set_reaction(news, by=alice, on=True),
        lambda: services.keep_for_members(news, "Mine now", by=alice),
        lambda: services.open_to_all(news, by=alice),
    ):
        with pytest.raises(NotAllowed), transaction():
            deed()


def test_search_and_tags_know_the_teaser_only(news: Story, client: PortalClient) -> None:
    assert [row.id for row in find_stories("workshop").items] == [news.id]
    assert find_stories("Innerwords").items == [] and find_stories(TAG).items == []
    assert client.get(f"/tags/{TAG}").status_code == 404


def test_what_is_said_of_it_elsewhere(
    make: Make, news: Story, fan: Member, run_jobs: Callable[[], None]
) -> None:
    """The brand's word quotes the teaser, replies quote nothing, and who reports a comment gets no words of it."""
    other = make.member()
    open_to(make, other)
    comment = comment_of(make, news, fan)
    with transaction():
        services.add_comment(news, by=viewer_of(other.id), body="Innerreply", parent_id=comment.id)
        services.announce()
    told = [str(row) for row in db.session.scalars(sa.select(Notification.facts))]
    touched = [str(row) for row in db.session.scalars(sa.select(Touch.facts))]
    assert told and touched and any("workshop" in line for line in touched)
    assert not any("Inner" in line for line in (*told, *touched))
    assert (
        moderated.describe_comments([comment.id])[comment.id].excerpt == "A comment below a story for members"
    )
    assert moderated.describe_stories([news.id])[news.id].excerpt == TEASER


@pytest.mark.parametrize("htmx", [False, True])
def test_staff_close_it_and_open_it_again(
    make: Make, manager: Viewer, as_staff: Browser, client: PortalClient, htmx: bool
) -> None:
    """Everything follows each time: photos, search, tags, the count of the tag."""
    with transaction():
        story = services.publish_news(by=manager, body=f"{REST} #{TAG}")
    photo = make.photo("story", story.id, by=manager.id, published=True)
    with transaction():
        services.refresh_photos(story)
    desk, url = as_staff("manager"), f"/console/stories/{story.id}/members-only"
    assert client.get(f"/media/{photo.id}/400.webp").status_code == 200
    assert desk.post(url, data={"teaser": "  "}).status_code == 422
    assert "x" * 201 in desk.post(url, data={"teaser": "x" * 201}).text  # what was typed is kept
    for _twice in range(2):
        assert desk.post(url, data={"teaser": TEASER}, htmx=htmx).status_code in (200, 204, 303)
    assert client.get(f"/media/{photo.id}/400.webp").status_code == 404
    assert find_stories("Innerwords").items == [] and client.get(f"/tags/{TAG}").status_code == 404
    assert REST not in client.get("/stories").text
    assert [line for one in proofs.PROOFS for line in one.differences()] == []
    for _twice in range(2):
        desk.post(url, data={"open": "1"}, htmx=htmx)
    db.session.expire_all()
    assert (story.members_only, story.teaser) == (False, "")
    assert client.get(f"/media/{photo.id}/400.webp").status_code == 200
    assert REST in client.get(f"/stories/{story.id}").text
    assert client.get(f"/tags/{TAG}").status_code == 200 and find_stories("Innerwords").items
    assert [line for one in proofs.PROOFS for line in one.differences()] == []


@pytest.mark.parametrize("role", ["moderator", "host", "analyst"])
def test_only_who_tells_news_keeps_it(news: Story, role: str, as_staff: Browser) -> None:
    answer = as_staff(role).post(f"/console/stories/{news.id}/members-only", data={"open": "1"})
    allowed = answer.status_code == 303
    db.session.refresh(news)
    assert news.members_only is not allowed


def test_a_member_s_story_is_for_everybody(make: Make, manager: Viewer) -> None:
    """By rule, and by the database."""
    story = make.story()
    with pytest.raises(NotAllowed), transaction():
        services.keep_for_members(story, TEASER, by=manager)
    with pytest.raises(sa.exc.IntegrityError), transaction():
        story.members_only, story.teaser = True, TEASER
        db.session.flush()
    with pytest.raises(Invalid), transaction():
        services.publish_news(by=manager, body="x", teaser="y" * 201)


def test_written_in_the_console(make: Make, as_staff: Browser) -> None:
    """With a photo: it appears when that is ready, and the photo stays closed."""
    desk = as_staff("manager")
    form = {"body": REST, "language": "en", "pinned_days": "3", "teaser": TEASER}
    assert desk.post("/stories/news/new", data=form | {"teaser": "y" * 201}).status_code == 422
    desk.post("/stories/news/new", data=form)
    story = db.session.scalars(sa.select(Story).where(Story.as_brand)).one()
    assert (story.members_only, story.teaser, story.body) == (True, TEASER, REST)
    text = desk.get(f"/stories/{story.id}").text
    assert REST in text and "Open it to everybody" in text
    desk.post(
        f"/stories/{story.id}/edit", data={"body": f"{REST}, changed", "product": "", "mood": "", "tags": ""}
    )
    db.session.refresh(story)
    assert story.members_only and story.teaser == TEASER
    assert find_stories("changed").items == []


def test_photos_that_come_late_stay_closed(make: Make, manager: Viewer) -> None:
    with transaction():
        story = services.publish_news(by=manager, body=REST, teaser=TEASER)
    late = make.photo("story", story.id, by=manager.id)
    with transaction():
        services.complete_story(story.id)
    assert db.session.scalar(sa.select(Photo.published).where(Photo.id == late.id)) is False
    db.session.refresh(story)
    assert story.cover == late.id


def test_deleted_news_keeps_nothing(news: Story) -> None:
    with transaction():
        services.delete_story(news, by=viewer_of(news.author_id))
    db.session.refresh(news)
    assert (news.members_only, news.teaser, news.body) == (False, "", "")
    with pytest.raises((Conflict, NotAllowed)), transaction():
        services.keep_for_members(news, TEASER, by=viewer_of(news.author_id))
