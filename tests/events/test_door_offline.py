"""Doors without network: what they tell later is kept as it was, in order, and nobody who came in is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import db, new_id, transaction
from portal.core.errors import Busy, Invalid
from portal.events.models import Arrival, Event, Registration, Scan, ScanResult
from portal.events.queries import door as queries
from portal.events.rules import codes
from portal.events.services import door, leaving
from portal.events.services.door import Told
from tests.client import PortalClient
from tests.events.test_door import arrived, followed, scan, ticket
from tests.make import Make


@pytest.fixture
def festival(make: Make) -> Iterator[Event]:
    made = make.event()
    with clock.travel(made.starts_at + timedelta(hours=1)):
        yield made


@pytest.fixture
def host(make: Make) -> Any:
    return viewer_of(make.staff("host").id)


def told(shown: Registration | str, ago: float = 5, **facts: Any) -> Told:
    """A scan so many minutes ago that let one in."""
    code = shown if isinstance(shown, str) else shown.code or ""
    values: dict[str, Any] = {"nonce": new_id(), "door": "B", "result": ScanResult.ADMITTED, "people": 1}
    return Told(code=code, at=clock.now() - timedelta(minutes=ago), **values | facts)


def hear(of: Event, one: Told, by: Any) -> Scan:
    with transaction():
        return door.tell_offline(db.session.get_one(Event, of.id), one, by=by)


def test_what_was_let_in_offline_keeps_its_time_and_counts_once(
    make: Make, festival: Event, host: Any
) -> None:
    party = ticket(make, festival, people=2)
    first, rest = told(party, 9), told(party, 8)
    for one in (first, rest, first, rest):
        made = hear(festival, one, host)
        assert (made.conflict, made.at, made.offline) == (False, one.at, True)
    assert arrived(festival) == 2
    row = db.session.query(Arrival).one()
    assert (row.people, row.first_at, row.door) == (2, first.at, "B")
    assert db.session.query(Scan).count() == 2


def test_ten_minutes_offline_at_two_doors_shows_both_times(make: Make, festival: Event, host: Any) -> None:
    one = ticket(make, festival)
    with clock.travel(clock.now() - timedelta(minutes=3)):
        online = scan(festival, one, host, door="A")
    late = hear(festival, told(one, 7), host)
    assert (late.result, late.conflict, late.against) == (ScanResult.ADMITTED, True, "duplicate")
    assert arrived(festival) == 2  # two people are in the room
    [dispute] = queries.conflicts_of(festival.id).items
    assert (dispute.scan.id, dispute.scan.door, dispute.other and dispute.other.door) == (late.id, "B", "A")
    assert dispute.other and dispute.other.at == online.at
    assert db.session.query(Arrival).one().first_at == late.at
    with transaction():
        assert door.undo(db.session.get_one(Scan, late.id), by=host)
    assert arrived(festival) == 1
    assert queries.conflicts_of(festival.id).items == []
    row = db.session.query(Arrival).one()
    assert (row.people, row.first_at, row.door) == (1, online.at, "A")


def test_whoever_came_in_is_in_whatever_the_house_knows(make: Make, festival: Event, host: Any) -> None:
    gone, small, passed = ticket(make, festival), ticket(make, festival), ticket(make, festival)
    shown = [str(one.code) for one in (gone, small, passed)]
    with clock.travel(festival.starts_at - timedelta(hours=30)), transaction():
        leaving.cancel(db.session.get_one(Registration, gone.id), seen=0)
        db.session.connection().exec_driver_sql(
            f"UPDATE event_ticket_code SET ended_at = given_at, ended = 'passed_on' WHERE code = '{shown[2]}'"
        )
    made = [hear(festival, told(code, people=2), host) for code in shown]
    assert [one.against for one in made] == ["cancelled", "too_many", "passed_on"]
    assert {one.result for one in made} == {ScanResult.ADMITTED}
    assert len(queries.conflicts_of(festival.id).items) == 3
    assert arrived(festival) == 4  # not for the ticket that is somebody else's now
    assert followed(passed)[:2] == (0, 0)
    with transaction():
        assert door.settle(db.session.get_one(Scan, made[1].id), by=host)
        assert not door.settle(db.session.get_one(Scan, made[1].id), by=host)
    assert len(queries.conflicts_of(festival.id).items) == 2


def test_what_the_door_refused_lets_nobody_in_later(make: Make, festival: Event, host: Any) -> None:
    one = ticket(make, festival)
    made = hear(festival, told(one, result=ScanResult.UNKNOWN, people=0), host)
    assert (made.result, made.registration_id, arrived(festival)) == (ScanResult.UNKNOWN, one.id, 0)
    back = hear(festival, told(one, undone=True), host)
    assert back.undone_at is not None
    assert followed(one)[:2] == (0, 0)


def test_the_answer_that_never_reached_the_door(make: Make, festival: Event, host: Any) -> None:
    """The house heard the scan, the door did not hear the answer and decided alone: the door is right."""
    one, other = ticket(make, festival), ticket(make, festival)
    scan(festival, one, host, door="A")
    refused = scan(festival, one, host, door="B", nonce="a" * 26)
    assert refused.result is ScanResult.DUPLICATE
    let_in = hear(festival, told(one, nonce="a" * 26), host)
    assert (let_in.id, let_in.conflict, let_in.people) == (refused.id, True, 1)
    assert arrived(festival) == 2
    scan(festival, other, host, nonce="b" * 26)
    for _again in range(2):
        turned_away = hear(festival, told(other, nonce="b" * 26, result=ScanResult.UNKNOWN, people=0), host)
        assert turned_away.undone_at is not None
    assert followed(other)[:2] == (0, 0)


def test_moments_that_cannot_be_are_refused(make: Make, festival: Event, host: Any) -> None:
    one = ticket(make, festival)
    for minutes in (-90, 60 * 24 * 90):
        with pytest.raises(Invalid):
            hear(festival, told(one, minutes), host)
    assert hear(festival, told(one, -20), host).at == clock.now()


def row(shown: str, minutes_ago: float = 5, **facts: Any) -> dict[str, Any]:
    """As the script of the door writes it."""
    at = (clock.now() - timedelta(minutes=minutes_ago)).isoformat()
    plain = {"nonce": new_id(), "code": shown, "door": "B", "at": at, "result": "admitted", "people": 1}
    return plain | {"session": None, "anyway": False, "undone": False} | facts


@pytest.mark.one_database
def test_the_queue_is_told_in_order_and_again_without_harm(
    make: Make, festival: Event, as_staff: Callable[[str], PortalClient]
) -> None:
    party, single = ticket(make, festival, people=2), ticket(make, festival)
    there = f"/console/events/{festival.slug}/door/queue"
    shown = [codes.ticket_address(party.code or ""), single.code or "", party.code or "", "zzz"]
    scans = [row(text, 9 - number) for number, text in enumerate(shown[:3])]
    scans.append(row(shown[3], result="unknown", people=0))
    host = as_staff("host")
    for _again in range(2):
        said = host.post(there, json={"scans": scans})
        assert [one["conflict"] for one in said.get_json()["scans"]] == [False] * 4
    assert arrived(festival) == 3
    assert [str(one.nonce) for one in db.session.query(Scan).order_by(Scan.at)] == [
        one["nonce"] for one in (*scans[:3], scans[3])
    ]
    listed = host.get(f"/console/events/{festival.slug}/door/list")
    assert listed.headers["Cache-Control"] == "no-store"
    inside = {one["code"]: [day[0] for day in one["inside"].values()] for one in listed.get_json()["tickets"]}
    assert inside == {party.code: [2], single.code: [1]}


@pytest.mark.one_database
def test_what_is_no_queue_is_refused_whole(
    make: Make, festival: Event, as_staff: Callable[[str], PortalClient]
) -> None:
    good = ticket(make, festival).code or ""
    odd: list[Any] = [None, [], {"scans": {}}, {"scans": [row(good)] * 201}]
    host, there = as_staff("host"), f"/console/events/{festival.slug}/door/queue"
    for data in odd:
        said = host.post(there, json=data)
        assert (said.status_code, list(said.get_json())) == (422, ["message"]), data
    assert host.post(there, data="{", content_type="application/json").status_code == 422
    assert (db.session.query(Scan).count(), arrived(festival)) == (0, 0)
    gone = host.post("/console/events/nowhere/door/queue", json={"scans": [row(good)]})
    assert (gone.status_code, list(gone.get_json())) == (404, ["message"])


@pytest.mark.one_database
def test_a_scan_that_is_refused_holds_up_none_behind_it(
    make: Make, festival: Event, as_staff: Callable[[str], PortalClient]
) -> None:
    """Refused whole, the same head would be sent for ever, and what stands behind it would never arrive."""
    party = ticket(make, festival, people=5)
    shown = party.code or ""
    odd: list[Any] = [
        "x",
        *(
            row(shown, **facts)
            for facts in (
                {"people": -1},
                {"people": 10**9},
                {"people": True},
                {"people": 0},
                {"people": "1"},
                {"nonce": 5},
                {"nonce": "x"},
                {"code": "x" * 401},
                {"door": ["A"]},
                {"at": "yesterday"},
                {"at": "2026-06-14T12:00:00"},
                {"minutes_ago": -90},  # the clock of the phone was put right meanwhile
                {"minutes_ago": 60 * 24 * 90},
                {"result": "let me in"},
                {"session": "../../etc"},
                {"session": {"id": 1}},
            )
        ),
    ]
    good = [row(shown), row(shown, session=new_id())]  # its session is gone, but somebody came in
    host, there = as_staff("host"), f"/console/events/{festival.slug}/door/queue"
    for _again in range(2):
        said = host.post(there, json={"scans": [*odd, good[0], *odd, good[1]]})
        assert said.status_code == 422
        answers = said.get_json()["scans"]
        taken = [one for one in answers if "refused" not in one]
        assert [one["nonce"] for one in taken] == [one["nonce"] for one in good]
        assert len(answers) == 2 * len(odd) + 2
        assert all(one["refused"] for one in answers if one not in taken)
        assert answers[1]["nonce"] == odd[1]["nonce"]  # by it the door finds what was refused
        assert (db.session.query(Scan).count(), arrived(festival)) == (2, 2)


@pytest.mark.one_database
def test_a_busy_house_refuses_nothing(
    make: Make,
    festival: Event,
    as_staff: Callable[[str], PortalClient],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It says that it is busy, and all of it is told again later."""

    def too_much(*_about: Any, **_facts: Any) -> Scan:
        raise Busy("Later.", retry_after=1)

    scans = [row(ticket(make, festival).code or "")]
    host, there = as_staff("host"), f"/console/events/{festival.slug}/door/queue"
    with monkeypatch.context() as patch:
        patch.setattr(door, "tell_offline", too_much)
        assert host.post(there, json={"scans": scans}).status_code == 503
    assert host.post(there, json={"scans": scans}).status_code == 200
    assert arrived(festival) == 1


@pytest.mark.one_database
def test_conflicts_are_shown_and_settled_on_their_page(
    make: Make, festival: Event, host: Any, as_staff: Callable[[str], PortalClient]
) -> None:
    one = ticket(make, festival)
    scan(festival, one, host, door="Nord")
    late = hear(festival, told(one, 30, door="Süd"), host)
    browser, there = as_staff("host"), f"/console/events/{festival.slug}/door"
    for path in (there, f"{there}/conflicts", f"{there}?show=now"):
        text = browser.get(path, htmx=path.endswith("now")).get_data(as_text=True)
        assert "Nord" in text
        assert "Süd" in text
    assert browser.post(f"{there}/conflicts/{late.id}/settle", data={"undo": "y"}).status_code == 303
    assert "All doors agree" in browser.get(f"{there}/conflicts").get_data(as_text=True)
    assert arrived(festival) == 1
