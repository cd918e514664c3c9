"""What staff decide about a trial, and what it needs before everybody sees it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from portal.core import slugs
from portal.core.errors import Invalid
from portal.core.i18n import _
from portal.trials.models import LABEL_EN, LABEL_ZH, Aspect, Question, Trial

#: addresses below ``/console/trials`` that are pages of their own
TAKEN_SLUGS = slugs.RESERVED | {"suggestions"}
MOST_QUESTIONS, MOST_ASPECTS, MOST_REGIONS = 3, 8, 60
LONGEST_REGION = 24


@dataclass(frozen=True, slots=True)
class TrialWords:
    """All that one form writes; moments in UTC."""

    product_id: str
    version_id: str | None
    name_zh: str
    name_en: str
    brief_zh: str
    brief_en: str
    label_zh: str
    label_en: str
    seats: int
    newcomer_percent: int
    region_most: int | None
    least_points: int
    needs_purchase: bool
    tier_id: str | None
    category_id: str | None
    regions: tuple[str, ...]
    accept_hours: int
    report_days: int
    extra_days: int
    opens_at: datetime
    closes_at: datetime

    def columns(self) -> dict[str, Any]:
        return asdict(self) | {"regions": list(self.regions)}


@dataclass(frozen=True, slots=True)
class Pair:
    """Something that is said in both languages, or in one."""

    zh: str
    en: str

    def __bool__(self) -> bool:
        return bool(self.zh or self.en)


def check(words: TrialWords) -> None:
    """Raises Invalid beside the field for what does not fit together."""
    if words.opens_at >= words.closes_at:
        raise Invalid(_("Applications close some time after they open."), field="closes_at")
    if LABEL_ZH not in words.label_zh:
        raise Invalid(_("The label says at least: %(label)s", label=LABEL_ZH), field="label_zh")
    if LABEL_EN not in words.label_en:
        raise Invalid(_("The label says at least: %(label)s", label=LABEL_EN), field="label_en")
    if len(words.regions) > MOST_REGIONS or any(len(one) > LONGEST_REGION for one in words.regions):
        said = _(
            "At most %(most)s regions, each in at most %(long)s characters.",
            most=MOST_REGIONS,
            long=LONGEST_REGION,
        )
        raise Invalid(said, field="regions")
    if words.region_most is not None and not words.regions:
        said = _(
            "Name the regions to choose from: typed by everybody themselves, one place has many spellings."
        )
        raise Invalid(said, field="regions")


def missing(
    trial: Trial, questions: Sequence[Question], aspects: Sequence[Aspect], now: datetime
) -> list[tuple[str, str]]:
    """What stands in the way of publishing: the page where it is done (``edit``, ``questions``, ``aspects``), and a sentence."""
    return list(_missing(trial, questions, aspects, now))


def _missing(
    trial: Trial, questions: Sequence[Question], aspects: Sequence[Aspect], now: datetime
) -> Iterable[tuple[str, str]]:
    if not (trial.name_zh or trial.name_en):
        yield "edit", _("It needs a title in at least one language.")
    if not (trial.brief_zh or trial.brief_en):
        yield "edit", _("Say what is to be tried, in at least one language.")
    if trial.closes_at <= now:
        yield "edit", _("The time for applications is over already. Please choose other times.")
    if not questions:
        yield "questions", _("Ask at least one thing: the answers are what two of you grade.")
    if not aspects:
        yield "aspects", _("Name at least one aspect that reports rate.")
