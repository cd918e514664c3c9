"""What people type to join and to come in: shape only."""

from __future__ import annotations

from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import InputRequired, Length

from portal.accounts.forms.fields import ContactField, a_name, secret_field
from portal.core.forms import Filled, Form, line, tidy_line
from portal.core.i18n import lazy as _l


class SignUpForm(Form):
    display_name = StringField(
        _l("What shall we call you?"),
        filters=[tidy_line],
        validators=[Filled(_l("Please tell us what to call you.")), a_name],
    )
    email = ContactField()
    password = secret_field(_l("Password"), required=False)
    of_age = BooleanField("", validators=[InputRequired(_l("Please confirm your age to go on."))])
    accepts = BooleanField(
        "", validators=[InputRequired(_l("Please accept the texts of the house to go on."))]
    )
    read = HiddenField(validators=[Length(max=64)])
    source = HiddenField(filters=[tidy_line], validators=[Length(max=64)])
    next = HiddenField()


class SignInForm(Form):
    email = ContactField()
    password = secret_field(_l("Password"))
    next = HiddenField()


class AddressForm(Form):
    email = ContactField()
    next = HiddenField()


class CodeForm(Form):
    code = line(_l("Six-digit code"), most=20)


class NewPasswordForm(Form):
    password = secret_field(_l("New password"))


class PasswordForm(Form):
    current = secret_field(_l("Present password"), required=False)
    password = secret_field(_l("New password"))
