"""Alipay: their page for desks, their mobile page for phones; RSA2 signs both ways.

Our id is their ``out_trade_no``, a refund's id their ``out_request_no``: asking twice does one thing. Amounts are yuan with
two digits, times are China's.
"""

from __future__ import annotations

import csv
import io
import logging
import zipfile
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from http.client import HTTPException
from typing import Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

import requests
from alipay import AliPay
from alipay.exceptions import AliPayException, AliPayValidationError
from alipay.utils import AliPayConfig

from portal.core import clock
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.payments.providers import (
    Checkout,
    CheckoutKind,
    Forged,
    Line,
    Notice,
    Order,
    Payer,
    ProviderDown,
    ProviderRefused,
    RefundStanding,
    RefundTruth,
    Repayment,
    Standing,
    Truth,
    unreachable,
)
from portal.payments.settings import Alipay

log = logging.getLogger(__name__)

PATIENCE = 15
#: an order is open for fifteen days at most
LONGEST_OPEN = timedelta(days=14)
CHINA = ZoneInfo("Asia/Shanghai")
#: the question was understood and answered; the answer is no; the answer is no for now
SUCCESS, NO = "10000", "40004"
NOT_NOW = (
    "ACQ.SYSTEM_ERROR",
    "SYSTEM_ERROR",
    "aop.ACQ.SYSTEM_ERROR",
    "ACQ.SELLER_BALANCE_NOT_ENOUGH",  # a refund that waits until there is money
)
_NO_ANSWER = (
    OSError,
    ValueError,
    AttributeError,
    HTTPException,
    AliPayException,
    AliPayValidationError,
)
_OPEN = {"WAIT_BUYER_PAY": Standing.WAITING, "TRADE_CLOSED": Standing.CLOSED}
PAID = ("TRADE_SUCCESS", "TRADE_FINISHED")


class _AliPay(AliPay):
    """The library as it is, but for the address it asks."""

    def __init__(self, settings: Alipay) -> None:
        super().__init__(
            appid=settings.app_id,
            app_private_key_string=_pem(settings.private_key, "RSA PRIVATE KEY"),
            alipay_public_key_string=_pem(settings.public_key, "PUBLIC KEY"),
            sign_type="RSA2",
            config=AliPayConfig(timeout=PATIENCE),
        )
        self._gateway = settings.url


