"""Fields that several forms of people share."""

from __future__ import annotations

from typing import Any

from wtforms import EmailField, PasswordField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from portal.accounts.rules import clean_name, normalised_email
from portal.core.errors import Invalid
from portal.core.forms import Form, tidy_line
from portal.core.i18n import lazy as _l


def an_address(form: Form, field: StringField) -> None:
    try:
        field.data = normalised_email(field.data or "")
    except Invalid as refusal:
        raise ValidationError(refusal.message) from None


def a_name(form: Form, field: StringField) -> None:
    try:
        field.data = clean_name(field.data or "")
    except Invalid as refusal:
        raise ValidationError(refusal.message) from None


def email_field(label: Any) -> EmailField:
    presence = InputRequired(_l("Please fill this in."))
    return EmailField(label, filters=[tidy_line], validators=[presence, Length(max=254), an_address])


def secret_field(label: Any, *, required: bool = True) -> PasswordField:
    return PasswordField(label, validators=[InputRequired(_l("Please fill this in."))] if required else [])
