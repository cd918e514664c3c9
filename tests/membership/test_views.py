"""Pages of membership: joining, changing, leaving, giving, redeeming, the card."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from portal.accounts.queries import viewer_of
from portal.core import clock, lettering
from portal.core.db import db, transaction
from portal.membership import jobs
from portal.membership.models import (
    Charge,
    Gift,
    GiftState,
    Happened,
    MembershipEvent,
    RedeemBatch,
    Span,
    SpanKind,
    State,
    Subscription,
)
from portal.membership.queries.subscriptions import last_subscription
from portal.membership.rules.cards import code_of
from portal.membership.services import gifts
from portal.payments import services as payments
from portal.payments.models import Payment
from portal.payments.providers import Standing, Truth
from tests.client import PortalClient
from tests.make import Make

pytestmark = pytest.mark.one_database

Browser = Callable[..., PortalClient]


def newest_payment() -> Payment:
    return db.session.scalars(
        sa.select(Payment).order_by(Payment.created_at.desc(), Payment.id.desc())
    ).first()  # type: ignore[return-value]


def pay() -> None:
    payment = newest_payment()
    with transaction():
        payments.apply_truth(payment.id, Truth(Standing.PAID, payment.amount, payment.currency))


def state_of(member_id: str) -> State | None:
    db.session.expire_all()
    found = last_subscription(member_id)
    return found.state if found else None


@pytest.mark.parametrize("htmx", [False, True])
def test_becoming_a_paying_member(make: Make, as_member: Browser, htmx: bool) -> None:
    plan, member = make.plan(), make.member()
    browser = as_member(member)
    url = f"/membership/{plan.id}/join"
    assert url in browser.get("/membership").text
    assert "¥168.00" in browser.get(url).text
    assert browser.post(url, data={}, htmx=htmx).status_code == 422
    answer = browser.post(url, data={"provider": "sandbox"}, htmx=htmx)
    where = answer.headers["HX-Redirect" if htmx else "Location"]
    assert where == f"/payments/{newest_payment().id}"
    assert state_of(member.id) is None, "nothing is given before it is paid"
    pay()
    assert state_of(member.id) is State.ACTIVE
    text = browser.get("/me/membership").text
    assert "It runs until" in text and "You joined: Warm lamp" in text
    assert browser.post(url, data={"provider": "sandbox"}, htmx=htmx).status_code == 409


def test_an_abandoned_checkout_locks_nobody_out(make: Make, as_member: Browser) -> None:
    plan, member = make.plan(), make.member()
    browser = as_member(member)
    for _time in range(3):
        assert browser.post(f"/membership/{plan.id}/join", data={"provider": "sandbox"}).status_code == 303
    pay()
    assert state_of(member.id) is State.ACTIVE


@pytest.mark.parametrize("htmx", [False, True])
def test_cancel_and_keep(make: Make, as_member: Browser, htmx: bool) -> None:
    member = make.member()
    make.subscription(member)
    browser = as_member(member)
    ok = 200 if htmx else 303
    answer = browser.post("/me/membership/cancel", data={"reason": "🧵 too far"}, htmx=htmx)
    assert answer.status_code == ok and state_of(member.id) is State.ENDING
    assert browser.post("/me/membership/cancel", data={"reason": ""}, htmx=htmx).status_code == 409
    assert "I stay after all" in browser.get("/me/membership").text
    assert browser.post("/me/membership/keep", htmx=htmx).status_code == ok
    assert state_of(member.id) is State.ACTIVE
    assert browser.post("/me/membership/keep", htmx=htmx).status_code == 409
    assert browser.post("/me/membership/cancel", data={"reason": "x" * 201}, htmx=htmx).status_code == 422


@pytest.mark.parametrize("htmx", [False, True])
def test_rest_and_go_on(make: Make, as_member: Browser, htmx: bool) -> None:
    member = make.member()
    make.subscription(member)
    browser = as_member(member)
    browser.post("/me/membership/pause", htmx=htmx)
    assert state_of(member.id) is State.PAUSED
    assert "It rests." in browser.get("/me/membership").text
    browser.post("/me/membership/resume", htmx=htmx)
    assert state_of(member.id) is State.ACTIVE


def test_an_upgrade_shows_the_money_and_takes_what_it_showed(make: Make, as_member: Browser) -> None:
    small, large = make.plan(price=16800), make.plan(price=36800)
    member = make.member()
    start = clock.now()
    with clock.travel(start), transaction():
        make.subscription(member, small)
    browser = as_member(member)
    with clock.travel(start + clock.days(73)):
        url = f"/me/membership/change/{large.id}"
        assert url in browser.get("/me/membership/change").text
        text = browser.get(url).text
        due = 36800 - -(-16800 * (365 - 73) // 365)
        assert f'value="{due}"' in text and f"¥{due / 100:.2f}" in text
        wrong = browser.post(url, data={"provider": "sandbox", "due": due - 100})
        assert wrong.status_code == 409 and "changed a little with time" in wrong.text
        assert browser.post(url, data={"provider": "sandbox", "due": due}).status_code == 303
        assert newest_payment().amount in (0, due)


def test_downwards_begins_with_the_next_period(make: Make, as_member: Browser) -> None:
    small, large = make.plan(price=16800), make.plan(price=36800)
    member = make.member()
    make.subscription(member, large)
    browser = as_member(member)
    assert "From the next period on" in browser.get(f"/me/membership/change/{small.id}").text
    own = browser.get(f"/me/membership/change/{large.id}").text
    assert "This is the membership you have" in own and "From the next period on" not in own
    assert browser.post(f"/me/membership/next/{small.id}").status_code == 303
    assert "With the next period" in browser.get("/me/membership").text
    browser.post("/me/membership/renew", data={"provider": "sandbox"})
    assert newest_payment().amount == 16800


def test_a_choice_for_the_next_period_can_be_taken_back(make: Make, as_member: Browser) -> None:
    """Also when the present one is not sold any more."""
    small, large = make.plan(price=16800), make.plan(price=36800)
    member = make.member()
    make.subscription(member, large)
    browser = as_member(member)
    for _twice in range(2):
        browser.post(f"/me/membership/next/{small.id}")
    chosen = sa.select(sa.func.count()).where(MembershipEvent.what == Happened.DOWNGRADE_CHOSEN)
    assert db.session.scalar(chosen) == 1
    with transaction():
        large.shown = False
    back = f"/me/membership/next/{large.id}"
    assert back in browser.get("/me/membership").text
    assert browser.post(back).status_code == 303
    assert "With the next period" not in browser.get("/me/membership").text
    assert browser.post(f"/me/membership/next/{make.plan(shown=False).id}").status_code == 404


def test_no_page_offers_what_is_refused(make: Make, as_member: Browser) -> None:
    small, large = make.plan(price=16800), make.plan(price=36800)
    member = make.member()
    make.subscription(member, large)
    browser = as_member(member)
    url, choose = f"/me/membership/change/{small.id}", f"/me/membership/next/{small.id}"
    browser.post("/me/membership/cancel", data={"reason": ""})
    assert choose in browser.get(url).text and browser.post(choose).status_code == 303
    browser.post("/me/membership/keep")
    browser.post("/me/membership/pause")
    assert choose not in browser.get(url).text and browser.post(choose).status_code == 409


def test_who_returns_finds_what_is_sold_now(make: Make, as_member: Browser) -> None:
    plan, member = make.plan(), make.member()
    browser = as_member(member)
    with clock.travel(clock.now() - clock.days(500)), transaction():
        make.subscription(member, plan)
    jobs.move_subscriptions()
    assert "/me/membership/renew" in browser.get("/me/membership").text
    with transaction():
        plan.shown = False
    text = browser.get("/me/membership").text
    assert "/me/membership/renew" not in text and "See what there is" in text
    assert browser.post("/me/membership/renew", data={"provider": "sandbox"}).status_code == 409
    assert browser.get(f"/membership/{make.plan().id}/join").status_code == 200


def test_what_is_paid_waits_for_what_was_given(make: Make, as_member: Browser) -> None:
    plan, member = make.plan(), make.member()
    browser = as_member(member)
    with transaction():
        span = gifts.claim(make.gift(make.member(), plan), by=viewer_of(member.id))
    url = f"/membership/{plan.id}/join"
    assert "no day of either is lost" in browser.get(url).text
    browser.post(url, data={"provider": "sandbox"})
    pay()
    paid = db.session.scalars(sa.select(Span).where(Span.kind == SpanKind.PAID)).one()
    assert paid.starts_at == span.ends_at


def test_who_has_nothing_finds_no_doors(make: Make, as_member: Browser) -> None:
    plan = make.plan(shown=False)
    browser = as_member()
    for path in ("/me/membership/renew", "/me/membership/change", f"/me/membership/change/{plan.id}"):
        assert browser.get(path).status_code == 404
    assert browser.get(f"/membership/{plan.id}/join").status_code == 404
    assert browser.post("/me/membership/pause").status_code == 404
    assert browser.get("/me/membership").status_code == 200


@pytest.mark.parametrize("htmx", [False, True])
def test_a_gift_from_one_to_another(make: Make, as_member: Browser, htmx: bool) -> None:
    plan, buyer, friend = make.plan(), make.member(display_name="小满"), make.member()
    giver = as_member(buyer)
    form = {"plan_id": plan.id, "recipient_name": "阿禾", "message": "生日快乐 🎂", "provider": "sandbox"}
    assert giver.post("/membership/gift", data=form | {"recipient_name": ""}, htmx=htmx).status_code == 422
    giver.post("/membership/gift", data=form, htmx=htmx)
    text = giver.get("/me/membership/gifts").text
    assert "/gifts/" not in text and f"/payments/{newest_payment().id}" in text
    pay()
    gift = db.session.scalars(sa.select(Gift)).one()
    link = f"/gifts/{gifts.link_secret(gift)}"
    assert link in giver.get("/me/membership/gifts").text
    visitor = as_member(friend)
    for _look in range(2):
        text = visitor.get(link).text
        assert "生日快乐" in text and "from 小满" in text and "Unwrap it" in text
    assert visitor.post(link, htmx=htmx).status_code == (204 if htmx else 303)
    db.session.expire_all()
    assert (gift.state, gift.redeemer_id) == (GiftState.CLAIMED, friend.id)
    assert "You unwrapped a gift" in visitor.get("/me/membership").text
    again = giver.post(link, htmx=htmx)
    assert again.status_code == 409 and "unwrapped already" in again.text
    assert visitor.get("/gifts/nothing").status_code == 404
    for who, reads in ((giver, True), (visitor, True), (as_member(), False)):
        assert ("生日快乐" in who.get(link).text) is reads, "its words are theirs alone, once it is unwrapped"


def test_the_log_does_not_tell_the_link(
    make: Make, as_member: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever reads it could unwrap what was meant for somebody else."""
    secret = gifts.link_secret(make.gift(make.member()))
    with caplog.at_level("INFO", logger="portal.request"):
        as_member().post(f"/gifts/{secret}")
    assert "/gifts/..." in caplog.text and secret not in caplog.text


