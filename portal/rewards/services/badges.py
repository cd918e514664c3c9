"""Badges are given by a rule or by hand, always with a why, and held at most once at a time."""

from __future__ import annotations

from typing import TypedDict, Unpack

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.brand import queries as brand
from portal.core import audit, clock
from portal.core.access import Viewer
from portal.core.db import changed_rows, db, insert_once, lock_row, new_id
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.i18n import _
from portal.core.slugs import is_slug
from portal.rewards import notices, rules
from portal.rewards.models import Badge, BadgeAward, BadgeRule
from portal.rewards.queries.deeds import number_of
from portal.rewards.services.account import hold_account


class BadgeWords(TypedDict):
    """All that staff decide about a badge; ``rule_value`` is a number of deeds or of years."""

    name_zh: str
    name_en: str
    text_zh: str
    text_en: str
    icon: str
    hue: int
    rule: BadgeRule
    rule_deed: str
    rule_value: int
    position: int
    shown: bool


def create_badge(slug: str, *, by: Viewer | None, **words: Unpack[BadgeWords]) -> Badge:
    """A new badge; nobody holds it until the rule or a person gives it. Raises Invalid. Audited."""
    if not is_slug(slug):
        raise Invalid(_("Please use small letters, digits and hyphens, like first-story."), field="slug")
    values = _checked(words)
    badge_id = new_id()
    if not insert_once(Badge, id=badge_id, slug=slug, created_at=clock.now(), version=1, **values):
        raise Invalid(_("This address is taken. Please choose another one."), field="slug")
    audit.record("badge.created", by=by, target_kind="badge", target_id=badge_id, slug=slug)
    return db.session.get_one(Badge, badge_id)


def change_badge(badge: Badge, *, by: Viewer | None, version: int, **words: Unpack[BadgeWords]) -> None:
    """Change it for everyone who holds it. Who holds it by rule keeps it until the rule is asked again.

    Conflict when somebody changed it since ``version``. Raises Invalid. Audited.
    """
    lock_row(Badge, badge.id)
    db.session.refresh(badge)
    if badge.version != version:
        raise Conflict(_("A colleague changed this meanwhile. Your words are still here: please compare."))
    values = _checked(words)
    changed = {name: value for name, value in values.items() if getattr(badge, name) != value}
    if not changed:
        return
    for name, value in changed.items():
        setattr(badge, name, value)
    badge.version += 1
    audit.record("badge.changed", by=by, target_kind="badge", target_id=badge.id, fields=sorted(changed))


def award_badge(badge_id: str, member_id: str, *, why: str, by: Viewer | None) -> bool:
    """Give the badge; the member hears of it. False when they hold it already. By a person: audited."""
    badge = db.session.get(Badge, badge_id)
    if badge is None or db.session.get(Member, member_id) is None:
        raise NotFound(_("There is no such badge."))
    award_id = new_id()
    row = {"id": award_id, "badge_id": badge_id, "member_id": member_id, "why": why[:255]}
    if not insert_once(
        BadgeAward, **row, by_id=by.id if by else None, awarded_at=clock.now(), revoked_why=""
    ):
        return False
    if by is not None:
        audit.record("badge.awarded", by=by, target_kind="member", target_id=member_id, badge=badge.slug)
    notices.tell_badge(award_id, badge, member_id)
    return True


def take_back_badge(award_id: str, *, why: str, by: Viewer | None) -> bool:
    """The member does not hold it any more; staff's why stays with it. False when it was taken back before.

    A badge that a person took away is not given by its rule again.
    """
    award = db.session.get(BadgeAward, award_id)
    if award is None:
        raise NotFound(_("There is no such badge."))
    held = sa.update(BadgeAward).where(BadgeAward.id == award_id, BadgeAward.revoked_at.is_(None))
    values = {"revoked_at": clock.now(), "revoked_by": by.id if by else None, "revoked_why": why[:255]}
    if not changed_rows(held.values(**values)):
        return False
    db.session.expire(award)
    notices.retract_badge(award_id)
    if by is not None:
        audit.record(
            "badge.taken_back", by=by, target_kind="member", target_id=award.member_id, badge=award.badge_id
        )
    return True


def check_badges(member_id: str, kind: str) -> None:
    """Give and take what the rules about deeds of this kind say now."""
    statement = sa.select(Badge).where(Badge.rule == BadgeRule.DEEDS, Badge.rule_deed == kind, Badge.shown)
    badges = db.session.scalars(statement.order_by(Badge.id)).all()
    if not badges:
        return
    number = number_of(member_id, kind)
    for badge in badges:
        _follow_rule(badge, member_id, number >= badge.rule_value)


def give_by_rule(badge_id: str, member_id: str) -> None:
    """Ask the badge's rule about one member again, and do what it says."""
    hold_account(member_id)
    badge, member = db.session.get_one(Badge, badge_id), db.session.get_one(Member, member_id)
    if badge.rule is BadgeRule.DEEDS:
        _follow_rule(badge, member_id, number_of(member_id, badge.rule_deed) >= badge.rule_value)
    elif badge.rule is BadgeRule.YEARS:
        years = rules.years_together(brand.shop_day(member.joined_at), brand.shop_day(clock.now()))
        _follow_rule(badge, member_id, years >= badge.rule_value)


# ------------------------------------------------------------------ inside


def _follow_rule(badge: Badge, member_id: str, fits: bool) -> None:
    """Given when it fits, unless a person took it; taken when it does not fit any more, unless a person gave it."""
    statement = sa.select(BadgeAward).where(
        BadgeAward.badge_id == badge.id, BadgeAward.member_id == member_id
    )
    newest = db.session.scalar(
        statement.order_by(BadgeAward.awarded_at.desc(), BadgeAward.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    held = newest is not None and newest.revoked_at is None
    if fits and not held and (newest is None or newest.revoked_by is None):
        award_badge(badge.id, member_id, why="", by=None)
    elif newest is not None and held and not fits and newest.by_id is None:
        take_back_badge(newest.id, why="", by=None)


def _checked(words: BadgeWords) -> BadgeWords:
    """As the row takes it. Raises Invalid for a rule without sense, or one that buying alone would fulfil."""
    values: BadgeWords = {**words}
    values["name_zh"], values["name_en"] = (
        words["name_zh"] or words["name_en"],
        words["name_en"] or words["name_zh"],
    )
    values["text_zh"], values["text_en"] = (
        words["text_zh"] or words["text_en"],
        words["text_en"] or words["text_zh"],
    )
    if words["rule"] is not BadgeRule.DEEDS:
        values["rule_deed"] = ""
    if words["rule"] is BadgeRule.HAND:
        values["rule_value"] = 0
    if words["rule"] is BadgeRule.DEEDS and words["rule_deed"] not in set(rules.WORTH) - rules.SPENDING:
        raise Invalid(_("Please choose a deed. Buying alone never earns a badge."), field="rule_deed")
    if words["rule"] is not BadgeRule.HAND and words["rule_value"] < 1:
        raise Invalid(_("Please say how many."), field="rule_value")
    return values
