"""Contests of staff: the list, a new one, its page with what is missing, its words and times."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.brand import queries as brand
from portal.catalog.queries import products_with_colors
from portal.contests.console.blueprint import bp
from portal.contests.forms.studio import ContestForm
from portal.contests.models import Contest
from portal.contests.queries import studio
from portal.contests.queries.book import rules_of
from portal.contests.queries.results import can_be_called_off
from portal.contests.rules import making as rules
from portal.contests.rules.phases import phase_of
from portal.contests.services import making
from portal.core import clock
from portal.core.access import Permission, staff, the_viewer
from portal.core.db import new_id, transaction
from portal.core.errors import Invalid
from portal.core.i18n import _
from portal.core.limits import TAPPING, WRITING
from portal.core.web import done, page, refused
from portal.rewards.queries import badges_to_choose

LIST, NEW, OVERVIEW, EDIT = (
    f"contests/console/{name}.html" for name in ("contests", "new", "overview", "edit")
)
#: what a new contest is offered: opens in so many days, then days for each phase
STEPS = {"opens_at": 2, "submit_until": 12, "vote_from": 14, "vote_until": 21}


@bp.get("")
@staff(Permission.MANAGE_CONTESTS)
def contests() -> Response:
    cursor = request.args.get("after")
    found, now = studio.all_contests(cursor=cursor), clock.now()
    phases = {one.id: phase_of(one, now) for one in found.items}
    return page(LIST, block="contest_page" if cursor else None, found=found, phases=phases)


@bp.get("/new")
@staff(Permission.MANAGE_CONTESTS)
def new_contest() -> Response:
    moments = {name: brand.morning_in(days) for name, days in STEPS.items()}
    form = _offered(ContestForm(formdata=None, key=new_id(), **moments))
    return page(NEW, block="contest_form", form=form)


@bp.post("/new")
@staff(Permission.MANAGE_CONTESTS)
@WRITING
def create_contest() -> Response:
    form = _offered(ContestForm())
    if form.validate_on_submit():
        try:
            with transaction():
                slug = making.create_contest(form.words(), by=the_viewer(), key=form.key.data or None).slug
        except Invalid as refusal:
            form.say(refusal)
        else:
            return done(url_for(".contest", slug=slug), _("Saved as a draft. Nobody sees it yet."))
    return page(NEW, block="contest_form", status=422, form=form)


@bp.get("/<slug>")
@staff(Permission.MANAGE_CONTESTS)
def contest(slug: str) -> Response:
    return page(OVERVIEW, block="desk", **_context(studio.get_contest_for_staff(slug)))


@bp.get("/<slug>/edit")
@staff(Permission.MANAGE_CONTESTS)
def edit(slug: str) -> Response:
    found = studio.get_contest_for_staff(slug)
    return page(EDIT, block="contest_form", **_edited(found, ContestForm.of(found)))


@bp.post("/<slug>/edit")
@staff(Permission.MANAGE_CONTESTS)
@WRITING
def change(slug: str) -> Response:
    found, form = studio.get_contest_for_staff(slug), _offered(ContestForm())

    def write() -> None:
        making.change_contest(found, form.words(), version=form.version.data or 0, by=the_viewer())

    if status := refused(form, write, lambda: form.renew_version(found.version)):
        return page(EDIT, block="contest_form", status=status, **_edited(found, form))
    return done(url_for(".contest", slug=slug), _("Saved."))


@bp.post("/<slug>/publish")
@staff(Permission.MANAGE_CONTESTS)
@TAPPING
def publish(slug: str) -> Response:
    """What is missing is said in words; nothing changes then."""
    found = studio.get_contest_for_staff(slug)
    with transaction():
        making.publish(found, by=the_viewer())
    return _desk(slug, _("Published: everybody can see it, and hand names in once it opens."))


@bp.post("/<slug>/cancel")
@staff(Permission.MANAGE_CONTESTS)
@TAPPING
def cancel(slug: str) -> Response:
    """For good; who handed names in is told."""
    found = studio.get_contest_for_staff(slug)
    with transaction():
        making.cancel(found, by=the_viewer())
    return _desk(slug, _("Called off. Whoever handed a name in hears of it."))


@bp.post("/<slug>/delete")
@staff(Permission.MANAGE_CONTESTS)
@TAPPING
def delete(slug: str) -> Response:
    """Only a draft."""
    found = studio.get_contest_for_staff(slug)
    with transaction():
        making.delete_draft(found, by=the_viewer())
    return done(url_for(".contests"), _("The draft is deleted."))


# ------------------------------------------------------------------ inside


def _desk(slug: str, said: str) -> Response:
    return done(
        url_for(".contest", slug=slug),
        said,
        fragment=lambda: page(OVERVIEW, block="desk", **_context(studio.get_contest_for_staff(slug))),
    )


def _context(found: Contest) -> dict[str, Any]:
    """Never a vote: until the close nobody knows any number."""
    now = clock.now()
    phase = phase_of(found, now)
    return {
        "contest": found,
        "here": "contest",
        "phase": phase,
        "missing": rules.missing(found, now) if found.published_at is None else [],
        "changeable": phase in rules.CHANGEABLE,
        "can_be_called_off": can_be_called_off(found, phase),
        "states": {state.value: number for state, number in studio.counts_of(found).items()},
        "frozen": rules_of(found.id),
    }


def _edited(found: Contest, form: ContestForm) -> dict[str, Any]:
    phase = phase_of(found, clock.now())
    changeable = phase in rules.CHANGEABLE
    return {
        "contest": found,
        "here": "edit",
        "phase": phase,
        "changeable": changeable,
        "form": _offered(form),
    }


def _offered(form: ContestForm) -> ContestForm:
    return form if form.product.choices else form.offer(products_with_colors(), badges_to_choose())
