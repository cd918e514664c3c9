"""Verbs of draws. They flush and never commit; who calls decides what places bring, and tells people.

Each holds the draw's row, so that nobody enters a list that freezes and no draw happens twice.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from portal.core import clock
from portal.core.db import changed_rows, db, insert_missing, insert_once, lock_row, new_id
from portal.core.draw import proof, queries
from portal.core.draw.models import Draw, DrawEntry, DrawMethod
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _

#: what a salt may be: it stands in the list that everybody can download
SALT = re.compile(r"[0-9A-Za-z_-]{0,64}")
LONGEST_SOURCE = 255
LONGEST_VALUE = 255
#: so long after its list freezes a value is known at the latest: a slip in the year would hold up everybody on the list
LONGEST_WAIT = timedelta(days=60)
AT_ONCE = 500


def open_draw(
    owner_kind: str,
    owner_id: str,
    method: DrawMethod,
    *,
    source_zh: str = "",
    source_en: str = "",
    known_at: datetime | None = None,
    freezes_at: datetime | None = None,
) -> Draw:
    """The draw of this owner; opened now, with its secret and the hash of it, unless it is there already.

    A public one names its source (in one language at least) and ``known_at``, the moment at which its value is published; for a
    mixed one they mean nothing. ``freezes_at``: when the list will freeze (None: about now). Raises Invalid without source and
    moment, or when that moment is not ahead, or later than :data:`LONGEST_WAIT` after the list freezes.
    """
    named: dict[str, Any] = {"source_zh": "", "source_en": "", "known_at": None}
    if method is DrawMethod.PUBLIC:
        named = _named(source_zh, source_en, known_at, freezes_at)
    secret = secrets.token_hex(32) if method is DrawMethod.MIXED else ""
    insert_once(
        Draw,
        id=new_id(),
        owner_kind=owner_kind,
        owner_id=owner_id,
        method=method,
        secret=secret,
        secret_hash=proof.sha(secret) if secret else "",
        **named,
        facts={},
        list_hash="",
        value="",
        opened_at=clock.now(),
    )
    found = queries.find_draw(owner_kind, owner_id)
    assert found is not None
    return found


def name_source(
    one: Draw,
    *,
    source_zh: str,
    source_en: str,
    known_at: datetime | None,
    freezes_at: datetime | None = None,
) -> Draw:
    """Another public source, with the moment at which its value is published. Raises Conflict once the list is frozen (it keeps
    what it has) and for a mixed draw, Invalid as :func:`open_draw`."""
    _hold_open(one)
    if one.method is not DrawMethod.PUBLIC:
        raise Conflict(_("The value of this draw is computed, nobody types it."))
    for column, value in _named(source_zh, source_en, known_at, freezes_at).items():
        setattr(one, column, value)
    db.session.flush()
    return one


def enter(one: Draw, entry_id: str, salt: str = "", later: bool = False) -> DrawEntry:
    """Put an entry on the list, or change it. Raises Conflict once the list is frozen, Invalid for a salt with other signs
    than letters, digits, - and _."""
    if not SALT.fullmatch(salt):
        raise Invalid(
            _("Letters and digits only, please: it stands in a list that others read."), field="salt"
        )
    _hold_open(one)
    entry = db.session.get(DrawEntry, (one.id, entry_id)) or DrawEntry(draw_id=one.id, entry_id=entry_id)
    entry.salt, entry.later = salt, later
    db.session.add(entry)
    db.session.flush()
    return entry


def enter_all(one: Draw, entry_ids: Collection[str]) -> None:
    """Put entries without a string of their own on the list; who is on it stays as they are. Raises Conflict once it is
    frozen."""
    _hold_open(one)
    rows = [{"draw_id": one.id, "entry_id": entry, "salt": "", "later": False} for entry in sorted(entry_ids)]
    for start in range(0, len(rows), AT_ONCE):
        insert_missing(DrawEntry, rows[start : start + AT_ONCE])


def leave(one: Draw, entry_id: str) -> bool:
    """Take an entry off the list; False when it was not there. Raises Conflict once the list is frozen."""
    _hold_open(one)
    entry = db.session.get(DrawEntry, (one.id, entry_id))
    if entry is None:
        return False
    db.session.delete(entry)
    db.session.flush()
    return True


def keep_only(one: Draw, entry_ids: Collection[str]) -> int:
    """Whoever else is on the list is off it (they left by another door); returns how many were. Raises Conflict once the list is
    frozen."""
    _hold_open(one)
    gone = [row.id for row in queries.rows_of(one.id) if row.id not in entry_ids]
    for start in range(0, len(gone), AT_ONCE):
        some = DrawEntry.entry_id.in_(gone[start : start + AT_ONCE])
        changed_rows(sa.delete(DrawEntry).where(DrawEntry.draw_id == one.id, some))
    return len(gone)


def put_later(one: Draw, entry_ids: Collection[str]) -> None:
    """These come after all others. Raises Conflict once the list is frozen."""
    _hold_open(one)
    ids = sorted(entry_ids)
    for start in range(0, len(ids), AT_ONCE):
        some = DrawEntry.entry_id.in_(ids[start : start + AT_ONCE])
        changed_rows(sa.update(DrawEntry).where(DrawEntry.draw_id == one.id, some).values(later=True))


def freeze(one: Draw, facts: dict[str, Any] | None = None) -> Draw:
    """Close the list and publish its hash. ``facts``: what else the result follows from (JSON; what places bring belongs
    here); those of a public draw also tell when its value is published. A frozen list stays as it is.

    Raises Conflict for a public draw whose value may be known already: it needs a later source.
    """
    _hold(one)
    if one.frozen_at is not None:
        return one
    kept, now = dict(facts or {}), clock.now()
    if one.known_at is not None:
        if one.known_at <= now:
            raise Conflict(_("The value that was named may be known by now. Name a later source first."))
        kept["known_at"] = one.known_at.isoformat()
    one.facts = kept
    one.list_hash = proof.sha(proof.list_text(queries.terms_of(one), queries.rows_of(one.id)))
    one.frozen_at = now
    db.session.flush()
    return one


def draw(one: Draw, value: str | None = None) -> Draw:
    """Give every entry of the frozen list its place. A public value is typed by staff, a mixed one is computed.

    What was drawn stays as it is. Raises Conflict before the list is frozen, before a public value is published, or when another
    value stands there already; Invalid for a public draw without a value or a mixed one with one.
    """
    _hold(one)
    if one.frozen_at is None:
        raise Conflict(_("The list is still open. It freezes first, then it is drawn."))
    rows = queries.rows_of(one.id)
    if one.method is DrawMethod.PUBLIC:
        value = " ".join((value or "").split())
        if not 0 < len(value) <= LONGEST_VALUE:
            raise Invalid(_("Please type the value as it was published."), field="value")
        if one.known_at is not None and clock.now() < one.known_at:
            raise Conflict(
                _("The value is not published yet. Nobody can know it before the moment that was named.")
            )
        if one.drawn_at and value != one.value:
            raise Conflict(_("It was drawn with another value already. A draw happens once."))
    elif value is not None:
        raise Invalid(_("The value of this draw is computed, nobody types it."), field="value")
    if one.drawn_at is None:
        value = value or proof.mixed_value(one.secret, rows)
        _write_places(one.id, proof.order(value, rows))
        one.value, one.drawn_at = value, clock.now()
        db.session.flush()
    return one


def _hold(one: Draw) -> None:
    lock_row(Draw, one.id, whole=False)
    db.session.flush()
    db.session.refresh(one)


def _hold_open(one: Draw) -> None:
    _hold(one)
    if one.frozen_at is not None:
        raise Conflict(_("The list of this draw is frozen. Nobody comes in or leaves any more."))


def _named(
    source_zh: str, source_en: str, known_at: datetime | None, freezes_at: datetime | None
) -> dict[str, Any]:
    """What a public draw keeps of its source, by column."""
    zh, en = (" ".join(text.split()) for text in (source_zh, source_en))
    if max(len(zh), len(en)) > LONGEST_SOURCE:
        raise Invalid(_("Please use at most %(most)s characters.", most=LONGEST_SOURCE), field="source_zh")
    if not (zh or en):
        raise Invalid(_("Please name the source of the value."), field="source_zh")
    if known_at is None:
        raise Invalid(_("Please say when the value is published."), field="known_at")
    now = clock.now()
    if known_at <= now:
        raise Invalid(_("This moment must be ahead: nobody may know the value yet."), field="known_at")
    if known_at > max(now, freezes_at or now) + LONGEST_WAIT:
        said = _(
            "Everybody on the list waits for it: please name a value that is known at most %(days)s days after the list freezes.",
            days=LONGEST_WAIT.days,
        )
        raise Invalid(said, field="known_at")
    return {"source_zh": zh, "source_en": en, "known_at": known_at}


def _write_places(draw_id: str, rows: list[proof.Row]) -> None:
    """One statement with many parameters; entries that were read before are read again."""
    if not rows:
        return
    given = [{"draw_id": draw_id, "entry_id": row.id, "place": place} for place, row in enumerate(rows, 1)]
    db.session.execute(sa.update(DrawEntry), given)
    for entry in [one for one in db.session if isinstance(one, DrawEntry)]:
        db.session.expire(entry)
