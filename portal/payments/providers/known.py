"""Which providers this portal has: built once at the start, so that a wrong key stops it there."""

from __future__ import annotations

from flask import Flask, current_app

from config import Settings, SettingsError
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.payments.providers import Provider, ProviderDown, unreachable


def install(app: Flask) -> None:
    """Raises SettingsError when a provider is configured with what cannot be used."""
    app.extensions["payments"] = build(app.config["PORTAL"], testing=app.testing)


def build(settings: Settings, *, testing: bool = False) -> dict[str, Provider]:
    """All configured providers by name, in the order payers see them. Only their libraries are imported."""
    wanted = settings.payments
    found: list[Provider] = []
    try:
        if wanted.wechat:
            from portal.payments.providers.wechat import WechatProvider

            found.append(WechatProvider(wanted.wechat, settings.data_dir))
        if wanted.alipay:
            from portal.payments.providers.alipay import AlipayProvider

            found.append(AlipayProvider(wanted.alipay))
        if wanted.stripe:
            from portal.payments.providers.stripe import StripeProvider

            found.append(StripeProvider(wanted.stripe))
    except ValueError as error:
        raise SettingsError(str(error)) from error
    if wanted.transfer:
        from portal.payments.providers.offline import OfflineProvider

        found.append(OfflineProvider(wanted.transfer))
    if wanted.sandbox or testing:
        from portal.payments.providers.sandbox import SandboxProvider

        found.append(SandboxProvider(settings.data_dir, settings.secret_key))
    return {provider.name: provider for provider in found}


def known_providers() -> list[Provider]:
    found: dict[str, Provider] = current_app.extensions["payments"]
    return list(found.values())


def find_provider(name: str) -> Provider | None:
    found: dict[str, Provider] = current_app.extensions["payments"]
    return found.get(name)


def provider_named(name: str) -> Provider:
    """The provider; NotFound for one that this portal does not have."""
    found = find_provider(name)
    if found is None:
        raise NotFound(_("There is no page at this address."))
    return found


def provider_of(name: str) -> Provider:
    """The provider of a payment that exists. ProviderDown when it was switched off since: it may come back."""
    found = find_provider(name)
    if found is None:
        raise ProviderDown(unreachable(name))
    return found
