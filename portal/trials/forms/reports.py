"""The shape of a report while it is written, and of what staff type about reports; what is allowed is asked in services."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

from wtforms import Field, HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from portal.catalog.models import ProductVersion
from portal.core.errors import DomainError
from portal.core.forms import Form, line, paragraphs, seen_version
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.core.words import spoken
from portal.trials.models import Aspect, Report
from portal.trials.rules.reports import LONGEST_PART, LONGEST_SUGGESTION, MOST_SUGGESTIONS, PARTS, Written
from portal.trials.services.answering import LONGEST_REPLY

_POINTS = [str(points) for points in range(1, 6)]


class ReportForm(Form):
    """A report being written. Everything may stay empty in a draft. Points and suggestions have fields of their
    own, made for each trial."""

    version = HiddenField()
    tested = line(_l("Which version or colour did you get?"), most=64, required=False)
    first_look = paragraphs(_l("Unpacking, first look"), most=LONGEST_PART, required=False)
    in_use = paragraphs(_l("In daily use"), most=LONGEST_PART, required=False)
    likes = paragraphs(_l("What I like"), most=LONGEST_PART, required=False)
    dislikes = paragraphs(_l("What could be better"), most=LONGEST_PART, required=False)
    none_because = paragraphs(_l("Nothing could be better, because…"), most=LONGEST_PART, required=False)

    @property
    def suggestion_fields(self) -> list[Field]:
        return [field for field in self if field.name.startswith("suggestion_")]

    @property
    def point_fields(self) -> list[Field]:
        """One for each aspect, in the order of the list."""
        return [field for field in self if field.name.startswith("points_")]

    @property
    def seen(self) -> int:
        return seen_version(self.version.data)

    def say(self, refusal: DomainError, *, beside: str | None = None) -> None:
        """Beside each thing that is not rated, where that is what is missing."""
        unrated = [field for field in self.point_fields if field.data not in _POINTS]
        if refusal.field != "ratings" or not unrated:
            super().say(refusal, beside=beside)
            return
        for field in unrated:
            self.refuse(field.name, refusal.message)

    @property
    def written(self) -> Written:
        """What services take."""
        points = {
            field.name.removeprefix("points_"): int(field.data)
            for field in self.point_fields
            if field.data in _POINTS
        }
        return Written(
            words={part: self[part].data or "" for part in PARTS},
            tested=self.tested.data or "",
            points=points,
            suggestions=[field.data or "" for field in self.suggestion_fields],
        )


def report_form(aspects: Sequence[Aspect], **given: Any) -> ReportForm:
    """A form with these aspects to rate; ``given`` as any form takes it."""
    fields: dict[str, Any] = {f"points_{one.id}": _points(one) for one in aspects}
    for number in range(1, MOST_SUGGESTIONS + 1):
        said = _l("Suggestion %(number)s", number=number)
        fields[f"suggestion_{number}"] = paragraphs(said, most=LONGEST_SUGGESTION, required=False)
    shape = cast(type[ReportForm], type("ReportForm", (ReportForm,), fields))
    return shape(**given)


def as_kept(report: Report, points: dict[str, int], suggestions: Sequence[str]) -> dict[str, Any]:
    """The fields as they are stored."""
    kept: dict[str, Any] = {part: getattr(report, part) for part in PARTS}
    kept |= {f"points_{aspect_id}": str(number) for aspect_id, number in points.items()}
    kept |= {f"suggestion_{number}": words for number, words in enumerate(suggestions, start=1)}
    return kept | {"version": str(report.version), "tested": report.tested}


def _points(aspect: Aspect) -> RadioField:
    named = spoken(aspect.name_zh, aspect.name_en)
    return RadioField(
        named,
        choices=[SelectChoice(points, points) for points in _POINTS],
        validators=[Optional()],
        validate_choice=False,
    )


class MendForm(Form):
    """Slips of the pen in what a tester wrote."""

    version = HiddenField()
    first_look = paragraphs(_l("Unpacking, first look"), most=LONGEST_PART, required=False)
    in_use = paragraphs(_l("In daily use"), most=LONGEST_PART, required=False)

    @property
    def seen(self) -> int:
        return seen_version(self.version.data)


class AnswerForm(Form):
    """The answer to a suggestion. A reason is needed only where it is not taken up: the service asks for it."""

    version = SelectField(_l("In which version"), validators=[Optional()], validate_choice=False)
    reply = paragraphs(_l("Your words"), most=LONGEST_REPLY, required=False)

    def offer(self, versions: Iterable[ProductVersion]) -> AnswerForm:
        """Fill the list of versions; the first line names none."""
        named = [SelectChoice(one.id, one.label) for one in versions]
        self.version.choices = [SelectChoice("", _("None yet")), *named]
        return self
