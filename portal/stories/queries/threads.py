"""Comments: two levels, in the order they were written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.core.access import Viewer
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.paging import Page, keyset_page
from portal.stories import rules
from portal.stories.models import Comment, CommentState, Story
from portal.stories.queries.story import get_story_for

COMMENTS_ON_PAGE = 50
REPLIES_SHOWN = 30


@dataclass(frozen=True, slots=True)
class CommentRow:
    """A comment with its author. ``body`` is empty when it was taken down; ``more_replies`` are left to its page."""

    id: str
    story_id: str
    parent_id: str | None
    state: CommentState
    as_brand: bool
    body: str
    language: str
    created_at: datetime
    author_id: str
    author_name: str
    author_avatar: str | None
    author_number: int
    replies: tuple[CommentRow, ...] = ()
    more_replies: int = 0

    @property
    def anchor(self) -> str:
        return f"comment-{self.id}"

    @property
    def taken_down(self) -> bool:
        """Only its place is left, because others answered to it."""
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
    """A page of the story's comments. Two queries, however many there are."""
    statement = _rows().where(Comment.story_id == story.id, Comment.parent_id.is_(None), _has_place(viewer))
    columns = (Comment.created_at, Comment.id)
    page = keyset_page(statement, columns, cursor=cursor, limit=limit, ascending=True, scalars=False)
    tops = [_row(row) for row in page.items]
    replies = _first_replies([top.id for top in tops], viewer)
    return Thread([_with_replies(top, replies.get(top.id, [])) for top in tops], page.next_cursor)


def replies_of(comment_id: str, viewer: Viewer | None, cursor: str | None = None) -> Page[CommentRow]:
    """All replies to one top comment, oldest first, page by page."""
    statement = _rows().where(Comment.parent_id == comment_id, _readable(viewer))
    columns = (Comment.created_at, Comment.id)
    page = keyset_page(
        statement, columns, cursor=cursor, limit=COMMENTS_ON_PAGE, ascending=True, scalars=False
    )
    return Page([_row(row) for row in page.items], page.next_cursor)


def get_comment_for(viewer: Viewer | None, comment_id: str) -> Comment:
    """The comment if this viewer may read it (and its story), else NotFound."""
    comment = db.session.get(Comment, comment_id)
    if comment is None or not rules.may_see_comment(viewer, comment):
        raise NotFound(_("This comment is not here any more."))
    get_story_for(viewer, comment.story_id)
    return comment


# ------------------------------------------------------------------ inside


def _rows() -> sa.Select[*tuple[Any, ...]]:
    return sa.select(
        Comment.id,
        Comment.story_id,
        Comment.parent_id,
        Comment.state,
        Comment.as_brand,
        Comment.body,
        Comment.created_at,
        Comment.author_id,
        Member.display_name.label("author_name"),
        Member.avatar.label("author_avatar"),
        Member.number.label("author_number"),
    ).join(Member, Member.id == Comment.author_id)


def _readable(viewer: Viewer | None) -> sa.ColumnElement[bool]:
    published = Comment.state == CommentState.PUBLISHED
    if viewer is None:
        return published
    return sa.or_(published, sa.and_(Comment.state == CommentState.HELD, Comment.author_id == viewer.id))


def _has_place(viewer: Viewer | None) -> sa.ColumnElement[bool]:
    """Readable, or taken down but answered by something that can be read."""
    reply = Comment.__table__.alias("reply")
    answered = sa.exists().where(reply.c.parent_id == Comment.id, reply.c.state == CommentState.PUBLISHED)
    gone = Comment.state.in_((CommentState.DELETED, CommentState.HIDDEN))
    return sa.or_(_readable(viewer), sa.and_(gone, answered))


def _first_replies(parent_ids: list[str], viewer: Viewer | None) -> dict[str, list[sa.Row[*tuple[Any, ...]]]]:
    """The first replies to each of these comments, each row with the number of all (``total``). One query."""
    if not parent_ids:
        return {}
    order = (Comment.created_at, Comment.id)
    numbered = (
        _rows()
        .add_columns(
            sa.func.row_number().over(partition_by=Comment.parent_id, order_by=order).label("place"),
            sa.func.count().over(partition_by=Comment.parent_id).label("total"),
        )
        .where(Comment.parent_id.in_(parent_ids), _readable(viewer))
        .subquery()
    )
    statement = sa.select(numbered).where(numbered.c.place <= REPLIES_SHOWN)
    found: dict[str, list[sa.Row[*tuple[Any, ...]]]] = {}
    for row in db.session.execute(statement.order_by(numbered.c.created_at, numbered.c.id)):
        found.setdefault(row.parent_id, []).append(row)
    return found


def _with_replies(top: CommentRow, rows: list[sa.Row[*tuple[Any, ...]]]) -> CommentRow:
    if not rows:
        return top
    return replace(top, replies=tuple(_row(row) for row in rows), more_replies=rows[0].total - len(rows))


def _row(row: sa.Row[*tuple[Any, ...]]) -> CommentRow:
    gone = row.state in (CommentState.DELETED, CommentState.HIDDEN)
    return CommentRow(
        id=row.id,
        story_id=row.story_id,
        parent_id=row.parent_id,
        state=row.state,
        as_brand=row.as_brand,
        body="" if gone else row.body,
        language="" if gone else rules.language_of(row.body, "zh_CN"),
        created_at=row.created_at,
        author_id=row.author_id,
        author_name=row.author_name,
        author_avatar=row.author_avatar,
        author_number=row.author_number,
    )
