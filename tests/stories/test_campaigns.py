"""Campaigns: who takes part, what a week brings, and what is left when stories come and go."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.accounts.models import Member
from portal.accounts.queries import viewer_of
from portal.brand.services import change_settings
from portal.core import clock
from portal.core.access import Viewer
from portal.core.audit import AuditEntry
from portal.core.db import db, transaction
from portal.core.errors import Conflict, Invalid, NotAllowed
from portal.notifications.models import Notification
from portal.rewards import services as rewards
from portal.rewards.models import Coupon, PointLot
from portal.rewards.queries import standing_of
from portal.stories import jobs, services
from portal.stories.campaign_models import Campaign, CampaignStory, CampaignWeek, Gives
from portal.stories.campaign_proofs import PROOFS
from portal.stories.campaign_rules import CampaignState, state_of
from portal.stories.models import Story, StoryState
from portal.stories.queries import campaigns as queries
from portal.stories.services import campaigns as desk
from tests.make import Make

#: a Monday, noon in the shop
MONDAY = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
FIRST = date(2026, 6, 1)
TAG = "#我是包包控#"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def monday() -> Any:
    with clock.travel(MONDAY):
        yield


@pytest.fixture
def author(make: Make) -> Viewer:
    return viewer_of(make.member().id)


def tell(
    make: Make, by: Viewer | Member, at: timedelta = timedelta(0), tags: str = TAG, **facts: Any
) -> Story:
    """A story that is handed in, and approved, that long after Monday noon."""
    story: Story = make.story(author=by, tags=tags, published_at=MONDAY + at, **facts)
    return story


def hand_in(by: Viewer, at: timedelta = timedelta(0), body: str = f"一个故事 {TAG}") -> Story:
    """Handed in as members do it, and held."""
    with clock.travel(MONDAY + at), transaction():
        change_settings(by=None, newcomer_stories=100)
        story = services.submit_story(services.draft_of(by), by=by, body=body)
    assert story.state is StoryState.HELD
    return story


def approve(story: Story, at: timedelta = timedelta(0)) -> None:
    with clock.travel(MONDAY + at), transaction():
        services.approve_story(story.id)


def hide(story: Story) -> None:
    with transaction():
        services.hide_story(story.id, "no")


def restore(story: Story, state: str = "published") -> None:
    with transaction():
        services.restore_story(story.id, state)


def balance(member: Viewer) -> int:
    db.session.rollback()
    return standing_of(member.id).balance


def coupons(member: Viewer) -> int:
    db.session.rollback()
    mine = sa.select(sa.func.count()).where(Coupon.member_id == member.id)
    return db.session.scalar(mine) or 0


def weeks(member: Viewer) -> list[CampaignWeek]:
    db.session.rollback()
    mine = sa.select(CampaignWeek).where(CampaignWeek.member_id == member.id)
    return list(db.session.scalars(mine.order_by(CampaignWeek.week)))


def told(member: Viewer) -> list[dict[str, Any]]:
    mine = sa.select(Notification).where(
        Notification.member_id == member.id, Notification.kind == "stories.campaign"
    )
    return [row.facts for row in db.session.scalars(mine.order_by(Notification.id))]


@pytest.fixture(autouse=True)
def proved(monday: Any) -> Any:
    """After each test what was given is what the rows, the ledger and the pools say."""
    yield
    db.session.rollback()
    assert [row for proof in PROOFS for row in proof.differences()] == []


# ------------------------------------------------------------------ the period


@pytest.mark.parametrize(
    ("moment", "takes_part"),
    [
        (datetime(2026, 6, 2, 15, 59, 59, tzinfo=UTC), False),  # Tuesday 23:59:59 in the shop
        (datetime(2026, 6, 2, 16, 0, tzinfo=UTC), True),
        (datetime(2026, 6, 9, 15, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 6, 9, 16, 0, tzinfo=UTC), False),
    ],
)
def test_the_days_are_those_of_the_shop(
    make: Make, author: Viewer, moment: datetime, takes_part: bool
) -> None:
    make.campaign(starts_on=date(2026, 6, 3), days=7, points=10)
    tell(make, author, moment - MONDAY)
    assert balance(author) == (10 if takes_part else 0)


def test_what_was_handed_in_in_time_counts_when_it_is_approved_later(make: Make, author: Viewer) -> None:
    make.campaign(days=3, points=10)
    in_time, too_late = hand_in(author), hand_in(viewer_of(make.member().id), 3 * DAY)
    approve(in_time, 9 * DAY)
    approve(too_late, 9 * DAY)
    assert balance(author) == 10
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CampaignStory)) == 1


def test_the_last_hand_in_before_the_wall_counts(make: Make, author: Viewer) -> None:
    """Declined in the first week and mended in the second: it is a story of the second, or of none after the end."""
    make.campaign(days=14, points=10)
    story = hand_in(author)
    hide(story)
    with clock.travel(MONDAY + 8 * DAY), transaction():
        services.edit_story(story, by=author, body=f"besser {TAG}")
    approve(story, 8 * DAY)
    assert [row.week for row in weeks(author)] == [FIRST + 7 * DAY]
    late = hand_in(viewer_of(make.member().id))
    hide(late)
    with clock.travel(MONDAY + 20 * DAY), transaction():
        services.edit_story(late, by=viewer_of(late.author_id), body=f"zu spät {TAG}")
    approve(late, 20 * DAY)
    assert balance(viewer_of(late.author_id)) == 0


def test_a_story_that_stood_before_was_not_told_for_it(make: Make, author: Viewer) -> None:
    old = tell(make, author, -9 * DAY, tags="")
    make.campaign(points=10)
    with transaction():
        services.edit_story(old, by=author, body=f"jetzt mit {TAG}")
    assert balance(author) == 0
    hide(old)
    with clock.travel(MONDAY + DAY), transaction():
        services.edit_story(old, by=author, body=f"und noch einmal {TAG}")
    approve(old, DAY)
    assert balance(author) == 0


def test_ended_early(make: Make, author: Viewer, manager: Viewer) -> None:
    campaign = make.campaign(points=10)
    before = hand_in(author)
    with clock.travel(MONDAY + DAY), transaction():
        desk.close_campaign(campaign, by=manager)
        desk.close_campaign(campaign, by=manager)
    other = viewer_of(make.member().id)
    tell(make, other, 2 * DAY)
    approve(before, 2 * DAY)
    assert (balance(author), balance(other)) == (10, 0)
    acts = sa.select(sa.func.count()).where(AuditEntry.action == "campaign.closed")
    assert db.session.scalar(acts) == 1


def test_a_draft_and_one_that_comes_bring_nothing(make: Make, author: Viewer) -> None:
    make.campaign(points=10, announced=False)
    make.campaign(points=10, starts_on=FIRST + 2 * DAY, hashtag="#soon")
    tell(make, author, tags=f"{TAG} #soon")
    assert balance(author) == 0


# ------------------------------------------------------------------ one a week


def test_one_story_of_a_week_brings_it(make: Make, author: Viewer) -> None:
    make.campaign(points=10)
    sunday_night = datetime(2026, 6, 7, 15, 59, tzinfo=UTC) - MONDAY  # 23:59 in the shop
    tell(make, author)
    tell(make, author, sunday_night)
    assert balance(author) == 10
    tell(make, author, sunday_night + timedelta(minutes=1))
    assert balance(author) == 20
    assert [row["points"] for row in told(author)] == [10, 10]


def test_the_week_is_that_of_the_hand_in(make: Make, author: Viewer) -> None:
    make.campaign(points=10)
    first, second = hand_in(author), hand_in(author, 7 * DAY)
    approve(first, 8 * DAY)
    approve(second, 8 * DAY)
    assert balance(author) == 20


def test_each_campaign_for_itself(make: Make, author: Viewer) -> None:
    make.campaign(points=10)
    make.campaign(points=7, hashtag="#旅行")
    tell(make, author, tags=f"{TAG} #旅行")
    assert balance(author) == 17


def test_words_and_photos_do_not_matter(make: Make, manager: Viewer) -> None:
    """Praise or not, the same; staff and the brand take part without it."""
    make.campaign(points=10)
    for words in ("最好的包！", "拉链一周就坏了，很失望。"):
        author = viewer_of(make.member().id)
        tell(make, author, body=words)
        assert balance(author) == 10
    tell(make, manager)
    tell(make, manager, as_brand=True)
    assert balance(manager) == 0
    (row,) = queries.running_campaigns()
    assert row.stories == 3, "the brand's own is none of them"


@pytest.mark.parametrize("written", ["#我是包包控👜#", "#我是包包控", "＃我是包包控#"])
def test_however_it_is_written(make: Make, author: Viewer, written: str) -> None:
    make.campaign(points=10)
    tell(make, author, tags="", body=f"早上好 {written} 出门")
    assert balance(author) == 10


# ------------------------------------------------------------------ coming and going


def test_points_go_with_the_story_and_the_next_one_has_them(make: Make, author: Viewer) -> None:
    make.campaign(points=10)
    first, second = tell(make, author), tell(make, author, DAY)
    hide(first)
    assert (balance(author), weeks(author)[0].story_id) == (10, second.id)
    restore(first)
    assert weeks(author)[0].story_id == second.id
    with transaction():
        services.delete_story(db.session.get_one(Story, second.id), by=author)
    assert (balance(author), weeks(author)[0].story_id) == (10, first.id)
    hide(first)
    assert (balance(author), weeks(author)[0].story_id) == (0, None)
    assert told(author) == []
    restore(first)
    assert balance(author) == 10


def test_a_coupon_stays_and_is_all_the_week_brings(make: Make, author: Viewer) -> None:
    make.campaign(pool=make.pool(number=5))
    first = tell(make, author)
    assert coupons(author) == 1
    hide(first)
    assert (coupons(author), weeks(author)[0].story_id) == (1, None)
    second = tell(make, author, DAY)
    restore(first)
    assert (coupons(author), weeks(author)[0].story_id) == (1, second.id)
    tell(make, author, 7 * DAY)
    assert coupons(author) == 2


def test_the_same_story_never_brings_a_second_one(make: Make, author: Viewer) -> None:
    """Hidden, mended and handed in again in another week: its week stays the first."""
    make.campaign(pool=make.pool(number=5))
    story = tell(make, author)
    hide(story)
    with clock.travel(MONDAY + 8 * DAY), transaction():
        services.edit_story(story, by=author, body=f"neu {TAG}")
    approve(story, 8 * DAY)
    assert (coupons(author), len(weeks(author))) == (1, 1)


def test_the_hashtag_taken_off_and_put_back(make: Make, author: Viewer) -> None:
    make.campaign(days=7, points=10)
    story = tell(make, author, tags="", body=f"eins {TAG}")
    with transaction():
        services.edit_story(story, by=author, body="eins")
    assert balance(author) == 0
    with clock.travel(MONDAY + 30 * DAY), transaction():
        services.edit_story(story, by=author, body=f"eins {TAG}")
    assert balance(author) == 10


def test_put_on_later_it_counts_while_the_campaign_runs(make: Make, author: Viewer) -> None:
    make.campaign(days=7, points=10)
    story, late = tell(make, author, tags=""), tell(make, viewer_of(make.member().id), tags="")
    with clock.travel(MONDAY + 6 * DAY), transaction():
        services.edit_story(story, by=author, body=f"mit {TAG}")
    assert balance(author) == 10
    with clock.travel(MONDAY + 7 * DAY), transaction():
        services.edit_story(late, by=viewer_of(late.author_id), body=f"mit {TAG}")
    assert balance(viewer_of(late.author_id)) == 0


STEPS = st.lists(st.tuples(st.sampled_from(["on", "off"]), st.integers(0, 5)), max_size=24)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, coupon=st.booleans())
def test_a_week_brings_it_while_a_story_of_it_stands(make: Make, steps: list[Any], coupon: bool) -> None:
    """In whatever order six stories of three weeks come and go."""
    with clock.travel(MONDAY), transaction():
        author = viewer_of(make.member().id)
        pool = make.pool(number=9) if coupon else None
        make.campaign(days=21, points=0 if coupon else 10, pool=pool, hashtag=f"#t{author.number}")
        stories = [make.story(author=author, state="held", tags=f"#t{author.number}") for _ in range(6)]
        for number, story in enumerate(stories):
            story.submitted_at = MONDAY + timedelta(days=3 * number)
            with clock.travel(story.submitted_at):
                services.publication.take_part(story, handed_in=True)
        standing: set[int] = set()
        brought: set[int] = set()
        for deed, number in steps:
            if deed == "on":
                services.approve_story(stories[number].id)
                services.restore_story(stories[number].id, "published")
                standing.add(number)
            elif number in standing:
                services.hide_story(stories[number].id, "no")
                standing.discard(number)
            now = {3 * each // 7 for each in standing}
            brought |= now
            if coupon:
                mine = sa.select(sa.func.count()).where(Coupon.member_id == author.id)
                assert db.session.scalar(mine) == len(brought)
            else:
                assert standing_of(author.id).balance == 10 * len(now)
            assert [row for proof in PROOFS for row in proof.differences()] == []
        db.session.rollback()


def test_saying_it_twice_is_saying_it_once(make: Make, author: Viewer) -> None:
    make.campaign(points=10)
    story = hand_in(author)
    for _ in range(2):
        approve(story)
        with transaction():
            services.publication.take_part(db.session.get_one(Story, story.id))
    assert balance(author) == 10
    assert db.session.scalar(sa.select(sa.func.count()).where(PointLot.member_id == author.id)) == 1


# ------------------------------------------------------------------ an empty pool


def test_what_is_owed_is_said_and_handed_out_later_the_longest_first(make: Make) -> None:
    pool = make.pool(number=1)
    make.campaign(pool=pool)
    people = [viewer_of(make.member().id) for _ in range(4)]
    for number, person in enumerate(people[:3]):
        tell(make, person, timedelta(hours=number))
    assert [coupons(person) for person in people] == [1, 0, 0, 0]
    assert [row["owed"] for person in people[:3] for row in told(person)] == [False, True, True]
    assert queries.weeks_to_settle(9) == []
    with transaction():
        rewards.add_codes(pool, ["NEW-1", "NEW-2", "NEW-3"], by=None)
    tell(make, people[3], timedelta(hours=5))
    assert coupons(people[3]) == 0, "who waits longer goes first"
    jobs.settle_campaigns()
    jobs.settle_campaigns()
    assert [coupons(person) for person in people] == [1, 1, 1, 1]
    assert [row["owed"] for person in people for row in told(person)] == [False] * 4


def test_one_code_for_two_who_wait(make: Make) -> None:
    pool = make.pool()
    make.campaign(pool=pool)
    people = [viewer_of(make.member().id) for _ in range(2)]
    for number, person in enumerate(people):
        tell(make, person, timedelta(hours=number))
    with transaction():
        rewards.add_codes(pool, ["ONLY-1"], by=None)
    jobs.settle_campaigns()
    assert [coupons(person) for person in people] == [1, 0]


def test_who_left_the_wall_waits_no_more(make: Make, author: Viewer) -> None:
    pool = make.pool()
    make.campaign(pool=pool)
    story = tell(make, author)
    hide(story)
    with transaction():
        rewards.add_codes(pool, ["ONLY-1"], by=None)
    jobs.settle_campaigns()
    assert (coupons(author), told(author)) == (0, [])
    restore(story)
    assert coupons(author) == 1


@pytest.mark.parametrize("spoilt", ["closed", "over"])
def test_a_pool_that_gives_nothing_any_more(make: Make, author: Viewer, spoilt: str) -> None:
    pool = make.pool(number=3, valid_until=MONDAY + DAY)
    make.campaign(pool=pool)
    if spoilt == "closed":
        with transaction():
            rewards.close_pool(pool, by=None)
    at = 2 * DAY if spoilt == "over" else timedelta(0)
    tell(make, author, at)
    assert coupons(author) == 0
    with clock.travel(MONDAY + at):
        jobs.settle_campaigns()
    assert queries.owed_altogether() == 1


# ------------------------------------------------------------------ staff


def words(campaign: Campaign, **other: Any) -> dict[str, Any]:
    return {
        "hashtag": TAG,
        "name_zh": campaign.name_zh,
        "name_en": campaign.name_en,
        "text_zh": campaign.text_zh,
        "text_en": campaign.text_en,
        "starts_on": FIRST,
        "last_day": FIRST + 13 * DAY,
        "gives": campaign.gives,
        "points": campaign.points,
        "pool_id": campaign.pool_id,
    } | other


def test_what_was_promised_holds(make: Make, manager: Viewer) -> None:
    campaign = make.campaign(points=10)
    with pytest.raises(Conflict, match="has begun"), transaction():
        desk.change_campaign(campaign, by=manager, version=campaign.version, **words(campaign, points=5))
    with pytest.raises(Conflict, match="has begun"), transaction():
        desk.withdraw_campaign(campaign, by=manager)


def test_before_it_begins_it_may_be_changed(make: Make, manager: Viewer) -> None:
    campaign = make.campaign(points=10, starts_on=FIRST + 3 * DAY)
    version = campaign.version
    changed = words(campaign, starts_on=FIRST + 3 * DAY, points=5)
    with transaction():
        desk.change_campaign(campaign, by=manager, version=version, **changed)
    assert campaign.points == 5
    with pytest.raises(Conflict, match="colleague"), transaction():
        desk.change_campaign(campaign, by=manager, version=version, **changed)
    with transaction():
        desk.withdraw_campaign(campaign, by=manager)
    assert state_of(campaign, clock.now()) is CampaignState.DRAFT
    with pytest.raises(Conflict, match="runs can be ended"), transaction():
        desk.close_campaign(campaign, by=manager)


def test_one_at_a_time_for_a_hashtag(make: Make, manager: Viewer) -> None:
    make.campaign()
    other = make.campaign(announced=False, starts_on=FIRST + 13 * DAY)
    with pytest.raises(Conflict, match="Another campaign"), transaction():
        desk.announce_campaign(other, by=manager)
    db.session.rollback()
    make.campaign(starts_on=FIRST + 14 * DAY)


def test_announced_late_it_begins_that_moment(make: Make, manager: Viewer, author: Viewer) -> None:
    campaign = make.campaign(announced=False, points=10)
    tell(make, author)
    with clock.travel(MONDAY + DAY), transaction():
        desk.announce_campaign(campaign, by=manager)
        assert campaign.starts_at == clock.now()
    assert balance(author) == 0
    draft = make.campaign(announced=False, days=2, hashtag="#late")
    with pytest.raises(Conflict, match="last day is over"), clock.travel(MONDAY + 5 * DAY), transaction():
        desk.announce_campaign(draft, by=manager)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"last_day": FIRST - DAY}, "last_day"),
        ({"last_day": FIRST + 400 * DAY}, "last_day"),
        ({"last_day": date.max}, "last_day"),
        ({"hashtag": "👜"}, "name"),
        ({"name_zh": " ", "name_en": ""}, "name_zh"),
        ({"gives": Gives.POINTS, "points": 0}, "points"),
        ({"gives": Gives.POINTS, "points": 1001}, "points"),
        ({"gives": Gives.COUPON, "pool_id": "nothing"}, "pool_id"),
    ],
)
def test_rubbish_is_refused_beside_its_field(
    make: Make, manager: Viewer, wrong: dict[str, Any], field: str
) -> None:
    campaign = make.campaign(announced=False)
    with pytest.raises(Invalid) as refusal, transaction():
        desk.change_campaign(campaign, by=manager, version=campaign.version, **words(campaign, **wrong))
    assert refusal.value.field == field


def test_only_who_looks_after_tags(make: Make, alice: Viewer, moderator: Viewer) -> None:
    campaign = make.campaign(announced=False)
    for by in (alice, moderator):
        with pytest.raises(NotAllowed), transaction():
            desk.announce_campaign(campaign, by=by)
    with pytest.raises(Invalid), transaction():
        desk.create_campaign(campaign.slug, by=viewer_of(make.staff("owner").id), **words(campaign))


def test_figures(make: Make) -> None:
    campaign = make.campaign(pool=make.pool(number=2))
    total, by_week = queries.figures(campaign.id)
    assert (total.stories, total.members, total.given, total.owed, by_week) == (0, 0, 0, 0, [])
    people = [viewer_of(make.member().id) for _ in range(3)]
    for person in people:
        tell(make, person)
    tell(make, people[0], 7 * DAY)
    tell(make, people[0], 8 * DAY)
    total, by_week = queries.figures(campaign.id)
    assert (total.stories, total.members, total.given, total.owed) == (5, 3, 2, 2)
    assert [(row.week, row.stories, row.members, row.given, row.owed) for row in by_week] == [
        (FIRST + 7 * DAY, 2, 1, 0, 1),
        (FIRST, 3, 3, 2, 1),
    ]


def test_the_hashtag_of_a_campaign_stays_when_nobody_uses_it(make: Make) -> None:
    from portal.stories.services.leaving import drop_lonely_tags

    campaign = make.campaign()
    with transaction():
        drop_lonely_tags()
    assert queries.get_campaign(campaign.slug, None).tag.name == "我是包包控"


def test_who_leaves_takes_stories_along_and_the_rows_lead_to_nobody(make: Make, author: Viewer) -> None:
    from portal.stories.personal import PERSONAL

    make.campaign(points=10)
    tell(make, author)
    with transaction():
        found = {part.name: list(part.rows or ()) for part in PERSONAL.export(author.id)}
        (row,) = found["campaigns_of_my_stories.json"]
    assert (row["points"], row["coupon"]) == (10, False)
    with transaction():
        PERSONAL.erase(author.id)
    assert (balance(author), weeks(author)[0].story_id) == (0, None)
