"""Typed settings, read once from the environment (prefix ``PORTAL_``).

Rubbish fails loudly at start-up with one sentence that names the variable: a half-configured portal must not run.
Every secret ``PORTAL_X`` may instead come from a file named by ``PORTAL_X_FILE``.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.utils import parseaddr
from pathlib import Path
from typing import TYPE_CHECKING, overload
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

if TYPE_CHECKING:
    from portal.payments.settings import PaymentSettings

ROOT = Path(__file__).resolve().parent
PREFIX = "PORTAL_"


class SettingsError(ValueError):
    """A setting is missing or cannot be understood; the message names it and says what is expected."""


@dataclass(frozen=True, slots=True)
class SmsAccount:
    """The house's account with Tencent Cloud SMS: its keys, its signature, the ids of its two registered texts.

    ``countries``: whose mobile numbers it writes to (ISO codes); a number typed without a country is of the first.
    ``plain``: without TLS, for a peer on this machine.
    """

    secret_id: str
    secret_key: str = field(repr=False)
    endpoint: str
    app: str
    sign: str
    region: str
    code_template: str
    notice_template: str
    countries: tuple[str, ...]
    plain: bool


@dataclass(frozen=True, slots=True, repr=False)
class Settings:
    """Everything that differs between two deployments."""

    demo: bool
    data_dir: Path
    database_url: str
    redis_url: str | None
    storage_dir: Path
    secret_key: str
    data_keys: tuple[str, ...]
    mail_url: str | None
    mail_from: str
    mail_hook_key: str | None
    sms: SmsAccount | None
    base_url: str
    host: str
    port: int
    web_workers: int
    web_threads: int
    trusted_proxies: int
    secure_cookies: bool
    card_cache: bool
    log_format: str
    log_level: str
    payments: PaymentSettings
    font: Path | None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read and check all settings. Raises SettingsError; creates the data folder (and, in the demo, its key)."""
        source = _Source(environment)
        demo = source.flag("DEMO", default=False)
        data_dir = source.folder("DATA_DIR", default=ROOT / "var")
        host = source.text("HOST", default="127.0.0.1")
        port = source.number("PORT", default=8000, low=1, high=65535)
        base_url = source.url("BASE_URL", ("http", "https"), default=f"http://{host}:{port}")
        settings = cls(
            demo=demo,
            data_dir=data_dir,
            database_url=_database_url(
                source.text("DATABASE_URL", default=f"sqlite:///{data_dir / 'portal.sqlite'}")
            ),
            redis_url=source.url("REDIS_URL", ("redis", "rediss"), default=None),
            storage_dir=source.folder("STORAGE_URL", default=data_dir / "storage"),
            secret_key=_secret_key(source, demo, data_dir),
            data_keys=_data_keys(source, demo, data_dir),
            mail_url=source.url("MAIL_URL", ("smtp", "smtps", "smtp+starttls"), default=None),
            mail_from=source.sender("MAIL_FROM", default="portal@localhost"),
            mail_hook_key=_hook_key(source.optional("MAIL_HOOK_KEY")),
            sms=_sms_account(source.optional("SMS_URL")),
            base_url=base_url.rstrip("/"),
            host=host,
            port=port,
            web_workers=source.number("WEB_WORKERS", default=2, low=1, high=64),
            web_threads=source.number("WEB_THREADS", default=64, low=1, high=512),
            trusted_proxies=source.number("TRUSTED_PROXIES", default=0, low=0, high=10),
            secure_cookies=source.flag("SECURE_COOKIES", default=base_url.startswith("https://")),
            card_cache=source.flag("CARD_CACHE", default=True),
            log_format=source.choice("LOG_FORMAT", ("text", "json"), default="text"),
            log_level=source.choice("LOG_LEVEL", ("debug", "info", "warning", "error"), default="info"),
            payments=_payments(source, demo),
            font=_font(source.optional("FONT")),
        )
        source.refuse_unknown()
        if not demo and settings.mail_url is None:
            raise SettingsError(
                "PORTAL_MAIL_URL is missing: members cannot confirm their address without mail."
            )
        return settings

    def as_flask_config(self) -> dict[str, object]:
        """The keys that Flask and its extensions read."""
        return {
            "SECRET_KEY": self.secret_key,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            # what the database refuses is logged: never with the letters, codes and hashes that were to be stored
            "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True},
            "SESSION_COOKIE_NAME": "portal",
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_SECURE": self.secure_cookies,
            "PERMANENT_SESSION_LIFETIME": 180 * 24 * 3600,
            "SESSION_REFRESH_EACH_REQUEST": False,
            "MAX_CONTENT_LENGTH": 1024 * 1024,
            "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
            "WTF_CSRF_TIME_LIMIT": None,
            "WTF_CSRF_SSL_STRICT": False,
            "RATELIMIT_STORAGE_URI": self.redis_url or "memory://",
            # while Redis does not answer each process counts for itself: people still get in
            "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": self.redis_url is not None,
            "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "portal" / "translations"),
            "PORTAL": self,
        }


