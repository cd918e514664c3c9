"""The mark of those who bought what they write about, kept with the story like everything that a card shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from portal.core.db import changed_rows, db
from portal.orders import queries as orders
from portal.stories.models import Story

#: rows in one statement; SQLite allows a limited number of values
AT_ONCE = 500


def mark_what_is_owned(member_ids: Sequence[str]) -> int:
    """Set or take the mark on every story of these members that is about a product. Returns how many changed."""
    changed = 0
    for start in range(0, len(member_ids), AT_ONCE):
        wrong = _wrong_marks(member_ids[start : start + AT_ONCE])
        _hold(story_id for story_id, _true in wrong)
        for owns_it in (True, False):
            changed += _mark(sorted(story_id for story_id, true in wrong if true is owns_it), owns_it)
    if changed:
        db.session.expire_all()
    return changed


def _wrong_marks(member_ids: Sequence[str]) -> list[tuple[str, bool]]:
    """Stories whose mark is not true, and what it should be."""
    owned = orders.owned(member_ids)
    rows = db.session.execute(
        sa.select(Story.id, Story.author_id, Story.product_id, Story.owns_it).where(
            Story.author_id.in_(member_ids), Story.product_id.is_not(None), ~Story.as_brand
        )
    )
    found = [(row.id, (row.author_id, row.product_id) in owned, row.owns_it) for row in rows]
    return [(story_id, true) for story_id, true, kept in found if true != kept]


def _hold(story_ids: Iterable[str]) -> None:
    """In one order, as everyone does who holds several stories."""
    ids = sorted(story_ids)
    for start in range(0, len(ids), AT_ONCE):
        some = sa.select(Story.id).where(Story.id.in_(ids[start : start + AT_ONCE])).order_by(Story.id)
        db.session.execute(some.with_for_update(key_share=True))


def _mark(story_ids: list[str], owns_it: bool) -> int:
    marked = 0
    for start in range(0, len(story_ids), AT_ONCE):
        some = Story.id.in_(story_ids[start : start + AT_ONCE])
        marked += changed_rows(
            sa.update(Story)
            .where(some, Story.owns_it != owns_it)
            .values(owns_it=owns_it, version=Story.version + 1)
        )
    return marked
