"""Opening cases and telling people how they ended: shared by the other services."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from portal.core import clock
from portal.core.db import db, insert_or_merge, new_id
from portal.core.links import path_to
from portal.moderation.models import OPEN, Case, CaseOrigin, Report
from portal.notifications.services import notify


def open_case(
    target_kind: str,
    target_id: str,
    *,
    author_id: str,
    origin: CaseOrigin,
    title: str,
    change: dict[str, Any],
    held_because: str = "",
    earlier: int | None = None,
) -> str:
    """The id of the one open case of this thing: a new one, or the one that is open, with ``change`` applied."""
    [row] = insert_or_merge(
        Case,
        [
            {
                "id": new_id(),
                "target_kind": target_kind,
                "target_id": target_id,
                "author_id": author_id,
                "origin": origin,
                "held_because": held_because,
                "title": short(title),
                "earlier": earlier,
                "opened_at": clock.now(),
            }
        ],
        unique=("target_kind", "target_id"),
        where=OPEN,
        change=change,
        returning=(Case.id,),
    )
    db.session.expire_all()
    return str(row.id)


def short(text: str) -> str:
    """The first words, on one line, for lists."""
    line = " ".join(text.split())
    return line if len(line) <= 120 else line[:119] + "…"


def group_of(case: Case) -> str:
    """Every message about this case, so that an undo takes all of them back."""
    return f"case:{case.id}"


def tell_reporters(case: Case, outcome: str, *, but: str | None = None) -> None:
    """Everyone who reported this learns what came of it: "kept", "taken_down" or "withdrawn"."""
    reporters = db.session.scalars(sa.select(Report.reporter_id).where(Report.case_id == case.id))
    notify(
        [reporter for reporter in reporters if reporter != but],
        "moderation.report_decided",
        path=path_to("moderation.report", kind=case.target_kind, target_id=case.target_id),
        group=group_of(case),
        outcome=outcome,
        target=case.target_kind,
    )
