"""Signing up through the browser: the choice, the hold, the details, and everything that can go wrong on the way."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import db, new_id, transaction
from portal.core.errors import Invalid
from portal.events.models import (
    Event,
    Guest,
    Origin,
    Pool,
    Question,
    QuestionKind,
    Registration,
    RegistrationState,
    Seats,
    TicketType,
    WaitingEntry,
)
from portal.events.queries.standing import standing_of
from portal.events.rules import sale
from portal.events.services import codes, holding, leaving, paying
from portal.events.services.placing import Party
from portal.membership.models import Perk, SpanKind
from portal.membership.services import spans
from tests.client import PortalClient
from tests.make import Make

pytestmark = pytest.mark.one_database
Signed = Callable[..., PortalClient]
HTMX = pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])


@pytest.fixture
def kind(make: Make) -> TicketType:
    return make.ticket_type(make.event(slug="f"), capacity=6, most_children=2)


def chosen(kind: TicketType, **more: Any) -> dict[str, Any]:
    return {"ticket_type": kind.id, "people": 1, "children": 0, "attempt": new_id()} | more


def place(response: Any) -> str:
    return str(response.headers.get("HX-Redirect") or response.headers["Location"])


def only() -> Registration:
    return db.session.scalars(sa.select(Registration)).one()


def used(kind: TicketType) -> int:
    return db.session.get_one(Seats, kind.event_id, populate_existing=True).used


def held(client: PortalClient, kind: TicketType, **more: Any) -> str:
    """Seats are held; the address of the details."""
    answer = client.post("/events/f/register", data=chosen(kind, **more))
    assert answer.status_code == 303, answer.text
    return place(answer)


# ------------------------------------------------------------------ the choice


def test_everybody_sees_what_there_is_and_signs_in_on_the_way(
    client: PortalClient, make: Make, kind: TicketType
) -> None:
    make.ticket_type(make.event(slug="g"), admits=2, most_people=4)
    page = client.get("/events/f/register")
    assert kind.id in page.text and "sign in on the way" in page.text
    asked = client.post(
        "/events/f/register",
        data=chosen(kind, people=3),
        headers={"Referer": "http://localhost/events/f/register"},
    )
    assert place(asked).startswith("/sign-in?next=")
    assert 'value="3"' in client.get("/events/f/register").text, "the choice is kept"
    assert "for 2 people" in client.get("/events/g/register").text
    assert client.get("/events/none/register").status_code == 404


def test_a_draft_is_no_page(client: PortalClient, as_member: Signed, make: Make) -> None:
    kind = make.ticket_type(make.event(slug="d", published=False))
    assert client.get("/events/d/register").status_code == 404
    assert as_member().post("/events/d/register", data=chosen(kind)).status_code == 404


@HTMX
def test_from_the_choice_to_the_ticket(as_member: Signed, kind: TicketType, htmx: bool) -> None:
    client = as_member(display_name="Lin Xiaoman")
    answer = client.post("/events/f/register", data=chosen(kind, people=2, children=1), htmx=htmx)
    assert answer.status_code == (204 if htmx else 303)
    page = client.get(place(answer))
    assert "Lin Xiaoman" in page.text and "data-countdown" in page.text
    typed = {"name": "小满", "guest_1": "阿禾", "guest_2": "豆豆", "phone": "138 0013 8000", "show_face": "y"}
    done = client.post(place(answer), data=typed, htmx=htmx)
    registration = only()
    assert place(done) == f"/me/tickets/{registration.id}"
    assert registration.state is RegistrationState.CONFIRMED and registration.show_face
    assert (registration.name, registration.phone) == ("小满", "+8613800138000")
    guests = db.session.scalars(sa.select(Guest).order_by(Guest.position))
    assert [(one.name, one.child) for one in guests] == [("小满", False), ("阿禾", False), ("豆豆", True)]
    assert used(kind) == 2
    assert place(client.get(place(answer))) == f"/me/tickets/{registration.id}", "back button: to the ticket"
    assert place(client.post(place(answer), data=typed)) == f"/me/tickets/{registration.id}"


@HTMX
def test_nonsense_is_refused_and_the_choice_stays(as_member: Signed, kind: TicketType, htmx: bool) -> None:
    client = as_member()
    for wrong in (
        {"ticket_type": ""},
        {"ticket_type": "01arz3ndektsv4rrffq69g5fav"},
        {"ticket_type": "票" * 3000},
        {"people": 6, "ticket_type": kind.id},
        {"people": "-1"},
        {"people": "99999999999999999999"},
        {"children": "3"},
        {"attempt": "x"},
    ):
        answer = client.post("/events/f/register", data=chosen(kind) | wrong, htmx=htmx)
        assert answer.status_code == 422, wrong
    assert used(kind) == 0


def test_a_ticket_for_two_takes_two(as_member: Signed, make: Make) -> None:
    kind = make.ticket_type(make.event(slug="f"), admits=2, most_people=4)
    client = as_member()
    assert client.post("/events/f/register", data=chosen(kind, people=3)).status_code == 422
    held(client, kind, people=1)
    assert only().people == 2, "one ticket for two is two people"


def test_a_type_of_another_event_is_none(as_member: Signed, kind: TicketType, make: Make) -> None:
    other = make.ticket_type()
    assert as_member().post("/events/f/register", data=chosen(other)).status_code == 422


def test_the_same_form_twice_is_one_hold_and_another_party_takes_its_place(
    as_member: Signed, kind: TicketType, make: Make
) -> None:
    client, attempt = as_member(), new_id()
    first = held(client, kind, attempt=attempt, people=2)
    assert held(client, kind, attempt=attempt, people=2) == first
    assert held(client, kind, attempt=new_id(), people=2) == first, "two tabs"
    second = held(client, kind, attempt=attempt, people=3)
    assert second != first and used(kind) == 3
    assert "given up" in client.get(first).text


@pytest.mark.parametrize(("people", "children", "anew"), [(2, 1, False), (1, 0, False), (3, 0, True)])
def test_another_party_on_the_same_seats_wins_no_time(
    make: Make, kind: TicketType, people: int, children: int, anew: bool
) -> None:
    by, began = viewer_of(make.member().id), clock.now()
    attempt, standing = new_id(), standing_of(by)

    def hold(party: Party) -> Registration:
        with transaction():
            return holding.hold_seats(kind, party, attempt=attempt, by=by, standing=standing)

    with clock.travel(began):
        first = hold(Party(2, 0))
    with clock.travel(began + timedelta(minutes=10)):
        second = hold(Party(people, children))
        assert second.id != first.id
        assert second.hold_until == began + (timedelta(minutes=10) if anew else timedelta()) + sale.HOLD
    with clock.travel(began + timedelta(minutes=30)):
        assert hold(Party(2, 0)).hold_until == clock.now() + sale.HOLD, "that time was over"


@pytest.mark.parametrize("another", [False, True])
def test_the_till_gives_its_time_once_however_often_somebody_chooses_anew(make: Make, another: bool) -> None:
    """Another party, ``another`` kind of the same pool: nobody keeps seats for ever by going to the till again and again."""
    kind = make.ticket_type(capacity=2, price=1000)
    event, pool = db.session.get_one(Event, kind.event_id), db.session.get_one(Pool, kind.pool_id)
    other = make.ticket_type(event, pool, price=1000)
    by, began, attempt = viewer_of(make.member().id), clock.now(), new_id()

    def hold(ticket: TicketType, people: int) -> Registration:
        with transaction():
            standing = standing_of(by)
            held = holding.hold_seats(ticket, Party(people), attempt=attempt, by=by, standing=standing)
            held.name, held.named_at = "小满", clock.now()
        return held

    def minutes_at_the_till(held: Registration) -> float:
        with transaction():
            paying.begin(held, provider="sandbox", by=by, return_path="/me")
        assert held.hold_until is not None
        return (held.hold_until - began) / timedelta(minutes=1)

    with clock.travel(began):
        first = hold(kind, 2)
    with clock.travel(began + timedelta(minutes=14)):
        assert minutes_at_the_till(first) == 29, "who truly pays has the till's time"
    with clock.travel(began + timedelta(minutes=20)):
        second = hold(other if another else kind, 2)
        assert minutes_at_the_till(second) == (30 if another else 29)
    with clock.travel(began + timedelta(minutes=28)):
        third = hold(other if another else kind, 1)
        assert third.id != second.id and minutes_at_the_till(third) == 30


def test_an_offer_has_the_tills_time_at_its_very_end(make: Make) -> None:
    offer, now = make.registration(make.ticket_type(price=1000), held=True), clock.now()
    with transaction():
        offer.origin, offer.held_at = Origin.OFFER, now - timedelta(days=1)
        offer.name, offer.named_at, offer.hold_until = "小满", now, now + timedelta(minutes=1)
        db.session.flush()
        paying.begin(offer, provider="sandbox", by=viewer_of(offer.member_id), return_path="/me")
    assert offer.hold_until >= now + paying.AT_THE_TILL


def test_going_back_for_another_ticket_lets_the_first_go(
    as_member: Signed, kind: TicketType, make: Make
) -> None:
    event, pool = db.session.get_one(Event, kind.event_id), db.session.get_one(Pool, kind.pool_id)
    other = make.ticket_type(event, pool, capacity=6, name_en="Another")
    client, attempt = as_member(), new_id()
    held(client, kind, attempt=attempt, people=2)
    held(client, other, attempt=attempt, people=1)
    assert used(kind) == 1
    held(client, kind, people=2)
    assert used(kind) == 3, "from another page: both"


def test_who_has_the_ticket_is_led_to_it(as_member: Signed, kind: TicketType) -> None:
    client = as_member()
    client.post(held(client, kind), data={"name": "A"})
    again = client.post("/events/f/register", data=chosen(kind, people=2))
    assert again.status_code == 409 and "such a ticket already" in again.text
    assert f"/me/tickets/{only().id}" in again.text


# ------------------------------------------------------------------ sold out


@HTMX
def test_sold_out_offers_the_line_with_the_same_party(
    as_member: Signed, kind: TicketType, make: Make, htmx: bool
) -> None:
    make.registration(kind, people=4)
    client = as_member()
    answer = client.post("/events/f/register", data=chosen(kind, people=3, children=1), htmx=htmx)
    assert answer.status_code == 409
    form = re.search(r'action="/events/f/waiting".*?</form>', answer.text, re.S)
    assert form and 'name="people" value="3"' in form[0] and 'name="children" value="1"' in form[0]
    joined = client.post(
        "/events/f/waiting", data={"ticket_type": kind.id, "people": 3, "children": 1}, htmx=htmx
    )
    assert joined.status_code < 400
    assert db.session.scalars(sa.select(WaitingEntry)).one().people == 3


def test_nobody_signs_up_before_who_waits(as_member: Signed, kind: TicketType, make: Make) -> None:
    make.registration(kind, people=4)
    make.waiting_entry(kind, people=5)
    page = as_member().get("/events/f/register").text
    assert "waiting list open" in page and "disabled" not in page
    assert as_member().post("/events/f/register", data=chosen(kind)).status_code == 409


# ------------------------------------------------------------------ when it is on sale


def test_early_access_counts_to_the_minute(as_member: Signed, make: Make) -> None:
    opens = clock.now() + timedelta(hours=3)
    kind = make.ticket_type(make.event(slug="f"), sale_starts_at=opens)
    member, tier = make.member(), make.tier(perks={Perk.EARLY_ACCESS_HOURS: 2})
    _give(member, tier)
    early, late = as_member(member), as_member()
    mine = opens - timedelta(hours=2)
    assert "before everybody else" in early.get("/events/f/register").text
    with clock.travel(mine - timedelta(seconds=1)):
        assert early.post("/events/f/register", data=chosen(kind)).status_code == 403
    with clock.travel(mine):
        assert late.post("/events/f/register", data=chosen(kind)).status_code == 403
        assert early.post("/events/f/register", data=chosen(kind)).status_code == 303
        assert "Early access" in early.get("/events/f/register").text
    with clock.travel(opens):
        assert late.post("/events/f/register", data=chosen(kind)).status_code == 303


def test_tiers_prices_and_closed_doors(as_member: Signed, make: Make) -> None:
    event, tier = make.event(slug="f"), make.tier(perks={Perk.TICKET_DISCOUNT: 10})
    theirs = make.ticket_type(event, tier_id=tier.id, price=10000)
    member = make.member()
    _give(member, tier)
    gold, other = as_member(member), as_member()
    assert "¥90" in gold.get("/events/f/register").text
    assert tier.name in other.get("/events/f/register").text
    assert other.post("/events/f/register", data=chosen(theirs)).status_code == 403
    held(gold, theirs)
    assert only().amount == 9000
    with transaction():
        db.session.get_one(TicketType, theirs.id).closed_at = clock.now()
    assert as_member(member).post("/events/f/register", data=chosen(theirs, people=2)).status_code == 403


def _give(member: Any, tier: Any) -> None:
    db.session.commit()
    with transaction():
        now = clock.now()
        spans.give(member.id, tier.id, SpanKind.CODE, starts_at=now, ends_at=now + timedelta(days=90))


def test_an_access_code_opens_what_is_hidden(as_member: Signed, make: Make) -> None:
    event = make.event(slug="f")
    make.ticket_type(event)
    hidden = make.ticket_type(event, hidden=True, name_en="For friends")
    staff = viewer_of(make.staff("owner").id)
    with transaction():
        kind = db.session.get_one(TicketType, hidden.id)
        _code, word = codes.make_code(kind, label="Friends", most_uses=1, by=staff)
        with pytest.raises(Invalid, match="such a code"):
            codes.make_code(kind, label="Friends", most_uses=1, by=staff, word=word.lower())
    client, other = as_member(), as_member()
    assert "For friends" not in client.get("/events/f/register").text
    assert client.post("/events/f/register", data=chosen(hidden)).status_code == 403
    assert client.post("/events/f/code", data={"code": "WRONG-WORD"}).status_code == 422
    opened = client.post("/events/f/code", data={"code": f" {word.lower().replace('-', ' ')} "}, htmx=True)
    assert "For friends" in opened.text
    assert place(other.post("/events/f/code", data={"code": word})).endswith(f"ticket_type={hidden.id}")
    held(client, hidden)
    held(client, hidden, people=2)
    assert other.post("/events/f/register", data=chosen(hidden)).status_code == 409, "it was for one sign-up"
    assert as_member().post("/events/f/code", data={"code": word}).status_code == 422


# ------------------------------------------------------------------ the details


def test_details_are_their_buyers_alone(
    as_member: Signed, client: PortalClient, kind: TicketType, make: Make
) -> None:
    mine, other = as_member(), as_member()
    address = held(mine, kind)
    make.ticket_type(make.event(slug="other"))
    elsewhere = address.replace("/events/f/", "/events/other/")
    for path in (address, elsewhere):
        assert other.get(path).status_code == 404
        assert other.post(path, data={"name": "X"}).status_code == 404
        assert other.post(f"{path}/give-up").status_code == 404
    assert mine.get(elsewhere).status_code == 404
    assert place(client.get(address)).startswith("/sign-in")
    assert only().state is RegistrationState.HELD


@HTMX
def test_what_was_typed_survives_a_refusal(
    as_member: Signed, kind: TicketType, make: Make, htmx: bool
) -> None:
    must = _ask(kind, QuestionKind.LINE, required=True)
    level = _ask(
        kind,
        QuestionKind.CHOICE,
        choices={"all": [{"zh": "会", "en": "Yes I sew"}, {"zh": "不会", "en": "Not yet"}]},
    )
    tick = _ask(kind, QuestionKind.TICK, required=True)
    other = make.ticket_type(make.event())
    _ask(other, QuestionKind.LINE, label_en="Not asked here")
    client = as_member()
    address = held(client, kind, people=2)
    assert "Not asked here" not in client.get(address).text
    typed = {
        "name": "A 🧵",
        "guest_1": "B",
        "phone": "138 0013 80",
        f"answer_{must}": "",
        f"answer_{level}": "会",
    }
    wrong = client.post(address, data=typed, htmx=htmx)
    assert wrong.status_code == 422
    assert 'value="A 🧵"' in wrong.text and 'value="B"' in wrong.text and 'value="138 0013 80"' in wrong.text
    assert "phone number" in wrong.text and wrong.text.count('class="err"') == 3
    typed |= {"phone": "", f"answer_{must}": "an old bag", f"answer_{tick}": "y"}
    assert place(client.post(address, data=typed, htmx=htmx)) == f"/me/tickets/{only().id}"
    assert f'"{must}": "an old bag"' in only().answers and f'"{level}": "会"' in only().answers
    raw = db.session.execute(sa.text("SELECT answers FROM event_registration")).scalar_one()
    assert "old bag" not in raw, "answers rest sealed"


def _ask(kind: TicketType, what: QuestionKind, **more: Any) -> str:
    asked = Question(
        **{"event_id": kind.event_id, "kind": what, "label_zh": "问题", "label_en": "A question"} | more
    )
    db.session.add(asked)
    db.session.commit()
    return asked.id


@HTMX
def test_when_the_time_is_over_the_words_are_kept(as_member: Signed, kind: TicketType, htmx: bool) -> None:
    client = as_member()
    address = held(client, kind, people=2)
    with clock.travel(clock.now() + timedelta(minutes=15)):
        late = client.post(
            address, data={"name": "小满", "guest_1": "阿禾", "phone": "13800138000"}, htmx=htmx
        )
        assert late.status_code == 409 and "quarter of an hour is over" in late.text
        assert f"ticket_type={kind.id}&amp;people=2" in late.text
        assert "Choose again" in client.get(address).text
        again = held(client, kind, people=2)
        page = client.get(again).text
        assert 'value="小满"' in page and 'value="阿禾"' in page and "+8613800138000" in page
    assert used(kind) == 2


@HTMX
def test_giving_up_frees_the_seats(as_member: Signed, kind: TicketType, htmx: bool) -> None:
    client = as_member()
    address = held(client, kind, people=2)
    gone = client.post(f"{address}/give-up", htmx=htmx)
    assert place(gone) == "/events/f" and used(kind) == 0
    assert place(client.post(f"{address}/give-up", htmx=htmx)) == "/events/f", "twice does no harm"
    assert "given up" in client.get(address).text
    assert client.post(address, data={"name": "A"}).status_code == 409


@HTMX
def test_an_offer_is_accepted_or_declined_here(
    as_member: Signed, kind: TicketType, make: Make, htmx: bool
) -> None:
    full = make.registration(kind, people=5)
    first, second = make.member(), make.member()
    make.waiting_entry(kind, first, people=2)
    make.waiting_entry(kind, second, people=2)
    with transaction():
        leaving.cancel(db.session.get_one(Registration, full.id), seen=0)
    mine = db.session.scalars(sa.select(Registration).where(Registration.member_id == first.id)).one()
    client = as_member(first)
    address = f"/events/f/register/{mine.id}"
    page = client.get(address).text
    assert "next in the waiting list" in page and "Take these seats" in page and "data-countdown" not in page
    declined = client.post(f"{address}/give-up", htmx=htmx)
    assert place(declined) == "/events/f"
    theirs = db.session.scalars(sa.select(Registration).where(Registration.member_id == second.id)).one()
    answer = as_member(second).post(
        f"/events/f/register/{theirs.id}", data={"name": "B", "guest_1": ""}, htmx=htmx
    )
    assert place(answer) == f"/me/tickets/{theirs.id}"
    assert [
        one.state.value for one in db.session.scalars(sa.select(WaitingEntry).order_by(WaitingEntry.turn))
    ] == [
        "declined",
        "accepted",
    ]
