"""The logo: sent, prepared by the worker, then shown in place of the word mark; and taken away again."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.brand import queries, services
from portal.brand.console.blueprint import bp
from portal.brand.forms import LogoForm
from portal.brand.services.logo import OWNER_ID, OWNER_KIND
from portal.core.access import Permission, staff, the_viewer
from portal.core.db import transaction
from portal.core.errors import DomainError, Invalid
from portal.core.i18n import _
from portal.core.limits import UPLOADING
from portal.core.media.queries import is_nearly_white, photos_of
from portal.core.media.services import stage_upload
from portal.core.web import done, page

TEMPLATE = "brand/settings.html"


@bp.route("/logo", methods=["GET", "POST"])
@staff(Permission.MANAGE_SETTINGS)
@UPLOADING
def logo() -> Response:
    """Looking shows how far a new one is."""
    form = LogoForm()
    if request.method == "GET":
        return _logo_page(LogoForm(formdata=None))
    try:
        if not form.validate_on_submit() or not form.photo.data:
            raise Invalid(_("Please choose a picture first."))
        staged = stage_upload(form.photo.data.stream)
        with transaction():
            services.receive_logo(staged, by=the_viewer())
    except DomainError as refusal:
        form.refuse("photo", refusal.message)
        return _logo_page(form, status=refusal.status)
    return _done(_("The logo arrived and is being prepared."))


@bp.post("/logo/remove")
@staff(Permission.MANAGE_SETTINGS)
@UPLOADING
def remove_logo() -> Response:
    with transaction():
        services.remove_logo(by=the_viewer())
    return _done(_("The word mark is back."))


def _done(said: str) -> Response:
    return done(
        url_for(".settings", _anchor="logo"), said, fragment=lambda: _logo_page(LogoForm(formdata=None))
    )


def _logo_page(form: LogoForm, *, status: int = 200) -> Response:
    from portal.brand.console.settings import settings_context

    return page(TEMPLATE, block="logo", status=status, **settings_context() | logo_context(form))


def logo_context(form: LogoForm | None = None) -> dict[str, Any]:
    """The logo as it is, the one on its way, and the one that could not be used."""
    photos = photos_of(OWNER_KIND, OWNER_ID)
    stored = queries.stored()["logo"]
    now = next((photo for photo in photos if photo.id == stored), None)
    return {
        "logo_form": form or LogoForm(formdata=None),
        "logo_now": now,
        "logo_is_pale": now is not None and is_nearly_white(now),
        "logo_coming": next((photo for photo in photos if photo.is_waiting), None),
        "logo_refused": next((photo for photo in photos if photo.problem), None),
    }
