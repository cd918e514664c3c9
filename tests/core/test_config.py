"""Settings: sensible values, and one clear sentence for every kind of rubbish."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import Settings, SettingsError

KEY = "k" * 40


def read(tmp_path: Path, **settings: str) -> Settings:
    environment = {
        "PORTAL_DATA_DIR": str(tmp_path),
        "PORTAL_SECRET_KEY": KEY,
        "PORTAL_DATA_KEYS": KEY,
        "PORTAL_MAIL_URL": "smtp://localhost",
    }
    environment |= {f"PORTAL_{name}": value for name, value in settings.items()}
    return Settings.from_environment({name: value for name, value in environment.items() if value})


def test_defaults_need_little(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path / 'portal.sqlite'}"
    assert settings.storage_dir == tmp_path / "storage"
    assert settings.base_url == "http://127.0.0.1:8000"
    assert not settings.secure_cookies


def test_https_switches_secure_cookies_on(tmp_path: Path) -> None:
    assert read(tmp_path, BASE_URL="https://portal.example/").secure_cookies


def test_postgresql_goes_through_psycopg(tmp_path: Path) -> None:
    settings = read(tmp_path, DATABASE_URL="postgres://me@host/name")
    assert settings.database_url == "postgresql+psycopg://me@host/name"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "0"),
        ("PORT", "70000"),
        ("DEMO", "yes"),
        ("DATABASE_URL", "mysql://host/name"),
        ("REDIS_URL", "localhost"),
        ("MAIL_URL", "mail.example"),
        ("MAIL_URL", "smtp://mail.example:abc"),
        ("MAIL_URL", "smtp://[::1"),
        ("MAIL_FROM", "Our house"),
        ("MAIL_FROM", "Our house <hello at portal.example>"),
        ("BASE_URL", "portal.example"),
        ("STORAGE_URL", "ftp://somewhere"),
        ("LOG_FORMAT", "xml"),
        ("SECRET_KEY", "short"),
        ("DATA_KEYS", "short"),
        ("DATA_KEYS", f"{KEY},short"),
        ("MAIL_HOOK_KEY", "short"),
        ("WEB_WORKERS", "-1"),
    ],
)
def test_rubbish_names_the_setting(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"PORTAL_{name}"):
        read(tmp_path, **{name: value})


def test_misspelt_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="PORTAL_PROT"):
        read(tmp_path, PROT="8000")


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATA_KEYS", "MAIL_URL"])
def test_a_real_portal_needs_it(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match=f"PORTAL_{name} is missing"):
        read(tmp_path, **{name: ""})


def test_secret_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("f" * 40 + "\n")
    assert read(tmp_path, SECRET_KEY="", SECRET_KEY_FILE=str(secret)).secret_key == "f" * 40
    with pytest.raises(SettingsError, match="not both"):
        read(tmp_path, SECRET_KEY_FILE=str(secret))
    with pytest.raises(SettingsError, match="cannot read"):
        read(tmp_path, SECRET_KEY="", SECRET_KEY_FILE=str(tmp_path / "nowhere"))


def test_new_folders_are_the_portals_alone(tmp_path: Path) -> None:
    settings = read(tmp_path, DATA_DIR=str(tmp_path / "new"))
    for folder in (settings.data_dir, settings.storage_dir):
        assert folder.stat().st_mode & 0o077 == 0


def test_the_demo_keeps_its_own_key(tmp_path: Path) -> None:
    first = read(tmp_path, DEMO="1", SECRET_KEY="", MAIL_URL="")
    assert read(tmp_path, DEMO="1", SECRET_KEY="", MAIL_URL="").secret_key == first.secret_key
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


SMS = "tencent://id:k%2Fey@sms.tencentcloudapi.com/?app=1&sign=米粉之家&region=r&code_template=2&notice_template=3"


def test_text_messages_are_one_setting(tmp_path: Path) -> None:
    assert read(tmp_path).sms is None
    account = read(tmp_path, SMS_URL=SMS + "&countries=CN,HK").sms
    assert account is not None
    assert (account.secret_id, account.secret_key, account.sign) == ("id", "k/ey", "米粉之家")
    assert (account.endpoint, account.plain, account.countries) == (
        "sms.tencentcloudapi.com",
        False,
        ("CN", "HK"),
    )
    assert "k/ey" not in repr(account)


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("https://sms.example", "must look like"),
        (SMS.replace("id:k%2Fey@", ""), "lacks its keys"),
        (SMS.replace(":k%2Fey", ""), "lacks its keys"),
        (SMS.replace("&sign=米粉之家", ""), "lacks sign"),
        (SMS.replace("code_template=2", "code_template="), "lacks code_template"),
        (SMS + "&plain=1", "only for a peer on this machine"),
        (SMS + "&countries=China", "ISO codes"),
        (SMS + "&colour=red", "nobody knows: colour"),
    ],
)
def test_half_configured_text_messages_stop_the_start(tmp_path: Path, value: str, sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        read(tmp_path, SMS_URL=value)
