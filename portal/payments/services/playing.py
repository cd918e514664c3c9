"""Play money that comes at once, for the demo: the sandbox's books and ours say the same."""

from __future__ import annotations

from portal.core import clock
from portal.payments.providers import Payer
from portal.payments.providers.known import provider_named
from portal.payments.providers.sandbox import SandboxProvider
from portal.payments.services.opening import begin_checkout, keep_checkout
from portal.payments.services.truth import apply_truth


def pay_with_play_money(payment_id: str) -> None:
    """The payer begins and pays the whole sum now, in the sandbox, whose word becomes ours. Raises NotFound without one."""
    provider = provider_named("sandbox")
    assert isinstance(provider, SandboxProvider)
    order, before_screen, _begun = begin_checkout(payment_id, Payer())
    keep_checkout(payment_id, provider.start(order, before_screen))
    provider.till.pay(payment_id, clock.now())
    apply_truth(payment_id, provider.ask(order))
