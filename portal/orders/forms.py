"""The shape of what people send about orders."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from portal.core.forms import Form, line, paragraphs
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.orders.services.claims import LONGEST_NUMBER

LONGEST_NOTE = 500


class ClaimForm(Form):
    """A member says that an order is theirs."""

    order_no = line(_l("Order number"), most=LONGEST_NUMBER, autocomplete="off", autocapitalize="none")
    proof = line(
        _l("Last four digits of the phone number, or the mail address, on that order"),
        most=255,
        autocomplete="off",
        autocapitalize="none",
    )


class DecisionForm(Form):
    """Staff looked at a claim."""

    note = paragraphs(_l("Why, for colleagues"), most=LONGEST_NOTE, required=False)


class FileForm(Form):
    """A file of orders."""

    file = FileField(_l("CSV file"), validators=[FileRequired(_l("Please choose a file first."))])


class CodeForm(Form):
    """Which product a code stands for; nothing chosen is none of ours."""

    product = SelectField(_l("Product"))

    def offer(self, products: list[Any]) -> CodeForm:
        nothing = [SelectChoice("", _("none of our products"))]
        self.product.choices = nothing + [SelectChoice(product.id, product.name) for product in products]
        return self


class MergeForm(Form):
    """Who else this customer is."""

    into = RadioField(_l("The same person as"), validate_choice=False)
