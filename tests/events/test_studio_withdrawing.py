"""Back to a draft, and away with a draft: while nobody has touched it, and with nothing left behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.access import Viewer
from portal.core.audit import entries_of
from portal.core.db import Base, db, new_id, transaction
from portal.core.errors import Conflict, NotAllowed, NotFound
from portal.core.media.queries import find_photo
from portal.events.models import Event, Scan, ScanResult
from portal.events.services import copying, making, withdrawing
from tests.client import PortalClient
from tests.events.studio import act, address, fresh, the
from tests.events.test_studio_picture import hand_in
from tests.make import Make

BOTH = pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])


@pytest.fixture
def me(make: Make) -> Viewer:
    return viewer_of(make.staff("manager").id)


def whole(make: Make, **facts: Any) -> Event:
    """An event with a part of every kind."""
    event = make.event(days=2, **facts)
    kind = make.ticket_type(event, day_id=make.event_days(event)[0].id)
    make.event_session(event, capacity=5, venue_id=make.venue(event).id)
    make.access_code(kind)
    make.question(event, ticket_type_id=kind.id)
    return event


def left_of(event_id: str) -> list[str]:
    """Tables that still know this event."""
    db.session.rollback()
    tables = [one for one in Base.metadata.sorted_tables if "event_id" in one.c]
    known = [
        one.name
        for one in tables
        if db.session.execute(sa.select(one).where(one.c.event_id == event_id)).first()
    ]
    return known + ["event"] * (db.session.get(Event, event_id) is not None)


@BOTH
def test_a_draft_goes_with_all_its_parts(make: Make, as_staff: Any, htmx: bool) -> None:
    staff, event = as_staff("manager"), whole(make, published=False)
    other, here, event_id = whole(make, published=False), address(event, "delete"), event.id
    assert here in staff.get(here.removesuffix("/delete")).text
    assert "cannot be undone" in staff.get(here).text
    answer = staff.post(here, htmx=htmx)
    assert answer.headers["HX-Redirect" if htmx else "Location"].endswith("/console/events?show=draft")
    assert left_of(event_id) == [] and len(left_of(other.id)) > 6
    [line] = [one for one in entries_of("event", event_id) if one.action == "event.deleted"]
    assert line.facts["slug"] in here
    assert staff.post(here, htmx=htmx).status_code == 404
    assert staff.get("/console/events?show=draft").status_code == 200


@BOTH
def test_what_was_published_too_early_is_a_draft_again(
    make: Make, as_staff: Any, client: PortalClient, htmx: bool
) -> None:
    staff, event = as_staff("manager"), whole(make)
    page, here = f"/events/{event.slug}", address(event, "withdraw")
    assert here in staff.get(address(event)).text and staff.get(here).status_code == 200
    assert client.get(page).status_code == 200
    for _twice in range(2):
        assert staff.post(here, htmx=htmx).status_code == (204 if htmx else 303)
    assert client.get(page).status_code == 404 and event.name_en not in client.get("/events").text
    assert not fresh(event).is_public
    assert [one.action for one in entries_of("event", event.id)] == ["event.withdrawn"]
    assert staff.post(address(event, "publish"), htmx=htmx).status_code < 400
    assert client.get(page).status_code == 200


def signed_up(make: Make, event: Event) -> None:
    with clock.travel(clock.now() - timedelta(hours=1)):
        make.registration(make.ticket_type(event), held=True)


def gathers(make: Make, event: Event) -> None:
    make.bell_entry(make.belled_type(event))


def scanned(make: Make, event: Event) -> None:
    """With a code that nobody knows."""
    facts = {
        "nonce": new_id(),
        "code": "8K3M27QX",
        "door": "A",
        "at": clock.now(),
        "told_at": clock.now(),
    }
    with transaction():
        db.session.add(
            Scan(event_id=event.id, by_id=make.staff("host").id, result=ScanResult.UNKNOWN, **facts)
        )


def drawn(make: Make, event: Event) -> None:
    make.session_draw(event)


@pytest.mark.parametrize("touch", [signed_up, gathers, scanned, drawn], ids=lambda one: one.__name__)
def test_what_somebody_touched_stays(
    make: Make, me: Viewer, as_staff: Any, touch: Callable[[Make, Event], None]
) -> None:
    event = make.event()
    touch(make, event)
    staff = as_staff("manager")
    assert (address(event, "withdraw") in staff.get(address(event)).text) is (touch is not signed_up)
    assert staff.get(address(event, "withdraw")).status_code == 409
    with pytest.raises(Conflict):
        act(withdrawing.withdraw, event, by=me)
    with transaction():
        fresh(event).published_at = None
    with pytest.raises(Conflict):
        act(withdrawing.delete_draft, fresh(event), by=me)
    assert "event" in left_of(event.id)


def test_what_everybody_sees_is_not_deleted_and_what_is_over_stays(make: Make, me: Viewer) -> None:
    event = make.event()
    with pytest.raises(Conflict, match="draft again first"):
        act(withdrawing.delete_draft, event, by=me)
    with clock.travel(event.ends_at), pytest.raises(Conflict, match="over"):
        act(withdrawing.withdraw, event, by=me)
    with transaction():
        fresh(event).cancelled_at = clock.now()
    with pytest.raises(Conflict, match="called off"):
        act(withdrawing.withdraw, event, by=me)
    host = viewer_of(make.staff("host").id)
    with pytest.raises(NotAllowed):
        act(withdrawing.withdraw, event, by=host)


def test_whoever_changes_it_while_it_is_deleted_finds_nothing(make: Make, me: Viewer) -> None:
    """They read it, then a colleague was faster to hold it."""
    event = whole(make, published=False)
    read = Event(id=event.id)
    act(withdrawing.delete_draft, event, by=me)
    with pytest.raises(NotFound):
        act(making.publish, read, by=me)


@pytest.mark.one_database
def test_a_picture_goes_with_the_last_who_shows_it(
    make: Make, me: Viewer, as_staff: Any, client: PortalClient, run_jobs: Callable[[], None]
) -> None:
    event = make.event(published=False)
    make.ticket_type(event)
    photo_id = hand_in(as_staff("manager"), event, run_jobs)
    shown = f"/media/{photo_id}/400.webp"
    act(making.publish, fresh(event), by=me)
    assert client.get(shown).status_code == 200
    act(withdrawing.withdraw, fresh(event), by=me)
    assert client.get(shown).status_code == 404
    first = fresh(event).starts_at.date() + timedelta(days=90)
    copy = act(copying.copy_event, fresh(event), first, by=me, key=None)
    act(withdrawing.delete_draft, fresh(event), by=me)
    assert find_photo(photo_id) is not None
    act(withdrawing.delete_draft, the(Event, id=copy.id), by=me)
    assert find_photo(photo_id) is None
