"""Many people do something to one member's story at the same instant: one message, everybody counted."""

from __future__ import annotations

import time

import sqlalchemy as sa

from portal.core import clock
from portal.core.db import db, new_id, transaction
from portal.notifications import services
from portal.notifications.models import Notification
from tests.concurrency.crowd import House, at_once
from tests.make import Make

PROCESSES, EACH = 3, 15
KIND = "moderation.report_decided"


def tell(member_ids: list[str], group: str, share: int) -> None:
    """So many different people act, one after the other; the members are told in another order each time."""
    for number in range(EACH):
        turned = member_ids[number % len(member_ids) :] + member_ids[: number % len(member_ids)]
        with transaction():
            services.notify(
                turned,
                KIND,
                path="/inbox",
                group=group,
                actor_id=f"{share}-{number}",
                actor_name="x",
                outcome="kept",
            )


def tell_carelessly(member_ids: list[str], group: str, share: int) -> None:
    """The same without the merging statement: look first, then write what was seen, plus one."""
    [member_id] = member_ids
    for _number in range(EACH):
        row = db.session.execute(
            sa.select(Notification.id, Notification.count).where(
                Notification.member_id == member_id, Notification.group_key == group
            )
        ).one()
        time.sleep(0.001)
        with transaction():
            this_one = sa.update(Notification).where(Notification.id == row.id)
            db.session.execute(this_one.values(count=row.count + 1, updated_at=clock.now()))


def rows_of(group: str) -> list[Notification]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Notification).where(Notification.group_key == group)))


def test_everybody_is_counted_once_in_one_message(house: House, people: Make) -> None:
    members, group = [people.member().id for _number in range(3)], new_id()
    at_once(house, tell, [(members, group, share) for share in range(PROCESSES)])
    found = rows_of(group)
    assert sorted(row.member_id for row in found) == sorted(members)
    assert {row.count for row in found} == {PROCESSES * EACH}
    assert {len(row.facts["people"]) for row in found} == {PROCESSES * EACH}


def test_without_the_merging_statement_some_would_be_lost(house: House, people: Make) -> None:
    member_id, group = people.member().id, new_id()
    people.notification(group_key=group, member_id=member_id)
    at_once(house, tell_carelessly, [([member_id], group, share) for share in range(PROCESSES)])
    [row] = rows_of(group)
    assert row.count < 1 + PROCESSES * EACH
