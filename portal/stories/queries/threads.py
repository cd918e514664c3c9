"""Comments: two levels, in the order they were written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.accounts.queries.distance import distance_between, kept_apart, sees_past
from portal.core.access import Viewer
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.paging import Page, cursor_after, keyset_page
from portal.membership.models import ShownTier, Tier
from portal.stories import rules
from portal.stories.models import Comment, CommentState, Story
from portal.stories.queries.story import get_story_for
from portal.stories.queries.wall import TIER

COMMENTS_ON_PAGE = 50
REPLIES_SHOWN = 30

_ORDER = (Comment.created_at, Comment.id)
_Row = sa.Row[*tuple[Any, ...]]
_Select = sa.Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class CommentRow:
    """A comment with its author. ``body`` is empty when it is not to be read; ``more_replies`` are left to its page."""

    id: str
    parent_id: str | None
    state: CommentState
    as_brand: bool
    body: str
    language: str
    created_at: datetime
    author_id: str
    author_name: str
    author_avatar: str | None
    author_left: bool = False
    tier_zh: str | None = None
    tier_en: str | None = None
    tier_thread: str | None = None
    replies: tuple[CommentRow, ...] = ()
    more_replies: int = 0

    @property
    def anchor(self) -> str:
        return f"comment-{self.id}"

    @property
    def taken_down(self) -> bool:
        """Only its place is left, because others answered to it: taken down, or the reader and its author keep apart."""
        return self.state in (CommentState.DELETED, CommentState.HIDDEN)

    @property
    def waits(self) -> bool:
        """Held; only its author sees it."""
        return self.state is CommentState.HELD


@dataclass(frozen=True, slots=True)
class Thread:
    """Some top comments with their replies, oldest first, and the cursor of the next ones."""

    items: list[CommentRow]
    next_cursor: str | None


def comments_of(
    story: Story, viewer: Viewer | None, cursor: str | None = None, *, limit: int = COMMENTS_ON_PAGE
) -> Thread:
    """A page of the story's comments. Two queries, however many there are.

    Of somebody who is hidden from the viewer only the places are there that others answered to.
    """
    asked = {"story": story.id, "reader": viewer.id if viewer else None}
    page = _page(_tops(_leaves_out(viewer)), cursor, limit, asked)
    replies = _first_replies([row.id for row in page.items], viewer)
    return Thread([_comment(row, replies.get(row.id, ())) for row in page.items], page.next_cursor)


def replies_of(comment_id: str, viewer: Viewer | None, cursor: str | None = None) -> Page[CommentRow]:
    """All replies to one top comment, oldest first, page by page."""
    asked = {"comment": comment_id, "reader": viewer.id if viewer else None}
    page = _page(_replies(_leaves_out(viewer)), cursor, COMMENTS_ON_PAGE, asked)
    return Page([_comment(row) for row in page.items], page.next_cursor)


def get_top_for(story: Story, viewer: Viewer | None, comment_id: str) -> CommentRow:
    """A top comment as the story's page shows it to this viewer: perhaps only its place. NotFound when it is not there."""
    asked = {"story": story.id, "reader": viewer.id if viewer else None}
    row = db.session.execute(_tops(_leaves_out(viewer)).where(Comment.id == comment_id), asked).first()
    if row is None:
        raise NotFound(_("This comment is not here any more."))
    return _comment(row)


def get_comment_for(viewer: Viewer | None, comment_id: str) -> Comment:
    """The comment if this viewer may read it (and its story), else NotFound."""
    comment = db.session.get(Comment, comment_id)
    if comment is None or not rules.may_see_comment(viewer, comment):
        raise NotFound(_("This comment is not here any more."))
    get_story_for(viewer, comment.story_id)
    hides = _leaves_out(viewer) and not comment.as_brand
    if hides and distance_between(viewer, comment.author_id) is not None:
        raise NotFound(_("This comment is not here any more."))
    return comment


def get_comment_to_delete(viewer: Viewer, story: Story, comment_id: str) -> Comment:
    """The comment below this story if this viewer may delete it, else NotFound. Their own they find wherever it stands,
    also where they do not read any more."""
    comment = db.session.get(Comment, comment_id)
    if comment is None or comment.author_id != viewer.id:
        comment = get_comment_for(viewer, comment_id)
    if comment.story_id != story.id or not rules.may_delete_comment(viewer, comment):
        raise NotFound(_("This comment is not here any more."))
    return comment


def own_comments(viewer: Viewer, story_id: str) -> Sequence[Comment]:
    """The newest of what they said below a story that they do not read any more. One query."""
    mine = sa.select(Comment).where(
        Comment.story_id == story_id,
        Comment.author_id == viewer.id,
        Comment.state.in_((CommentState.PUBLISHED, CommentState.HELD)),
    )
    return db.session.scalars(
        mine.order_by(Comment.created_at.desc(), Comment.id.desc()).limit(COMMENTS_ON_PAGE)
    ).all()


def _leaves_out(viewer: Viewer | None) -> bool:
    """Whether somebody's comments may have to be left out for this viewer."""
    return viewer is not None and viewer.keeps_apart and not sees_past(viewer)


# ------------------------------------------------------------------ statements, ready made


