"""Alipay as the portal meets it: one gateway, RSA2 both ways, notifications as signed forms, bills as zipped tables."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from portal.core import clock
from portal.payments.settings import Alipay
from tests.payments.peers.house import Answer, Peer, Question, Trade, key, private_pem, public_pem

APP_ID = "2021000000000001"
CHINA = ZoneInfo("Asia/Shanghai")


class AlipayPeer(Peer):
    name = "alipay"
    #: what is answered to whatever is asked: a code and a closer one
    trouble: tuple[str, str] | None = None

    def settings(self) -> dict[str, Any]:
        return {"alipay": Alipay(APP_ID, private_pem("shop"), public_pem("alipay"), f"{self.url}/gateway.do")}

    def visit(self, checkout: str) -> None:
        """Alipay hears of a payment when the payer opens the signed address."""
        words = dict(parse_qsl(urlsplit(checkout).query))
        self._check(words)
        assert words["method"] in ("alipay.trade.page.pay", "alipay.trade.wap.pay")
        order = json.loads(words["biz_content"])
        trade = Trade(order["out_trade_no"], f"20{order['out_trade_no']}", _fen(order["total_amount"]), "CNY")
        self.trades.setdefault(trade.id, trade)

    def notification(
        self, payment_id: str, event_id: str, *, forged: bool = False
    ) -> tuple[dict[str, str], bytes]:
        trade = self.trades[payment_id]
        words = {
            "app_id": APP_ID,
            "notify_id": event_id,
            "notify_type": "trade_status_sync",
            "out_trade_no": trade.id,
            "trade_no": trade.ref,
            "trade_status": "TRADE_SUCCESS",
            "total_amount": _yuan(trade.paid),
            "subject": "会员 一年",
            "charset": "utf-8",
            "version": "1.0",
        }
        who = "somebody" if forged else "alipay"
        words["sign"] = _sign(who, "&".join(f"{name}={words[name]}" for name in sorted(words)))
        return {}, urlencode(words | {"sign_type": "RSA2"}).encode()

    def changes(self, asked: Question) -> bool:
        return dict(parse_qsl(asked.query)).get("method") in ("alipay.trade.refund", "alipay.trade.close")

    def answer(self, asked: Question) -> Answer:
        if asked.path == "/bill":
            return Answer(200, self._bill(dict(parse_qsl(asked.query))["day"]))
        words = dict(parse_qsl(asked.query or asked.body.decode()))
        self._check(words)
        said = self._work(words["method"], json.loads(words["biz_content"]))
        if self.trouble:
            said = {"code": self.trouble[0], "msg": "不行", "sub_code": self.trouble[1]}
        content = json.dumps(said, ensure_ascii=False)
        name = words["method"].replace(".", "_") + "_response"
        return Answer(200, f'{{"{name}":{content},"sign":"{_sign("alipay", content)}"}}'.encode())

    def _work(self, method: str, order: dict[str, Any]) -> dict[str, Any]:
        trade = self.trades.get(order.get("out_trade_no", ""))
        if method == "alipay.data.dataservice.bill.downloadurl.query":
            return _yes(bill_download_url=f"{self.url}/bill?day={order['bill_date']}")
        if trade is None:
            return _no("ACQ.TRADE_NOT_EXIST", "交易不存在")
        match method:
            case "alipay.trade.query":
                return self._query(trade)
            case "alipay.trade.close":
                if trade.state != "open":
                    return _no("ACQ.TRADE_STATUS_ERROR", "交易状态不合法")
                trade.state = "closed"
                return _yes(out_trade_no=trade.id)
            case "alipay.trade.refund":
                fresh = order["out_request_no"] not in trade.back
                if not self.give_back(trade, order["out_request_no"], _fen(order["refund_amount"])):
                    return _no("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "退款金额超限")
                return _yes(out_trade_no=trade.id, fund_change="Y" if fresh else "N")
            case "alipay.trade.fastpay.refund.query":
                back = trade.back.get(order["out_request_no"])
                done = {"refund_status": "REFUND_SUCCESS", "gmt_refund_pay": _china(back[1])} if back else {}
                return _yes(out_trade_no=trade.id, out_request_no=order["out_request_no"], **done)
        return _no("isv.invalid-method", "不存在的方法名")

    def _query(self, trade: Trade) -> dict[str, Any]:
        said = _yes(out_trade_no=trade.id, trade_no=trade.ref, total_amount=_yuan(trade.paid or trade.asked))
        if not trade.paid:
            return said | {"trade_status": "WAIT_BUYER_PAY" if trade.state == "open" else "TRADE_CLOSED"}
        assert trade.at is not None
        whole = sum(amount for amount, _at in trade.back.values()) == trade.paid
        paid_in = {} if trade.paid_in == "CNY" else {"trans_currency": trade.paid_in}
        status = "TRADE_CLOSED" if whole else "TRADE_SUCCESS"
        return said | paid_in | {"trade_status": status, "send_pay_date": _china(trade.at)}

    def _bill(self, day: str) -> bytes:
        head = "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,退款批次号/请求号,订单金额（元）"
        rows = ["#支付宝业务明细查询", head]
        for trade in self.trades.values():
            if trade.at and _china(trade.at).startswith(day):
                rows.append(f"{trade.ref}\t,{trade.id}\t,交易,会员,,{_china(trade.at)},,{_yuan(trade.paid)}")
            for refund_id, (amount, at) in trade.back.items():
                if _china(at).startswith(day):
                    rows.append(
                        f"{trade.ref}\t,{trade.id}\t,退款,会员,,{_china(at)},{refund_id}\t,-{_yuan(amount)}"
                    )
        rows.append("#-----业务明细列表结束-----")
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as folder:
            folder.writestr("业务明细.csv", "\r\n".join(rows).encode("gb18030"))
            folder.writestr(
                "业务明细(汇总).csv", "#汇总\r\n门店编号,交易订单总笔数\r\n合计,1".encode("gb18030")
            )
        return packed.getvalue()

    def _check(self, words: dict[str, str]) -> None:
        """Every question is signed with the shop's key, by the clock of China."""
        unsigned = {name: value for name, value in words.items() if name != "sign"}
        text = "&".join(f"{name}={unsigned[name]}" for name in sorted(unsigned))
        key("shop").public_key().verify(base64.b64decode(words["sign"]), text.encode(), PKCS1v15(), SHA256())
        said = datetime.strptime(words["timestamp"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=CHINA)
        assert abs(said - clock.now()).total_seconds() < 60
        assert (words["app_id"], words["sign_type"], words["charset"]) == (APP_ID, "RSA2", "utf-8")


def _sign(who: str, text: str) -> str:
    return base64.b64encode(key(who).sign(text.encode(), PKCS1v15(), SHA256())).decode()


def _yes(**more: Any) -> dict[str, Any]:
    return {"code": "10000", "msg": "Success", **more}


def _no(code: str, words: str) -> dict[str, Any]:
    return {"code": "40004", "msg": "Business Failed", "sub_code": code, "sub_msg": words}


def _yuan(fen: int) -> str:
    return f"{fen / 100:.2f}"


def _fen(yuan: str) -> int:
    return round(float(yuan) * 100)


def _china(moment: datetime) -> str:
    return moment.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
