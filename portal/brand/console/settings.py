"""Everything the owner decides about the brand, section by section, with a look at a colour before it is chosen."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.brand import choices, palette, queries, services
from portal.brand.console.blueprint import bp, fill_kept
from portal.brand.console.logo import logo_context
from portal.brand.forms import SECTIONS, Section
from portal.brand.models import LegalKind
from portal.brand.showing import clock_minutes
from portal.core.access import Permission, staff, the_viewer
from portal.core.db import transaction
from portal.core.errors import Conflict, DomainError, Invalid
from portal.core.i18n import _, locale
from portal.core.i18n import lazy as _l
from portal.core.limits import TAPPING
from portal.core.web import done, go, page

TEMPLATE = "brand/settings.html"

GROUP_NAMES = {
    "text": _l("Text on the page"),
    "link": _l("Links and chosen chips"),
    "button": _l("Words on a button"),
    "patch": _l("Words on leather"),
    "message": _l("Messages: done, careful, wrong"),
    "line": _l("Lines, frames and stitches"),
}


@bp.get("")
@staff(Permission.MANAGE_SETTINGS)
def settings() -> Response:
    return page(TEMPLATE, **settings_context())


@bp.get("/colour")
@staff(Permission.MANAGE_SETTINGS)
def preview() -> Response:
    """A patch, buttons, chips and links in another hue, and how well they can be read. Changes nothing."""
    hue = request.args.get("hue", type=int)
    if hue is None or hue not in palette.HUES:
        hue = queries.current().hue
    return page(TEMPLATE, block="preview", **settings_context(hue=hue))


@bp.get("/<any(words, time, care, law):section>")
@staff(Permission.MANAGE_SETTINGS)
def section_page(section: str) -> Response:
    """Where a form was sent to: whoever opens that address sees the page."""
    return go(url_for(".settings", _anchor=section))


@bp.post("/<any(words, colour, time, care, law):section>")
@staff(Permission.MANAGE_SETTINGS)
@TAPPING
def save(section: str) -> Response:
    """One section. ``preview`` (a second button of the colour's form) only shows what it would look like."""
    form = SECTIONS[section]()
    if not form.validate_on_submit():
        return _again(form, status=422)
    if "preview" in request.form:
        return _again(form)
    try:
        with transaction():
            services.change_settings(by=the_viewer(), seen=form.seen.data or "", **form.changes())
    except (Invalid, Conflict) as refusal:
        return _refused(form, refusal)
    return done(
        url_for(".settings", _anchor=section),
        _("Saved. It speaks on every page within seconds."),
        fragment=lambda: page(TEMPLATE, block=section, **settings_context()),
    )


def _refused(form: Section, refusal: DomainError) -> Response:
    """The typed text stays; beside it what a colleague set meanwhile, which saving once more replaces."""
    form.refuse(getattr(refusal, "field", None), refusal.message)
    theirs = {}
    if isinstance(refusal, Conflict):
        stored = queries.stored()
        form.remember(stored)
        theirs = {name: stored[name] for name in form.fields() if stored[name] != form[name].data}
    return _again(form, status=refusal.status, theirs=theirs)


def _again(form: Section, *, status: int = 200, theirs: dict[str, Any] | None = None) -> Response:
    said = {form[name].label.text: _spoken(form, name, value) for name, value in (theirs or {}).items()}
    hue = form["hue"].data if form.name == "colour" and not form["hue"].errors else None
    context = settings_context(form, hue=hue) | {"theirs": {form.name: said}}
    return page(TEMPLATE, block=form.name, status=status, **context)


def _spoken(form: Section, name: str, value: Any) -> str:
    """A stored value as people read it."""
    if form[name].type == "ClockField":
        return clock_minutes(value)
    if form[name].type == "SelectField":
        return next(
            (str(label) for key, label, *_more in form[name].iter_choices() if key == value), str(value)
        )
    return str(value)


def settings_context(sent: Section | None = None, *, hue: int | None = None) -> dict[str, Any]:
    """Every section with what is stored; the one that was ``sent`` with what was typed. ``hue`` is looked at."""
    stored = queries.stored()
    forms = {name: section.showing(stored) for name, section in SECTIONS.items()}
    for name, form in forms.items():
        fill_kept(form, url_for(".save", section=name))
    if sent is not None:
        forms[sent.name] = sent
    elif hue is not None:
        forms["colour"]["hue"].data = hue
    shown = stored["hue"] if hue is None else hue
    return {
        "forms": forms,
        "theirs": {},
        "hue": shown,
        "zones": choices.zones(locale()),
        "readings": [(GROUP_NAMES[reading.group], reading) for reading in palette.readings(shown)],
        "texts": queries.newest_texts(),
        "kinds": list(LegalKind),
        **logo_context(),
    }
