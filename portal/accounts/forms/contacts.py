"""What members type to be reached in another way: shape only."""

from __future__ import annotations

from portal.accounts.forms.fields import email_field, phone_field, secret_field
from portal.core.forms import Form
from portal.core.i18n import lazy as _l


class MailForm(Form):
    email = email_field(_l("Email"))
    current = secret_field(_l("Your password"), required=False)


class PhoneForm(Form):
    """Its one field is called as in :class:`MailForm`: both forms are answered by the same page."""

    email = phone_field(_l("Mobile number"))
    current = secret_field(_l("Your password"), required=False)


class RemovalForm(Form):
    current = secret_field(_l("Your password"), required=False)


class NumberForm(Form):
    email = phone_field(_l("Mobile number"))
