"""Applying: for whom a trial is, once each, mended until the closing, taken back, and within the quota of the tier."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from portal.accounts.models import Gender
from portal.accounts.queries import viewer_of
from portal.brand import queries as brand
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.membership.models import Perk, TierKind
from portal.trials.models import Application, Trial
from portal.trials.queries.knowledge import known_for, known_of
from portal.trials.rules.eligibility import BASE_APPLICATIONS, Reason, hindrances
from portal.trials.services import applying
from tests.make import Make

ANSWERS = {"1": "每天背去上班。", "2": "坏的也会说。"}


def apply(trial: Trial, member: Any, answers: dict[str, str] | None = None, **facts: Any) -> Application:
    with transaction():
        made = applying.apply(
            trial, answers or ANSWERS, **{"region": "杭州"} | facts, by=viewer_of(member.id)
        )
        db.session.refresh(made)
        return made


def withdraw(trial: Trial, member: Any) -> Application:
    with transaction():
        return applying.withdraw(trial, by=viewer_of(member.id))


def reasons(trial: Trial, member: Any) -> set[Reason]:
    known = known_for(viewer_of(member.id), trial)
    return {one.reason for one in hindrances(trial, known.applicant, clock.now())}


def test_twice_is_once_and_words_can_be_mended(make: Make) -> None:
    trial, member = make.trial(), make.member()
    first = apply(trial, member)
    assert (first.answers, first.region, first.kin, first.version) == (ANSWERS, "杭州", False, 1)
    applied_at = first.applied_at
    assert apply(trial, member).version == 1
    again = apply(trial, member, {"1": "🌸 两个字", "2": "包包"}, region="  成  都 ", kin=True)
    assert again.id == first.id
    assert (again.answers["1"], again.region, again.kin, again.applied_at) == (
        "🌸 两个字",
        "成 都",
        True,
        applied_at,
    )
    assert db.session.query(Application).filter_by(trial_id=trial.id).count() == 1


def test_taken_back_it_may_come_again(make: Make) -> None:
    trial, member = make.trial(), make.member()
    apply(trial, member)
    gone = withdraw(trial, member)
    assert gone.withdrawn_at is not None
    assert withdraw(trial, member).version == gone.version  # twice is once
    with clock.travel(clock.now() + clock.minutes(5)):
        assert apply(trial, member).applied_at == clock.now()
    assert db.session.query(Application).filter_by(trial_id=trial.id, withdrawn_at=None).count() == 1
    with pytest.raises(NotFound):
        withdraw(trial, make.member())


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"1": "有"}, "answer_2"),
        ({"1": "  ", "2": "有"}, "answer_1"),
        ({"1": "长" * 601, "2": "有"}, "answer_1"),
    ],
)
def test_every_question_has_its_answer(make: Make, answers: dict[str, str], field: str) -> None:
    trial, member = make.trial(), make.member()
    with pytest.raises(Invalid) as refusal:
        apply(trial, member, answers)
    assert refusal.value.field == field
    assert apply(trial, member, ANSWERS | {"3": "nobody asked"}).answers == ANSWERS


def test_only_regions_that_the_trial_reaches(make: Make) -> None:
    trial = make.trial(regions=["杭州", "成都"])
    for region in ("上海", "", "杭" * 30):
        with pytest.raises(Invalid) as refusal:
            apply(trial, make.member(), region=region)
        assert refusal.value.field == "region"
    assert apply(trial, make.member(), region="成都").region == "成都"


@pytest.mark.parametrize("phase", ["coming", "closed", "frozen", "chosen"])
def test_only_while_it_is_open(make: Make, phase: str) -> None:
    trial, member = make.trial(phase), make.member()
    with pytest.raises(Conflict):
        apply(trial, member)
    make.application(trial, member)
    if phase != "coming":
        with pytest.raises(Conflict):
            withdraw(trial, member)
    with pytest.raises(NotFound):
        apply(make.trial("draft"), member)
    with pytest.raises(Conflict):
        apply(make.trial(cancelled_at=clock.now()), member)


def test_the_last_moment_counts_and_the_closing_does_not(make: Make) -> None:
    trial = make.trial()
    with clock.travel(trial.closes_at - timedelta(microseconds=1)):
        apply(trial, make.member())
    with clock.travel(trial.closes_at), pytest.raises(Conflict):
        apply(trial, make.member())


def test_conditions_of_the_trial(make: Make) -> None:
    shelf = make.category()
    below, other = make.product(category=make.category(parent=shelf)), make.product()
    buyer, owner, stranger = make.member(), make.member(), make.member()
    make.order(member=buyer, product=other)
    make.order(member=owner, product=below)
    bought, of_shelf = make.trial(needs_purchase=True), make.trial(category_id=shelf.id)
    assert [reasons(bought, one) for one in (buyer, owner, stranger)] == [set(), set(), {Reason.PURCHASE}]
    assert [reasons(of_shelf, one) for one in (buyer, owner, stranger)] == [
        {Reason.SHELF},
        set(),
        {Reason.SHELF},
    ]
    with pytest.raises(NotAllowed):
        apply(bought, stranger)


def test_a_tier_or_a_higher_one(make: Make) -> None:
    low, high, member = make.tier(), make.tier(), make.member()
    make.subscription(member, make.plan(high))
    assert reasons(make.trial(tier_id=low.id), member) == set()
    assert reasons(make.trial(tier_id=make.tier().id), member) == {Reason.TIER}
    lowest = db.session.query(type(low)).filter_by(kind=TierKind.EARNED).order_by(type(low).position).first()
    assert lowest is not None
    assert reasons(make.trial(tier_id=lowest.id), make.member()) == set()


def test_what_stands_between_somebody_and_any_trial(make: Make) -> None:
    trial, now = make.trial(), clock.now()
    testing, late, paused, won = (make.member() for _one in range(4))
    make.tester(make.application(make.trial("chosen"), testing, decision="picked"))
    make.tester(
        make.application(make.trial("chosen"), late, decision="picked"), due_at=now - timedelta(days=1)
    )
    make.standing(paused, paused_until=now + timedelta(days=1))
    make.standing(won, chosen_at=now - timedelta(days=89))
    assert reasons(trial, testing) == {Reason.TESTING}
    assert reasons(trial, late) == {Reason.OVERDUE}
    assert reasons(trial, paused) == {Reason.PAUSED}
    assert reasons(trial, won) == {Reason.WON}
    with clock.travel(now + timedelta(days=2)):
        assert reasons(trial, paused) == set() == reasons(trial, won)
    assert reasons(trial, make.staff("host")) == {Reason.STAFF}
    assert reasons(trial, make.member(verified=False)) == {Reason.CONTACT}
    young = {"birth_month": 1, "birth_day": 1, "gender": Gender.OTHER}
    assert reasons(trial, make.member(birth_year=now.year - 10, **young)) == {Reason.YOUNG}
    assert reasons(trial, make.member(birth_year=now.year - 30, **young)) == set()


@pytest.mark.parametrize(
    ("born", "last_day_young"),
    [((2008, 1, 31), (2026, 1, 30)), ((2008, 3, 28), (2026, 3, 27)), ((2008, 2, 29), (2026, 2, 28))],
)
def test_nobody_is_grown_up_before_their_birthday(
    make: Make, born: tuple[int, int, int], last_day_young: tuple[int, int, int]
) -> None:
    """A win asks for an adult: also of who was born at the end of a month, or on the 29th of February."""
    year, month, day = born
    member, trial = make.member(birth_year=year, birth_month=month, birth_day=day), make.trial()
    zone = brand.current().time_zone
    evening = clock.wall_time(date(*last_day_young), 23 * 60 + 30, zone)
    with clock.travel(evening):
        assert known_for(viewer_of(member.id), trial).applicant.grown_up is False
    with clock.travel(evening + timedelta(hours=1)):
        assert known_for(viewer_of(member.id), trial).applicant.grown_up is True


def test_a_tier_gives_more_applications_a_year(make: Make) -> None:
    member, now = make.member(), clock.now()
    for number in range(BASE_APPLICATIONS):
        make.application(make.trial(), member, applied_at=now - timedelta(days=10 + number))
    make.application(make.trial(), member, withdrawn_at=now)
    make.application(make.trial(cancelled_at=now), member)
    trial = make.trial()
    [full] = hindrances(trial, known_for(viewer_of(member.id), trial).applicant, now)
    assert full.reason is Reason.QUOTA
    assert full.until == now - timedelta(days=9 + BASE_APPLICATIONS) + timedelta(days=365)
    with pytest.raises(NotAllowed):
        apply(trial, member)
    make.subscription(member, make.plan(make.tier(perks={Perk.TRIAL_APPLICATIONS: BASE_APPLICATIONS + 1})))
    assert apply(trial, member).withdrawn_at is None
    assert reasons(make.trial(), member) == {Reason.QUOTA}


def test_what_the_house_knows(make: Make) -> None:
    shelf = make.category()
    bag, tote, mug = (
        make.product(category=one) for one in (make.category(parent=shelf), shelf, make.category())
    )
    member, other = make.member(joined_at=clock.now() - timedelta(days=730)), make.member()
    for product in (bag, tote, tote, mug):
        make.order(member=member, product=product)
    story, theirs = make.story(author=member), make.story(author=other)
    for _one in range(3):
        make.reaction(story=story, member=make.member())
    asked = make.comment(story=theirs, author=other)
    make.comment(story=theirs, author=member, parent=asked)
    make.comment(story=theirs, author=member)
    make.mark(
        make.tester(make.application(make.trial("chosen"), member, decision="picked"), state="reported")
    )
    found = known_of([member.id, other.id], make.trial(product=bag))
    mine, hers = found[member.id].parts, found[other.id].parts
    assert (mine.products, mine.days, mine.likes, mine.answers, mine.friends, mine.marks) == (
        2,
        730,
        3,
        1,
        0,
        1,
    )
    assert (mine.category, mine.leadership, mine.reliability) == (60, 7, 75)
    assert (hers.category, hers.reliability) == (0, 67)
