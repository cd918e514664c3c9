"""What staff type about those who come."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from portal.core.db import new_id
from portal.core.forms import Form, line, paragraphs
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.core.money import sum_of
from portal.events.models import TicketType
from portal.events.queries.people import PeopleFilter, Show
from portal.events.services import calling_off, desk, letters

SHOWN: dict[Show, Any] = {
    Show.COMING: _l("Will come"),
    Show.HELD: _l("Signing up"),
    Show.HERE: _l("Here"),
    Show.MISSING: _l("Not here yet"),
    Show.HELP: _l("Need help"),
    Show.ENDED: _l("Ticket returned"),
}
ID_LENGTH = 26


class PeopleForm(Form):
    """The filters of the list; sent by GET, so it carries no token. What makes no sense is left out."""

    class Meta(Form.Meta):
        csrf = False

    q = line(_l("Name, number or code"), most=100, required=False, type="search", autocomplete="off")
    show = SelectField(_l("Who"), validate_choice=False)
    ticket_type = SelectField(_l("Ticket"), validate_choice=False)

    @classmethod
    def sent(cls, kinds: Iterable[TicketType], fields: MultiDict[str, str] | None = None) -> PeopleForm:
        form = cls(formdata=request.args if fields is None else fields)
        form.show.choices = [SelectChoice(show.value, str(label)) for show, label in SHOWN.items()]
        form.ticket_type.choices = [SelectChoice("", _("All tickets")), *_named(kinds)]
        form.validate()
        return form

    def wanted(self) -> PeopleFilter:
        known = {choice.value for choice in self.ticket_type.choices}
        show = self.show.data or ""
        return PeopleFilter(
            Show(show) if show in list(Show) else Show.COMING,
            (self.ticket_type.data or "") if self.ticket_type.data in known else "",
            self.q.data or "",
        )

    def address(self) -> dict[str, Any]:
        """The filters as a page's address carries them; nothing for those that are not set."""
        wanted = self.wanted()
        given = {"q": wanted.words, "ticket_type": wanted.ticket_type_id}
        given["show"] = "" if wanted.show is Show.COMING else wanted.show.value
        return {name: value for name, value in given.items() if value}


class AttemptForm(Form):
    """A form whose twin does nothing."""

    attempt = HiddenField()

    def validate_attempt(self, field: HiddenField) -> None:
        if len(field.data or "") != ID_LENGTH or not (field.data or "").isalnum():
            field.data = new_id()
            raise ValidationError(_("Please send this once more."))


class AddForm(AttemptForm):
    """Somebody who is signed up by staff."""

    who = line(_l("Member: number or e-mail"), most=255, spellcheck="false", autocapitalize="none")
    kind = SelectField(_l("Ticket"), validators=[InputRequired(_l("Please choose one."))])
    party = line(_l("How many people"), most=2, inputmode="numeric")
    children = line(_l("How many children"), most=2, required=False, inputmode="numeric")

    def offer(self, kinds: Iterable[TicketType]) -> AddForm:
        self.kind.choices = _named(kinds)
        return self

    def validate_party(self, field: StringField) -> None:
        if not (field.data or "").isdecimal() or int(field.data or 0) < 1:
            raise ValidationError(_("Write a number."))

    def validate_children(self, field: StringField) -> None:
        if field.data and not field.data.isdecimal():
            raise ValidationError(_("Write a number."))


class GiveBackForm(Form):
    """A ticket that staff take back, with what of the money goes with it."""

    refund = line(_l("How much goes back"), most=20, required=False, inputmode="decimal", autocomplete="off")
    reason = line(_l("Why"), most=desk.LONGEST_REASON)

    def __init__(self, *args: Any, currency: str, **more: Any) -> None:
        self.currency = currency
        super().__init__(*args, **more)

    @property
    def minor(self) -> int:
        return sum_of(self.refund.data or "", self.currency) or 0

    def validate_refund(self, field: StringField) -> None:
        typed = (field.data or "").strip()
        if typed.strip("0.") and sum_of(typed, self.currency) is None:
            raise ValidationError(_("Write a sum such as 20.00."))


class LetterForm(AttemptForm):
    """A letter in one language or both, and to whom."""

    show = SelectField(_l("To whom"))
    ticket_type = SelectField(_l("Ticket"))
    subject_zh = line(_l("Subject, Chinese"), most=letters.LONGEST_SUBJECT, required=False)
    text_zh = paragraphs(_l("Letter, Chinese"), most=letters.LONGEST_TEXT, required=False)
    subject_en = line(_l("Subject, English"), most=letters.LONGEST_SUBJECT, required=False)
    text_en = paragraphs(_l("Letter, English"), most=letters.LONGEST_TEXT, required=False)

    def offer(self, kinds: Iterable[TicketType]) -> LetterForm:
        self.show.choices = [
            SelectChoice(show.value, str(label)) for show, label in SHOWN.items() if show is not Show.ENDED
        ]
        self.ticket_type.choices = [SelectChoice("", _("All tickets")), *_named(kinds)]
        return self

    def to(self) -> PeopleFilter:
        return PeopleFilter(Show(self.show.data), self.ticket_type.data or "")


class CallOffForm(Form):
    """The end of an event: why, and its name typed once more."""

    words = paragraphs(_l("Why it does not take place"), most=calling_off.LONGEST_WORDS)
    sure = line(
        _l("Type the address of the event to confirm"), most=64, autocomplete="off", spellcheck="false"
    )


def _named(kinds: Iterable[TicketType]) -> list[SelectChoice]:
    return [SelectChoice(kind.id, kind.name) for kind in kinds]
