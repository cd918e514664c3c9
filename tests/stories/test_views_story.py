"""The page of a story: its states, its talk, likes, taking it down; each write plain and with htmx."""

from __future__ import annotations

import pytest

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.media.queries import photos_of
from portal.stories import queries, services
from portal.stories.models import Comment, CommentState, StoryState
from tests.answers import BOTH, stored, text_of

pytestmark = pytest.mark.one_database

MOST_QUERIES = 10


# ------------------------------------------------------------------ reading


def test_everyone_reads_a_story(client, make):
    story = make.story(body="Mended twice #repair, still mine.", tags="#old")
    page = text_of(client.get(f"/stories/{story.id}"))
    assert "Mended twice" in page
    assert 'class="hash" href="/tags/repair"' in page
    assert 'property="og:title"' in page
    assert "Sign in to say something" in page
    assert "csrf" not in page


def test_the_picture_for_other_places_is_absolute(client, make):
    author = make.member()
    story = make.story(author=author, state=StoryState.PREPARING)
    make.photo("story", story.id, by=author.id)
    with transaction():
        services.complete_story(story.id)
        services.approve_story(story.id)
    page = text_of(client.get(f"/stories/{story.id}"))
    assert f'content="http://portal.test/media/{stored(story).cover}/800.webp"' in page


@pytest.mark.parametrize("state", [state for state in StoryState if state is not StoryState.PUBLISHED])
def test_what_is_not_on_the_wall_is_not_there(client, make, as_member, state):
    story = make.story(state=state)
    assert client.get(f"/stories/{story.id}").status_code == 404
    assert as_member().get(f"/stories/{story.id}").status_code == 404
    assert client.get("/stories/01nothing").status_code == 404


def test_the_author_learns_where_the_story_is(make, as_member):
    author = make.member()
    browser = as_member(author)
    held = make.story(author=author, state=StoryState.HELD)
    page = text_of(browser.get(f"/stories/{held.id}"))
    assert "In review" in page
    assert "within 10 minutes" in page
    rejected = make.story(author=author, state=StoryState.REJECTED)
    page = text_of(browser.get(f"/stories/{rejected.id}"))
    assert "reason" in page
    assert f"/stories/{rejected.id}/edit" in page
    preparing = make.story(author=author, state=StoryState.PREPARING)
    assert "being prepared" in text_of(browser.get(f"/stories/{preparing.id}"))
    draft = make.story(author=author, state=StoryState.DRAFT)
    assert browser.get(f"/stories/{draft.id}").location == "/stories/new"


@BOTH
def test_a_page_whose_photos_are_in_the_worker_asks_until_they_are_ready(make, as_member, client, htmx):
    author = make.member()
    browser, story = as_member(author), make.story(author=author, state=StoryState.PREPARING)
    page = text_of(browser.get(f"/stories/{story.id}"))
    address = f"/stories/{story.id}/prepared"
    assert f'href="{address}" hx-get="{address}" hx-trigger="every ' in page

    def led_to(reader):
        answer = reader.get(address, htmx=htmx)
        assert answer.status_code == (204 if htmx else 303)
        return answer.headers.get("HX-Redirect") or answer.headers.get("Location")

    assert led_to(browser) == (None if htmx else f"/stories/{story.id}")
    assert led_to(as_member()) == f"/stories/{story.id}", "others learn nothing"
    assert "/sign-in" in led_to(client)
    with transaction():
        services.complete_story(story.id)
    assert led_to(browser) == f"/stories/{story.id}"
    assert "being prepared" not in text_of(browser.get(f"/stories/{story.id}"))


def test_tools_only_for_those_who_may(client, make, as_member, as_staff):
    author = make.member()
    story = make.story(author=author)
    address = f"/stories/{story.id}"
    assert "Take this story down" in text_of(as_member(author).get(address))
    for page in (text_of(client.get(address)), text_of(as_member().get(address))):
        assert "Take this story down" not in page
        assert "For staff" not in page
    assert "Answer as" in text_of(as_staff("host").get(address))
    assert "staff pick" not in text_of(as_staff("host").get(address))
    assert "Make it a staff pick" in text_of(as_staff("moderator").get(address))


def test_the_brands_answer_stands_out(client, make):
    story = make.story()
    make.comment(
        story=story, as_brand=True, author=make.staff("host"), body="We sewed that one on a Tuesday."
    )
    page = text_of(client.get(f"/stories/{story.id}"))
    assert page.count("We sewed that one on a Tuesday.") == 1
    assert 'class="patch' in page


def test_history(client, make):
    story = make.story(body="first version")
    with transaction():
        services.edit_story(story, by=viewer_of(story.author_id), body="second version")
    page = text_of(client.get(f"/stories/{story.id}/history"))
    assert "first version" in page
    assert "second version" in page
    untouched = make.story()
    assert "Never changed" in text_of(client.get(f"/stories/{untouched.id}/history"))
    hidden = make.story(state=StoryState.HIDDEN)
    assert client.get(f"/stories/{hidden.id}/history").status_code == 404


