"""The brand as every page needs it: one row, kept in the process for a few seconds; and the texts of the house."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from portal.brand import palette
from portal.brand.defaults import DEFAULTS
from portal.brand.models import BrandSettings, LegalKind, LegalText
from portal.core import clock
from portal.core.db import db
from portal.core.i18n import language
from portal.core.media.models import Photo

FRESH_SECONDS = 5.0
#: ten o'clock, in minutes after midnight
MORNING = 10 * 60


@dataclass(frozen=True)
class Logo:
    """A photo of core/media; ``width`` and ``height`` are those of its largest picture."""

    id: str
    width: int
    height: int


@dataclass(frozen=True)
class Brand:
    """The settings at one moment; ``name``, ``belief`` … answer in the visitor's language.

    Clock times are minutes after midnight, shop time; ``drop_weekday`` 0 is Monday. ``legal`` tells the newest version
    of each text of the house that is published.
    """

    name_zh: str
    name_en: str
    hue: int
    belief_zh: str
    belief_en: str
    headline_zh: str
    headline_en: str
    fan_title_zh: str
    fan_title_en: str
    ambassador_title_zh: str
    ambassador_title_en: str
    time_zone: str
    currency: str
    opens_at: int
    closes_at: int
    drop_weekday: int
    drop_at: int
    reply_target_minutes: int
    newcomer_stories: int
    contact_budget: int
    quiet_from: int
    quiet_until: int
    minimum_age: int
    filing_number: str
    logo: Logo | None
    legal: dict[LegalKind, int]
    version: str

    @property
    def name(self) -> str:
        return self._spoken("name")

    @property
    def belief(self) -> str:
        return self._spoken("belief")

    @property
    def headline(self) -> str:
        """The wall's sentence; ``{people}`` stands for the number of people who told a story."""
        return self._spoken("headline")

    @property
    def fan_title(self) -> str:
        return self._spoken("fan_title")

    @property
    def ambassador_title(self) -> str:
        return self._spoken("ambassador_title")

    @property
    def fill(self) -> str:
        """The colour of buttons as ``#rrggbb``, for letters."""
        return palette.fill(self.hue)

    def _spoken(self, field: str) -> str:
        value: str = getattr(self, f"{field}_zh" if language() == "zh_CN" else f"{field}_en")
        return value


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of a text: when it was published and what was new in it."""

    version: int
    published_at: datetime
    change: str


#: what the owner may set, by the names of the columns; the logo comes as a photo
FIELDS = tuple(DEFAULTS)
_PLAIN = tuple(name for name in FIELDS if name != "logo")

_kept: tuple[float, Brand] | None = None


def current() -> Brand:
    """The brand now. A change by the owner is seen by every process within five seconds."""
    global _kept
    kept = _kept  # another thread may forget it in between
    if kept is None or time.monotonic() - kept[0] > FRESH_SECONDS:
        kept = _kept = (time.monotonic(), _read())
    return kept[1]


def forget() -> None:
    """Read the row again at the next question (after a change in this process; tests)."""
    global _kept
    _kept = None


def stored() -> dict[str, Any]:
    """What is set at this very moment, by the names of the columns: for those who change it. One query."""
    columns = [getattr(BrandSettings, name) for name in FIELDS]
    row = db.session.execute(sa.select(*columns).where(BrandSettings.id == 1)).one_or_none()
    return dict(row._mapping) if row else dict(DEFAULTS)


def shop_day(moment: datetime) -> date:
    """The calendar day of a moment in the shop's zone."""
    return clock.in_zone(moment, current().time_zone).date()


def morning_in(days: int) -> datetime:
    """Ten in the morning so many days from today, shop time: what a form proposes for something new."""
    return clock.wall_time(shop_day(clock.now() + timedelta(days=days)), MORNING, current().time_zone)


# ------------------------------------------------------------------ texts of the house


def legal_versions() -> dict[LegalKind, int]:
    """The newest version of each text that is published; seen by every process within five seconds."""
    return current().legal


def legal_text(kind: LegalKind, version: int | None = None) -> LegalText | None:
    """One version of a text, the newest unless another is named."""
    statement = sa.select(LegalText).where(LegalText.kind == kind)
    if version is not None:
        statement = statement.where(LegalText.version == version)
    return db.session.scalar(statement.order_by(LegalText.version.desc()).limit(1))


def newest_texts(kinds: Iterable[LegalKind] = LegalKind) -> dict[LegalKind, LegalText]:
    """The newest version of each of these texts that is published. One query."""
    newest = (
        sa.select(LegalText.kind, sa.func.max(LegalText.version).label("version"))
        .where(LegalText.kind.in_(list(kinds)))
        .group_by(LegalText.kind)
        .subquery()
    )
    statement = sa.select(LegalText).join(
        newest, sa.and_(newest.c.kind == LegalText.kind, newest.c.version == LegalText.version)
    )
    return {text.kind: text for text in db.session.scalars(statement)}


def editions(kind: LegalKind) -> list[Edition]:
    """Every version of a text without its words, the newest first. One query."""
    statement = sa.select(
        LegalText.version, LegalText.published_at, LegalText.change_zh, LegalText.change_en
    ).where(LegalText.kind == kind)
    rows = db.session.execute(statement.order_by(LegalText.version.desc()))
    return [Edition(version, at, zh if language() == "zh_CN" else en) for version, at, zh, en in rows]


# ------------------------------------------------------------------ inside


def _read() -> Brand:
    """One query for the row, its logo and the versions of the texts."""
    row = db.session.execute(_everything()).one()
    values = {name: getattr(row, name) for name in _PLAIN} if row.id else DEFAULTS
    logo = Logo(row.logo, row.logo_width, row.logo_height) if row.logo and row.logo_width else None
    legal = {kind: getattr(row, f"{kind}_version") for kind in LegalKind}
    return Brand(
        **{name: values[name] for name in _PLAIN},
        logo=logo,
        legal={kind: version for kind, version in legal.items() if version},
        version=row.updated_at.strftime("%Y%m%d%H%M%S%f") if row.updated_at else "0",
    )


def _everything() -> sa.Select[Any]:
    """One row in any case, also while nobody has set anything."""
    versions = [
        sa.select(sa.func.max(LegalText.version))
        .where(LegalText.kind == kind)
        .scalar_subquery()
        .label(f"{kind}_version")
        for kind in LegalKind
    ]
    one = sa.select(sa.literal(1).label("id")).subquery()
    return (
        sa.select(
            BrandSettings.id,
            BrandSettings.updated_at,
            *(getattr(BrandSettings, name) for name in FIELDS),
            Photo.width.label("logo_width"),
            Photo.height.label("logo_height"),
            *versions,
        )
        .select_from(one)
        .outerjoin(BrandSettings, BrandSettings.id == one.c.id)
        .outerjoin(Photo, Photo.id == BrandSettings.logo)
    )
