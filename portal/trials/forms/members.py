"""What members send: their answers, and where they live. The questions are those of the trial."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal.core.forms import Form, line, paragraphs
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.core.words import spoken
from portal.trials.models import Application, Question, Trial
from portal.trials.rules.making import LONGEST_REGION
from portal.trials.services.applying import LONGEST_ANSWER

PREFIX = "answer_"


class ApplyForm(Form):
    """The base of every trial's form; :func:`apply_form` adds the questions and the regions."""

    kin = BooleanField(_l("Somebody close to me works here"))

    @property
    def answers(self) -> dict[str, str]:
        """By the position of the question."""
        return {
            name.removeprefix(PREFIX): field.data or ""
            for name, field in self._fields.items()
            if name.startswith(PREFIX)
        }

    @property
    def asked(self) -> list[Any]:
        return [field for name, field in self._fields.items() if name.startswith(PREFIX)]


def apply_form(
    trial: Trial, questions: Sequence[Question], own: Application | None = None, **shown: Any
) -> ApplyForm:
    """What was sent, or what stands in ``own``; ``shown`` stands there for who never applied here."""
    fields: dict[str, Any] = {
        f"{PREFIX}{one.position}": paragraphs(spoken(one.text_zh, one.text_en), most=LONGEST_ANSWER)
        for one in questions
    }
    fields["region"] = _region(trial)
    form = type("TrialApplyForm", (ApplyForm,), fields)
    if own is not None:
        shown |= {f"{PREFIX}{key}": words for key, words in own.answers.items()}
        shown |= {"region": own.region, "kin": own.kin}
    made: ApplyForm = form(**shown)
    return made


def _region(trial: Trial) -> Any:
    """Chosen among those where the trial can be sent to, else typed."""
    label = _l("Where do you live?")
    if not trial.regions:
        return line(label, most=LONGEST_REGION, autocomplete="address-level2")
    choices = [SelectChoice("", _("Please choose one.")), *(SelectChoice(one, one) for one in trial.regions)]
    return SelectField(label, choices=choices, validators=[InputRequired(_l("Please choose one."))])
