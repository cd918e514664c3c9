"""All testers of a trial: where each stands and what comes next, an excuse, and free places."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.access import Permission, staff, the_viewer
from portal.core.db import transaction
from portal.core.i18n import _, ngettext
from portal.core.limits import WRITING
from portal.core.web import done, page, refused, wants_fragment
from portal.deliveries.showing import STATES as PARCELS
from portal.trials.console.blueprint import bp
from portal.trials.forms.progress import ExcuseForm
from portal.trials.models import Trial
from portal.trials.queries import progress as queries
from portal.trials.queries.trials import get_trial_for_staff
from portal.trials.rules.phases import phase_of
from portal.trials.rules.testing import EXCUSABLE
from portal.trials.services import offers, testing
from portal.trials.tester_words import LISTS, STAFF_STATES

TEMPLATE = "trials/console/progress.html"


@bp.get("/<slug>/progress")
@staff(Permission.MANAGE_TRIALS)
def progress(slug: str) -> Response:
    """``show`` names one of the lists. Four queries, two for a later page."""
    trial, cursor = get_trial_for_staff(slug), request.args.get("after")
    return page(TEMPLATE, block="tester_page" if cursor else "testers", **_context(trial, cursor=cursor))


@bp.post("/<slug>/progress/offer")
@staff(Permission.MANAGE_TRIALS)
@WRITING
def offer_free(slug: str) -> Response:
    """Free places go to who is next in line."""
    trial = get_trial_for_staff(slug)
    with transaction():
        offered = offers.offer_free(trial, by=the_viewer())
    said = ngettext("%(num)s substitute was asked.", "%(num)s substitutes were asked.", offered)
    return _changed(slug, said)


@bp.post("/<slug>/progress/<tester_id>/excuse")
@staff(Permission.MANAGE_TRIALS)
@WRITING
def excuse(slug: str, tester_id: str) -> Response:
    """It ends for them, and nothing counts against them."""
    trial, form = get_trial_for_staff(slug), ExcuseForm()
    tester = queries.get_of_trial(trial, tester_id)
    if status := refused(form, lambda: testing.excuse(tester, form.words.data or "", by=the_viewer())):
        context = _context(get_trial_for_staff(slug), form=form, excusing=tester_id)
        return page(TEMPLATE, block="testers", status=status, **context)
    return _changed(slug, _("Excused. Nothing counts against them, and they know."))


# ------------------------------------------------------------------ inside


def _changed(slug: str, said: str) -> Response:
    return done(
        url_for(".progress", slug=slug, show=_show()),
        said,
        fragment=lambda: page(TEMPLATE, block="testers", **_context(get_trial_for_staff(slug))),
    )


def _show() -> str:
    wanted = request.values.get("show", "")
    return wanted if wanted in LISTS else "all"


def _context(
    trial: Trial, *, cursor: str | None = None, form: ExcuseForm | None = None, excusing: str = ""
) -> dict[str, Any]:
    """With ``excusing`` the card of this tester is open, with what was typed."""
    show, now = _show(), clock.now()
    return {
        "trial": trial,
        "now": now,
        "here": "progress",
        "phase": phase_of(trial, now),
        "show": show,
        "lists": LISTS,
        "states": STAFF_STATES,
        "parcels": PARCELS,
        "excusable": EXCUSABLE,
        "found": queries.listed(trial, show, cursor),
        "places": None if cursor and wants_fragment() else queries.places_of(trial),
        "form": form or ExcuseForm(formdata=None),
        "excusing": excusing,
    }
