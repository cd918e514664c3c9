"""Reads of draws: what may be shown at each time. The secret only once it was drawn with."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.core.db import db
from portal.core.draw.models import Draw, DrawEntry, DrawMethod
from portal.core.draw.proof import Row
from portal.core.words import Told, told


@dataclass(frozen=True, slots=True)
class Proof:
    """A draw as everybody may see it now. ``secret`` and ``value`` are empty until it was drawn, ``list_hash`` until it froze."""

    id: str
    owner_kind: str
    owner_id: str
    method: DrawMethod
    source: Told
    known_at: datetime | None
    secret_hash: str
    list_hash: str
    value: str
    secret: str
    entries: int
    opened_at: datetime
    frozen_at: datetime | None
    drawn_at: datetime | None

    @property
    def is_mixed(self) -> bool:
        return self.method is DrawMethod.MIXED


def find_draw(owner_kind: str, owner_id: str) -> Draw | None:
    of_owner = sa.select(Draw).where(Draw.owner_kind == owner_kind, Draw.owner_id == owner_id)
    return db.session.scalar(of_owner)


def proofs_of(owners: list[tuple[str, str]]) -> list[Proof]:
    """The draws of several owners (kind and id), oldest first. One query."""
    if not owners:
        return []
    entries = sa.select(sa.func.count()).where(DrawEntry.draw_id == Draw.id).scalar_subquery()
    theirs = sa.tuple_(Draw.owner_kind, Draw.owner_id).in_(owners)
    statement = sa.select(Draw, entries).where(theirs).order_by(Draw.opened_at, Draw.id)
    return [_proof(one, count) for one, count in db.session.execute(statement)]


def proof_of(one: Draw) -> Proof:
    """Everything a reader needs of this draw, but for the list itself (:func:`proof_file`)."""
    return _proof(one, count_entries(one.id))


def count_entries(draw_id: str) -> int:
    statement = sa.select(sa.func.count()).where(DrawEntry.draw_id == draw_id)
    return db.session.scalar(statement) or 0


def entry_of(draw_id: str, entry_id: str) -> DrawEntry | None:
    return db.session.get(DrawEntry, (draw_id, entry_id))


def places(draw_id: str) -> list[tuple[str, int]]:
    """All entries of what was drawn, first to last, as (entry id, place)."""
    statement = sa.select(DrawEntry.entry_id, DrawEntry.place).where(
        DrawEntry.draw_id == draw_id, DrawEntry.place.is_not(None)
    )
    rows = db.session.execute(statement.order_by(DrawEntry.place))
    return [(entry, place) for entry, place in rows if place is not None]


def rows_of(draw_id: str) -> list[Row]:
    """The list, by id."""
    statement = sa.select(DrawEntry.entry_id, DrawEntry.salt, DrawEntry.later).where(
        DrawEntry.draw_id == draw_id
    )
    return sorted(Row(*row) for row in db.session.execute(statement))


def terms_of(one: Draw) -> dict[str, Any]:
    """What the hash of the list holds fast beside the entries: what is drawn, how, and what follows from it."""
    return {
        "of": f"{one.owner_kind}/{one.owner_id}",
        "method": one.method.value,
        "secret_hash": one.secret_hash,
        "source": [one.source_zh, one.source_en],
        "facts": one.facts,
    }


def proof_file(one: Draw) -> bytes | None:
    """The list as it can be downloaded, which the script ``check`` reads. None while it is open."""
    if one.frozen_at is None:
        return None
    return json.dumps(proof_content(one), sort_keys=True, indent=1, ensure_ascii=False).encode()


def proof_content(one: Draw) -> dict[str, Any]:
    """What stands in the file of a frozen list, for who adds something to it. Two queries at most."""
    statement = sa.select(DrawEntry.entry_id, DrawEntry.salt, DrawEntry.later, DrawEntry.place)
    rows = db.session.execute(statement.where(DrawEntry.draw_id == one.id))
    entries = [dict(zip(("id", "salt", "later", "place"), row, strict=True)) for row in rows]
    return {
        "terms": terms_of(one),
        "list_hash": one.list_hash,
        "secret": one.secret if one.drawn_at else "",
        "value": one.value,
        "entries": sorted(entries, key=lambda row: str(row["id"])),
    }


def _proof(one: Draw, entries: int) -> Proof:
    return Proof(
        id=one.id,
        owner_kind=one.owner_kind,
        owner_id=one.owner_id,
        method=one.method,
        source=told(one.source_zh, one.source_en),
        known_at=one.known_at,
        secret_hash=one.secret_hash,
        list_hash=one.list_hash,
        value=one.value,
        secret=one.secret if one.drawn_at else "",
        entries=entries,
        opened_at=one.opened_at,
        frozen_at=one.frozen_at,
        drawn_at=one.drawn_at,
    )
