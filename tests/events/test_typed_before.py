"""What somebody typed once is there again for them, and for nobody else: a ticket that was passed on holds another's words."""

from __future__ import annotations

from typing import Any

import pytest

from portal.accounts.models import Member
from portal.accounts.queries import viewer_of
from portal.core.db import db, transaction
from portal.events.models import Registration, TicketType
from portal.events.queries.signup import get_own_signup, typed_before
from portal.events.queries.standing import standing_of
from portal.events.services import changing, leaving, passing
from portal.events.services.confirming import Details
from tests.make import Make

MINE, THEIRS = "+8613900000001", "+8613900000002"


@pytest.fixture
def kind(make: Make) -> TicketType:
    return make.ticket_type(make.event(slug="f"))


def pass_on(one: Registration, giver: Member, taker: Member) -> None:
    with transaction():
        mine = db.session.get_one(Registration, one.id)
        token = passing.make_link(mine, "", by=viewer_of(giver.id))
    by = viewer_of(taker.id)
    link = passing.find_link(token, by)
    with transaction():
        passing.take(link, by=by, standing=standing_of(by))
    with transaction():
        told = Details(name="阿岚", phone=THEIRS, needs_help=True)
        changing.tell_anew(db.session.get_one(Registration, one.id), told, by=by)


def test_the_next_sign_up_knows_what_its_buyer_typed_and_not_what_the_taker_did(
    make: Make, kind: TicketType, as_member: Any
) -> None:
    giver, taker = make.member(), make.member()
    passed = make.registration(kind, giver, phone=MINE)
    pass_on(passed, giver, taker)
    anew = make.registration(kind, giver, held=True)
    signup = get_own_signup(viewer_of(giver.id), "f", anew.id)
    assert typed_before(signup) is None
    page = as_member(giver).get(f"/events/f/register/{anew.id}").text
    assert THEIRS not in page and "阿岚" not in page


def test_who_passed_a_ticket_on_writes_nothing_on_it_any_more(
    make: Make, kind: TicketType, as_member: Any
) -> None:
    giver, taker = make.member(), make.member()
    passed = make.registration(kind, giver, phone=MINE)
    pass_on(passed, giver, taker)
    with transaction():
        leaving.cancel(db.session.get_one(Registration, passed.id), seen=0)
    address = f"/events/f/register/{passed.id}"
    client = as_member(giver)
    page = client.get(address).text
    assert THEIRS not in page and "阿岚" not in page
    client.post(address, data={"name": "Somebody", "phone": MINE})
    left = db.session.get_one(Registration, passed.id, populate_existing=True)
    assert (left.name, left.phone) == ("阿岚", THEIRS)
