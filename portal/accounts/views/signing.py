"""Sign-in by password or by a code, and sign-out. Unknown addresses and numbers get the same answers in the same time."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, request, url_for
from werkzeug.wrappers import Response

from portal.accounts import passwords, queries, services
from portal.accounts.demo import PASSWORD, PERSONAS
from portal.accounts.forms.signing import AddressForm, SignInForm
from portal.accounts.services import Kind
from portal.accounts.views import browser
from portal.accounts.views.answers import fill_kept, refused
from portal.accounts.views.blueprint import bp
from portal.core import sms
from portal.core.access import public, viewer
from portal.core.db import transaction
from portal.core.errors import DomainError, Invalid
from portal.core.i18n import _, language
from portal.core.limits import KNOCKING, TAPPING, client_address
from portal.core.web import go, page, safe_path


@bp.route("/sign-in", methods=["GET", "POST"])
@public
@KNOCKING
def sign_in() -> Response:
    """Email or number, and password; a second button sends a code instead."""
    if viewer() is not None:
        return go(safe_path(request.values.get("next"), default=url_for("accounts.me")))
    form = SignInForm()
    if request.method == "GET":
        form.next.data = safe_path(request.args.get("next"), default="")
        fill_kept(form, request.path)
        return _sign_in_page(form)
    if not form.validate_on_submit():
        return _sign_in_page(form, status=422)
    try:
        token = _open_with_password(form.email.data or "", form.password.data or "")
    except DomainError as error:
        return _refused(error, form)
    return browser.enter(token, to=form.next.data or url_for("accounts.me"))


def _open_with_password(contact: str, password: str) -> str:
    """A new session's token. The try is counted first; the slow comparison is made outside any transaction."""
    address = client_address()
    with transaction():
        services.take_turn(Kind.PASSWORD, account=contact, address=address)
    member_id, stored = queries.password_of(contact)
    if not passwords.fits(stored, password) or member_id is None or stored is None:
        raise Invalid(_("These two do not fit together. You can also have a code sent to you."))
    stronger = passwords.hash_password(password) if passwords.is_outdated(stored) else None
    with transaction():
        token = browser.open_session(member_id)  # first: it holds the account, like whoever erases it
        services.forgive(Kind.PASSWORD, account=contact, address=address)
        if stronger:
            services.renew_hash(member_id, stronger)
    return token


@bp.route("/sign-in/code", methods=["GET", "POST"])
@public
@KNOCKING
def sign_in_code() -> Response:
    """Send a code to this address or number."""
    asked = AddressForm()
    form = SignInForm()  # the same page, where something was wrong or somebody came back to this address
    if request.method == "GET":
        return _sign_in_page(form)
    if not asked.validate_on_submit():
        form.email.errors = asked.email.errors
        return _sign_in_page(form, status=422)
    contact = asked.email.data or ""
    try:
        with transaction():
            code_id = services.send_sign_in_code(contact, language=language(), address=client_address())
    except DomainError as error:
        return _refused(error, form)
    browser.begin_waiting(contact, code_id, to=asked.next.data or "")
    return go(url_for("accounts.check_mail"))


@bp.post("/sign-out")
@public
@TAPPING
def sign_out() -> Response:
    """Close this browser's session, and let it forget pages and drafts: the next person here may be another one."""
    me = viewer()
    if me is not None:
        with transaction():
            services.close_session(me.session_id)
    browser.leave()
    flash(_("You are signed out. See you soon!"), "done")
    response = go("/")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _sign_in_page(form: SignInForm, *, status: int = 200) -> Response:
    return page("accounts/sign_in.html", block="sign_in_form", status=status, form=form, **_around())


def _refused(error: DomainError, form: SignInForm) -> Response:
    return refused(error, form, "accounts/sign_in.html", block="sign_in_form", **_around())


def _around() -> dict[str, Any]:
    """What stands beside the form: whether there are text messages; in the demo, the people one can be."""
    phones = sms.available()
    if not current_app.config["PORTAL"].demo:
        return {"personas": [], "demo_password": "", "phones": phones}
    what = {persona.email: persona.what for persona in PERSONAS}
    people = [(member, what[member.email or ""]) for member in queries.personas(list(what))]
    return {"personas": people, "demo_password": PASSWORD, "phones": phones}
