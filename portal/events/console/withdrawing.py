"""Back to a draft, and away with a draft: each on a page of its own that says what follows."""

from __future__ import annotations

from flask import url_for
from werkzeug.wrappers import Response

from portal.core.access import Permission, staff, the_viewer
from portal.core.db import transaction
from portal.core.i18n import _
from portal.core.limits import TAPPING
from portal.core.web import done, page
from portal.events.console.blueprint import bp
from portal.events.console.parts import made_by_us
from portal.events.services import withdrawing

SURE = "events/console/sure.html"


@bp.get("/<slug>/withdraw")
@staff(Permission.MANAGE_EVENTS)
def withdraw_page(slug: str) -> Response:
    event = made_by_us(slug)
    withdrawing.must_be_withdrawable(event)
    words = _(
        "Nobody finds it until you publish it again, and links to it lead nowhere. Nobody has signed up so far."
    )
    return page(SURE, event=event, title=_("Make it a draft again"), words=words, icon="undo-2")


@bp.post("/<slug>/withdraw")
@staff(Permission.MANAGE_EVENTS)
@TAPPING
def withdraw(slug: str) -> Response:
    event = made_by_us(slug)
    with transaction():
        withdrawing.withdraw(event, by=the_viewer())
    return done(url_for(".event", slug=slug), _("It is a draft again. Nobody sees it."))


@bp.get("/<slug>/delete")
@staff(Permission.MANAGE_EVENTS)
def delete_page(slug: str) -> Response:
    event = made_by_us(slug)
    withdrawing.must_be_deletable(event)
    words = _("Its days, sessions, tickets, questions and texts go with it. It cannot be undone.")
    return page(SURE, event=event, title=_("Delete this draft"), words=words, icon="trash-2")


@bp.post("/<slug>/delete")
@staff(Permission.MANAGE_EVENTS)
@TAPPING
def delete(slug: str) -> Response:
    event = made_by_us(slug)
    with transaction():
        withdrawing.delete_draft(event, by=the_viewer())
    return done(url_for(".events", show="draft"), _("The draft is deleted."))
