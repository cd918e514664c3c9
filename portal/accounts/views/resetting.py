"""A forgotten password: prove the address or number, then choose a new one."""

from __future__ import annotations

from typing import Any

from flask import request, session, url_for
from werkzeug.wrappers import Response

from portal.accounts import passwords, rules, services
from portal.accounts.forms.signing import AddressForm, NewPasswordForm
from portal.accounts.models import CodePurpose, OneTimeCode
from portal.accounts.views import browser
from portal.accounts.views.answers import fill_kept, refused
from portal.accounts.views.blueprint import bp
from portal.core.access import public
from portal.core.db import transaction
from portal.core.errors import DomainError
from portal.core.i18n import _, language
from portal.core.limits import KNOCKING, client_address
from portal.core.web import go, page

_PROVEN = "may_reset"


@bp.route("/reset", methods=["GET", "POST"])
@public
@KNOCKING
def reset() -> Response:
    """Whose password? The answer is the same for every address and number."""
    form = AddressForm()
    if request.method == "GET":
        fill_kept(form, request.path)
        return page("accounts/reset.html", block="reset_form", form=form)
    if not form.validate_on_submit():
        return page("accounts/reset.html", block="reset_form", status=422, form=form)
    contact = form.email.data or ""
    try:
        with transaction():
            code_id = services.send_reset_code(contact, language=language(), address=client_address())
    except DomainError as error:
        return refused(error, form, "accounts/reset.html", block="reset_form")
    browser.begin_waiting(contact, code_id, to="")
    return go(url_for("accounts.check_mail"))


def let_choose_password(code: OneTimeCode) -> Response:
    """This browser proved the contact; the code is used up when the password is chosen."""
    session[_PROVEN] = code.id
    browser.stop_waiting()
    return go(url_for("accounts.new_password"))


@bp.route("/reset/password", methods=["GET", "POST"])
@public
@KNOCKING
def new_password() -> Response:
    """Choose it; every other browser is signed out."""
    code_id = session.get(_PROVEN)
    code = services.find_code(code_id, CodePurpose.RESET) if code_id else None
    if code is None:
        return go(url_for("accounts.reset"))
    form, contact = NewPasswordForm(), code.contact
    shown: dict[str, Any] = {"contact": contact}
    if request.method == "GET":
        return page("accounts/new_password.html", block="new_password_form", form=form, **shown)
    if not form.validate_on_submit():
        return page("accounts/new_password.html", block="new_password_form", status=422, form=form, **shown)
    password = form.password.data or ""
    try:
        rules.check_password(password, email=contact)
        password_hash = passwords.hash_password(password)
        with transaction():
            member_id = services.reset_password(code, password_hash=password_hash)
            token = browser.open_session(member_id)
    except DomainError as error:
        return refused(error, form, "accounts/new_password.html", block="new_password_form", **shown)
    return browser.enter(token, to=url_for("accounts.me"), message=_("Your new password is set."))
