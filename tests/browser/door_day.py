"""``python -m tests.browser.door_day``: a festival whose doors are open now, parties with tickets, and a host. Prints JSON."""

from __future__ import annotations

import json
from datetime import timedelta

from portal import create_app
from portal.accounts.models import Role
from portal.accounts.queries import viewer_of
from portal.accounts.services import consents
from portal.brand import queries as brand
from portal.core import clock
from portal.core.db import db, new_id, transaction
from portal.events.models import EventDay, Registration, ScanResult
from portal.events.queries.programme import get_event
from portal.events.rules import codes
from portal.events.services import door
from tests.browser.people import PASSWORD
from tests.factories import accounts, events

HOST = "host@door.example"
PARTIES = {"camera": 1, "typed": 2, "offline": 1, "party": 3, "picture": 1, "plain": 1}
PARTIES |= {"both": 1, "north": 1, "south": 1, "ahead": 1, "behind": 1}


def main() -> None:
    with create_app().app_context():
        print(json.dumps(open_doors()))


def open_doors() -> dict[str, object]:
    """Its address, the time zone's own day around now, and what each ticket's QR says."""
    start = clock.now() - timedelta(hours=1)
    with transaction():
        host = accounts.staff(Role.HOST, email=HOST, password=PASSWORD, display_name="阿禾", language="en")
        consents.accept_texts(host.id, brand.legal_versions(), how=consents.SIGN_UP)
        event = events.event(starts_at=start)
        db.session.flush()
        day = db.session.query(EventDay).filter_by(event_id=event.id).one()
        day.ends_at = event.ends_at = start + timedelta(hours=20)
        kind = events.ticket_type(event, most_people=5, most_children=2)
    shown = {}
    for name, people in PARTIES.items():
        with transaction():
            made = events.registration(kind, people=people, name=f"{name} 王")
            shown[name] = codes.ticket_address(db.session.get_one(Registration, made.id).code or "")
    return {"slug": event.slug, "shown": shown}


def door_with_scans() -> dict[str, str]:
    """For the stage: some came in, one door was offline, and the doors disagree."""
    told = open_doors()
    shown, slug = told["shown"], str(told["slug"])
    assert isinstance(shown, dict)
    host = viewer_of(db.session.query(accounts.Member).filter_by(email=HOST).one().id)
    with transaction():
        event = get_event(slug)
        made = door.scan(event, shown["party"], nonce=new_id(), door="A", by=host, people=2)
        last = door.scan(event, shown["plain"], nonce=new_id(), door="A", by=host)
        told_late = door.Told(new_id(), shown["plain"], "B", made.at, ScanResult.ADMITTED, 1)
        door.tell_offline(event, told_late, by=host)
        door.scan(event, "ZZZZ-9999", nonce=new_id(), door="A", by=host)
    return {"door": slug, "door_scan": made.id, "door_first": last.id}


if __name__ == "__main__":
    main()
