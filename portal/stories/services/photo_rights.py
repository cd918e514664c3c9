"""What authors allow with their photos, and staff who ask them for it. Nobody is ever rewarded for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import date, timedelta
from functools import partial
from tempfile import TemporaryFile

import sqlalchemy as sa

from portal.brand import queries as brand
from portal.brand.rules import fingerprint
from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.archive import CHUNK, Entry
from portal.core.audit import AuditEntry
from portal.core.db import db, lock_row
from portal.core.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.core.i18n import _
from portal.core.links import absolute, path_to
from portal.core.media import rights
from portal.core.media.images import WIDTHS
from portal.core.media.models import PhotoRight
from portal.core.media.queries import photos_of
from portal.core.media.rights import Wish
from portal.core.media.storage import picture_key, storage
from portal.core.sheets import csv_line, csv_pieces
from portal.core.words import spoken
from portal.stories import rules
from portal.stories.models import Story
from portal.stories.photo_words import tell_photos_asked
from portal.stories.queries.photo_rights import (
    RightRow,
    RightsFilter,
    live_photos,
    live_rights_of,
    own_story,
)
from portal.stories.services.indexing import KIND

#: the author of a story is asked at most once in this time
ASKED_EVERY = timedelta(days=90)
ASKED = "story.photos_asked"
MANIFEST = "photos.csv"


def seen_rights(story: Story) -> str:
    """What a form about the photos of this story showed, in short."""
    wishes = rights.wishes_of([photo.id for photo in photos_of(KIND, story.id)], on=_today())
    return fingerprint(
        {id_: [sorted(wish.uses), str(wish.ends_on or "")] for id_, wish in sorted(wishes.items())}
    )


def allow_uses(story: Story, wishes: Mapping[str, Wish], *, by: Viewer, seen: str) -> int:
    """The author says what the brand may do with each photo. Returns how many rights were given or taken back.

    Raises Conflict when another window changed it since the form was shown: nothing is given by an old page. Raises
    Invalid beside ``until-…`` for a day that is over. Photos that are not of this story are left out.
    """
    lock_row(Story, story.id)
    db.session.refresh(story)
    own_story(by, story.id)
    if seen != seen_rights(story):
        raise Conflict(_("You changed this in another window meanwhile. Please look once more."))
    mine = {photo.id for photo in photos_of(KIND, story.id) if photo.is_ready}
    today = _today()
    for photo_id, wish in wishes.items():
        if wish.uses and wish.ends_on is not None and wish.ends_on < today:
            raise Invalid(_("Please choose a day that is still to come."), field=f"until-{photo_id}")
    kept = {photo_id: wish for photo_id, wish in wishes.items() if photo_id in mine}
    return rights.settle(kept, by=by.id, on=today)


def take_use_back(right_id: str, *, by: Viewer) -> None:
    """The member takes one right back; from now on it is in no export. Twice is once. NotFound for a stranger's."""
    if not rights.take_back(right_id, by=by.id) and not _was_mine(right_id, by):
        raise NotFound(_("There is no such permission."))


def ask_for_photos(story: Story, *, by: Viewer) -> None:
    """Ask the author whether the brand may use the photos. Audited. It is the brand's own word, so it waits for room in the contact budget.

    Raises NotAllowed without the permission or off the wall, Conflict when somebody asked within 90 days.
    """
    lock_row(Story, story.id)
    db.session.refresh(story)
    if not rules.may_ask_for_photos(by, story):
        raise NotAllowed(_("Only the photos of a member’s story on the wall can be asked for."))
    lately = sa.select(AuditEntry.at).where(
        AuditEntry.target_kind == KIND,
        AuditEntry.target_id == story.id,
        AuditEntry.at > clock.now() - ASKED_EVERY,
        AuditEntry.action == ASKED,
    )
    if db.session.scalars(lately).first() is not None:
        raise Conflict(_("Its author was asked within the last 90 days. Now it is theirs to decide."))
    audit.record(ASKED, by=by, target_kind=KIND, target_id=story.id)
    tell_photos_asked(story)


# ------------------------------------------------------------------ taking photos along


def note_photos_taken(*, by: Viewer, **filters: str) -> None:
    """Photos leave the house: write down who took them, and what was asked for."""
    audit.record("photos.exported", by=by, target_kind="photos", target_id="list", **filters)


def photos_to_take_along(wanted: RightsFilter, head: list[str], uses: Mapping[str, str]) -> Iterator[Entry]:
    """The entries of an archive: each photo that has a live right at the moment when it is packed, then the table.

    Asks the database anew for each photo and ends the read at once: what was taken back meanwhile is left out. ``head``
    and ``uses`` are the words of the table.
    """
    day = _today()
    with TemporaryFile() as table:
        for piece in csv_pieces(head, ()):
            table.write(piece)
        for photo_id in live_photos(wanted, on=day):
            with ExitStack() as stack:
                rows = live_rights_of(photo_id, wanted, on=day)
                key = picture_key(photo_id, max(WIDTHS))
                try:
                    path = stack.enter_context(storage().as_path(key))
                    file = stack.enter_context(path.open("rb"))
                except FileNotFoundError:
                    continue
                if not rows:
                    continue
                name = f"photos/{rows[0].author_number:04d}-{photo_id}.webp"
                for row in rows:
                    table.write(_line(name, row, uses))
                yield name, iter(partial(file.read, CHUNK), b"")
        table.seek(0)
        yield MANIFEST, iter(partial(table.read, CHUNK), b"")


def _line(name: str, row: RightRow, uses: Mapping[str, str]) -> bytes:
    return csv_line(
        (
            name,
            row.author_name,
            uses[row.use.value],
            brand.shop_day(row.granted_at).isoformat(),
            row.ends_on.isoformat() if row.ends_on else "",
            absolute(path_to("stories.story", story_id=row.story_id)),
            spoken(row.product_zh or "", row.product_en or ""),
        )
    )


def _was_mine(right_id: str, by: Viewer) -> bool:
    right = db.session.get(PhotoRight, right_id)
    return right is not None and right.granted_by == by.id


def _today() -> date:
    return brand.shop_day(clock.now())
