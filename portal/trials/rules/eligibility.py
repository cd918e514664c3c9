"""For whom a trial is: reasons why not, as codes that are stored and sentences that are read. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portal.core.i18n import _
from portal.trials.models import Trial

#: one win in so many days
BETWEEN_WINS = timedelta(days=90)
#: applications are counted over so many days; who has no perk may make so many
QUOTA_OVER = timedelta(days=365)
BASE_APPLICATIONS = 2
#: the younger ones need their parents, whom we cannot ask here
GROWN_UP = 18


class Reason(StrEnum):
    """Why a trial is not for somebody; the first that holds is stored when it freezes."""

    GONE = "gone"
    STAFF = "staff"
    CONTACT = "contact"
    YOUNG = "young"
    OVERDUE = "overdue"
    TESTING = "testing"
    PAUSED = "paused"
    WON = "won"
    PURCHASE = "purchase"
    SHELF = "shelf"
    TIER = "tier"
    REGION = "region"
    QUOTA = "quota"


#: asked when somebody applies, and not again when the trial freezes
_ASKED_ONCE = frozenset((Reason.QUOTA,))


@dataclass(frozen=True, slots=True)
class Applicant:
    """What the conditions ask about one member. ``grown_up`` is None while nobody told the house."""

    active: bool = True
    staff: bool = False
    contact_proven: bool = True
    grown_up: bool | None = None
    bought: bool = False
    owns_of_shelf: bool = False
    has_tier: bool = False
    region: str = ""
    testing: bool = False
    overdue: bool = False
    paused_until: datetime | None = None
    chosen_at: datetime | None = None
    #: applications that count, the earliest first; without the one for this trial
    applied: tuple[datetime, ...] = ()
    allowed: int = BASE_APPLICATIONS


@dataclass(frozen=True, slots=True)
class Hindrance:
    """A reason, and when it passes by itself, if it does."""

    reason: Reason
    until: datetime | None = None

    @property
    def words(self) -> str:
        return sentence(self.reason)


def hindrances(trial: Trial, who: Applicant, now: datetime) -> list[Hindrance]:
    """Everything that stands between somebody and this trial; none: they may apply."""
    return [*_about_them(who, now), *_about_the_trial(trial, who)]


def barred(trial: Trial, who: Applicant, now: datetime) -> Reason | None:
    """What keeps an application out when the trial freezes; how many they made was asked when they made it."""
    found = (one.reason for one in hindrances(trial, who, now) if one.reason not in _ASKED_ONCE)
    return next(found, None)


def may_come_from(trial: Trial, region: str) -> bool:
    return not trial.regions or region in trial.regions


def _about_them(who: Applicant, now: datetime) -> Iterator[Hindrance]:
    if not who.active:
        yield Hindrance(Reason.GONE)
    if who.staff:
        yield Hindrance(Reason.STAFF)
    if not who.contact_proven:
        yield Hindrance(Reason.CONTACT)
    if who.grown_up is False:
        yield Hindrance(Reason.YOUNG)
    if who.overdue:
        yield Hindrance(Reason.OVERDUE)
    elif who.testing:
        yield Hindrance(Reason.TESTING)
    if who.paused_until is not None and who.paused_until > now:
        yield Hindrance(Reason.PAUSED, who.paused_until)
    if who.chosen_at is not None and who.chosen_at + BETWEEN_WINS > now:
        yield Hindrance(Reason.WON, who.chosen_at + BETWEEN_WINS)
    recent = [at for at in who.applied if at + QUOTA_OVER > now]
    if len(recent) >= who.allowed:
        yield Hindrance(Reason.QUOTA, recent[-who.allowed] + QUOTA_OVER if who.allowed else None)


def _about_the_trial(trial: Trial, who: Applicant) -> Iterator[Hindrance]:
    if trial.needs_purchase and not who.bought:
        yield Hindrance(Reason.PURCHASE)
    if trial.category_id is not None and not who.owns_of_shelf:
        yield Hindrance(Reason.SHELF)
    if trial.tier_id is not None and not who.has_tier:
        yield Hindrance(Reason.TIER)
    if who.region and not may_come_from(trial, who.region):
        yield Hindrance(Reason.REGION)


def sentence(reason: Reason) -> str:
    """To the member themselves."""
    return {
        Reason.GONE: _("The account is not in use any more."),
        Reason.STAFF: _("You work here: trials are for those who do not."),
        Reason.CONTACT: _("Please confirm your e-mail address or phone number first."),
        Reason.YOUNG: _("Trials are for people of 18 years and more."),
        Reason.OVERDUE: _("A report of yours is overdue. Once it is here, the next trial is open to you."),
        Reason.TESTING: _("You are trying something out already. One thing after the other."),
        Reason.PAUSED: _("A report of yours never came, so your trials rest for a while."),
        Reason.WON: _("You were chosen not long ago: one trial in 90 days, so that others have a turn."),
        Reason.PURCHASE: _(
            "This trial is for those who bought something of ours. Is your order linked to you?"
        ),
        Reason.SHELF: _("This trial is for those who own something of this shelf."),
        Reason.TIER: _("This trial is for members of a certain tier or above."),
        Reason.REGION: _("This time we can only send to some regions, and yours is not among them."),
        Reason.QUOTA: _("You have used all your applications of twelve months."),
    }[reason]
