"""What all changes by staff share: the drop is held, the writer saw what stands there, and the trail tells of it."""

from __future__ import annotations

from typing import Any

from portal.core import audit, clock
from portal.core.access import Permission, Viewer
from portal.core.db import db, hold_name, key_of, lock_row
from portal.core.errors import Conflict, NotFound
from portal.core.i18n import _
from portal.drops.models import Drop
from portal.drops.queries.listing import most_early_hours
from portal.drops.rules import is_movable, opens_for

KIND = "drop"


def name_of(drop_id: str) -> str:
    """The name that who asks to be reminded shares with others, and staff hold alone."""
    return f"drop {drop_id}"


def hold(drop: Drop, by: Viewer, *, seen: int | None = None) -> None:
    """From here on nobody else changes this drop until the transaction ends. ``seen`` is the version that the writer saw.

    Raises NotAllowed; NotFound when a colleague deleted it meanwhile, Conflict when one changed it.
    """
    by.must(Permission.MANAGE_PRODUCTS)
    drop_id = key_of(drop)
    hold_name(name_of(drop_id))
    lock_row(Drop, drop_id)
    if db.session.get(Drop, drop_id, populate_existing=True) is None:
        raise NotFound(_("This is not here any more."))
    if seen is not None and drop.version != seen:
        raise Conflict(_("A colleague changed this meanwhile. Your words are still here: please compare."))


def why_fixed(drop: Drop) -> str:
    """Why nothing of it can be changed any more but its words; empty while it can. One query."""
    now = clock.now()
    first = opens_for(drop.starts_at, most_early_hours())
    if is_movable(drop, first, now):
        return ""
    if drop.cancelled_at is not None:
        return _("It is cancelled: everything stays as it was.")
    if now >= drop.starts_at:
        return _("It opened already: what comes in it, its prices and its time stay as they are.")
    return _(
        "Members with early access are in already: what comes in it, its prices and its time stay as they are."
    )


def must_be_closed(drop: Drop) -> None:
    """Raises Conflict once it opened for the first member, or is cancelled."""
    if said := why_fixed(drop):
        raise Conflict(said)


def note(action: str, drop: Drop, by: Viewer, **facts: Any) -> None:
    """One line in the trail, and a new version of the drop."""
    drop.version += 1
    db.session.flush()
    audit.record(f"drop.{action}", by=by, target_kind=KIND, target_id=drop.id, **facts)
