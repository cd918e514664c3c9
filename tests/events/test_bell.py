"""The opening bell: who gathers is drawn, the order can be checked, and a bell that was killed goes on."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.draw import queries as draws
from portal.core.draw.models import DrawEntry
from portal.core.errors import Conflict, Invalid, NotAllowed
from portal.events.jobs.lines import ring_bells
from portal.events.models import (
    BellEntry,
    Event,
    NoShow,
    Origin,
    Pool,
    Registration,
    RegistrationState,
    Seats,
    TicketType,
    WaitingEntry,
    WaitingState,
)
from portal.events.queries.standing import standing_of
from portal.events.rules.sale import BELL
from portal.events.services import bells, lines
from portal.events.services.placing import Party
from portal.notifications.models import Notification
from tests.client import PortalClient
from tests.make import Make

Signed = Callable[..., PortalClient]
HTMX = pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
SOON = timedelta(hours=1)
MOST_QUERIES = 10


@pytest.fixture
def kind(make: Make) -> TicketType:
    """Gathering since an hour, for an hour."""
    now = clock.now()
    return make.ticket_type(
        make.event(slug="f"), capacity=4, bell_opens_at=now - SOON, bell_closes_at=now + SOON
    )


def gathered(kind: TicketType, make: Make, people: int = 1, member: Any = None, salt: str = "") -> BellEntry:
    by = viewer_of((member or make.member()).id)
    with transaction():
        return bells.gather(kind, Party(people), salt=salt, by=by, standing=standing_of(by))


def rung() -> None:
    """Two hours later: the worker comes round."""
    with clock.travel(clock.now() + 2 * SOON):
        ring_bells()
    db.session.expire_all()


def entries(kind: TicketType) -> list[BellEntry]:
    mine = sa.select(BellEntry).where(BellEntry.ticket_type_id == kind.id, BellEntry.place.is_not(None))
    return list(db.session.scalars(mine.order_by(BellEntry.place)))


def waiting_of(entry: BellEntry) -> WaitingEntry:
    return db.session.get_one(WaitingEntry, entry.waiting_id)


def test_in_the_order_of_the_draw_seats_are_kept_and_the_others_stand_in_line(
    make: Make, kind: TicketType
) -> None:
    for people in (1, 2, 1, 3, 1, 2):
        gathered(kind, make, people)
    rung()
    order, free, blocked = entries(kind), 4, False
    for entry in order:
        fits = not blocked and entry.seats <= free
        blocked, free = blocked or not fits, free - (entry.seats if fits else 0)
        assert (waiting_of(entry).state is WaitingState.OFFERED) is fits
        assert (entry.registration_id is not None) is fits
    seated = [db.session.get_one(Registration, one.registration_id) for one in order if one.registration_id]
    assert {(one.origin, one.state) for one in seated} == {(Origin.BELL, RegistrationState.HELD)}
    turns = [waiting_of(entry).turn for entry in order]
    assert turns == sorted(turns)
    kinds = {one.member_id: one.kind for one in db.session.scalars(sa.select(Notification))}
    assert [kinds[one.member_id] for one in order] == [
        "events.bell_won" if one.registration_id else "events.bell_waits" for one in order
    ]
    assert db.session.get_one(TicketType, kind.id).bell_rang_at is not None


def test_the_order_is_that_of_the_published_list(make: Make, kind: TicketType, tmp_path: Path) -> None:
    for number in range(5):
        gathered(kind, make, salt=f"salt{number}")
    rung()
    one = draws.find_draw(BELL, kind.id)
    assert one is not None and kind.bell_closes_at and one.opened_at < kind.bell_closes_at
    content = draws.proof_file(one)
    assert content is not None
    listed = json.loads(content)
    by_id = {row["id"]: row for row in listed["entries"]}
    assert [by_id[entry.id]["place"] for entry in entries(kind)] == [1, 2, 3, 4, 5]
    assert {row["salt"] for row in listed["entries"]} == {f"salt{number}" for number in range(5)}
    assert listed["terms"]["facts"]["free_seats"] == 4
    (tmp_path / "list.json").write_bytes(content)
    script = Path("portal/core/draw/check.py").resolve()
    ran = subprocess.run(
        [sys.executable, "-I", str(script), str(tmp_path / "list.json")], check=False, timeout=60
    )
    assert ran.returncode == 0


def test_a_bell_that_was_killed_goes_on_and_rings_once(
    make: Make, kind: TicketType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bells, "AT_ONCE", 2)
    for _number in range(7):
        gathered(kind, make)
    with clock.travel(clock.now() + 2 * SOON):
        for _step in range(3):
            with transaction():
                assert bells.ring(kind.event_id, kind.id)
        order = [entry.id for entry in entries(kind)]
        with pytest.raises(NotAllowed):  # sale begins when the last one stands in line
            make.registration(db.session.get_one(TicketType, kind.id))
        ring_bells()
        ring_bells()
        with transaction():
            assert not bells.ring(kind.event_id, kind.id)
    assert [entry.id for entry in entries(kind)] == order
    assert db.session.scalar(sa.select(sa.func.count()).select_from(WaitingEntry)) == 7
    told = sa.select(sa.func.count()).select_from(Notification)
    assert db.session.scalar(told) == 7
    assert db.session.get_one(Seats, kind.id).used == 4


def test_who_silently_stayed_away_comes_later_once(make: Make, kind: TicketType) -> None:
    late = make.member()
    past = make.registration(make.ticket_type(), late)
    db.session.add(
        NoShow(event_id=past.event_id, registration_id=past.id, member_id=late.id, noted_at=clock.now())
    )
    db.session.commit()
    entry = gathered(kind, make, member=late)
    for _number in range(4):
        gathered(kind, make)
    rung()
    assert entries(kind)[-1].id == entry.id
    assert db.session.scalars(sa.select(DrawEntry.entry_id).where(DrawEntry.later)).all() == [entry.id]
    one = draws.find_draw(BELL, kind.id)
    assert one is not None and db.session.scalars(sa.select(NoShow.spent_in)).one() == one.id


def test_who_stepped_out_is_not_drawn_and_nobody_comes_in_late(make: Make, kind: TicketType) -> None:
    stays, goes = gathered(kind, make), gathered(kind, make)
    gone = gathered(kind, make)
    with transaction():
        bells.step_out(db.session.get_one(BellEntry, goes.id))
        db.session.get_one(BellEntry, gone.id).left_at = clock.now()  # their account was closed
    rung()
    assert [entry.id for entry in entries(kind)] == [stays.id]
    with pytest.raises(Conflict):
        gathered(kind, make)
    with clock.travel(clock.now() + 2 * SOON), pytest.raises(NotAllowed):
        gathered(kind, make)
    with pytest.raises(Conflict), transaction():
        bells.step_out(db.session.get_one(BellEntry, stays.id))


def test_parties_that_never_fit_and_strange_salts_are_refused(make: Make, kind: TicketType) -> None:
    for people, salt in ((5, ""), (9, ""), (1, "a b"), (1, "福")):
        with pytest.raises(Invalid):
            gathered(kind, make, people, salt=salt)


def test_a_bell_nobody_came_to_opens_the_sale(make: Make, kind: TicketType) -> None:
    rung()
    with clock.travel(clock.now() + 2 * SOON):
        assert make.registration(db.session.get_one(TicketType, kind.id)).code


def beside(kind: TicketType, make: Make, **facts: Any) -> TicketType:
    """Another kind of ticket from the same pool."""
    event, pool = db.session.get_one(Event, kind.event_id), db.session.get_one(Pool, kind.pool_id)
    return make.ticket_type(event, pool, **facts)


def test_who_waits_in_the_pool_leaves_that_line_before_they_gather(make: Make, kind: TicketType) -> None:
    sold_out, member = beside(kind, make, capacity=1), make.member()
    make.registration(sold_out)
    entry = make.waiting_entry(sold_out, member)
    with pytest.raises(Conflict, match="Leave that line first"):
        gathered(kind, make, member=member)
    assert db.session.scalars(sa.select(BellEntry)).all() == []
    with transaction():
        lines.leave(db.session.get_one(WaitingEntry, entry.id))
    mine = gathered(kind, make, member=member)
    rung()
    assert waiting_of(db.session.get_one(BellEntry, mine.id)).ticket_type_id == kind.id


def test_who_gathers_steps_out_before_they_stand_in_line_in_that_pool(make: Make, kind: TicketType) -> None:
    sold_out, member = beside(kind, make, capacity=1), make.member()
    make.registration(sold_out)
    mine = gathered(kind, make, member=member)
    with pytest.raises(Conflict):
        make.waiting_entry(sold_out, member)
    elsewhere = make.full_type(db.session.get_one(Event, kind.event_id))
    assert make.waiting_entry(elsewhere, member).state is WaitingState.WAITING, "another pool"
    with transaction():
        bells.step_out(db.session.get_one(BellEntry, mine.id))
    assert make.waiting_entry(sold_out, member).state is WaitingState.WAITING


def test_one_gathers_for_one_ticket_of_a_pool(make: Make, kind: TicketType) -> None:
    opens, closes = kind.bell_opens_at, kind.bell_closes_at
    other, member = beside(kind, make, bell_opens_at=opens, bell_closes_at=closes), make.member()
    mine = gathered(kind, make, member=member)
    with pytest.raises(Conflict):
        gathered(other, make, member=member)
    assert gathered(kind, make, 2, member=member).id == mine.id, "the same with another party"
    with transaction():
        bells.step_out(db.session.get_one(BellEntry, mine.id))
    gathered(other, make, member=member)
    rung()
    [entry] = entries(other)
    assert waiting_of(entry).ticket_type_id == other.id


def test_an_event_called_off_rings_no_bell(make: Make, kind: TicketType) -> None:
    gathered(kind, make)
    with transaction():
        db.session.get_one(Event, kind.event_id).cancelled_at = clock.now()
    rung()
    assert entries(kind) == []


# ------------------------------------------------------------------ pages


@pytest.mark.one_database
@HTMX
def test_gathering_and_stepping_out_in_the_browser(
    as_member: Signed, make: Make, kind: TicketType, htmx: bool
) -> None:
    me = as_member()
    here = f"/events/f/bell/{kind.id}"
    assert "I am in" in me.get(here).text
    for people, said in ((2, "for 2 people"), (3, "for 3 people")):
        answer = me.post(here, data={"people": people, "salt": "mine"}, htmx=htmx)
        assert answer.status_code == (200 if htmx else 303)
        page = answer.text if htmx else me.get(here).text
        assert said in page and "mine" in page
    assert me.post(here, data={"people": 2, "salt": "not this!"}, htmx=htmx).status_code == 422
    assert me.post(f"{here}/leave", htmx=htmx).status_code == (200 if htmx else 303)
    assert "You are in" not in me.get(here).text.replace("You are in.", "")
    assert me.post(here, data={"people": 1}, htmx=htmx).status_code == (200 if htmx else 303)
    rung()
    with clock.travel(clock.now() + 2 * SOON):
        page = me.get(here).text
        assert "You are number 1 of 1" in page and "Take the seats" in page
        assert me.post(f"{here}/leave", htmx=htmx).status_code == 409


@pytest.mark.one_database
@HTMX
def test_what_stands_in_the_way_is_said_with_the_way_out(
    as_member: Signed, make: Make, kind: TicketType, queries: Any, htmx: bool
) -> None:
    sold_out, member = beside(kind, make, capacity=1, name_en="Early bird"), make.member()
    make.registration(sold_out)
    entry, me = make.waiting_entry(sold_out, member), as_member(member)
    here, there = f"/events/f/bell/{kind.id}", "/events/f/waiting"
    with queries() as asked:
        page = me.get(here).text
    assert "Early bird" in page and there in page and "I am in" not in page
    assert len(asked) <= MOST_QUERIES
    answer = me.post(here, data={"people": 1}, htmx=htmx)
    assert answer.status_code == 409 and there in answer.text
    me.post(f"{there}/{entry.id}/leave", htmx=htmx)
    assert me.post(here, data={"people": 1}, htmx=htmx).status_code == (200 if htmx else 303)
    with queries() as asked:
        page = me.get(there).text
    assert here in page and "Join the waiting list" not in page
    assert len(asked) <= MOST_QUERIES
    answer = me.post(there, data={"ticket_type": sold_out.id, "people": 1}, htmx=htmx)
    assert answer.status_code == 409 and here in answer.text


@pytest.mark.one_database
def test_the_proof_is_there_for_everybody_and_the_secret_only_afterwards(
    client: PortalClient, as_member: Signed, make: Make, kind: TicketType
) -> None:
    mine = make.member()
    entry = gathered(kind, make, member=mine)
    one = draws.find_draw(BELL, kind.id)
    assert one is not None
    page, secret = client.get("/events/f/proof").text, one.secret
    assert one.secret_hash in page and secret not in page
    assert client.get(f"/events/f/proof/{one.id}.json").status_code == 404
    rung()
    page = client.get("/events/f/proof").text
    assert secret in page and db.session.get_one(type(one), one.id).list_hash in page
    assert client.get("/events/f/proof/draw.py").text.startswith('"""Computes a draw again')
    listed = client.get(f"/events/f/proof/{one.id}.json")
    assert listed.get_json()["secret"] == secret and mine.id not in listed.text
    assert entry.id in as_member(mine).get("/events/f/proof").text
    make.ticket_type(make.event(slug="other"))
    assert client.get(f"/events/other/proof/{one.id}.json").status_code == 404


@pytest.mark.one_database
def test_a_hidden_bell_exists_only_for_whom_it_is_open(
    client: PortalClient, make: Make, kind: TicketType
) -> None:
    with transaction():
        db.session.get_one(TicketType, kind.id).hidden = True
        bells.open_bell(kind)
    assert client.get(f"/events/f/bell/{kind.id}").status_code == 404
    assert kind.name_en not in client.get("/events/f/proof").text
    plain = make.ticket_type(db.session.get_one(Event, kind.event_id))
    assert client.get(f"/events/f/bell/{plain.id}").status_code == 404