def test_a_refund_ends_what_the_gift_gave(make: Make, as_member: Browser) -> None:
    buyer, friend, plan = make.member(), make.member(), make.plan()
    as_member(buyer).post(
        "/membership/gift", data={"plan_id": plan.id, "recipient_name": "阿禾", "provider": "sandbox"}
    )
    pay()
    gift, payment = db.session.scalars(sa.select(Gift)).one(), newest_payment()
    with transaction():
        gifts.claim(gift, by=viewer_of(friend.id))
    assert plan.tier_id in held_by(friend.id)
    from portal.payments.providers import RefundStanding, RefundTruth

    with transaction():
        refund = payments.ask_refund(payment.id, payment.amount, reason="", by=None)
        payments.apply_refund_truth(refund.id, RefundTruth(RefundStanding.DONE))
    assert held_by(friend.id) == set()
    assert "paid back and ended" in as_member(friend).get("/me/membership").text


def held_by(member_id: str) -> set[str]:
    from portal.membership.queries.standings import held_spans

    db.session.expire_all()
    return {tier.id for _span, tier in held_spans(member_id)}


@pytest.mark.parametrize("htmx", [False, True])
def test_redeeming_a_code(make: Make, as_member: Browser, htmx: bool) -> None:
    code, member = make.code(), make.member()
    browser = as_member(member)
    typed = f" {code.replace('-', ' ').lower()}　"
    assert browser.post("/redeem", data={"code": typed}, htmx=htmx).status_code == (204 if htmx else 303)
    assert len(held_by(member.id)) == 1
    again = browser.post("/redeem", data={"code": code}, htmx=htmx)
    assert again.status_code == 422 and "You have redeemed this code already" in again.text
    other = as_member().post("/redeem", data={"code": code}, htmx=htmx)
    assert other.status_code == 422 and "does not work" in other.text
    assert db.session.scalar(sa.select(RedeemBatch.redeemed)) == 1


