"""One payment as its payer sees it: how it stands, going on to pay, coming back, giving up."""

from __future__ import annotations

import io
from hashlib import sha256
from typing import Any

import segno
from flask import make_response, request, url_for
from werkzeug.urls import iri_to_uri
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.access import members, the_viewer
from portal.core.db import transaction
from portal.core.errors import Conflict, NotFound
from portal.core.i18n import _
from portal.core.limits import TAPPING, WRITING, one_more
from portal.core.web import done, go, page, safe_path, wants_fragment
from portal.payments import desk, queries, rules, services
from portal.payments.models import RUNNING, Payment
from portal.payments.providers import Checkout, CheckoutKind, Payer, ProviderDown
from portal.payments.providers.known import find_provider
from portal.payments.services.opening import began_on_phone, checkout_of
from portal.payments.views.blueprint import bp
from portal.payments.words import REFUNDS, standing

TEMPLATE = "payments/payment.html"
#: so often somebody who comes back makes us ask the provider
LOOKS_BACK = "20/minute"


@bp.get("/payments/<payment_id>")
@members
def payment(payment_id: str) -> Response:
    """How it stands. While a QR is shown the block asks again by itself; as long as nothing is new it stays as it is."""
    found = queries.get_own_payment(the_viewer(), payment_id)
    if wants_fragment() and request.args.get("seen") == _fingerprint(found):
        return make_response("", 204)
    return _shown(found)


@bp.post("/payments/<payment_id>/pay")
@members
@TAPPING
def pay(payment_id: str) -> Response:
    """Begin, or go on. Off to the provider with htmx; without it over a page of ours with a link, because no form of this
    site may lead elsewhere."""
    found = queries.get_own_payment(the_viewer(), payment_id)
    payer = _payer()
    if _hindrance(found, payer):
        return _shown(found, status=409)
    try:
        checkout = desk.start_checkout(found.id, payer)
    except Conflict as refusal:
        found = queries.get_own_payment(the_viewer(), payment_id)
        return _shown(found, said=refusal.message, status=refusal.status)
    if checkout.kind is not CheckoutKind.URL:
        return go(url_for(".payment", payment_id=payment_id))
    off_site = not checkout.value.startswith("/")
    if off_site and request.headers.get("HX-Request") != "true":
        return go(url_for(".leave", payment_id=payment_id))
    return go(checkout.value)


@bp.get("/payments/<payment_id>/go")
@members
def leave(payment_id: str) -> Response:
    """The last page of ours before the provider's: a link, which the browser follows by itself."""
    found = queries.get_own_payment(the_viewer(), payment_id)
    checkout = _address(found)
    if checkout is None or not rules.may_pay(found, clock.now()) or _hindrance(found, _payer()):
        return go(url_for(".payment", payment_id=payment_id))
    response = page(
        "payments/leave.html", payment=found, address=checkout, label=queries.provider_label(found.provider)
    )
    response.headers["Refresh"] = f"1;url={iri_to_uri(checkout)}"
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/payments/<payment_id>/return")
@members
def come_back(payment_id: str) -> Response:
    """Back from the provider: nothing in the address is believed, the provider is asked (not with every reload). Then on
    to where it began."""
    found = queries.get_own_payment(the_viewer(), payment_id)
    if found.state in RUNNING and one_more(LOOKS_BACK, "payments.come_back"):
        _look_again(payment_id)
        found = queries.get_own_payment(the_viewer(), payment_id)
    here = url_for(".payment", payment_id=payment_id)
    return go(safe_path(found.return_path, here) if found.receipt_no else here)


@bp.post("/payments/<payment_id>/ask")
@members
@WRITING
def ask(payment_id: str) -> Response:
    """The payer says that it is paid: let us look."""
    found = queries.get_own_payment(the_viewer(), payment_id)
    answered = _look_again(found.id)
    here = url_for(".payment", payment_id=payment_id)
    said = (
        _("We looked: this is how it stands.")
        if answered
        else _("No answer yet. We go on asking by ourselves.")
    )
    return done(here, said, fragment=lambda: _shown(queries.get_own_payment(the_viewer(), payment_id)))


@bp.post("/payments/<payment_id>/cancel")
@members
@TAPPING
def cancel(payment_id: str) -> Response:
    """The payer does not want it any more."""
    found = queries.get_own_payment(the_viewer(), payment_id)
    with transaction():
        services.cancel(found.id)
    here = url_for(".payment", payment_id=payment_id)
    return done(
        here,
        _("Cancelled. Nothing was taken."),
        fragment=lambda: _shown(queries.get_own_payment(the_viewer(), payment_id)),
    )


@bp.get("/payments/<payment_id>/qr.svg")
@members
def qr(payment_id: str) -> Response:
    """What the payer's app scans: black on white with the quiet rim that scanners need."""
    found = queries.get_own_payment(the_viewer(), payment_id)
    checkout = checkout_of(found)
    if checkout is None or checkout.kind is not CheckoutKind.QR:
        raise NotFound(_("There is no page at this address."))
    drawn = io.BytesIO()
    segno.make_qr(checkout.value, error="m").save(drawn, kind="svg", scale=10, border=4, light="white")
    response = make_response(drawn.getvalue())
    response.content_type = "image/svg+xml"
    response.headers["Cache-Control"] = "no-store"
    return response


def _look_again(payment_id: str) -> bool:
    """Whether the provider answered."""
    try:
        desk.ask_provider(payment_id)
    except ProviderDown:
        return False
    return True


def _payer() -> Payer:
    agent = request.headers.get("User-Agent", "")
    return Payer("Mobi" in agent, "MicroMessenger" in agent, request.remote_addr or "127.0.0.1")


def _hindrance(found: Payment, payer: Payer) -> str:
    """Why it cannot be paid from here: nothing, ``wechat`` (its own browser does not open this way to pay), ``phone`` (it
    was begun on one, and goes on there) or ``desk`` (its code is scanned from a second screen)."""
    provider = find_provider(found.provider)
    if provider is None:
        return ""
    if payer.in_wechat and not provider.in_wechat:
        return "wechat"
    if not provider.by_device or found.started_at is None or payer.on_phone == began_on_phone(found):
        return ""
    return "desk" if payer.on_phone else "phone"


def _fingerprint(found: Payment) -> str:
    """What a shown page tells of: another one is shown when this is another."""
    checkout = checkout_of(found)
    facts = f"{found.state} {rules.may_pay(found, clock.now())} {checkout and checkout.value}"
    return sha256(facts.encode()).hexdigest()[:16]


def _address(found: Payment) -> str | None:
    """Where the provider's page is, when it has one elsewhere."""
    checkout: Checkout | None = checkout_of(found)
    if checkout is None or checkout.kind is not CheckoutKind.URL:
        return None
    return checkout.value if checkout.value.startswith(("https://", "http://")) else None


def _shown(found: Payment, *, said: str = "", status: int = 200) -> Response:
    return page(TEMPLATE, block="payment", status=status, **_context(found, said))


def _context(found: Payment, said: str) -> dict[str, Any]:
    payable = rules.may_pay(found, clock.now())
    return {
        "payment": found,
        "said": said,
        "payable": payable,
        "over": found.state in RUNNING and not payable,
        "checkout": checkout_of(found) if payable else None,
        "hindrance": _hindrance(found, _payer()) if payable else "",
        "seen": _fingerprint(found),
        "refunds": queries.refunds_of(found.id),
        "label": queries.provider_label(found.provider),
        "by_hand": queries.is_by_hand(found.provider),
        "standing": standing(found),
        "refund_labels": REFUNDS,
        "back": safe_path(found.return_path, url_for(".own")),
    }
