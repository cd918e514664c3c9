"""“That was not me”: taking a change of address or number back, by the link in a letter or a code to the old number."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.accounts import services
from portal.accounts.forms.contacts import NumberForm
from portal.accounts.models import OneTimeCode
from portal.accounts.views import browser
from portal.accounts.views.answers import fill_kept, refused
from portal.accounts.views.blueprint import bp
from portal.core import sms
from portal.core.access import public
from portal.core.db import transaction
from portal.core.errors import Conflict, DomainError, NotFound
from portal.core.i18n import _, language
from portal.core.limits import KNOCKING, client_address
from portal.core.web import go, page


@bp.route("/not-me", methods=["GET", "POST"])
@public
@KNOCKING
def not_me() -> Response:
    """Who heard by text message of a change proves that number. The answer is the same for every number."""
    if not sms.available():
        raise NotFound(_("There is no such page."))
    form = NumberForm()
    if request.method == "GET":
        fill_kept(form, request.path)
        return page("accounts/not_me.html", block="not_me_form", form=form)
    if not form.validate_on_submit():
        return page("accounts/not_me.html", block="not_me_form", status=422, form=form)
    phone = form.email.data or ""
    try:
        with transaction():
            code_id = services.ask_to_take_back(phone, language=language(), address=client_address())
    except DomainError as error:
        return refused(error, form, "accounts/not_me.html", block="not_me_form")
    browser.begin_waiting(phone, code_id, to="")
    return go(url_for("accounts.check_mail"))


def taken_back(code: OneTimeCode) -> Response:
    """All is as before the change, and whoever proved it is the only one signed in. Raises Conflict."""
    if not services.can_take_back(code):
        raise Conflict(_("This code is for something else. Please begin once more."))
    with transaction():
        member_id = services.take_back(code)
        token = browser.open_session(member_id)
    browser.stop_waiting()
    said = _(
        "All is as before. Every device is signed out and the old password no longer works: choose a new one here."
    )
    return browser.enter(token, to=url_for("accounts.security"), message=said)