class AlipayProvider:
    name = "alipay"
    label = _l("Alipay")
    currencies: frozenset[str] | None = frozenset({"CNY"})
    zone: str | None = "Asia/Shanghai"
    thanks = ("success", 200)
    by_hand = False
    in_wechat = False  # WeChat opens no page of theirs
    by_device = False

    def __init__(self, settings: Alipay) -> None:
        self._url, self._app_id = settings.url, settings.app_id
        try:
            self._sdk = _AliPay(settings)
        except (ValueError, IndexError, TypeError) as error:
            raise ValueError(
                "PORTAL_ALIPAY_PRIVATE_KEY or PORTAL_ALIPAY_PUBLIC_KEY is no RSA key."
            ) from error

    def start(self, order: Order, payer: Payer) -> Checkout:
        """A signed address; Alipay hears of the payment when somebody opens it."""
        method, product = (
            ("alipay.trade.wap.pay", "QUICK_WAP_WAY")
            if payer.on_phone
            else ("alipay.trade.page.pay", "FAST_INSTANT_TRADE_PAY")
        )
        words = {
            "out_trade_no": order.id,
            "total_amount": _yuan(order.amount),
            "subject": order.description,
            "product_code": product,
            "time_expire": _china(min(order.expires_at, order.started_at + LONGEST_OPEN)),
        }
        signed = self._sdk.client_api(
            method,
            words,
            timestamp=_china(clock.now()),
            notify_url=order.notify_url,
            return_url=order.return_url,
        )
        return Checkout(CheckoutKind.URL, f"{self._url}?{signed}")

    def ask(self, order: Order) -> Truth:
        said = self._ask("alipay.trade.query", {"out_trade_no": order.id})
        if said["code"] == NO:
            if said.get("sub_code") == "ACQ.TRADE_NOT_EXIST":
                return Truth(Standing.UNKNOWN)
            raise ProviderRefused(_why(said))
        if said.get("out_trade_no") != order.id:
            raise self._down()
        status, paid_at = said.get("trade_status", ""), said.get("send_pay_date")
        # what was paid and wholly refunded is "closed" as well: the moment of payment tells the two apart
        if status in PAID or (status == "TRADE_CLOSED" and paid_at):
            currency = str(said.get("trans_currency") or said.get("pay_currency") or "CNY")
            return Truth(
                Standing.PAID,
                _fen(said.get("total_amount")),
                currency[:3].upper(),
                _moment(paid_at),
                said.get("trade_no"),
            )
        return Truth(_OPEN.get(status, Standing.WAITING), provider_ref=said.get("trade_no"))

    def close(self, order: Order) -> None:
        said = self._ask("alipay.trade.close", {"out_trade_no": order.id})
        if said["code"] == NO and said.get("sub_code") != "ACQ.TRADE_NOT_EXIST":
            raise ProviderRefused(_why(said))

    def refund(self, order: Order, repayment: Repayment) -> RefundTruth:
        said = self._ask(
            "alipay.trade.refund",
            {
                "out_trade_no": order.id,
                "refund_amount": _yuan(repayment.amount),
                "out_request_no": repayment.id,
                "refund_reason": repayment.reason,
            },
        )
        if said["code"] == NO:
            raise ProviderRefused(_why(said))
        if said.get("fund_change") == "Y":
            return RefundTruth(RefundStanding.DONE, repayment.id, at=_moment(said.get("gmt_refund_pay")))
        return self.ask_refund(order, repayment)

    def ask_refund(self, order: Order, repayment: Repayment) -> RefundTruth:
        said = self._ask(
            "alipay.trade.fastpay.refund.query",
            {
                "out_trade_no": order.id,
                "out_request_no": repayment.id,
                "query_options": ["gmt_refund_pay"],
            },
        )
        if said["code"] == SUCCESS and said.get("refund_status") == "REFUND_SUCCESS":
            return RefundTruth(RefundStanding.DONE, repayment.id, at=_moment(said.get("gmt_refund_pay")))
        return RefundTruth(
            RefundStanding.UNKNOWN
        )  # nothing but their number comes back for one that is not there

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice | None:
        try:
            said = dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=100))
            unsigned = dict(said)
            genuine = self._sdk.verify(unsigned, unsigned.pop("sign"))
        except (ValueError, KeyError, AliPayException) as error:
            raise Forged(_("This notification is not signed.")) from error
        if not genuine or said.get("app_id") != self._app_id:
            raise Forged(_("This notification is not signed."))
        return Notice(said["notify_id"], said.get("out_trade_no")) if said.get("notify_id") else None

    def statements(self, day: date) -> list[Line]:
        said = self._ask(
            "alipay.data.dataservice.bill.downloadurl.query",
            {"bill_type": "trade", "bill_date": day.isoformat()},
        )
        if said["code"] == NO:
            if "BILL_NOT_EXIST" in str(said.get("sub_code", "")).upper():
                return []
            raise self._down()
        try:
            answer = requests.get(said["bill_download_url"], timeout=PATIENCE)
            answer.raise_for_status()
            return list(_bill_lines(answer.content))
        except (requests.RequestException, zipfile.BadZipFile, ValueError, KeyError) as error:
            raise self._down() from error

    def _ask(self, method: str, words: dict[str, Any]) -> dict[str, Any]:
        """One question; the answer is theirs beyond doubt, or it is none. Its code is SUCCESS, or NO to this very thing.

        All else is trouble between us (a wrong key, a right that is missing): it says nothing about the payment.
        """
        try:
            said = self._sdk.server_api(method, words, timestamp=_china(clock.now()))
        except _NO_ANSWER as error:
            raise self._down() from error
        if said.get("code") not in (SUCCESS, NO) or said.get("sub_code") in NOT_NOW:
            log.warning("alipay does not answer %s: %s", method, _why(said))
            raise self._down()
        return dict(said)

    def _down(self) -> ProviderDown:
        return ProviderDown(unreachable(self.label))


def _bill_lines(packed: bytes) -> list[Line]:
    """The single trades of a bill: a zip of GBK tables, framed by lines that begin with #."""
    lines: list[Line] = []
    with zipfile.ZipFile(io.BytesIO(packed)) as folder:
        for name in folder.namelist():
            text = folder.read(name).decode("gb18030")
            rows = csv.reader(row for row in io.StringIO(text) if not row.startswith("#"))
            table = [[cell.strip() for cell in row] for row in rows]
            if table and "商户订单号" in table[0]:
                lines += [
                    _bill_line(dict(zip(table[0], row, strict=False))) for row in table[1:] if len(row) > 5
                ]
    return lines


def _bill_line(row: dict[str, str]) -> Line:
    refund_id = row.get("退款批次号/请求号") or None
    is_refund = row.get("业务类型") == "退款"
    return Line(
        ref=row["支付宝交易号"],
        payment_id=row["商户订单号"],
        refund_id=refund_id if is_refund else None,
        amount=abs(_fen(row["订单金额（元）"])),
        currency="CNY",
        is_refund=is_refund,
    )


def _pem(key: str, kind: str) -> str:
    """A PEM file as it is, bare base64 with its frame."""
    text = key.strip()
    return text if text.startswith("-----") else f"-----BEGIN {kind}-----\n{text}\n-----END {kind}-----"


def _yuan(fen: int) -> str:
    return f"{Decimal(fen).scaleb(-2):.2f}"


def _fen(yuan: Any) -> int:
    """Whole fen; 0 for what is no amount, which never counts as paid."""
    try:
        return int(Decimal(str(yuan)).scaleb(2))
    except (InvalidOperation, ValueError):
        return 0


def _china(moment: datetime) -> str:
    return moment.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")


def _moment(text: Any) -> datetime | None:
    try:
        return datetime.strptime(str(text)[:19], "%Y-%m-%d %H:%M:%S").replace(tzinfo=CHINA).astimezone(UTC)
    except ValueError:
        return None


def _why(said: dict[str, Any]) -> str:
    return f"{said.get('sub_code') or said.get('code')}: {said.get('sub_msg') or said.get('msg', '')}"
