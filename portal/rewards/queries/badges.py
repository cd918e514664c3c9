"""Badges: all of them, those that members hold, and who holds one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.accounts.models import Member, MemberState
from portal.brand import queries as brand
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.paging import Page, keyset_page
from portal.rewards import rules
from portal.rewards.models import Badge, BadgeAward, BadgeRule, Deed


@dataclass(frozen=True, slots=True)
class BadgeShown:
    """A patch that a member holds. ``why`` is what a person said who gave it."""

    slug: str
    name: str
    text: str
    icon: str
    hue: int
    awarded_at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who holds a badge, or held it."""

    award_id: str
    member_id: str
    display_name: str
    number: int
    avatar: str | None
    why: str
    by_name: str
    awarded_at: datetime
    revoked_at: datetime | None
    revoked_why: str


def badges_of(member_ids: Iterable[str]) -> dict[str, list[BadgeShown]]:
    """The badges that these members hold now, the newest first. One query; who has none is left out."""
    wanted = sorted(set(member_ids))
    if not wanted:
        return {}
    statement = (
        sa.select(BadgeAward.member_id, BadgeAward.awarded_at, BadgeAward.why, Badge)
        .join(Badge, Badge.id == BadgeAward.badge_id)
        .where(BadgeAward.member_id.in_(wanted), BadgeAward.revoked_at.is_(None), Badge.shown)
        .order_by(BadgeAward.awarded_at.desc(), BadgeAward.id.desc())
    )
    held: dict[str, list[BadgeShown]] = {}
    for member_id, at, why, badge in db.session.execute(statement):
        shown = BadgeShown(badge.slug, badge.name, badge.text, badge.icon, badge.hue, at, why)
        held.setdefault(member_id, []).append(shown)
    return held


def badges_to_find(member_id: str) -> list[Badge]:
    """Badges with a rule that the member does not hold: what could come, in the order of the house."""
    held = sa.select(BadgeAward.badge_id).where(
        BadgeAward.member_id == member_id, BadgeAward.revoked_at.is_(None)
    )
    statement = sa.select(Badge).where(Badge.shown, Badge.rule != BadgeRule.HAND, Badge.id.not_in(held))
    return list(db.session.scalars(statement.order_by(Badge.position, Badge.id).limit(60)))


def badges_to_choose() -> list[tuple[str, str]]:
    """All badges that a person gives, by id and name, for a list to choose from. One query."""
    by_hand = sa.select(Badge).where(Badge.rule == BadgeRule.HAND).order_by(Badge.position, Badge.id)
    return [(badge.id, badge.name) for badge in db.session.scalars(by_hand)]


def all_badges(*, cursor: str | None = None) -> Page[tuple[Badge, int]]:
    """Every badge with the number of those who hold it, in the order of the house. One query."""
    holders = (
        sa.select(sa.func.count())
        .where(BadgeAward.badge_id == Badge.id, BadgeAward.revoked_at.is_(None))
        .correlate(Badge)
        .scalar_subquery()
        .label("holders")
    )
    page = keyset_page(
        sa.select(Badge, holders, Badge.position, Badge.id),
        (Badge.position, Badge.id),
        cursor=cursor,
        ascending=True,
        scalars=False,
    )
    return Page([(row.Badge, row.holders) for row in page.items], page.next_cursor)


def get_badge(badge_id: str) -> Badge:
    """The badge, or NotFound."""
    badge = db.session.get(Badge, badge_id)
    if badge is None:
        raise NotFound(_("There is no such badge."))
    return badge


def get_award(award_id: str) -> BadgeAward:
    """The award, or NotFound."""
    award = db.session.get(BadgeAward, award_id)
    if award is None:
        raise NotFound(_("There is no such badge."))
    return award


def holders_of(badge_id: str, *, cursor: str | None = None) -> Page[Holder]:
    """Who holds it or held it, the newest first. One query."""
    who, giver = sa.orm.aliased(Member), sa.orm.aliased(Member)
    statement = (
        sa.select(
            BadgeAward.id,
            BadgeAward.member_id,
            BadgeAward.why,
            BadgeAward.awarded_at,
            BadgeAward.revoked_at,
            BadgeAward.revoked_why,
            who.display_name,
            who.number,
            who.avatar,
            sa.func.coalesce(giver.display_name, "").label("by_name"),
        )
        .join(who, who.id == BadgeAward.member_id)
        .outerjoin(giver, giver.id == BadgeAward.by_id)
        .where(BadgeAward.badge_id == badge_id)
    )
    page = keyset_page(statement, (BadgeAward.awarded_at, BadgeAward.id), cursor=cursor, scalars=False)
    return Page([_holder(row) for row in page.items], page.next_cursor)


def badges_due(limit: int = 200) -> list[tuple[str, str]]:
    """(badge id, member id) where a rule fits somebody who never held the badge: at most so many. Staff's own hand
    is left alone: who had it and lost it to a person is not asked about again.
    """
    statement = sa.select(Badge).where(Badge.rule != BadgeRule.HAND, Badge.shown).order_by(Badge.id)
    due: list[tuple[str, str]] = []
    for badge in db.session.scalars(statement).all():
        found = db.session.scalars(_fitting(badge).limit(limit - len(due)))
        due += [(badge.id, member_id) for member_id in found]
        if len(due) >= limit:
            break
    return due


def _fitting(badge: Badge) -> sa.Select[str]:
    """Active members whom the badge's rule fits and who never held it."""
    statement = sa.select(Member.id).where(
        Member.state == MemberState.ACTIVE,
        ~sa.exists().where(BadgeAward.badge_id == badge.id, BadgeAward.member_id == Member.id),
    )
    if badge.rule is BadgeRule.YEARS:
        return statement.where(Member.joined_at < _joined_before(badge.rule_value))
    step = sa.case((Deed.turn % 2 == 0, 1), else_=-1)
    enough = (
        sa.select(Deed.member_id)
        .where(Deed.kind == badge.rule_deed)
        .group_by(Deed.member_id)
        .having(sa.func.sum(step) >= badge.rule_value)
    )
    return statement.where(Member.id.in_(enough))


def _joined_before(years: int) -> datetime:
    """Who joined before that moment has been here for so many years today, shop time."""
    today = brand.shop_day(clock.now())
    return clock.day_start(rules.day_after_years_ago(today, years), brand.current().time_zone)


def _holder(row: Any) -> Holder:
    return Holder(
        award_id=row.id,
        member_id=row.member_id,
        display_name=row.display_name,
        number=row.number,
        avatar=row.avatar,
        why=row.why,
        by_name=row.by_name,
        awarded_at=row.awarded_at,
        revoked_at=row.revoked_at,
        revoked_why=row.revoked_why,
    )
