"""What staff type about people: shape only."""

from __future__ import annotations

from typing import Any

from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from portal.accounts.forms.fields import email_field
from portal.accounts.models import Role
from portal.accounts.roles import ROLE_LABELS
from portal.core.forms import Form
from portal.core.i18n import lazy as _l


class StaffForm(Form):
    email = email_field(_l("Email of the member"))
    role = SelectField(_l("Role"), choices=[SelectChoice(role.value, ROLE_LABELS[role]) for role in Role])


class InviteForm(Form):
    """Beside :class:`StaffForm` on the same page: its fields have names of their own."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(prefix="invite-", **kwargs)

    email = email_field(_l("Email of somebody new"))
    role = SelectField(_l("Role"), choices=[SelectChoice(role.value, ROLE_LABELS[role]) for role in Role])
