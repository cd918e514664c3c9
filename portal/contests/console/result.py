"""The result as staff see it: nothing before the count, then who can win, then what was decided."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.contests.console.blueprint import bp
from portal.contests.forms.studio import DecideForm
from portal.contests.models import Contest
from portal.contests.queries import results, studio
from portal.contests.rules.phases import Phase, phase_of
from portal.contests.services import deciding
from portal.core import clock
from portal.core.access import Permission, staff, the_viewer
from portal.core.i18n import _
from portal.core.limits import WRITING
from portal.core.web import done, page, refused

TEMPLATE = "contests/console/result.html"


@bp.get("/<slug>/result")
@staff(Permission.MANAGE_CONTESTS)
def result(slug: str) -> Response:
    cursor = request.args.get("after")
    context = _context(studio.get_contest_for_staff(slug), cursor=cursor)
    return page(TEMPLATE, block="places" if cursor and context["listed"] else "outcome", **context)


@bp.post("/<slug>/result")
@staff(Permission.MANAGE_CONTESTS)
@WRITING
def decide(slug: str) -> Response:
    """Confirm the winner: credit, badge and prize follow at once."""
    found = studio.get_contest_for_staff(slug)
    form = DecideForm().offer(results.candidates(found))

    def write() -> None:
        deciding.decide(found, form.winner.data, form.words.data or "", by=the_viewer())

    if status := refused(form, write):
        return page(TEMPLATE, block="outcome", status=status, **_context(found, form=form))
    return done(
        url_for(".result", slug=slug),
        _("Decided: everybody can read it, and who gave the name hears of it."),
        fragment=lambda: page(TEMPLATE, block="outcome", **_context(studio.get_contest_for_staff(slug))),
    )


def _context(found: Contest, *, cursor: str | None = None, form: DecideForm | None = None) -> dict[str, Any]:
    phase = phase_of(found, clock.now())
    can_win = results.candidates(found) if phase is Phase.COUNTED else []
    listed = results.ranking(found, cursor=cursor) if found.counted_at is not None else None
    more = listed is not None and listed.next_cursor
    return {
        "contest": found,
        "here": "result",
        "phase": phase,
        "listed": listed,
        "more_url": url_for(".result", slug=found.slug, after=more) if more else None,
        "can_win": can_win,
        "ballots": results.ballots_counted(found),
        "form": form
        or DecideForm(formdata=None, winner=can_win[0].entry.id if can_win else None).offer(can_win),
    }