def test_the_page_costs_the_same_for_one_comment_and_for_thirty(make, client, as_member, queries):
    story = make.story(product=make.product(), tags="#a #b")
    make.comment(story=story, as_brand=True, author=make.staff("host"))
    browser, costs = as_member(), []
    for number in (1, 30):
        for _place in range(number):
            comment = make.comment(story=story)
            make.comment(story=story, parent=comment)
        for visitor in (client, browser):
            with queries() as log:
                visitor.get(f"/stories/{story.id}")
            costs.append(len(log))
            assert len(log) <= MOST_QUERIES, log
    assert costs[1] == costs[3]


# ------------------------------------------------------------------ likes


@BOTH
def test_a_like_is_set_and_cleared_never_toggled(make, as_member, htmx):
    story, browser = make.story(), as_member()
    for value, count in (("1", 1), ("1", 1), ("0", 0), ("0", 0)):
        answer = browser.post(f"/stories/{story.id}/reaction", data={"on": value}, htmx=htmx)
        assert stored(story).reaction_count == count
        if htmx:
            assert f'aria-pressed="{"true" if count else "false"}"' in text_of(answer)
            assert "toast" not in answer.get_data(as_text=True)
        else:
            assert answer.status_code == 302 or answer.status_code == 303
            assert answer.location == f"/stories/{story.id}#story-{story.id}"


def test_a_plain_like_leads_back_to_where_it_was_given(make, as_member):
    story, browser = make.story(), as_member()
    address = f"/stories/{story.id}/reaction"
    assert browser.post(address, data={"on": "1", "next": "/stories?page=2"}).location.startswith(
        "/stories?page=2#"
    )
    assert browser.post(address, data={"on": "1", "next": "https://evil.example/"}).location.startswith(
        "/stories/"
    )


@BOTH
def test_a_visitor_is_led_to_sign_in(make, client, htmx):
    story = make.story()
    answer = client.post(f"/stories/{story.id}/reaction", data={"on": "1"}, htmx=htmx)
    assert "/sign-in" in (answer.headers.get("HX-Redirect") or answer.location)
    assert stored(story).reaction_count == 0


@BOTH
def test_nobody_likes_what_they_cannot_see(make, as_member, htmx):
    story = make.story(state=StoryState.HELD)
    assert as_member().post(f"/stories/{story.id}/reaction", data={"on": "1"}, htmx=htmx).status_code == 404


# ------------------------------------------------------------------ taking down


@BOTH
def test_the_author_takes_a_story_down(make, as_member, client, htmx):
    author = make.member()
    story = make.story(author=author)
    answer = as_member(author).post(f"/stories/{story.id}/delete", htmx=htmx)
    assert (answer.headers.get("HX-Redirect") or answer.location) == "/stories"
    assert stored(story).state is StoryState.DELETED
    assert client.get(f"/stories/{story.id}").status_code == 404


@BOTH
def test_nobody_else_does(make, as_member, as_staff, client, htmx):
    story = make.story()
    address = f"/stories/{story.id}/delete"
    assert as_member().post(address, htmx=htmx).status_code == 404
    assert as_staff("moderator").post(address, htmx=htmx).status_code == 404
    client.post(address, htmx=htmx)
    assert stored(story).state is StoryState.PUBLISHED


# ------------------------------------------------------------------ comments


@BOTH
def test_a_comment_and_an_answer_to_it(make, as_member, htmx):
    story, browser = make.story(), as_member()
    answer = browser.post(f"/stories/{story.id}/comments", data={"body": "How lovely"}, htmx=htmx)
    comment = db.session.query(Comment).filter_by(story_id=story.id).one()
    if htmx:
        assert "How lovely" in text_of(answer)
        assert "Your comment is posted." in answer.get_data(as_text=True)
    else:
        assert answer.location == f"/stories/{story.id}#comment-{comment.id}"
    reply = {"body": "Thank you", "parent_id": comment.id}
    browser.post(f"/stories/{story.id}/comments", data=reply, htmx=htmx)
    top = queries.comments_of(stored(story), None).items[0]
    assert [row.body for row in top.replies] == ["Thank you"]
    assert stored(story).comment_count == 2


@BOTH
@pytest.mark.parametrize("body", ["", "   ", "x" * 1001])
def test_a_comment_that_cannot_be_posted_keeps_its_text(make, as_member, htmx, body):
    story = make.story()
    page = text_of(as_member().post(f"/stories/{story.id}/comments", data={"body": body}, htmx=htmx), 422)
    assert 'aria-invalid="true"' in page
    assert body.strip() in page
    assert stored(story).comment_count == 0


def test_a_refused_answer_opens_its_own_form(make, as_member):
    story = make.story()
    comment = make.comment(story=story)
    data = {"body": "", "parent_id": comment.id}
    page = text_of(as_member().post(f"/stories/{story.id}/comments", data=data), 422)
    assert f'id="answer-to-{comment.id}-error"' in page
    assert 'id="comment-new-error"' not in page


