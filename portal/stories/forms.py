"""The shape of what people send to the story wall; whether it is allowed is asked in services."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import DateField, HiddenField, IntegerField, RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from portal.core.forms import Form, line, paragraphs, tidy_line
from portal.core.i18n import LANGUAGES, _
from portal.core.i18n import lazy as _l
from portal.stories.models import Mood
from portal.stories.rules import LONGEST_COMMENT, LONGEST_STORY, LONGEST_TEASER
from portal.stories.services.drafts import Words

LONGEST_TAGS = 200

MOODS = {
    Mood.JOY: _l("Joyful"),
    Mood.CALM: _l("Calm"),
    Mood.PROUD: _l("Proud"),
    Mood.MOVED: _l("Moved"),
    Mood.ADVENTUROUS: _l("Adventurous"),
    Mood.NOSTALGIC: _l("Nostalgic"),
}


class _Ticks(SelectMultipleField):
    """Several of a few, each with a box to tick. A theme that went meanwhile is no mistake of the writer."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()
    data: list[str] | None

    def pre_validate(self, form: Any) -> None:
        known = {value for value, *_rest in self.iter_choices()}
        self.data = [value for value in self.data or () if value in known]


class StoryForm(Form):
    """A story being written. Everything may stay empty in a draft."""

    body = paragraphs(_l("Your story"), most=LONGEST_STORY, required=False)
    product = SelectField(_l("Which product is it about?"), validators=[Optional()], validate_choice=False)
    mood = RadioField(_l("How did it feel?"), validators=[Optional()], validate_choice=False)
    themes = _Ticks(_l("Does it fit one of our themes?"))
    tags = line(_l("More hashtags"), most=LONGEST_TAGS, required=False)

    def offer(self, *, products: Iterable[tuple[str, str]], themes: Iterable[tuple[str, str]]) -> None:
        """Fill the lists to choose from: (id, name) of products and (name, label) of themes."""
        moods = ((mood.value, label) for mood, label in MOODS.items())
        self.product.choices = _choices([("", _("None in particular")), *products])
        self.mood.choices = _choices([("", _("No matter")), *moods])
        self.themes.choices = _choices(themes)
        self.mood.data = self.mood.data or ""

    @property
    def words(self) -> Words:
        """What services take."""
        known = {value for value, *_rest in self.product.iter_choices()}
        mood = self.mood.data
        return {
            "body": self.body.data or "",
            "mood": Mood(mood) if mood in set(Mood) else None,
            "product_id": self.product.data if self.product.data and self.product.data in known else None,
            "tags_text": " ".join(
                [*(f"#{name}" for name in self.themes.data or ()), self.tags.data or ""]
            ).strip(),
        }


def _choices(pairs: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in pairs]


class CommentForm(Form):
    """A comment or, with ``parent_id``, an answer to one."""

    body = paragraphs(_l("Your comment"), most=LONGEST_COMMENT)
    parent_id = HiddenField(filters=[tidy_line])


class AnswerForm(Form):
    """The brand's answer to a story."""

    body = paragraphs(_l("Answer as the brand"), most=LONGEST_COMMENT)


class NewsForm(Form):
    """Brand news: a story told by the brand itself."""

    body = paragraphs(_l("What is new?"), most=LONGEST_STORY)
    language = RadioField(
        _l("Language"),
        choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()],
        default="zh_CN",
    )
    teaser = paragraphs(_l("For members only: what everybody else sees"), most=LONGEST_TEASER, required=False)
    alts = paragraphs(_l("What the photos show"), most=LONGEST_STORY, required=False)
    pinned_days = IntegerField(
        _l("Days on top of the wall"),
        validators=[Optional(), NumberRange(0, 60, message=_l("Please choose 0 to 60 days."))],
        default=7,
    )


class TeaserForm(Form):
    """What everybody sees of news that is kept for members."""

    teaser = paragraphs(_l("What everybody else sees"), most=LONGEST_TEASER)


class ThemeForm(Form):
    """A hashtag that stands on the wall as a theme, with its names in both languages."""

    name = line(_l("Hashtag"), most=32)
    label_zh = line(_l("Shown in Chinese as"), most=64)
    label_en = line(_l("Shown in English as"), most=64)


class PromptForm(Form):
    """The question of a week."""

    name = line(_l("Hashtag"), most=32)
    text_zh = line(_l("Question in Chinese"), most=255)
    text_en = line(_l("Question in English"), most=255)
    starts_on = DateField(_l("First day"), validators=[InputRequired(_l("Please choose a day."))])
    ends_on = DateField(_l("Last day"), validators=[InputRequired(_l("Please choose a day."))])
