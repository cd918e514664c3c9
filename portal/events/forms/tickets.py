"""What holders of tickets send in."""

from __future__ import annotations

from wtforms import StringField
from wtforms.widgets import HiddenInput

from portal.core.forms import Form, paragraphs
from portal.core.i18n import lazy as _l
from portal.events.forms.choosing import MOST_CHILDREN, MOST_PEOPLE, how_many

LONGEST_SENTENCE = 200


class PassOnForm(Form):
    words = paragraphs(_l("A sentence for the next person"), most=LONGEST_SENTENCE, required=False)


class MoreForm(Form):
    """``version`` is that of the ticket on the page."""

    people = how_many(_l("People to add"), least=0, most=MOST_PEOPLE)
    children = how_many(_l("Children to add"), least=0, most=MOST_CHILDREN)
    version = StringField(widget=HiddenInput())
