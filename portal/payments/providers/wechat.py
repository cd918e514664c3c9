"""WeChat Pay v3: a QR for desks (Native), an address for phones (H5); requests, answers and notifications signed with RSA,
notifications sealed with AES-256-GCM.

Our id is their ``out_trade_no``, a refund's id their ``out_refund_no``: asking twice does one thing. Times are China's.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from wechatpayv3 import WeChatPay, WeChatPayType
from wechatpayv3.core import Core
from wechatpayv3.utils import load_private_key, load_public_key

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
from portal.payments.settings import Wechat

log = logging.getLogger(__name__)

PATIENCE = 15
#: how long their addresses and codes can be used, less a little; asked for again in the same words they give fresh ones
ADDRESS_LASTS, CODE_LASTS = timedelta(minutes=4), timedelta(minutes=110)
#: an order is open for a week at most
LONGEST_OPEN = timedelta(days=6)
#: seconds until certificates are fetched again: anybody can send us the number of one that does not exist
CERTIFICATES_REST = 60
#: an old signature is a repeated one
TOLERANCE_SECONDS = 300
CHINA = ZoneInfo("Asia/Shanghai")
LONGEST_DESCRIPTION, LONGEST_REASON = 127, 80
_STANDINGS = {
    "SUCCESS": Standing.PAID,
    "REFUND": Standing.PAID,  # paid, and some of it went back
    "NOTPAY": Standing.WAITING,
    "USERPAYING": Standing.WAITING,
    "ACCEPT": Standing.WAITING,
    "CLOSED": Standing.CLOSED,
    "REVOKED": Standing.CLOSED,
    "PAYERROR": Standing.FAILED,
}
_REFUNDS = {
    "SUCCESS": RefundStanding.DONE,
    "PROCESSING": RefundStanding.WAITING,
    "ABNORMAL": RefundStanding.WAITING,  # the payer's account is closed: staff choose another way at WeChat
    "CLOSED": RefundStanding.FAILED,
}
#: refusals that pass: trouble at their side, too fast, a refund that waits until there is money, a key or a right that
#: is missing and says nothing about the payment
NOT_NOW = (
    "SYSTEM_ERROR",
    "BANK_ERROR",
    "FREQUENCY_LIMITED",
    "FREQUENCY_LIMIT_EXCEED",
    "RATELIMIT_EXCEEDED",
    "NOT_ENOUGH",
    "SIGN_ERROR",
    "NO_AUTH",
)
NOWHERE = ("ORDER_NOT_EXIST", "RESOURCE_NOT_EXISTS")


class _WeChatPay(WeChatPay):
    """The library as it is, but for the address it asks: certificates, too, come from there."""

    def __init__(self, settings: Wechat, folder: Path) -> None:
        class Reached(Core):
            _certificates: list[Any]

            @property
            def _gate_way(self) -> str:
                return settings.url

            @_gate_way.setter
            def _gate_way(self, fixed: str) -> None:
                """The library sets its own host here."""

            def _update_certificates(self) -> None:
                """Not with every forged notification, and those that are held stay when none can be had."""
                held, rested = list(self._certificates), monotonic() - getattr(self, "_fetched", -1e9)
                if held and rested < CERTIFICATES_REST:
                    return
                self._fetched = monotonic()
                try:
                    super()._update_certificates()
                finally:
                    self._certificates = self._certificates or held

        self._type, self._mchid, self._appid = WeChatPayType.NATIVE, settings.merchant, settings.app_id
        self._notify_url, self._partner_mode = None, False
        self._core = Reached(
            settings.merchant,
            settings.cert_serial,
            settings.private_key,
            settings.api_key,
            cert_dir=str(folder),
            timeout=PATIENCE,
            public_key=settings.public_key,
            public_key_id=settings.public_key_id,
        )


class WechatProvider:
    name = "wechat"
    label = _l("WeChat Pay")
    currencies: frozenset[str] | None = frozenset({"CNY"})
    zone: str | None = "Asia/Shanghai"
    thanks = ("", 204)
    by_hand = False
    in_wechat = (
        False  # their page for phones does not open there, and no code is read from the screen it stands on
    )
    by_device = True

    def __init__(self, settings: Wechat, data_dir: Path) -> None:
        """Checks the keys; certificates are fetched when they are first needed."""
        self._settings, self._folder = settings, data_dir / "wechat"
        self._library: WeChatPay | None = None
        for name, load, key in (
            ("PRIVATE_KEY", load_private_key, settings.private_key),
            ("PUBLIC_KEY", load_public_key, settings.public_key),
        ):
            try:
                load(key)
            except Exception as error:  # the library raises nothing narrower
                raise ValueError(f"PORTAL_WECHAT_{name} is no RSA key.") from error

    def start(self, order: Order, payer: Payer) -> Checkout:
        words: dict[str, Any] = {
            "description": order.description[:LONGEST_DESCRIPTION],
            "out_trade_no": order.id,
            "amount": {"total": order.amount, "currency": order.currency},
            "notify_url": order.notify_url,
            "time_expire": _china(min(order.expires_at, order.started_at + LONGEST_OPEN)),
        }
        if payer.on_phone:
            words["scene_info"] = {"payer_client_ip": payer.address, "h5_info": {"type": "Wap"}}
            said = self._ask(lambda sdk: sdk.pay(**words, pay_type=WeChatPayType.H5))
            back = urlencode({"redirect_url": order.return_url})
            return Checkout(CheckoutKind.URL, f"{said['h5_url']}&{back}", lasts=ADDRESS_LASTS)
        code = self._ask(lambda sdk: sdk.pay(**words))["code_url"]
        return Checkout(CheckoutKind.QR, code, lasts=CODE_LASTS)

    def ask(self, order: Order) -> Truth:
        said = self._find(lambda sdk: sdk.query(out_trade_no=order.id))
        if said is None:
            return Truth(Standing.UNKNOWN)
        if said.get("out_trade_no") != order.id:
            raise self._down()
        standing = _STANDINGS.get(said["trade_state"], Standing.WAITING)
        if standing is not Standing.PAID:
            return Truth(standing)
        amount, paid_at = said["amount"], _moment(said.get("success_time"))
        return Truth(standing, int(amount["total"]), amount["currency"], paid_at, said.get("transaction_id"))

    def close(self, order: Order) -> None:
        self._ask(lambda sdk: sdk.close(order.id))

    def refund(self, order: Order, repayment: Repayment) -> RefundTruth:
        amount = {"refund": repayment.amount, "total": order.received, "currency": order.received_currency}
        reason = repayment.reason[:LONGEST_REASON] or None
        return _refund_truth(
            self._ask(
                lambda sdk: sdk.refund(
                    repayment.id, amount, out_trade_no=order.id, reason=reason, notify_url=order.notify_url
                )
            )
        )

    def ask_refund(self, order: Order, repayment: Repayment) -> RefundTruth:
        said = self._find(lambda sdk: sdk.query_refund(repayment.id))
        return RefundTruth(RefundStanding.UNKNOWN) if said is None else _refund_truth(said)

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice | None:
        stamp = headers.get("Wechatpay-Timestamp", "")
        fresh = (
            stamp.isascii()
            and stamp.isdigit()
            and abs(clock.now().timestamp() - int(stamp[:12])) <= TOLERANCE_SECONDS
        )
        try:
            said = self._sdk().callback(dict(headers), body) if fresh else None
        except ProviderDown:
            raise
        except Exception as error:  # the library raises nothing narrower
            raise Forged(_("This notification is not signed.")) from error
        if not said or said["resource"].get("mchid") != self._settings.merchant:
            raise Forged(_("This notification is not signed."))
        return Notice(str(said["id"]), said["resource"].get("out_trade_no"))

    def statements(self, day: date) -> list[Line]:
        said = self._find(lambda sdk: sdk.trade_bill(day.isoformat()), nowhere=("NO_STATEMENT_EXIST",))
        if said is None:
            return []
        status, packed = self._reach(lambda sdk: sdk.download_bill(said["download_url"]))
        try:
            packed = packed.encode() if isinstance(packed, str) else packed
            table = gzip.decompress(packed) if packed[:2] == b"\x1f\x8b" else packed
        except (OSError, EOFError) as error:
            raise self._down() from error
        if status != 200 or hashlib.sha1(table).hexdigest() != said["hash_value"]:  # noqa: S324 their choice
            raise self._down()
        return _bill_lines(table.decode())

    def _ask(self, question: Callable[[WeChatPay], tuple[int, Any]]) -> dict[str, Any]:
        """One question and its signed answer. What they refuse is refused, what fails is asked again later."""
        status, text = self._reach(question)
        said = _read(text)
        if 200 <= status < 300:
            return said
        code = str(said.get("code", ""))
        if status >= 500 or status in (401, 429) or code in NOT_NOW or not code:
            log.warning("wechat does not answer: %s %s", status, code)
            raise self._down()
        raise ProviderRefused(f"{code}: {said.get('message', '')}")

    def _find(
        self, question: Callable[[WeChatPay], tuple[int, Any]], nowhere: tuple[str, ...] = NOWHERE
    ) -> dict[str, Any] | None:
        """The same; None for what is not there."""
        try:
            return self._ask(question)
        except ProviderRefused as refusal:
            if str(refusal).split(":")[0] in nowhere:
                return None
            raise

    def _reach(self, question: Callable[[WeChatPay], tuple[int, Any]]) -> tuple[int, Any]:
        try:
            return question(self._sdk())
        except ProviderDown:
            raise
        except (
            Exception
        ) as error:  # no connection, or an answer whose signature is wrong: the library's plain one
            raise self._down() from error

    def _sdk(self) -> WeChatPay:
        if self._library is None:
            try:
                self._library = _WeChatPay(self._settings, self._folder)
            except Exception as error:  # the library raises this when it gets no certificates
                raise self._down() from error
        return self._library

    def _down(self) -> ProviderDown:
        return ProviderDown(unreachable(self.label))


def _refund_truth(said: dict[str, Any]) -> RefundTruth:
    standing = _REFUNDS.get(said["status"], RefundStanding.WAITING)
    problem = said["status"] if said["status"] in ("ABNORMAL", "CLOSED") else ""
    return RefundTruth(standing, said.get("refund_id"), problem, _moment(said.get("success_time")))


def _bill_lines(table: str) -> list[Line]:
    """Payments and refunds of a day; their sums at the end stand under a second head and are left out."""
    rows = [
        [cell.lstrip("`").strip() for cell in row] for row in csv.reader(io.StringIO(table.lstrip("\ufeff")))
    ]
    head = rows[0] if rows else []
    lines = []
    for row in rows[1:]:
        if len(row) != len(head):
            break
        lines.append(_bill_line(dict(zip(head, row, strict=True))))
    return lines


def _bill_line(row: dict[str, str]) -> Line:
    is_refund = row["交易状态"] in ("REFUND", "REVOKED")
    amount = row["申请退款金额"] if is_refund else row["订单金额"]
    return Line(
        ref=row["微信退款单号"] if is_refund else row["微信订单号"],
        payment_id=row["商户订单号"],
        refund_id=row["商户退款单号"] if is_refund else None,
        amount=int(Decimal(amount).scaleb(2)),
        currency=row["货币种类"],
        is_refund=is_refund,
    )


def _read(text: Any) -> dict[str, Any]:
    try:
        said = json.loads(text) if text else {}
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _china(moment: datetime) -> str:
    return moment.astimezone(CHINA).isoformat(timespec="seconds")


def _moment(text: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text)).astimezone(UTC)
    except ValueError:
        return None
