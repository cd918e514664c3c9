"""What is kept about a member comes out whole, and goes whole; others keep what is theirs."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa

from portal.core.db import Base, db, transaction
from portal.core.i18n import in_language
from portal.notifications import services
from portal.notifications.models import BounceKind, Notification, Pace
from portal.notifications.personal import PERSONAL
from tests.make import Make
from tests.notifications.telling import agree, choose, inbox_of, keep_hours, release_all, say, tell


@pytest.fixture
def alice(make: Make, house: Any) -> Any:
    """A member with something in every table."""
    house(quiet_from=0, quiet_until=0)
    member = make.member()
    keep_hours(member)
    tell(member, word="a message")
    agree(member)
    say(member, group="news", word="a touch")
    release_all()
    with transaction():
        services.note_bounce(BounceKind.SOFT, source="test", event_key="e", recipient=member.email)
    choose(member, inbox=["test.mailed"], mail=["test.mailed"])
    keep_hours(member, start=60, end=120, zone="Asia/Tokyo", pace=Pace.DAILY)
    return member


def exported(member: Any) -> dict[str, list[Any]]:
    with in_language("en"):
        parts = {part.name: list(part.rows or ()) for part in PERSONAL.export(member.id)}
    json.dumps(parts)
    return parts


def rows_naming(member_id: str) -> dict[str, int]:
    db.session.rollback()
    tables = [Base.metadata.tables[name] for name in sorted(PERSONAL.tables)]
    counts = {
        table.name: db.session.scalar(
            sa.select(sa.func.count()).select_from(table).where(table.c.member_id == member_id)
        )
        for table in tables
    }
    return {name: count for name, count in counts.items() if count}


def test_everything_is_told(alice: Any) -> None:
    parts = exported(alice)
    assert all(parts.values()), "each part has something in it"
    assert parts["messages.json"][0]["text"] == "Inbox: a message × 1"
    assert parts["touches.json"][0]["text"] == "Inbox: a touch × 1"
    assert {row["kind"] for row in parts["notification_choices.json"] if "kind" in row} >= {"test.mailed"}
    assert parts["notification_choices.json"][-1]["time_zone"] == "Asia/Tokyo"
    assert set(rows_naming(alice.id)) == PERSONAL.tables


def test_nothing_of_somebody_else_is_told(alice: Any, make: Make) -> None:
    bob = make.member()
    tell(bob, word="secret of Bob")
    assert "secret of Bob" not in json.dumps(exported(alice))


def test_everything_goes_and_twice_is_once(alice: Any, make: Make) -> None:
    bob = make.member()
    tell(bob)
    for _time in range(2):
        with transaction():
            PERSONAL.erase(alice.id)
    assert not rows_naming(alice.id)
    assert len(inbox_of(bob)) == 1


def test_who_is_gone_is_named_in_nobodys_inbox(alice: Any, make: Make) -> None:
    bob, charlie = make.member(), make.member(display_name="Charlie")
    said = {"text_by": alice.id, "text": "words of Alice"}
    tell(bob, group="alone", actor_id=alice.id, actor_name="Alice", **said)
    tell(bob, group="both", actor_id=charlie.id, actor_name="Charlie")
    tell(bob, group="both", actor_id=alice.id, actor_name="Alice", **said)
    with transaction():
        PERSONAL.erase(alice.id)
    [message] = inbox_of(bob)
    assert (message.count, message.facts["actor_name"]) == (1, "Charlie")
    kept = db.session.scalars(sa.select(sa.cast(Notification.facts, sa.Text))).all()
    assert not any("Alice" in facts or alice.id in facts for facts in kept)
