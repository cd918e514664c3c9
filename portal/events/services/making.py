"""Staff make an event: a draft that can be sold in a minute, its texts and rules, and the moment everybody sees it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from portal.brand import queries as brand
from portal.core import audit, clock, slugs
from portal.core.access import Permission, Viewer
from portal.core.db import changed_rows, db, hold_name, new_id
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.core.media.models import Photo
from portal.events.models import (
    LIVE,
    Event,
    EventDay,
    EventKind,
    EventSession,
    Pool,
    Registration,
    Seats,
    SeatsOf,
    TicketType,
)
from portal.events.rules import making as rules
from portal.events.rules.words import EventWords
from portal.events.services import changes, studio
from portal.rewards import rules as rewards_rules
from portal.rewards import services as rewards
from portal.rewards.models import Badge, BadgeRule
from portal.stories.models import Hashtag
from portal.stories.services.tags import hashtag_named

LONGEST_EVENT = timedelta(days=31)
#: how long a name can be that becomes a badge's
LONGEST_BADGE = 64


@dataclass(frozen=True, slots=True)
class Start:
    """What a new event begins with; ``opens`` and ``closes`` are minutes after midnight, shop time."""

    kind: EventKind
    name_zh: str
    name_en: str
    first: date
    last: date
    opens: int
    closes: int
    people: int


def create_event(start: Start, *, by: Viewer, key: str | None = None) -> Event:
    """A draft with its days, one pool and one free ticket type. ``key`` is made with the form: sent twice it is one event.

    Raises Invalid beside the field. Audited.
    """
    by.must(Permission.MANAGE_EVENTS)
    hold_name("event slugs")
    known = db.session.get(Event, key) if key else None
    if known is not None:
        return known
    if not start.first <= start.last < start.first + LONGEST_EVENT:
        raise Invalid(_("The last day is the first one or comes after it, within a month."), field="last")
    windows = [_window(start, start.first + timedelta(days=number)) for number in range(_days(start))]
    event = Event(
        id=key or new_id(),
        slug=slugs.free_slug(rules.slug_from(start.name_en or start.name_zh, start.kind, start.first), Event),
        kind=start.kind,
        name_zh=start.name_zh,
        name_en=start.name_en,
        starts_at=windows[0][1],
        ends_at=windows[-1][2],
        created_at=clock.now(),
    )
    db.session.add(event)
    db.session.flush()
    for day, opens, closes in windows:
        db.session.add(EventDay(event_id=event.id, day=day, starts_at=opens, ends_at=closes))
    _first_ticket(event, start.people)
    audit.record("event.created", by=by, target_kind=studio.KIND, target_id=event.id, slug=event.slug)
    return event


def change_texts(event: Event, words: EventWords, *, seen: str, by: Viewer, new_badge: str = "") -> None:
    """Texts, rules, where it is, hashtag and badge. ``new_badge``: make one of this icon for the edition.

    What calendars show of it moves ``sequence``; who comes is told when the place changed. Raises Conflict for an old page,
    Invalid beside the field: also where who signed up by now would get less than they were promised. Audited.
    """
    studio.hold(event, by)
    before = words_of(event)
    if words.slug != event.slug:
        _check_slug(event, words.slug)
    if event.is_public and not (words.name_zh or words.name_en):
        raise Invalid(_("Please give it a name in at least one language."), field="name_zh")
    if words.wishes_until and words.wishes_until >= event.starts_at:
        raise Invalid(_("Wishes have to be in before the doors open."), field="wishes_until")
    if words.hashtag != before.hashtag:
        tag = _hashtag(words.hashtag)
        event.hashtag_id, words = (tag.id if tag else None), replace(words, hashtag=tag.name if tag else "")
    changed = studio.change(event, before, words, seen)
    _check_promised(event, before, words)  # only now: who has an old page hears that first
    if new_badge and words.badge_id is None:
        event.badge_id = _make_badge(event, new_badge, by).id
        changed.add("badge_id")
    if not changed:
        return
    if changed & changes.TOLD_OF_EVENT:
        changes.event_moved(event)
    elif changed & changes.SHOWN_IN_CALENDARS:
        event.sequence += 1
    studio.note("changed", event, by, fields=sorted(changed))


def words_of(event: Event) -> EventWords:
    """What the form of texts and rules shows."""
    tag = db.session.get(Hashtag, event.hashtag_id) if event.hashtag_id else None
    return EventWords.of(event, hashtag=tag.name if tag else "")


def publish(event: Event, *, by: Viewer) -> None:
    """Everybody sees it from now on. Twice is once. Raises Conflict with what is still missing. Audited."""
    studio.hold(event, by)
    if event.published_at is not None:
        return
    missing = rules.stands_in_the_way(_missing(event))
    if missing:
        raise Conflict(" ".join(one.words for one in missing))
    event.published_at = clock.now()
    if event.picture is not None:
        changed_rows(sa.update(Photo).where(Photo.id == event.picture).values(published=True))
    studio.note("published", event, by)


# ------------------------------------------------------------------ inside


def _days(start: Start) -> int:
    return (start.last - start.first).days + 1


def _window(start: Start, day: date) -> tuple[date, datetime, datetime]:
    """The hours of one day; doors that close before they open close after midnight."""
    zone = brand.current().time_zone
    closes = start.closes if start.closes > start.opens else start.closes + 24 * 60
    return day, clock.wall_time(day, start.opens, zone), clock.wall_time(day, closes, zone)


def _first_ticket(event: Event, people: int) -> None:
    """All that is needed to sign up: one pool, one free kind of ticket, on sale until the end."""
    db.session.add(Seats(id=event.id, event_id=event.id, kind=SeatsOf.EVENT, capacity=people))
    pool = Pool(event_id=event.id, name_zh="入场", name_en="Entry")
    db.session.add(pool)
    db.session.flush()
    db.session.add(
        Seats(id=pool.id, event_id=event.id, kind=SeatsOf.POOL, parent_id=event.id, capacity=people)
    )
    ticket = TicketType(
        event_id=event.id,
        pool_id=pool.id,
        name_zh="入场券",
        name_en="Entry ticket",
        currency=brand.current().currency,
        sale_starts_at=min(clock.now(), event.starts_at),
        sale_ends_at=event.ends_at,
    )
    db.session.add(ticket)
    db.session.flush()
    row = Seats(id=ticket.id, event_id=event.id, kind=SeatsOf.TICKET_TYPE, parent_id=pool.id, capacity=people)
    db.session.add(row)
    db.session.flush()


def _missing(event: Event) -> list[rules.Missing]:
    """What stands in the way of publishing, and what would make it better."""
    days = db.session.scalars(sa.select(EventDay).where(EventDay.event_id == event.id)).all()
    types = db.session.scalars(sa.select(TicketType).where(TicketType.event_id == event.id)).all()
    seats = db.session.scalars(sa.select(Seats).where(Seats.event_id == event.id)).all()
    sessions = db.session.scalars(sa.select(EventSession).where(EventSession.event_id == event.id)).all()
    return rules.missing(event, days, types, {row.id: row for row in seats}, sessions, clock.now())


def _check_slug(event: Event, slug: str) -> None:
    if event.is_public:
        raise Invalid(_("Its address is known by now and stays."), field="slug")
    if not slugs.is_slug(slug) or slug in slugs.RESERVED:
        raise Invalid(_("Please use small letters, digits and hyphens, like mending-night."), field="slug")
    hold_name("event slugs")
    if slugs.is_taken(slug, Event):
        raise Invalid(_("This address is taken. Please choose another one."), field="slug")


def _check_promised(event: Event, before: EventWords, after: EventWords) -> None:
    """What comes back, and until when, was read before signing up: for who did it only becomes kinder."""
    live = sa.select(Registration.id).where(Registration.event_id == event.id, Registration.state.in_(LIVE))
    if db.session.scalar(live.limit(1)) is None:
        return
    for name in ("refund_hours", "pass_on_hours", "release_hours"):
        now = getattr(before, name)
        if getattr(after, name) > now:
            raise Invalid(
                _("Somebody signed up with %(now)s here, so it can only become less.", now=now), field=name
            )
    now = before.refund_percent
    if after.refund_percent < now:
        said = _("Somebody signed up with %(now)s here, so it can only become more.", now=now)
        raise Invalid(said, field="refund_percent")


def _hashtag(typed: str) -> Hashtag | None:
    if not typed:
        return None
    try:
        return hashtag_named(typed)
    except Invalid as refusal:
        raise Invalid(refusal.message, field="hashtag") from None


def _make_badge(event: Event, icon: str, by: Viewer) -> Badge:
    """A badge for who was at this event, given by the door. Its texts stand in both languages, whoever made it."""
    if icon not in rewards_rules.ICONS:
        raise Invalid(_("Please choose one."), field="badge")
    if not (event.name_zh or event.name_en):
        raise Invalid(_("Please give it a name in at least one language."), field="name_zh")
    return rewards.create_badge(
        slugs.free_slug(event.slug, Badge),
        by=by,
        name_zh=event.name_zh[:LONGEST_BADGE],
        name_en=event.name_en[:LONGEST_BADGE],
        text_zh="来过现场",
        text_en="Was there",
        icon=icon,
        hue=brand.current().hue,
        rule=BadgeRule.HAND,
        rule_deed="",
        rule_value=0,
        position=0,
        shown=True,
    )
