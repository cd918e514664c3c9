"""Stripe as the portal meets it: Checkout Sessions, refunds, charges, idempotency keys, signed webhooks."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import parse_qsl

from portal.core import clock
from portal.payments.settings import Stripe
from tests.payments.peers.house import Answer, Peer, Question, Trade

KEY, HOOK_SECRET = "sk_test_house", "whsec_house"


class StripePeer(Peer):
    name = "stripe"

    def __init__(self) -> None:
        super().__init__()
        self._kept: dict[str, tuple[bytes, Answer]] = {}
        #: what became of refunds that did not just succeed, by our ids
        self.refund_states: dict[str, str] = {}
        #: somebody else asks the same thing at this very moment
        self.busy = False

    def settings(self) -> dict[str, Any]:
        return {"stripe": Stripe(KEY, HOOK_SECRET, self.url)}

    def notification(
        self, payment_id: str, event_id: str, *, forged: bool = False
    ) -> tuple[dict[str, str], bytes]:
        event = {
            "id": event_id,
            "object": "event",
            "type": "checkout.session.completed",
            "data": {"object": self._session(self.trades[payment_id])},
        }
        body, stamp = json.dumps(event).encode(), str(int(time.time()))
        secret = b"whsec_somebody" if forged else HOOK_SECRET.encode()
        sign = hmac.new(secret, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        return {"Stripe-Signature": f"t={stamp},v1={sign}"}, body

    def answer(self, asked: Question) -> Answer:
        if asked.headers.get("Authorization") != f"Bearer {KEY}":
            return _error(401, "invalid_request_error", "Invalid API Key")
        idempotency_key = asked.headers.get("Idempotency-Key")
        if self.busy and idempotency_key:
            return _error(409, "invalid_request_error", "In use", code="idempotency_key_in_use")
        if asked.method == "POST" and idempotency_key in self._kept:
            body, answer = self._kept[idempotency_key]
            if body != asked.body:
                return _error(
                    400,
                    "idempotency_error",
                    "Keys for idempotent requests can only be used with the same parameters",
                )
            return answer
        answer = self._work(asked)
        if asked.method == "POST" and idempotency_key and answer.status < 500:
            self._kept[idempotency_key] = (asked.body, answer)
        return answer

    def _work(self, asked: Question) -> Answer:
        words = dict(parse_qsl(asked.body.decode()))
        query = dict(parse_qsl(asked.query))
        parts = asked.path.strip("/").split("/")[1:]
        match asked.method, *parts:
            case "POST", "checkout", "sessions":
                return self._begin(words)
            case "GET", "checkout", "sessions", ref:
                return _say(self._session(self._by_ref(ref), expand="expand[0]" in query))
            case "POST", "checkout", "sessions", ref, "expire":
                return self._expire(self._by_ref(ref))
            case "POST", "refunds":
                return self._refund(words)
            case "GET", "refunds":
                return _say(
                    _listed(
                        [
                            each
                            for trade in self.trades.values()
                            for each in self._refunds(trade)
                            if _fits(each, query)
                        ]
                    )
                )
            case "GET", "charges":
                charges = [_charge(trade) for trade in self.trades.values() if trade.paid]
                return _say(_listed([each for each in charges if _fits(each, query)]))
        return _error(404, "invalid_request_error", "Unrecognized request URL")

    def _begin(self, words: dict[str, str]) -> Answer:
        price = "line_items[0][price_data]"
        assert words["payment_method_types[0]"] == "card" and words["adaptive_pricing[enabled]"] == "false"
        lives = int(words["expires_at"]) - clock.now().timestamp()
        if not 1800 <= lives <= 86400:
            return _error(
                400, "invalid_request_error", "expires_at must be between 30 minutes and 24 hours away"
            )
        payment_id = words["client_reference_id"]
        assert words["payment_intent_data[metadata][payment_id]"] == payment_id
        trade = Trade(
            payment_id,
            f"cs_test_{len(self.trades)}_{payment_id}",
            int(words[f"{price}[unit_amount]"]),
            words[f"{price}[currency]"].upper(),
        )
        self.trades[payment_id] = trade
        return _say(self._session(trade))

    def _expire(self, trade: Trade) -> Answer:
        if trade.state != "open":
            return _error(400, "invalid_request_error", "Only open sessions can be expired")
        trade.state = "closed"
        return _say(self._session(trade))

    def _refund(self, words: dict[str, str]) -> Answer:
        trade = next(each for each in self.trades.values() if _intent(each) == words["payment_intent"])
        if not self.give_back(trade, words["metadata[refund_id]"], int(words["amount"])):
            return _error(
                400, "invalid_request_error", "Refund amount is greater than unrefunded amount on charge"
            )
        return _say(self._refunds(trade)[-1])

    def _refunds(self, trade: Trade) -> list[dict[str, Any]]:
        states = self.refund_states
        return [
            refund | {"status": states.get(refund["metadata"]["refund_id"], "succeeded")}
            for refund in _refunds(trade)
        ]

    def _session(self, trade: Trade, *, expand: bool = False) -> dict[str, Any]:
        intent: Any = _intent(trade) if trade.paid else None
        if expand and trade.paid:
            intent = {"id": _intent(trade), "object": "payment_intent", "latest_charge": _charge(trade)}
        if trade.state in ("promised", "broken"):  # a bank has to say yes, and did not
            status = "processing" if trade.state == "promised" else "requires_payment_method"
            intent = {"id": _intent(trade), "object": "payment_intent", "status": status}
        return {
            "id": trade.ref,
            "object": "checkout.session",
            "url": None if trade.state != "open" else f"https://checkout.stripe.test/c/{trade.ref}",
            "client_reference_id": trade.id,
            "metadata": {"payment_id": trade.id},
            "status": {"open": "open", "closed": "expired"}.get(trade.state, "complete"),
            "payment_status": "paid" if trade.state == "paid" else "unpaid",
            "amount_total": trade.paid or trade.asked,
            "currency": (trade.paid_in or trade.currency).lower(),
            "payment_intent": intent,
        }

    def _by_ref(self, ref: str) -> Trade:
        return next(trade for trade in self.trades.values() if trade.ref == ref)


def _intent(trade: Trade) -> str:
    return f"pi_{trade.id}"


def _charge(trade: Trade) -> dict[str, Any]:
    assert trade.at is not None
    return {
        "id": f"ch_{trade.id}",
        "object": "charge",
        "amount": trade.paid,
        "currency": trade.paid_in.lower(),
        "created": int(trade.at.timestamp()),
        "status": "succeeded",
        "metadata": {"payment_id": trade.id},
    }


def _refunds(trade: Trade) -> list[dict[str, Any]]:
    return [
        {
            "id": f"re_{refund_id}",
            "object": "refund",
            "amount": amount,
            "currency": trade.paid_in.lower(),
            "created": int(at.timestamp()),
            "status": "succeeded",
            "payment_intent": _intent(trade),
            "metadata": {"payment_id": trade.id, "refund_id": refund_id},
        }
        for refund_id, (amount, at) in trade.back.items()
    ]


def _fits(thing: dict[str, Any], query: dict[str, str]) -> bool:
    if "payment_intent" in query:
        return bool(thing["payment_intent"] == query["payment_intent"])
    return int(query["created[gte]"]) <= thing["created"] < int(query["created[lt]"])


def _listed(things: list[dict[str, Any]]) -> dict[str, Any]:
    return {"object": "list", "data": things, "has_more": False, "url": "/v1/things"}


def _say(words: dict[str, Any]) -> Answer:
    return Answer(200, json.dumps(words).encode())


def _error(status: int, kind: str, message: str, code: str | None = None) -> Answer:
    return Answer(status, json.dumps({"error": {"type": kind, "message": message, "code": code}}).encode())