class _Source:
    """Reads one variable after the other and remembers the names, so that a misspelt one can be refused."""

    #: read by make and the tests, not by the portal
    OUTSIDE = frozenset({"TEST_BROWSER", "TEST_DATABASE_URL", "SCREENS"})

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._known: set[str] = set()

    def text(self, name: str, *, default: str) -> str:
        return self._read(name) or default

    def optional(self, name: str) -> str | None:
        return self._read(name)

    def flag(self, name: str, *, default: bool) -> bool:
        value = self._read(name)
        if value is None:
            return default
        if value not in ("0", "1"):
            raise SettingsError(f"{PREFIX}{name} must be 0 or 1, not {value!r}.")
        return value == "1"

    def number(self, name: str, *, default: int, low: int, high: int) -> int:
        value = self._read(name)
        if value is None:
            return default
        if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
            raise SettingsError(f"{PREFIX}{name} must be a whole number from {low} to {high}, not {value!r}.")
        return int(value)

    def choice(self, name: str, choices: tuple[str, ...], *, default: str) -> str:
        value = self._read(name) or default
        if value not in choices:
            raise SettingsError(f"{PREFIX}{name} must be one of {', '.join(choices)}, not {value!r}.")
        return value

    def folder(self, name: str, *, default: Path) -> Path:
        value = self._read(name)
        if value is not None and "://" in value:
            raise SettingsError(f"{PREFIX}{name} must be the path of a folder, not {value!r}.")
        path = Path(value).expanduser().resolve() if value else default
        try:
            # what members sent and wrote is for no other user of the machine
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(
                f"{PREFIX}{name}: cannot create the folder {path}: {error.strerror}."
            ) from error
        return path

    @overload
    def url(self, name: str, schemes: tuple[str, ...], *, default: str) -> str: ...
    @overload
    def url(self, name: str, schemes: tuple[str, ...], *, default: None) -> str | None: ...
    def url(self, name: str, schemes: tuple[str, ...], *, default: str | None) -> str | None:
        value = self._read(name)
        if value is None or _is_address(value, schemes):
            return value or default
        expected = " or ".join(f"{scheme}://…" for scheme in schemes)
        raise SettingsError(f"{PREFIX}{name} must look like {expected}.")

    def sender(self, name: str, *, default: str) -> str:
        value = self.text(name, default=default)
        shown, address = parseaddr(value)
        try:
            Address(shown, addr_spec=address)
        except (ValueError, IndexError, MessageError) as error:
            raise SettingsError(
                f"{PREFIX}{name} must look like name@example.com or Our house <name@example.com>."
            ) from error
        return value

    def refuse_unknown(self) -> None:
        """A misspelt name would otherwise silently leave the default in force."""
        given = {name.removeprefix(PREFIX) for name in self._environment if name.startswith(PREFIX)}
        unknown = given - self._known - self.OUTSIDE
        if unknown:
            names = ", ".join(sorted(PREFIX + name for name in unknown))
            raise SettingsError(f"Unknown setting: {names}. The README lists all settings.")

    def _read(self, name: str) -> str | None:
        self._known |= {name, name + "_FILE"}
        value = self._environment.get(PREFIX + name)
        file = self._environment.get(PREFIX + name + "_FILE")
        if value and file:
            raise SettingsError(f"Set either {PREFIX}{name} or {PREFIX}{name}_FILE, not both.")
        if file:
            try:
                value = Path(file).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise SettingsError(f"{PREFIX}{name}_FILE: cannot read {file}: {error.strerror}.") from error
        return value or None


