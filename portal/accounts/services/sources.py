"""The codes on shop counters, package inserts and adverts: every join tells which of them somebody met last."""

from __future__ import annotations

import re
import secrets

import sqlalchemy as sa

from portal.accounts.models import JoinSource, SourceKind
from portal.accounts.queries.sources import find_source, get_source
from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.db import changed_rows, db, insert_once
from portal.core.errors import Invalid
from portal.core.i18n import _

CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,30}[a-z0-9]")
MADE_UP_LENGTH = 6
#: what nobody mistakes for something else when it is read out or typed from a card
_CLEAR = "abcdefghjkmnpqrstuvwxyz23456789"


def create_source(code: str, *, by: Viewer | None, name: str, kind: SourceKind) -> JoinSource:
    """A new code; an empty one is made up. It never changes, because it is printed. Audited.

    Raises Invalid beside ``code`` when it is taken, or cannot stand in an address.
    """
    code = code.strip().lower() or "".join(secrets.choice(_CLEAR) for _place in range(MADE_UP_LENGTH))
    if not CODE.fullmatch(code):
        raise Invalid(_("Please use 2 to 32 small letters, digits and hyphens."), field="code")
    if not insert_once(JoinSource, code=code, name=name, kind=kind, created_at=clock.now()):
        raise Invalid(_("This code is taken. Please choose another."), field="code")
    _note("source.created", code, by=by, kind=kind.value)
    return get_source(code)


def rename_source(code: str, *, by: Viewer | None, name: str, kind: SourceKind) -> None:
    """What staff call it, and which kind it is. Audited when something changed."""
    source = get_source(code)
    if (source.name, source.kind) == (name, kind):
        return
    _note("source.changed", code, by=by, name=[source.name, name], kind=[source.kind.value, kind.value])
    source.name, source.kind = name, kind
    db.session.flush()


def close_source(code: str, *, by: Viewer | None) -> bool:
    """From now on it brings nobody any more; what it brought stays counted. False when it was closed already."""
    return _set_closed(code, True, by=by)


def open_source(code: str, *, by: Viewer | None) -> bool:
    """It counts again. False when it was open already."""
    return _set_closed(code, False, by=by)


def recognised(code: str) -> str:
    """The code as it is kept, if it exists and is open; else nothing. One query, none for what cannot be one."""
    code = code.strip().lower()
    if not CODE.fullmatch(code):
        return ""
    source = find_source(code)
    return source.code if source is not None and source.closed_at is None else ""


def _set_closed(code: str, closed: bool, *, by: Viewer | None) -> bool:
    source = get_source(code)
    other = JoinSource.closed_at.is_(None) if closed else JoinSource.closed_at.is_not(None)
    statement = sa.update(JoinSource).where(JoinSource.code == source.code, other)
    if not changed_rows(statement.values(closed_at=clock.now() if closed else None)):
        return False
    _note("source.closed" if closed else "source.opened", code, by=by)
    db.session.expire(source)
    return True


def _note(action: str, code: str, *, by: Viewer | None, **facts: object) -> None:
    audit.record(action, by=by, target_kind="source", target_id=code[:26], code=code, **facts)
