"""What staff type into a draw, wherever it is."""

from __future__ import annotations

from wtforms import StringField
from wtforms.validators import ValidationError

from portal.core.forms import Form, line
from portal.core.i18n import _
from portal.core.i18n import lazy as _l


class ValueForm(Form):
    """The public value, twice: a draw happens once, so a slip would stay for ever."""

    value = line(_l("The value, as it was published"), most=255)
    again = line(_l("Once more, to be sure"), most=255)

    def validate_again(self, field: StringField) -> None:
        if field.data != self.value.data:
            raise ValidationError(_("This differs from the line above. Please look at the source once more."))
