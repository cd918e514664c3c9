"""What an event leaves behind: numbers that are true, photos and stories, and one's own part of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.accounts.queries.distance import leave_out
from portal.brand import queries as brand
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import db
from portal.core.media.models import Photo, PhotoRight, PhotoState, PhotoUse
from portal.core.media.rights import is_live
from portal.events.models import Arrival, Event, EventSession, Pledge, PledgeState, Registration, Stamp
from portal.stories.models import Hashtag, Story, StoryHashtag, StoryState
from portal.surveys.models import Survey, SurveyInvitation

PHOTOS, STORIES, PLEDGES = 12, 6, 6
#: how much of a story stands here; its page has all of it
WORDS = 140


@dataclass(frozen=True, slots=True)
class Numbers:
    """Of the whole event. Who came on two days is counted once."""

    people: int
    stamps: int
    sessions: int
    pledges: int


@dataclass(frozen=True, slots=True)
class OwnPart:
    """How many stamps a member has, the place at the door of their first day, and when they came; ``survey_id`` asks them how it
    was, until they answered."""

    stamps: int
    place: int
    came_at: datetime
    survey_id: str | None


class Told(NamedTuple):
    """The beginning of a story, and who tells it."""

    id: str
    words: str
    language: str
    display_name: str
    avatar: str | None


class ShownPhoto(NamedTuple):
    """A photo whose owner lets the brand repost it, and the story it belongs to."""

    id: str
    width: int
    height: int
    color: str | None
    alt: str
    story_id: str


def numbers_of(event: Event) -> tuple[Numbers, Hashtag | None]:
    """The numbers, and the event's hashtag beside them. One query."""
    counts = (
        _people(event.id).scalar_subquery(),
        _count(Stamp.event_id == event.id),
        _count(EventSession.event_id == event.id, EventSession.cancelled_at.is_(None)),
        _count(Pledge.event_id == event.id, Pledge.state == PledgeState.SHOWN),
    )
    statement: sa.Select[*tuple[Any, ...]] = (
        sa.select(*counts, Hashtag)
        .select_from(Event)
        .outerjoin(Hashtag, Hashtag.id == Event.hashtag_id)
        .where(Event.id == event.id)
    )
    *numbers, hashtag = db.session.execute(statement).one()
    return Numbers(*numbers), hashtag


def people_at(event_id: str) -> int:
    """How many people came; who came on two days is counted once. One query."""
    return db.session.scalar(_people(event_id)) or 0


def own_part(event: Event, viewer: Viewer | None) -> OwnPart | None:
    """None for who was not there. One query."""
    if viewer is None:
        return None
    stamps = _count(Stamp.event_id == event.id, Stamp.member_id == viewer.id)
    mine = (
        sa.select(stamps, Arrival.place, Arrival.first_at, _survey(event.id, viewer.id))
        .join(Registration, Registration.id == Arrival.registration_id)
        .where(Registration.event_id == event.id, Registration.member_id == viewer.id, Arrival.people > 0)
        .order_by(Arrival.first_at)
        .limit(1)
    )
    row = db.session.execute(mine).first()
    return OwnPart(*row) if row else None


def stories_of(event: Event, viewer: Viewer | None) -> list[Told]:
    """The beginnings of published stories that carry the event's hashtag, the newest first; none of people kept apart, and of
    a story for members what everybody reads. One query."""
    if event.hashtag_id is None:
        return []
    words = sa.case((Story.members_only, Story.teaser), else_=Story.body)
    told: sa.Select[*tuple[Any, ...]] = (
        sa.select(
            Story.id, sa.func.substr(words, 1, WORDS), Story.language, Member.display_name, Member.avatar
        )
        .join(StoryHashtag, StoryHashtag.story_id == Story.id)
        .join(Member, Member.id == Story.author_id)
        .where(
            StoryHashtag.hashtag_id == event.hashtag_id,
            StoryHashtag.published_at.is_not(None),
            Story.state == StoryState.PUBLISHED,
            sa.not_(Story.as_brand),
        )
    )
    told = leave_out(told, viewer, Story.author_id)
    newest = told.order_by(StoryHashtag.published_at.desc(), Story.id.desc())
    return [Told._make(row) for row in db.session.execute(newest.limit(STORIES))]


def photos_of(event: Event, viewer: Viewer | None) -> list[ShownPhoto]:
    """Photos of such stories whose owners let the brand repost them, as of now: what is taken back is gone. One query."""
    if event.hashtag_id is None:
        return []
    allowed = sa.and_(
        PhotoRight.photo_id == Photo.id,
        PhotoRight.use == PhotoUse.REPOST,
        PhotoRight.granted_by == Story.author_id,
        is_live(brand.shop_day(clock.now())),
    )
    shown: sa.Select[*tuple[Any, ...]] = (
        sa.select(Photo.id, Photo.width, Photo.height, Photo.color, Photo.alt, Story.id)
        .join(Story, sa.and_(Photo.owner_kind == "story", Photo.owner_id == Story.id))
        .join(StoryHashtag, StoryHashtag.story_id == Story.id)
        .where(
            StoryHashtag.hashtag_id == event.hashtag_id,
            Story.state == StoryState.PUBLISHED,
            sa.not_(Story.members_only),
            sa.not_(Story.as_brand),
            Photo.published,
            Photo.state == PhotoState.READY,
            sa.exists().where(allowed),
        )
    )
    shown = leave_out(shown, viewer, Story.author_id)
    newest = shown.order_by(StoryHashtag.published_at.desc(), Photo.id)
    return [ShownPhoto._make(row) for row in db.session.execute(newest.limit(PHOTOS))]


def _survey(event_id: str, member_id: str) -> sa.ScalarSelect[str]:
    """The survey about this event that waits for their answer."""
    now = clock.now()
    asked = sa.and_(SurveyInvitation.survey_id == Survey.id, SurveyInvitation.member_id == member_id)
    waiting = (
        sa.select(Survey.id)
        .join(SurveyInvitation, asked)
        .where(
            Survey.subject_id == event_id,
            SurveyInvitation.answered_at.is_(None),
            Survey.opens_at <= now,
            Survey.closes_at > now,
        )
    )
    return waiting.limit(1).scalar_subquery()


def _people(event_id: str) -> sa.Select[int]:
    """The most of each party that came on one day, together."""
    most = (
        sa.select(sa.func.max(Arrival.people).label("people"))
        .join(Registration, Registration.id == Arrival.registration_id)
        .where(Registration.event_id == event_id)
        .group_by(Arrival.registration_id)
        .subquery()
    )
    return sa.select(sa.func.coalesce(sa.func.sum(most.c.people), 0))


def _count(*which: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).where(*which).scalar_subquery()
