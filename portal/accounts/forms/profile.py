"""What members tell about themselves: shape only."""

from __future__ import annotations

from flask_wtf.file import FileField
from wtforms import BooleanField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal.accounts.forms.fields import a_name
from portal.accounts.rules import LONGEST_NAME
from portal.core.forms import Form, line, paragraphs, tidy_line
from portal.core.i18n import LANGUAGES
from portal.core.i18n import lazy as _l


class ProfileForm(Form):
    display_name = StringField(
        _l("Name"),
        filters=[tidy_line],
        validators=[InputRequired(_l("Please fill this in.")), a_name],
        render_kw={"maxlength": LONGEST_NAME * 2},
    )
    bio = paragraphs(_l("About you"), most=300, required=False)
    region = line(_l("City or region"), most=24, required=False)
    language = SelectField(
        _l("Language of our letters"), choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()]
    )
    greets_newcomers = BooleanField(_l("Ask me now and then to greet a newcomer’s first story"))


class AvatarForm(Form):
    photo = FileField(_l("Photo"))
