"""The queue of the studio: one open card, a decision, the next card."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.accounts.queries import staff_who_can
from portal.brand.queries import current as current_brand
from portal.brand.queries import shop_day
from portal.core import clock
from portal.core.access import Permission, Viewer, staff, the_viewer
from portal.core.db import transaction
from portal.core.errors import Conflict, Invalid
from portal.core.forms import seen_version
from portal.core.i18n import _
from portal.core.limits import TAPPING
from portal.core.web import done, page, wants_fragment
from portal.moderation import queries, rules, services
from portal.moderation.forms import RejectForm
from portal.moderation.models import CaseOrigin
from portal.moderation.queries import CaseView, QueueFilter
from portal.moderation.showing import Showing
from portal.moderation.views import bp

QUEUE = "moderation/queue.html"


@bp.get("/console/queue")
@staff(Permission.MODERATE)
def queue() -> Response:
    cursor = request.args.get("after")
    block = "more_cases" if cursor else "queue"
    return page(QUEUE, block=block, **_context(cursor=cursor, open_id=request.args.get("open")))


@bp.post("/console/queue/<case_id>/approve")
@staff(Permission.MODERATE)
@TAPPING
def approve(case_id: str) -> Response:
    queries.get_case(case_id)
    try:
        with transaction():
            case = services.approve(case_id, _seen_version(), by=the_viewer())
            message = _("Approved.") if case.origin is CaseOrigin.HELD else _("Left as it is.")
    except Conflict as conflict:
        return _overtaken(case_id, conflict)
    return _decided(case_id, message)


@bp.post("/console/queue/<case_id>/reject")
@staff(Permission.MODERATE)
@TAPPING
def reject(case_id: str) -> Response:
    queries.get_case(case_id)
    form = RejectForm()
    if not form.validate_on_submit():
        return _again(case_id, form)
    note, because = form.note.data or "", form.chosen
    try:
        with transaction():
            case = services.reject(case_id, _seen_version(), note, because=because, by=the_viewer())
            was_public = case.origin is CaseOrigin.REPORTED
    except Invalid as refusal:
        form.say(refusal)
        return _again(case_id, form)
    except Conflict as conflict:
        return _overtaken(case_id, conflict)
    if was_public:
        return _decided(case_id, _("Taken down. The author reads your reason."))
    return _decided(case_id, _("Rejected. The author reads your reason."))


@bp.post("/console/queue/<case_id>/undo")
@staff(Permission.MODERATE)
@TAPPING
def undo(case_id: str) -> Response:
    """Take a decision back. The button may sit in a passing message, so the answer says itself where it belongs."""
    queries.get_case(case_id)
    with transaction():
        services.undo(case_id, by=the_viewer())

    def fragment() -> Response:
        response = page(QUEUE, block="queue", **_context(open_id=case_id))
        response.headers["HX-Retarget"] = "#queue"
        response.headers["HX-Reswap"] = "outerHTML"
        return response

    return done(url_for(".queue", open=case_id), _("Undone: it waits again, as before."), fragment=fragment)


def _decided(case_id: str, message: str) -> Response:
    """On to the next card."""
    next_id = request.form.get("next") or None
    return done(
        url_for(".queue", show=_shown().name, open=next_id),
        message,
        fragment=lambda: page(QUEUE, block="queue", **_context(open_id=next_id)),
        undo_url=url_for(".undo", case_id=case_id),
    )


def _again(case_id: str, form: RejectForm) -> Response:
    """The same card, with what is missing said beside the field and everything typed kept."""
    return page(QUEUE, block="queue", status=422, **_context(open_id=case_id, form=form))


def _overtaken(case_id: str, conflict: Conflict) -> Response:
    """Somebody else was faster: the queue as it is now, and who it was."""
    return page(QUEUE, block="queue", status=409, **_context(open_id=case_id, problem=conflict.message))


def _seen_version() -> int:
    """What the page showed; rubbish is the version of nothing."""
    return seen_version(request.form.get("version"))


def _shown() -> QueueFilter:
    return QueueFilter.named(request.values.get("show"))


def _context(
    *,
    cursor: str | None = None,
    open_id: str | None = None,
    form: RejectForm | None = None,
    problem: str = "",
) -> dict[str, Any]:
    show = _shown()
    found = queries.queue(show, cursor=cursor)
    cards = found.items
    current = _opened(cards, open_id) if cursor is None else None
    if current is not None and current not in cards:
        cards = [current, *cards]
    tally = queries.counts(today=_start_of_today())
    decisions = queries.decided().items if cursor is None else []
    return {
        "show": show,
        "cards": cards,
        "current": current,
        "may_decide": current is not None and _may_decide(current, the_viewer()),
        "next_id": _after(cards, current),
        "form": form or RejectForm(formdata=None),
        "problem": problem,
        "tally": tally,
        "decisions": decisions,
        "just_now": next((decision for decision in decisions if decision.undoable), None),
        "showing": Showing(tally, show),
        "more_url": found.next_cursor and url_for(".queue", show=show.name, after=found.next_cursor),
        "takes_focus": wants_fragment() and not (form and form.errors),
    }


def _opened(cards: list[CaseView], open_id: str | None) -> CaseView | None:
    """The card that is open: the one asked for while it waits, else the longest waiting one."""
    chosen = next((card for card in cards if card.case.id == open_id), None)
    if chosen is None and open_id:
        chosen = queries.view_of(open_id)
    return chosen or (cards[0] if cards else None)


def _after(cards: list[CaseView], current: CaseView | None) -> str:
    """The card that opens itself when this one is decided."""
    if current is None:
        return ""
    following = cards[cards.index(current) + 1 :]
    return following[0].case.id if following else ""


def _may_decide(card: CaseView, me: Viewer) -> bool:
    if card.author.id != me.id:
        return True
    return rules.may_decide(card.author.id, me, colleagues=staff_who_can(Permission.MODERATE))


def _start_of_today() -> datetime:
    return clock.day_start(shop_day(clock.now()), current_brand().time_zone)
