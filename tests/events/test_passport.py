"""The festival passport: a stamp for what really happened, in its frame, year beside year."""

from __future__ import annotations

from datetime import timedelta

from portal.accounts.models import Member
from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import db, transaction
from portal.events.models import Event, EventSession, Registration, Stamp
from portal.events.queries.passport import Passport, passports_of
from portal.events.services import plan
from tests.answers import text_of
from tests.client import PortalClient
from tests.make import Make


def event_of(registration: Registration) -> Event:
    return db.session.get_one(Event, registration.event_id)


def stamp(make: Make, registration: Registration, session: EventSession | None = None) -> None:
    place = session.id if session else make.event_days(event_of(registration))[0].id
    with transaction():
        db.session.add(
            Stamp(
                event_id=registration.event_id,
                registration_id=registration.id,
                member_id=registration.member_id,
                session_id=session.id if session else None,
                place=place,
                at=event_of(registration).starts_at + timedelta(minutes=12),
            )
        )


def pages_of(registration: Registration) -> Passport:
    [found] = passports_of([event_of(registration)], viewer_of(registration.member_id))
    return found


def test_frames_fill_and_a_day_is_whole_with_every_stamp_of_the_plan(make: Make) -> None:
    mine = make.registration()
    event = event_of(mine)
    planned = make.event_session(event)
    make.event_session(event, event.starts_at + timedelta(hours=4))
    make.event_session(event, cancelled_at=clock.now())
    with transaction():
        plan.take_place(planned, mine, 1, by=viewer_of(mine.member_id))
    [leaf] = pages_of(mine).leaves
    assert [frame.is_door for frame in leaf.frames] == [True, False, False]
    assert not leaf.whole
    stamp(make, mine)
    assert not pages_of(mine).leaves[0].whole
    stamp(make, mine, planned)
    found = pages_of(mine)
    assert found.leaves[0].whole
    assert found.stamps == 2


def test_the_page_shows_last_year_beside_this_one(make: Make, client: PortalClient) -> None:
    member = make.member()
    start = clock.now() - timedelta(days=365)
    before = make.event(starts_at=start, name_en="Festival of last year", edition=2)
    make.event(starts_at=start - timedelta(days=365), name_en="Long ago")
    make.event(starts_at=start + timedelta(days=30), name_en="A salon between", kind="salon")
    last = make.ticket_type(before, sale_starts_at=start - timedelta(days=30))
    with clock.travel(start - timedelta(days=2)):
        old = make.registration(last, member)
    stamp(make, old)
    mine = make.registration(member=member)
    make.event_session(event_of(mine))
    client.sign_in(make.session_token(member))
    url = f"/events/{event_of(mine).slug}/passport"
    page = text_of(client.get(url))
    assert "Still unstamped." in page
    assert "Festival of last year" in page and "A salon between" not in page
    stamp(make, mine)
    page = text_of(client.get(url))
    assert "1 stamp." in page
    assert page.count('class="stamp"') == 2
    all_of_them = text_of(client.get("/me/passport"))
    assert all_of_them.count('class="stamp"') == 2
    assert all_of_them.index(event_of(mine).name_en) < all_of_them.index("Festival of last year")


def test_stamps_are_ones_own(make: Make, client: PortalClient) -> None:
    mine = make.registration()
    stamp(make, mine)
    assert client.get("/me/passport").status_code == 303
    client.sign_in(make.session_token(make.member()))
    page = text_of(client.get("/me/passport"))
    assert "No stamp yet" in page
    other = text_of(client.get(f"/events/{event_of(mine).slug}/passport"))
    assert 'class="stamp"' not in other
    draft = make.event(published=False)
    assert client.get(f"/events/{draft.slug}/passport").status_code == 404
    holder = db.session.get_one(Member, mine.member_id)
    client.sign_in(make.session_token(holder))
    assert 'class="stamp"' in text_of(client.get("/me/passport"))
    assert 'class="stamp"' in text_of(client.get("/me/passport", lang="zh"))
