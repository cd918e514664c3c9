"""The shape of a choice: which ticket, for how many; and an access code."""

from __future__ import annotations

from typing import Any

from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, NumberRange, Optional, Regexp
from wtforms.widgets import HiddenInput, NumberInput

from portal.core.forms import Form, line
from portal.core.i18n import lazy as _l

MOST_PEOPLE, MOST_CHILDREN = 10, 5
ID = r"^[0-9a-hjkmnp-tv-z]{26}\Z"


def how_many(label: Any, *, least: int, most: int) -> IntegerField:
    """A small number, that steps up and down; left empty it is the least."""
    sentence = _l("Please give a number from %(least)s to %(most)s.", least=least, most=most)
    return IntegerField(
        label,
        default=least,
        validators=[Optional(), NumberRange(least, most, message=sentence)],
        widget=NumberInput(min=least, max=most),
        render_kw={"inputmode": "numeric"},
    )


def a_ticket() -> StringField:
    """The id of a ticket type: nothing else is looked up."""
    sentence = _l("Please choose a ticket.")
    return StringField(_l("Ticket"), validators=[InputRequired(sentence), Regexp(ID, message=sentence)])


class ChooseForm(Form):
    """``attempt`` is made with the page, so that a form sent twice holds seats once."""

    ticket_type = a_ticket()
    people = how_many(_l("How many of you"), least=1, most=MOST_PEOPLE)
    children = how_many(_l("Children with you"), least=0, most=MOST_CHILDREN)
    attempt = StringField(
        widget=HiddenInput(), validators=[Regexp(ID, message=_l("This page is old. Please open it anew."))]
    )


class CodeForm(Form):
    """A word that opens tickets which are not shown to everybody."""

    code = line(
        _l("Access code"),
        most=60,
        spellcheck="false",
        autocapitalize="characters",
        autocomplete="off",
    )
