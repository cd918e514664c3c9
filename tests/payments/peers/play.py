"""The sandbox as a peer, so that it passes the same tests as the real ones."""

from __future__ import annotations

from typing import Any

from portal.core import clock
from portal.payments.providers import ProviderDown, unreachable
from portal.payments.providers.known import find_provider
from portal.payments.providers.sandbox import SandboxProvider


class PlayPeer:
    name, currency = "sandbox", "CNY"

    def __init__(self) -> None:
        self.down = self.deaf = False
        self.questions: list[Any] = []

    @property
    def url(self) -> str:
        return ""

    @property
    def provider(self) -> SandboxProvider:
        found = find_provider("sandbox")
        assert isinstance(found, SandboxProvider)
        return found

    def trouble(self, provider: SandboxProvider) -> None:
        """Make the sandbox answer, or not, as the real ones do over a line."""
        for verb in ("start", "ask", "close", "refund", "ask_refund", "statements"):
            setattr(provider, verb, self._over_a_line(getattr(provider, verb)))

    def settings(self) -> dict[str, Any]:
        return {"sandbox": True}

    def stop(self) -> None:
        """Nothing runs."""

    def visit(self, checkout: str) -> None:
        """Begun is begun."""

    def pay(self, payment_id: str, *, amount: int | None = None, currency: str = "") -> None:
        self.provider.till.pay(payment_id, clock.now(), amount=amount, currency=currency)

    def fail(self, payment_id: str) -> None:
        self.provider.till.end(payment_id, "failed")

    def given(self, payment_id: str) -> dict[str, int]:
        with self.provider.till._books() as books:
            rows = books.execute("SELECT id, amount FROM repayment WHERE charge_id = ?", (payment_id,))
            return dict(rows.fetchall())

    def notification(
        self, payment_id: str, event_id: str, *, forged: bool = False
    ) -> tuple[dict[str, str], bytes]:
        headers, body = self.provider.notification(event_id, payment_id)
        return headers, body.replace(b'"id"', b'"ID"') if forged else body

    def _over_a_line(self, verb: Any) -> Any:
        def asked(*words: Any) -> Any:
            if self.down:
                raise ProviderDown(unreachable("play money"))
            said = verb(*words)
            if self.deaf and verb.__name__ in ("start", "refund"):
                raise ProviderDown(unreachable("play money"))
            return said

        return asked
