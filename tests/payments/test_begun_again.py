"""Ways to pay that end before the payment does, and that belong to one device."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal.core import clock
from portal.core.db import transaction
from portal.core.errors import Conflict
from portal.payments import desk, queries
from portal.payments.providers import Checkout, CheckoutKind, Payer, ProviderDown
from portal.payments.providers.known import find_provider
from tests.answers import BOTH, place, text_of
from tests.client import PortalClient
from tests.make import Make
from tests.payments.cases import ASKED, Case, later
from tests.payments.peers import AlipayPeer, StripePeer, WechatPeer

pytestmark = pytest.mark.one_database
As = Callable[..., PortalClient]
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"
WECHAT = f"{PHONE} MicroMessenger/8.0.50 Language/zh_CN"


@pytest.fixture
def at(app: Flask, offer: Callable[..., None], make: Make) -> Any:
    """A case at this peer."""
    peers = []

    def begun(peer: Any) -> Case:
        peers.append(peer)
        offer(**peer.settings())
        return Case(app, peer, make)

    yield begun
    for peer in peers:
        peer.stop()


@pytest.mark.parametrize(("on_phone", "lives"), [(True, 5), (False, 120)], ids=["address", "code"])
def test_wechat_gives_a_fresh_one_when_the_first_is_too_old(at: Any, on_phone: bool, lives: int) -> None:
    case = at(WechatPeer())
    with transaction():
        case.payment.expires_at = clock.now() + timedelta(hours=5)
    first = case.begin(on_phone=on_phone)
    assert case.begin(on_phone=on_phone).value == first.value
    with later(minutes=lives):
        assert case.begin(on_phone=on_phone).value != first.value
        case.peer.pay(case.id)
        case.notify()
    assert (case.state, len(case.peer.trades)) == ("paid", 1)


def test_wechat_is_told_the_same_words_on_another_device(at: Any) -> None:
    """It refuses an order that was begun on a phone when it comes from a desk: also when its first answer was lost."""
    case = at(WechatPeer())
    case.peer.deaf = True
    with pytest.raises(ProviderDown):
        case.begin(on_phone=True)
    case.peer.deaf = False
    assert case.begin().kind is CheckoutKind.URL


def test_wechat_leads_back_here(at: Any) -> None:
    assert "redirect_url=http" in (value := at(WechatPeer()).begin(on_phone=True).value)
    assert "%2Freturn" in value


@BOTH
@pytest.mark.parametrize("peer", [WechatPeer, AlipayPeer])
def test_inside_wechat_a_sentence_says_where_to_go_on(at: Any, as_member: As, peer: Any, htmx: bool) -> None:
    """Neither opens there. Nothing is begun, so that the browser outside can begin in its own way."""
    case = at(peer())
    client, here = as_member(case.payer), f"/payments/{case.id}"
    headers = {"User-Agent": WECHAT}
    assert "Open in browser" in text_of(client.get(here, headers=headers))
    answer = client.post(f"{here}/pay", headers=headers, htmx=htmx)
    assert "Open in browser" in text_of(answer, 409)
    assert (case.state, case.peer.questions) == ("created", [])
    outside = {"User-Agent": PHONE}
    assert "Open in browser" not in text_of(client.get(here, headers=outside))
    place(client.post(f"{here}/pay", headers=outside, htmx=htmx), htmx=htmx)
    assert case.state == "open"


def test_play_money_can_be_paid_inside_wechat(offer: Any, make: Make, as_member: As) -> None:
    from portal.accounts.queries import get_member

    payment = make.payment()
    client = as_member(get_member(payment.payer_id))
    place(client.post(f"/payments/{payment.id}/pay", headers={"User-Agent": WECHAT}), htmx=False)


@pytest.mark.parametrize(
    ("began", "goes_on", "says"),
    [(PHONE, "Mozilla/5.0 (X11)", "began this on a phone"), ("Mozilla/5.0 (X11)", PHONE, "on a computer")],
    ids=["phone first", "desk first"],
)
def test_what_belongs_to_one_device_says_so(
    at: Any, as_member: As, began: str, goes_on: str, says: str
) -> None:
    case = at(WechatPeer())
    client, here = as_member(case.payer), f"/payments/{case.id}"
    client.post(f"{here}/pay", headers={"User-Agent": began})
    assert says not in text_of(client.get(here, headers={"User-Agent": began}))
    assert says in text_of(client.get(here, headers={"User-Agent": goes_on}))
    assert client.post(f"{here}/pay", headers={"User-Agent": goes_on}).status_code == 409


def test_wechat_sees_where_its_payer_comes_from(at: Any, as_member: As) -> None:
    """Its page for phones opens only for those who come from the shop's own address."""
    case = at(WechatPeer())
    client, phone = as_member(case.payer), {"User-Agent": PHONE}
    client.post(f"/payments/{case.id}/pay", headers=phone)
    answer = client.get(f"/payments/{case.id}/go", headers=phone)
    assert answer.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert "noreferrer" not in text_of(answer).split("<main", 1)[1].split("</main", 1)[0]


