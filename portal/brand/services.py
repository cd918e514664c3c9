"""Changing the brand's settings."""

from __future__ import annotations

from typing import Any

from portal.brand import queries
from portal.brand.defaults import DEFAULTS
from portal.brand.models import BrandSettings
from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.db import after_commit, db


def change_settings(*, by: Viewer | None, **changes: Any) -> BrandSettings:
    """Set some of the brand's fields; the first change makes the row. Audited; seen everywhere within seconds."""
    row = db.session.get(BrandSettings, 1)
    if row is None:
        row = BrandSettings(id=1, **DEFAULTS)
        db.session.add(row)
    for field, value in changes.items():
        setattr(row, field, value)
    row.updated_at = clock.now()
    db.session.flush()
    audit.record("brand.changed", by=by, target_kind="brand", target_id="1", fields=sorted(changes))
    after_commit(queries.forget)
    return row
