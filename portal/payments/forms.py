"""Forms of money: sums as people type them, reasons, what stands on a 发票."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField, StringField
from wtforms.validators import Email, ValidationError

from portal.core.forms import Form, line
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.core.money import sum_of


class SumForm(Form):
    """A form with a sum; its currency is known from the payment."""

    amount = line(_l("How much"), most=20, inputmode="decimal", autocomplete="off")

    def __init__(self, *args: Any, currency: str, **more: Any) -> None:
        self.currency = currency
        super().__init__(*args, **more)

    def validate_amount(self, field: StringField) -> None:
        if sum_of(field.data or "", self.currency) is None:
            raise ValidationError(_("Write a sum such as 20.00."))

    @property
    def minor(self) -> int:
        """The sum in minor units, once the form is valid."""
        return sum_of(self.amount.data or "", self.currency) or 0


class RefundForm(SumForm):
    """``seen``: how much of it was on its way back on the page, so that a form sent twice gives back once."""

    reason = line(_l("Why"), most=200)
    seen = HiddenField()

    def validate_seen(self, field: HiddenField) -> None:
        if not (field.data or "").isdecimal() or len(field.data or "") > 12:
            raise ValidationError(_("Please open this page anew."))


class TransferForm(SumForm):
    note = line(_l("Where you saw it"), most=200)


class NoteForm(Form):
    note = line(_l("What it was"), most=500)


def note_form(about: str, *, sent: bool = False) -> NoteForm:
    """One of several on a page: its field has an id of its own."""
    form = NoteForm() if sent else NoteForm(formdata=None)
    form.note.id = f"note-{about}"
    return form


class IssuedForm(Form):
    number = line(_l("Number of the fapiao"), most=64)


class InvoiceForm(Form):
    title = line(_l("Name on the fapiao"), most=120)
    tax_no = line(_l("Tax number (companies only)"), most=32, required=False, autocapitalize="characters")
    email = line(_l("E-mail it goes to"), most=255, inputmode="email", autocomplete="email")

    def validate_email(self, field: StringField) -> None:
        Email(message=_("This does not look like an e-mail address."))(self, field)
