"""What the house knows about who applies: what the conditions ask, and the parts of the score that need no grade."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portal.accounts.models import Calendar, Member, MemberState, StaffRole
from portal.brand import queries as brand
from portal.catalog.models import Category, Product
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db
from portal.membership.models import Perk, Tier, TierKind
from portal.membership.models import Span as TierSpan
from portal.membership.models import Standing as TierStanding
from portal.membership.queries.access import in_force, perks_of
from portal.orders.models import Customer, Order, OrderLine, ProductCode
from portal.rewards.models import Deed
from portal.stories.models import Comment, CommentState, Story, StoryState
from portal.trials.models import Application, Mark, Standing, Tester, TesterState, Trial
from portal.trials.queries.marks import marks_of
from portal.trials.rules import eligibility as rules
from portal.trials.rules.eligibility import Applicant
from portal.trials.rules.scores import Parts, category_of, leadership_of, reliability_of

_AT_ONCE = 500
#: who is under way with something
_UNDER_WAY = (TesterState.OFFERED, TesterState.ACCEPTED)
#: the deed of a member whose friend became one of us and stayed
_FRIEND = "referral_settled"


@dataclass(frozen=True, slots=True)
class Known:
    """About one member, with a view to one trial. ``region``: where they say they live, for their own eyes."""

    applicant: Applicant
    parts: Parts
    region: str = ""


def known_of(member_ids: Iterable[str], trial: Trial) -> dict[str, Known]:
    """As it is now. Two queries for each 500 members; who is no member is left out."""
    ids, now = sorted(set(member_ids)), clock.now()
    found: dict[str, Known] = {}
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        marks = marks_of(some)
        for row in db.session.execute(_statement(some, trial, now)):
            found[row.id] = Known(_applicant(row, now), _parts(row, marks[row.id], now), row.region)
    return found


def known_for(viewer: Viewer, trial: Trial) -> Known:
    """About who applies, with the applications they made and may make; where they live, they tell when they apply. Four queries."""
    known = known_of([viewer.id], trial)[viewer.id]
    asked = replace(
        known.applicant,
        contact_proven=viewer.contact_proven,
        staff=viewer.is_staff,
        applied=tuple(_applied(viewer.id, trial.id)),
        allowed=max(perks_of(viewer.id)[Perk.TRIAL_APPLICATIONS], rules.BASE_APPLICATIONS),
    )
    return replace(known, applicant=asked)


# ------------------------------------------------------------------ inside


def _statement(ids: list[str], trial: Trial, now: datetime) -> sa.Select[*tuple[Any, ...]]:
    """A row for each member; what is counted of others is asked for each of them by index."""
    mine = Tester.member_id == Member.id
    under_way = sa.and_(mine, Tester.state.in_(_UNDER_WAY), Tester.trial_id != trial.id)
    late = sa.and_(mine, Tester.state == TesterState.ACCEPTED, Tester.due_at < now)
    return (
        sa.select(
            Member.id,
            Member.state,
            Member.joined_at,
            Member.region,
            Member.birth_year,
            Member.birth_month,
            Member.birth_day,
            Member.birth_calendar,
            sa.or_(Member.email_verified_at.is_not(None), Member.phone_verified_at.is_not(None)).label(
                "proven"
            ),
            sa.exists().where(StaffRole.member_id == Member.id).label("staff"),
            sa.exists(_bought()).label("bought"),
            sa.exists(_bought().where(Product.category_id.in_(_shelf(trial)))).label("owns_of_shelf"),
            _products(trial).label("products"),
            _holds_tier(trial, now).label("has_tier"),
            sa.exists().where(under_way).label("testing"),
            sa.exists().where(late).label("overdue"),
            Standing.paused_until,
            Standing.chosen_at,
            _likes().label("likes"),
            _answers().label("answers"),
            _friends().label("friends"),
        )
        .outerjoin(Standing, Standing.member_id == Member.id)
        .where(Member.id.in_(ids))
    )


def _bought() -> sa.Select[*tuple[Any, ...]]:
    """Products of ours that the member bought and kept; also what has no code of ours, as long as no product is asked for."""
    return (
        sa.select(Order.id)
        .join(Customer, Customer.id == Order.customer_id)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .outerjoin(ProductCode, ProductCode.sku == OrderLine.sku)
        .outerjoin(Product, Product.id == ProductCode.product_id)
        .where(Customer.member_id == Member.id, Order.qualified, OrderLine.qty > 0)
        .correlate(Member)
    )


def _products(trial: Trial) -> sa.ScalarSelect[int]:
    """How many different products of the shelf; the shelf is the top one on which the product stands."""
    own = sa.select(Product.category_id).where(Product.id == trial.product_id).scalar_subquery()
    top = (
        sa.select(sa.func.coalesce(Category.parent_id, Category.id))
        .where(Category.id == (trial.category_id or own))
        .scalar_subquery()
    )
    there = sa.select(Category.id).where(sa.or_(Category.id == top, Category.parent_id == top))
    number = sa.func.count(sa.distinct(Product.id))
    return _bought().where(Product.category_id.in_(there)).with_only_columns(number).scalar_subquery()


def _shelf(trial: Trial) -> sa.Select[str]:
    """The shelf that the trial asks for, with all below it."""
    wanted = trial.category_id
    return sa.select(Category.id).where(sa.or_(Category.id == wanted, Category.parent_id == wanted))


def _holds_tier(trial: Trial, now: datetime) -> sa.ColumnElement[bool]:
    """The tier that the trial asks for, or a higher one of its ladder; the lowest earned one is everybody's."""
    if trial.tier_id is None:
        return sa.true()
    asked = aliased(Tier)
    enough = (
        sa.select(Tier.id)
        .join(asked, sa.and_(asked.kind == Tier.kind, asked.position <= Tier.position))
        .where(asked.id == trial.tier_id)
    )
    lowest = sa.select(Tier.id).where(Tier.kind == TierKind.EARNED).order_by(Tier.position).limit(1)
    everybodys = sa.exists().where(Tier.id == trial.tier_id, Tier.id == lowest.scalar_subquery())
    paid = sa.exists().where(TierSpan.member_id == Member.id, in_force(now), TierSpan.tier_id.in_(enough))
    earned = sa.exists().where(TierStanding.member_id == Member.id, TierStanding.tier_id.in_(enough))
    return sa.or_(everybodys, paid, earned)


