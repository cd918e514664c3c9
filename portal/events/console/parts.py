"""What the pages of the studio share: one event, one form in a page of its own, and a refusal said beside its field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from portal.core import clock, web
from portal.core.access import Permission, Viewer, the_viewer
from portal.core.errors import Conflict, DomainError
from portal.core.web import page
from portal.events.forms.fields import SeenForm
from portal.events.models import Event
from portal.events.queries.programme import get_event
from portal.events.queries.studio import get_event_for_staff
from portal.events.rules.making import EventState, state_of
from portal.events.rules.words import Words

PART = "events/console/part.html"


@dataclass(frozen=True, slots=True)
class Deed:
    """A button below the form that does something to the whole part. ``words`` say what follows, before it is done."""

    label: str
    url: str
    icon: str
    words: str
    danger: bool = True


def one(slug: str) -> Event:
    """The event of this page, drafts for who makes them. Raises NotFound."""
    return get_event_for_staff(slug, the_viewer())


def made_by_us(slug: str) -> Event:
    """The event of a page that only who makes events opens. Raises NotFound."""
    return get_event(slug)


def part_page(
    event: Event,
    form: SeenForm,
    *,
    here: str,
    title: str,
    status: int = 200,
    deeds: list[Deed] | None = None,
    **more: Any,
) -> Response:
    """One part of an event with its form. Its fields stand in ``_<kind>_fields.html``, ``kind`` is among ``more``."""
    back = url_for(f"events_console.{here}", slug=event.slug)
    context = {"event": event, "form": form, "here": here, "title": title, "deeds": deeds or [], "back": back}
    return page(PART, block="part_form", status=status, **context, **more)


def say(form: SeenForm, refusal: DomainError, now: Callable[[], Words]) -> int:
    """Put a refusal where it belongs. After a conflict the next try replaces what stands there ``now``."""
    form.say(refusal)
    if isinstance(refusal, Conflict):
        form.remember(now())
    return refusal.status


def refused(form: SeenForm, write: Callable[[], object], now: Callable[[], Words] | None = None) -> int:
    """What ``core.web.refused`` does; after a conflict the next try replaces what stands there ``now``."""
    return web.refused(form, write, (lambda: form.remember(now())) if now is not None else None)


def event_state(event: Event) -> EventState:
    """Where it stands at this moment, for templates."""
    return state_of(event, clock.now())


def may_see_picture(viewer: Viewer, _event_id: str) -> bool:
    """The picture of a draft is for who makes events."""
    return viewer.can(Permission.MANAGE_EVENTS)
