"""News and the week's question reach those whom they may concern: each once, in batches, not when they are gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.accounts.queries import viewer_of
from portal.brand.services import change_settings
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db, transaction
from portal.notifications import jobs as notification_jobs
from portal.notifications import services as notifications
from portal.notifications.models import Notification, Touch
from portal.stories import jobs, services
from portal.stories.services import announcing
from tests.make import Make

#: a Monday, noon in Shanghai
NOON = datetime(2026, 5, 4, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.travel(NOON):
        yield


def announce(moment: datetime = NOON) -> None:
    with clock.travel(moment):
        jobs.announce()
        notification_jobs.release_due()


def publish(by: Viewer, body: str = "新工坊今天开门了。") -> Any:
    with transaction():
        return services.publish_news(by=by, body=body, language_code="zh_CN")


def told(kind: str) -> set[str]:
    db.session.rollback()
    return set(db.session.scalars(sa.select(Notification.member_id).where(Notification.kind == kind)))


def test_news_reach_every_member_but_their_writer(make: Make, manager: Viewer) -> None:
    people = {make.member().id for _number in range(3)}
    story = publish(manager)
    announce()
    assert told("stories.news") == people
    [message, *_others] = db.session.scalars(sa.select(Notification)).all()
    assert message.path == f"/stories/{story.id}"
    assert "新工坊" in message.facts["text"]


def test_announcing_again_tells_nobody_twice(make: Make, manager: Viewer) -> None:
    make.member()
    publish(manager)
    for _time in range(3):
        announce()
    assert [row.count for row in db.session.scalars(sa.select(Notification))] == [1]


def test_many_members_are_thought_of_in_batches(
    make: Make, manager: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = {make.member().id for _number in range(7)}
    monkeypatch.setattr(announcing, "BATCH", 3)
    publish(manager)
    steps = []
    for _batch in range(4):
        with transaction():
            steps.append(services.announce())
    assert steps == [3, 3, 1, 0]
    assert {touch.member_id for touch in db.session.scalars(sa.select(Touch))} == people


def test_who_joined_later_and_who_is_away_are_left_out(make: Make, manager: Viewer) -> None:
    publish(manager)
    make.member(joined_at=NOON + timedelta(minutes=1))
    make.member(state="suspended")
    announce()
    assert not told("stories.news")


def test_old_news_and_members_stories_are_not_announced(make: Make, manager: Viewer) -> None:
    make.member()
    make.story(as_brand=True, author=manager, published_at=NOON - announcing.NEWS_HOLDS)
    make.story()
    announce()
    assert not told("stories.news")


def test_news_that_are_taken_down_are_not_heard_of_any_more(make: Make, manager: Viewer) -> None:
    make.member()
    with transaction():
        change_settings(by=None, contact_budget=0)
    waits = publish(manager, "Waits")
    announce()
    with transaction():
        change_settings(by=None, contact_budget=5)
        services.delete_story(waits, by=manager)
    heard = publish(manager, "Heard")
    announce(NOON + timedelta(days=1))
    assert len(told("stories.news")) == 1
    with transaction():
        services.delete_story(heard, by=manager)
    announce(NOON + timedelta(days=1))
    assert not told("stories.news")


def test_the_question_goes_to_those_who_told_a_story_or_asked_for_it(make: Make) -> None:
    storyteller, silent, asks = make.member(), make.member(), make.member()
    make.story(author=storyteller)
    me = viewer_of(asks.id)
    with transaction():
        notifications.choose(by=me, inbox=["stories.prompt"], mail=[], news_by_mail=False)
    make.prompt()
    announce()
    assert told("stories.prompt") == {storyteller.id, asks.id}
    assert silent.id not in told("stories.prompt")


def test_at_midnight_the_question_waits_for_the_morning(make: Make) -> None:
    author = make.member()
    make.story(author=author)
    prompt = make.prompt()
    begins = clock.day_start(prompt.starts_on, "Asia/Shanghai")
    announce(begins)
    assert not told("stories.prompt")
    announce(begins + timedelta(hours=8))
    assert told("stories.prompt") == {author.id}


def test_a_question_that_began_days_ago_is_not_announced(make: Make) -> None:
    make.story(author=make.member())
    make.prompt()
    announce(NOON + announcing.PROMPT_HOLDS)
    assert not told("stories.prompt")


def test_a_question_that_was_cancelled_is_not_heard_of_any_more(make: Make, manager: Viewer) -> None:
    make.story(author=make.member())
    prompt = make.prompt()
    announce()
    with transaction():
        services.cancel_prompt(prompt.id, by=manager)
    assert not told("stories.prompt")


def test_with_nothing_new_the_sweep_asks_little(make: Make, queries: Any) -> None:
    make.member()
    announce()
    with queries() as log:
        jobs.announce()
    assert len(log) <= 3
