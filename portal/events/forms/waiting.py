"""The shape of a party that waits, or gathers for an opening bell."""

from __future__ import annotations

from portal.core.forms import Form, line
from portal.core.i18n import lazy as _l
from portal.events.forms.choosing import MOST_CHILDREN, MOST_PEOPLE, a_ticket, how_many


class WaitForm(Form):
    """For which ticket, and for how many."""

    ticket_type = a_ticket()
    people = how_many(_l("How many of you"), least=1, most=MOST_PEOPLE)
    children = how_many(_l("Children with you"), least=0, most=MOST_CHILDREN)


class GatherForm(Form):
    """For how many, and what one adds to the draw oneself."""

    people = how_many(_l("How many of you"), least=1, most=MOST_PEOPLE)
    children = how_many(_l("Children with you"), least=0, most=MOST_CHILDREN)
    salt = line(
        _l("Your own pinch of salt"), most=64, required=False, spellcheck="false", autocapitalize="none"
    )