def _likes() -> sa.ScalarSelect[int]:
    theirs = sa.and_(
        Story.author_id == Member.id, Story.state == StoryState.PUBLISHED, Story.as_brand.is_(False)
    )
    total = sa.func.coalesce(sa.func.sum(Story.reaction_count), 0)
    return sa.select(total).where(theirs).correlate(Member).scalar_subquery()


def _answers() -> sa.ScalarSelect[int]:
    """Comments of others that they answered."""
    asked = aliased(Comment)
    answered = sa.and_(
        Comment.author_id == Member.id,
        Comment.state == CommentState.PUBLISHED,
        Comment.as_brand.is_(False),
        asked.author_id != Member.id,
    )
    number = sa.select(sa.func.count(sa.distinct(Comment.parent_id)))
    joined = number.select_from(Comment).join(asked, asked.id == Comment.parent_id)
    return joined.where(answered).correlate(Member).scalar_subquery()


def _friends() -> sa.ScalarSelect[int]:
    step = sa.case((Deed.turn % 2 == 0, 1), else_=-1)
    standing = sa.and_(Deed.member_id == Member.id, Deed.kind == _FRIEND)
    total = sa.func.coalesce(sa.func.sum(step), 0)
    return sa.select(total).where(standing).correlate(Member).scalar_subquery()


def _applied(member_id: str, besides: str) -> Iterable[datetime]:
    statement = (
        sa.select(Application.applied_at)
        .join(Trial, Trial.id == Application.trial_id)
        .where(
            Application.member_id == member_id,
            Application.withdrawn_at.is_(None),
            Application.trial_id != besides,
            Application.applied_at > clock.now() - rules.QUOTA_OVER,
            Trial.cancelled_at.is_(None),
        )
        .order_by(Application.applied_at)
    )
    return db.session.scalars(statement)


def _applicant(row: Any, now: datetime) -> Applicant:
    return Applicant(
        active=row.state is MemberState.ACTIVE,
        staff=row.staff,
        contact_proven=row.proven,
        grown_up=_grown_up(row, now),
        bought=row.bought,
        owns_of_shelf=row.owns_of_shelf,
        has_tier=row.has_tier,
        testing=row.testing,
        overdue=row.overdue,
        paused_until=row.paused_until,
        chosen_at=row.chosen_at,
    )


def _parts(row: Any, marks: list[Mark], now: datetime) -> Parts:
    days = max((now - row.joined_at) // timedelta(days=1), 0)
    return Parts(
        category=category_of(row.products, days),
        leadership=leadership_of(row.likes, row.answers, row.friends),
        reliability=reliability_of(marks, now),
        products=row.products,
        days=days,
        likes=row.likes,
        answers=row.answers,
        friends=row.friends,
        marks=len(marks),
    )


def _grown_up(row: Any, now: datetime) -> bool | None:
    """By the calendar of the shop, on the very day (who was born on the 29th of February: on the 1st of March); a lunar year is
    close enough to believe somebody. None while nobody told the year."""
    if row.birth_year is None or row.birth_month is None:
        return None
    today = clock.in_zone(now, brand.current().time_zone).date()
    turns = row.birth_year + rules.GROWN_UP
    if row.birth_calendar is Calendar.LUNAR:
        return bool(turns < today.year)
    return bool((turns, row.birth_month, row.birth_day) <= (today.year, today.month, today.day))
