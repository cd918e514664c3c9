"""WeChat Pay v3 as the portal meets it: signed requests and answers, sealed notifications, bills with a digest."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

from portal.core import clock
from portal.payments.settings import Wechat
from tests.payments.peers.house import Answer, Peer, Question, Trade, key, private_pem, public_pem

APP_ID, MERCHANT, SERIAL, API_KEY = "wx8888888888888888", "1900000001", "5157F09EFDC096DE", "k" * 32
PUBLIC_KEY_ID = "PUB_KEY_ID_0119000000012024"
CHINA = ZoneInfo("Asia/Shanghai")
HEAD = "交易时间,公众账号ID,商户号,微信订单号,商户订单号,交易状态,货币种类,微信退款单号,商户退款单号,订单金额,申请退款金额"


@cache
def certificate() -> x509.Certificate:
    """Their platform certificate."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tenpay.com")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key("wechat").public_key(), 0x4A5B6C7D)
    made = made.not_valid_before(now - timedelta(days=800)).not_valid_after(now + timedelta(days=800))
    return made.sign(key("wechat"), SHA256())


class WechatPeer(Peer):
    """``by_certificate``: the older way, in which the portal fetches their certificate instead of holding their key."""

    name = "wechat"

    def __init__(self, *, by_certificate: bool = False) -> None:
        super().__init__()
        self.by_certificate = by_certificate
        self.certificates_asked = 0
        self._words: dict[str, dict[str, Any]] = {}
        #: refunds that take their time, and when each of them was done; those that went wrong on the way
        self.slow = False
        self.done: dict[str, datetime] = {}
        self.abnormal: set[str] = set()
        #: what is answered to whatever is asked: a status and a code
        self.trouble: tuple[int, str] | None = None

    def settings(self) -> dict[str, Any]:
        theirs = (None, None) if self.by_certificate else (public_pem("wechat"), PUBLIC_KEY_ID)
        return {
            "wechat": Wechat(APP_ID, MERCHANT, SERIAL, private_pem("shop"), API_KEY, *theirs, url=self.url)
        }

    def fail(self, payment_id: str) -> None:
        self.trades[payment_id].state = "failed"

    def notification(
        self, payment_id: str, event_id: str, *, forged: bool = False
    ) -> tuple[dict[str, str], bytes]:
        about = {"mchid": MERCHANT, "out_trade_no": payment_id, "trade_state": "SUCCESS"}
        body = json.dumps(
            {
                "id": event_id,
                "event_type": "TRANSACTION.SUCCESS",
                "resource_type": "encrypt-resource",
                "resource": _sealed(json.dumps(about), "transaction"),
            }
        ).encode()
        return self._signed(body, "somebody" if forged else "wechat"), body

    def answer(self, asked: Question) -> Answer:
        self._check(asked)
        if asked.path == "/v3/billdownload/file":
            return Answer(200, gzip.compress(self._bill(asked.query)), {"Content-Type": "application/x-gzip"})
        status, said = self._work(asked)
        body = json.dumps(said).encode() if said is not None else b""
        return Answer(status, body, self._signed(body, "wechat"))

    def _work(self, asked: Question) -> tuple[int, Any]:
        if self.trouble:
            return self.trouble[0], _no(self.trouble[1])
        words = json.loads(asked.body) if asked.body else {}
        parts = asked.path.strip("/").split("/")[1:]
        match asked.method, *parts:
            case "GET", "certificates":
                self.certificates_asked += 1
                return 200, {"data": [_certificate_facts()]}
            case "POST", "pay", "transactions", "native" | "h5" as kind:
                return self._begin(words, kind)
            case "GET", "pay", "transactions", "out-trade-no", payment_id:
                trade = self.trades.get(payment_id)
                return (200, _trade(trade)) if trade else (404, _no("ORDER_NOT_EXIST"))
            case "POST", "pay", "transactions", "out-trade-no", payment_id, "close":
                if self.trades[payment_id].state != "open":
                    return 400, _no("ORDERPAID")
                self.trades[payment_id].state = "closed"
                return 204, None
            case "POST", "refund", "domestic", "refunds":
                return self._refund(words)
            case "GET", "refund", "domestic", "refunds", refund_id:
                owner = next((each for each in self.trades.values() if refund_id in each.back), None)
                return (200, self._back(owner, refund_id)) if owner else (404, _no("RESOURCE_NOT_EXISTS"))
            case "GET", "bill", "tradebill":
                return self._bill_facts(dict(parse_qsl(asked.query))["bill_date"])
        return 404, _no("NOT_FOUND")

    def _begin(self, words: dict[str, Any], kind: str) -> tuple[int, Any]:
        if (words["appid"], words["mchid"]) != (APP_ID, MERCHANT) or not words["notify_url"]:
            return 400, _no("PARAM_ERROR")
        if kind == "h5" and not words["scene_info"]["payer_client_ip"]:
            return 400, _no("PARAM_ERROR")
        payment_id, amount = words["out_trade_no"], words["amount"]
        told = self._words.setdefault(payment_id, {"kind": kind, **_but_the_address(words)})
        if told != {"kind": kind, **_but_the_address(words)}:
            return 400, _no("INVALID_REQUEST")  # the same order in other words
        trade = Trade(payment_id, f"42{payment_id}", amount["total"], amount["currency"])
        self.trades.setdefault(payment_id, trade)
        if kind == "h5":
            return 200, {"h5_url": f"https://wx.tenpay.test/h5?prepay_id={payment_id}-{len(self.questions)}"}
        return 200, {"code_url": f"weixin://wxpay/bizpayurl?pr={payment_id}-{len(self.questions)}"}

    def _refund(self, words: dict[str, Any]) -> tuple[int, Any]:
        trade, amount = self.trades[words["out_trade_no"]], words["amount"]
        if (amount["total"], amount["currency"]) != (trade.paid, trade.paid_in):
            return 400, _no("PARAM_ERROR")
        if not self.give_back(trade, words["out_refund_no"], amount["refund"]):
            return 400, _no("INVALID_REQUEST")
        if not self.slow:
            self.done.setdefault(words["out_refund_no"], trade.back[words["out_refund_no"]][1])
        return 200, self._back(trade, words["out_refund_no"])

    def _back(self, trade: Trade, refund_id: str) -> dict[str, Any]:
        amount, _at = trade.back[refund_id]
        said = {
            "refund_id": f"50{refund_id}",
            "out_refund_no": refund_id,
            "out_trade_no": trade.id,
            "amount": {"refund": amount},
        }
        if refund_id in self.abnormal:
            return said | {"status": "ABNORMAL"}
        if refund_id not in self.done:
            return said | {"status": "PROCESSING"}
        done_at = self.done[refund_id].astimezone(CHINA).isoformat()
        return said | {"status": "SUCCESS", "success_time": done_at}

    def _bill_facts(self, day: str) -> tuple[int, Any]:
        table = self._bill(f"day={day}")
        if table.count(b"\n") < 3:
            return 400, _no("NO_STATEMENT_EXIST")
        facts = {"hash_type": "SHA1", "hash_value": hashlib.sha1(table).hexdigest()}
        return 200, facts | {"download_url": f"{self.url}/v3/billdownload/file?day={day}"}

    def _bill(self, query: str) -> bytes:
        day, rows = dict(parse_qsl(query))["day"], [HEAD]
        for trade in self.trades.values():
            facts = (APP_ID, MERCHANT, trade.ref, trade.id)
            if trade.at and _china(trade.at).startswith(day):
                rows.append(
                    _row(
                        _china(trade.at), *facts, "SUCCESS", trade.paid_in, "0", "0", trade.paid / 100, "0.00"
                    )
                )
            for refund_id, (amount, at) in trade.back.items():
                if _china(at).startswith(day):
                    row = (_china(at), *facts, "REFUND", trade.paid_in, f"50{refund_id}", refund_id, "0.00")
                    rows.append(_row(*row, amount / 100))
        rows += ["总交易单数,应结订单总金额", "`1,`1.00"]
        return ("\ufeff" + "\r\n".join(rows)).encode()

    def _check(self, asked: Question) -> None:
        """Every question is signed with the shop's key."""
        facts = dict(re.findall(r'(\w+)="([^"]*)"', asked.headers["Authorization"]))
        path = asked.path + (f"?{asked.query}" if asked.query else "")
        text = f"{asked.method}\n{path}\n{facts['timestamp']}\n{facts['nonce_str']}\n{asked.body.decode()}\n"
        key("shop").public_key().verify(
            base64.b64decode(facts["signature"]), text.encode(), PKCS1v15(), SHA256()
        )
        assert (facts["mchid"], facts["serial_no"]) == (MERCHANT, SERIAL)

    def _signed(self, body: bytes, who: str) -> dict[str, str]:
        stamp, nonce = str(int(clock.now().timestamp())), "593BEC0C930BF1AFEB40B4A08C8FB242"
        text = f"{stamp}\n{nonce}\n".encode() + body + b"\n"
        return {
            "Wechatpay-Timestamp": stamp,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Signature": base64.b64encode(key(who).sign(text, PKCS1v15(), SHA256())).decode(),
            "Wechatpay-Serial": f"{certificate().serial_number:X}" if self.by_certificate else PUBLIC_KEY_ID,
            "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
        }