def test_guessing_codes_has_to_wait(make: Make, as_member: Browser) -> None:
    code, member = make.code(), make.member()
    browser = as_member(member)
    answers = [browser.post("/redeem", data={"code": f"GUESS-{number}"}).status_code for number in range(12)]
    assert answers[:8] == [422] * 8 and answers[-2:] == [429] * 2
    late = browser.post("/redeem", data={"code": code})
    assert late.status_code == 429 and int(late.headers["Retry-After"]) > 0
    assert held_by(member.id) == set()


@pytest.mark.parametrize("bad", ["", "🎁" * 10, "x" * 2000, "' OR 1=1 --", "\x00"])
def test_what_is_no_code(make: Make, as_member: Browser, bad: str) -> None:
    make.code()
    assert as_member().post("/redeem", data={"code": bad}).status_code == 422


@pytest.mark.parametrize("name", ["阿禾", "Maximiliana-Konstantina Wolfesch", "🧵 Zoë", "🧵🧵", "ขวัญ"])
def test_the_card_and_its_picture(make: Make, as_member: Browser, name: str) -> None:
    member = make.member(display_name=name)
    browser = as_member(member)
    text = browser.get("/me/card").text
    assert name in text and f"No. {member.number:06d}" in text and code_of(member.number) in text
    assert browser.get("/me/card/code.svg").mimetype == "image/svg+xml"
    answer = browser.get("/me/card.png")
    assert answer.mimetype == "image/png"
    with Image.open(io.BytesIO(answer.get_data())) as drawn:
        assert drawn.size == (1200, 760)


