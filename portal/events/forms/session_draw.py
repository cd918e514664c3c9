"""Staff and the draw for sessions: how the value comes."""

from __future__ import annotations

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal.brand.fields import OptionalMomentField
from portal.core.draw.models import DrawMethod
from portal.core.forms import Form, line
from portal.core.i18n import lazy as _l

METHODS = (
    SelectChoice(
        DrawMethod.PUBLIC.value,
        _l("A public value: we name the source first and type it in once it is known"),
    ),
    SelectChoice(
        DrawMethod.MIXED.value, _l("Strings of all who wish, mixed with a secret whose hash we publish first")
    ),
)


class SourceForm(Form):
    """A public value, and when it is published."""

    source_zh = line(_l("Source, in Chinese"), most=255, required=False)
    source_en = line(_l("Source, in English"), most=255, required=False)
    known_at = OptionalMomentField(_l("Published at"))


class OpenDrawForm(SourceForm):
    method = RadioField(
        _l("Where the value comes from"),
        choices=[*METHODS],
        default=DrawMethod.PUBLIC.value,
        validators=[InputRequired()],
    )
