"""The photos of a story being written: one by one and all at once, with and without the script."""

from __future__ import annotations

from io import BytesIO

import pytest

from portal.core.db import db
from portal.core.media import uploads
from portal.core.media.queries import photos_of
from portal.core.media.services import stage_upload
from portal.stories.models import StoryState
from tests.answers import BOTH, stored, text_of
from tests.stories.conftest import jpeg

pytestmark = pytest.mark.one_database


def row_ids(story):
    db.session.expire_all()
    return [photo.id for photo in photos_of("story", story.id)]


@BOTH
def test_a_photo_goes_up(browser, draft, htmx):
    data = {"photos": jpeg(), "body": "words beside it"}
    answer = browser.post(f"/stories/{draft.id}/photos", data=data, htmx=htmx)
    (photo_id,) = row_ids(draft)
    if htmx:
        assert f'<li id="photo-{photo_id}">' in text_of(answer)
        assert "hx-trigger" in answer.get_data(as_text=True)
    else:
        assert answer.location == "/stories/new#photo-list"
        assert stored(draft).body == "words beside it"


def test_several_at_once_without_the_script(browser, draft):
    data = {"photos": [jpeg(), jpeg("#204060"), jpeg("#80a020")], "body": "three"}
    browser.post(f"/stories/{draft.id}/photos", data=data)
    assert len(row_ids(draft)) == 3


@BOTH
def test_a_file_that_is_no_photo_is_refused_with_a_sentence(browser, draft, htmx):
    data = {"photos": (BytesIO(b"no photo at all"), "zip.jpg"), "body": "kept words"}
    page = text_of(browser.post(f"/stories/{draft.id}/photos", data=data, htmx=htmx), 422)
    assert "not a photo we can read" in page
    assert row_ids(draft) == []
    if not htmx:
        assert "kept words" in page
        assert stored(draft).body == "kept words"


def test_one_bad_file_does_not_stop_the_others(browser, draft):
    data = {"photos": [jpeg(), (BytesIO(b"nonsense"), "odd.jpg")], "body": ""}
    page = text_of(browser.post(f"/stories/{draft.id}/photos", data=data), 422)
    assert "odd.jpg: " in page
    assert len(row_ids(draft)) == 1


@BOTH
def test_nothing_chosen(browser, draft, htmx):
    answer = browser.post(f"/stories/{draft.id}/photos", data={"body": "only words"}, htmx=htmx)
    assert answer.status_code == (422 if htmx else 303)


def test_there_is_room_for_nine(browser, draft, make, author):
    for _number in range(9):
        make.photo("story", draft.id, by=author.id, ready=False)
    answer = browser.post(f"/stories/{draft.id}/photos", data={"photos": jpeg()}, htmx=True)
    assert "room for 9 photos" in text_of(answer, 422)
    assert len(row_ids(draft)) == 9


def test_a_heap_of_files_is_not_worked_through(browser, draft, monkeypatch):
    looked_at = []

    def look(stream):
        looked_at.append(stream)
        return stage_upload(stream)

    monkeypatch.setattr(uploads, "stage_upload", look)
    data = {"photos": [jpeg() for _number in range(30)]}
    assert "room for 9 photos" in text_of(browser.post(f"/stories/{draft.id}/photos", data=data), 422)
    assert (len(row_ids(draft)), len(looked_at)) == (9, 10)


def test_more_than_nine_full_photos_is_too_large(browser, draft):
    answer = browser.post(
        f"/stories/{draft.id}/photos",
        input_stream=BytesIO(b"--x--"),
        environ_overrides={
            "CONTENT_LENGTH": str(182 * 1024 * 1024),
            "CONTENT_TYPE": "multipart/form-data; boundary=x",
        },
    )
    assert "too large" in text_of(answer, 413)


def test_other_forms_stay_small(browser, make):
    story = make.story()
    data = {"body": "x" * (1024 * 1024 + 10)}
    assert browser.post(f"/stories/{story.id}/comments", data=data).status_code == 413


def test_the_row_asks_until_the_photo_is_ready(browser, draft, make, author):
    waiting = make.photo("story", draft.id, by=author.id, ready=False)
    address = f"/stories/{draft.id}/photos/{waiting.id}"
    assert "load delay:2s" in text_of(browser.get(address, htmx=True))
    ready = make.photo("story", draft.id, by=author.id)
    row = text_of(browser.get(f"/stories/{draft.id}/photos/{ready.id}", htmx=True))
    assert f"/media/{ready.id}/400.webp" in row
    assert "delay" not in row
    assert browser.get(address).location == "/stories/new"


@BOTH
def test_photos_are_moved_described_and_removed(browser, draft, make, author, htmx):
    first, second = (make.photo("story", draft.id, by=author.id).id for _number in range(2))

    def act(photo_id, deed, **typed):
        answer = browser.post(
            f"/stories/{draft.id}/photos/{photo_id}/{deed}", data={"body": "words"} | typed, htmx=htmx
        )
        assert answer.status_code == (200 if htmx else 303)
        return answer

    act(second, "up")
    assert row_ids(draft) == [second, first]
    act(second, "down")
    assert row_ids(draft) == [first, second]
    act(first, "describe", **{f"alt-{first}": "A tote on a chair", f"alt-{second}": ""})
    assert [photo.alt for photo in photos_of("story", draft.id)] == ["A tote on a chair", ""]
    act(second, "remove")
    assert row_ids(draft) == [first]
    if not htmx:
        assert stored(draft).body == "words"


@BOTH
def test_photos_of_others_are_not_there(draft, make, as_member, author, htmx):
    photo = make.photo("story", draft.id, by=author.id)
    for deed in ("up", "describe", "remove", "retry"):
        answer = as_member().post(f"/stories/{draft.id}/photos/{photo.id}/{deed}", htmx=htmx)
        assert answer.status_code == 404
    mine = make.story(author=make.member(), state=StoryState.DRAFT)
    thief = as_member(db.session.get(type(author), mine.author_id))
    assert thief.post(f"/stories/{mine.id}/photos/{photo.id}/remove", htmx=htmx).status_code == 404
    assert row_ids(draft) == [photo.id]


def test_words_survive_a_photo_that_must_stay(make, author, browser):
    story = make.story(author=author, body="")
    photo = make.photo("story", story.id, by=author.id)
    data = {"body": "typed but not saved"}
    page = text_of(browser.post(f"/stories/{story.id}/photos/{photo.id}/remove", data=data), 422)
    assert "needs words or a photo" in page
    assert "typed but not saved" in page
    assert row_ids(story) == [photo.id]
