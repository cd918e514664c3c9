"""What is kept about me: looked at, taken along, taken back, erased."""

from __future__ import annotations

from typing import Any

from flask import request, send_file, url_for
from werkzeug.wrappers import Response

from portal.accounts import passwords, queries, services
from portal.accounts.consent_words import how_of, what_of
from portal.accounts.forms.privacy import leave_form
from portal.accounts.models import Member, PackageState
from portal.accounts.queries.privacy import kept_about
from portal.accounts.rules import shown_number
from portal.accounts.services import Kind, consents, erasing, packing
from portal.accounts.views.answers import refused
from portal.accounts.views.blueprint import bp
from portal.brand import showing
from portal.core.access import members, public, the_viewer
from portal.core.db import transaction
from portal.core.errors import DomainError, Invalid, NotFound
from portal.core.i18n import _
from portal.core.limits import KNOCKING, TAPPING, client_address
from portal.core.links import find_path
from portal.core.retention import periods
from portal.core.web import done, page

TEMPLATE, LEAVE = "accounts/privacy.html", "accounts/leave.html"
HOW = "privacy"


@bp.get("/me/privacy")
@members
def privacy() -> Response:
    """Everything about my data on one page. Under htmx only the package, which is looked at until it is ready."""
    return page(TEMPLATE, block="package", **_context())


# ------------------------------------------------------------------ taking it along


@bp.post("/me/privacy/data")
@members
@TAPPING
def pack_data() -> Response:
    """Have everything packed; the worker tells when it is ready."""
    me = the_viewer()
    with transaction():
        packing.ask_for_package(me.id, by=me)
    said = _("We are packing. You get a message when it is ready.")
    return done(url_for(".privacy", _anchor="package"), said, fragment=privacy)


@bp.get("/me/privacy/data/<package_id>")
@members
def fetch_data(package_id: str) -> Response:
    """The file, to its owner only; in parts when the browser asks for parts."""
    package = packing.get_package_of(the_viewer().id, package_id)
    name = f"my-data-{package.asked_at:%Y-%m-%d}.zip"
    try:
        with packing.path_of(package) as path:
            response = send_file(path, "application/zip", as_attachment=True, download_name=name)
    except FileNotFoundError:
        raise NotFound(_("This package is not here any more. You can ask for a new one.")) from None
    response.headers["Cache-Control"] = "private, no-store"
    return response


# ------------------------------------------------------------------ taking it back


@bp.post("/me/privacy/consents/<any(news_mail, news_sms):what>/take-back")
@members
@TAPPING
def take_back_consent(what: str) -> Response:
    """From now on the brand may not do this any more. Twice is once."""
    me = the_viewer()
    with transaction():
        consents.take_back(me.id, what, how=HOW)
    return done(
        url_for(".privacy", _anchor="consents"),
        _("Taken back. It holds from this moment on."),
        fragment=lambda: page(TEMPLATE, block="consents", **_context()),
    )


# ------------------------------------------------------------------ leaving


@bp.route("/me/privacy/leave", methods=["GET", "POST"])
@members
@KNOCKING
def leave() -> Response:
    """What goes, what stays, and the proof that it is really me who wants it."""
    member = queries.get_member(the_viewer().id)
    form = leave_form(member.password_hash is not None)
    if not form.is_submitted():
        return page(LEAVE, block="leave_form", form=form, member=member)
    if not form.validate_on_submit():
        return page(LEAVE, block="leave_form", status=422, form=form, member=member)
    try:
        _prove(member, form.proof.data or "")
        with transaction():
            day = erasing.ask_to_be_erased(member, by=the_viewer())
    except DomainError as error:
        return refused(error, form, LEAVE, block="leave_form", field="proof", member=member)
    said = _(
        "Your account will be erased on %(day)s. Until then you can change your mind.", day=showing.day(day)
    )
    return done(url_for(".privacy"), said)


@bp.post("/me/privacy/keep")
@members
@TAPPING
def keep_account() -> Response:
    """I stay."""
    member = queries.get_member(the_viewer().id)
    with transaction():
        erasing.stay(member)
    return done(url_for(".privacy"), _("We are glad. Nothing will be erased."))


@bp.route("/keep/<token>", methods=["GET", "POST"])
@public
@KNOCKING
def keep(token: str) -> Response:
    """The link in the letter: looking shows a button, a POST keeps the account. No sign-in, nothing personal."""
    member = erasing.find_leaving(token)
    kept = False
    if request.method == "POST" and member is not None:
        with transaction():
            kept = erasing.stay(member)
        member = None
    response = page("accounts/keep.html", block="keep", token=token, waits=member is not None, kept=kept)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


# ------------------------------------------------------------------ inside


def _prove(member: Member, typed: str) -> None:
    """Raises Invalid beside the field, or TooMany: guessing costs growing waits, as at sign-in."""
    if member.password_hash is None:
        if typed.lower().removeprefix("no.").strip().lstrip("0") != str(member.number):
            number = shown_number(member.number)
            raise Invalid(_("Please type the number on your card: %(number)s", number=number), field="proof")
        return
    account, address = member.email or member.phone or member.id, client_address()
    with transaction():
        services.take_turn(Kind.PASSWORD, account=account, address=address)
    if not passwords.fits(member.password_hash, typed):
        raise Invalid(_("This is not your present password."), field="proof")
    with transaction():
        services.forgive(Kind.PASSWORD, account=account, address=address)


def _context() -> dict[str, Any]:
    """Seven queries."""
    me = the_viewer()
    package = packing.newest_package(me.id)
    newest = sorted(consents.newest(me.id).values(), key=lambda line: line.at, reverse=True)
    lines = [
        (line, what_of(line), how_of(line), line.given and line.what in consents.FREE) for line in newest
    ]
    return {
        "kept": [(label, number) for label, number in kept_about(me.id) if number],
        "package": package,
        "packing": package is not None and package.state in packing.OPEN,
        "ready": package if package is not None and package.state is PackageState.READY else None,
        "failed": package is not None and package.state is PackageState.FAILED,
        "consents": lines,
        "periods": periods(),
        "rights_url": find_path("stories.photos_allowed"),
        "distance_url": find_path("accounts.distance"),
        "notifications_url": find_path("notifications.choices"),
    }
