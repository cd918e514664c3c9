"""What everybody may read of a result: who was chosen and how, how fair it was, and the list of the draw."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

import sqlalchemy as sa

from portal.accounts.models import Member, MemberState
from portal.accounts.queries.distance import leave_out
from portal.accounts.showing import ShownProfile, shown_profile
from portal.core.access import Viewer
from portal.core.db import db
from portal.core.draw.models import Draw, DrawEntry
from portal.core.draw.queries import places, proof_content
from portal.core.paging import Page, keyset_page
from portal.membership.models import Tier
from portal.trials.models import Application, Tester, TesterState, Trial, Way
from portal.trials.queries.places import takes_seat
from portal.trials.rules.fairness import SMALLEST, Group, read
from portal.trials.rules.filling import Filling, filled
from portal.trials.rules.kinds import TRIAL


@dataclass(frozen=True, slots=True)
class Chosen:
    """Somebody who tests. ``has_page``: their page can be led to. ``reason`` is told for who was nominated."""

    member: ShownProfile
    has_page: bool
    way: Way
    newcomer: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Ways:
    """How many are there by each way, how many of all never tested, and the fewest points of who was picked by hand: None when so
    few were that it is somebody's own score."""

    hand: int
    draw: int
    nominated: int
    newcomers: int
    passed_on: int
    fewest_points: int | None

    @property
    def chosen(self) -> int:
        return self.hand + self.draw + self.nominated


@dataclass(frozen=True, slots=True)
class Own:
    """What somebody applied with, and what became of it: ``state`` once they were offered a seat."""

    application: Application
    state: TesterState | None


@dataclass(frozen=True, slots=True)
class Given:
    """What a draw gives: ``seats``, of which ``for_newcomers`` at least; ``region_most`` to one region."""

    seats: int
    for_newcomers: int
    region_most: int | None


@dataclass(frozen=True, slots=True)
class Groups:
    experience: list[Group]
    region: list[Group]
    tier: list[Group]
    tier_names: dict[str, str]


def chosen(trial: Trial, viewer: Viewer | None, *, cursor: str | None) -> Page[Chosen]:
    """Page by page, as this viewer may see them; whom they keep away is left out. One query.

    By name: in any order that follows from their applications, names could be matched to the nameless lines of the draw. The
    cursor tells no id of an application for the same reason.
    """
    statement = (
        sa.select(Application, Member, Member.display_name, Member.id)
        .join(Tester, Tester.application_id == Application.id)
        .join(Member, Member.id == Application.member_id)
        .where(Tester.trial_id == trial.id, takes_seat(), Application.way.is_not(None))
    )
    statement = leave_out(statement, viewer, Application.member_id)
    by_name = (Member.display_name, Member.id)
    found = keyset_page(statement, by_name, cursor=cursor, ascending=True, scalars=False)
    told = [_chosen(row.Application, row.Member, viewer) for row in found.items]
    return Page(told, found.next_cursor)


def ways_of(trial: Trial) -> Ways:
    """One query."""
    stays = takes_seat()

    def number(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.coalesce(sa.func.sum(sa.case((sa.and_(*conditions), 1), else_=0)), 0)

    by_hand = sa.and_(stays, Application.way == Way.HAND)
    statement = (
        sa.select(
            number(by_hand),
            number(stays, Application.way == Way.DRAW),
            number(stays, Application.way == Way.NOMINATED),
            number(stays, Application.newcomer.is_(True)),
            number(sa.not_(stays)),
            sa.func.min(sa.case((by_hand, Application.score))),
        )
        .join(Application, Application.id == Tester.application_id)
        .where(Tester.trial_id == trial.id)
    )
    found = Ways(*db.session.execute(statement).one())
    return found if found.hand >= SMALLEST else replace(found, fewest_points=None)


def own_of(trial: Trial, viewer: Viewer | None) -> Own | None:
    """What this viewer applied with; None when they did not, or took it back. One query for a member."""
    if viewer is None:
        return None
    mine = (
        sa.select(Application, Tester.state)
        .outerjoin(Tester, Tester.application_id == Application.id)
        .where(
            Application.trial_id == trial.id,
            Application.member_id == viewer.id,
            Application.withdrawn_at.is_(None),
        )
    )
    row = db.session.execute(mine).one_or_none()
    return Own(*row) if row is not None else None


def groups_of(trial: Trial) -> Groups:
    """As they stood when the result was told. One query for the names of tiers."""
    kept = trial.fairness
    tiers = read(kept.get("tier", ()))
    return Groups(
        experience=read(kept.get("experience", ())),
        region=read(kept.get("region", ())),
        tier=tiers,
        tier_names=_tier_names(one.key for one in tiers),
    )


def draw_of(trial: Trial) -> Draw | None:
    """The draw, as soon as its list is frozen; its facts, which may be long, are read when somebody asks for them."""
    frozen = sa.and_(Draw.owner_kind == TRIAL, Draw.owner_id == trial.id, Draw.frozen_at.is_not(None))
    return db.session.scalar(sa.select(Draw).where(frozen).options(sa.orm.defer(Draw.facts)))


def given_by(draw: Draw) -> Given:
    """One query."""
    facts = (Draw.facts[name].as_integer() for name in ("seats", "for_newcomers", "region_most"))
    return Given(*db.session.execute(sa.select(*facts).where(Draw.id == draw.id)).one())


def result_of(draw: Draw) -> Filling:
    """Who has a seat by the order of this draw and what froze with it; nobody before it was drawn."""
    if draw.drawn_at is None:
        return Filling((), ())
    return filled([entry for entry, _place in places(draw.id)], draw.facts)


def won_by(draw: Draw, entry: DrawEntry | None) -> bool:
    """Whether this entry has a seat by the draw. Reads and fills everything, so only where there is one."""
    return entry is not None and draw.drawn_at is not None and entry.entry_id in result_of(draw).won


def list_file(draw: Draw) -> bytes:
    """The frozen list as ``who.py`` reads it: also who has a seat and who is a substitute, once it was drawn."""
    content = proof_content(draw)
    order = sorted((row for row in content["entries"] if row["place"]), key=lambda row: int(row["place"]))
    found = filled([row["id"] for row in order], draw.facts) if order else Filling((), ())
    told = content | {"won": found.won, "substitutes": found.substitutes}
    return json.dumps(told, sort_keys=True, indent=1, ensure_ascii=False).encode()


# ------------------------------------------------------------------ inside


def _chosen(application: Application, member: Member, viewer: Viewer | None) -> Chosen:
    way = application.way or Way.HAND
    reason = application.reason if way is Way.NOMINATED else ""
    has_page = member.state is MemberState.ACTIVE and not member.profile_hidden
    return Chosen(shown_profile(member, viewer), has_page, way, application.newcomer, reason)


def _tier_names(ids: Iterable[str]) -> dict[str, str]:
    wanted = [one for one in ids if one]
    if not wanted:
        return {}
    return {tier.id: tier.name for tier in db.session.scalars(sa.select(Tier).where(Tier.id.in_(wanted)))}
