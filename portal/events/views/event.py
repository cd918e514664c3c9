"""The page of an event: when and where, who comes, the programme, and the way to a ticket."""

from __future__ import annotations

from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.access import Viewer, public, viewer
from portal.core.links import absolute
from portal.core.media import photo_url
from portal.core.web import page, render
from portal.events import showing, words
from portal.events.models import Entry, Event, EventKind
from portal.events.queries import listing
from portal.events.queries.bells import was_drawn
from portal.events.queries.page import Shown, faces_of, get_shown, near_by_region, own_at
from portal.events.queries.programme import Programme, days_of, sessions_of
from portal.events.queries.recap import people_at
from portal.events.queries.stamp import next_change
from portal.events.queries.standing import standing_of
from portal.events.rules.stages import Stage, next_doors, open_until, stage_of
from portal.events.views import kept_page
from portal.events.views.blueprint import bp
from portal.events.views.choosing import Choice, choice_context
from portal.events.views.kept_page import Drawn

TEMPLATE = "events/event.html"
#: the width of the picture that other places show
SHARED_WIDTH = 800


@bp.get("/events/<slug>")
@public
def event(slug: str) -> Response:
    """Everybody reads it; a draft only who makes events. Ten queries for a member, one for most visitors."""
    me = viewer()
    return kept_page.answer(me, slug, lambda reader: _to_keep(slug, reader)) or page(
        TEMPLATE, **page_context(get_shown(slug, me), me)
    )


def _to_keep(slug: str, me: Viewer | None) -> Drawn | None:
    """The page, for others too; None for what is over: it shows what comes next, which is another event's."""
    shown, now = get_shown(slug, me), clock.now()
    if shown.event.is_over(now):
        return None
    context = page_context(shown, me)
    body = render(TEMPLATE, **context).encode()
    if me is None:
        return Drawn(body, next_change(shown.event, now))
    early = standing_of(me).early_hours
    return Drawn(
        body,
        next_change(shown.event, now, early_hours=early),
        _own_pieces(shown, context["choice"]),
        shown.coming,
        near_by_region(shown.event.id),
    )


def _own_pieces(shown: Shown, choice: Choice) -> dict[str, str]:
    """What on a member's page is only theirs, beside what all pages have of them."""
    pieces = {"attempt": choice.form.attempt.data or ""} if choice.offers else {}
    if shown.coming:
        pieces["coming"] = kept_page.coming_line(shown.coming, shown.near)
    return pieces


def page_context(shown: Shown, me: Viewer | None) -> dict[str, Any]:
    """All that the template needs, as it is at this moment."""
    found, now = shown.event, clock.now()
    stage, days = stage_of(found, now), days_of(found.id)
    own = own_at(found.id, me.id, now) if me else []
    programme = [row for row in Programme(days, [], sessions_of(found.id)).by_day() if row[1]]
    way_in = _way_in(shown, stage, me)
    return {
        "event": found,
        "shown": shown,
        "stage": stage,
        "faces": faces_of(found.id, me) if shown.coming else [],
        "programme": programme,
        "drawn": _is_drawn(found, programme, way_in["choice"]),
        "arrived": people_at(found.id) if stage is Stage.OVER and not own else 0,
        "doors": next_doors(found, days, now),
        "open_until": open_until(days, found, now),
        "own": own[0] if own else None,
        "tag": showing.date_tag(found),
        "several_days": showing.has_several_days(found),
        "is_online": found.kind is EventKind.ONLINE,
        "share": _share(shown),
        **way_in,
    }


def _way_in(shown: Shown, stage: Stage, me: Viewer | None) -> dict[str, Any]:
    """Tickets while there are any; of what is over or does not happen, what comes next."""
    if stage in (Stage.OVER, Stage.CANCELLED):
        return {"choice": None, "chosen": None, "next": listing.next_event(after=shown.event.id)}
    choice: Choice = choice_context(shown.event, me)["choice"]
    paid = any(offer.full.amount for offer in choice.offers)
    return {
        "choice": choice,
        "chosen": choice.chosen,
        "refunds": words.refund_rule(shown.event, free=not paid),
        "next": None,
    }


def _is_drawn(event: Event, programme: list[Any], choice: Choice | None) -> bool:
    """Whether a draw decides anything here: places in sessions, or who gets a ticket."""
    if choice is None:
        return was_drawn(event.id)
    sessions = (one.session for _day, planned in programme for one in planned)
    belled = any(offer.type.bell_closes_at for offer in choice.offers)
    return belled or any(session.entry is Entry.DRAW for session in sessions)


def _share(shown: Shown) -> dict[str, Any]:
    """What other places show when the address is passed on."""
    found = shown.event
    picture = shown.picture if shown.picture and found.is_public else None
    return {
        "kind": "website",
        "title": found.name,
        "description": found.lead.text or found.place,
        "url": absolute(url_for(".event", slug=found.slug)),
        "image": absolute(photo_url(picture.id, SHARED_WIDTH)) if picture else "",
        "published": None,
        "hidden": not found.is_public,
    }
