"""The base of all forms, and the fields they share."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Any

from babel.support import NullTranslations, Translations
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.i18n import messages_path
from wtforms.validators import InputRequired, Length, Optional

from portal.core.i18n import LOCALES, language
from portal.core.i18n import lazy as _l


class Form(FlaskForm):
    """CSRF inside; every sentence translated."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: Any) -> Any:
            return _sentences(language())

    def refuse(self, field: str | None, message: str) -> None:
        """Put a refusal of the domain beside the field it belongs to (or above the form)."""
        if field and field in self:
            self[field].errors = [*self[field].errors, message]
        else:
            self.form_errors.append(message)


@cache
def _sentences(tongue: str) -> Translations | NullTranslations:
    """What the form library itself says, in one language: read from its files once."""
    return Translations.load(messages_path(), [LOCALES[tongue]], domain="wtforms")


def tidy(value: str | None) -> str | None:
    """Without surrounding blanks and invisible control characters; composed, so that equal texts are equal."""
    if value is None:
        return None
    kept = "".join(char for char in value.replace("\r\n", "\n") if char in "\n\t" or ord(char) >= 32)
    return unicodedata.normalize("NFC", kept).strip()


def line(label: Any, *, most: int, required: bool = True, least: int = 0, **render_kw: Any) -> StringField:
    """One line of text, tidied, with its limits explained in plain words."""
    return StringField(label, filters=[tidy], validators=_limits(required, least, most), render_kw=render_kw)


def paragraphs(
    label: Any, *, most: int, required: bool = True, least: int = 0, **render_kw: Any
) -> TextAreaField:
    """Several lines of text."""
    return TextAreaField(
        label, filters=[tidy], validators=_limits(required, least, most), render_kw=render_kw
    )


def _limits(required: bool, least: int, most: int) -> list[Any]:
    presence = InputRequired(_l("Please fill this in.")) if required else Optional()
    return [presence, Length(min=least or -1, max=most, message=_length_sentence(least, most))]


def _length_sentence(least: int, most: int) -> Any:
    if least:
        return _l("Please use %(least)s to %(most)s characters.", least=least, most=most)
    return _l("Please use at most %(most)s characters.", most=most)
