"""The shape of reports and refusals."""

from __future__ import annotations

from typing import Any

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from portal.core.forms import Form, paragraphs
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.moderation.models import ReportReason
from portal.moderation.rules import RejectReason
from portal.moderation.words import REJECT_REASONS, REPORT_REASONS


class ReportForm(Form):
    reason = RadioField(
        _l("What is wrong"),
        choices=[SelectChoice(reason.value, label) for reason, label in REPORT_REASONS.items()],
        validators=[InputRequired(_l("Please choose what comes closest."))],
    )
    note = paragraphs(_l("Tell us more"), most=255, required=False, rows=3)

    @property
    def chosen(self) -> ReportReason:
        return ReportReason(self.reason.data)


class RejectForm(Form):
    because = RadioField(
        _l("What the author reads"),
        choices=[SelectChoice(reason.value, label) for reason, label in REJECT_REASONS.items()],
        validators=[InputRequired(_l("Please choose a reason: the author will read it."))],
    )
    note = paragraphs(_l("In your own words"), most=150, required=False, rows=2)

    def validate_note(self, field: Any) -> None:
        if self.because.data == RejectReason.OTHER.value and not field.data:
            raise ValidationError(_("Please tell the author why, in a sentence."))

    @property
    def chosen(self) -> RejectReason:
        return RejectReason(self.because.data)
