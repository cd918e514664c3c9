"""Fields that several forms of people share."""

from __future__ import annotations

from typing import Any

from wtforms import EmailField, PasswordField, StringField
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import TextInput

from portal.accounts.rules import clean_name, normalised_contact, normalised_email, normalised_phone
from portal.core import sms
from portal.core.errors import Invalid
from portal.core.forms import Form, tidy_line
from portal.core.i18n import lazy as _l


def an_address(form: Form, field: StringField) -> None:
    try:
        field.data = normalised_email(field.data or "")
    except Invalid as refusal:
        raise ValidationError(refusal.message) from None


def a_contact(form: Form, field: StringField) -> None:
    """An address, or where there are text messages a number."""
    try:
        field.data = normalised_contact(
            field.data or "", countries=sms.countries() if sms.available() else ()
        )
    except Invalid as refusal:
        raise ValidationError(refusal.message) from None


def a_phone(form: Form, field: StringField) -> None:
    try:
        field.data = normalised_phone(field.data or "", sms.countries())
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


class ContactField(EmailField):
    """Where somebody can be reached: a mail address; in a house with text messages also a mobile number.

    Its name is ``email`` in every form, because browsers and password managers remember what was typed by that name.
    """

    @property
    def widget(self) -> TextInput:
        return TextInput() if sms.available() else EmailField.widget

    def __init__(self, **kwargs: Any) -> None:
        presence = InputRequired(_l("Please fill this in."))
        super().__init__("", filters=[tidy_line], validators=[presence, Length(max=254), a_contact], **kwargs)
        self.label.text = _l("Email or mobile number") if sms.available() else _l("Email")


def phone_field(label: Any) -> StringField:
    presence = InputRequired(_l("Please fill this in."))
    return StringField(label, filters=[tidy_line], validators=[presence, Length(max=40), a_phone])


def secret_field(label: Any, *, required: bool = True) -> PasswordField:
    return PasswordField(label, validators=[InputRequired(_l("Please fill this in."))] if required else [])
