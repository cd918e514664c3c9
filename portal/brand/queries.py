"""The brand as every page needs it: one row, kept in the process for a few seconds."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, datetime

from portal.brand.defaults import DEFAULTS
from portal.brand.models import BrandSettings
from portal.core import clock
from portal.core.db import db
from portal.core.i18n import language

FRESH_SECONDS = 5.0


@dataclass(frozen=True)
class Brand:
    """The settings at one moment; ``name``, ``belief`` … answer in the visitor's language."""

    name_zh: str
    name_en: str
    logo: str | None
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
    reply_target_minutes: int
    newcomer_stories: int
    contact_budget: int
    minimum_age: int
    filing_number: str
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

    def _spoken(self, field: str) -> str:
        value: str = getattr(self, f"{field}_zh" if language() == "zh_CN" else f"{field}_en")
        return value


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


def shop_day(moment: datetime) -> date:
    """The calendar day of a moment in the shop's zone."""
    return clock.in_zone(moment, current().time_zone).date()


def _read() -> Brand:
    row = db.session.get(BrandSettings, 1)
    if row is None:
        return Brand(**DEFAULTS, version="0")
    values = {name: getattr(row, name) for name in DEFAULTS}
    return Brand(**values, version=row.updated_at.strftime("%Y%m%d%H%M%S%f"))
