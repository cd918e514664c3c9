"""Staff keep the calendar of rituals and see what will go out."""

from __future__ import annotations

from typing import Any, TypeVar

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.core.access import Permission, staff, the_viewer
from portal.core.db import transaction
from portal.core.errors import Conflict, DomainError
from portal.core.i18n import _
from portal.core.limits import WRITING
from portal.core.web import done, page
from portal.membership.console.blueprint import bp
from portal.membership.models import Ritual, RitualKind
from portal.membership.queries import calendar
from portal.membership.ritual_form import HolidayForm, PresentForm
from portal.membership.services import holidays as services
from portal.rewards.queries import pools_for_choice

Kind = TypeVar("Kind", bound=PresentForm)

LIST, NEW, RITUAL = (
    "membership/console/rituals.html",
    "membership/console/ritual_new.html",
    "membership/console/ritual.html",
)


@bp.get("/rituals")
@staff(Permission.MANAGE_MEMBERSHIP)
def rituals() -> Response:
    """A member's own days and the list of holidays; what comes of them follows as a block of its own."""
    cursor = request.args.get("after")
    return page(LIST, block="holiday_page" if cursor else None, **_list(cursor))


@bp.get("/rituals/ahead")
@staff(Permission.MANAGE_MEMBERSHIP)
def ahead() -> Response:
    """What will go out in the next twelve months, with how many."""
    return page("membership/console/ahead.html", block="ahead", months=calendar.twelve_months())


@bp.get("/rituals/new")
@staff(Permission.MANAGE_MEMBERSHIP)
def new_holiday() -> Response:
    return page(NEW, form=_offered(HolidayForm(formdata=None)))


@bp.post("/rituals/new")
@staff(Permission.MANAGE_MEMBERSHIP)
@WRITING
def add_holiday() -> Response:
    form = _offered(HolidayForm())
    if not form.validate_on_submit():
        return page(NEW, block="ritual_form", status=422, form=form)
    try:
        with transaction():
            services.add_holiday(by=the_viewer(), **form.facts())
    except DomainError as refusal:
        form.say(refusal)
        return page(NEW, block="ritual_form", status=refusal.status, form=form)
    return done(url_for(".rituals"), _("Saved. It stands in the calendar."))


@bp.get("/rituals/<ritual_id>")
@staff(Permission.MANAGE_MEMBERSHIP)
def ritual(ritual_id: str) -> Response:
    """One day: a holiday with everything, a member's own day with what goes with it."""
    found = calendar.get_ritual(ritual_id)
    return page(RITUAL, **_context(found))


@bp.post("/rituals/<ritual_id>")
@staff(Permission.MANAGE_MEMBERSHIP)
@WRITING
def change_ritual(ritual_id: str) -> Response:
    found = calendar.get_ritual(ritual_id)
    form = _offered(HolidayForm() if _is_holiday(found) else PresentForm(), found.pool_id)
    if not form.validate_on_submit():
        return page(RITUAL, block="ritual_form", status=422, **_context(found, form))
    version = form.version.data or 0
    try:
        with transaction():
            if isinstance(form, HolidayForm):
                services.change_holiday(found, by=the_viewer(), version=version, **form.facts())
            else:
                services.change_gift(found, by=the_viewer(), version=version, **form.present())
    except DomainError as refusal:
        form.say(refusal)
        if isinstance(refusal, Conflict):
            form.renew_version(found.version)
        return page(RITUAL, block="ritual_form", status=refusal.status, **_context(found, form))
    return _answer(found, _("Saved."), "ritual_form")


@bp.post("/rituals/<ritual_id>/<any(on, off):way>")
@staff(Permission.MANAGE_MEMBERSHIP)
@WRITING
def switch_ritual(ritual_id: str, way: str) -> Response:
    found = calendar.get_ritual(ritual_id)
    with transaction():
        services.switch(found, way == "on", by=the_viewer())
    said = _("It is greeted again.") if way == "on" else _("It is not greeted any more.")
    return _answer(found, said, "ritual_switch")


def _answer(found: Ritual, said: str, block: str) -> Response:
    return done(
        url_for(".ritual", ritual_id=found.id),
        said,
        fragment=lambda: page(RITUAL, block=block, **_context(found)),
    )


def _list(cursor: str | None) -> dict[str, Any]:
    return {"holidays": calendar.holidays(cursor), "own": calendar.own_rituals()}


def _context(found: Ritual, form: PresentForm | None = None) -> dict[str, Any]:
    kind = HolidayForm if _is_holiday(found) else PresentForm
    form = form or _offered(kind.of(found), found.pool_id)
    return {"ritual": found, "form": form, "is_holiday": _is_holiday(found)}


def _offered(form: Kind, pool_id: str | None = None) -> Kind:
    form.offer(pools_for_choice(pool_id or ""))
    if isinstance(form, HolidayForm):
        form.offer_tiers(calendar.tiers_to_greet())
    return form


def _is_holiday(found: Ritual) -> bool:
    return found.kind is RitualKind.HOLIDAY
