"""The link of a staff invitation. Looking at it only shows who invites to what; a button accepts."""

from __future__ import annotations

from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from portal.accounts import queries
from portal.accounts.models import Member, StaffInvitation
from portal.accounts.queries.invitations import find_by_link, is_open
from portal.accounts.roles import ROLE_LABELS
from portal.accounts.services import invitations as services
from portal.accounts.views.blueprint import bp
from portal.core.access import public, viewer
from portal.core.db import transaction
from portal.core.errors import DomainError, NotAllowed
from portal.core.i18n import _
from portal.core.limits import KNOCKING
from portal.core.links import find_path
from portal.core.web import done, go, page

TEMPLATE = "accounts/invitation.html"


@bp.get("/invitations/<token>")
@public
def invitation(token: str) -> Response:
    """Who invites to what. A visitor signs in or makes an account first, and comes back here."""
    return _invitation(token)


@bp.post("/invitations/<token>")
@public
@KNOCKING
def accept_invitation(token: str) -> Response:
    """Take the role on: for the account with the address that was invited, once."""
    found, me = find_by_link(token), viewer()
    if found is None or not is_open(found):
        return _invitation(token)
    if me is None:
        return go(url_for(".sign_in", next=url_for(".invitation", token=token)))
    try:
        with transaction():
            role = services.accept(found, by=me)
    except DomainError as refusal:
        return _invitation(token, refusal)
    said = _("Welcome to the team! You are %(role)s now.", role=ROLE_LABELS[role])
    return done(find_path("home.console") or url_for(".me"), said)


def _invitation(token: str, refusal: DomainError | None = None) -> Response:
    found = find_by_link(token)
    context = _context(token, found, refusal)
    known = context["invitation"] or context["taken"]
    status = refusal.status if refusal else 200 if known else 404
    response = page(TEMPLATE, block="invitation", status=status, **context)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def _context(token: str, found: StaffInvitation | None, refusal: DomainError | None) -> dict[str, Any]:
    me = viewer()
    named = queries.members_named([id_ for id_ in (found and found.invited_by, me and me.id) if id_])
    mine = named.get(me.id) if me else None
    here = url_for(".invitation", token=token)
    return {
        "token": token,
        "invitation": found if found and is_open(found) else None,
        "taken": found is not None
        and found.accepted_by is not None
        and me is not None
        and found.accepted_by == me.id,
        "role": ROLE_LABELS[found.role] if found else "",
        "inviter": named.get(found.invited_by or "") if found else None,
        "problem": refusal.message if refusal else _not_for(found, mine),
        "sign_in_url": url_for(".sign_in", next=here),
        "sign_up_url": url_for(".sign_up", next=here),
        "console_url": find_path("home.console"),
    }


def _not_for(found: StaffInvitation | None, mine: Member | None) -> str:
    """Why who is signed in here cannot accept it; empty when they can, or nobody is."""
    if found is None or mine is None or not is_open(found):
        return ""
    try:
        services.check_addressee(found, mine)
    except NotAllowed as refusal:
        return refusal.message
    return ""
