"""The tier beside a name: true wherever the name stands, from the moment it changes, also when time alone changes it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import Client

from portal.accounts.models import Member
from portal.accounts.queries import viewer_of
from portal.core import clock
from portal.core.db import db, transaction
from portal.membership import personal, proofs
from portal.membership.jobs import show_tiers
from portal.membership.models import ShownTier, Span, SpanKind, Standing, Tier
from portal.membership.services import spans, tiers
from portal.membership.services.standings import far_away
from portal.stories import queries
from tests.client import PortalClient
from tests.make import Make

pytestmark = pytest.mark.one_database

Visit = Callable[[], str]
DAY = timedelta(days=1)


@pytest.fixture(params=["kept", "drawn"])
def keeping(request: pytest.FixtureRequest, app: Flask, monkeypatch: pytest.MonkeyPatch) -> bool:
    """With what processes keep, and without: PORTAL_CARD_CACHE."""
    kept = request.param == "kept"
    settings = dataclasses.replace(app.config["PORTAL"], card_cache=kept)
    monkeypatch.setitem(app.config, "PORTAL", settings)
    return kept


@pytest.fixture
def visit(app: Flask, keeping: bool, asked: list[str]) -> Callable[..., str]:
    browser = Client(app, use_cookies=False)

    def ask(path: str = "/stories", zh: bool = False) -> str:
        db.session.commit()
        with app.app_context():  # as in production: nothing of an earlier request is left
            answer = browser.get(path, headers={"Accept-Language": "zh-CN" if zh else "en"})
            answer.get_data()
        db.session.expire_all()
        assert answer.status_code == 200
        return str(answer.get_data(as_text=True))

    return ask


def give(member: Member, tier: Tier, *, days: int, begins: int = 0) -> Span:
    now = clock.now()
    with transaction():
        return spans.give(
            member.id,
            tier.id,
            SpanKind.COMPLIMENTARY,
            starts_at=now + begins * DAY,
            ends_at=now + (begins + days) * DAY,
        )


def label(name: str) -> str:
    return f">{name}</span>"


@pytest.mark.usefixtures("keeping")
def test_it_stands_at_every_name_and_goes_with_the_time(make: Make, visit: Callable[..., str]) -> None:
    """Wall, story with comments, a member's stories, their page: given, run out, and never asked for by a deed."""
    author, guest, tier = make.member(), make.member(), make.tier(name_en="Lamplight", name_zh="灯火")
    story = make.story(author=author)
    make.comment(story=story, author=guest)
    pages = (
        "/stories",
        f"/stories/{story.id}",
        f"/stories/by/{author.id}",
        f"/members/{author.id}/membership",
    )
    assert all(label("Lamplight") not in visit(path) for path in pages)
    give(author, tier, days=30)
    for path in pages:
        assert label("Lamplight") in visit(path) and label("灯火") in visit(path, zh=True), path
    give(guest, tier, days=10)
    assert visit(pages[1]).count(label("Lamplight")) == 2
    with clock.travel(clock.now() + 11 * DAY):
        show_tiers()
        assert visit(pages[1]).count(label("Lamplight")) == 1
        assert label("Lamplight") in visit(pages[0])
    with clock.travel(clock.now() + 31 * DAY):
        show_tiers()
        assert all(label("Lamplight") not in visit(path) for path in pages)
        assert list(proofs.wrong_names()) == []


@pytest.mark.usefixtures("keeping")
def test_one_that_begins_later_begins_by_itself(make: Make, visit: Callable[..., str]) -> None:
    author, tier = make.member(), make.tier(name_en="Lamplight")
    make.story(author=author)
    give(author, tier, days=5, begins=3)
    assert label("Lamplight") not in visit()
    with clock.travel(clock.now() + 3 * DAY + timedelta(minutes=1)):
        show_tiers()
        assert label("Lamplight") in visit()


@pytest.mark.usefixtures("keeping")
def test_other_words_for_a_tier(make: Make, visit: Callable[..., str]) -> None:
    author, tier = make.member(), make.tier(name_en="Lamplight")
    make.story(author=author)
    give(author, tier, days=5)
    assert label("Lamplight") in visit()
    words = {
        "name_zh": "星",
        "name_en": "Starlight",
        "text_zh": "",
        "text_en": "",
        "thread": "sky",
        "stitches": 0,
    }
    with transaction():
        tiers.change_tier(tier, perks={}, version=1, by=viewer_of(make.staff("manager").id), **words)
    show_tiers()
    assert label("Starlight") in visit() and "thread-sky" in visit()


@pytest.mark.usefixtures("keeping")
def test_an_earned_one_and_the_paid_one_before_it(make: Make, visit: Callable[..., str]) -> None:
    """The lowest says nothing; a paid tier goes before an earned one and comes off again; erasing takes both away."""
    author, tier = make.member(), make.tier(name_en="Lamplight")
    make.story(author=author)
    rungs = list(db.session.scalars(sa.select(Tier).where(Tier.kind == "earned").order_by(Tier.position)))
    now = clock.now()
    with transaction():
        row = Standing(
            member_id=author.id, tier_id=rungs[0].id, since=now, valid_until=now, due_at=far_away()
        )
        db.session.add(row)
    assert "tier-label" not in visit()
    with transaction():
        db.session.get_one(Standing, author.id).tier_id = rungs[2].id
    assert label("Back stitch") in visit()
    span = give(author, tier, days=5)
    assert label("Lamplight") in visit() and label("Back stitch") not in visit()
    with transaction():
        spans.end(db.session.get_one(Span, span.id), clock.now())
    assert label("Back stitch") in visit()
    with transaction():
        personal.erase(author.id)
    assert db.session.scalar(sa.select(ShownTier.tier_id).where(ShownTier.member_id == author.id)) is None


def test_staff_as_the_brand_wear_none(make: Make, manager: Any) -> None:
    """Their own tier is theirs: the house speaks without."""
    tier = make.tier(name_en="Lamplight")
    story = make.story(author=manager, as_brand=True)
    make.comment(story=story, author=manager, as_brand=True)
    give(db.session.get_one(Member, manager.id), tier, days=5)
    [card] = queries.cards([story.id])
    thread = queries.comments_of(story, None)
    assert card.tier_thread is None and thread.items[0].tier_thread is None


def test_twice_is_once_and_the_version_moves_with_the_tier_only(make: Make) -> None:
    member, tier = make.member(), make.tier()
    before = member.version
    give(member, tier, days=5)
    give(member, tier, days=50)
    db.session.refresh(member)
    assert member.version == before + 1
    show_tiers()
    db.session.refresh(member)
    assert member.version == before + 1
    kept = db.session.get_one(ShownTier, member.id)
    assert kept.tier_id == tier.id and kept.due_at is not None


def test_what_is_not_true_is_found(make: Make) -> None:
    member, tier = make.member(), make.tier()
    give(member, tier, days=5)
    assert list(proofs.wrong_names()) == []
    with transaction():
        db.session.get_one(ShownTier, member.id).tier_id = None
    assert [(kept, true) for _what, kept, true in proofs.wrong_names()] == [(0, 1)]


def test_the_wall_asks_nothing_more(
    make: Make, client: PortalClient, queries: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many statements for a wall of members with tiers as for one without."""
    asked = []
    tier = make.tier()
    for number in range(2):
        author = make.member()
        make.story(author=author)
        if number:
            give(author, tier, days=5)
        with queries() as log:
            client.get("/stories")
        asked.append(len(log))
    assert asked[1] <= asked[0] <= 10
