"""The door: what it says to each ticket, who is in, and that a mistake is taken back exactly."""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import segno
import sqlalchemy as sa
from flask import Flask

from config import ROOT
from portal.accounts.queries import viewer_of
from portal.brand import queries as brand
from portal.core import clock
from portal.core.db import db, new_id, transaction
from portal.core.errors import Conflict, Invalid
from portal.events.models import (
    Arrival,
    Event,
    EventDay,
    EventKind,
    Registration,
    Scan,
    ScanResult,
    SessionPlace,
    Stamp,
    TicketType,
)
from portal.events.queries import door as queries
from portal.events.queries.door_list import list_for_door
from portal.events.rules import codes
from portal.events.rules import door as rules
from portal.events.services import confirming, door, leaving
from portal.rewards.models import BadgeAward, Deed
from tests.client import PortalClient
from tests.factories.events import event_days
from tests.make import Make


@pytest.fixture
def festival(make: Make) -> Iterator[Event]:
    """It is an hour after the doors of a festival opened."""
    made = make.event()
    with clock.travel(made.starts_at + timedelta(hours=1)):
        yield made


@pytest.fixture
def host(make: Make) -> Any:
    return viewer_of(make.staff("host").id)


def ticket(make: Make, of: Event, **facts: Any) -> Registration:
    """A ticket that was taken before the event began."""
    kind = facts.pop("kind", None)
    with clock.travel(of.starts_at - timedelta(days=9)):
        kind = kind or make.ticket_type(of, most_children=3, **facts.pop("type_facts", {}))
        made: Registration = make.registration(kind, **facts)
        return made


def scan(of: Event, shown: Registration | str, by: Any, **facts: Any) -> Scan:
    text = shown if isinstance(shown, str) else codes.ticket_address(shown.code or "")
    facts = {"nonce": new_id(), "door": "A"} | facts
    with transaction():
        return door.scan(db.session.get_one(Event, of.id), text, by=by, **facts)


def undo(one: Scan, by: Any) -> bool:
    with transaction():
        return door.undo(db.session.get_one(Scan, one.id), by=by)


def arrived(of: Event, number: int = 0) -> int:
    db.session.expire_all()
    return event_days(of)[number].arrived


def followed(registration: Registration) -> tuple[int, int, int, int]:
    """Arrivals, stamps, what deeds add up to, badges held."""
    db.session.expire_all()
    arrivals = db.session.query(Arrival).filter_by(registration_id=registration.id).count()
    stamps = db.session.query(Stamp).filter_by(registration_id=registration.id).count()
    worth = db.session.scalar(
        sa.select(sa.func.sum(Deed.stitches)).where(Deed.member_id == registration.member_id)
    )
    held = db.session.query(BadgeAward).filter_by(member_id=registration.member_id, revoked_at=None).count()
    return arrivals, stamps, worth or 0, held


def test_one_scan_admits_the_whole_party_and_the_next_says_since_when(
    make: Make, festival: Event, host: Any
) -> None:
    party = ticket(make, festival, people=2, children=1)
    first = scan(festival, party, host)
    assert (first.result, first.people, first.sealed) == (ScanResult.ADMITTED, 3, True)
    with clock.travel(clock.now() + timedelta(minutes=7)):
        again = scan(festival, party, host, door="B")
    answer = queries.answer_to(festival, again)
    assert again.result is ScanResult.DUPLICATE
    assert answer.earlier and (answer.earlier.id, answer.earlier.door) == (first.id, "A")
    assert (answer.inside, answer.size, arrived(festival)) == (3, 3, 3)


def test_a_party_comes_in_parts(make: Make, festival: Event, host: Any) -> None:
    party = ticket(make, festival, people=3)
    one = scan(festival, party, host, people=1)
    assert scan(festival, party, host, people=3).result is ScanResult.TOO_MANY
    rest = scan(festival, party, host)
    assert (one.people, rest.people, arrived(festival)) == (1, 2, 3)
    with transaction():
        fewer = door.let_in_fewer(db.session.get_one(Scan, rest.id), 1, nonce=new_id(), by=host)
    assert (fewer.people, fewer.at, arrived(festival)) == (1, rest.at, 2)
    with pytest.raises(Invalid), transaction():
        door.let_in_fewer(db.session.get_one(Scan, fewer.id), 1, nonce=new_id(), by=host)


