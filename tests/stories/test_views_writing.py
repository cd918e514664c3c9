"""Telling a story: the page, the draft that survives, handing in, changing."""

from __future__ import annotations

import pytest

from portal.core.db import db
from portal.stories import queries
from portal.stories.models import Mood, StoryEdit, StoryState
from tests.answers import BOTH, stored, text_of
from tests.stories.conftest import jpeg

pytestmark = pytest.mark.one_database


# ------------------------------------------------------------------ the page


def test_the_page_makes_one_draft_and_keeps_it(browser, author):
    page = text_of(browser.get("/stories/new"))
    draft = queries.find_draft(author.id)
    assert f'action="/stories/{draft.id}/photos"' in page
    browser.get("/stories/new")
    assert queries.find_draft(author.id).id == draft.id


def test_what_holds_is_said_before_typing(browser):
    page = text_of(browser.get("/stories/new"))
    assert "2 more stories of yours are read by a person" in page
    assert "Up to 9 photos of 20 MB each" in page


def test_those_who_are_known_read_no_warning(browser, trusting):
    assert "read by a person" not in text_of(browser.get("/stories/new"))


def test_an_unconfirmed_member_may_write_but_reads_what_to_do(make, as_member):
    page = text_of(as_member(make.member(verified=False)).get("/stories/new"))
    assert "confirm your e-mail address or phone number first" in page
    assert 'href="/me/security">Confirm it' in page


def test_a_prompt_and_a_product_come_along(make, browser):
    make.hashtag("commute", theme_position=0)
    product = make.product(name_en="Wheat tote")
    page = text_of(browser.get(f"/stories/new?tag=inside&product={product.slug}"))
    assert 'value="#inside"' in page
    assert f'<option selected value="{product.id}">' in page
    assert "checked" in text_of(browser.get("/stories/new?tag=Commute")).split('value="commute"')[0][-120:]


def test_visitors_sign_in_first(client):
    assert client.get("/stories/new").location.startswith("/sign-in?next=/stories/new")


# ------------------------------------------------------------------ the draft


def test_typing_is_kept_by_itself(browser, draft):
    data = {"body": "half a sent", "mood": "calm", "tags": "#slow", "by": "itself"}
    answer = text_of(browser.post(f"/stories/{draft.id}/draft", data=data, htmx=True))
    assert "Draft saved at" in answer
    assert "toast" not in answer
    kept = stored(draft)
    assert (kept.body, kept.mood, kept.state) == ("half a sent", Mood.CALM, StoryState.DRAFT)
    page = text_of(browser.get("/stories/new"))
    assert "half a sent" in page
    assert 'value="#slow"' in page


@BOTH
def test_the_button_saves_the_draft(browser, draft, htmx):
    answer = browser.post(f"/stories/{draft.id}/draft", data={"body": "by hand"}, htmx=htmx)
    if htmx:
        assert "Your draft is saved." in text_of(answer)
    else:
        assert answer.location == "/stories/new"
    assert stored(draft).body == "by hand"


@BOTH
def test_a_draft_that_cannot_be_kept_says_so(browser, draft, htmx):
    data = {"body": "x" * 5000}
    page = text_of(browser.post(f"/stories/{draft.id}/draft", data=data, htmx=htmx), 422)
    assert "at most 4000 characters" in page
    assert stored(draft).body == ""


@BOTH
def test_nobody_touches_the_draft_of_another(draft, as_member, client, htmx):
    for deed in ("draft", "submit", "edit", "photos", "delete"):
        assert (
            as_member().post(f"/stories/{draft.id}/{deed}", data={"body": "mine now"}, htmx=htmx).status_code
            == 404
        )
        answer = client.post(f"/stories/{draft.id}/{deed}", data={"body": "mine now"}, htmx=htmx)
        assert "/sign-in" in (answer.headers.get("HX-Redirect") or answer.location)
    assert stored(draft).body == ""


def test_what_was_typed_before_the_session_ended_is_offered_again(client, make, draft, author):
    client.post(f"/stories/{draft.id}/submit", data={"body": "typed without a session", "mood": "joy"})
    client.sign_in(make.session_token(author))
    page = text_of(client.get("/stories/new"))
    assert "typed without a session" in page
    assert stored(draft).body == ""


# ------------------------------------------------------------------ handing in


@BOTH
def test_a_newcomers_story_is_held(browser, draft, htmx):
    answer = browser.post(f"/stories/{draft.id}/submit", data={"body": "My first."}, htmx=htmx)
    assert (answer.headers.get("HX-Redirect") or answer.location) == f"/stories/{draft.id}"
    assert stored(draft).state is StoryState.HELD
    assert "Somebody reads it first" in text_of(browser.get(f"/stories/{draft.id}"))


@BOTH
def test_a_known_members_story_hangs_at_once(browser, draft, client, trusting, htmx, make):
    make.hashtag("commute", theme_position=0)
    data = {"body": "On the 7:40.", "mood": "proud", "themes": ["commute"], "tags": "#rain"}
    browser.post(f"/stories/{draft.id}/submit", data=data, htmx=htmx)
    assert stored(draft).state is StoryState.PUBLISHED
    assert {tag.name for tag in queries.tags_of(draft.id)} == {"commute", "rain"}
    assert "On the 7:40." in text_of(client.get("/stories"))


