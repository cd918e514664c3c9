"""A member's events as staff read them in their life."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.core.feature import Teller, TimelineEntry
from portal.core.i18n import _
from portal.core.timeline import moments
from portal.core.words import spoken
from portal.events.models import Event, Registration, Stamp


def _named(at: Any, source: Any) -> sa.Select[Any]:
    told = moments(at, slug=Event.slug, zh=Event.name_zh, en=Event.name_en)
    return told.select_from(source).join(Event, Event.id == source.event_id)


def _confirmed(member_id: str) -> sa.Select[Any]:
    return _named(Registration.confirmed_at, Registration).where(Registration.member_id == member_id)


def _ended(member_id: str) -> sa.Select[Any]:
    """Tickets that were given back, not holds that ran out."""
    mine = _named(Registration.ended_at, Registration).where(Registration.member_id == member_id)
    return mine.where(Registration.confirmed_at.is_not(None))


def _came(member_id: str) -> sa.Select[Any]:
    mine = _named(Stamp.at, Stamp).where(Stamp.member_id == member_id)
    return mine.where(Stamp.session_id.is_(None))


def _entry(icon: str, sentence: Any) -> Any:
    def say(at: datetime, facts: dict[str, Any]) -> TimelineEntry:
        name = spoken(facts["zh"], facts["en"])
        return TimelineEntry(at, icon, sentence(name), path=f"/events/{facts['slug']}")

    return say


LIFE = (
    Teller(_confirmed, _entry("ticket", lambda name: _("Signed up for %(event)s", event=name))),
    Teller(_ended, _entry("undo-2", lambda name: _("Gave the ticket for %(event)s back", event=name))),
    Teller(_came, _entry("stamp", lambda name: _("Came to %(event)s", event=name))),
)
