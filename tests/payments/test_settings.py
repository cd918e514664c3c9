"""Ways to pay are configured wholly or not at all; play money stays in the demo."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import SettingsError
from portal.payments.providers.known import build
from tests.core.test_config import read
from tests.payments.peers.house import private_pem, public_pem

STRIPE = {"STRIPE_KEY": "sk_1", "STRIPE_HOOK_SECRET": "whsec_1"}
ALIPAY = {"ALIPAY_APP_ID": "2021", "ALIPAY_PRIVATE_KEY": "a", "ALIPAY_PUBLIC_KEY": "b"}
WECHAT = {
    "WECHAT_APP_ID": "wx1",
    "WECHAT_MERCHANT": "19",
    "WECHAT_CERT_SERIAL": "5A",
    "WECHAT_PRIVATE_KEY": "a",
    "WECHAT_API_KEY": "k" * 32,
}


def test_nothing_is_offered_by_itself(tmp_path: Path) -> None:
    assert build(read(tmp_path)) == {}


def test_the_demo_offers_play_money(tmp_path: Path) -> None:
    assert list(build(read(tmp_path, DEMO="1"))) == ["sandbox"]
    assert build(read(tmp_path, DEMO="1", SANDBOX="0")) == {}


def test_play_money_refuses_to_start_outside_the_demo(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"PORTAL_SANDBOX .* only with PORTAL_DEMO=1"):
        read(tmp_path, SANDBOX="1")


@pytest.mark.parametrize("group", [STRIPE, ALIPAY, WECHAT], ids=["stripe", "alipay", "wechat"])
def test_half_configured_refuses_to_start(tmp_path: Path, group: dict[str, str]) -> None:
    for missing in group:
        with pytest.raises(SettingsError, match=f"PORTAL_{missing} is missing"):
            read(tmp_path, **{name: value for name, value in group.items() if name != missing})


def test_wechat_settings_that_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="PORTAL_WECHAT_PUBLIC_KEY_ID is missing"):
        read(tmp_path, **WECHAT, WECHAT_PUBLIC_KEY="x")
    with pytest.raises(SettingsError, match="PORTAL_WECHAT_MERCHANT is missing"):
        read(tmp_path, WECHAT_PUBLIC_KEY="x", WECHAT_PUBLIC_KEY_ID="y")
    with pytest.raises(SettingsError, match="PORTAL_WECHAT_API_KEY"):
        read(tmp_path, **WECHAT | {"WECHAT_API_KEY": "short"})


@pytest.mark.parametrize("group", [ALIPAY, WECHAT], ids=["alipay", "wechat"])
def test_keys_that_are_none_stop_the_start(tmp_path: Path, group: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="is no RSA key"):
        build(read(tmp_path, **group))


def test_everything_configured_is_offered(tmp_path: Path) -> None:
    """Keys as PEM, or as the bare base64 that the providers' sites show."""
    bare = "".join(private_pem("shop").splitlines()[1:-1])
    keys = {
        "ALIPAY_PRIVATE_KEY": bare,
        "ALIPAY_PUBLIC_KEY": "".join(public_pem("alipay").splitlines()[1:-1]),
        "WECHAT_PRIVATE_KEY": private_pem("shop"),
    }
    settings = read(tmp_path, **STRIPE | ALIPAY | WECHAT | keys, TRANSFER_TO="工商银行 6222")
    assert list(build(settings)) == ["wechat", "alipay", "stripe", "offline"]


def test_keys_go_nowhere_in_the_clear(tmp_path: Path) -> None:
    """Only to this very machine, where tests listen."""
    with pytest.raises(SettingsError, match="PORTAL_STRIPE_URL must begin with https"):
        read(tmp_path, **STRIPE, STRIPE_URL="http://stripe.example")
    for home in ("http://127.0.0.1:9", "http://localhost:9", "http://[::1]:9"):
        assert read(tmp_path, **STRIPE, STRIPE_URL=home).payments.stripe


def test_secrets_are_not_shown_with_the_settings(tmp_path: Path) -> None:
    """Settings in a log or a fault tell no keys."""
    settings = read(tmp_path, **STRIPE | ALIPAY | WECHAT)
    shown = f"{settings!r} {settings.payments!r}"
    for secret in ("sk_1", "whsec_1", "kkkk"):
        assert secret not in shown


def test_an_address_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="PORTAL_STRIPE_URL"):
        read(tmp_path, **STRIPE, STRIPE_URL="stripe.example")
