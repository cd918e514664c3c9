"""Text messages: a row first (in the transaction that caused it), then the worker hands it to the provider.

due → sent, or due again after growing waits, or failed: the provider refuses this number, or what the message says is
worthless by now. What a code says is wiped as soon as it no longer waits.

A message whose answer got lost may have been sent. It is tried once more, no sooner than its lease ends, and then no
more: two messages with the same code are a nuisance, none is a locked door, and each one costs money.

A house without a provider has no text messages, and no page asks for a number. The demo shows them beside its letters.
"""

from __future__ import annotations

from flask import current_app


def available() -> bool:
    """Whether this house can write to phones."""
    settings = current_app.config["PORTAL"]
    return settings.sms is not None or settings.demo


def shown_only() -> bool:
    """The demo without a provider: messages go nowhere, whoever tries the demo reads them there."""
    settings = current_app.config["PORTAL"]
    return settings.sms is None and settings.demo


def countries() -> tuple[str, ...]:
    """Whose mobile numbers are written to, as ISO codes; a number without a country is of the first."""
    account = current_app.config["PORTAL"].sms
    return account.countries if account is not None else ("CN",)
