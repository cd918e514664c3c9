"""The base of all forms, and the fields they share."""

from __future__ import annotations

from functools import cache
from typing import Any

from babel.support import NullTranslations, Translations
from flask_wtf import FlaskForm
from wtforms import Field, IntegerField, StringField, TextAreaField
from wtforms.i18n import messages_path
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp, StopValidation
from wtforms.widgets import HiddenInput, NumberInput

from portal.core.characters import is_blank, plain
from portal.core.errors import DomainError
from portal.core.i18n import LOCALES, language
from portal.core.i18n import lazy as _l

#: an id as this house makes them
_KEY = r"^[0-9a-hjkmnp-tv-z]{26}\Z"


class Form(FlaskForm):
    """CSRF inside; every sentence translated."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: Any) -> Any:
            return _sentences(language())

    def say(self, refusal: DomainError, *, beside: str | None = None) -> None:
        """Put a refusal of the domain beside the field it names, else ``beside`` this one, else above the form."""
        named = refusal.field is not None and refusal.field in self
        self.refuse(refusal.field if named else beside, refusal.message)

    def refuse(self, field: str | None, message: str) -> None:
        """Put a sentence beside a field (or above the form)."""
        if field and field in self:
            self[field].errors = [*self[field].errors, message]
        else:
            self.form_errors.append(message)


class VersionedForm(Form):
    """``version`` is the one that its writer saw, so that two colleagues do not undo each other's words."""

    version = IntegerField(widget=HiddenInput(), default=1)

    def renew_version(self, version: int) -> None:
        """After a conflict: the next try knows what it replaces."""
        self.version.raw_data, self.version.data = None, version


def seen_version(given: str | None) -> int:
    """The version that a page says it showed, where no form reads it; rubbish is the version of nothing."""
    return int(given) if given and given.isascii() and given.isdigit() and len(given) < 10 else 0


@cache
def _sentences(tongue: str) -> Translations | NullTranslations:
    """What the form library itself says, in one language: read from its files once."""
    return Translations.load(messages_path(), [LOCALES[tongue]], domain="wtforms")


def tidy(value: str | None) -> str | None:
    """Without surrounding blanks and characters that no text holds."""
    return None if value is None else plain(value).strip()


def tidy_line(value: str | None) -> str | None:
    """The same for one line: a form sent by hand can hold breaks where a browser lets nobody type them."""
    return None if value is None else " ".join(plain(value).split())


class Filled(InputRequired):
    """Something that can be seen was typed: blanks alone, and signs that are drawn as nothing, are nothing."""

    def __call__(self, form: Any, field: Field) -> None:
        super().__call__(form, field)
        if isinstance(field.data, str) and is_blank(field.data):
            field.errors = []
            raise StopValidation(self.message)


def line(label: Any, *, most: int, required: bool = True, **render_kw: Any) -> StringField:
    """One line of text, tidied, with its limits explained in plain words."""
    return StringField(label, filters=[tidy_line], validators=_limits(required, most), render_kw=render_kw)


def paragraphs(label: Any, *, most: int, required: bool = True, **render_kw: Any) -> TextAreaField:
    """Several lines of text."""
    return TextAreaField(label, filters=[tidy], validators=_limits(required, most), render_kw=render_kw)


def number(label: Any, *, least: int, most: int, required: bool = True, **field: Any) -> IntegerField:
    """A whole number within bounds that are said in plain words."""
    sentence = _l("Please give a number from %(least)s to %(most)s.", least=least, most=most)
    presence = InputRequired(_l("Please fill this in.")) if required else Optional()
    return IntegerField(
        label,
        validators=[presence, NumberRange(least, most, message=sentence)],
        widget=NumberInput(min=least, max=most),
        render_kw={"inputmode": "numeric"},
        **field,
    )


def key_field(*, required: bool = True) -> StringField:
    """Made with the page, so that a form sent twice is recognised."""
    checks = [] if required else [Optional()]
    old = Regexp(_KEY, message=_l("This page is old. Please open it anew."))
    return StringField(widget=HiddenInput(), validators=[*checks, old])


def _limits(required: bool, most: int) -> list[Any]:
    presence = Filled(_l("Please fill this in.")) if required else Optional()
    return [presence, Length(max=most, message=_l("Please use at most %(most)s characters.", most=most))]
