"""How moments and numbers read on a page: in the shop's zone and the visitor's language."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from babel.dates import format_date
from babel.numbers import format_decimal

from portal.brand import queries
from portal.brand.models import LegalKind
from portal.brand.palette import Palette, hex_of
from portal.core import clock
from portal.core.i18n import LOCALES, _, language, locale
from portal.core.i18n import lazy as _l
from portal.core.links import absolute
from portal.core.media import photo_url
from portal.core.money import Money

LEGAL_NAMES = {
    LegalKind.TERMS: _l("Terms of use"),
    LegalKind.PRIVACY: _l("Privacy notice"),
    LegalKind.RULES: _l("House rules"),
}
FILING_REGISTER = "https://beian.miit.gov.cn/"


def drawn_colors(*names: str) -> dict[str, str]:
    """Colours of the style sheet at the brand's hue in daylight, as ``#rrggbb``, for what the server draws itself."""
    palette = Palette(queries.current().hue, "light")
    return {name: hex_of(palette.color(name)) for name in names}


def when(moment: datetime) -> str:
    """Near things by distance (today, yesterday, a weekday), far ones by date."""
    zone = queries.current().time_zone
    local, today = clock.in_zone(moment, zone), clock.in_zone(clock.now(), zone).date()
    distance = (today - local.date()).days
    if distance == 0:
        return _("Today %(time)s", time=f"{local:%H:%M}")
    if distance == 1:
        return _("Yesterday")
    if 1 < distance < 7:
        return _date(local.date(), "EEEE", language())
    this_year = local.year == today.year
    return _date(local.date(), _("MMM d") if this_year else _("MMM d, y"), language())


def exactly(moment: datetime) -> str:
    """The full date, and the time to the minute: for titles and ``<time>``."""
    local = clock.in_zone(moment, queries.current().time_zone)
    return f"{_date(local.date(), _('MMM d, y'), language())} {local:%H:%M}"


def day(moment: datetime) -> str:
    """The full date without the time: May 6, 2026."""
    local = clock.in_zone(moment, queries.current().time_zone)
    return format_date(local.date(), "long", locale=locale())


def clock_time(moment: datetime) -> str:
    return f"{clock.in_zone(moment, queries.current().time_zone):%H:%M}"


def count(number: int) -> str:
    """A number with the grouping people expect: 1,284."""
    return _number(number, language())


def money(amount: Money) -> str:
    """¥168.00; money of another country than the brand's own says which: US$20.00."""
    return amount.shown(language(), home=queries.current().currency)


def price(amount: Money) -> str:
    """The same as it stands on a price tag: ¥168."""
    return amount.brief(language(), home=queries.current().currency)


def clock_minutes(minutes: int) -> str:
    """Minutes after midnight as a clock shows them: 09:30; the end of the day is 24:00."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def logo_address() -> str:
    """The full address of the logo, for letters. Only when there is one."""
    logo = queries.current().logo
    assert logo is not None
    return absolute(photo_url(logo.id, 400))


def filing_address(number: str) -> str:
    """Where a Chinese filing number can be looked up, as the law wants it linked; empty for other numbers."""
    return FILING_REGISTER if "ICP" in number.upper() else ""


# ------------------------------------------------------------------ inside: the same few days and numbers on every page


@lru_cache(1000)
def _date(day: date, pattern: str, tongue: str) -> str:
    return format_date(day, pattern, locale=LOCALES[tongue])


@lru_cache(1000)
def _number(number: int, tongue: str) -> str:
    return format_decimal(number, locale=LOCALES[tongue])