@cache
def _rows() -> _Select:
    rows: _Select = sa.select(
        Comment.id,
        Comment.parent_id,
        Comment.state,
        Comment.as_brand,
        Comment.body,
        Comment.created_at,
        Comment.author_id,
        Member.display_name.label("author_name"),
        Member.avatar.label("author_avatar"),
        Member.erased_at.is_not(None).label("author_left"),
        *TIER,
    )
    rows = rows.join(Member, Member.id == Comment.author_id)
    beside = sa.and_(ShownTier.member_id == Comment.author_id, sa.not_(Comment.as_brand))
    return rows.outerjoin(ShownTier, beside).outerjoin(Tier, Tier.id == ShownTier.tier_id)


@cache
def _readable() -> sa.ColumnElement[bool]:
    """Published, or held and the reader's own (nobody's, when ``reader`` is None)."""
    mine = sa.and_(Comment.state == CommentState.HELD, Comment.author_id == sa.bindparam("reader"))
    return sa.or_(Comment.state == CommentState.PUBLISHED, mine)


def _apart(author_id: Any, as_brand: Any) -> sa.ColumnElement[bool]:
    """Written by somebody who is hidden from the reader; the house never is."""
    hidden: sa.ColumnElement[bool] = author_id.in_(kept_apart(sa.bindparam("reader", type_=sa.String)))
    return sa.and_(sa.not_(as_brand), hidden)


@cache
def _tops(leaves_out: bool) -> _Select:
    """Readable; or taken down, or written by somebody hidden, but answered by something that can be read."""
    reply = Comment.__table__.alias("reply")
    answer = sa.and_(reply.c.parent_id == Comment.id, reply.c.state == CommentState.PUBLISHED)
    gone = Comment.state.in_((CommentState.DELETED, CommentState.HIDDEN))
    here = sa.and_(Comment.story_id == sa.bindparam("story"), Comment.parent_id.is_(None))
    if not leaves_out:
        return _rows().where(here, sa.or_(_readable(), sa.and_(gone, sa.exists().where(answer))))
    apart = _apart(Comment.author_id, Comment.as_brand)
    answered = sa.exists().where(answer, sa.not_(_apart(reply.c.author_id, reply.c.as_brand)))
    readable = sa.and_(_readable(), sa.not_(apart))
    shown = sa.or_(readable, sa.and_(sa.or_(gone, apart), answered))
    return _rows().add_columns(apart.label("apart")).where(here, shown)


@cache
def _replies(leaves_out: bool) -> _Select:
    return _of(leaves_out).where(Comment.parent_id == sa.bindparam("comment"))


@cache
def _of(leaves_out: bool) -> _Select:
    """Comments that can be read."""
    readable = _rows().where(_readable())
    return readable.where(sa.not_(_apart(Comment.author_id, Comment.as_brand))) if leaves_out else readable


@cache
def _first_page(statement: _Select) -> _Select:
    return statement.order_by(*_ORDER).limit(sa.bindparam("most", type_=sa.Integer))


@cache
def _numbered(leaves_out: bool) -> _Select:
    """The first replies to some comments, each row with the number of all (``total``)."""
    numbered = (
        _of(leaves_out)
        .add_columns(
            sa.func.row_number().over(partition_by=Comment.parent_id, order_by=_ORDER).label("place"),
            sa.func.count().over(partition_by=Comment.parent_id).label("total"),
        )
        .where(Comment.parent_id.in_(sa.bindparam("comments", expanding=True)))
        .subquery()
    )
    first = sa.select(numbered).where(numbered.c.place <= REPLIES_SHOWN)
    return first.order_by(numbered.c.created_at, numbered.c.id)


# ------------------------------------------------------------------ inside


def _page(statement: _Select, cursor: str | None, limit: int, asked: dict[str, Any]) -> Page[_Row]:
    """One page of a ready-made statement. Only what follows the first page is built for the occasion."""
    if cursor:
        later = statement.params(asked)
        return keyset_page(later, _ORDER, cursor=cursor, limit=limit, ascending=True, scalars=False)
    rows = list(db.session.execute(_first_page(statement), asked | {"most": limit + 1}))
    more = cursor_after(rows[limit - 1], _ORDER) if len(rows) > limit else None
    return Page(rows[:limit], more)


def _first_replies(parent_ids: list[str], viewer: Viewer | None) -> dict[str, list[_Row]]:
    """The rows of the first replies, by the comment they answer. One query, none for no comments."""
    found: dict[str, list[_Row]] = {}
    if parent_ids:
        asked = {"comments": parent_ids, "reader": viewer.id if viewer else None}
        for row in db.session.execute(_numbered(_leaves_out(viewer)), asked):
            found.setdefault(row.parent_id, []).append(row)
    return found


def _comment(row: _Row, replies: Sequence[_Row] = ()) -> CommentRow:
    apart = bool(getattr(row, "apart", False))
    state = CommentState.HIDDEN if apart else row.state  # to this reader it is
    gone = state in (CommentState.DELETED, CommentState.HIDDEN)
    return CommentRow(
        id=row.id,
        parent_id=row.parent_id,
        state=state,
        as_brand=row.as_brand,
        body="" if gone else row.body,
        language="" if gone else rules.language_of(row.body, "zh_CN"),
        created_at=row.created_at,
        author_id=row.author_id,
        author_name=row.author_name,
        author_avatar=row.author_avatar,
        author_left=bool(row.author_left),
        tier_zh=row.tier_zh,
        tier_en=row.tier_en,
        tier_thread=None if gone else row.tier_thread,
        replies=tuple(_comment(reply) for reply in replies),
        more_replies=replies[0].total - len(replies) if replies else 0,
    )
