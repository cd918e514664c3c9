"""The shape of what staff type about campaigns."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField
from wtforms import DateField, IntegerField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import NumberInput

from portal.core import clock
from portal.core.forms import Form, VersionedForm, line, paragraphs
from portal.core.i18n import _
from portal.core.i18n import lazy as _l
from portal.core.slugs import LONGEST_SLUG
from portal.stories.campaign_models import Gives
from portal.stories.campaign_rules import LONGEST_TEXT, MOST_POINTS
from portal.stories.queries.campaigns import CampaignRow

_DAY = InputRequired(_l("Please choose a day."))


class CampaignForm(VersionedForm):
    """A campaign; the days are shop time, both included. ``version`` is the one the colleague saw."""

    hashtag = line(_l("Hashtag"), most=48)
    name_zh = line(_l("Name in Chinese"), most=40, required=False, lang="zh-CN")
    name_en = line(_l("Name in English"), most=60, required=False, lang="en")
    text_zh = paragraphs(_l("What it is about, in Chinese"), most=LONGEST_TEXT, required=False, lang="zh-CN")
    text_en = paragraphs(_l("What it is about, in English"), most=LONGEST_TEXT, required=False, lang="en")
    starts_on = DateField(_l("First day"), validators=[_DAY])
    last_day = DateField(_l("Last day"), validators=[_DAY])
    gives = RadioField(
        _l("What each story brings its author"),
        choices=[
            SelectChoice(Gives.NOTHING, _l("Nothing but a place on its page")),
            SelectChoice(Gives.POINTS, _l("Points")),
            SelectChoice(Gives.COUPON, _l("A coupon")),
        ],
        default=Gives.NOTHING,
    )
    points = IntegerField(
        _l("How many points"),
        validators=[
            Optional(),
            NumberRange(
                0,
                MOST_POINTS,
                message=_l("Please give a number from %(least)s to %(most)s.", least=0, most=MOST_POINTS),
            ),
        ],
        widget=NumberInput(min=0, max=MOST_POINTS),
        render_kw={"inputmode": "numeric"},
    )
    pool_id = SelectField(_l("Which coupon"), validators=[Optional()])

    def offer(self, pools: list[tuple[str, str]]) -> CampaignForm:
        self.pool_id.choices = [SelectChoice("", _("None")), *(SelectChoice(*pool) for pool in pools)]
        return self

    def words(self) -> dict[str, Any]:
        """What the services take."""
        texts = ("hashtag", "name_zh", "name_en", "text_zh", "text_en")
        return {
            **{name: self[name].data or "" for name in texts},
            "starts_on": self.starts_on.data,
            "last_day": self.last_day.data,
            "gives": Gives(self.gives.data),
            "points": self.points.data or 0,
            "pool_id": self.pool_id.data or None,
        }

    @classmethod
    def of(cls, row: CampaignRow, zone: str) -> CampaignForm:
        campaign = row.campaign
        last = campaign.ends_at - clock.days(1) / 2
        return cls(
            formdata=None,
            obj=campaign,
            hashtag=f"#{row.tag.label}",
            starts_on=clock.in_zone(campaign.starts_at, zone).date(),
            last_day=clock.in_zone(last, zone).date(),
            points=campaign.points or None,
        )


class NewCampaignForm(CampaignForm):
    slug = line(_l("Address"), most=LONGEST_SLUG, spellcheck="false", autocapitalize="none")


class CampaignPictureForm(Form):
    picture = FileField(_l("Choose a picture"), render_kw={"accept": "image/*"})
