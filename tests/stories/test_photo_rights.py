"""What authors allow with their photos: given, taken back, over; asked for by staff; taken along only while it lives."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.accounts.models import Member
from portal.accounts.queries import viewer_of
from portal.brand import queries as brand
from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.db import db, transaction
from portal.core.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.core.media import rights
from portal.core.media.models import Photo, PhotoRight, PhotoUse
from portal.core.media.rights import Wish
from portal.stories import services as stories
from portal.stories.models import Story
from portal.stories.queries.photo_rights import RightsFilter, live_rights
from portal.stories.services import photo_rights as services
from tests.answers import BOTH
from tests.make import Make

DESK = "/console/photo-rights"
ALL = frozenset(PhotoUse)


def today() -> Any:
    return brand.shop_day(clock.now())


@pytest.fixture
def told(make: Make) -> tuple[Story, Photo]:
    """A story on the wall with one photo that exists on the disk."""
    author = make.member(display_name="小燕")
    story = make.story(author=author, product=make.product())
    photo = make.photo("story", story.id, by=author.id, published=True)
    with transaction():
        stories.refresh_photos(db.session.get_one(Story, story.id))
    return db.session.get_one(Story, story.id), photo


def allow(story: Story, wishes: dict[str, Wish], *, seen: str | None = None) -> int:
    with transaction():
        return services.allow_uses(
            story,
            wishes,
            by=viewer_of(story.author_id),
            seen=services.seen_rights(story) if seen is None else seen,
        )


def live(**wanted: Any) -> list[tuple[str, str]]:
    page = live_rights(RightsFilter(**wanted), on=today(), cursor=None)
    return [(row.photo_id, row.use.value) for row in page.items]


def packed(**wanted: Any) -> list[str]:
    uses = {use.value: use.value for use in PhotoUse}
    return [name for name, _pieces in services.photos_to_take_along(RightsFilter(**wanted), ["f"], uses)]


def test_rights_are_given_changed_and_taken_back(app: Flask, told: tuple[Story, Photo]) -> None:
    story, photo = told
    until = today() + timedelta(days=30)
    assert live() == []
    assert allow(story, {photo.id: Wish(ALL, until)}) == 4
    assert allow(story, {photo.id: Wish(ALL, until)}) == 0
    assert allow(story, {photo.id: Wish(frozenset({PhotoUse.PRINT}), None)}) == 5  # four closed, one new
    assert live() == [(photo.id, "print")]
    assert len(list(db.session.scalars(sa.select(PhotoRight)))) == 5
    assert allow(story, {photo.id: Wish()}) == 1
    assert live() == packed()[:-1] == []


def test_a_right_ends_with_its_last_day(app: Flask, told: tuple[Story, Photo]) -> None:
    story, photo = told
    allow(story, {photo.id: Wish(frozenset({PhotoUse.ADS}), today())})
    assert live() == live(ending=True) == [(photo.id, "ads")]
    with clock.travel(clock.now() + timedelta(days=1)):
        assert live() == packed()[:-1] == []
        assert rights.wishes_of([photo.id], on=today()) == {photo.id: Wish()}
        with pytest.raises(Invalid):
            allow(story, {photo.id: Wish(ALL, today() - timedelta(days=1))})
        assert allow(story, {photo.id: Wish(frozenset({PhotoUse.ADS}))}) == 2
        assert live() == [(photo.id, "ads")]


@pytest.mark.parametrize("deed", ["hide", "delete story", "delete photo", "erase", "not theirs"])
def test_a_right_rests_or_ends_with_what_it_is_about(
    app: Flask, told: tuple[Story, Photo], deed: str
) -> None:
    story, photo = told
    photo_id, author = photo.id, viewer_of(story.author_id)
    allow(story, {photo_id: Wish(ALL)})
    assert len(live()) == 4
    with transaction():
        if deed == "hide":
            stories.hide_story(story.id, "reason")
        elif deed == "delete story":
            stories.delete_story(story, by=author)
        elif deed == "delete photo":
            stories.remove_photo(story, db.session.get_one(Photo, photo_id), by=author)
        elif deed == "erase":
            assert rights.take_back_all(author.id) == 4
        else:
            db.session.execute(sa.update(PhotoRight).values(granted_by="x" * 26))
    assert live() == packed()[:-1] == []
    if deed == "hide":
        with transaction():
            stories.restore_story(story.id, "published")
        assert len(live()) == 4
    if deed.startswith("delete"):
        assert db.session.scalars(sa.select(PhotoRight)).all() == []


def test_an_old_page_gives_nothing(app: Flask, told: tuple[Story, Photo]) -> None:
    story, photo = told
    before = services.seen_rights(story)
    allow(story, {photo.id: Wish(ALL)})
    ticked = services.seen_rights(story)
    allow(story, {photo.id: Wish()})
    with pytest.raises(Conflict):
        allow(story, {photo.id: Wish(ALL)}, seen=ticked)
    assert live() == []
    assert allow(story, {photo.id: Wish(ALL)}, seen=before) == 4  # the same as what was seen


def test_strangers_decide_nothing(app: Flask, make: Make, told: tuple[Story, Photo]) -> None:
    story, photo = told
    other = make.story()
    assert allow(other, {photo.id: Wish(ALL)}) == 0
    with pytest.raises(NotFound), transaction():
        services.allow_uses(story, {photo.id: Wish(ALL)}, by=viewer_of(other.author_id), seen="")
    allow(story, {photo.id: Wish(ALL)})
    right = db.session.scalars(sa.select(PhotoRight)).first()
    assert right is not None
    right_id = right.id
    with pytest.raises(NotFound), transaction():
        services.take_use_back(right_id, by=viewer_of(other.author_id))
    for _again in range(2):
        with transaction():
            services.take_use_back(right_id, by=viewer_of(story.author_id))
    assert len(live()) == 3


def test_staff_ask_once_in_90_days(app: Flask, make: Make, told: tuple[Story, Photo]) -> None:
    story, _photo = told
    host, moderator = viewer_of(make.staff("host").id), viewer_of(make.staff("moderator").id)
    with pytest.raises(NotAllowed), transaction():
        services.ask_for_photos(story, by=host)
    with pytest.raises(NotAllowed), transaction():
        services.ask_for_photos(make.story(), by=moderator)  # without a photo
    with transaction():
        services.ask_for_photos(story, by=moderator)
    with pytest.raises(Conflict), transaction():
        services.ask_for_photos(story, by=moderator)
    waiting = db.session.execute(sa.text("SELECT member_id, kind, path FROM touch")).all()
    assert [tuple(row) for row in waiting] == [
        (story.author_id, "stories.photos_asked", f"/stories/{story.id}/photo-rights")
    ]
    with clock.travel(clock.now() + timedelta(days=91)), transaction():
        services.ask_for_photos(story, by=moderator)


def test_what_is_taken_back_while_packing_is_left_out(
    app: Flask, make: Make, told: tuple[Story, Photo]
) -> None:
    story, first = told
    second = make.photo("story", story.id, by=story.author_id, published=True)
    allow(story, {first.id: Wish(ALL), second.id: Wish(ALL)})
    uses = {use.value: use.value for use in PhotoUse}
    entries = services.photos_to_take_along(RightsFilter(), ["file"], uses)
    name, _pieces = next(entries)
    assert first.id in name
    with transaction():
        rights.take_back_all(story.author_id)
    name, pieces = next(entries)
    assert name == services.MANIFEST
    assert b"".join(pieces).decode("utf-8-sig").count(first.id) == 4


def test_filters_by_use_product_and_end(app: Flask, told: tuple[Story, Photo]) -> None:
    story, photo = told
    allow(story, {photo.id: Wish(frozenset({PhotoUse.SHOP, PhotoUse.ADS}), today() + timedelta(days=60))})
    assert live(use=PhotoUse.SHOP) == [(photo.id, "shop")]
    assert live(use=PhotoUse.PRINT) == live(ending=True) == live(product_id="x") == []
    assert len(live(product_id=story.product_id)) == 2


# ------------------------------------------------------------------ pages


@pytest.fixture
def author(told: tuple[Story, Photo], as_member: Any) -> Any:
    return as_member(db.session.get_one(Member, told[0].author_id))


@pytest.mark.one_database
@BOTH
def test_the_author_ticks_and_takes_back(author: Any, told: tuple[Story, Photo], htmx: bool) -> None:
    story, photo = told
    path, photo_id = f"/stories/{story.id}/photo-rights", photo.id
    seen = services.seen_rights(story)
    assert path in author.get(f"/stories/{story.id}").text
    assert " checked" not in author.get(path).text.split("<main")[1]
    data = {"seen": seen, f"use-{photo_id}": ["print", "ads", "king"], f"until-{photo_id}": ""}
    saved = author.post(path, data=data, htmx=htmx)
    assert saved.status_code == (200 if htmx else 303)
    assert author.get(path).text.count(" checked") == 2
    assert author.post(path, data=data, htmx=htmx).status_code == 409  # the back button
    for day in ("yesterday", "2001-01-01", "9" * 50):
        wrong = data | {"seen": services.seen_rights(story), f"until-{photo_id}": day}
        again = author.post(path, data=wrong, htmx=htmx)
        assert again.status_code == 422 and f'id="until-{photo_id}-error"' in again.text
    given = author.get("/me/photo-rights").text
    assert given.count("/take-back") >= 3
    right_id = db.session.scalars(sa.select(PhotoRight.id)).first()
    assert author.post(f"/me/photo-rights/{right_id}/take-back", htmx=htmx).status_code == (
        200 if htmx else 303
    )
    assert len(live()) == 1
    assert author.post("/me/photo-rights/take-back", htmx=htmx).status_code == (200 if htmx else 303)
    assert live() == []
    assert "Nothing is allowed" in author.get("/me/photo-rights").text


@pytest.mark.one_database
def test_only_the_author_sees_the_page(
    client: Any, as_member: Any, as_staff: Any, make: Make, told: tuple[Story, Photo]
) -> None:
    path = f"/stories/{told[0].id}/photo-rights"
    assert client.get(path).location.startswith("/sign-in")
    news = make.story(as_brand=True, author=make.staff("owner"))
    for browser in (as_member(), as_staff("owner")):
        assert browser.get(path).status_code == browser.post(path).status_code == 404
        assert browser.get(f"/stories/{news.id}/photo-rights").status_code == 404
        assert browser.post(f"/me/photo-rights/{'x' * 26}/take-back").status_code == 404


@pytest.mark.one_database
def test_staff_take_along_only_what_lives(as_staff: Any, told: tuple[Story, Photo]) -> None:
    story, photo = told
    browser = as_staff("moderator")
    assert "Nothing to use here" in browser.get(DESK).text
    allow(story, {photo.id: Wish(frozenset({PhotoUse.PRINT}), today())})
    assert "小燕" in browser.get(DESK).text and "小燕" not in browser.get(f"{DESK}?use=ads").text
    assert browser.get(f"{DESK}?use=king&product=%27&ending=9&after=x").status_code == 200
    answer = browser.post(f"{DESK}/photos.zip", data={"use": "print"})
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    name, table = archive.namelist()
    assert archive.read(name)[:4] == b"RIFF" and photo.id in name and table == "photos.csv"
    rows = list(csv.reader(io.StringIO(archive.read(table).decode("utf-8-sig"))))
    assert rows[1][:3] == [name, "小燕", "In print"] and rows[1][5].endswith(f"/stories/{story.id}")
    assert len(rows) == 2
    empty = zipfile.ZipFile(io.BytesIO(browser.post(f"{DESK}/photos.zip", data={"use": "ads"}).data))
    assert empty.namelist() == ["photos.csv"]
    trail = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "photos.exported"))
    assert [entry.facts for entry in trail] == [{"use": "print"}, {"use": "ads"}]
    for role in ("host", "analyst"):
        assert as_staff(role).post(f"{DESK}/photos.zip").status_code == 403


@pytest.mark.one_database
@BOTH
def test_staff_ask_on_the_page_of_the_story(as_staff: Any, told: tuple[Story, Photo], htmx: bool) -> None:
    story, path = told[0], f"/console/stories/{told[0].id}/ask-for-photos"
    browser = as_staff("moderator")
    assert path in browser.get(f"/stories/{story.id}").text
    assert browser.post(path, htmx=htmx).status_code == (204 if htmx else 303)
    assert browser.post(path, htmx=htmx).status_code == 409
    assert as_staff("host").post(path, htmx=htmx).status_code == 403


@pytest.mark.one_database
def test_a_consent_shows_nothing_public(client: Any, told: tuple[Story, Photo]) -> None:
    story, photo = told
    before = client.get(f"/stories/{story.id}").text
    allow(story, {photo.id: Wish(ALL)})
    assert client.get(f"/stories/{story.id}").text == before
