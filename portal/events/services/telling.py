"""What members are told about events. They must know it, so nothing holds it back."""

from __future__ import annotations

from typing import Any

from portal.core.db import db
from portal.events.models import Event, Registration
from portal.notifications.services import notify


def tell(
    registration: Registration, kind: str, *, path: str = "", to: str | None = None, **facts: Any
) -> None:
    """One message about a registration to who holds it (or ``to``); its sentence gets the event's names and ``facts``."""
    event = db.session.get_one(Event, registration.event_id)
    notify(
        [to or registration.member_id],
        f"events.{kind}",
        path=path or f"/me/tickets/{registration.id}",
        group=f"event:{registration.id}:{kind}:{registration.version}",
        name_zh=event.name_zh,
        name_en=event.name_en,
        **facts,
    )


def offered(event: Event, registration: Registration) -> None:
    assert registration.hold_until is not None
    tell(
        registration,
        "offered",
        path=f"/events/{event.slug}/register/{registration.id}",
        until=registration.hold_until.isoformat(),
        people=registration.people,
    )


def offer_lapsed(registration: Registration) -> None:
    event = db.session.get_one(Event, registration.event_id)
    tell(registration, "offer_lapsed", path=f"/events/{event.slug}")


def confirmed(registration: Registration) -> None:
    tell(registration, "confirmed")


def paid_in_vain(registration: Registration) -> None:
    tell(registration, "paid_in_vain", to=registration.buyer_id)