def test_files_still_in_the_form_come_along(browser, draft, run_jobs, trusting):
    data = {"body": "With a picture.", "photos": jpeg()}
    browser.post(f"/stories/{draft.id}/submit", data=data)
    assert stored(draft).state is StoryState.PREPARING
    run_jobs()
    assert stored(draft).state is StoryState.PUBLISHED
    assert stored(draft).cover


@BOTH
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"body": ""}, "needs words or a photo"),
        ({"body": "x" * 4001}, "at most 4000 characters"),
        ({"body": "ok", "tags": "#a #b #c #d #e #f"}, "at most 5 hashtags"),
    ],
)
def test_what_cannot_be_handed_in_comes_back_with_a_sentence(browser, draft, htmx, typed, said):
    page = text_of(browser.post(f"/stories/{draft.id}/submit", data=typed, htmx=htmx), 422)
    assert said in page
    assert typed["body"] in page
    assert stored(draft).state is StoryState.DRAFT


@BOTH
def test_an_unconfirmed_member_loses_nothing(make, as_member, htmx):
    member = make.member(verified=False)
    draft = make.story(author=member, state=StoryState.DRAFT, body="")
    page = text_of(
        as_member(member).post(f"/stories/{draft.id}/submit", data={"body": "kept words"}, htmx=htmx), 422
    )
    assert "confirm your e-mail address" in page
    assert stored(draft).body == "kept words"


def test_submitting_twice_is_submitting_once(browser, draft):
    for _time in range(2):
        assert browser.post(f"/stories/{draft.id}/submit", data={"body": "Once."}).status_code == 303
    assert stored(draft).state is StoryState.HELD


def test_rubbish_in_the_lists_is_ignored(browser, draft, trusting):
    data = {"body": "Fine.", "mood": "furious", "product": "nothing", "themes": ["unknown"]}
    browser.post(f"/stories/{draft.id}/submit", data=data)
    kept = stored(draft)
    assert (kept.state, kept.mood, kept.product_id) == (StoryState.PUBLISHED, None, None)


# ------------------------------------------------------------------ changing


@BOTH
def test_a_change_keeps_the_old_words_in_the_history(make, author, browser, htmx):
    story = make.story(author=author, body="old words")
    assert "old words" in text_of(browser.get(f"/stories/{story.id}/edit"))
    answer = browser.post(f"/stories/{story.id}/edit", data={"body": "new words"}, htmx=htmx)
    assert (answer.headers.get("HX-Redirect") or answer.location) == f"/stories/{story.id}"
    assert stored(story).body == "new words"
    assert db.session.query(StoryEdit).filter_by(story_id=story.id).one().body == "old words"


def test_a_rejected_story_is_mended_and_handed_in_again(make, author, browser):
    story = make.story(author=author, state=StoryState.REJECTED, body="too short")
    page = text_of(browser.get(f"/stories/{story.id}/edit"))
    assert "reason" in page
    browser.post(f"/stories/{story.id}/submit", data={"body": "long enough now"})
    assert stored(story).state is StoryState.HELD


def test_the_draft_has_one_address(browser, draft):
    assert browser.get(f"/stories/{draft.id}/edit").location == "/stories/new"


@BOTH
def test_strangers_change_nothing(make, as_member, as_staff, htmx):
    story = make.story(body="as it is")
    for stranger in (as_member(), as_staff("moderator")):
        assert stranger.get(f"/stories/{story.id}/edit").status_code == 404
        assert (
            stranger.post(f"/stories/{story.id}/edit", data={"body": "changed"}, htmx=htmx).status_code == 404
        )
    assert stored(story).body == "as it is"


def test_photo_buttons_on_a_published_story_show_the_typed_text_again(make, author, browser):
    story = make.story(author=author, body="as published")
    photo = make.photo("story", story.id, by=author.id)
    data = {"body": "typed but not saved"}
    page = text_of(browser.post(f"/stories/{story.id}/photos/{photo.id}/up", data=data))
    assert "typed but not saved" in page
    assert stored(story).body == "as published"


def test_the_page_in_chinese(browser):
    assert 'lang="zh-CN"' in text_of(browser.get("/stories/new", lang="zh"))


@BOTH
def test_a_product_that_was_hidden_meanwhile_stays_with_the_story(make, author, browser, htmx):
    product = make.product()
    story = make.story(author=author, product=product)
    product.shown = False
    page = text_of(browser.get(f"/stories/{story.id}/edit"))
    assert f'<option selected value="{product.id}">' in page
    browser.post(f"/stories/{story.id}/edit", data={"body": "new words", "product": product.id}, htmx=htmx)
    assert (stored(story).body, stored(story).product_id) == ("new words", product.id)


@BOTH
def test_typing_into_a_draft_that_was_handed_in_elsewhere_is_not_lost(make, author, browser, htmx):
    story = make.story(author=author, state=StoryState.HELD, body="as handed in")
    answer = browser.post(f"/stories/{story.id}/draft", data={"body": "typed in the other tab"}, htmx=htmx)
    page = text_of(answer, 409)
    assert "already handed in" in page
    if not htmx:
        assert "typed in the other tab" in page
    assert stored(story).body == "as handed in"
