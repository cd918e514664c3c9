"""Deeds: noted once, taken back once, one a week of some kinds; points and badges follow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.core import clock
from portal.core.audit import entries_of
from portal.core.db import db, transaction
from portal.core.errors import Invalid
from portal.rewards import jobs, rules, services
from portal.rewards.models import Badge, BadgeRule, Deed, DeedRule
from portal.rewards.models.deeds import EARNING
from portal.rewards.queries import Standing, badges_of, deeds_between, standing_of, stitches_between
from portal.rewards.signals import DeedRecorded, DeedTakenBack, deed_recorded, deed_taken_back
from tests.make import Make

MONDAY = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)
ALWAYS = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


@pytest.fixture
def member(make: Make) -> Any:
    return make.member(joined_at=MONDAY - timedelta(days=3 * 365 + 30))


def note(member: Any, kind: str, name: str, at: datetime = MONDAY) -> bool:
    return services.record_deed(member.id, kind, source_kind="thing", source_id=name, at=at)


def stitches(member: Any) -> int:
    return stitches_between(member.id, *ALWAYS)


def test_a_deed_counts_once(member: Any) -> None:
    heard: list[Any] = []
    deed_recorded.connect(heard.append, weak=False)
    deed_taken_back.connect(heard.append, weak=False)
    try:
        assert note(member, "order", "a")
        assert not note(member, "order", "a")
        assert stitches(member) == 3
        assert services.take_back_deed("order", "thing", "a")
        assert not services.take_back_deed("order", "thing", "a")
        assert not services.take_back_deed("order", "thing", "never")
        assert stitches(member) == 0
        assert note(member, "order", "a"), "what was taken back may happen after all"
        assert stitches(member) == 3
    finally:
        deed_recorded.disconnect(heard.append)
        deed_taken_back.disconnect(heard.append)
    assert heard == [
        DeedRecorded(member.id, "order"),
        DeedTakenBack(member.id, "order"),
        DeedRecorded(member.id, "order"),
    ]


def test_the_ledger_is_never_rewritten(member: Any) -> None:
    with transaction():
        note(member, "order", "a")
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), transaction():
        db.session.execute(sa.update(Deed).values(stitches=9))


def test_what_was_taken_back_falls_out_of_its_own_year(member: Any) -> None:
    note(member, "check_in", "a", MONDAY)
    with clock.travel(MONDAY + timedelta(days=300)):
        services.take_back_deed("check_in", "thing", "a")
    assert stitches_between(member.id, MONDAY - timedelta(days=1), MONDAY + timedelta(days=1)) == 0
    assert deeds_between(member.id, *ALWAYS) == {}


def test_one_story_a_week_counts(member: Any) -> None:
    for day, name in ((0, "mon"), (6, "sun"), (7, "next")):
        assert note(member, "story_approved", name, MONDAY + timedelta(days=day))
    assert stitches(member) == 2
    assert deeds_between(member.id, *ALWAYS) == {"story_approved": 3}
    sunday_night = datetime(2026, 6, 7, 15, 59, tzinfo=UTC)  # Sunday 23:59 in the shop
    note(member, "story_approved", "late", sunday_night)
    note(member, "story_approved", "monday again", sunday_night + timedelta(minutes=1))
    assert stitches(member) == 2


def test_the_next_of_the_week_takes_the_place(member: Any) -> None:
    note(member, "story_approved", "a")
    note(member, "story_approved", "b", MONDAY + timedelta(days=1))
    note(member, "story_approved", "c", MONDAY + timedelta(days=2))
    services.take_back_deed("story_approved", "thing", "a")
    assert stitches(member) == 1
    services.take_back_deed("story_approved", "thing", "c")
    assert stitches(member) == 1
    services.take_back_deed("story_approved", "thing", "b")
    assert stitches(member) == 0
    note(member, "story_approved", "a")
    assert stitches(member) == 1


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.booleans(), st.sampled_from("abcdef")), max_size=20))
def test_a_week_is_worth_one_story_while_one_stands(make: Make, steps: list[tuple[bool, str]]) -> None:
    with transaction():
        member, standing = make.member(), set()
        for on, name in steps:
            at = MONDAY + timedelta(days=1 + 3 * "abcdef".index(name))  # two or three in each of three weeks
            if on:
                note(member, "story_approved", name, at)
                standing.add(name)
            else:
                services.take_back_deed("story_approved", "thing", name)
                standing.discard(name)
            weeks = {(1 + 3 * "abcdef".index(each)) // 7 for each in standing}
            assert stitches(member) == len(weeks)
        db.session.rollback()


def test_points_come_and_go_with_the_deed(member: Any) -> None:
    services.set_worth("check_in", by=None, stitches=2, points=20)
    services.set_worth("order", by=None, stitches=3, points=30)
    note(member, "check_in", "a", clock.now())
    note(member, "order", "b", clock.now())
    assert standing_of(member.id) == Standing(balance=20, pending=30)
    services.take_back_deed("order", "thing", "b")
    services.take_back_deed("check_in", "thing", "a")
    assert standing_of(member.id) == Standing()


def test_a_new_worth_holds_for_what_comes(member: Any, make: Make) -> None:
    from portal.accounts.queries import viewer_of

    owner = viewer_of(make.staff("owner").id)
    note(member, "order", "a")
    services.set_worth("order", by=owner, stitches=5, points=0)
    services.set_worth("order", by=owner, stitches=5, points=0)
    note(member, "order", "b")
    assert stitches(member) == 8
    services.take_back_deed("order", "thing", "a")
    assert stitches(member) == 5
    assert [entry.facts["stitches"] for entry in entries_of("deed", "order")] == [5]
    with pytest.raises(Invalid):
        services.set_worth("voting", by=owner, stitches=1, points=0)


def test_what_has_no_worth_is_noted_and_brings_nothing(member: Any) -> None:
    note(member, "vote", "a")
    assert stitches(member) == 0
    assert deeds_between(member.id, *ALWAYS) == {"vote": 1}


# ------------------------------------------------------------------ badges by rule


def held(member: Any) -> list[str]:
    return [badge.slug for badge in badges_of([member.id]).get(member.id, [])]


def test_a_badge_comes_with_its_deed_and_goes_with_it(member: Any, make: Make) -> None:
    make.badge(slug="one", deeds=("check_in", 1))
    make.badge(slug="two", deeds=("check_in", 2))
    make.badge(slug="other", deeds=("report_on_time", 1))
    make.badge(slug="hidden", deeds=("check_in", 1), shown=False)
    note(member, "check_in", "a")
    assert held(member) == ["one"]
    note(member, "check_in", "b")
    assert set(held(member)) == {"one", "two"}
    services.take_back_deed("check_in", "thing", "a")
    assert held(member) == ["one"]
    note(member, "check_in", "a")
    assert set(held(member)) == {"one", "two"}


def test_what_a_person_gave_or_took_the_rule_leaves_alone(member: Any, make: Make) -> None:
    from portal.accounts.queries import viewer_of
    from portal.rewards.models import BadgeAward

    owner = viewer_of(make.staff("owner").id)
    badge = make.badge(slug="one", deeds=("check_in", 1))
    services.award_badge(badge.id, member.id, why="for helping", by=owner)
    note(member, "check_in", "a")
    services.take_back_deed("check_in", "thing", "a")
    assert held(member) == ["one"]
    award = db.session.scalars(sa.select(BadgeAward)).one()
    assert services.take_back_badge(award.id, why="a mistake", by=owner)
    assert not services.take_back_badge(award.id, why="again", by=owner)
    note(member, "check_in", "b")
    assert held(member) == []
    assert jobs.give_due_badges() == 0


def test_buying_alone_never_earns_a_badge(make: Make) -> None:
    with pytest.raises(Invalid, match="Buying alone"):
        make.badge(deeds=("order", 3))
    badge = make.badge(deeds=("check_in", 1))
    with pytest.raises(sa.exc.IntegrityError), transaction():
        db.session.get_one(type(badge), badge.id).rule_deed = "order"


def test_no_reward_hangs_on_praise(make: Make) -> None:
    """The database itself knows deeds only: a condition on what was said is refused, in all that gives something."""
    badge = make.badge(deeds=("check_in", 1))
    for lie in (
        sa.update(Badge).where(Badge.id == badge.id).values(rule_deed="five_stars"),
        sa.text("UPDATE badge SET rule = 'praise'"),
        sa.insert(DeedRule).values(kind="kind_words", stitches=1, points=10),
    ):
        with pytest.raises(sa.exc.IntegrityError), transaction():
            db.session.execute(lie)
    assert set(rules.WORTH) == set(EARNING)


def test_years_and_changed_rules_are_found_at_night(member: Any, make: Make) -> None:
    young = make.member(joined_at=MONDAY - timedelta(days=100))
    for name in ("a", "b"):
        note(young, "check_in", name)
    make.badge(slug="three-years", years=3)
    make.badge(slug="twice", deeds=("check_in", 2))
    db.session.commit()
    with clock.travel(MONDAY):
        assert jobs.give_due_badges() == 2
        assert jobs.give_due_badges() == 0
    assert (held(member), held(young)) == (["three-years"], ["twice"])


@pytest.mark.parametrize(
    ("joined", "today", "there"),
    [
        ((2023, 6, 1), (2026, 5, 31), False),
        ((2023, 6, 1), (2026, 6, 1), True),
        ((2024, 2, 29), (2027, 2, 28), False),
        ((2024, 2, 29), (2027, 3, 1), True),
        ((2021, 2, 28), (2024, 2, 28), True),
        ((2021, 3, 1), (2024, 2, 29), False),
    ],
)
def test_years_end_on_the_day(make: Make, joined: Any, today: Any, there: bool) -> None:
    noon = timedelta(hours=4)
    member = make.member(joined_at=datetime(*joined, tzinfo=UTC) + noon)
    make.badge(slug="three", years=3)
    with clock.travel(datetime(*today, tzinfo=UTC) + noon):
        jobs.give_due_badges()
    assert held(member) == (["three"] if there else [])


def test_badges_of_many_cost_one_query(make: Make, queries: Any) -> None:
    people = [make.member() for _ in range(12)]
    badge = make.badge(slug="one")
    for person in people[:10]:
        services.award_badge(badge.id, person.id, why="", by=None)
    ids = [person.id for person in people]
    db.session.commit()
    with queries() as log:
        found = badges_of(ids)
    assert (len(found), len(log)) == (10, 1)
    assert badges_of([]) == {}
    assert badge.rule is BadgeRule.HAND


# ------------------------------------------------------------------ stories


def test_a_story_on_the_wall_is_a_deed_and_no_praise_is_asked(make: Make) -> None:
    """The same for any words; brand news is none; who leaves the wall takes it along."""
    from portal.accounts.queries import viewer_of
    from portal.stories import services as stories
    from portal.stories.models import StoryState

    for words in ("最好的包！", "拉链一周就坏了，很失望。"):
        author = make.member()
        story = make.story(author=author, state="held", body=words)
        with transaction():
            stories.approve_story(story.id)
        assert story.state is StoryState.PUBLISHED
        assert stitches(author) == 1
        with transaction():
            stories.hide_story(story.id, "no")
        assert stitches(author) == 0
        with transaction():
            stories.restore_story(story.id, "published")
        assert stitches(author) == 1
        db.session.commit()
        with transaction():
            stories.delete_story(story, by=viewer_of(author.id))
        assert stitches(author) == 0
    staff = make.staff("owner")
    news = make.story(author=staff, state="held", as_brand=True)
    stories.approve_story(news.id)
    assert stitches(staff) == 0
