"""Mail and phone, password, devices."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.accounts import passwords, queries, rules, services
from portal.accounts.forms.signing import PasswordForm
from portal.accounts.models import Member
from portal.accounts.services import Kind
from portal.accounts.views.answers import refused
from portal.accounts.views.blueprint import bp
from portal.core import sms
from portal.core.access import members, the_viewer
from portal.core.crypto import digest
from portal.core.db import transaction
from portal.core.errors import DomainError, Invalid
from portal.core.i18n import _, ngettext
from portal.core.limits import KNOCKING, TAPPING, client_address
from portal.core.web import done, go, page


@bp.get("/me/security")
@members
def security() -> Response:
    """How I am reached, my password, and every browser in which I am signed in."""
    return page("accounts/security.html", form=PasswordForm(), **_context())


@bp.route("/me/security/password", methods=["GET", "POST"])
@members
@KNOCKING
def change_password() -> Response:
    """A new password, after the present one; other devices are signed out."""
    if request.method == "GET":
        return go(url_for("accounts.security"))
    form, context = PasswordForm(), _context()
    if not form.validate_on_submit():
        return page("accounts/security.html", block="password_form", status=422, form=form, **context)
    member: Member = context["member"]
    try:
        password_hash = _checked(member, form.current.data or "", form.password.data or "")
        with transaction():
            services.change_password(
                member, password_hash=password_hash, keep_session=the_viewer().session_id
            )
    except DomainError as error:
        return refused(error, form, "accounts/security.html", block="password_form", **context)
    return done(url_for("accounts.security"), _("Your new password is set."))


def _checked(member: Member, current: str, password: str) -> str:
    """The hash of the new password. Guessing the present one costs growing waits, as at sign-in."""
    for contact in filter(None, (member.email, member.phone)):
        rules.check_password(password, email=contact, name=member.display_name)
    if member.password_hash is not None:
        must_know_password(member, current)
    return passwords.hash_password(password)


def must_know_password(member: Member, typed: str) -> None:
    """Raises Invalid beside ``current``, or TooMany. Tries at sign-in and here are counted together."""
    stored, account, address = (
        member.password_hash,
        member.email or member.phone or member.id,
        client_address(),
    )
    with transaction():
        services.take_turn(Kind.PASSWORD, account=account, address=address)
    if not passwords.fits(stored, typed):
        raise Invalid(_("This is not your present password."), field="current")
    with transaction():
        services.forgive(Kind.PASSWORD, account=account, address=address)


@bp.post("/me/security/devices/<token_hash>/sign-out")
@members
@TAPPING
def revoke_session(token_hash: str) -> Response:
    """Sign one other device out."""
    with transaction():
        services.revoke_session(the_viewer().id, token_hash)
    return done(url_for("accounts.security"), _("This device is signed out."), fragment=_devices)


@bp.post("/me/security/devices/sign-out")
@members
@TAPPING
def revoke_others() -> Response:
    """Sign all other devices out."""
    me = the_viewer()
    with transaction():
        count = services.close_other_sessions(me.id, keep=me.session_id)
    said = ngettext("%(num)s other device is signed out.", "%(num)s other devices are signed out.", count)
    return done(url_for("accounts.security"), said, fragment=_devices)


def _devices() -> Response:
    return page("accounts/security.html", block="device_list", form=PasswordForm(formdata=None), **_context())


def _context() -> dict[str, Any]:
    me = the_viewer()
    member = queries.get_member(me.id)
    return {
        "member": member,
        "ways": _ways(member),
        "phones": sms.available(),
        "devices": queries.sessions_of(me.id),
        "this_device": digest(me.session_id),
    }


def _ways(member: Member) -> list[dict[str, Any]]:
    """How the member is reached, masked: others may look over their shoulder."""
    mail = {
        "name": "mail",
        "icon": "mail",
        "label": _("Mail address"),
        "empty": _("Add one, so that we can write to you"),
        "contact": rules.masked(member.email) if member.email else "",
        "proven": member.email_verified_at,
    }
    phone = {
        "name": "phone",
        "icon": "smartphone",
        "label": _("Mobile number"),
        "empty": _("Add one, and sign in with it as well"),
        "contact": rules.masked(member.phone) if member.phone else "",
        "proven": member.phone_verified_at,
    }
    return [mail, phone] if sms.available() else [mail]
