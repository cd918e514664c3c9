"""What members send: a name, and their choice of names."""

from __future__ import annotations

from wtforms import SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from portal.contests.services.submitting import LONGEST_WHY
from portal.core.forms import Form, line, paragraphs
from portal.core.i18n import lazy as _l

#: more than any contest allows; how long a name may be says the contest
_MOST_TYPED = 200


class NameForm(Form):
    words = line(_l("Your name for it"), most=_MOST_TYPED)
    why = paragraphs(_l("Why this name"), most=LONGEST_WHY, required=False)


class VoteForm(Form):
    """The names are checked by the service, which knows what stands on the ballot at that moment."""

    names = SelectMultipleField(
        _l("The names"),
        choices=[],
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
