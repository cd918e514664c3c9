"""Receipts, the data for a 发票, and the list of one's own payments."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from portal.payments.models import Payment
from portal.payments.queries import invoice_of
from tests.answers import BOTH, place, text_of
from tests.client import PortalClient
from tests.make import Make

pytestmark = pytest.mark.one_database
As = Callable[..., PortalClient]
GOOD = {"title": "杭州小满科技有限公司", "tax_no": "91330106ma2axxxx0t", "email": "xm@example.com"}


@pytest.fixture
def paid(offer: Callable[..., None], make: Make) -> Payment:
    return make.payment(make.member(display_name="小满"), paid=True, description="会员 一年 🧵")


def test_a_receipt_says_everything(
    paid: Payment, as_member: As, run_jobs: Callable[[], None], make: Make
) -> None:
    make.refund(paid, 5000)
    run_jobs()
    from portal.accounts.queries import get_member

    client = as_member(get_member(paid.payer_id))
    page = text_of(client.get(f"/payments/{paid.id}/receipt", lang="zh"))
    assert paid.receipt_no is not None
    for words in (paid.receipt_no, "会员 一年 🧵", "小满", "¥168.00", "¥50.00", paid.id.upper()):
        assert words in page
    assert "¥168.00" in text_of(client.get("/me/payments"))
    assert "/me/payments" in text_of(client.get("/me"))


def test_no_receipt_before_it_is_paid(paid: Payment, make: Make, as_member: As) -> None:
    payer = make.member()
    waiting = make.payment(payer, begun=True)
    assert as_member(payer).get(f"/payments/{waiting.id}/receipt").status_code == 404


@BOTH
def test_asking_for_a_fapiao(paid: Payment, as_member: As, htmx: bool) -> None:
    from portal.accounts.queries import get_member

    client = as_member(get_member(paid.payer_id))
    url = f"/payments/{paid.id}/fapiao"
    answer = client.post(url, data=GOOD, htmx=htmx)
    assert text_of(answer) if htmx else place(answer, htmx=False)
    asked = invoice_of(paid.id)
    assert asked is not None
    assert (asked.title, asked.tax_no) == (GOOD["title"], "91330106MA2AXXXX0T")
    assert GOOD["title"] in text_of(client.get(f"/payments/{paid.id}/receipt"))


@BOTH
@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"email": "x"},
        {"tax_no": "123"},
        {"title": "长" * 121},
        {"email": "a" * 250 + "@b.example"},
    ],
)
def test_a_fapiao_that_cannot_be(paid: Payment, as_member: As, wrong: dict[str, str], htmx: bool) -> None:
    from portal.accounts.queries import get_member

    client = as_member(get_member(paid.payer_id))
    answer = client.post(f"/payments/{paid.id}/fapiao", data=GOOD | wrong, htmx=htmx)
    assert answer.status_code == 422
    kept = (GOOD | wrong)["title"] or GOOD["email"]
    assert kept in answer.get_data(as_text=True), "what was typed is kept"
    assert invoice_of(paid.id) is None


@BOTH
def test_nobody_asks_for_a_fapiao_of_others(paid: Payment, as_member: As, as_staff: As, htmx: bool) -> None:
    for client in (as_member(), as_staff("owner")):
        assert client.post(f"/payments/{paid.id}/fapiao", data=GOOD, htmx=htmx).status_code == 404


def test_the_list_goes_on(paid: Payment, make: Make, as_member: As) -> None:
    payer = make.member()
    for number in range(30):
        make.payment(payer, description=f"刻字 {number}")
    client = as_member(payer)
    first = text_of(client.get("/me/payments"))
    assert "刻字 29" in first and "刻字 0" not in first
    after = first.split('class="more" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "刻字 0" in text_of(client.get(after, htmx=True))
    assert "刻字 0" in text_of(client.get(after))
    assert "Nothing paid yet" in text_of(as_member().get("/me/payments"))
