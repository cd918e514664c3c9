"""Drops of staff: the lists, a new one, its overview and its words."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.access import Permission, staff, the_viewer
from portal.core.db import new_id, transaction
from portal.core.errors import Invalid
from portal.core.i18n import _
from portal.core.limits import TAPPING
from portal.core.web import done, page, refused
from portal.drops.console.blueprint import bp
from portal.drops.forms import NewDropForm, WordsForm
from portal.drops.models import Drop
from portal.drops.queries.items import items_of
from portal.drops.queries.studio import LISTS, asked_for, get_drop_for_staff, next_slots
from portal.drops.rules import stage_of
from portal.drops.services import holding, making

LIST, NEW = "drops/console/drops.html", "drops/console/new.html"
OVERVIEW, EDIT = "drops/console/overview.html", "drops/console/edit.html"


@bp.get("")
@staff(Permission.MANAGE_PRODUCTS)
def drops() -> Response:
    """What is coming, what is being made, what was."""
    shown = request.args.get("show", "")
    which = shown if shown in LISTS else "coming"
    cursor = request.args.get("after")
    block = "drop_page" if cursor else None
    return page(LIST, block=block, found=LISTS[which](cursor), which=which, stage=stage_now)


@bp.get("/new")
@staff(Permission.MANAGE_PRODUCTS)
def new_drop() -> Response:
    return page(NEW, form=NewDropForm(formdata=None, key=new_id()).offer(next_slots()))


@bp.post("/new")
@staff(Permission.MANAGE_PRODUCTS)
@TAPPING
def create_drop() -> Response:
    form = NewDropForm().offer(next_slots())
    if form.validate_on_submit():
        try:
            with transaction():
                slug = making.create_drop(form.words(), form.moment, by=the_viewer(), key=form.key.data).slug
        except Invalid as refusal:
            form.say(refusal)
        else:
            return done(url_for(".drop", slug=slug), _("Saved as a draft. Nobody sees it yet."))
    return page(NEW, block="drop_form", status=422, form=form)


@bp.get("/<slug>")
@staff(Permission.MANAGE_PRODUCTS)
def drop(slug: str) -> Response:
    return page(OVERVIEW, **overview(get_drop_for_staff(slug)))


@bp.get("/<slug>/edit")
@staff(Permission.MANAGE_PRODUCTS)
def edit(slug: str) -> Response:
    found = get_drop_for_staff(slug)
    return page(EDIT, drop=found, stage=stage_now, form=WordsForm(formdata=None, obj=found))


@bp.post("/<slug>/edit")
@staff(Permission.MANAGE_PRODUCTS)
@TAPPING
def change(slug: str) -> Response:
    found, form = get_drop_for_staff(slug), WordsForm()

    def write() -> None:
        making.change_words(found, form.words(), seen=form.version.data or 0, by=the_viewer())

    if status := refused(form, write, lambda: form.renew_version(found.version)):
        return page(EDIT, block="words_form", status=status, drop=found, stage=stage_now, form=form)
    return done(url_for(".drop", slug=slug), _("Saved."))


def overview(found: Drop) -> dict[str, Any]:
    """What the overview shows, also to its single blocks. Five queries. ``fixed``: why nothing can be changed any more."""
    fixed = holding.why_fixed(found)
    return {
        "drop": found,
        "stage": stage_now,
        "items": items_of([found.id]).get(found.id, []),
        "asked": asked_for(found.id),
        "missing": [] if found.is_public else making.what_is_missing(found),
        "movable": not fixed,
        "fixed": fixed,
    }


def stage_now(found: Drop) -> str:
    """Where it stands for everybody, for templates."""
    return stage_of(found, found.starts_at, clock.now())
