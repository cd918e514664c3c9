"""A member's life with the house, as all features together tell it: one question, whatever their number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from portal.core.access import Viewer
from portal.core.db import UTCDateTime, db
from portal.core.feature import Teller, TimelineEntry
from portal.core.installation import registry

ON_A_PAGE = 30
#: more things than this at one and the same instant are cut
MOST_AT_ONCE = 960


@dataclass(frozen=True)
class Timeline:
    """Some entries, the newest first; the next page holds what is older than ``next_before`` (None: that was all)."""

    entries: list[TimelineEntry]
    next_before: datetime | None


def timeline_of(
    member_id: str, before: datetime | None = None, *, by: Viewer, limit: int = ON_A_PAGE
) -> Timeline:
    """What every feature tells of this member, as far as ``by`` may read it. One query.

    A page never ends between two things of the same instant, or the rest of them would be lost: it ends before them.
    """
    every = (teller for feature in registry().features for teller in feature.timeline)
    tellers = [teller for teller in every if teller.needs is None or by.can(teller.needs)]
    found = told(tellers, member_id, before, limit=limit + 1)
    if len(found) <= limit:
        return Timeline(found, None)
    next_at = found[limit].at
    page = [entry for entry in found[:limit] if entry.at > next_at]
    if page:
        return Timeline(page, page[-1].at)
    if limit < MOST_AT_ONCE:  # all of one instant
        return timeline_of(member_id, before, by=by, limit=limit * 2)
    return Timeline(found[:limit], next_at)


def told(
    tellers: Sequence[Teller], member_id: str, before: datetime | None = None, *, limit: int = ON_A_PAGE
) -> list[TimelineEntry]:
    """The newest that these tellers know of a member, before a moment. One query."""
    parts = [_part(place, teller, member_id, before, limit) for place, teller in enumerate(tellers)]
    newest = sa.union_all(*parts).order_by(sa.text("at DESC, teller")).limit(limit)
    return [tellers[row.teller].say(row.at, row.facts) for row in db.session.execute(newest)]


def moments(at: Any, **facts: Any) -> sa.Select[Any]:
    """The columns that all tellers select: the moment, and what its sentence needs, as one JSON object (no times in it:
    databases write them differently). Where there is no moment, there is no row."""
    named: list[Any] = []
    for name, value in facts.items():
        named += (sa.literal_column(f"'{name}'"), value)
    when = sa.type_coerce(at, UTCDateTime())
    return sa.select(when.label("at"), _Object(*named).label("facts")).where(at.is_not(None))


def read_moment(text: str | None) -> datetime | None:
    """The moment in an address that somebody may have cut or bent; None when it is none."""
    try:
        moment = datetime.fromisoformat(text or "")
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


# ------------------------------------------------------------------ inside


def _part(
    place: int, teller: Teller, member_id: str, before: datetime | None, limit: int
) -> sa.Select[tuple[Any, ...]]:
    """What one teller knows, the newest of it: each part stops at its own index."""
    rows = teller.rows(member_id)
    at = rows.selected_columns["at"]
    if before is not None:
        rows = rows.where(at < before)
    mine = rows.add_columns(sa.literal(place).label("teller")).order_by(at.desc()).limit(limit)
    return sa.select(mine.subquery())


class _Object(FunctionElement[Any]):
    """A JSON object of names and values, one after the other."""

    name = "facts"
    type = sa.JSON()
    inherit_cache = True


@compiles(_Object, "sqlite")
def _on_sqlite(element: _Object, compiler: SQLCompiler, **kw: Any) -> str:
    """What is JSON already has to be named so, or it would become a text."""
    pieces = [
        f"json({compiler.process(piece, **kw)})"
        if isinstance(piece.type, sa.JSON)
        else compiler.process(piece, **kw)
        for piece in element.clauses
    ]
    return f"json_object({', '.join(pieces)})"


@compiles(_Object, "postgresql")
def _on_postgresql(element: _Object, compiler: SQLCompiler, **kw: Any) -> str:
    return f"json_build_object({compiler.process(element.clauses, **kw)})"
