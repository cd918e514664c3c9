"""Languages: English in the source, zh_CN in the catalogue, one choice per visitor."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from babel import Locale
from babel.support import NullTranslations
from flask import Flask, has_request_context, request
from flask_babel import Babel, get_domain, get_locale, gettext, lazy_gettext, ngettext
from flask_babel import force_locale as _force_locale
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

__all__ = ["LANGUAGES", "_", "in_language", "install", "language", "lazy", "locale", "ngettext"]

LANGUAGES = {"zh_CN": "中文", "en": "English"}
#: parsed once: Babel searches all its locales for each name it is given
LOCALES = {code: Locale.parse(code) for code in LANGUAGES}
COOKIE = "language"
_catalogues: dict[str, NullTranslations] = {}
#: what a browser says about its languages is shorter
LONGEST_WISH = 400

_ = gettext
lazy = lazy_gettext


def install(app: Flask, default_timezone: str = "UTC") -> None:
    Babel(
        app,
        locale_selector=lambda: LOCALES[choose_language()],
        default_locale="en",
        default_timezone=default_timezone,
    )
    # a page has dozens of sentences: they need the language, and nothing else that Babel looks up for each
    app.jinja_env.globals.update(_=_sentence, gettext=_sentence, ngettext=_counted)


@pass_eval_context
def _sentence(context: EvalContext, text: str, /, **values: Any) -> str:
    """A sentence of a template. It is ours, so it stands as it is; the values in it are escaped where pages are."""
    said = _catalogue().ugettext(text)
    return _filled(said, values, context)


@pass_eval_context
def _counted(context: EvalContext, one: str, many: str, number: int, /, **values: Any) -> str:
    """The same for a number of things, which is also ``%(num)s``."""
    return _filled(_catalogue().ungettext(one, many, number), {"num": number} | values, context)


def _filled(text: str, values: dict[str, Any], context: EvalContext) -> str:
    said = Markup(text) if context.autoescape else text  # noqa: S704 no member wrote it
    return said % values if "%" in text else said


def _catalogue() -> NullTranslations:
    """The sentences of the language in force."""
    tongue = language()
    found = _catalogues.get(tongue)
    if found is None:
        found = _catalogues[tongue] = get_domain().get_translations()
    return found


def choose_language() -> str:
    """Cookie first (the switch of this browser), then what the browser prefers; English when nothing fits."""
    if not has_request_context():
        return "en"
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    return _preferred(request.headers.get("Accept-Language", "")[:LONGEST_WISH])


@lru_cache(1000)
def _preferred(wish: str) -> str:
    """What fits a browser's Accept-Language: most browsers of a country say the same."""
    accepted = parse_accept_header(wish, LanguageAccept)
    best = accepted.best_match(["zh-CN", "zh", "zh-Hans", "zh-TW", "zh-HK", "en"])
    return "zh_CN" if best and best.startswith("zh") else "en"


def language() -> str:
    """The language of this request (or of the surrounding :func:`in_language`): ``zh_CN`` or ``en``."""
    chosen = get_locale()
    return "zh_CN" if chosen is not None and chosen.language == "zh" else "en"


def locale() -> Locale:
    """The language of this request as Babel's formatting functions take it."""
    return LOCALES[language()]


def in_language(code: str | None):  # type: ignore[no-untyped-def]
    """Context: texts for another person, in their language (mail, notifications)."""
    return _force_locale(LOCALES[code if code in LANGUAGES else "en"])