def test_the_same_nonce_is_one_scan(make: Make, festival: Event, host: Any) -> None:
    party, nonce = ticket(make, festival, people=2), new_id()
    first = scan(festival, party, host, nonce=nonce)
    again = scan(festival, party, host, nonce=nonce)
    assert (again.id, again.result, arrived(festival)) == (first.id, ScanResult.ADMITTED, 2)
    with pytest.raises(Invalid):
        scan(make.event(), party, host, nonce=nonce)


def test_every_other_ticket_gets_its_own_no_and_each_scan_is_kept(
    make: Make, festival: Event, host: Any
) -> None:
    passed, given_back = ticket(make, festival), ticket(make, festival)
    old, returned = str(passed.code), str(given_back.code)
    held = ticket(make, festival, held=True)
    elsewhere = ticket(make, make.event(name_en="A salon"))
    with clock.travel(festival.starts_at - timedelta(days=5)), transaction():
        leaving.cancel(db.session.get_one(Registration, given_back.id), seen=0)
        confirming.give_code(held.id)
        db.session.execute(
            sa.text(
                "UPDATE event_ticket_code SET ended_at = given_at, ended = 'passed_on' WHERE code = :code"
            ),
            {"code": old},
        )
    unpaid = db.session.scalar(
        sa.text("SELECT code FROM event_ticket_code WHERE registration_id = :one"), {"one": held.id}
    )
    said = [
        scan(festival, shown, host).result
        for shown in (old, returned, unpaid, elsewhere, "8K3M-27QX", "😀" * 90, "王")
    ]
    assert said == [
        ScanResult.PASSED_ON,
        ScanResult.CANCELLED,
        ScanResult.NOT_PAID,
        ScanResult.WRONG_EVENT,
        *[ScanResult.UNKNOWN] * 3,
    ]
    assert (db.session.query(Scan).count(), arrived(festival)) == (7, 0)
    assert db.session.query(Arrival).count() == 0


def test_the_day_and_the_hour_of_a_ticket(make: Make, host: Any) -> None:
    event = make.event(days=2)
    first, second = event_days(event)
    sunday = ticket(make, event, type_facts={"day_id": second.id})
    early = ticket(make, event, type_facts={"early_minutes": 30})
    plain = ticket(make, event)
    with clock.travel(first.starts_at - timedelta(minutes=20)):
        assert scan(event, plain, host).result is ScanResult.TOO_EARLY
        said = scan(event, early, host)
        assert said.result is ScanResult.ADMITTED
        assert queries.answer_to(event, said).is_early
        wrong = scan(event, sunday, host)
        assert wrong.result is ScanResult.WRONG_DAY
        assert queries.answer_to(event, wrong).right_days == [second]
    with clock.travel(second.starts_at):
        assert scan(event, early, host).result is ScanResult.ADMITTED
    assert (arrived(event, 0), arrived(event, 1)) == (1, 1)
    with clock.travel(first.starts_at - timedelta(days=3)):
        assert scan(event, plain, host).result is ScanResult.WRONG_DAY


def test_midnight_is_that_of_the_shop_and_a_night_belongs_to_its_evening(make: Make, host: Any) -> None:
    event = make.event()
    day = event_days(event)[0]
    late, next_one = ticket(make, event), ticket(make, event)
    midnight = clock.wall_time(day.day, 24 * 60, brand.current().time_zone)
    with clock.travel(midnight - timedelta(seconds=1)):
        assert scan(event, late, host).result is ScanResult.ADMITTED
    with clock.travel(midnight):
        assert scan(event, next_one, host).result is ScanResult.WRONG_DAY
    with transaction():
        db.session.get_one(EventDay, day.id).ends_at = midnight + timedelta(hours=2)
    with clock.travel(midnight + timedelta(hours=1)):
        assert scan(event, next_one, host).result is ScanResult.ADMITTED


