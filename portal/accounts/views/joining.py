"""Sign-up, and the page that waits for a code. Nothing here tells whether an address or number has an account."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.accounts import passwords, rules, services
from portal.accounts.forms.signing import CodeForm, SignUpForm
from portal.accounts.models import CodePurpose, OneTimeCode
from portal.accounts.queries import get_member
from portal.accounts.services import Kind
from portal.accounts.services.consents import AGE
from portal.accounts.views import accepting, arriving, browser, undoing
from portal.accounts.views.answers import fill_kept, refused
from portal.accounts.views.blueprint import bp
from portal.accounts.views.resetting import let_choose_password
from portal.brand import queries as brand
from portal.core.access import public, viewer
from portal.core.db import transaction
from portal.core.errors import DomainError, Invalid
from portal.core.i18n import _, language
from portal.core.limits import KNOCKING, client_address
from portal.core.web import done, go, page, safe_path


@bp.route("/sign-up", methods=["GET", "POST"])
@public
@KNOCKING
def sign_up() -> Response:
    """Name, address or number, and for those who like a password. The account is made when the contact is proven."""
    if viewer() is not None:
        return go(safe_path(request.args.get("next"), default=url_for("accounts.me")))
    form = _sign_up_form()
    if request.method == "GET":
        form.next.data = safe_path(request.args.get("next"), default="")
        form.source.data = services.recognised(request.args.get("from", ""))
        shown = form.read.data
        fill_kept(form, request.path)
        form.read.data = shown
        response = page("accounts/sign_up.html", block="sign_up_form", form=form)
        return arriving.remember_source(response, form.source.data)
    if not form.validate_on_submit():
        return page("accounts/sign_up.html", block="sign_up_form", status=422, form=form)
    try:
        code_id = _begin(form)
    except DomainError as error:
        return refused(error, form, "accounts/sign_up.html", block="sign_up_form")
    browser.begin_waiting(form.email.data or "", code_id, to=form.next.data or "")
    return go(url_for("accounts.check_mail"))


def _sign_up_form() -> SignUpForm:
    """With the ticks that the house asks for. Who read an older version than the one in force ticks once more."""
    form, house = SignUpForm(), brand.current()
    form.of_age.label.text = _("I am %(age)s or older", age=house.minimum_age)
    form.accepts.label.text = accepting.promise(house.legal)
    shown = accepting.told(house.legal)
    if not house.legal:
        del form.accepts
    elif form.is_submitted() and form.read.data != shown:
        form.accepts.data, form.accepts.raw_data = False, []
    form.read.data = shown
    return form


def _begin(form: SignUpForm) -> str:
    contact, name, password = form.email.data or "", form.display_name.data or "", form.password.data or ""
    if password:
        rules.check_password(password, email=contact, name=name)
    password_hash = passwords.hash_password(password) if password else None
    with transaction():
        return services.begin_sign_up(
            contact,
            display_name=name,
            password_hash=password_hash,
            language=language(),
            source=arriving.source_here() or services.recognised(form.source.data or ""),
            address=client_address(),
            agreed={AGE: brand.current().minimum_age} | accepting.agreed(form.read.data or ""),
        )


@bp.route("/check-mail", methods=["GET", "POST"])
@public
@KNOCKING
def check_mail() -> Response:
    """The six digits from the mail or the message."""
    waiting = browser.Waiting.found()
    if waiting is None:
        return page("accounts/link_over.html", status=404)
    form = CodeForm()
    shown = code_page(waiting.contact)
    if request.method == "GET":
        return page("accounts/check_mail.html", block="code_form", form=form, **shown)
    if not form.validate_on_submit():
        return page("accounts/check_mail.html", block="code_form", status=422, form=form, **shown)
    try:
        code = _typed(waiting, form.code.data or "")
        return _arrived(code, same_browser=True, to=waiting.to)
    except DomainError as error:
        return refused(error, form, "accounts/check_mail.html", block="code_form", field="code", **shown)


def _typed(waiting: browser.Waiting, typed: str) -> OneTimeCode:
    """The code that was typed; a wrong one is counted and answered with Invalid."""
    address = client_address()
    with transaction():
        services.take_turn(Kind.CODE, account=waiting.contact, address=address)
        code = services.try_code(waiting.ids, typed)
        if code is not None:
            services.forgive(Kind.CODE, account=waiting.contact, address=address)
    if code is None:
        raise Invalid(
            _("This code does not fit, or its time is over. Look at the latest one, or ask for a new code.")
        )
    return code


def code_page(contact: str) -> dict[str, Any]:
    """What the page that waits for a code says about where it was sent."""
    minutes = services.holds(contact) // timedelta(minutes=1)
    return {"contact": rules.readable(contact), "by_text": rules.is_phone(contact), "minutes": minutes}


@bp.post("/check-mail/again")
@public
@KNOCKING
def send_again() -> Response:
    """Another mail or message."""
    waiting = browser.Waiting.found()
    if waiting is None:
        return page("accounts/link_over.html", status=404)
    with transaction():
        code_id = services.send_again(waiting.ids[0], language=language(), address=client_address())
    waiting.add(code_id)
    return done(url_for("accounts.check_mail"), _("Another code is on its way."))


@bp.route("/confirm/<token>", methods=["GET", "POST"])
@public
@KNOCKING
def confirm(token: str) -> Response:
    """The link in a mail. Looking only shows a button (scanners of mail look at links too); pressing it counts."""
    code = services.find_link(token)
    if code is None or (code.purpose is CodePurpose.CONTACT and not services.can_take_back(code)):
        return page("accounts/link_over.html", status=404)
    if request.method == "GET":
        response = page("accounts/confirm.html", code=code, token=token, name=code.facts.get("display_name"))
        response.headers["Referrer-Policy"] = "no-referrer"
        return response
    waiting = browser.Waiting.found()
    same_browser = waiting is not None and code.id in waiting.ids
    return _arrived(code, same_browser=same_browser, to=waiting.to if waiting else "")


def _arrived(code: OneTimeCode, *, same_browser: bool, to: str) -> Response:
    """A proven contact: an account is made, or its owner comes in, may choose a new password, or takes a change back."""
    if code.purpose is CodePurpose.RESET:
        return let_choose_password(code)
    if code.purpose is CodePurpose.CONTACT:
        return undoing.taken_back(code)
    with transaction():
        arrival = services.arrive(code, same_browser=same_browser)
        token = browser.open_session(arrival.member_id)
        name = get_member(arrival.member_id).display_name
    browser.stop_waiting()
    said = (
        _("Welcome, %(name)s!", name=name)
        if arrival.joined
        else _("Good to see you again, %(name)s.", name=name)
    )
    return browser.enter(token, to=to or url_for("accounts.me"), message=said)
