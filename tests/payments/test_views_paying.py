"""A payer's pages: paying, coming back, the sandbox, giving up; the address that providers report to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal.core import clock
from portal.core.db import new_id, transaction
from portal.payments import services
from portal.payments.models import Payment
from portal.payments.queries import get_payment
from tests.answers import BOTH, place, text_of
from tests.client import PortalClient
from tests.make import Make
from tests.payments.cases import Case
from tests.payments.peers import AlipayPeer, WechatPeer

pytestmark = pytest.mark.one_database
WORDS = "工商银行 6222 0000 0000 0000 朝禾"
DEEDS = ("pay", "ask", "cancel")
As = Callable[..., PortalClient]


@pytest.fixture
def begun(offer: Callable[..., None], make: Make) -> Payment:
    offer(transfer=WORDS)
    return make.payment(begun=True)


def payer_of(payment: Payment, as_member: As) -> PortalClient:
    from portal.accounts.queries import get_member

    return as_member(get_member(payment.payer_id))


@BOTH
def test_pay_leads_to_the_provider_and_back(begun: Payment, as_member: As, htmx: bool) -> None:
    client = payer_of(begun, as_member)
    assert "¥168.00" in text_of(client.get(f"/payments/{begun.id}"))
    assert place(client.post(f"/payments/{begun.id}/pay", htmx=htmx), htmx=htmx) == f"/pay/sandbox/{begun.id}"
    back = place(client.post(f"/pay/sandbox/{begun.id}/pay", htmx=htmx), htmx=htmx)
    assert back == f"/payments/{begun.id}/return"
    assert place(client.get(back), htmx=False) == "/me", "on to where it began"
    page = text_of(client.get(f"/payments/{begun.id}"))
    assert "Paid" in page and f"/payments/{begun.id}/receipt" in page


@pytest.mark.parametrize(
    ("deed", "state", "late"),
    [("pay", "paid", False), ("fail", "failed", False), ("twice", "paid", False), ("late", "paid", True)],
)
def test_deeds_of_the_sandbox(begun: Payment, as_member: As, deed: str, state: str, late: bool) -> None:
    client = payer_of(begun, as_member)
    text_of(client.get(f"/pay/sandbox/{begun.id}"))
    client.post(f"/pay/sandbox/{begun.id}/{deed}")
    payment = get_payment(begun.id)
    assert (payment.state.value, payment.late) == (state, late)
    text_of(client.get(f"/payments/{begun.id}"))
    text_of(client.get(f"/pay/sandbox/{begun.id}"))
    client.post(f"/pay/sandbox/{begun.id}/pay")
    assert get_payment(begun.id).received == 16800 * (state == "paid" or deed == "fail")


def test_the_sandbox_is_not_there_without_play_money(app: Flask, begun: Payment, as_member: As) -> None:
    client = payer_of(begun, as_member)
    app.extensions["payments"] = {}
    assert client.get(f"/pay/sandbox/{begun.id}").status_code == 404
    assert client.post(f"/pay/sandbox/{begun.id}/pay").status_code == 404


@BOTH
@pytest.mark.parametrize("deed", DEEDS)
def test_payments_of_others_do_not_exist(
    begun: Payment, as_member: As, as_staff: As, deed: str, htmx: bool
) -> None:
    for client in (as_member(), as_staff("owner")):
        for payment_id in (begun.id, new_id(), "无", "x" * 300):
            assert client.post(f"/payments/{payment_id}/{deed}", htmx=htmx).status_code == 404
            for page in ("", "/go", "/return", "/qr.svg", "/receipt"):
                assert client.get(f"/payments/{payment_id}{page}").status_code == 404
        assert client.get(f"/pay/sandbox/{begun.id}").status_code == 404
    assert get_payment(begun.id).state.value == "open"


@BOTH
def test_cancel(begun: Payment, as_member: As, htmx: bool) -> None:
    client = payer_of(begun, as_member)
    answer = client.post(f"/payments/{begun.id}/cancel", htmx=htmx)
    assert text_of(answer) if htmx else place(answer, htmx=False)
    assert get_payment(begun.id).state.value == "cancelled"
    refused = client.post(f"/payments/{begun.id}/pay", htmx=htmx)
    assert refused.status_code == 409
    assert "cannot be paid any more" in refused.get_data(as_text=True)


@BOTH
def test_look_again(begun: Payment, as_member: As, htmx: bool) -> None:
    from portal.payments.providers.known import find_provider

    client, provider = payer_of(begun, as_member), find_provider("sandbox")
    provider.till.pay(begun.id, clock.now())  # type: ignore[union-attr]
    answer = client.post(f"/payments/{begun.id}/ask", htmx=htmx)
    assert text_of(answer) if htmx else place(answer, htmx=False)
    assert get_payment(begun.id).state.value == "paid"


@BOTH
def test_words_for_a_transfer(begun: Payment, make: Make, as_member: As, htmx: bool) -> None:
    payment = make.payment(provider="offline")
    client = payer_of(payment, as_member)
    here = f"/payments/{payment.id}"
    assert place(client.post(f"{here}/pay", htmx=htmx), htmx=htmx) == here
    page = text_of(client.get(here))
    assert WORDS in page and payment.id[-8:].upper() in page


def test_time_is_over_but_nobody_has_looked_yet(begun: Payment, as_member: As) -> None:
    client = payer_of(begun, as_member)
    with clock.travel(clock.now() + timedelta(hours=3)):
        assert "Time was over" in text_of(client.get(f"/payments/{begun.id}"))
        assert client.post(f"/payments/{begun.id}/pay").status_code == 409


# ------------------------------------------------------------------ off this site


@pytest.fixture
def elsewhere(app: Flask, offer: Callable[..., None], make: Make, request: Any) -> Any:
    made = []

    def at(peer: Any) -> Case:
        made.append(peer)
        offer(**peer.settings())
        return Case(app, peer, make)

    yield at
    for peer in made:
        peer.stop()


@BOTH
def test_off_to_another_site(elsewhere: Any, as_member: As, htmx: bool) -> None:
    """htmx leads there at once. Without it a page of ours stands between: forms of this site lead nowhere else."""
    case = elsewhere(AlipayPeer())
    client = as_member(case.payer)
    where = place(client.post(f"/payments/{case.id}/pay", htmx=htmx), htmx=htmx)
    if htmx:
        assert where.startswith(case.peer.url)
        case.peer.visit(where)
        return
    assert where == f"/payments/{case.id}/go"
    answer = client.get(where)
    page = text_of(answer)
    assert case.peer.url in page
    assert answer.headers["Refresh"].startswith(f"1;url={case.peer.url}/gateway.do?")
    assert "form-action 'self'" in answer.headers["Content-Security-Policy"]


@BOTH
def test_a_provider_that_is_down(elsewhere: Any, as_member: As, htmx: bool) -> None:
    case = elsewhere(WechatPeer())
    client = as_member(case.payer)
    case.peer.down = True
    refused = client.post(f"/payments/{case.id}/pay", htmx=htmx)
    assert refused.status_code == 409
    page = refused.get_data(as_text=True)
    assert "could not reach WeChat Pay" in page and "Nothing was taken" in page
    assert case.state == "open"
    assert "No answer yet" in client.post(f"/payments/{case.id}/ask", htmx=True).get_data(as_text=True)
    assert place(client.get(f"/payments/{case.id}/return"), htmx=False) == f"/payments/{case.id}"
    case.peer.down = False
    assert place(client.post(f"/payments/{case.id}/pay", htmx=htmx), htmx=htmx) == f"/payments/{case.id}"


def test_a_qr_to_scan(elsewhere: Any, as_member: As) -> None:
    case = elsewhere(WechatPeer())
    client = as_member(case.payer)
    assert client.get(f"/payments/{case.id}/qr.svg").status_code == 404
    client.post(f"/payments/{case.id}/pay")
    page = text_of(client.get(f"/payments/{case.id}"))
    assert 'hx-trigger="every 4s"' in page and f"/payments/{case.id}/qr.svg" in page
    drawn = client.get(f"/payments/{case.id}/qr.svg")
    assert drawn.mimetype == "image/svg+xml" and b"<svg" in drawn.data
    case.peer.pay(case.id)
    case.notify()
    assert "every 4s" not in text_of(client.get(f"/payments/{case.id}", htmx=True))


def test_return_never_leads_off_this_site(begun: Payment, as_member: As) -> None:
    with transaction():
        begun.return_path = "https://elsewhere.example/"
    client = payer_of(begun, as_member)
    client.post(f"/pay/sandbox/{begun.id}/pay")
    assert place(client.get(f"/payments/{begun.id}/return"), htmx=False) == f"/payments/{begun.id}"
    assert "elsewhere.example" not in text_of(client.get(f"/payments/{begun.id}"))


# ------------------------------------------------------------------ the hook


@pytest.mark.parametrize("provider", ["nobody", "stripe", "offline", "无"])
def test_no_hook_for_what_is_not_offered(client: PortalClient, begun: Payment, provider: str) -> None:
    assert client.post(f"/hooks/payments/{provider}", data=b"{}").status_code in (403, 404)


@pytest.mark.parametrize("body", [b"", b"\xff\x00", b"[]", b"{" * 5000, "付款".encode(), b"x" * 300_000])
def test_a_hook_takes_no_rubbish(client: PortalClient, begun: Payment, body: bytes) -> None:
    assert client.post("/hooks/payments/sandbox", data=body).status_code in (403, 413)
    assert services.is_known("sandbox", "") is False
