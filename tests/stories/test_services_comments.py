"""Comments of two levels, the brand's answers, what becomes of taken-down ones."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db, transaction
from portal.core.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.notifications.models import Notification
from portal.notifications.speech import spoken
from portal.stories import queries, services
from portal.stories.models import Comment, CommentState, Story
from tests.make import Make


def write(story: Story, by: Viewer, body: str = "hello", parent: Comment | None = None) -> Comment:
    with transaction():
        return services.add_comment(story, by=by, body=body, parent_id=parent.id if parent else None)


def answer(story: Story, by: Viewer, body: str = "谢谢你。") -> Comment:
    with transaction():
        return services.answer_story(story, by=by, body=body)


def told(member_id: str) -> list[tuple[str, int]]:
    statement = sa.select(Notification.kind, Notification.count).where(Notification.member_id == member_id)
    return [(kind, count) for kind, count in db.session.execute(statement.order_by(Notification.kind))]


def test_a_reply_to_a_reply_joins_the_top_comment(make: Make, alice: Viewer, bob: Viewer) -> None:
    story = make.story()
    top = write(story, alice, "top")
    reply = write(story, bob, "reply", top)
    nested = write(story, alice, "nested", reply)
    assert (reply.parent_id, nested.parent_id) == (top.id, top.id)
    [shown] = queries.comments_of(story, None).items
    assert [row.body for row in shown.replies] == ["reply", "nested"]
    assert story.comment_count == 3
    assert make.recounted() == []


def test_who_is_told(make: Make, alice: Viewer, bob: Viewer) -> None:
    author = viewer_of(make.member().id)
    story = make.story(author=author)
    top = write(story, alice)
    reply = write(story, bob, parent=top)
    write(story, author, parent=reply)
    assert told(author.id) == [("stories.commented", 2)]
    assert told(alice.id) == [("stories.replied", 1)]
    assert told(bob.id) == [("stories.replied", 1)]


def test_a_reply_to_the_author_is_told_once(make: Make, alice: Viewer) -> None:
    author = viewer_of(make.member().id)
    story = make.story(author=author)
    mine = write(story, author)
    write(story, alice, parent=mine)
    assert told(author.id) == [("stories.replied", 1)]


def test_empty_long_and_foreign_ones_are_refused(make: Make, alice: Viewer) -> None:
    story, elsewhere = make.story(), make.comment()
    for body in ("   ", "x" * 1001):
        with pytest.raises(Invalid):
            write(story, alice, body)
    with pytest.raises(NotFound):
        write(story, alice, parent=elsewhere)
    with pytest.raises(Conflict):
        write(make.story(state="hidden"), alice)
    with pytest.raises(NotAllowed):
        write(story, viewer_of(make.member(verified=False).id))


def test_nobody_replies_to_what_was_taken_down(make: Make, alice: Viewer) -> None:
    story = make.story()
    gone = make.comment(story=story, state="hidden")
    with pytest.raises(Conflict):
        write(story, alice, parent=gone)


def test_a_newcomers_link_is_held_and_only_they_see_it(make: Make, alice: Viewer, bob: Viewer) -> None:
    story = make.story()
    held = write(story, alice, "buy at https://shop.example")
    assert held.state is CommentState.HELD
    assert story.comment_count == 0
    assert [row.waits for row in queries.comments_of(story, alice).items] == [True]
    assert queries.comments_of(story, bob).items == []
    assert queries.comments_of(story, None).items == []
    with pytest.raises(NotFound):
        queries.get_comment_for(bob, held.id)
    assert told(story.author_id) == []
    for _time in range(2):
        with transaction():
            services.approve_comment(held.id)
    db.session.expire_all()
    assert story.comment_count == 1
    assert told(story.author_id) == [("stories.commented", 1)]
    assert make.recounted() == []


def test_a_deleted_parent_keeps_its_place_without_its_words(make: Make, alice: Viewer, bob: Viewer) -> None:
    story = make.story()
    top = write(story, alice, "secret")
    write(story, bob, "reply", top)
    for _time in range(2):
        with transaction():
            services.delete_comment(top, by=alice)
    [shown] = queries.comments_of(story, None).items
    assert (shown.taken_down, shown.body, len(shown.replies)) == (True, "", 1)
    assert "secret" not in db.session.scalars(sa.select(Comment.body)).all()
    assert story.comment_count == 1
    assert told(story.author_id) == [("stories.commented", 1)]
    assert make.recounted() == []


def test_a_deleted_comment_without_replies_is_gone(make: Make, alice: Viewer) -> None:
    story = make.story()
    comment = write(story, alice)
    with transaction():
        services.delete_comment(comment, by=alice)
    assert queries.comments_of(story, alice).items == []


def test_hidden_words_are_never_shown_and_come_back_exactly(make: Make, alice: Viewer) -> None:
    story = make.story()
    top = write(story, alice, "rude")
    make.comment(story=story, parent=top)
    with transaction():
        services.hide_comment(top.id, "reason")
    for viewer in (None, alice):
        [shown] = queries.comments_of(story, viewer).items
        assert (shown.taken_down, shown.body) == (True, "")
    with transaction():
        services.restore_comment(top.id, "published")
    assert queries.comments_of(story, None).items[0].body == "rude"
    assert make.recounted() == []


def test_strangers_do_not_delete_comments(make: Make, alice: Viewer, moderator: Viewer) -> None:
    comment = make.comment()
    for stranger in (alice, moderator):
        with pytest.raises(NotFound), transaction():
            services.delete_comment(comment, by=stranger)


# ------------------------------------------------------------------ the brand


def test_only_those_who_may_answer_as_the_brand(make: Make, alice: Viewer) -> None:
    with pytest.raises(NotAllowed):
        answer(make.story(), alice)


def test_the_first_answer_counts_and_the_next_takes_its_place(make: Make, moderator: Viewer) -> None:
    story = make.story()
    with clock.travel(clock.now()):
        first = answer(story, moderator)
    second = answer(story, moderator, "再说一句。")
    assert (story.answer_id, story.answered_at) == (first.id, first.created_at)
    assert told(story.author_id) == [("stories.answered", 1), ("stories.answered", 1)]
    with transaction():
        services.delete_comment(first, by=moderator)
    db.session.expire_all()
    assert story.answer_id == second.id
    with transaction():
        services.hide_comment(second.id, "reason")
    db.session.expire_all()
    assert (story.answer_id, story.answered_at) == (None, None)
    assert db.session.scalar(queries.open_replies()) == 1
    with transaction():
        services.restore_comment(second.id, "published")
    db.session.expire_all()
    assert story.answer_id == second.id


def test_a_colleague_may_take_the_brands_answer_down(make: Make, moderator: Viewer) -> None:
    story = make.story()
    said = answer(story, moderator)
    host = viewer_of(make.staff("host").id)
    with transaction():
        services.delete_comment(said, by=host)
    assert story.answered_at is None


def test_the_answer_goes_to_the_author_by_mail(make: Make, moderator: Viewer, outbox: object) -> None:
    author = make.member(language="en")
    answer(make.story(author=author), moderator)
    letters = outbox()  # type: ignore[operator]
    assert [(letter.recipient, letter.kind) for letter in letters] == [(author.email, "stories.answered")]


# ------------------------------------------------------------------ pages


def test_threads_have_two_queries_and_pages(make: Make, alice: Viewer, queries: object) -> None:
    from portal.stories import queries as reads

    story = make.story()
    for number in range(7):
        top = make.comment(story=story, author=alice, body=f"top {number}")
        make.comment(story=story, author=alice, parent=top, body=f"reply {number}")
    assert story.id  # a first statement: objects are read anew after a commit
    with queries() as log:  # type: ignore[operator]
        first = reads.comments_of(story, alice, limit=5)
    assert len(log) == 2
    second = reads.comments_of(story, alice, first.next_cursor, limit=5)
    assert [row.body for row in [*first.items, *second.items]] == [f"top {number}" for number in range(7)]
    assert [row.replies[0].body for row in second.items] == ["reply 5", "reply 6"]
    assert second.next_cursor is None


def test_many_replies_are_cut_and_counted(make: Make, alice: Viewer) -> None:
    from portal.stories.queries.threads import REPLIES_SHOWN

    story = make.story()
    top = make.comment(story=story, author=alice)
    for number in range(REPLIES_SHOWN + 2):
        make.comment(story=story, author=alice, parent=top, body=str(number))
    [shown] = queries.comments_of(story, None).items
    assert (len(shown.replies), shown.more_replies) == (REPLIES_SHOWN, 2)
    assert len(queries.replies_of(top.id, None).items) == REPLIES_SHOWN + 2


def test_when_the_brand_takes_its_reply_back_the_message_names_who_is_left(
    app: Flask, make: Make, alice: Viewer, moderator: Viewer
) -> None:
    author = make.member()
    story = make.story(author=author)
    top = write(story, alice, "so lovely")
    with transaction():
        reply = services.add_comment(story, by=moderator, body="thank you", parent_id=top.id, as_brand=True)
    [message] = db.session.scalars(sa.select(Notification).where(Notification.member_id == author.id))
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert spoken(message).text.startswith("Our house and 1 other person wrote")
    with transaction():
        services.delete_comment(reply, by=moderator)
    db.session.expire_all()
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert spoken(message).text == "Alice wrote below your story: “…”"
