"""The studio: lists and filters, giving back, confirming transfers, fapiao, what does not agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from portal.core.db import db, new_id, transaction
from portal.payments import desk, queries, services
from portal.payments.models import Difference, Payment
from portal.payments.providers import Payer
from tests.answers import BOTH, place, text_of
from tests.client import PortalClient
from tests.make import Make

pytestmark = pytest.mark.one_database
As = Callable[..., PortalClient]


@pytest.fixture
def paid(offer: Callable[..., None], make: Make) -> Payment:
    offer(transfer="工商银行 6222")
    return make.payment(make.member(display_name="小满"), paid=True)


@pytest.fixture
def transfer(paid: Payment, make: Make) -> Payment:
    made = make.payment(provider="offline")
    desk.start_checkout(made.id, Payer())
    return made


def written(client: PortalClient, url: str, data: dict[str, Any], htmx: bool) -> None:
    answer = client.post(url, data=data, htmx=htmx)
    assert text_of(answer) if htmx else place(answer, htmx=False)


def test_lists_and_filters(paid: Payment, transfer: Payment, as_staff: As) -> None:
    client = as_staff("manager")
    for show in (*queries.SHOWS, "nonsense"):
        text_of(client.get(f"/console/payments?show={show}"))
    assert "小满" in text_of(client.get("/console/payments?show=paid"))
    page = text_of(client.get("/console/payments?show=transfer"))
    assert transfer.id in page and paid.id not in page
    assert "/console/payments" in text_of(client.get("/console"))


@BOTH
def test_give_back_a_part(paid: Payment, as_staff: As, run_jobs: Any, htmx: bool) -> None:
    client, url = as_staff("manager"), f"/console/payments/{paid.id}/refund"
    written(client, url, {"amount": "¥ 50.00", "reason": "肩带短了一寸 🧵", "seen": "0"}, htmx)
    run_jobs()
    page = text_of(client.get(f"/console/payments/{paid.id}"))
    assert "Given back" in page and "肩带短了一寸 🧵" in page and "Gave money back" in page
    assert queries.get_payment(paid.id).refunded == 5000


@BOTH
@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"amount": "168.01", "reason": "x"}, 409),
        ({"amount": "0", "reason": "x"}, 422),
        ({"amount": "-5", "reason": "x"}, 422),
        ({"amount": "五元", "reason": "x"}, 422),
        ({"amount": "NaN", "reason": "x"}, 422),
        ({"amount": "1e9", "reason": "x"}, 422),
        ({"amount": "12,50", "reason": "x"}, 422),
        ({"amount": "5.005", "reason": "x"}, 422),
        ({"amount": "5", "reason": ""}, 422),
        ({"amount": "5", "reason": "长" * 201}, 422),
        ({}, 422),
    ],
)
def test_refunds_that_cannot_be(paid: Payment, as_staff: As, data: Any, status: int, htmx: bool) -> None:
    data = data and data | {"seen": "0"}
    answer = as_staff("manager").post(f"/console/payments/{paid.id}/refund", data=data, htmx=htmx)
    assert answer.status_code == status
    text = answer.get_data(as_text=True)
    assert (data.get("amount") or "Give back") in text
    assert ('id="amount-error"' in text) is (data.get("amount", "") != "5")
    assert queries.refunds_of(paid.id) == []


@BOTH
def test_confirm_a_transfer(transfer: Payment, as_staff: As, htmx: bool) -> None:
    client, url = as_staff("manager"), f"/console/payments/{transfer.id}/confirm"
    assert client.post(url, data={"amount": "168"}, htmx=htmx).status_code == 422
    written(client, url, {"amount": "168.00", "note": "账户"}, htmx)
    assert queries.get_payment(transfer.id).state.value == "paid"
    assert client.post(url, data={"amount": "168", "note": "again"}, htmx=htmx).status_code == 409


@BOTH
def test_pay_back_by_hand(transfer: Payment, make: Make, as_staff: As, run_jobs: Any, htmx: bool) -> None:
    client, here = as_staff("manager"), f"/console/payments/{transfer.id}"
    client.post(f"{here}/confirm", data={"amount": "168", "note": "账户"})
    refund = make.refund(transfer, 5000)
    run_jobs()
    url = f"{here}/refunds/{refund.id}/paid"
    assert url in text_of(client.get(here))
    assert client.post(url, data={"note": ""}, htmx=htmx).status_code == 422
    written(client, url, {"note": "转账"}, htmx)
    assert client.post(url, data={"note": "again"}, htmx=htmx).status_code == 409
    other = make.payment(paid=True)
    assert (
        client.post(f"/console/payments/{other.id}/refunds/{refund.id}/paid", data={"note": "x"}).status_code
        == 404
    )


@BOTH
def test_issue_a_fapiao(paid: Payment, as_staff: As, htmx: bool) -> None:
    from portal.accounts.queries import viewer_of

    with transaction():
        services.request_invoice(
            paid, by=viewer_of(paid.payer_id), title="小满", tax_no="", email="a@b.example"
        )
    client, url = as_staff("manager"), f"/console/payments/{paid.id}/fapiao"
    assert client.post(url, data={"number": ""}, htmx=htmx).status_code == 422
    written(client, url, {"number": "25117000001234567890"}, htmx)
    assert "25117000001234567890" in text_of(client.get(f"/console/payments/{paid.id}"))
    assert client.post(url, data={"number": "2"}, htmx=htmx).status_code == 409


@BOTH
def test_ask_its_provider(paid: Payment, make: Make, as_staff: As, htmx: bool) -> None:
    waiting = make.payment(begun=True)
    written(as_staff("manager"), f"/console/payments/{waiting.id}/ask", {}, htmx)
    assert queries.get_payment(waiting.id).state.value == "open"


@BOTH
def test_clear_up_a_difference(paid: Payment, make: Make, as_staff: As, htmx: bool) -> None:
    found: Difference = make.difference(paid)
    client, url = as_staff("manager"), f"/console/payments/differences/{found.id}"
    assert "Another sum" in text_of(client.get("/console/payments/differences"))
    assert client.post(url, data={"note": ""}, htmx=htmx).status_code == 422
    written(client, url, {"note": "手续费"}, htmx)
    assert "手续费" in text_of(client.get("/console/payments/differences?show=closed"))
    assert client.post(url, data={"note": "again"}, htmx=htmx).status_code == 409
    db.session.expire_all()
    assert found.note == "手续费"


@BOTH
@pytest.mark.parametrize("deed", ["refund", "confirm", "fapiao", "ask"])
def test_only_who_manages_payments(paid: Payment, as_member: As, as_staff: As, deed: str, htmx: bool) -> None:
    url = f"/console/payments/{paid.id}/{deed}"
    data = {"amount": "1", "reason": "x", "note": "x", "number": "1"}
    assert as_member().post(url, data=data, htmx=htmx).status_code == 404
    for role in ("moderator", "host", "analyst"):
        assert as_staff(role).post(url, data=data, htmx=htmx).status_code == 403
    unknown = f"/console/payments/{new_id()}/{deed}"
    assert as_staff("manager").post(unknown, data=data, htmx=htmx).status_code == 404
    assert queries.refunds_of(paid.id) == []
