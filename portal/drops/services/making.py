"""Staff make a drop: a draft in one of the house's slots, the moment everybody sees it, another slot, and its end.

Nothing happens outside the slot that the brand's settings name: every other instant is refused here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from portal.core import audit, clock
from portal.core.access import Permission, Viewer
from portal.core.db import changed_rows, db, hold_name, new_id
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.core.slugs import free_slug, slug_from
from portal.drops.models import Drop, DropItem, DropReminder
from portal.drops.queries.studio import next_slots
from portal.drops.services import holding, reminding


@dataclass(frozen=True, slots=True)
class Words:
    """What a drop is called, and its first words."""

    name_zh: str
    name_en: str
    lead_zh: str
    lead_en: str


def create_drop(words: Words, starts_at: datetime, *, by: Viewer, key: str | None = None) -> Drop:
    """A draft in this slot. ``key`` is made with the form: sent twice it is one drop. Raises Invalid beside the field. Audited."""
    by.must(Permission.MANAGE_PRODUCTS)
    hold_name("drop slugs")
    known = db.session.get(Drop, key) if key else None
    if known is not None:
        return known
    _check_name(words)
    _check_slot(starts_at)
    drop = Drop(
        id=key or new_id(),
        slug=free_slug(slug_from(words.name_en) or slug_from(words.name_zh) or "drop", Drop),
        name_zh=words.name_zh,
        name_en=words.name_en,
        lead_zh=words.lead_zh,
        lead_en=words.lead_en,
        starts_at=starts_at,
        created_at=clock.now(),
    )
    db.session.add(drop)
    db.session.flush()
    audit.record("drop.created", by=by, target_kind=holding.KIND, target_id=drop.id, slug=drop.slug)
    return drop


def change_words(drop: Drop, words: Words, *, seen: int, by: Viewer) -> None:
    """What it is called. Calendars learn of it. Raises Conflict for an old page, Invalid beside the field. Audited."""
    holding.hold(drop, by, seen=seen)
    _check_name(words)
    wanted = {name: getattr(words, name) for name in ("name_zh", "name_en", "lead_zh", "lead_en")}
    changed = sorted(name for name, value in wanted.items() if getattr(drop, name) != value)
    if not changed:
        return
    for name in changed:
        setattr(drop, name, wanted[name])
    drop.sequence += 1
    holding.note("changed", drop, by, fields=changed)


def publish(drop: Drop, *, by: Viewer) -> None:
    """Everybody sees it from now on. Twice is once. Raises Conflict with what is still missing. Audited."""
    holding.hold(drop, by)
    if drop.published_at is not None:
        return
    missing = what_is_missing(drop)
    if missing:
        raise Conflict(" ".join(missing))
    drop.published_at = clock.now()
    holding.note("published", drop, by)


def what_is_missing(drop: Drop) -> list[str]:
    """What stands in the way of publishing a draft, in words. One query."""
    missing = []
    if drop.starts_at not in next_slots():
        missing.append(_("Its time is over or outside the house’s slot. Choose another slot."))
    if db.session.scalar(sa.select(DropItem.id).where(DropItem.drop_id == drop.id).limit(1)) is None:
        missing.append(_("Nothing comes yet: add a product."))
    return missing


def move(drop: Drop, starts_at: datetime, *, by: Viewer) -> bool:
    """To another slot; who asked to be reminded of a published drop is told, and reminded anew. False when it stands there already.

    Raises Invalid for anything that is no slot, Conflict once it opened for the first member or is cancelled. Audited.
    """
    holding.hold(drop, by)
    holding.must_be_closed(drop)
    if drop.starts_at == starts_at:
        return False
    _check_slot(starts_at)
    before, drop.starts_at = drop.starts_at, starts_at
    drop.sequence += 1
    if drop.is_public:
        reminding.owe_news(drop, anew=True)
    holding.note("moved", drop, by, before=before.isoformat(), after=starts_at.isoformat())
    return True


def cancel(drop: Drop, reason: str, *, by: Viewer) -> None:
    """It does not come; who asked to be reminded is told. Twice is once. Raises Conflict for drafts and once it opened for the
    first member. Audited."""
    holding.hold(drop, by)
    if drop.cancelled_at is not None:
        return
    if not drop.is_public:
        raise Conflict(_("Nobody sees this draft: delete it instead."))
    holding.must_be_closed(drop)
    drop.cancelled_at, drop.cancel_words = clock.now(), reason
    drop.sequence += 1
    reminding.owe_news(drop, anew=False)
    holding.note("cancelled", drop, by, reason=reason)


def delete_draft(drop: Drop, *, by: Viewer) -> None:
    """It is gone with its items. Raises Conflict for what everybody has seen. Audited."""
    holding.hold(drop, by)
    if drop.is_public:
        raise Conflict(_("Everybody sees this drop. It can only be cancelled."))
    drop_id, facts = drop.id, {"slug": drop.slug, "name": drop.name}
    for part in (DropItem, DropReminder):
        changed_rows(sa.delete(part).where(part.drop_id == drop_id))
    db.session.expunge(drop)
    changed_rows(sa.delete(Drop).where(Drop.id == drop_id))
    db.session.expire_all()
    audit.record("drop.deleted", by=by, target_kind=holding.KIND, target_id=drop_id, **facts)


# ------------------------------------------------------------------ inside


def _check_name(words: Words) -> None:
    if not (words.name_zh or words.name_en):
        raise Invalid(_("Please give it a name in at least one language."), field="name_zh")


def _check_slot(starts_at: datetime) -> None:
    if starts_at not in next_slots():
        raise Invalid(_("Drops happen in the house’s slot only. Please choose one of these."), field="slot")