def test_without_a_font_the_page_says_so(app: Flask, as_member: Browser, monkeypatch: Any) -> None:
    monkeypatch.setitem(app.extensions, "lettering", None)
    browser = as_member()
    assert "install a font with Chinese" in browser.get("/me/card").text
    assert browser.get("/me/card.png").status_code == 404


def test_a_font_that_knows_no_chinese_is_none_of_ours(monkeypatch: Any) -> None:
    found = lettering.find(None)
    assert found is not None
    mask = [bytes(found.at(40).getmask(char)) for char in "禾满"]
    assert mask[0] != mask[1]
    monkeypatch.setattr(lettering, "_candidates", lambda wanted: [lettering.Lettering("/nowhere.ttf")])
    assert lettering.find(None) is None


def test_pages_are_walled(client: PortalClient, make: Make) -> None:
    plan = make.plan()
    assert client.get("/membership").status_code == 200
    for path in ("/me/membership", "/me/card", "/me/card.png", "/redeem", f"/membership/{plan.id}/join"):
        assert client.get(path).headers["Location"].startswith("/sign-in")


def test_charges_wait_for_their_payment(make: Make, as_member: Browser) -> None:
    plan, member = make.plan(), make.member()
    as_member(member).post(f"/membership/{plan.id}/join", data={"provider": "sandbox"})
    charge = db.session.scalars(sa.select(Charge)).one()
    assert charge.payment_id == newest_payment().id
    with transaction():
        payments.let_expire(newest_payment().id)
    assert db.session.scalars(sa.select(Subscription.state)).all() == [State.DROPPED]