def _is_address(value: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, half a bracket
        return False


def _database_url(value: str) -> str:
    """SQLite (a file) or PostgreSQL; PostgreSQL always through psycopg 3."""
    if value.startswith(("postgres://", "postgresql://")):
        return "postgresql+psycopg://" + value.split("://", 1)[1]
    if value.startswith(("postgresql+psycopg://", "sqlite:///")):
        return value
    raise SettingsError("PORTAL_DATABASE_URL must look like sqlite:///file or postgresql://user@host/name.")


def _hook_key(value: str | None) -> str | None:
    """The key that the mail provider signs its reports with; without one there is no address for them."""
    if value is not None and len(value) < 32:
        raise SettingsError("PORTAL_MAIL_HOOK_KEY is too short: give at least 32 random characters.")
    return value


_SMS_SHAPE = (
    "PORTAL_SMS_URL must look like tencent://SECRET_ID:SECRET_KEY@sms.tencentcloudapi.com/"
    "?app=…&sign=…&region=…&code_template=…&notice_template=…"
)
_SMS_WORDS = ("app", "sign", "region", "code_template", "notice_template")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def _sms_account(value: str | None) -> SmsAccount | None:
    """Text messages, wholly set up or not at all."""
    if value is None:
        return None
    if not _is_address(value, ("tencent",)):
        raise SettingsError(f"{_SMS_SHAPE}.")
    parts = urlsplit(value)
    words = dict(parse_qsl(parts.query))
    lacking = [word for word in _SMS_WORDS if not words.get(word)]
    if not parts.username or not parts.password:
        lacking.insert(0, "its keys")
    if lacking:
        raise SettingsError(f"PORTAL_SMS_URL lacks {', '.join(lacking)}. {_SMS_SHAPE}.")
    known = {word: words.pop(word) for word in _SMS_WORDS}
    plain, countries = words.pop("plain", "0") == "1", words.pop("countries", "CN").split(",")
    if words:
        raise SettingsError(f"PORTAL_SMS_URL holds what nobody knows: {', '.join(sorted(words))}.")
    if plain and parts.hostname not in _LOOPBACK:
        raise SettingsError("PORTAL_SMS_URL: plain=1 is only for a peer on this machine.")
    if not all(len(country) == 2 and country.isascii() and country.isupper() for country in countries):
        raise SettingsError("PORTAL_SMS_URL: countries must be ISO codes, such as countries=CN,HK.")
    return SmsAccount(
        secret_id=unquote(parts.username or ""),
        secret_key=unquote(parts.password or ""),
        endpoint=_endpoint(parts),
        countries=tuple(countries),
        plain=plain,
        **known,
    )


def _endpoint(parts: SplitResult) -> str:
    """Host and port as they stand in the address, without its keys."""
    return parts.netloc.rpartition("@")[2]


def _font(value: str | None) -> Path | None:
    """A font file for what the portal draws itself, or None: then it looks for one."""
    if value is None:
        return None
    path = Path(value)
    if path.suffix.lower() not in (".ttf", ".otf", ".ttc") or not path.is_file():
        raise SettingsError(f"{PREFIX}FONT must be the path of a TTF, OTF or TTC file.")
    return path


def _payments(source: _Source, demo: bool) -> PaymentSettings:
    """What the ways to pay want to know stands in their room; ``portal`` itself reads this file, so it comes later."""
    from portal.payments import settings

    try:
        return settings.read(source, demo=demo)
    except SettingsError:
        raise
    except ValueError as error:
        raise SettingsError(str(error)) from error


def _secret_key(source: _Source, demo: bool, data_dir: Path) -> str:
    """The key that signs cookies. The demo makes its own and keeps it, so that a restart signs nobody out."""
    value = source.optional("SECRET_KEY")
    if value is None and not demo:
        raise SettingsError("PORTAL_SECRET_KEY is missing: give at least 32 random characters.")
    if value is None:
        value = _kept_key(data_dir / "secret_key")
    if len(value) < 32:
        raise SettingsError("PORTAL_SECRET_KEY is too short: give at least 32 random characters.")
    return value


def _data_keys(source: _Source, demo: bool, data_dir: Path) -> tuple[str, ...]:
    """The keys that seal what must not be readable in a stolen database, newest first, with commas between them."""
    value = source.optional("DATA_KEYS")
    if value is None and not demo:
        raise SettingsError(
            "PORTAL_DATA_KEYS is missing: give at least 32 random characters, and keep them safe."
        )
    keys = tuple(key.strip() for key in (value or _kept_key(data_dir / "data_keys")).split(","))
    if any(len(key) < 32 for key in keys):
        raise SettingsError(
            "PORTAL_DATA_KEYS: each key needs at least 32 random characters, with commas between."
        )
    return keys


def _kept_key(path: Path) -> str:
    """A key that was made at the first start, and is the same ever after."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="utf-8")
    return path.read_text(encoding="utf-8")
