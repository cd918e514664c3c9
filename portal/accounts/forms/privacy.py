"""Closing one's account."""

from __future__ import annotations

from typing import Any

from wtforms import StringField

from portal.accounts.forms.fields import secret_field
from portal.core.forms import Form, tidy_line
from portal.core.i18n import lazy as _l


class LeaveWithPasswordForm(Form):
    """Whoever found an open browser must not be able to do this."""

    proof = secret_field(_l("Your password"))


class LeaveForm(Form):
    """Without a password: the number on the card, so that it is no slip of the finger."""

    proof = StringField(_l("Your member number"), filters=[tidy_line])


def leave_form(has_password: bool, **given: Any) -> LeaveWithPasswordForm | LeaveForm:
    return LeaveWithPasswordForm(**given) if has_password else LeaveForm(**given)
