"""The texts of the house: written in both languages, looked at, published as a new version."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.brand import queries, services
from portal.brand.console.blueprint import bp, fill_kept
from portal.brand.forms import LegalForm
from portal.brand.markup import blocks
from portal.brand.models import LegalKind, LegalText
from portal.brand.showing import LEGAL_NAMES
from portal.brand.starters import draft
from portal.core.access import Permission, staff, the_viewer
from portal.core.db import transaction
from portal.core.errors import Conflict, DomainError, Invalid
from portal.core.i18n import _
from portal.core.limits import WRITING
from portal.core.web import done, page

TEMPLATE = "brand/legal_edit.html"


@bp.get("/legal")
@staff(Permission.MANAGE_SETTINGS)
def legal() -> Response:
    """Which texts there are, in which version, since when."""
    return page("brand/legal_list.html", texts=queries.newest_texts(), kinds=list(LegalKind))


@bp.route("/legal/<any(terms, privacy, rules):kind>", methods=["GET", "POST"])
@staff(Permission.MANAGE_SETTINGS)
@WRITING
def legal_edit(kind: str) -> Response:
    """Begin with the words of the present version. ``preview`` shows what was typed as members would read it."""
    chosen = LegalKind(kind)
    if request.method == "GET":
        text = queries.legal_text(chosen)
        form = fill_kept(_form_of(chosen, text), request.path)
        return page(TEMPLATE, block="legal_form", **_context(chosen, form) | {"begun": text is None})
    form = LegalForm()
    if "preview" in request.form:
        form.validate()
        looked = {"zh-CN": blocks(form.body_zh.data or ""), "en": blocks(form.body_en.data or "")}
        form = _without_errors(form)
        return page(TEMPLATE, block="legal_form", **_context(chosen, form) | {"looked": looked})
    if not form.validate_on_submit():
        return page(TEMPLATE, block="legal_form", status=422, **_context(chosen, form))
    try:
        with transaction():
            text = _publish(chosen, form)
            version = text.version
    except (Invalid, Conflict) as refusal:
        return _refused(chosen, form, refusal)
    return done(
        url_for(".legal"),
        _("Version %(version)s is published. Members are asked to accept it.", version=version),
    )


def _publish(kind: LegalKind, form: LegalForm) -> LegalText:
    return services.publish_text(
        kind,
        by=the_viewer(),
        after=form.version_seen,
        body_zh=form.body_zh.data or "",
        body_en=form.body_en.data or "",
        change_zh=form.change_zh.data or "",
        change_en=form.change_en.data or "",
    )


def _refused(kind: LegalKind, form: LegalForm, refusal: DomainError) -> Response:
    """Everything typed stays. After a colleague's publication the next try follows theirs, which is shown to read."""
    form.refuse(getattr(refusal, "field", None), refusal.message)
    meanwhile = None
    if isinstance(refusal, Conflict):
        meanwhile = queries.legal_text(kind)
        form.after.data = str(meanwhile.version if meanwhile else 0)
    context = _context(kind, form) | {"meanwhile": meanwhile}
    return page(TEMPLATE, block="legal_form", status=refusal.status, **context)


def _form_of(kind: LegalKind, text: LegalText | None) -> LegalForm:
    """The words of the present version; of a draft to begin with while there is none."""
    house = queries.current()
    if text is not None:
        zh, en = text.body_zh, text.body_en
    else:
        zh, en = draft(kind, names=(house.name_zh, house.name_en), age=house.minimum_age)
    after = str(text.version if text else 0)
    return LegalForm(formdata=None, data={"body_zh": zh, "body_en": en, "after": after})


def _without_errors(form: LegalForm) -> LegalForm:
    """Looking is not publishing: what is missing yet may be missing."""
    return LegalForm(formdata=None, data={field.name: field.data for field in form})


def _context(kind: LegalKind, form: LegalForm) -> dict[str, Any]:
    return {
        "kind": kind,
        "name": LEGAL_NAMES[kind],
        "form": form,
        "next_version": form.version_seen + 1,
        "begun": False,
        "looked": None,
        "meanwhile": None,
    }
