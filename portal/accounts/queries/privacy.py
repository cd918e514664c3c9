"""What is kept about a member, as numbers."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from portal.core.db import db
from portal.core.installation import registry


def kept_about(member_id: str) -> list[tuple[Any, int]]:
    """(what, how many) of everything that is kept about them, in the order of the house. One query."""
    asked = [
        (label, statement.scalar_subquery())
        for data in reversed(registry().personal)
        if data.counts is not None
        for label, statement in data.counts(member_id)
    ]
    row = db.session.execute(sa.select(*(number for _label, number in asked))).one()
    return [(label, number or 0) for (label, _statement), number in zip(asked, row, strict=True)]
