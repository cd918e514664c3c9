"""Many open the same link at the same instant: exactly one takes the ticket over."""

from __future__ import annotations

import time
from collections import Counter
from functools import partial
from unittest.mock import patch

import pytest
import sqlalchemy as sa

from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db, transaction
from portal.events.models import PassOn, Registration, TicketCode
from portal.events.queries.standing import standing_of
from portal.events.services import passing
from tests.concurrency.crowd import House, at_once, outcome
from tests.make import Make

TAKERS = 6
LOOKING_SECONDS = 1.0


def take(token: str, member_id: str, guarded: bool) -> str:
    """One taker, in a process of their own: ``taken``, or the name of the refusal."""
    by = viewer_of(member_id)
    link, standing = passing.find_link(token, by), standing_of(by)
    if guarded:
        return str(outcome(partial(_take, link, by, standing)))
    looked = link.taken_at is None
    time.sleep(LOOKING_SECONDS)  # with the guard off each believes what it saw before
    with patch.object(passing, "_claim", partial(_believe, looked)):
        return str(outcome(partial(_take, link, by, standing)))


def _take(link: PassOn, by: Viewer, standing: passing.Standing) -> str:
    with transaction():
        passing.take(link, by=by, standing=standing)
    return "taken"


def _believe(looked: bool, link: PassOn, by: Viewer) -> bool:
    db.session.execute(
        sa.update(PassOn).where(PassOn.id == link.id).values(taken_by=by.id, taken_at=clock.now())
    )
    return looked


@pytest.mark.parametrize("guarded", [True, False])
def test_exactly_one_takes_it(house: House, people: Make, guarded: bool) -> None:
    ticket = people.registration()
    with transaction():
        held = db.session.get_one(Registration, ticket.id)
        token = passing.make_link(held, "", by=viewer_of(held.member_id))
    takers = [people.member().id for _taker in range(TAKERS)]
    answers = Counter(at_once(house, take, [(token, taker, guarded) for taker in takers]))
    if not guarded:
        assert answers["taken"] > 1
        return
    assert answers == {"taken": 1, "Conflict": TAKERS - 1}
    db.session.rollback()
    ticket = db.session.get_one(Registration, ticket.id, populate_existing=True)
    link = db.session.scalars(sa.select(PassOn).where(PassOn.registration_id == ticket.id)).one()
    good = sa.select(TicketCode.code).where(
        TicketCode.registration_id == ticket.id, TicketCode.ended_at.is_(None)
    )
    assert ticket.member_id == link.taken_by
    assert ticket.member_id in takers
    assert db.session.scalars(good).all() == [ticket.code]