def _trade(trade: Trade) -> dict[str, Any]:
    said: dict[str, Any] = {"out_trade_no": trade.id, "mchid": MERCHANT}
    if not trade.paid:
        states = {"open": "NOTPAY", "failed": "PAYERROR", "closed": "CLOSED"}
        return said | {"trade_state": states[trade.state], "amount": {"total": trade.asked}}
    assert trade.at is not None
    return said | {
        "transaction_id": trade.ref,
        "trade_state": "REFUND" if trade.back else "SUCCESS",
        "amount": {"total": trade.paid, "payer_total": trade.paid, "currency": trade.paid_in},
        "success_time": trade.at.astimezone(CHINA).isoformat(),
    }


def _but_the_address(words: dict[str, Any]) -> dict[str, Any]:
    """What must stay the same when an order is begun again."""
    return {name: value for name, value in words.items() if name != "scene_info"}


def _certificate_facts() -> dict[str, Any]:
    pem = certificate().public_bytes(serialization.Encoding.PEM).decode()
    return {
        "serial_no": f"{certificate().serial_number:X}",
        "effective_time": "2024-01-01T00:00:00+08:00",
        "expire_time": "2029-01-01T00:00:00+08:00",
        "encrypt_certificate": _sealed(pem, "certificate"),
    }


def _sealed(text: str, about: str) -> dict[str, str]:
    nonce = "fdasflkja484"
    sealed = AESGCM(API_KEY.encode()).encrypt(nonce.encode(), text.encode(), about.encode())
    return {
        "algorithm": "AEAD_AES_256_GCM",
        "nonce": nonce,
        "associated_data": about,
        "ciphertext": base64.b64encode(sealed).decode(),
    }


def _row(*cells: Any) -> str:
    return ",".join(f"`{cell:.2f}" if isinstance(cell, float) else f"`{cell}" for cell in cells)


def _no(code: str) -> dict[str, str]:
    return {"code": code, "message": "不行"}


def _china(moment: datetime) -> str:
    return moment.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