def test_what_follows_an_arrival_goes_back_exactly(make: Make, host: Any) -> None:
    badge = make.badge(slug="third-edition")
    event = make.event(days=2, badge_id=badge.id)
    one = ticket(make, event, people=2)
    first, second = event_days(event)
    with clock.travel(first.starts_at):
        before = followed(one)
        scans = [scan(event, one, host, people=1), scan(event, one, host)]
        worth = followed(one)[2]
        assert followed(one) == (1, 1, worth, 1)
        assert worth > 0
        assert db.session.query(Arrival).one().place == 1
    with clock.travel(second.starts_at):
        scans.append(scan(event, one, host))
        assert followed(one) == (2, 2, worth, 1)
        assert queries.festivals_of(one.member_id) == 1
        assert undo(scans[2], host)
        assert followed(one) == (1, 1, worth, 1)
    with clock.travel(first.ends_at):
        assert undo(scans[0], host)
        assert (followed(one), arrived(event)) == ((1, 1, worth, 1), 1)
        assert undo(scans[1], host)
        assert (followed(one), arrived(event)) == (before, 0)
        assert not undo(scans[1], host)
        again = scan(event, one, host)
        assert (again.people, followed(one)) == (2, (1, 1, worth, 1))
    with clock.travel(first.ends_at + timedelta(hours=20)), pytest.raises(Conflict):
        undo(again, host)


def test_the_list_of_a_door_counts_the_festivals_of_each_who_comes(make: Make, host: Any) -> None:
    often, once, stranger = make.member(), make.member(), make.member()
    for days, facts, members in (
        (2, {}, [often, stranger]),
        (1, {}, [often, once, stranger]),
        (1, {"kind": EventKind.SALON}, [often, once]),
    ):
        past = make.event(days=days, **facts)
        tickets = [ticket(make, past, member=one) for one in members]
        for day in event_days(past):
            with clock.travel(day.starts_at):
                for one in tickets:
                    scan(past, one, host)
    coming = make.event(starts_at=clock.now() + timedelta(days=90))
    ticket(make, past, member=make.member())
    codes_of = {ticket(make, coming, member=one).code: number for one, number in ((often, 3), (once, 2))}
    codes_of[ticket(make, coming).code] = 1
    found = list_for_door(db.session.get_one(Event, coming.id))["tickets"]
    assert {one["code"]: one["festival"] for one in found} == codes_of


def test_two_tickets_and_two_members_are_one_deed_each(make: Make, festival: Event, host: Any) -> None:
    mine = ticket(make, festival)
    member = db.session.get_one(Registration, mine.id).member_id
    other = ticket(make, festival)
    second = ticket(make, festival)
    with transaction():
        db.session.get_one(Registration, second.id).member_id = member
    done = [scan(festival, one, host) for one in (mine, other, second)]
    assert db.session.query(Deed).filter_by(kind="check_in").count() == 2
    assert undo(done[0], host)
    assert followed(mine)[2] > 0
    assert undo(done[2], host)
    assert followed(mine)[2] == 0
    assert followed(other)[2] > 0


def test_a_session_stamps_who_has_a_place_and_others_by_a_second_tap(
    make: Make, festival: Event, host: Any
) -> None:
    inside, without = ticket(make, festival, people=2), ticket(make, festival)
    session = make.event_session(festival, festival.starts_at + timedelta(hours=2), capacity=10)
    with transaction():
        db.session.add(
            SessionPlace(
                session_id=session.id,
                registration_id=inside.id,
                member_id=inside.member_id,
                people=2,
                seats=0,
                taken_at=clock.now(),
            )
        )
    scan(festival, inside, host)
    stamped = scan(festival, inside, host, session_id=session.id)
    assert (stamped.result, stamped.people) == (ScanResult.ADMITTED, 0)
    assert scan(festival, inside, host, session_id=session.id).result is ScanResult.DUPLICATE
    assert scan(festival, without, host, session_id=session.id).result is ScanResult.NO_PLACE
    anyway = scan(festival, without, host, session_id=session.id, anyway=True)
    assert (anyway.result, anyway.against, anyway.conflict) == (ScanResult.ADMITTED, "no_place", False)
    assert arrived(festival) == 3  # whom the door had not seen is in from there on
    assert followed(without)[:2] == (1, 2)
    assert undo(anyway, host)
    assert (followed(without)[:2], arrived(festival)) == ((0, 0), 2)
    with pytest.raises(Invalid):
        scan(festival, inside, host, session_id=make.event_session(make.event()).id)


