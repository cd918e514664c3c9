"""Choices of this browser: language, and light or dark. These two forms stand on pages that are the same for every
visitor, so they carry no token there; a forged one changes how pages and letters read, and nothing else."""

from __future__ import annotations

from flask import Blueprint, request
from werkzeug.wrappers import Response

from portal.accounts import services
from portal.accounts.views.browser import remember
from portal.core import i18n
from portal.core.access import public, viewer
from portal.core.db import transaction
from portal.core.limits import TAPPING
from portal.core.ui import THEMES
from portal.core.web import go, safe_path

bp = Blueprint("preferences", __name__)


@bp.post("/language")
@public
@TAPPING
def language() -> Response:
    """Speak this language from now on, in letters too."""
    chosen = request.form.get("language", "")
    response = go(safe_path(request.form.get("next")))
    if chosen in i18n.LANGUAGES:
        remember(response, i18n.COOKIE, chosen)
        _tell_member(chosen)
    return response


@bp.post("/theme")
@public
@TAPPING
def theme() -> Response:
    """Light, dark, or (empty) as the device likes."""
    chosen = request.form.get("theme", "")
    response = go(safe_path(request.form.get("next")))
    remember(response, "theme", chosen if chosen in THEMES else "")
    return response


def _tell_member(chosen: str) -> None:
    me = viewer()
    if me is not None and me.language != chosen:
        with transaction():
            services.choose_language(me.id, chosen)
