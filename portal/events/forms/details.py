"""The shape of the details of a sign-up: made for its party, its questions and its price."""

from __future__ import annotations

from typing import Any, cast

from wtforms import BooleanField, Field, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional, ValidationError

from portal.core import sms
from portal.core.forms import Filled, Form, line, paragraphs, tidy_line
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.core.phones import dialable
from portal.events.models import Question, QuestionKind
from portal.events.queries.signup import Signup
from portal.events.rules.answers import choices_of
from portal.events.services.confirming import Details

LONGEST_NAME, LONGEST_LINE, LONGEST_TEXT = 60, 120, 600


def a_number(form: Form, field: StringField) -> None:
    """A phone number of any country; kept in the one form that can be dialled from everywhere."""
    found = dialable(field.data or "", sms.countries()[0])
    if found is None:
        raise ValidationError(_("This does not look like a phone number. Please check the digits."))
    field.data = found


class DetailsForm(Form):
    """Guests are ``guest_1`` and so on, answers ``answer_`` with the id of their question; see :func:`details_form`."""

    name = line(_l("What to call you"), most=LONGEST_NAME, autocomplete="name")
    phone = StringField(
        _l("Phone number"),
        filters=[tidy_line],
        validators=[Optional(), a_number],
        render_kw={"inputmode": "tel", "autocomplete": "tel", "type": "tel", "maxlength": "40"},
    )
    needs_help = BooleanField(_l("I need access support (wheelchair, sign language, quiet area)"))
    show_face = BooleanField(_l("Show my name and face among those who come"))

    def guests(self) -> list[str]:
        return [self[name].data or "" for name in guest_fields(self)]

    def answers(self) -> dict[str, Any]:
        """By question id, without what was left empty."""
        fields = [field for field in self if field.name.startswith("answer_")]
        return {field.name.removeprefix("answer_"): field.data for field in fields if field.data}

    def details(self) -> Details:
        return Details(
            name=self.name.data or "",
            guests=self.guests(),
            phone=self.phone.data or "",
            answers=self.answers(),
            needs_help=bool(self.needs_help.data),
            show_face=bool(self.show_face.data),
        )


def guest_fields(form: Form) -> list[str]:
    return [field.name for field in form if field.name.startswith("guest_")]


def answer_fields(form: Form) -> list[str]:
    return [field.name for field in form if field.name.startswith("answer_")]


def details_form(signup: Signup, ways: list[tuple[str, Any]], initial: dict[str, Any]) -> DetailsForm:
    """A form for this sign-up: names of who comes along, the questions, and how to pay if anything is due."""
    fields: dict[str, Any] = {}
    people = signup.registration.people
    for guest in signup.beside:
        said = (
            _l("Child %(number)s", number=guest.position - people + 1)
            if guest.child
            else _l("Person %(number)s", number=guest.position + 1)
        )
        fields[f"guest_{guest.position}"] = line(said, most=LONGEST_NAME, required=False, autocomplete="off")
    fields |= {f"answer_{one.id}": _question(one) for one in signup.questions}
    if signup.due.amount:
        fields["provider"] = _ways(ways)
    shape = cast(type[DetailsForm], type("DetailsForm", (DetailsForm,), fields)) if fields else DetailsForm
    made = shape(data=initial)
    if signup.due.amount and len(ways) == 1 and made["provider"].data is None:
        made["provider"].data = ways[0][0]
    return made


def _ways(ways: list[tuple[str, Any]]) -> RadioField:
    chosen = InputRequired(_l("Please choose one of the ways to pay."))
    return RadioField(_l("How you pay"), choices=[SelectChoice(*way) for way in ways], validators=[chosen])


def _question(asked: Question) -> Field:
    label = asked.label
    if asked.kind is QuestionKind.TEXT:
        return paragraphs(label, most=LONGEST_TEXT, required=asked.required, rows=3)
    if asked.kind is QuestionKind.LINE:
        return line(label, most=LONGEST_LINE, required=asked.required)
    presence = Filled if asked.kind is QuestionKind.CHOICE else InputRequired
    needed = presence(_l("Please answer this.")) if asked.required else Optional()
    if asked.kind is QuestionKind.TICK:
        return BooleanField(label, validators=[needed])
    options = [SelectChoice(kept, said) for kept, said in choices_of(asked)]
    if not asked.required:
        options.append(SelectChoice("", _l("No answer")))
    return RadioField(label, choices=options, validators=[needed], default="")
