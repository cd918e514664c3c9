"""Suggestions of all trials: one open card, an answer, the next card."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.catalog.models import ProductVersion
from portal.core.access import Permission, staff, the_viewer
from portal.core.db import db, transaction
from portal.core.errors import Conflict, Invalid, NotAllowed
from portal.core.i18n import _
from portal.core.limits import TAPPING
from portal.core.web import done, page, wants_fragment
from portal.trials.console.blueprint import bp
from portal.trials.forms.reports import AnswerForm
from portal.trials.models import Suggestion
from portal.trials.queries import suggestions as queries
from portal.trials.queries.suggestions import Asked, Show
from portal.trials.services import answering

TEMPLATE = "trials/console/suggestions.html"


@bp.get("/suggestions")
@staff(Permission.MANAGE_TRIALS)
def suggestions() -> Response:
    """What waits for an answer, the oldest due first."""
    cursor = request.args.get("after")
    context = _context(_shown(), cursor=cursor, open_id=request.args.get("open"))
    return page(TEMPLATE, block="more_suggestions" if cursor else "desk", **context)


@bp.post("/suggestions/<suggestion_id>/<any(adopt, decline, version):deed>")
@staff(Permission.MANAGE_TRIALS)
@TAPPING
def answer(suggestion_id: str, deed: str) -> Response:
    """Take it up, say why not, or name the version in which it came true; then the next card."""
    found, me = queries.get_suggestion(suggestion_id), the_viewer()
    form = AnswerForm().offer([])
    if not form.validate_on_submit():
        return _again(found, form, 422)
    reply, version = form.reply.data or "", _version(form)
    deeds: dict[str, tuple[Callable[[], None], str]] = {
        "adopt": (
            lambda: answering.adopt(found, version, reply=reply, by=me),
            _("Taken up. Who suggested it hears of it."),
        ),
        "decline": (
            lambda: answering.decline(found, reply=reply, by=me),
            _("Answered. Who suggested it reads your reason."),
        ),
        "version": (lambda: _name(found, version), _("Its version says so, and thanks who suggested it.")),
    }
    carry_out, said = deeds[deed]
    try:
        with transaction():
            carry_out()
    except (Invalid, NotAllowed) as refusal:
        form.say(refusal, beside="reply")
        return _again(found, form, refusal.status)
    except Conflict as conflict:
        return page(TEMPLATE, block="desk", status=409, **_context(_shown(), problem=conflict.message))
    show, next_id = _shown(), request.form.get("next") or None
    return done(
        url_for(".suggestions", show=show.value, open=next_id),
        said,
        fragment=lambda: page(TEMPLATE, block="desk", **_context(show, open_id=next_id)),
    )


# ------------------------------------------------------------------ inside


def _name(found: Suggestion, version: ProductVersion | None) -> None:
    if version is None:
        raise Invalid(_("Please choose the version."), field="version")
    answering.name_version(found, version, by=the_viewer())


def _version(form: AnswerForm) -> ProductVersion | None:
    """What was chosen, if it is there; whose it is the service asks."""
    chosen = form.version.data or ""
    return db.session.get(ProductVersion, chosen) if chosen.isascii() and chosen.isalnum() else None


def _again(found: Suggestion, form: AnswerForm, status: int) -> Response:
    context = _context(_shown(), open_id=found.id, form=form)
    return page(TEMPLATE, block="desk", status=status, **context)


def _shown() -> Show:
    wanted = request.values.get("show", "")
    return next((show for show in Show if show.value == wanted), Show.OPEN)


def _context(
    show: Show,
    *,
    cursor: str | None = None,
    open_id: str | None = None,
    form: AnswerForm | None = None,
    problem: str = "",
) -> dict[str, Any]:
    """With four queries at most."""
    listed = queries.suggestions_on_desk(show, cursor=cursor)
    cards = listed.items
    current = _opened(show, cards, open_id) if cursor is None and show is not Show.ANSWERED else None
    if current is not None and current.suggestion.id not in {one.suggestion.id for one in cards}:
        cards = [current, *cards]
    versions = queries.versions_to_name(current.product.id) if current else []
    form = (form or AnswerForm(formdata=None)).offer(versions)
    after = url_for(".suggestions", show=show.value, after=listed.next_cursor)
    return {
        "show": show.value,
        "cards": cards,
        "current": current,
        "next_id": _after(cards, current),
        "counts": {one.value: number for one, number in queries.counts().items()},
        "form": form,
        "problem": problem,
        "more_url": after if listed.next_cursor else None,
        "takes_focus": wants_fragment() and not form.errors,
    }


def _opened(show: Show, cards: list[Asked], open_id: str | None) -> Asked | None:
    """The card that is open: the one asked for while it waits, else the one that is due first."""
    chosen = next((one for one in cards if one.suggestion.id == open_id), None)
    if chosen is None and open_id:
        chosen = queries.find_asked(open_id, show)
    return chosen or (cards[0] if cards else None)


def _after(cards: list[Asked], current: Asked | None) -> str:
    """The card that opens itself when this one is answered."""
    if current is None:
        return ""
    ids = [one.suggestion.id for one in cards]
    place = ids.index(current.suggestion.id)
    return ids[place + 1] if place + 1 < len(ids) else ""
