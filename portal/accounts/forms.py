"""What people type about themselves: shape only."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, EmailField, HiddenField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from portal.accounts.models import Role
from portal.accounts.roles import ROLE_LABELS
from portal.accounts.rules import LONGEST_NAME, clean_name, normalised_email
from portal.core.errors import Invalid
from portal.core.forms import Form, line, paragraphs, tidy_line
from portal.core.i18n import LANGUAGES
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


def _email(label: Any) -> EmailField:
    presence = InputRequired(_l("Please fill this in."))
    return EmailField(label, filters=[tidy_line], validators=[presence, Length(max=254), an_address])


def _secret(label: Any, *, required: bool = True) -> PasswordField:
    return PasswordField(label, validators=[InputRequired(_l("Please fill this in."))] if required else [])


class SignUpForm(Form):
    display_name = StringField(
        _l("What shall we call you?"),
        filters=[tidy_line],
        validators=[InputRequired(_l("Please fill this in.")), a_name],
    )
    email = _email(_l("Email"))
    password = _secret(_l("Password"), required=False)
    of_age = BooleanField("", validators=[InputRequired(_l("Please confirm your age to go on."))])
    accepts = BooleanField(
        "", validators=[InputRequired(_l("Please accept the texts of the house to go on."))]
    )
    read = HiddenField(validators=[Length(max=64)])
    source = HiddenField(filters=[tidy_line], validators=[Length(max=64)])
    next = HiddenField()


class SignInForm(Form):
    email = _email(_l("Email"))
    password = _secret(_l("Password"))
    next = HiddenField()


class AddressForm(Form):
    email = _email(_l("Email"))
    next = HiddenField()


class CodeForm(Form):
    code = line(_l("Six-digit code"), most=20)


class NewPasswordForm(Form):
    password = _secret(_l("New password"))


class PasswordForm(Form):
    current = _secret(_l("Present password"), required=False)
    password = _secret(_l("New password"))


class ProfileForm(Form):
    display_name = StringField(
        _l("Name"),
        filters=[tidy_line],
        validators=[InputRequired(_l("Please fill this in.")), a_name],
        render_kw={"maxlength": LONGEST_NAME * 2},
    )
    bio = paragraphs(_l("About you"), most=300, required=False)
    region = line(_l("City or region"), most=24, required=False)
    language = SelectField(
        _l("Language of our letters"), choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()]
    )
    greets_newcomers = BooleanField(_l("Ask me now and then to greet a newcomer’s first story"))


class AvatarForm(Form):
    photo = FileField(_l("Photo"))


class StaffForm(Form):
    email = _email(_l("Email of the member"))
    role = SelectField(_l("Role"), choices=[SelectChoice(role.value, ROLE_LABELS[role]) for role in Role])