def test_nobody_takes_back_what_let_nobody_in(make: Make, festival: Event, host: Any) -> None:
    refused = scan(festival, "8K3M-27QX", host)
    with pytest.raises(Conflict):
        undo(refused, host)


def test_live_count_by_ticket_type(make: Make, festival: Event, host: Any) -> None:
    party = ticket(make, festival, people=2, children=1)
    kind = db.session.get_one(TicketType, party.ticket_type_id)
    ticket(make, festival, kind=kind)
    scan(festival, party, host, people=2)
    counted = queries.count_inside(festival, door.door_window(festival, clock.now()))
    assert [(row.inside, row.expected) for row in counted] == [(2, 4)]


CASES: list[dict[str, Any]] = [
    {"ticket": None},
    *[{"ticket": {"state": state.value}} for state in rules.State],
    {"day": None},
    {"ticket": {"day": "other"}},
    {"at": -31},
    {"at": -29, "ticket": {"early": 30}},
    {"at": -30, "ticket": {"early": 30}},
    {"ticket": {"inside": 2}},
    {"ticket": {"inside": 3}},
    {"people": 2, "ticket": {"inside": 1}},
    {"people": 3, "ticket": {"inside": 1}},
    {"session": True},
    {"session": True, "at": -90, "ticket": {"inside": 1}},
    {"session": True, "ticket": {"stamped": True}},
    {"session": True, "ticket": {"hasPlace": False}},
    {"session": True, "anyway": True, "ticket": {"hasPlace": False}},
    {"anyway": True, "at": -31},
]
TYPED = [
    "8k3m 27qx",
    "8K3M-27QX",
    "８Ｋ３Ｍ２７ＱＸ",
    "oiL1-27qx",
    "",
    "王",
    "x" * 500,
    "https://x.example/t/8K3M27QX",
]


def test_a_door_without_network_decides_by_the_same_rules(app: Flask) -> None:
    """The rules in the browser's script say what ours say, case by case."""
    script = """
      import { codeIn, decide } from "./static/js/door/rules.js";
      const [cases, typed] = JSON.parse(process.argv[1]);
      const said = cases.map((one) => {
        const plain = { state: "good", size: 3, inside: 0, day: null, early: 0, stamped: false, hasPlace: true };
        const ticket = one.ticket === null ? null : { ...plain, ...one.ticket };
        const window = one.day === null ? null : { id: "day", opens: 0 };
        const options = { people: one.people ?? null, inSession: !!one.session, anyway: !!one.anyway };
        const { result, people, against } = decide(ticket, window, (one.at ?? 0) * 60000, options);
        return [result, people, against];
      });
      console.log(JSON.stringify([said, typed.map(codeIn)]));
    """
    sealed = [codes.ticket_address("8K3M27QX"), codes.sealed("8K3M27QX")]
    command = ["node", "--input-type=module", "-e", script, json.dumps([CASES, TYPED + sealed])]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    theirs, read = json.loads(ran.stdout)
    assert theirs == [_ours(one) for one in CASES]
    assert read == [found[0] if (found := codes.code_from(text)) else None for text in TYPED + sealed]


def _ours(case: dict[str, Any]) -> list[Any]:
    opens = clock.now()
    window = rules.Window("day", opens - timedelta(days=1), opens, opens + timedelta(days=1))
    told = {"state": "good", "inside": 0, "day": None, "early": 0, "stamped": False, "hasPlace": True}
    given = case.get("ticket", {})
    facts = told | (given or {})
    shown = rules.Ticket(
        rules.State(facts["state"]),
        3,
        facts["inside"],
        facts["day"],
        facts["early"],
        facts["stamped"],
        facts["hasPlace"],
    )
    said = rules.decide(
        None if given is None else shown,
        None if case.get("day", "") is None else window,
        opens + timedelta(minutes=case.get("at", 0)),
        people=case.get("people"),
        in_session=bool(case.get("session")),
        anyway=bool(case.get("anyway")),
    )
    return [said.result.value, said.people, said.against.value if said.against else None]


