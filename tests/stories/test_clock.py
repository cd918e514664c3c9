"""The reply clock: who waits, how quickly answers come, who is asked to greet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from portal.accounts.queries import viewer_of
from portal.accounts.services import open_session
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db, transaction
from portal.membership.models import Perk, SpanKind, Standing, Tier, TierPerk
from portal.membership.services import spans
from portal.notifications.models import Notification
from portal.stories import queries, services
from portal.stories.models import Story
from portal.stories.queries.clock import Wait, quantile, share_within
from tests.client import PortalClient
from tests.make import Make

#: a Monday, noon in Shanghai; the shop is open from 9 to 21
NOON = datetime(2026, 5, 4, 4, 0, tzinfo=UTC)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def answer(story: Story, by: Viewer, at: datetime) -> None:
    with clock.travel(at), transaction():
        services.answer_story(story, by=by, body="谢谢")


def test_the_oldest_waits_first_and_late_means_over_the_target(make: Make, manager: Viewer) -> None:
    old = make.story(published_at=NOON - minutes(25))
    new = make.story(published_at=NOON - minutes(4))
    answered = make.story(published_at=NOON - minutes(40))
    answer(answered, manager, NOON - minutes(35))
    make.story(state="held")
    with clock.travel(NOON), transaction():
        services.publish_news(by=manager, body="News wait for nobody.")
    with clock.travel(NOON):
        waiting = queries.waiting_replies().items
        figures = queries.reply_clock()
    assert [(row.card.id, row.minutes, row.late) for row in waiting] == [
        (old.id, 25, True),
        (new.id, 4, False),
    ]
    assert (figures.open_now, figures.oldest_minutes, figures.counted) == (2, 25, 3)
    assert db.session.scalar(queries.open_replies()) == 2


def test_the_night_does_not_count(make: Make) -> None:
    late_evening = datetime(2026, 5, 4, 12, 50, tzinfo=UTC)  # 20:50 in Shanghai
    make.story(published_at=late_evening)
    with clock.travel(late_evening + timedelta(hours=12, minutes=15)):  # 9:05 the next morning
        [row] = queries.waiting_replies().items
    assert row.minutes == 15


def test_waiting_has_pages(make: Make) -> None:
    stories = [make.story(published_at=NOON - minutes(number)) for number in range(3)]
    first = queries.waiting_replies(limit=2)
    rest = queries.waiting_replies(first.next_cursor, limit=2)
    assert [row.card.id for row in [*first.items, *rest.items]] == [story.id for story in reversed(stories)]


def test_median_and_p90_over_thirty_days(make: Make, manager: Viewer) -> None:
    for number in range(1, 11):
        published = NOON - timedelta(days=number)
        answer(make.story(published_at=published), manager, published + minutes(number * 2))
    old = make.story(published_at=NOON - timedelta(days=31))
    answer(old, manager, NOON - timedelta(days=31) + minutes(300))
    with clock.travel(NOON):
        figures = queries.reply_clock()
    assert (figures.median_minutes, figures.p90_minutes, figures.counted) == (10, 18, 10)
    assert figures.within_target_share == pytest.approx(0.5)


def test_holding_back_does_not_make_the_clock_look_quick(make: Make, manager: Viewer) -> None:
    story = make.story(published_at=NOON)
    with transaction():
        story.submitted_at = NOON - minutes(50)
    answer(story, manager, NOON + minutes(5))
    with clock.travel(NOON + minutes(6)):
        figures = queries.reply_clock()
    assert (figures.median_minutes, figures.submitted_median_minutes) == (5, 55)


def test_nothing_is_known_while_nobody_answered(make: Make) -> None:
    with clock.travel(NOON):
        empty = queries.reply_clock()
    assert (empty.open_now, empty.median_minutes, empty.within_target_share) == (0, None, None)
    make.story(published_at=NOON - minutes(60))
    with clock.travel(NOON):
        waiting = queries.reply_clock()
    assert (waiting.median_minutes, waiting.within_target_share) == (None, 0.0)


def test_unanswered_stories_are_not_dropped() -> None:
    """Half were answered after 4 minutes, half wait for 100: the median is not 4 but out of sight."""
    waits = [Wait(4, True)] * 4 + [Wait(100, False)] * 4
    assert quantile(waits, 0.5) == 4
    assert quantile([*waits, Wait(100, False)], 0.5) is None
    assert share_within(waits, 10) == 0.5


def test_the_product_limit_estimate_by_hand() -> None:
    """Six stories: answered after 1, 3, 5 and 8 minutes, still waiting after 2 and 6.

    Share still waiting: 5/6 after 1; 5/6·3/4 = 0.625 after 3; 0.625·2/3 = 0.417 after 5; 0 after 8.
    """
    waits = [Wait(1, True), Wait(2, False), Wait(3, True), Wait(5, True), Wait(6, False), Wait(8, True)]
    assert [quantile(waits, share) for share in (0.1, 0.3, 0.5, 0.9)] == [1, 3, 5, 8]
    assert quantile([], 0.5) is None


# ------------------------------------------------------------------ greeters


def greeter(make: Make, *, seen: datetime) -> str:
    member = make.member(greets_newcomers=True)
    with clock.travel(seen), transaction():
        open_session(member.id, address="192.0.2.1", device="phone")
    return str(member.id)


def asked() -> set[str]:
    return set(
        db.session.scalars(
            sa.select(Notification.member_id).where(Notification.kind == "stories.greet_request")
        )
    )


def ask(at: datetime) -> int:
    with clock.travel(at), transaction():
        return services.ask_greeters()


def test_two_opted_in_members_are_asked_once_when_staff_are_late(make: Make) -> None:
    story = make.story(published_at=NOON)
    greeters = {greeter(make, seen=NOON - timedelta(hours=number)) for number in range(3)}
    make.member()
    assert ask(NOON + minutes(9)) == 0
    assert ask(NOON + minutes(11)) == 1
    assert ask(NOON + minutes(12)) == 0
    assert len(asked()) == 2
    assert asked() <= greeters
    assert story.greeters_asked_at is not None


def test_nobody_is_asked_at_night_for_answered_ones_or_by_the_author(make: Make, manager: Viewer) -> None:
    author = viewer_of(greeter(make, seen=NOON))
    answered, own = make.story(published_at=NOON), make.story(published_at=NOON, author=author)
    answer(answered, manager, NOON + minutes(2))
    assert ask(datetime(2026, 5, 4, 15, 0, tzinfo=UTC)) == 0  # 23:00 in Shanghai
    assert own.greeters_asked_at is None
    assert ask(NOON + minutes(20)) == 0
    assert asked() == set()


def test_priority_comes_first_and_the_oldest_within_it(make: Make) -> None:
    """Page by page, each once; the figures are those of everybody, whoever is shown first."""
    tier = make.tier(perks={Perk.REPLY_PRIORITY: 1})
    ended, eager = make.member(), make.member()
    with clock.travel(NOON), transaction():
        for member, ends_at in ((eager, NOON + minutes(600)), (ended, NOON - minutes(1))):
            begins = NOON - timedelta(days=5)
            spans.give(member.id, tier.id, SpanKind.CODE, starts_at=begins, ends_at=ends_at)
    others = [make.story(published_at=NOON - minutes(90 - number)) for number in range(4)]
    was_theirs = make.story(author=ended, published_at=NOON - minutes(60))
    theirs = [make.story(author=eager, published_at=NOON - minutes(30 - number)) for number in range(3)]
    with clock.travel(NOON):
        seen, cursor = [], None
        while True:
            page = queries.waiting_replies(cursor, limit=2)
            seen += page.items
            cursor = page.next_cursor
            if cursor is None:
                break
        figures = queries.reply_clock()
    wanted = [*theirs, *others, was_theirs]
    assert [row.card.id for row in seen] == [story.id for story in wanted]
    assert [row.first for row in seen] == [True] * 3 + [False] * 5
    assert (figures.open_now, figures.oldest_minutes) == (8, 90)


def test_an_earned_tier_gives_priority_too(make: Make) -> None:
    """The lowest one gives it to everybody, with or without a row of their own."""
    story, other = make.story(published_at=NOON - minutes(5)), make.story(published_at=NOON - minutes(9))
    rungs = list(db.session.scalars(sa.select(Tier).where(Tier.kind == "earned").order_by(Tier.position)))
    with transaction():
        due = NOON + timedelta(days=900)
        standing = Standing(
            member_id=story.author_id, tier_id=rungs[1].id, since=NOON, valid_until=due, due_at=due
        )
        db.session.add_all([standing, TierPerk(tier_id=rungs[1].id, kind=Perk.REPLY_PRIORITY, value=1)])
    with clock.travel(NOON):
        assert [row.card.id for row in queries.waiting_replies().items] == [story.id, other.id]
        with transaction():
            db.session.add(TierPerk(tier_id=rungs[0].id, kind=Perk.REPLY_PRIORITY, value=1))
        assert [row.first for row in queries.waiting_replies().items] == [True, True]
        assert [row.card.id for row in queries.waiting_replies().items] == [other.id, story.id]


def test_the_queue_says_why_somebody_comes_first(make: Make, as_staff: Callable[..., PortalClient]) -> None:
    tier, eager, now = make.tier(perks={Perk.REPLY_PRIORITY: 1}), make.member(), clock.now()
    with transaction():
        spans.give(eager.id, tier.id, SpanKind.CODE, starts_at=now, ends_at=now + timedelta(days=5))
    make.story(published_at=now - minutes(9))
    desk = as_staff("moderator")
    assert "brings them forward" not in desk.get("/console/replies").text
    make.story(author=eager, published_at=now - minutes(1))
    text = desk.get("/console/replies").text
    assert text.count("brings them forward") == 1 and ">Priority<" in text.replace("</svg>", ">")
