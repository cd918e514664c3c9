"""The settings of those who move money. Each provider is wholly configured or not at all.

Errors are plain ValueErrors with a sentence that names the settings; ``config`` says them in its own name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Protocol
from urllib.parse import urlsplit

PREFIX = "PORTAL_"


class Source(Protocol):
    """Where settings are read from."""

    def optional(self, name: str) -> str | None: ...
    def flag(self, name: str, *, default: bool) -> bool: ...
    def url(self, name: str, schemes: tuple[str, ...], *, default: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Stripe:
    key: str = field(repr=False)
    hook_secret: str = field(repr=False)
    url: str


@dataclass(frozen=True, slots=True)
class Alipay:
    """``private_key`` is ours, ``public_key`` is theirs; both as PEM or as the bare base64 that their site shows."""

    app_id: str
    private_key: str = field(repr=False)
    public_key: str
    url: str


@dataclass(frozen=True, slots=True)
class Wechat:
    """With ``public_key`` their answers are checked by it; without one by their certificates, which are fetched."""

    app_id: str
    merchant: str
    cert_serial: str
    private_key: str = field(repr=False)
    api_key: str = field(repr=False)
    public_key: str | None
    public_key_id: str | None
    url: str


@dataclass(frozen=True, slots=True)
class PaymentSettings:
    """Which ways to pay this portal offers. ``transfer`` are the words that say where to transfer money to."""

    transfer: str | None = None
    sandbox: bool = False
    stripe: Stripe | None = None
    alipay: Alipay | None = None
    wechat: Wechat | None = None


def read(source: Source, *, demo: bool) -> PaymentSettings:
    """Everything about paying. Raises ValueError for a provider that is half configured."""
    sandbox = source.flag("SANDBOX", default=demo)
    if sandbox and not demo:
        raise ValueError("PORTAL_SANDBOX is play money: it runs only with PORTAL_DEMO=1.")
    return PaymentSettings(
        transfer=source.optional("TRANSFER_TO"),
        sandbox=sandbox,
        stripe=_stripe(source),
        alipay=_alipay(source),
        wechat=_wechat(source),
    )


def _stripe(source: Source) -> Stripe | None:
    url = _address(source, "STRIPE_URL", default="https://api.stripe.com")
    given = _all_or_none(source, "STRIPE_KEY", "STRIPE_HOOK_SECRET")
    if given is None:
        return None
    key, hook_secret = given
    return Stripe(key, hook_secret, url.rstrip("/"))


def _alipay(source: Source) -> Alipay | None:
    url = _address(source, "ALIPAY_URL", default="https://openapi.alipay.com/gateway.do")
    given = _all_or_none(source, "ALIPAY_APP_ID", "ALIPAY_PRIVATE_KEY", "ALIPAY_PUBLIC_KEY")
    if given is None:
        return None
    app_id, private_key, public_key = given
    return Alipay(app_id, private_key, public_key, url)


def _wechat(source: Source) -> Wechat | None:
    url = _address(source, "WECHAT_URL", default="https://api.mch.weixin.qq.com")
    given = _all_or_none(
        source,
        "WECHAT_APP_ID",
        "WECHAT_MERCHANT",
        "WECHAT_CERT_SERIAL",
        "WECHAT_PRIVATE_KEY",
        "WECHAT_API_KEY",
    )
    theirs = _all_or_none(source, "WECHAT_PUBLIC_KEY", "WECHAT_PUBLIC_KEY_ID")
    if given is None:
        if theirs:
            raise ValueError("PORTAL_WECHAT_PUBLIC_KEY is given, but PORTAL_WECHAT_MERCHANT is missing.")
        return None
    if len(given[-1].encode()) != 32:
        raise ValueError("PORTAL_WECHAT_API_KEY must be the APIv3 key of 32 characters.")
    app_id, merchant, cert_serial, private_key, api_key = given
    public_key, public_key_id = theirs or (None, None)
    return Wechat(
        app_id, merchant, cert_serial, private_key, api_key, public_key, public_key_id, url.rstrip("/")
    )


def _address(source: Source, name: str, *, default: str) -> str:
    """Where a provider is asked: encrypted, unless it is this very machine."""
    url = source.url(name, ("http", "https"), default=default)
    host = urlsplit(url).hostname or ""
    try:
        at_home = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        at_home = False
    if url.startswith("http:") and not at_home:
        raise ValueError(f"{PREFIX}{name} must begin with https: keys and money go there.")
    return url


def _all_or_none(source: Source, *names: str) -> list[str] | None:
    """The values of all these settings; None when none is given."""
    values = {name: source.optional(name) for name in names}
    if not any(values.values()):
        return None
    missing = [PREFIX + name for name, value in values.items() if not value]
    if missing:
        given = next(PREFIX + name for name, value in values.items() if value)
        raise ValueError(
            f"{given} is given, but {' and '.join(missing)} is missing: give all or none of them."
        )
    return [value for value in values.values() if value]
