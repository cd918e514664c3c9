"""What members allow the brand to do with their photos: given for one use of one photo, until a day or until taken back.

A right is *open* until it is taken back, and *live* while it is open and its last day is not over. Whether a photo may be
shown at all (its owner on the wall, nothing hidden) is for the owner's feature to ask at the moment of use.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from portal.core import clock
from portal.core.db import changed_rows, db, insert_once
from portal.core.media.models import PhotoRight, PhotoUse
from portal.core.paging import Page, keyset_page

#: rights on a page of what a member gave
RIGHTS_ON_PAGE = 24


@dataclass(frozen=True, slots=True)
class Wish:
    """What a member wants for one photo: these uses, until that day (included), or until they take them back."""

    uses: frozenset[PhotoUse] = frozenset()
    ends_on: date | None = None


# ------------------------------------------------------------------ reading


def is_live(on: date) -> sa.ColumnElement[bool]:
    """The condition that a right is live on a day (of the shop)."""
    return sa.and_(
        PhotoRight.revoked_at.is_(None), sa.or_(PhotoRight.ends_on.is_(None), PhotoRight.ends_on >= on)
    )


def rights_of(photo_ids: Iterable[str], *, on: date) -> dict[str, list[PhotoRight]]:
    """The live rights of these photos, in one query; every id asked for is a key."""
    found: dict[str, list[PhotoRight]] = {photo_id: [] for photo_id in photo_ids}
    if found:
        live = sa.select(PhotoRight).where(PhotoRight.photo_id.in_(list(found)), is_live(on))
        for right in db.session.scalars(live.order_by(PhotoRight.photo_id, PhotoRight.use)):
            found[right.photo_id].append(right)
    return found


def wishes_of(photo_ids: Iterable[str], *, on: date) -> dict[str, Wish]:
    """The same as a form shows it: uses and one last day for each photo (the first, where they differ: nobody's
    consent grows longer by looking at it)."""
    return {
        photo_id: Wish(
            frozenset(right.use for right in rights),
            min((right.ends_on for right in rights if right.ends_on), default=None),
        )
        for photo_id, rights in rights_of(photo_ids, on=on).items()
    }


def rights_given_by(member_id: str, *, cursor: str | None = None) -> Page[PhotoRight]:
    """What a member gave and did not take back, the newest first; also what is over."""
    return keyset_page(
        sa.select(PhotoRight).where(PhotoRight.granted_by == member_id, PhotoRight.revoked_at.is_(None)),
        (PhotoRight.granted_at, PhotoRight.id),
        cursor=cursor,
        limit=RIGHTS_ON_PAGE,
    )


# ------------------------------------------------------------------ giving and taking back


def settle(wishes: Mapping[str, Wish], *, by: str, on: date) -> int:
    """Make the rights of these photos what the member ``by`` wishes. Returns how many were given or taken back.

    Who may decide about the photos has been asked before, and holds their owner. A right with another last day is a new
    one; the old one is closed and stays to be read.
    """
    return sum(_settle(photo_id, wish, by=by, on=on) for photo_id, wish in wishes.items())


def take_back(right_id: str, *, by: str) -> bool:
    """This member takes one right back; False when it is none of theirs, or was taken back before."""
    return bool(_close(PhotoRight.id == right_id, PhotoRight.granted_by == by))


def take_back_all(member_id: str) -> int:
    """Everything this member gave is taken back (they want so, or they leave). Returns how many rights it was."""
    return _close(PhotoRight.granted_by == member_id)


def _settle(photo_id: str, wish: Wish, *, by: str, on: date) -> int:
    changed, now = 0, clock.now()
    opened = sa.select(PhotoRight).where(PhotoRight.photo_id == photo_id, PhotoRight.revoked_at.is_(None))
    before = {right.use: right for right in db.session.scalars(opened).all()}
    for use in PhotoUse:
        right = before.get(use)
        over = right is not None and right.ends_on is not None and right.ends_on < on
        stays = right is not None and not over and use in wish.uses and right.ends_on == wish.ends_on
        if right is not None and not stays and (not over or use in wish.uses):
            changed += _close(PhotoRight.id == right.id)
        if use in wish.uses and not stays:
            changed += insert_once(
                PhotoRight, photo_id=photo_id, use=use, granted_by=by, granted_at=now, ends_on=wish.ends_on
            )
    return changed


def _close(*which: sa.ColumnElement[bool]) -> int:
    rights = sa.update(PhotoRight).where(*which, PhotoRight.revoked_at.is_(None))
    closed = changed_rows(rights.values(revoked_at=clock.now()))
    db.session.expire_all()
    return closed
