"""What the brand told a member, and mail that came back, as staff read it in their life."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.core.feature import Teller, TimelineEntry
from portal.core.i18n import _
from portal.core.timeline import moments
from portal.notifications.models import Bounce, BounceKind, Touch, TouchState


def _touches(member_id: str) -> sa.Select[Any]:
    told = moments(Touch.made_at, kind=Touch.kind, path=Touch.path, more=Touch.facts)
    return told.where(Touch.member_id == member_id, Touch.state == TouchState.MADE)


def _touch(at: datetime, facts: dict[str, Any]) -> TimelineEntry:
    from portal.notifications.speech import said

    return TimelineEntry(at, "megaphone", said(facts["kind"], facts["more"]), facts["path"])


def _bounces(member_id: str) -> sa.Select[Any]:
    return moments(Bounce.at, kind=Bounce.kind).where(Bounce.member_id == member_id)


def _bounce(at: datetime, facts: dict[str, Any]) -> TimelineEntry:
    return TimelineEntry(at, "mail-x", _came_back(BounceKind(facts["kind"])))


def _came_back(kind: BounceKind) -> str:
    if kind is BounceKind.COMPLAINT:
        return _("Called a letter unwanted")
    return _("A letter came back for good") if kind is BounceKind.HARD else _("A letter came back for now")


LIFE = (Teller(_touches, _touch), Teller(_bounces, _bounce))