def test_a_page_that_waits_stays_as_it_is_until_something_is_new(at: Any, as_member: As) -> None:
    """Looking every few seconds, it would close what the payer has just opened."""
    case = at(WechatPeer())
    client = as_member(case.payer)
    client.post(f"/payments/{case.id}/pay")
    page = text_of(client.get(f"/payments/{case.id}"))
    look = page.split(' hx-get="')[1].split('"')[0].replace("&amp;", "&")
    assert client.get(look, htmx=True).status_code == 204
    case.peer.pay(case.id)
    case.notify()
    assert "Paid" in text_of(client.get(look, htmx=True))


def test_an_address_that_is_none_is_no_answer(at: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    case = at(AlipayPeer())
    provider: Any = find_provider("alipay")
    for value in ("javascript:alert(1)", "", "//elsewhere.example", "/me"):
        way = Checkout(CheckoutKind.URL, value)
        monkeypatch.setattr(provider, "start", lambda *_, way=way: way)
        with pytest.raises(ProviderDown):
            desk.start_checkout(case.id, Payer())


def test_a_payment_that_ended_while_its_checkout_began(at: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was begun is known, so that it can be closed there."""
    case = at(StripePeer())
    provider: Any = find_provider("stripe")
    start = provider.start

    def slowly(*words: Any) -> Any:
        checkout = start(*words)
        from portal.payments import services

        with transaction():
            services.cancel(case.id)
        return checkout

    monkeypatch.setattr(provider, "start", slowly)
    with pytest.raises(Conflict):
        desk.start_checkout(case.id, Payer())
    case.sweep()
    assert (case.state, case.peer.trades[case.id].state) == ("cancelled", "closed")


@pytest.mark.parametrize("minutes", [0, 100, 119])
def test_stripe_takes_a_payment_begun_late_in_its_time(at: Any, minutes: int) -> None:
    """Nobody answered at first; a session that is begun later must still live half an hour."""
    case = at(StripePeer())
    case.peer.down = True
    with pytest.raises(ProviderDown):
        case.begin()
    case.peer.down = False
    with later(minutes=minutes):
        case.begin()
        case.peer.pay(case.id)
        case.ask()
    assert (case.state, case.payment.received) == ("paid", ASKED)


def test_stripe_takes_a_payment_that_is_held_for_weeks(at: Any) -> None:
    case = at(StripePeer())
    with transaction():
        case.payment.expires_at = clock.now() + timedelta(days=20)
    case.peer.down = True
    with pytest.raises(ProviderDown):
        case.begin()
    case.peer.down = False
    with later(days=9):
        assert case.begin().value


def test_stripe_counts_as_we_do(at: Any) -> None:
    """Where its minor units are others it would take another sum: such a currency is not offered."""
    at(StripePeer())
    offered = {
        code for code in ("CNY", "EUR", "JPY", "KRW", "ISK", "UGX", "KWD", "RSD", "TWD", "HUF")
        if "stripe" in [choice.name for choice in queries.providers_on(code)]
    }  # fmt: skip
    assert offered == {"CNY", "EUR", "JPY", "KRW", "TWD", "HUF"}
