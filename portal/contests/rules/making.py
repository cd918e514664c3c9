"""What staff decide about a contest, and what it needs before everybody sees it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from portal.contests.models import Contest
from portal.contests.rules.phases import Phase
from portal.contests.rules.proof import moment
from portal.core.errors import Invalid
from portal.core.i18n import _

#: with a jury, staff decide among so many first places
SHORTLIST = 5
#: while it stands so, words and times can still be changed
CHANGEABLE = frozenset((Phase.DRAFT, Phase.COMING))
#: names are looked at until they stand on the ballot
SCREENED = frozenset((Phase.SUBMITTING, Phase.SCREENING))


@dataclass(frozen=True, slots=True)
class ContestWords:
    """All that one form writes; moments in UTC."""

    product_id: str
    color_id: str | None
    name_zh: str
    name_en: str
    brief_zh: str
    brief_en: str
    rules_zh: str
    rules_en: str
    prize_zh: str
    prize_en: str
    votes: int
    most_entries: int
    shortest: int
    longest: int
    jury: bool
    badge_id: str | None
    opens_at: datetime
    submit_until: datetime
    vote_from: datetime
    vote_until: datetime

    def columns(self) -> dict[str, Any]:
        return asdict(self)


def check(words: ContestWords) -> None:
    """Raises Invalid beside the field for what does not fit together."""
    if words.shortest > words.longest:
        raise Invalid(_("The longest name cannot be shorter than the shortest one."), field="longest")
    if words.opens_at >= words.submit_until:
        raise Invalid(_("Names are taken until some time after the opening."), field="submit_until")
    if words.submit_until > words.vote_from:
        raise Invalid(_("Voting begins when no more names are taken, or later."), field="vote_from")
    if words.vote_from >= words.vote_until:
        raise Invalid(_("Voting ends some time after it begins."), field="vote_until")


def missing(contest: Contest, now: datetime) -> list[str]:
    """What stands in the way of publishing, as sentences."""
    return list(_missing(contest, now))


def _missing(contest: Contest, now: datetime) -> Iterable[str]:
    if not (contest.name_zh or contest.name_en):
        yield _("It needs a title in at least one language.")
    if not (contest.brief_zh or contest.brief_en):
        yield _("Say what the name is for, in at least one language.")
    if not (contest.rules_zh or contest.rules_en):
        yield _("It needs rules in at least one language: they freeze when it opens.")
    if not (contest.prize_zh or contest.prize_en):
        yield _("It needs a prize in at least one language, for whoever gives the name first.")
    if not contest.badge_id:
        yield _("Choose the badge for all who give the name that wins.")
    if contest.submit_until <= now:
        yield _("The time for names is over already. Please choose other times.")


def rules_content(contest: Contest, secret_hash: str) -> dict[str, Any]:
    """All that holds from the opening on, as everybody can download it.

    What looks for a name stands there by its id: what it is called now may be a secret until its drop, and may change.
    """
    same = ("name_zh", "name_en", "brief_zh", "brief_en", "rules_zh", "rules_en", "prize_zh", "prize_en")
    numbers = ("votes", "most_entries", "shortest", "longest", "jury")
    times = ("opens_at", "submit_until", "vote_from", "vote_until")
    return {
        "contest": contest.id,
        "slug": contest.slug,
        "product": {"id": contest.product_id, "color": contest.color_id or ""},
        "secret_hash": secret_hash,
        "badge": contest.badge_id or "",
        "shortlist": SHORTLIST if contest.jury else 1,
        "ties": "earlier entry first",
        **{name: getattr(contest, name) for name in (*same, *numbers)},
        **{name: moment(getattr(contest, name)) for name in times},
    }
