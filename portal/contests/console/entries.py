"""Names that were handed in: one open card, a decision, the next card."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.contests.console.blueprint import bp
from portal.contests.forms.studio import NoteForm, RefuseForm
from portal.contests.models import Contest, EntryState
from portal.contests.queries import studio
from portal.contests.queries.studio import Card
from portal.contests.rules.making import SCREENED
from portal.contests.rules.phases import phase_of
from portal.contests.services import screening
from portal.core import clock
from portal.core.access import Permission, staff, the_viewer
from portal.core.db import transaction
from portal.core.errors import Conflict, Invalid
from portal.core.forms import seen_version
from portal.core.i18n import _
from portal.core.limits import TAPPING
from portal.core.web import done, page, refused, wants_fragment

TEMPLATE = "contests/console/entries.html"
SHOWN = (EntryState.WAITING, EntryState.STANDING, EntryState.REFUSED, EntryState.UNREAD)


@bp.get("/<slug>/entries")
@staff(Permission.MANAGE_CONTESTS)
def entries(slug: str) -> Response:
    found, cursor = studio.get_contest_for_staff(slug), request.args.get("after")
    context = _context(found, _shown(), open_id=request.args.get("open"), cursor=cursor)
    return page(TEMPLATE, block="more_names" if cursor else "names", **context)


@bp.post("/<slug>/entries/<entry_id>/approve")
@staff(Permission.MANAGE_CONTESTS)
@TAPPING
def approve(slug: str, entry_id: str) -> Response:
    found = studio.get_contest_for_staff(slug)

    def decide() -> None:
        screening.approve(
            found, entry_id, seen=_seen(), by=the_viewer(), anyway=request.form.get("anyway") == "1"
        )

    return _try(slug, entry_id, decide, _("It will stand on the ballot."))


@bp.post("/<slug>/entries/<entry_id>/refuse")
@staff(Permission.MANAGE_CONTESTS)
@TAPPING
def refuse(slug: str, entry_id: str) -> Response:
    found, form = studio.get_contest_for_staff(slug), RefuseForm()
    if not form.validate_on_submit():
        return _names(slug, entry_id, status=422, form=form)

    def decide() -> None:
        screening.refuse(found, entry_id, form.reason.data or "", seen=_seen(), by=the_viewer())

    return _try(slug, entry_id, decide, _("Refused. Who gave it reads your reason."), form)


@bp.post("/<slug>/entries/<entry_id>/undo")
@staff(Permission.MANAGE_CONTESTS)
@TAPPING
def undo(slug: str, entry_id: str) -> Response:
    """Take a decision back. The button may sit in a passing message, so the answer says itself where it belongs."""
    found = studio.get_contest_for_staff(slug)
    with transaction():
        screening.undo(found, entry_id, by=the_viewer())

    def fragment() -> Response:
        response = _names(slug, entry_id, show=EntryState.WAITING)
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#names", "outerHTML"
        return response

    url = url_for(".entries", slug=slug, open=entry_id)
    return done(url, _("Undone: it waits again, as before."), fragment=fragment)


@bp.post("/<slug>/entries/<entry_id>/note")
@staff(Permission.MANAGE_CONTESTS)
@TAPPING
def note(slug: str, entry_id: str) -> Response:
    """What staff found about trademarks, before or after the decision; nothing is decided by it."""
    found, form = studio.get_contest_for_staff(slug), NoteForm()

    def write() -> None:
        screening.write_note(found, entry_id, form.note.data or "", version=_seen_version(), by=the_viewer())

    if status := refused(form, write):
        return _names(slug, entry_id, status=status, noting=form)
    url = url_for(".entries", slug=slug, show=_shown().value, open=entry_id)
    return done(url, _("Noted."), fragment=lambda: _names(slug, entry_id))


# ------------------------------------------------------------------ inside


def _try(
    slug: str, entry_id: str, decide: Callable[[], None], said: str, form: RefuseForm | None = None
) -> Response:
    """Decide, and on to the next card; a refusal is said on the card, or above them when a colleague was faster."""
    try:
        with transaction():
            decide()
    except Invalid as refusal:
        if refusal.field == "anyway":
            return _names(slug, entry_id, status=422, asks=refusal.message)
        form = form or RefuseForm(formdata=None)
        form.say(refusal)
        return _names(slug, entry_id, status=422, form=form)
    except Conflict as conflict:
        return _names(slug, status=409, problem=conflict.message)
    next_id = request.form.get("next") or None
    return done(
        url_for(".entries", slug=slug, open=next_id),
        said,
        fragment=lambda: _names(slug, next_id),
        undo_url=url_for(".undo", slug=slug, entry_id=entry_id),
    )


def _names(
    slug: str, open_id: str | None = None, *, status: int = 200, show: EntryState | None = None, **said: Any
) -> Response:
    """The names as they are now, with this card open. ``said`` are forms that were refused (``form``, ``noting``), what is asked
    back on the card (``asks``), or what stood in the way (``problem``)."""
    context = _context(studio.get_contest_for_staff(slug), show or _shown(), open_id=open_id)
    return page(TEMPLATE, block="names", status=status, **context | said)


def _seen() -> str:
    """What the card showed of everybody's entry."""
    return request.form.get("seen", "")


def _seen_version() -> int:
    """What the page showed of this entry; rubbish is the version of nothing."""
    return seen_version(request.form.get("version"))


def _shown() -> EntryState:
    wanted = request.values.get("show", "")
    return next((state for state in SHOWN if state.value == wanted), EntryState.WAITING)


def _context(
    found: Contest, show: EntryState, *, open_id: str | None, cursor: str | None = None
) -> dict[str, Any]:
    listed = studio.entries_in(found, show, cursor=cursor)
    cards, phase = listed.items, phase_of(found, clock.now())
    current = _opened(found, cards, open_id, show) if cursor is None else None
    if current is not None and current.entry.id not in {card.entry.id for card in cards}:
        cards = [current, *cards]
    after = url_for(".entries", slug=found.slug, show=show.value, after=listed.next_cursor)
    return {
        "contest": found,
        "here": "entries",
        "phase": phase,
        "screened": phase in SCREENED,
        "show": show.value,
        "cards": cards,
        "current": current,
        "next_id": _after(cards, current),
        "states": {state.value: number for state, number in studio.counts_of(found).items()},
        "form": RefuseForm(formdata=None),
        "noting": NoteForm(formdata=None, note=current.entry.note if current else ""),
        "problem": "",
        "asks": "",
        "more_url": after if listed.next_cursor else None,
        "takes_focus": wants_fragment(),
    }


def _opened(found: Contest, cards: list[Card], open_id: str | None, show: EntryState) -> Card | None:
    """The card that is open: the one asked for, else the longest waiting one; of those decided none by itself."""
    chosen = next((card for card in cards if card.entry.id == open_id), None)
    if chosen is None and open_id:
        chosen = studio.find_card(found, open_id, show)
    if chosen is None and show is EntryState.WAITING and cards:
        return cards[0]
    return chosen


def _after(cards: list[Card], current: Card | None) -> str:
    """The card that opens itself when this one is decided."""
    if current is None:
        return ""
    place = [card.entry.id for card in cards].index(current.entry.id)
    return cards[place + 1].entry.id if place + 1 < len(cards) else ""
