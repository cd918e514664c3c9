"""Mail address and mobile number of one's account: add, change, remove. A signed-in phone in other hands is not enough."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import request, session, url_for
from werkzeug.wrappers import Response

from portal.accounts import queries, rules, services
from portal.accounts.forms.contacts import MailForm, PhoneForm, RemovalForm
from portal.accounts.forms.signing import CodeForm
from portal.accounts.models import Member, OneTimeCode
from portal.accounts.services import Kind
from portal.accounts.views import browser
from portal.accounts.views.answers import refused
from portal.accounts.views.blueprint import bp
from portal.accounts.views.joining import code_page
from portal.accounts.views.security import must_know_password
from portal.core import sms
from portal.core.access import members, the_viewer
from portal.core.db import transaction
from portal.core.errors import DomainError, Invalid, NotFound
from portal.core.i18n import _, language
from portal.core.limits import KNOCKING, TAPPING, client_address
from portal.core.web import done, go, page

#: so long after signing in nobody is asked for the password again
SURE_FOR = timedelta(minutes=10)
#: in the cookie: the latest codes and the contact they were sent to
_ASKED = "new_contact"


@dataclass(frozen=True, slots=True)
class Way:
    """One of the two ways to reach somebody, as these pages name it."""

    name: str
    field: str

    def of(self, member: Member) -> str | None:
        contact: str | None = getattr(member, self.field)
        return contact

    def form(self) -> MailForm | PhoneForm:
        return PhoneForm() if self.field == "phone" else MailForm()


_WAYS = {"mail": Way("mail", "email"), "phone": Way("phone", "phone")}


@bp.route("/me/security/<any(mail, phone):way>", methods=["GET", "POST"])
@members
@KNOCKING
def contact(way: str) -> Response:
    """A new address or number; it counts once its code was typed."""
    chosen, me = _way(way), the_viewer()
    form = chosen.form()
    if request.method == "GET":
        return page("accounts/contact.html", block="contact_form", form=form, **_context(chosen))
    if not form.validate_on_submit():
        return page("accounts/contact.html", block="contact_form", status=422, form=form, **_context(chosen))
    wanted = form.email.data or ""
    try:
        _make_sure(form.current.data or "")
        with transaction():
            code_id = services.ask_for_contact(me.id, wanted, language=language(), address=client_address())
    except DomainError as error:
        return refused(error, form, "accounts/contact.html", block="contact_form", **_context(chosen))
    session[_ASKED] = {"way": way, "contact": wanted, "ids": [code_id]}
    return go(url_for("accounts.contact_code", way=way))


@bp.route("/me/security/<any(mail, phone):way>/code", methods=["GET", "POST"])
@members
@KNOCKING
def contact_code(way: str) -> Response:
    """The six digits that were sent to the new address or number."""
    chosen, asked = _way(way), session.get(_ASKED)
    if not isinstance(asked, dict) or asked.get("way") != way:
        return go(url_for("accounts.contact", way=way))
    form, shown = CodeForm(), code_page(asked["contact"]) | {"way": chosen}
    if request.method == "GET":
        return page("accounts/contact_code.html", block="code_form", form=form, **shown)
    if not form.validate_on_submit():
        return page("accounts/contact_code.html", block="code_form", status=422, form=form, **shown)
    try:
        code = _typed(asked, form.code.data or "")
        with transaction():
            services.take_contact(the_viewer().id, code)
    except DomainError as error:
        return refused(error, form, "accounts/contact_code.html", block="code_form", field="code", **shown)
    session.pop(_ASKED)
    return done(url_for("accounts.security"), _("Done: from now on this is how we reach you."))


def _typed(asked: dict[str, Any], typed: str) -> OneTimeCode:
    """The code that was typed; a wrong one is counted and answered with Invalid."""
    account, address = asked["contact"], client_address()
    with transaction():
        services.take_turn(Kind.CODE, account=account, address=address)
        code = services.try_code(asked["ids"], typed)
        if code is not None:
            services.forgive(Kind.CODE, account=account, address=address)
    if code is None:
        raise Invalid(
            _("This code does not fit, or its time is over. Look at the latest one, or ask for a new code.")
        )
    return code


@bp.route("/me/security/<any(mail, phone):way>/remove", methods=["GET", "POST"])
@members
@KNOCKING
def remove_contact(way: str) -> Response:
    """Be reached there no more; never the last way."""
    chosen, form = _way(way), RemovalForm()
    if request.method == "GET":
        return page("accounts/contact_remove.html", block="removal_form", form=form, **_context(chosen))
    try:
        _make_sure(form.current.data or "")
        with transaction():
            services.remove_contact(the_viewer().id, chosen.field)
    except DomainError as error:
        return refused(error, form, "accounts/contact_remove.html", block="removal_form", **_context(chosen))
    return done(url_for("accounts.security"), _("It is removed."))


@bp.post("/me/security/again")
@members
@TAPPING
def sign_in_again() -> Response:
    """Who has no password shows by a fresh sign-in that it is them: out, and back to this page."""
    way = _way(request.form.get("way", ""))
    with transaction():
        services.close_session(the_viewer().session_id)
    browser.leave()
    return go(url_for("accounts.sign_in", next=url_for("accounts.contact", way=way.name)))


def _way(name: str) -> Way:
    """NotFound for numbers in a house that cannot write to them."""
    if name not in _WAYS or (name == "phone" and not sms.available()):
        raise NotFound(_("There is no such page."))
    return _WAYS[name]


def _make_sure(typed: str) -> None:
    """It is the member who asks: signed in just now, or knowing the password. Raises Invalid, TooMany."""
    me = the_viewer()
    if queries.signed_in_within(me.session_id, SURE_FOR):
        return
    member = queries.get_member(me.id)
    if member.password_hash is None:
        raise Invalid(_("Please sign in once more first."))
    must_know_password(member, typed)


def _context(way: Way) -> dict[str, Any]:
    me = the_viewer()
    member = queries.get_member(me.id)
    other = _WAYS["mail" if way.name == "phone" else "phone"]
    sure = queries.signed_in_within(me.session_id, SURE_FOR)
    return {
        "way": way,
        "present": way.of(member),
        "shown": rules.masked(way.of(member) or ""),
        "can_remove": way.of(member) and getattr(member, f"{other.field}_verified_at") is not None,
        "asks_password": not sure and member.password_hash is not None,
        "asks_sign_in": not sure and member.password_hash is None,
    }
