"""Wishes for scarce sessions: who may wish, what the draw gives, and that anybody can compute it again."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.accounts.models import Member
from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.db import db, transaction
from portal.core.draw.models import Draw, DrawEntry, DrawMethod
from portal.core.draw.queries import find_draw, proof_file
from portal.core.errors import Conflict, Invalid, NotAllowed
from portal.events import check_sessions
from portal.events.jobs.session_draws import draw_sessions
from portal.events.models import (
    Event,
    EventSession,
    NoShow,
    Registration,
    Seats,
    SessionPlace,
    SessionWish,
    WishOutcome,
)
from portal.events.rules.assigning import assign
from portal.events.rules.planning import SESSIONS
from portal.events.services import leaving, session_draw, wishes
from portal.events.services import plan as plans
from portal.notifications.models import Notification
from tests.answers import BOTH, place, text_of
from tests.client import PortalClient
from tests.make import Make

WON, FULL, CLASH, GONE = WishOutcome.WON, WishOutcome.FULL, WishOutcome.CLASH, WishOutcome.GONE


class Fair:
    """A festival with one ticket type and sessions that are drawn, an hour each."""

    def __init__(self, make: Make, *, places: tuple[int, ...] = (1, 2), method: str = "mixed") -> None:
        self.make, self.kind = make, make.ticket_type()
        self.event: Event = db.session.get_one(Event, self.kind.event_id)
        self.owner = make.staff("owner")
        self.until = clock.now() + timedelta(days=7)
        self.known = self.until + timedelta(days=1)
        with transaction():
            db.session.get_one(Event, self.event.id).wishes_until = self.until
        self.sessions = [
            make.event_session(
                self.event,
                self.event.starts_at + timedelta(hours=2 * number),
                capacity=seats,
                entry="draw",
                name_en=f"Bench {number}",
                name_zh=f"第{number}张凳子",
            )
            for number, seats in enumerate(places)
        ]
        self.open(method)

    def open(self, method: str) -> None:
        with transaction():
            session_draw.open_draw(
                self.fresh(),
                DrawMethod(method),
                "周日晚的双色球",
                "Sunday's lottery",
                known_at=self.known,
                by=viewer_of(self.owner.id),
            )

    def fresh(self) -> Event:
        return db.session.get_one(Event, self.event.id)

    @property
    def draw(self) -> Draw:
        found = find_draw(SESSIONS, self.event.id)
        assert found is not None
        return found

    def wish(
        self, *sessions: EventSession, people: int = 1, registration: Registration | None = None
    ) -> Registration:
        mine = registration or self.make.registration(self.kind, people=people)
        for one in sessions:
            with transaction():
                mine = db.session.get_one(Registration, mine.id)
                session = db.session.get_one(EventSession, one.id)
                wishes.wish(session, mine, by=viewer_of(mine.member_id), salt="abc")
        return mine

    def freeze(self) -> None:
        with transaction():
            session_draw.freeze(self.fresh(), by=None)

    def run(self, value: str | None = None) -> None:
        with transaction():
            session_draw.run(self.fresh(), value, by=None)

    def outcomes(self, registration: Registration) -> list[WishOutcome | None]:
        mine = sa.select(SessionWish.outcome).where(SessionWish.registration_id == registration.id)
        return list(db.session.scalars(mine.order_by(SessionWish.rank)))

    def inside(self, session: EventSession) -> set[str]:
        live = sa.select(SessionPlace.registration_id).where(
            SessionPlace.session_id == session.id, SessionPlace.left_at.is_(None)
        )
        return set(db.session.scalars(live))

    def used(self, session: EventSession) -> int:
        return db.session.get_one(Seats, session.id, populate_existing=True).used


# ------------------------------------------------------------------ the rule


_ENTRIES, _SESSIONS = "abcdef", "stuvw"
_PAIRS = list(itertools.combinations(_SESSIONS, 2))
_wishes = st.lists(st.sampled_from(_SESSIONS), unique=True, max_size=5)


@settings(max_examples=400)
@given(
    st.permutations(_ENTRIES),
    st.fixed_dictionaries(dict.fromkeys(_ENTRIES, _wishes)),
    st.fixed_dictionaries(dict.fromkeys(_ENTRIES, st.integers(1, 4))),
    st.fixed_dictionaries(dict.fromkeys(_SESSIONS, st.integers(0, 6))),
    st.sets(st.sampled_from(_PAIRS)),
)
def test_nobody_is_wronged(
    order: list[str],
    wished: dict[str, list[str]],
    people: dict[str, int],
    places: dict[str, int],
    clashes: set[tuple[str, str]],
) -> None:
    """No session is oversold, no plan clashes, and whoever got less dear a wish could not have had the dearer one then."""
    found = assign(order, wished, people, places, clashes)
    won = {entry: [one for one, said in found[entry].items() if said is WON] for entry in order}
    for session in _SESSIONS:
        assert sum(people[entry] for entry in order if session in won[entry]) <= places[session]
    for entry in order:
        assert set(found[entry]) == set(wished[entry]), "every wish gets an answer"
        assert not any(pair in clashes for pair in itertools.combinations(sorted(won[entry]), 2))
    left, turns = dict(places), {entry: iter(won[entry]) for entry in order}
    mine: dict[str, list[str]] = {entry: [] for entry in order}
    going = True
    while going:
        going = False
        for entry in order:
            possible = [
                wish
                for wish in wished[entry]
                if wish not in mine[entry]
                and left[wish] >= people[entry]
                and not any(tuple(sorted((wish, other))) in clashes for other in mine[entry])
            ]
            got = next(turns[entry], None) if possible else None
            if possible:
                assert got == possible[0], "at their turn everybody gets the dearest wish that is possible"
                left[got] -= people[entry]
                mine[entry].append(got)
                going = True
    facts = {
        "wishes": wished,
        "people": people,
        "sessions": {one: {"places": number} for one, number in places.items()},
        "clashes": [list(pair) for pair in clashes],
    }
    listed = [{"id": entry, "place": number} for number, entry in enumerate(order, 1)]
    again = check_sessions.assign({"terms": {"facts": facts}, "entries": listed})
    assert again == {entry: {one: said.value for one, said in found[entry].items()} for entry in order}


def test_who_is_later_in_the_order_still_gets_their_dearest_before_anybody_gets_a_second(make: Make) -> None:
    found = assign("ab", {"a": "st", "b": "ts"}, {"a": 1, "b": 1}, {"s": 1, "t": 1}, [])
    assert found == {"a": {"s": WON, "t": FULL}, "b": {"t": WON, "s": FULL}}


# ------------------------------------------------------------------ wishing


def test_wishes_are_ranked_and_leave_the_draw_with_the_last(make: Make) -> None:
    fair = Fair(make, places=(1, 1, 1))
    first, second, third = fair.sessions
    mine = fair.wish(first, second, third, second)
    by = viewer_of(mine.member_id)
    assert wishes.wishes_of(mine.id) == [first.id, second.id, third.id]
    with transaction():
        wishes.move(third, mine, up=True, by=by)
        wishes.move(first, mine, up=True, by=by)
        wishes.move(second, mine, up=False, by=by)
    assert wishes.wishes_of(mine.id) == [first.id, third.id, second.id]
    with transaction():
        wishes.salt(fair.fresh(), mine, "my-own_string", by=by)
    assert entry_of(fair, mine).salt == "my-own_string"
    for one in fair.sessions:
        with transaction():
            wishes.unwish(one, mine, by=by)
    assert db.session.get(DrawEntry, (fair.draw.id, mine.id)) is None
    with pytest.raises(Conflict), transaction():
        wishes.salt(fair.fresh(), mine, "x", by=by)


def entry_of(fair: Fair, registration: Registration) -> DrawEntry:
    return db.session.get_one(DrawEntry, (fair.draw.id, registration.id))


def test_a_no_show_comes_later_once(make: Make) -> None:
    fair = Fair(make)
    mine = make.registration(fair.kind)
    with transaction():
        missed = make.registration(make.ticket_type(), member=db.session.get_one(Member, mine.member_id))
        row = NoShow(
            event_id=missed.event_id,
            registration_id=missed.id,
            member_id=mine.member_id,
            noted_at=clock.now(),
        )
        db.session.add(row)
    fair.wish(fair.sessions[0], registration=mine)
    first = fair.wish(fair.sessions[0])
    fair.freeze()
    assert entry_of(fair, mine).later
    fair.run()
    assert fair.inside(fair.sessions[0]) == {first.id}, "all others come before"
    assert db.session.get_one(NoShow, row.id).spent_in == fair.draw.id


def test_wishes_end_with_their_time_and_with_the_list(make: Make) -> None:
    fair = Fair(make)
    mine = fair.wish(fair.sessions[0])
    by = viewer_of(mine.member_id)
    with clock.travel(fair.until), pytest.raises(Conflict), transaction():
        wishes.wish(fair.sessions[1], mine, by=by, salt="")
    fair.freeze()
    for deed in (wishes.unwish, lambda *a, **k: wishes.move(*a, up=True, **k)):
        with pytest.raises(Conflict), transaction():
            deed(fair.sessions[0], mine, by=by)
    assert wishes.wishes_of(mine.id) == [fair.sessions[0].id]


def test_a_ticket_for_another_day_wishes_nothing_there(make: Make) -> None:
    fair = Fair(make)
    event = make.event(days=2)
    with transaction():
        db.session.get_one(Event, event.id).wishes_until = fair.until
    fair.event = event
    session = make.event_session(event, capacity=1, entry="draw")
    fair.open("mixed")
    mine = make.registration(make.ticket_type(event, day_id=make.event_days(event)[1].id))
    with pytest.raises(NotAllowed), transaction():
        wishes.wish(session, mine, by=viewer_of(mine.member_id), salt="")


# ------------------------------------------------------------------ the draw


def test_places_are_given_told_and_what_is_left_is_for_who_comes_first(make: Make) -> None:
    fair = Fair(make, places=(1, 3))
    small, wide = fair.sessions
    single, pair = fair.wish(small, wide), fair.wish(small, wide, people=2)
    gone = fair.wish(small)
    with transaction():
        leaving.cancel(db.session.get_one(Registration, gone.id), seen=0)
    with pytest.raises(Conflict):
        fair.run()
    fair.freeze()
    assert {row.entry_id for row in db.session.query(DrawEntry).filter_by(draw_id=fair.draw.id)} == {
        single.id,
        pair.id,
    }
    fair.run()
    fair.run()
    assert fair.inside(small) == {single.id}
    assert fair.inside(wide) == {single.id, pair.id}
    assert (fair.used(small), fair.used(wide)) == (1, 3)
    assert fair.outcomes(pair) == [FULL, WON]
    told = db.session.query(Notification).filter_by(kind="events.sessions_drawn").all()
    assert {one.member_id for one in told} == {single.member_id, pair.member_id}
    with transaction():
        plans.leave_place(wide, pair, by=viewer_of(pair.member_id))
    late = make.registration(fair.kind)
    with transaction():
        plans.take_place(wide, late, 1, by=viewer_of(late.member_id))
    assert fair.used(wide) == 2


def test_what_overlaps_goes_to_the_dearer_wish(make: Make) -> None:
    fair = Fair(make, places=(5, 5))
    with transaction():
        one, other = (db.session.get_one(EventSession, session.id) for session in fair.sessions)
        other.starts_at, other.ends_at = one.starts_at, one.ends_at
    mine = fair.wish(other, one)
    fair.freeze()
    fair.run()
    assert fair.outcomes(mine) == [WON, CLASH]
    assert fair.inside(one) == set()


def test_between_list_and_draw_tickets_end_and_sessions_are_cancelled(make: Make) -> None:
    fair = Fair(make, places=(2, 2))
    stays, goes = fair.wish(*fair.sessions), fair.wish(*fair.sessions)
    fair.freeze()
    with transaction():
        leaving.cancel(db.session.get_one(Registration, goes.id), seen=0)
        db.session.get_one(EventSession, fair.sessions[1].id).cancelled_at = clock.now()
    fair.run()
    assert fair.inside(fair.sessions[0]) == {stays.id}
    assert fair.used(fair.sessions[0]) == 1
    assert fair.outcomes(stays) == [WON, GONE]
    assert fair.used(fair.sessions[1]) == 0


def test_places_taken_away_after_the_list_froze_stop_the_draw(make: Make) -> None:
    fair = Fair(make, places=(2,))
    fair.wish(fair.sessions[0], people=2)
    fair.freeze()
    with transaction():
        db.session.get_one(Seats, fair.sessions[0].id).capacity = 1
    with pytest.raises(Conflict, match=r"Bench 0|凳子"):
        fair.run()
    assert fair.draw.drawn_at is None
    with transaction():
        db.session.get_one(Seats, fair.sessions[0].id).capacity = 2
    fair.run()
    assert fair.used(fair.sessions[0]) == 2


def test_the_worker_freezes_every_list_and_draws_the_mixed_ones(make: Make) -> None:
    mixed, public = Fair(make), Fair(make, method="public")
    mine = mixed.wish(mixed.sessions[0])
    public.wish(public.sessions[0])
    draw_sessions()
    assert mixed.draw.frozen_at is None
    with clock.travel(mixed.until + timedelta(minutes=1)):
        draw_sessions()
        draw_sessions()
    assert mixed.draw.drawn_at is not None
    assert mixed.inside(mixed.sessions[0]) == {mine.id}
    assert public.draw.frozen_at is not None
    assert public.draw.drawn_at is None
    with pytest.raises(Invalid):
        public.run()
    with clock.travel(public.known - timedelta(minutes=1)), pytest.raises(Conflict, match="not published"):
        public.run("03 09 17 21 26 33 + 12")
    with clock.travel(public.known):
        public.run("03 09 17 21 26 33 + 12")
        with pytest.raises(Conflict):
            public.run("another value")
    assert public.draw.value == "03 09 17 21 26 33 + 12"


def test_a_worker_that_comes_too_late_leaves_the_list_to_staff_who_name_a_later_source(make: Make) -> None:
    fair = Fair(make, method="public")
    by = viewer_of(fair.owner.id)
    mine = fair.wish(fair.sessions[0])

    def rename(known_at: datetime) -> None:
        with transaction():
            session_draw.name_source(fair.fresh(), "", "Monday's lottery", known_at=known_at, by=by)

    with clock.travel(fair.known):
        assert session_draw.due(9) == [], "the sweep does not fail for ever"
        with pytest.raises(Conflict, match="later source"):
            fair.freeze()
        with pytest.raises(Invalid):
            rename(fair.known)
        rename(fair.known + timedelta(days=1))
        assert session_draw.due(9) == [fair.event.id]
        draw_sessions()
        assert fair.draw.frozen_at == fair.known and fair.draw.source_zh == ""
        with pytest.raises(Conflict, match="frozen"):
            rename(fair.known + timedelta(days=2))
        with pytest.raises(Conflict, match="not published"):
            fair.run("7")
    with clock.travel(fair.known + timedelta(days=1)):
        fair.run("7")
    assert fair.inside(fair.sessions[0]) == {mine.id}
    noted = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "event.draw_source_named"))
    assert noted.one().facts["source"] == ["", "Monday's lottery"]


def test_the_value_is_published_after_the_time_for_wishes(make: Make) -> None:
    fair, by = Fair(make), viewer_of(make.staff("owner").id)
    with pytest.raises(Conflict), transaction():
        session_draw.name_source(fair.fresh(), "", "A lottery", known_at=fair.known, by=by)
    public = Fair(make, method="public")
    with pytest.raises(Invalid, match="after the time for wishes"), transaction():
        session_draw.name_source(public.fresh(), "", "A lottery", known_at=public.until, by=by)
    doors = public.fresh().starts_at
    with pytest.raises(Invalid, match="before the doors open"), transaction():
        session_draw.name_source(public.fresh(), "", "A lottery", known_at=doors, by=by)
    other = make.event(wishes_until=fair.until)
    make.event_session(other, capacity=1, entry="draw")
    for known_at in (None, fair.until, db.session.get_one(Event, other.id).starts_at):
        with pytest.raises(Invalid), transaction():
            session_draw.open_draw(
                db.session.get_one(Event, other.id),
                DrawMethod.PUBLIC,
                "",
                "A lottery",
                known_at=known_at,
                by=by,
            )


# ------------------------------------------------------------------ checked by anybody


def script(tmp_path: Path, listed: Any, said: Any) -> subprocess.CompletedProcess[str]:
    files = tmp_path / "list.json", tmp_path / "sessions.json"
    for file, content in zip(files, (listed, said), strict=True):
        file.write_text(json.dumps(content), encoding="utf-8")
    words = [sys.executable, "-I", check_sessions.__file__, *map(str, files)]
    return subprocess.run(words, capture_output=True, text=True, check=False)


def test_the_script_finds_the_same_from_the_downloads_and_notices_what_was_changed(
    make: Make, client: PortalClient, tmp_path: Path
) -> None:
    fair = Fair(make, places=(2, 3, 1))
    mine = [fair.wish(*fair.sessions[number % 3 :], people=number % 2 + 1) for number in range(6)]
    url = f"/events/{fair.event.slug}/proof"
    assert client.get(f"{url}/sessions.json").status_code == 404
    fair.freeze()
    fair.run()
    content = proof_file(fair.draw)
    assert content is not None
    listed = json.loads(content)
    said = json.loads(text_of(client.get(f"{url}/sessions.json")))
    assert set(said) == {one.id for one in mine}
    assert text_of(client.get(f"{url}/check_sessions.py")) == Path(check_sessions.__file__).read_text()
    right = script(tmp_path, listed, said)
    assert right.returncode == 0, right.stdout + right.stderr
    assert "6 of 6" in right.stdout
    entry = next(one for one in said if "full" in said[one].values())
    lost = next(one for one, what in said[entry].items() if what == "full")
    wrong = script(tmp_path, listed, said | {entry: said[entry] | {lost: "won"}})
    assert wrong.returncode == 1
    assert entry in wrong.stdout
    forged = json.loads(content)
    forged["terms"]["facts"]["sessions"][lost]["places"] += 9
    assert script(tmp_path, forged, said).returncode == 1
    missing = {one: what for one, what in said.items() if one != entry}
    assert script(tmp_path, listed, missing).returncode == 1


# ------------------------------------------------------------------ pages


@BOTH
def test_members_wish_rank_and_read_why(make: Make, client: PortalClient, htmx: bool) -> None:
    fair = Fair(make, places=(1, 1))
    mine = make.registration(fair.kind)
    first, second = fair.sessions
    client.sign_in(make.session_token(db.session.get_one(Member, mine.member_id)))
    slug = fair.event.slug
    url, data = f"/events/{slug}/wishes", {"ticket": mine.id}
    assert "Wish for it: Bench 0" in text_of(client.get(f"/events/{slug}/plan"))
    for session in (first, second):
        client.post(f"{url}/{session.id}", data=data | {"do": "add"}, htmx=htmx)
    up = client.post(f"{url}/{second.id}", data=data | {"do": "up"}, htmx=htmx)
    assert wishes.wishes_of(mine.id) == [second.id, first.id]
    if htmx:
        assert "Bench 1 is less dear to me" in text_of(up)
    else:
        assert place(up, htmx=False)
    client.post(url, data=data | {"salt": "wool"}, htmx=htmx)
    assert entry_of(fair, mine).salt == "wool"
    assert "Letters and digits only" in text_of(client.post(url, data=data | {"salt": "<b>"}, htmx=htmx), 422)
    assert client.post(f"{url}/{first.id}", data=data | {"do": "nonsense"}, htmx=htmx).status_code == 409
    client.post(f"{url}/{first.id}", data=data | {"do": "remove"}, htmx=htmx)
    client.post(f"{url}/{first.id}", data=data | {"do": "add"}, htmx=htmx)
    other = fair.wish(second, first)
    fair.freeze()
    assert "The list is frozen" in text_of(client.get(f"/events/{slug}/plan"))
    fair.run()
    page = text_of(client.get(f"/events/{slug}/plan"))
    assert "Yours: it is in your plan." in page
    assert "place went to" in page or "places went to" in page
    assert fair.inside(first) | fair.inside(second) == {mine.id, other.id}


@BOTH
def test_staff_open_freeze_and_draw(make: Make, client: PortalClient, htmx: bool) -> None:
    kind = make.ticket_type()
    event = db.session.get_one(Event, kind.event_id)
    owner = make.staff("manager")
    client.sign_in(make.session_token(owner))
    url = f"/console/events/{event.slug}/draw"
    assert "Nothing to draw" in text_of(client.get(url))
    session = make.event_session(event, capacity=1, entry="draw")
    assert "Say first until when" in text_of(client.get(url))
    assert client.post(url, data={"method": "mixed"}, htmx=htmx).status_code == 409
    with transaction():
        db.session.get_one(Event, event.id).wishes_until = clock.now() + timedelta(days=1)
    assert client.post(url, data={"method": "public"}, htmx=htmx).status_code == 422
    assert client.post(url, data={"method": "dice"}, htmx=htmx).status_code == 422
    opening = {"method": "public", "source_en": "Sunday's lottery"}
    days = {days: f"{clock.now() + timedelta(days=days):%Y-%m-%dT%H:%M}" for days in (-2, 3, 6)}
    for wrong in ({}, {"known_at": days[-2]}):
        answer = client.post(url, data=opening | wrong, htmx=htmx)
        assert 'id="known_at-error"' in text_of(answer, 422)
    client.post(url, data=opening | {"known_at": days[3]}, htmx=htmx)
    mine = make.registration(kind)
    with transaction():
        wishes.wish(session, mine, by=viewer_of(mine.member_id), salt="")
    value = {"value": "03 09 17", "again": "03 09 17"}
    assert client.post(f"{url}/run", data=value, htmx=htmx).status_code == 409
    again = {"source_en": "Monday's lottery", "known_at": days[-2]}
    assert 'id="known_at-error"' in text_of(client.post(f"{url}/source", data=again, htmx=htmx), 422)
    assert client.post(f"{url}/source", data={"known_at": "x"}, htmx=htmx).status_code == 422
    with clock.travel(clock.now() + timedelta(days=4)):
        assert "Name a later source" in text_of(client.get(url))
        assert client.post(f"{url}/freeze", htmx=htmx).status_code == 409
    named = client.post(f"{url}/source", data=again | {"known_at": days[6]}, htmx=htmx)
    assert "Monday" in (text_of(named) if htmx else text_of(client.get(url)))
    frozen = client.post(f"{url}/freeze", htmx=htmx)
    assert "The list is frozen" in (text_of(frozen) if htmx else text_of(client.get(url)))
    refused = client.post(f"{url}/source", data=again | {"known_at": days[6]}, htmx=htmx)
    assert "is frozen" in text_of(refused, 409)
    assert "can be typed in here from then on" in text_of(client.get(url))
    assert client.post(f"{url}/run", data=value, htmx=htmx).status_code == 409
    with clock.travel(clock.now() + timedelta(days=7)):
        for slip in ({"value": " "}, {"value": "03 09 17"}, value | {"again": "03 09 71"}):
            answer = client.post(f"{url}/run", data=slip, htmx=htmx)
            assert 'id="again-error"' in text_of(answer, 422)
        client.post(f"{url}/run", data=value, htmx=htmx)
        client.post(f"{url}/run", data=value, htmx=htmx)
        assert client.post(f"{url}/run", data={"value": "9", "again": "9"}, htmx=htmx).status_code == 409
    live = sa.select(SessionPlace.registration_id).where(SessionPlace.session_id == session.id)
    assert list(db.session.scalars(live)) == [mine.id]
    client.sign_in(make.session_token(make.member()))
    assert client.get(url).status_code == 404
