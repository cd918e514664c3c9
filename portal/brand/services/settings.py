"""Changing the brand's settings."""

from __future__ import annotations

from typing import Any

from portal.brand import palette, queries
from portal.brand.defaults import DEFAULTS
from portal.brand.models import BrandSettings
from portal.brand.rules import fingerprint
from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.db import after_commit, db, insert_once
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _


def change_settings(*, by: Viewer | None, seen: str | None = None, **changes: Any) -> dict[str, list[Any]]:
    """Set some of the brand's fields; the first change makes the row. Returns what changed: field → [old, new].

    ``seen`` is the fingerprint of these fields as the changer saw them (:func:`rules.fingerprint`): when somebody else
    changed one of them meanwhile, Conflict, and nothing changes. Raises Invalid for a hue in which something could not
    be read. Audited with old and new values; seen everywhere within seconds.
    """
    row = settings_row()
    before = {field: getattr(row, field) for field in changes}
    if seen is not None and seen != fingerprint(before):
        raise Conflict(_("A colleague changed this while you were writing. Nothing of yours is lost."))
    if "hue" in changes and not palette.can_be_read(changes["hue"]):
        raise Invalid(_("In this colour something could not be read. Please choose another."), field="hue")
    changed = {field: [before[field], value] for field, value in changes.items() if before[field] != value}
    for field, (_old, value) in changed.items():
        setattr(row, field, value)
    if changed:
        audit.record("brand.changed", by=by, target_kind="brand", target_id="1", changed=changed)
        touch(row)
    return changed


def settings_row() -> BrandSettings:
    """The one row, held until the transaction ends; made with sensible values when there is none."""
    insert_once(BrandSettings, id=1, updated_at=clock.now(), **DEFAULTS)
    return db.session.get_one(BrandSettings, 1, populate_existing=True, with_for_update=True)


def touch(row: BrandSettings) -> None:
    """Everything that is kept by the brand's version is drawn anew."""
    row.updated_at = clock.now()
    db.session.flush()
    after_commit(queries.forget)