# ------------------------------------------------------------------ the page


@pytest.mark.one_database
def test_the_page_plain_and_in_pieces(
    make: Make, festival: Event, as_staff: Callable[[str], PortalClient]
) -> None:
    party = ticket(make, festival, people=2)
    host, there = as_staff("host"), f"/console/events/{festival.slug}/door"
    shown, nonce = codes.shown_code(party.code or ""), new_id()
    sent = host.post(there, data={"code": shown, "nonce": nonce, "door": "南门"})
    assert sent.status_code == 303
    page = host.get(sent.location)
    assert "come in" in page.get_data(as_text=True)
    assert "camera=(self)" in page.headers["Permissions-Policy"]
    assert "'wasm-unsafe-eval'" in page.headers["Content-Security-Policy"]
    assert "'wasm-unsafe-eval'" not in host.get("/console").headers["Content-Security-Policy"]
    again = host.post(there, data={"code": shown, "nonce": new_id()}, htmx=True)
    assert "Already in" in again.get_data(as_text=True)
    assert "南门" in again.get_data(as_text=True)
    made = db.session.query(Scan).filter_by(nonce=nonce).one().id
    fewer = host.post(f"{there}/scans/{made}/fewer", data={"people": "1", "nonce": new_id()}, htmx=True)
    assert "Now 1 of 2 are in" in fewer.get_data(as_text=True)
    newest = db.session.scalar(sa.select(Scan.id).where(Scan.undone_at.is_(None), Scan.people == 1))
    assert host.post(f"{there}/scans/{newest}/undo").status_code == 303
    assert "Taken back" in host.post(f"{there}/scans/{newest}/undo", htmx=True).get_data(as_text=True)
    assert arrived(festival) == 0
    nothing = host.post(there, data={"code": "", "nonce": new_id()})
    assert nothing.status_code == 422
    assert host.get(f"{there}?scan={new_id()}").status_code == 404
    assert host.get(f"/console/events/{make.event().slug}/door?scan={made}").status_code == 404
    draft = make.event(published=False)
    assert host.get(f"/console/events/{draft.slug}/door").status_code == 404


@pytest.mark.one_database
def test_a_picture_of_the_code_is_enough(
    make: Make, festival: Event, as_staff: Callable[[str], PortalClient]
) -> None:
    party = ticket(make, festival)
    host, there = as_staff("host"), f"/console/events/{festival.slug}/door"
    picture = io.BytesIO()
    segno.make_qr(codes.ticket_address(party.code or "")).save(picture, kind="png", scale=6)
    sent = {"picture": (io.BytesIO(picture.getvalue()), "code.png"), "nonce": new_id()}
    assert "come in" in host.post(there, data=sent, htmx=True).get_data(as_text=True)
    for content in (b"", b"no picture at all", picture.getvalue()[:200]):
        wrong = host.post(there, data={"picture": (io.BytesIO(content), "x.png"), "nonce": new_id()})
        assert wrong.status_code == 422


@pytest.mark.one_database
def test_the_list_to_print(make: Make, festival: Event, as_staff: Callable[[str], PortalClient]) -> None:
    with clock.travel(festival.starts_at - timedelta(days=2)):
        kind = make.ticket_type(festival)
    names = ("Zoe Adler", "王小棉", "Ben Zachary", "陈木", "Ümit Bär")
    for name in names:
        with clock.travel(festival.starts_at - timedelta(days=1)):
            make.registration(kind, name=name, needs_help=name == "陈木")
    text = as_staff("host").get(f"/console/events/{festival.slug}/hands").get_data(as_text=True)
    places = [text.index(name) for name in ("Zoe Adler", "Ümit Bär", "Ben Zachary", "陈木", "王小棉")]
    assert places == sorted(places)
    assert "Needs help getting in" in text