@BOTH
def test_comments_need_a_member_and_a_visible_story(make, as_member, client, htmx):
    story, hidden = make.story(), make.story(state=StoryState.HIDDEN)
    client.post(f"/stories/{story.id}/comments", data={"body": "hi"}, htmx=htmx)
    assert stored(story).comment_count == 0
    address = f"/stories/{hidden.id}/comments"
    assert as_member().post(address, data={"body": "hi"}, htmx=htmx).status_code == 404


@BOTH
def test_an_unconfirmed_member_is_told_what_to_do(make, as_member, htmx):
    story = make.story()
    browser = as_member(make.member(verified=False))
    page = text_of(browser.post(f"/stories/{story.id}/comments", data={"body": "kept words"}, htmx=htmx), 422)
    assert "confirm your e-mail address" in page
    assert "kept words" in page


@BOTH
def test_ones_own_comment_is_deleted(make, as_member, htmx):
    story, member = make.story(), make.member()
    comment = make.comment(story=story, author=member, body="regretted words")
    answer = as_member(member).post(f"/stories/{story.id}/comments/{comment.id}/delete", htmx=htmx)
    if htmx:
        assert "regretted words" not in text_of(answer)
    else:
        assert answer.location == f"/stories/{story.id}#comments"
    db.session.expire_all()
    assert db.session.get(Comment, comment.id).state is CommentState.DELETED


@BOTH
def test_other_peoples_comments_are_not(make, as_member, client, htmx):
    story = make.story()
    comment, elsewhere = make.comment(story=story), make.story()
    for address in (
        f"/stories/{story.id}/comments/{comment.id}/delete",
        f"/stories/{elsewhere.id}/comments/{comment.id}/delete",
    ):
        assert as_member().post(address, htmx=htmx).status_code == 404
        client.post(address, htmx=htmx)
    db.session.expire_all()
    assert db.session.get(Comment, comment.id).state is CommentState.PUBLISHED


def test_a_long_talk_comes_in_pages(client, make):
    story = make.story()
    for number in range(55):
        make.comment(story=story, body=f"word {number:02}.", created_at=clock.now() + clock.minutes(number))
    page = text_of(client.get(f"/stories/{story.id}"))
    assert "word 49." in page
    assert "word 50." not in page
    more = page.split('class="more" href="')[1].split('"')[0]
    assert "word 54." in text_of(client.get(more))
    assert "<h1" not in text_of(client.get(more, htmx=True))


def test_all_answers_to_one_comment(client, make):
    story = make.story()
    top = make.comment(story=story, body="the question")
    for number in range(33):
        make.comment(
            story=story,
            parent=top,
            body=f"answer {number:02}.",
            created_at=clock.now() + clock.minutes(number),
        )
    assert "3 more answers" in text_of(client.get(f"/stories/{story.id}"))
    page = text_of(client.get(f"/stories/{story.id}/comments/{top.id}"))
    assert "the question" in page
    assert "answer 32." in page
    assert client.get(f"/stories/{make.story().id}/comments/{top.id}").status_code == 404


def test_what_was_typed_before_the_session_ended_is_offered_again(client, make):
    story = make.story()
    address = f"/stories/{story.id}"
    client.post(f"{address}/comments", data={"body": "typed without a session"})
    client.sign_in(make.session_token(make.member()))
    assert "typed without a session" in text_of(client.get(address))


def test_photos_of_others_stay_private_until_published(make, client, as_member):
    author = make.member()
    story = make.story(author=author, state=StoryState.HELD)
    photo = make.photo("story", story.id, by=author.id)
    address = f"/media/{photo.id}/400.webp"
    assert client.get(address).status_code == 404
    assert as_member(author).get(address).status_code == 200
    assert len(photos_of("story", story.id)) == 1


@BOTH
def test_an_answer_to_a_comment_that_was_taken_down_meanwhile_is_not_lost(make, as_member, htmx):
    story = make.story()
    gone = make.comment(story=story, state=CommentState.HIDDEN)
    data = {"body": "typed for nobody", "parent_id": gone.id}
    page = text_of(as_member().post(f"/stories/{story.id}/comments", data=data, htmx=htmx), 422)
    assert "was taken down" in page
    assert "typed for nobody" in page
    assert f'name="parent_id" value="{gone.id}"' not in page


@BOTH
def test_a_story_that_left_the_wall_meanwhile_is_not_shown_with_the_refusal(
    make, as_member, htmx, monkeypatch
):
    """It was on the wall when the page was asked for, and no more when the comment was to be stored."""
    story, find = make.story(body="private now"), queries.get_story_for

    def find_and_hide(me, story_id):
        found = find(me, story_id)
        with transaction():
            services.hide_story(story_id, "reason")
        return found

    monkeypatch.setattr(queries, "get_story_for", find_and_hide)
    answer = as_member().post(f"/stories/{story.id}/comments", data={"body": "hello"}, htmx=htmx)
    assert "private now" not in text_of(answer, 409)
