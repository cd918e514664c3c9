"""What is kept about a member comes out whole; afterwards the ledgers lead to nobody."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa

from portal.accounts.queries import viewer_of
from portal.core.db import Base, db, transaction
from portal.core.i18n import in_language
from portal.core.timeline import told as told_in_life
from portal.rewards import services
from portal.rewards.models import BadgeAward, PointAct
from portal.rewards.personal import PERSONAL
from portal.rewards.proofs import PROOFS
from portal.rewards.queries.life import LIFE
from tests.make import Make


@pytest.fixture
def alice(make: Make) -> Any:
    """A member with something in every table."""
    member, owner = make.member(), viewer_of(make.staff("owner").id)
    make.deed(member, "story_approved")
    services.move_by_hand(member, 200, reason="穿了两百个名牌", by=owner)
    services.redeem(make.reward().id, by=viewer_of(member.id))
    services.award_badge(make.badge().id, member.id, why="帮过忙", by=owner)
    db.session.commit()
    return member


def tables_of_members() -> set[str]:
    mine = {table.name for table in Base.metadata.tables.values() if table.name in known()}
    return {name for name in mine if "member_id" in Base.metadata.tables[name].c}


def known() -> set[str]:
    return {
        mapper.class_.__tablename__
        for mapper in Base.registry.mappers
        if mapper.class_.__module__.startswith("portal.rewards")
    }


def test_every_table_that_names_a_member_is_listed() -> None:
    assert tables_of_members() == PERSONAL.tables


def test_everything_is_told(alice: Any) -> None:
    with in_language("zh_CN"):
        parts = {part.name: list(part.rows or ()) for part in PERSONAL.export(alice.id)}
    text = json.dumps(parts, ensure_ascii=False)
    assert all(parts.values()), "each part has something in it"
    for words in ("穿了两百个名牌", "帮过忙", "CODE-"):
        assert words in text


def test_afterwards_no_word_about_them_is_left_and_the_ledgers_are_right(alice: Any) -> None:
    for _ in range(2):
        with transaction():
            PERSONAL.erase(alice.id)
    assert db.session.scalars(sa.select(BadgeAward)).all() == []
    assert set(db.session.scalars(sa.select(PointAct.reason))) == {""}
    assert [row for proof in PROOFS for row in proof.differences()] == []


def test_staff_read_it_in_the_members_life(alice: Any) -> None:
    with in_language("en"):
        found = told_in_life(LIFE, alice.id)
        assert {entry.icon for entry in found} == {"award", "ticket-percent", "spool"}
        assert told_in_life(LIFE, alice.id, found[-1].at) == []
