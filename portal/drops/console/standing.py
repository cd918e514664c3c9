"""Where a drop stands: published, moved to another slot, cancelled, or away with the draft."""

from __future__ import annotations

from flask import url_for
from werkzeug.wrappers import Response

from portal.core.access import Permission, staff, the_viewer
from portal.core.db import transaction
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import _
from portal.core.limits import TAPPING
from portal.core.web import done, page, refused
from portal.drops.console.blueprint import bp
from portal.drops.console.drops import OVERVIEW, overview, stage_now
from portal.drops.forms import CancelForm, MoveForm
from portal.drops.models import Drop
from portal.drops.queries.studio import asked_for, get_drop_for_staff, next_slots
from portal.drops.services import making

MOVE, CANCEL = "drops/console/move.html", "drops/console/cancel.html"


@bp.post("/<slug>/publish")
@staff(Permission.MANAGE_PRODUCTS)
@TAPPING
def publish(slug: str) -> Response:
    """What is missing is said in words; nothing changes then."""
    found = get_drop_for_staff(slug)
    with transaction():
        making.publish(found, by=the_viewer())
    return done(
        url_for(".drop", slug=slug),
        _("Published: everybody finds it in the calendar."),
        fragment=lambda: page(OVERVIEW, block="desk", **overview(get_drop_for_staff(slug))),
    )


@bp.get("/<slug>/move")
@staff(Permission.MANAGE_PRODUCTS)
def move_page(slug: str) -> Response:
    found = get_drop_for_staff(slug)
    return _move_page(found, MoveForm(formdata=None, slot=found.starts_at.isoformat()).offer(next_slots()))


@bp.post("/<slug>/move")
@staff(Permission.MANAGE_PRODUCTS)
@TAPPING
def move(slug: str) -> Response:
    found, form, status = get_drop_for_staff(slug), MoveForm().offer(next_slots()), 422
    if form.validate_on_submit():
        try:
            with transaction():
                moved = making.move(found, form.moment, by=the_viewer())
        except (Invalid, Conflict) as refusal:
            form.say(refusal)
            status = refusal.status
        else:
            said = _("Moved. Who asked to be reminded is told.") if moved else _("It was so already.")
            return done(url_for(".drop", slug=slug), said)
    return _move_page(found, form, status=status)


@bp.get("/<slug>/cancel")
@staff(Permission.MANAGE_PRODUCTS)
def cancel_page(slug: str) -> Response:
    return _cancel_page(get_drop_for_staff(slug), CancelForm(formdata=None))


@bp.post("/<slug>/cancel")
@staff(Permission.MANAGE_PRODUCTS)
@TAPPING
def cancel(slug: str) -> Response:
    found, form = get_drop_for_staff(slug), CancelForm()
    if status := refused(form, lambda: making.cancel(found, form.reason.data or "", by=the_viewer())):
        return _cancel_page(found, form, status=status)
    return done(url_for(".drop", slug=slug), _("It is cancelled. Who asked to be reminded is told."))


@bp.post("/<slug>/delete")
@staff(Permission.MANAGE_PRODUCTS)
@TAPPING
def delete(slug: str) -> Response:
    found = get_drop_for_staff(slug)
    with transaction():
        making.delete_draft(found, by=the_viewer())
    return done(url_for(".drops", show="draft"), _("The draft is deleted."))


def _move_page(found: Drop, form: MoveForm, *, status: int = 200) -> Response:
    return page(
        MOVE,
        block="move_form",
        status=status,
        drop=found,
        stage=stage_now,
        asked=asked_for(found.id),
        form=form,
    )


def _cancel_page(found: Drop, form: CancelForm, *, status: int = 200) -> Response:
    return page(
        CANCEL,
        block="cancel_form",
        status=status,
        drop=found,
        stage=stage_now,
        asked=asked_for(found.id),
        form=form,
    )
