"""Mail came back and has stopped: a code, typed here, proves that it arrives again."""

from __future__ import annotations

from flask import request, session, url_for
from werkzeug.wrappers import Response

from portal.accounts import queries as accounts
from portal.accounts import services as account_services
from portal.accounts.models import CodePurpose, Member
from portal.accounts.services import Kind
from portal.accounts.services.mailing import prove_address
from portal.core.access import members, the_viewer
from portal.core.db import transaction
from portal.core.errors import DomainError, Invalid
from portal.core.i18n import _, language
from portal.core.limits import KNOCKING, client_address
from portal.core.web import done, go, page
from portal.notifications.forms import ProofForm
from portal.notifications.views.blueprint import bp
from portal.notifications.views.choices_page import CODE, TEMPLATE, context


@bp.route("/me/notifications/address", methods=["GET", "POST"])
@members
@KNOCKING
def send_proof() -> Response:
    """Mail a code to the address that mail came back from. It is mail that is asked for, so it goes out."""
    me, member = the_viewer(), _member()
    if request.method == "POST" and member.email and member.mail_stopped_at:
        with transaction():
            code_id = account_services.send_sign_in_code(
                member.email, language=language(), address=client_address()
            )
        session[CODE] = code_id
        return done(
            url_for(".choices"),
            _("A code is on its way to your address."),
            fragment=lambda: page(TEMPLATE, block="settings", **context(me)),
        )
    return go(url_for(".choices"))


@bp.route("/me/notifications/address/code", methods=["GET", "POST"])
@members
@KNOCKING
def take_proof() -> Response:
    """The code from that mail: it arrives, so everything may go there again."""
    if request.method == "GET":
        return go(url_for(".choices"))
    me, member, form = the_viewer(), _member(), ProofForm()
    if not form.validate_on_submit():
        return page(TEMPLATE, block="settings", status=422, **context(me, proof=form))
    try:
        _prove(member, form.code.data or "")
    except DomainError as error:
        form.refuse("code", error.message)
        return page(TEMPLATE, block="settings", status=error.status, **context(me, proof=form))
    session.pop(CODE, None)
    return done(
        url_for(".choices"),
        _("Your address works. Mail comes again, as you chose."),
        fragment=lambda: page(TEMPLATE, block="settings", **context(me)),
    )


def _prove(member: Member, typed: str) -> None:
    """Try the code; guessing costs growing waits, as at sign-in. Raises Invalid, TooMany, Conflict."""
    email, address = member.email or "", client_address()
    with transaction():
        account_services.take_turn(Kind.CODE, account=email, address=address)
        code = account_services.try_code([session.get(CODE, "")], typed)
        if code is not None:
            account_services.forgive(Kind.CODE, account=email, address=address)
    if code is None or code.contact != email or code.purpose is not CodePurpose.SIGN_IN:
        raise Invalid(
            _("This code does not fit, or its time is over. Look at the latest mail, or ask for a new code.")
        )
    with transaction():
        prove_address(member.id, code)


def _member() -> Member:
    return accounts.get_member(the_viewer().id)
