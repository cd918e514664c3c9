"""The story of the week: chosen, replaced, taken back, told, and shown until its time is over; on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.accounts.queries import viewer_of
from portal.brand.services import change_settings
from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.db import db, transaction
from portal.core.errors import Conflict, NotAllowed
from portal.core.mail.models import Letter
from portal.notifications.models import Notification
from portal.notifications.speech import spoken
from portal.stories import queries, services
from portal.stories.demo import weeks as demo_weeks
from portal.stories.models import Story
from portal.stories.queries.weeks import WEEK, WeekStory, monday_of, this_week
from tests.make import Make

Outbox = Callable[[], list[Letter]]

#: a Wednesday noon in Shanghai, in week 47
WEDNESDAY = datetime(2026, 11, 18, 4, tzinfo=UTC)


def choose(story: Story, by: Viewer, instead_of: Story | None = None) -> None:
    with transaction():
        services.choose_story_of_week(story, by=by, instead_of=instead_of.id if instead_of else None)


def take_back(story: Story, by: Viewer) -> None:
    with transaction():
        services.take_back_story_of_week(story, by=by)


def shown() -> WeekStory | None:
    db.session.expire_all()
    return queries.wall_head("en").week_story


def shown_id() -> str | None:
    found = shown()
    return found.card.id if found else None


def told(member_id: str) -> list[str]:
    statement = sa.select(Notification).where(Notification.member_id == member_id)
    return [spoken(notification).text for notification in db.session.scalars(statement)]


# ------------------------------------------------------------------ choosing


def test_a_story_is_chosen_for_this_week(make: Make, moderator: Viewer) -> None:
    story = make.story()
    before = story.version
    with clock.travel(WEDNESDAY):
        choose(story, moderator)
        choose(story, moderator)
        assert (story.chosen_week, story.version) == (date(2026, 11, 16), before + 1)
        found = shown()
        assert found is not None
        assert (found.card.id, found.number, found.current) == (story.id, 47, True)
    acts = [(entry.action, entry.facts) for entry in audit.entries_of("story", story.id)]
    assert acts == [("story.chosen", {"week": "2026-11-16"})]


def test_another_one_takes_its_place_only_from_the_one_that_was_seen(make: Make, moderator: Viewer) -> None:
    first, second, third = make.story(), make.story(), make.story()
    choose(first, moderator)
    for seen in (None, third):
        with pytest.raises(Conflict):
            choose(second, moderator, seen)
        assert shown_id() == first.id
    choose(second, moderator, first)
    assert shown_id() == second.id
    assert db.session.get_one(Story, first.id).chosen_week is None
    with pytest.raises(Conflict):
        choose(third, moderator, first)
    assert shown_id() == second.id


def test_a_week_has_one_story_in_the_database_too(make: Make) -> None:
    make.story(chosen_week=this_week())
    with pytest.raises(sa.exc.IntegrityError):
        make.story(chosen_week=this_week())


def test_a_story_has_one_week(make: Make, moderator: Viewer) -> None:
    story = make.story(chosen_week=date(2026, 11, 9))
    with clock.travel(WEDNESDAY), pytest.raises(Conflict, match="46"):
        choose(story, moderator)


def test_it_is_taken_back(make: Make, moderator: Viewer) -> None:
    story = make.story()
    choose(story, moderator)
    take_back(story, moderator)
    take_back(story, moderator)
    assert shown_id() is None
    actions = [entry.action for entry in audit.entries_of("story", story.id)]
    assert actions == ["story.unchosen", "story.chosen"]
    choose(story, moderator)
    assert shown_id() == story.id


@pytest.mark.parametrize("facts", [{"state": "held"}, {"state": "hidden"}, {"as_brand": True}], ids=str)
def test_only_members_stories_on_the_wall(make: Make, moderator: Viewer, facts: dict[str, Any]) -> None:
    story = make.story(**facts)
    with pytest.raises(NotAllowed):
        choose(story, moderator)
    assert story.chosen_week is None


def test_only_by_those_who_feature_stories(make: Make, alice: Viewer, moderator: Viewer) -> None:
    mine, other = make.story(author=alice), make.story()
    for nobody in (alice, viewer_of(make.staff("host").id), viewer_of(make.staff("analyst").id)):
        with pytest.raises(NotAllowed):
            choose(mine, nobody)
    choose(other, moderator)
    with pytest.raises(NotAllowed):
        take_back(other, alice)


# ------------------------------------------------------------------ telling


def test_the_author_is_told_once_in_the_inbox_and_by_mail(
    make: Make, moderator: Viewer, outbox: Outbox
) -> None:
    author = make.member(language="en")
    story = make.story(author=author)
    with clock.travel(WEDNESDAY):
        choose(story, moderator)
        choose(story, moderator)
    (text,) = told(author.id)
    assert "story of week 47" in text
    (letter,) = outbox()
    assert (letter.recipient, letter.kind) == (author.email, "stories.chosen")
    assert "story of week 47" in letter.subject


def test_in_the_authors_own_language(make: Make, moderator: Viewer, outbox: Outbox) -> None:
    with clock.travel(WEDNESDAY):
        choose(make.story(author=make.member(language="zh_CN")), moderator)
    assert "第 47 周" in outbox()[0].subject


def test_taking_it_back_or_replacing_it_takes_the_unread_message_too(make: Make, moderator: Viewer) -> None:
    first, second = make.story(), make.story()
    choose(first, moderator)
    choose(second, moderator, first)
    assert (told(first.author_id), len(told(second.author_id))) == ([], 1)
    take_back(second, moderator)
    assert told(second.author_id) == []


def test_nobody_is_told_what_they_did_themselves(make: Make, moderator: Viewer, outbox: Outbox) -> None:
    choose(make.story(author=moderator), moderator)
    assert (told(moderator.id), outbox()) == ([], [])


# ------------------------------------------------------------------ showing


def test_it_stays_until_the_next_is_chosen_at_most_to_the_end_of_the_week_after(
    make: Make, moderator: Viewer
) -> None:
    story, monday = make.story(), datetime(2026, 11, 23, tzinfo=UTC) - timedelta(hours=8)
    with clock.travel(WEDNESDAY):
        choose(story, moderator)
    for moment, expected in (
        (monday - timedelta(seconds=1), (47, True)),
        (monday, (47, False)),
        (monday + WEEK - timedelta(seconds=1), (47, False)),
        (monday + WEEK, None),
    ):
        with clock.travel(moment):
            found = shown()
            assert (found and (found.number, found.current)) == expected, moment
    with clock.travel(monday):
        choose(make.story(body="the next"), moderator)
        found = shown()
        assert found is not None
        assert (found.card.body, found.number) == ("the next", 48)


def test_the_week_is_that_of_the_brands_clocks(make: Make, moderator: Viewer) -> None:
    moment = datetime(2026, 11, 22, 20, tzinfo=UTC)  # Sunday evening in London, Monday in Shanghai
    with clock.travel(moment):
        assert this_week() == date(2026, 11, 23)
        with transaction():
            change_settings(by=None, time_zone="Europe/London")
        assert this_week() == date(2026, 11, 16)


@pytest.mark.parametrize(
    ("day", "monday"),
    [("2026-11-16", "2026-11-16"), ("2026-11-22", "2026-11-16"), ("2027-01-01", "2026-12-28")],
)
def test_weeks_begin_on_monday(day: str, monday: str) -> None:
    assert monday_of(date.fromisoformat(day)) == date.fromisoformat(monday)


def test_a_story_that_is_hidden_loses_the_place_and_gets_it_back_with_the_wall(
    make: Make, moderator: Viewer
) -> None:
    earlier = make.story(chosen_week=this_week() - WEEK)
    story = make.story()
    choose(story, moderator)
    with transaction():
        services.hide_story(story.id, "because")
    assert shown_id() == earlier.id
    with transaction():
        services.restore_story(story.id, "published")
    assert shown_id() == story.id


def test_a_hidden_story_can_be_replaced(make: Make, moderator: Viewer) -> None:
    story, other = make.story(chosen_week=this_week()), make.story()
    with transaction():
        services.hide_story(story.id, "because")
    holder = queries.week_holder(this_week())
    assert holder is not None
    assert holder.story_id == story.id
    choose(other, moderator, story)
    assert shown_id() == other.id


def test_a_deleted_story_leaves_no_trace(make: Make, alice: Viewer, moderator: Viewer) -> None:
    story = make.story(author=alice)
    choose(story, moderator)
    with transaction():
        services.delete_story(story, by=alice)
    assert shown_id() is None
    assert queries.week_holder(this_week()) is None
    assert queries.week_stories().items == []
    assert told(alice.id) == []
    choose(make.story(), moderator)


def test_news_and_the_story_of_the_week_come_in_one_query(
    make: Make, manager: Viewer, queries: Callable[[], Any]
) -> None:
    from portal.stories.queries.head import find_put_forward

    story = make.story(chosen_week=this_week())
    with transaction():
        news = services.publish_news(by=manager, body="A prize!", pinned_until=clock.now() + clock.days(2))
    with queries() as log:
        pinned, chosen = find_put_forward()
    assert len(log) == 1
    assert pinned is not None
    assert chosen is not None
    assert (pinned.id, chosen.card.id) == (news.id, story.id)


def test_the_weeks_page_by_page(make: Make) -> None:
    mondays = [this_week() - WEEK * ago for ago in range(7)]
    for monday in mondays:
        make.story(chosen_week=monday)
    make.story()
    found: list[date | None] = []
    cursor: str | None = None
    while True:
        page = queries.week_stories(cursor, limit=3)
        found += [row.chosen_week for row in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert found == mondays


def test_the_demo_chooses_the_best_liked_of_the_days_before(make: Make, moderator: Viewer) -> None:
    moment = demo_weeks.mornings(clock.now())[-1]
    facts: dict[str, Any] = {"published_at": moment - timedelta(days=2)}
    plain, liked = make.story(**facts), make.story(**facts)
    later = make.story(published_at=moment + timedelta(hours=1))
    for story in (plain, liked, later):
        story.cover = story.id
    db.session.commit()
    for story in (liked, later):
        make.reaction(story=story)
    with transaction():
        chosen = demo_weeks.choose(moment, by=moderator)
    assert chosen is not None
    assert chosen.id == liked.id
    assert chosen.chosen_week == this_week() - WEEK * (demo_weeks.WEEKS - 1)
