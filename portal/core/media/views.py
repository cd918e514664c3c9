"""The one address of pictures. Originals have none."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from flask import Blueprint, request
from werkzeug.wrappers import Response

from portal.core.access import Permission, Viewer, public, viewer
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.media.images import WIDTHS
from portal.core.media.models import Photo, PhotoState
from portal.core.media.queries import is_photo_id
from portal.core.media.storage import picture_key, storage

bp = Blueprint("media", __name__)

#: A picture never changes, but it may be withdrawn or deleted, and then its address must stop answering. So no shared
#: cache may keep it (private), and a browser asks again after ten minutes: long enough for one visit to the wall.
SHOWN = "private, max-age=600"
HIDDEN = "private, no-store"
_also: dict[str, Callable[[Viewer, str], bool]] = {}
_elsewhere: dict[str, Callable[[str], bool]] = {}


@bp.get("/media/<photo_id>/<int:width>.webp")
@public
def photo(photo_id: str, width: int) -> Response:
    """A prepared picture, if everyone may see it or this viewer may; everything else is 404. One query when it is published."""
    found = _find(photo_id) if width in WIDTHS and is_photo_id(photo_id) else None
    if found is None:
        raise _missing()
    for_all = _is_for_everyone(photo_id, found)
    if not for_all and not _may_see(found):
        raise _missing()
    response = Response(mimetype="image/webp")
    response.headers["Cache-Control"] = SHOWN if for_all else HIDDEN
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.set_etag(f"{photo_id}-{width}")
    if request.if_none_match.contains(f"{photo_id}-{width}"):
        response.status_code = 304
        return response
    try:
        response.set_data(storage().read(picture_key(photo_id, width)))
    except FileNotFoundError:
        raise _missing() from None
    return response


def let_see(owner_kind: str, may_see: Callable[[Viewer, str], bool]) -> None:
    """Photos of this kind of owner that are not for everyone are for whom ``may_see(viewer, owner id)`` names."""
    _also[owner_kind] = may_see


def let_show(owner_kind: str, is_shown: Callable[[str], bool]) -> None:
    """Photos of this kind of owner that are not published are still for everyone while ``is_shown(photo id)`` says that a page
    shows them on purpose."""
    _elsewhere[owner_kind] = is_shown


def _find(photo_id: str) -> sa.Row[bool, str, str, str] | None:
    """Only the columns that decide, and only of a photo whose pictures exist."""
    statement = sa.select(Photo.published, Photo.uploaded_by, Photo.owner_kind, Photo.owner_id).where(
        Photo.id == photo_id, Photo.state == PhotoState.READY
    )
    return db.session.execute(statement).one_or_none()


def _is_for_everyone(photo_id: str, found: sa.Row[bool, str, str, str]) -> bool:
    shown = _elsewhere.get(found.owner_kind)
    return found.published or (shown is not None and shown(photo_id))


def _may_see(found: sa.Row[bool, str, str, str]) -> bool:
    me, also = viewer(), _also.get(found.owner_kind)
    if me is None:
        return False
    mine = me.id == found.uploaded_by or me.can(Permission.MODERATE)
    return mine or (also is not None and also(me, found.owner_id))


def _missing() -> NotFound:
    return NotFound(_("This photo is not here any more."))
