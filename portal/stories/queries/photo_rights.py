"""Photos that the brand may use: for their authors, and for the staff who use them.

A right counts only while its story stands on the wall, its photo is shown there, and its author is a member.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from portal.accounts.models import Member, MemberState
from portal.catalog.models import Product
from portal.core.access import Viewer
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.media.models import Photo, PhotoRight, PhotoState, PhotoUse
from portal.core.media.rights import is_live
from portal.core.paging import Page, keyset_page
from portal.stories.models import Story, StoryState

#: "soon" on the page of staff
SOON = timedelta(days=30)
ON_PAGE = 24
#: photos looked up at a time when they are taken along
AT_ONCE = 100
_KIND = "story"


@dataclass(frozen=True, slots=True)
class RightsFilter:
    """What staff look for: one use, one product, only what ends soon."""

    use: PhotoUse | None = None
    product_id: str | None = None
    ending: bool = False


class RightRow(NamedTuple):
    """A live right, with all that stands beside it."""

    id: str
    granted_at: datetime
    photo_id: str
    use: PhotoUse
    ends_on: date | None
    width: int
    height: int
    color: str | None
    alt: str
    story_id: str
    author_id: str
    author_name: str
    author_number: int
    product_zh: str | None
    product_en: str | None


def live_rights(wanted: RightsFilter, *, on: date, cursor: str | None) -> Page[RightRow]:
    """A page of what may be used today, the latest given first. One query."""
    page = keyset_page(
        _live(wanted, on),
        (PhotoRight.granted_at, PhotoRight.id),
        cursor=cursor,
        limit=ON_PAGE,
        scalars=False,
    )
    return Page([RightRow._make(row) for row in page.items], page.next_cursor)


def live_photos(wanted: RightsFilter, *, on: date) -> Iterator[str]:
    """Ids of photos that have a live right, few at a time. Ends the open read after each helping."""
    last = ""
    while True:
        rows = _live(wanted, on).where(PhotoRight.photo_id > last).subquery()
        ids = list(
            db.session.scalars(sa.select(rows.c.photo_id).distinct().order_by(rows.c.photo_id).limit(AT_ONCE))
        )
        db.session.rollback()
        if not ids:
            return
        yield from ids
        last = ids[-1]


def live_rights_of(photo_id: str, wanted: RightsFilter, *, on: date) -> list[RightRow]:
    """What this photo may be used for at this very moment. One query; ends the open read."""
    statement = _live(wanted, on).where(PhotoRight.photo_id == photo_id).order_by(PhotoRight.use)
    rows = [RightRow._make(row) for row in db.session.execute(statement)]
    db.session.rollback()
    return rows


def own_story(viewer: Viewer, story_id: str) -> Story:
    """The story whose photos this member may give away, else NotFound: their own one, handed in, not the brand's."""
    story = db.session.get(Story, story_id)
    desk = (StoryState.DRAFT, StoryState.DELETED)
    if story is None or story.author_id != viewer.id or story.as_brand or story.state in desk:
        raise NotFound(_("This story is not on the wall. Its author may have taken it down."))
    return story


class Given(NamedTuple):
    """Where a photo that a member gave stands now."""

    photo_id: str
    width: int | None
    height: int | None
    color: str | None
    alt: str
    story_id: str
    on_the_wall: bool


def photos_given(photo_ids: list[str]) -> dict[str, Given]:
    """These photos of stories, with their stories. One query."""
    shown = sa.and_(Photo.published, Story.state == StoryState.PUBLISHED)
    statement = (
        sa.select(Photo.id, Photo.width, Photo.height, Photo.color, Photo.alt, Story.id, shown.label("shown"))
        .join(Story, sa.and_(Photo.owner_kind == _KIND, Story.id == Photo.owner_id))
        .where(Photo.id.in_(photo_ids), Photo.state == PhotoState.READY)
    )
    return {row[0]: Given._make(row) for row in db.session.execute(statement)}


def _live(wanted: RightsFilter, on: date) -> sa.Select[*tuple[Any, ...]]:
    statement = (
        sa.select(
            PhotoRight.id,
            PhotoRight.granted_at,
            PhotoRight.photo_id,
            PhotoRight.use,
            PhotoRight.ends_on,
            Photo.width,
            Photo.height,
            Photo.color,
            Photo.alt,
            Story.id.label("story_id"),
            Member.id.label("author_id"),
            Member.display_name,
            Member.number,
            Product.name_zh,
            Product.name_en,
        )
        .join(Photo, Photo.id == PhotoRight.photo_id)
        .join(Story, sa.and_(Photo.owner_kind == _KIND, Story.id == Photo.owner_id))
        .join(Member, Member.id == Story.author_id)
        .outerjoin(Product, Product.id == Story.product_id)
        .where(
            is_live(on),
            PhotoRight.granted_by == Story.author_id,
            Photo.state == PhotoState.READY,
            Photo.published,
            Story.state == StoryState.PUBLISHED,
            ~Story.as_brand,
            Member.state != MemberState.ERASED,
        )
    )
    if wanted.use:
        statement = statement.where(PhotoRight.use == wanted.use)
    if wanted.product_id:
        statement = statement.where(Story.product_id == wanted.product_id)
    if wanted.ending:
        statement = statement.where(PhotoRight.ends_on <= on + SOON)
    return statement
