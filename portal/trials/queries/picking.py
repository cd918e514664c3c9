"""The picking screen: applications as cards, heap by heap, the best first. The same number of queries whatever there is.

Whoever waits for their grades is on no card: who chooses may grade as well, and grades without knowing whose answers they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.accounts.queries import members_named
from portal.core import clock
from portal.core.db import db
from portal.core.draw.models import Draw
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.paging import Page, keyset_page
from portal.stories.models import Story, StoryState
from portal.trials.models import Application, Decision, Mark, MarkKind, Trial
from portal.trials.queries.tally import could_be_chosen, has_enough_points, has_fresh_story, waits_for_grades
from portal.trials.rules.kinds import TRIAL

COVERS = 3
MOST_COMPARED = 3
MOST_FACES = 60


class Heap(StrEnum):
    """What the cards can be narrowed to."""

    REVIEW = "review"
    PICKED = "picked"
    SUBSTITUTES = "substitutes"
    NEWCOMERS = "newcomers"
    FRESH = "fresh"
    OTHERS = "others"
    SKIPPED = "skipped"

    @property
    def is_open(self) -> bool:
        """Its applications wait for a decision."""
        return self in (Heap.REVIEW, Heap.NEWCOMERS, Heap.FRESH, Heap.OTHERS)


@dataclass(frozen=True, slots=True)
class Stories:
    """What a member told so far: how many stories, and a few of their pictures (id and what is seen)."""

    number: int = 0
    covers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """One application with what staff should know. ``last``: how their last trial ended."""

    application: Application
    member: Member
    stories: Stories
    last: MarkKind | None
    decided_by: str = ""

    @property
    def years(self) -> int:
        """Whole years with us."""
        return (clock.now() - self.member.joined_at).days // 365


@dataclass(frozen=True, slots=True)
class Face:
    display_name: str
    avatar: str | None


def trial_with_draw(slug: str) -> tuple[Trial, Draw | None]:
    """For staff, the draw without its facts, which may be long. One query. Raises NotFound."""
    drawn = sa.and_(Draw.owner_kind == TRIAL, Draw.owner_id == Trial.id)
    both = sa.select(Trial, Draw).outerjoin(Draw, drawn).where(Trial.slug == slug)
    lightly = both.options(sa.orm.defer(Draw.facts))
    row = db.session.execute(lightly.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound(_("There is no such trial."))
    return row[0], row[1]


def cards_in(trial: Trial, heap: Heap, *, region: str = "", cursor: str | None) -> Page[Card]:
    """One page, with ``region`` only of who lives there. Two queries."""
    points, place = sa.func.coalesce(Application.score, -1).label("points"), Application.place.label("place")
    statement = _cards_of(trial).add_columns(points, place).where(_in_heap(trial, heap))
    if region:
        statement = statement.where(Application.region == region)
    in_line = heap is Heap.SUBSTITUTES
    keys = (place if in_line else points, Application.id)
    found = keyset_page(statement, keys, cursor=cursor, ascending=in_line, scalars=False)
    return Page(_cards(found.items), found.next_cursor)


def find_cards(trial: Trial, application_ids: Sequence[str]) -> list[Card]:
    """These applications of this trial in the order given; foreign ones are left out. At most two queries."""
    wanted = list(dict.fromkeys(application_ids))[:MOST_COMPARED]
    if not wanted:
        return []
    rows = db.session.execute(_cards_of(trial).where(Application.id.in_(wanted))).all()
    return sorted(_cards(rows), key=lambda card: wanted.index(card.application.id))


def faces_of_picked(trial: Trial) -> list[Face]:
    """Who has a seat so far, in the order of the decisions. One query."""
    faces = (
        sa.select(Member.display_name, Member.avatar)
        .join(Application, Application.member_id == Member.id)
        .where(Application.trial_id == trial.id, could_be_chosen(), Application.decision == Decision.PICKED)
        .order_by(Application.decided_at, Application.id)
    )
    return [Face(*row) for row in db.session.execute(faces.limit(MOST_FACES))]


def name_of(member_id: str) -> str:
    """One query."""
    return members_named([member_id])[member_id].display_name


# ------------------------------------------------------------------ inside


def _cards_of(trial: Trial) -> sa.Select[Any]:
    """All that can be chosen: who applied, how their last trial ended, and who decided."""
    decider = sa.orm.aliased(Member)
    last = (
        sa.select(Mark.kind)
        .where(Mark.member_id == Application.member_id)
        .order_by(Mark.at.desc(), Mark.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        sa.select(
            Application,
            Member,
            Application.id.label("id"),
            last.label("last"),
            sa.func.coalesce(decider.display_name, "").label("decided_by"),
        )
        .join(Member, Member.id == Application.member_id)
        .outerjoin(decider, decider.id == Application.decided_by)
        .where(
            Application.trial_id == trial.id,
            could_be_chosen(),
            sa.or_(Application.decision != Decision.OPEN, sa.not_(waits_for_grades(trial))),
        )
    )


def _in_heap(trial: Trial, heap: Heap) -> sa.ColumnElement[bool]:
    undecided = Application.decision == Decision.OPEN
    review = sa.and_(undecided, has_enough_points(trial))
    return {
        Heap.REVIEW: review,
        Heap.PICKED: Application.decision == Decision.PICKED,
        Heap.SUBSTITUTES: Application.decision == Decision.SUBSTITUTE,
        Heap.NEWCOMERS: sa.and_(review, Application.newcomer),
        Heap.FRESH: sa.and_(review, has_fresh_story(clock.now())),
        Heap.OTHERS: sa.and_(undecided, sa.not_(has_enough_points(trial))),
        Heap.SKIPPED: Application.decision == Decision.SKIPPED,
    }[heap]


def _cards(rows: Sequence[Any]) -> list[Card]:
    stories = _stories_of([row.Member.id for row in rows])
    return [
        Card(row.Application, row.Member, stories.get(row.Member.id, Stories()), row.last, row.decided_by)
        for row in rows
    ]


def _stories_of(member_ids: Sequence[str]) -> dict[str, Stories]:
    if not member_ids:
        return {}
    newest = sa.func.row_number().over(
        partition_by=Story.author_id,
        order_by=(Story.cover.is_(None), Story.published_at.desc(), Story.id.desc()),
    )
    told = (
        sa.select(
            Story.author_id,
            Story.cover,
            Story.cover_alt,
            newest.label("nth"),
            sa.func.count().over(partition_by=Story.author_id).label("number"),
        )
        .where(
            Story.author_id.in_(member_ids),
            Story.state == StoryState.PUBLISHED,
            Story.as_brand.is_(False),
        )
        .subquery()
    )
    found: dict[str, Stories] = {}
    few = sa.select(told).where(told.c.nth <= COVERS).order_by(told.c.author_id, told.c.nth)
    for row in db.session.execute(few):
        before = found.get(row.author_id, Stories())
        covers = (*before.covers, (row.cover, row.cover_alt)) if row.cover else before.covers
        found[row.author_id] = Stories(row.number, covers)
    return found
