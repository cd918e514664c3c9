"""Where members come from: the codes of the house, the QR of each, and what each brought."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import segno
import sqlalchemy as sa
from flask import make_response, request, url_for
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from portal.accounts.models import JoinSource, Member, SourceKind
from portal.accounts.queries.sources import active_from, get_source, joins_from, newest_sources
from portal.accounts.services import sources as services
from portal.core import clock
from portal.core.access import Permission, staff, the_viewer
from portal.core.db import db, transaction
from portal.core.errors import Invalid
from portal.core.forms import Form, line
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.core.limits import TAPPING
from portal.core.links import absolute
from portal.core.web import done, page
from portal.home.views import bp
from portal.stories.models import Story
from portal.stories.queries.wall import ON_THE_WALL

TEMPLATE = "home/sources.html"
ACTIVE = timedelta(days=30)
KINDS = {
    SourceKind.SHOP: _l("Shop"),
    SourceKind.PACK: _l("In the parcel"),
    SourceKind.EVENT: _l("Event"),
    SourceKind.AD: _l("Advert"),
    SourceKind.FRIEND: _l("A friend"),
    SourceKind.OTHER: _l("Something else"),
}


class SourceForm(Form):
    name = line(_l("What you call it"), most=120)
    kind = SelectField(
        _l("Where it is"), choices=[SelectChoice(kind.value, label) for kind, label in KINDS.items()]
    )

    def validate_name(self, field: StringField) -> None:
        if not field.data:
            raise ValidationError(_("Please fill this in."))


class NewSourceForm(SourceForm):
    code = line(_l("Code"), most=32, required=False, autocapitalize="none", autocomplete="off")


@dataclass(frozen=True, slots=True)
class Brought:
    """How many members joined with a code; how many of them were here in the last 30 days, and told a story."""

    joins: int
    active: int
    told: int


# ------------------------------------------------------------------ reading


def brought_by(codes: list[str]) -> dict[str, Brought]:
    """What each of these codes brought ("" is none at all). Three grouped queries for any number of codes."""
    joins = joins_from(codes)
    active = active_from(codes, since=clock.now() - ACTIVE)
    told = dict(db.session.execute(_storytellers(codes)).all())
    return {code: Brought(joins.get(code, 0), active.get(code, 0), told.get(code, 0)) for code in codes}


def _storytellers(codes: list[str]) -> sa.Select[str, int]:
    return (
        sa.select(Member.join_source, sa.func.count(Story.author_id.distinct()))
        .join(Story, Story.author_id == Member.id)
        .where(Member.join_source.in_(codes), ON_THE_WALL)
        .group_by(Member.join_source)
    )


@bp.get("/console/sources")
@staff(Permission.MANAGE_SETTINGS, Permission.VIEW_INSIGHTS)
def sources() -> Response:
    return page(TEMPLATE, block="sources", **_context())


@bp.get("/console/sources/<code>")
@staff(Permission.MANAGE_SETTINGS, Permission.VIEW_INSIGHTS)
def source(code: str) -> Response:
    """One code: its address and QR, what it brought, and its name."""
    return page("home/source.html", block="source", **_source_context(get_source(code)))


@bp.get("/console/sources/<code>/qr.<any(svg, png):kind>")
@staff(Permission.MANAGE_SETTINGS, Permission.VIEW_INSIGHTS)
def source_qr(code: str, kind: str) -> Response:
    """The QR of the code's address, to print: black on white with the quiet rim that scanners need."""
    found = get_source(code)
    drawn = io.BytesIO()
    segno.make_qr(address_of(found), error="m").save(
        drawn, kind=kind, scale=24 if kind == "png" else 10, border=4, light="white"
    )
    response = make_response(drawn.getvalue())
    response.content_type = "image/svg+xml" if kind == "svg" else "image/png"
    if "download" in request.args:
        response.headers["Content-Disposition"] = f'attachment; filename="{found.code}.{kind}"'
    return response


def address_of(found: JoinSource) -> str:
    """What the QR says."""
    return absolute(url_for("accounts.came_from", code=found.code))


# ------------------------------------------------------------------ writing


@bp.post("/console/sources")
@staff(Permission.MANAGE_SETTINGS)
@TAPPING
def create_source() -> Response:
    form = NewSourceForm()
    try:
        if form.validate_on_submit():
            with transaction():
                made = services.create_source(form.code.data or "", by=the_viewer(), **_named(form))
                code = made.code
            return done(
                url_for(".source", code=code), _("The code is ready. Print its QR where people meet you.")
            )
    except Invalid as refusal:
        form.refuse(refusal.field, refusal.message)
    return page(TEMPLATE, block="sources", status=422, **_context(form))


@bp.post("/console/sources/<code>")
@staff(Permission.MANAGE_SETTINGS)
@TAPPING
def change_source(code: str) -> Response:
    """Another name or kind; the code itself is printed and stays."""
    found, form = get_source(code), SourceForm()
    if not form.validate_on_submit():
        return page("home/source.html", block="source", status=422, **_source_context(found, form))
    with transaction():
        services.rename_source(code, by=the_viewer(), **_named(form))
    return _source_done(code, _("Saved."))


@bp.post("/console/sources/<code>/<any(close, open):verb>")
@staff(Permission.MANAGE_SETTINGS)
@TAPPING
def turn_source(code: str, verb: str) -> Response:
    with transaction():
        turned = (services.close_source if verb == "close" else services.open_source)(code, by=the_viewer())
    said = (
        _("It counts nobody any more. What it brought stays.") if verb == "close" else _("It counts again.")
    )
    return _source_done(code, said if turned else _("It was so already."))


def _source_done(code: str, said: str) -> Response:
    return done(
        url_for(".source", code=code),
        said,
        fragment=lambda: page("home/source.html", block="source", **_source_context(get_source(code))),
    )


def _named(form: SourceForm) -> dict[str, Any]:
    return {"name": form.name.data or "", "kind": SourceKind(form.kind.data)}


# ------------------------------------------------------------------ contexts


def _context(form: NewSourceForm | None = None) -> dict[str, Any]:
    found = newest_sources(cursor=request.args.get("after") if request.method == "GET" else None)
    return {
        "sources": found.items,
        "next_cursor": found.next_cursor,
        "brought": brought_by(["", *(one.code for one in found.items)]),
        "kinds": KINDS,
        "form": form or NewSourceForm(formdata=None),
        "may_change": the_viewer().can(Permission.MANAGE_SETTINGS),
        "first": not request.args.get("after"),
    }


def _source_context(found: JoinSource, form: SourceForm | None = None) -> dict[str, Any]:
    return {
        "source": found,
        "kinds": KINDS,
        "brought": brought_by([found.code])[found.code],
        "address": address_of(found),
        "form": form or SourceForm(formdata=None, obj=found),
        "may_change": the_viewer().can(Permission.MANAGE_SETTINGS),
    }
