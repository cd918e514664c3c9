"""The shape of an answer."""

from __future__ import annotations

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal.core.forms import Form, paragraphs
from portal.core.i18n import lazy as _l
from portal.surveys.services import LONGEST

SCORES = {
    5: _l("Wonderful"),
    4: _l("Good"),
    3: _l("All right"),
    2: _l("Not so good"),
    1: _l("A pity"),
}


class AnswerForm(Form):
    score = RadioField(
        _l("How was it for you?"),
        choices=[SelectChoice(score, label) for score, label in SCORES.items()],
        coerce=int,
        validators=[InputRequired(_l("Please choose one of the five."))],
    )
    words = paragraphs(_l("What should we hear?"), most=LONGEST, required=False)
