"""The picking screen: one open card, a decision, the next card; who is picked stands beside it, and whether it is fair."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.core.access import Permission, staff, the_viewer
from portal.core.characters import plain
from portal.core.db import transaction
from portal.core.draw.models import Draw
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.forms import seen_version
from portal.core.i18n import _, ngettext
from portal.core.limits import TAPPING
from portal.core.web import done, page, wants_fragment
from portal.trials.console.blueprint import bp
from portal.trials.forms.picking import DecideForm, NominateForm
from portal.trials.models import Application, Decision, Trial
from portal.trials.queries import picking as queries
from portal.trials.queries.picking import Card, Heap
from portal.trials.queries.tally import tally_of
from portal.trials.queries.trials import questions_of, told_by
from portal.trials.rules.scores import WEIGHTS
from portal.trials.services import picking

TEMPLATE, COMPARED = "trials/picking/pick.html", "trials/picking/compare.html"


@bp.get("/<slug>/pick")
@staff(Permission.MANAGE_TRIALS)
def pick(slug: str) -> Response:
    """The cards of one heap, with ``region=`` of one region; with ``compare=`` two or three of them side by side."""
    trial, draw = queries.trial_with_draw(slug)
    compared = queries.find_cards(trial, request.args.getlist("compare"))
    if len(compared) > 1:
        return page(COMPARED, block="compared", **_compared(trial, draw, compared))
    cursor = request.args.get("after")
    context = _context(trial, draw, cursor=cursor, open_id=request.args.get("open"))
    return page(TEMPLATE, block="more_cards" if cursor else "picking", **context)


@bp.post("/<slug>/pick/<application_id>")
@staff(Permission.MANAGE_TRIALS)
@TAPPING
def decide(slug: str, application_id: str) -> Response:
    """A seat, a place among the substitutes, or neither; the next card opens itself."""
    trial, form = queries.trial_with_draw(slug)[0], DecideForm()
    said = {"picked": _pick, "substitute": _keep, "skipped": _skip}.get(request.form.get("decision", ""))
    if said is None:
        raise NotFound(_("There is no page at this address."))
    if not form.validate_on_submit():
        return _again(slug, application_id, form=form)
    try:
        with transaction():
            one, sentence = said(trial, application_id, form.note.data or "")
    except Invalid as refusal:
        form.say(refusal, beside="note")
        return _again(slug, application_id, form=form)
    except Conflict as conflict:
        return _overtaken(slug, application_id, conflict)
    return _decided(slug, one, sentence)


@bp.post("/<slug>/pick/<application_id>/nominate")
@staff(Permission.MANAGE_TRIALS)
@TAPPING
def nominate(slug: str, application_id: str) -> Response:
    """A seat outside the scores, with a reason that everybody reads."""
    trial, form = queries.trial_with_draw(slug)[0], NominateForm()
    if not form.validate_on_submit():
        return _again(slug, application_id, nominating=form)
    try:
        with transaction():
            one, left = picking.nominate(
                trial, application_id, form.reason.data or "", version=_seen_version(), by=the_viewer()
            )
            sentence = _left(one, left)
    except Invalid as refusal:
        form.say(refusal)
        return _again(slug, application_id, nominating=form)
    except Conflict as conflict:
        return _overtaken(slug, application_id, conflict)
    return _decided(slug, one, sentence)


@bp.post("/<slug>/pick/<application_id>/undo")
@staff(Permission.MANAGE_TRIALS)
@TAPPING
def undo(slug: str, application_id: str) -> Response:
    """Take a decision back. The button may sit in a passing message, so the answer says itself where it belongs."""
    trial = queries.trial_with_draw(slug)[0]
    with transaction():
        picking.reopen(trial, application_id, version=_seen_version(), by=the_viewer())

    def fragment() -> Response:
        response = page(TEMPLATE, block="picking", **_fresh(slug, open_id=application_id, heap=Heap.REVIEW))
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#picking", "outerHTML"
        return response

    url = url_for(".pick", slug=slug, open=application_id, region=_region() or None)
    return done(url, _("Undone: it waits again, as before."), fragment=fragment)


# ------------------------------------------------------------------ decisions


def _pick(trial: Trial, application_id: str, reason: str) -> tuple[Application, str]:
    one, left = picking.pick(trial, application_id, version=_seen_version(), by=the_viewer(), reason=reason)
    return one, _left(one, left)


def _keep(trial: Trial, application_id: str, reason: str) -> tuple[Application, str]:
    by = the_viewer()
    one = picking.keep_as_substitute(trial, application_id, version=_seen_version(), by=by, reason=reason)
    named = {"name": _name(one), "place": one.place}
    return one, _("%(name)s is substitute number %(place)s.", **named)


def _skip(trial: Trial, application_id: str, reason: str) -> tuple[Application, str]:
    one = picking.skip(trial, application_id, version=_seen_version(), by=the_viewer(), reason=reason)
    return one, _("Skipped %(name)s.", name=_name(one))


def _left(one: Application, left: int) -> str:
    if not left:
        return _("Picked %(name)s: all seats are given.", name=_name(one))
    return ngettext(
        "Picked %(name)s, %(num)s seat left.", "Picked %(name)s, %(num)s seats left.", left, name=_name(one)
    )


def _name(one: Application) -> str:
    return queries.name_of(one.member_id)


# ------------------------------------------------------------------ answers


def _decided(slug: str, one: Application, sentence: str) -> Response:
    """On to the next card; the undo knows which decision it takes back."""
    next_id, heap = request.form.get("next") or None, _shown()
    region = _region() or None
    undo_url = url_for(".undo", slug=slug, application_id=one.id, version=one.version, region=region)

    def fragment() -> Response:
        return page(TEMPLATE, block="picking", **_fresh(slug, open_id=next_id, just=one.id))

    url = url_for(".pick", slug=slug, show=heap.value, open=next_id, region=region)
    return done(url, sentence, fragment=fragment, undo_url=undo_url)


def _again(slug: str, application_id: str, **forms: Any) -> Response:
    """The same card, with what is missing said beside the field and everything typed kept."""
    return page(TEMPLATE, block="picking", status=422, **_fresh(slug, open_id=application_id, **forms))


def _overtaken(slug: str, application_id: str, conflict: Conflict) -> Response:
    """Somebody else was faster, or no seat is left for them: how it stands now, and why."""
    context = _fresh(slug, open_id=application_id, problem=conflict.message)
    return page(TEMPLATE, block="picking", status=409, **context)


def _seen_version() -> int:
    """What the page showed; rubbish is the version of nothing."""
    return seen_version(request.values.get("version"))


def _shown() -> Heap:
    wanted = request.values.get("show", "")
    return next((heap for heap in Heap if heap.value == wanted), Heap.REVIEW)


def _region() -> str:
    """Where the cards are narrowed to; empty: everywhere."""
    return plain(request.values.get("region", ""))


# ------------------------------------------------------------------ what the page shows


def _fresh(slug: str, **more: Any) -> dict[str, Any]:
    return _context(*queries.trial_with_draw(slug), **more)


def _context(
    trial: Trial,
    draw: Draw | None,
    *,
    cursor: str | None = None,
    open_id: str | None = None,
    just: str | None = None,
    heap: Heap | None = None,
    form: DecideForm | None = None,
    nominating: NominateForm | None = None,
    problem: str = "",
) -> dict[str, Any]:
    heap, region, choosing = heap or _shown(), _region(), is_choosing(trial, draw)
    found = queries.cards_in(trial, heap, region=region, cursor=cursor)
    cards = found.items
    missing = {one for one in (open_id, just) if one} - {card.application.id for card in cards}
    others = queries.find_cards(trial, sorted(missing))
    if heap.is_open and open_id in missing:
        cards = [card for card in others if card.application.id == open_id and _waits(card)] + cards
    current = _opened(cards, open_id) if choosing and heap.is_open and cursor is None else None
    more = url_for(".pick", slug=trial.slug, show=heap.value, region=region or None, after=found.next_cursor)
    return _rail(trial, draw, choosing) | {
        "heap": heap,
        "region": region,
        "cards": cards,
        "current": current,
        "next_id": _after(cards, current),
        "just_now": next((card for card in others if card.application.id == just), None),
        "questions": questions_of(trial.id),
        "form": form or DecideForm(formdata=None),
        "nominating": nominating or NominateForm(formdata=None),
        "problem": problem,
        "more_url": more if found.next_cursor else None,
        "takes_focus": wants_fragment()
        and not (form and form.errors)
        and not (nominating and nominating.errors),
    }


def _rail(trial: Trial, draw: Draw | None, choosing: bool) -> dict[str, Any]:
    """Seats, regions, first timers, and the draw."""
    return {
        "trial": trial,
        "draw": draw,
        "choosing": choosing,
        "tally": tally_of(trial),
        "faces": queries.faces_of_picked(trial),
        "weights": WEIGHTS,
        "told_by": told_by(trial),
    }


def _compared(trial: Trial, draw: Draw | None, cards: list[Card]) -> dict[str, Any]:
    return {
        "trial": trial,
        "choosing": is_choosing(trial, draw),
        "cards": cards,
        "questions": questions_of(trial.id),
        "tally": tally_of(trial),
        "weights": WEIGHTS,
    }


def is_choosing(trial: Trial, draw: Draw | None) -> bool:
    """Whether people can be picked by hand now."""
    list_open = draw is None or draw.frozen_at is None
    return (
        trial.frozen_at is not None and trial.chosen_at is None and trial.cancelled_at is None and list_open
    )


def _waits(card: Card) -> bool:
    return card.application.decision is Decision.OPEN


def _opened(cards: list[Card], open_id: str | None) -> Card | None:
    """The card that is open: the one asked for while it waits, else the first."""
    chosen = next((card for card in cards if card.application.id == open_id), None)
    return chosen or (cards[0] if cards else None)


def _after(cards: list[Card], current: Card | None) -> str:
    """The card that opens itself when this one is decided."""
    if current is None:
        return ""
    place = [card.application.id for card in cards].index(current.application.id)
    return cards[place + 1].application.id if place + 1 < len(cards) else ""
