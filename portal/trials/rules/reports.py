"""What a report needs before it is handed in, who may see and change it, and what staff may mend in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from rapidfuzz.distance import Levenshtein

from portal.core.access import Permission, Viewer
from portal.core.errors import Invalid
from portal.core.i18n import _, ngettext
from portal.core.media.models import Photo, PhotoState
from portal.trials.models import Report, ReportState, Tester, TesterState

LEAST_CHARACTERS = 300
LONGEST_PART, LONGEST_SUGGESTION = 4000, 1000
LEAST_PHOTOS, MOST_PHOTOS = 5, 12
MOST_SUGGESTIONS = 5
ANSWERED_WITHIN = timedelta(days=10)

#: what is told in words, in the order of the page
PARTS = ("first_look", "in_use", "likes", "dislikes", "none_because")
#: where staff may mend slips of the pen; what somebody likes and dislikes nobody touches but them
MENDABLE = ("first_look", "in_use")
#: so many characters of what was handed in may be mended in one part, and never more than a tenth of it
MOST_SLIPS = 30
#: no slips of the pen: without one of these, or with another number, a sentence says something else
_SAYS_NO = re.compile(
    r"\d+|[不没無无未非否别勿]"
    r"|\b(?:no|not|nor|none|never|nothing|nobody|neither|without|cannot|hardly|barely)\b"
    r"|\b(?:do|does|did|is|was|are|were|has|have|had|ca|wo|would|could|should)nt\b"
)

#: states in which a report is on its writer's desk
ON_THE_DESK = frozenset({ReportState.DRAFT, ReportState.HIDDEN})


@dataclass(frozen=True, slots=True)
class Written:
    """All that a tester writes: words by part, points by aspect (1–5), suggestions in their order."""

    words: Mapping[str, str] = field(default_factory=dict)
    tested: str = ""
    points: Mapping[str, int] = field(default_factory=dict)
    suggestions: Sequence[str] = ()


def characters_in(words: Mapping[str, str]) -> int:
    """How much is told over all parts; blanks are nothing."""
    return sum(len("".join(words.get(part, "").split())) for part in PARTS)


def must_be_whole(written: Written, aspects: Sequence[str], photos: Sequence[Photo]) -> None:
    """Raises Invalid with the first thing that is missing, beside its field."""
    for missing in what_is_missing(written, aspects, photos):
        raise missing


def what_is_missing(written: Written, aspects: Sequence[str], photos: Sequence[Photo]) -> Iterator[Invalid]:
    """Everything, each beside its field. Praise is no condition: a dislike is, or why there was none."""
    words = written.words
    if any(aspect not in written.points for aspect in aspects):
        yield Invalid(_("Please rate this, from 1 to 5."), field="ratings")
    if not written.tested.strip():
        yield Invalid(_("Which one did you get? Its version, or else its colour."), field="tested")
    if not words.get("likes", "").strip():
        yield Invalid(_("What did you like? A sentence is enough."), field="likes")
    yield from _not_balanced(words)
    told = characters_in(words)
    if told < LEAST_CHARACTERS:
        said = ngettext(
            "Please tell a little more: %(num)s character is missing over all parts.",
            "Please tell a little more: %(num)s characters are missing over all parts.",
            LEAST_CHARACTERS - told,
        )
        yield Invalid(said, field="in_use")
    yield from _not_shown(photos)


def _not_balanced(words: Mapping[str, str]) -> Iterator[Invalid]:
    dislikes, none_because = words.get("dislikes", "").strip(), words.get("none_because", "").strip()
    if not dislikes and not none_because:
        said = _("Please name at least one thing that could be better, or say why there was none.")
        yield Invalid(said, field="dislikes")
    if dislikes and none_because:
        said = _("You named something that could be better: then leave this empty.")
        yield Invalid(said, field="none_because")


def _not_shown(photos: Sequence[Photo]) -> Iterator[Invalid]:
    if any(photo.state is PhotoState.REFUSED for photo in photos):
        yield Invalid(_("One of the photos could not be used. Remove it or try it again."), field="photos")
        return
    twice = same_as(photos)
    different = len(photos) - len(twice)
    if different >= LEAST_PHOTOS:
        if sum(photo.is_ready for photo in photos) - len(twice) < LEAST_PHOTOS:
            said = _("The photos are still being prepared. Please wait a moment.")
            yield Invalid(said, field="photos")
        return
    said = ngettext(
        "Please add %(num)s more photo of your own.",
        "Please add %(num)s more photos of your own.",
        LEAST_PHOTOS - different,
    )
    if twice:
        said = _("The same picture counts once: some of yours are here twice.") + " " + said
    yield Invalid(said, field="photos")


def same_as(photos: Iterable[Photo]) -> dict[str, int]:
    """The ids of photos that show the same picture as an earlier one, each with the place of that one (1 is first)."""
    first: dict[str, int] = {}
    twice: dict[str, int] = {}
    for place, photo in enumerate(photos, start=1):
        if photo.is_ready and photo.digest is not None and first.setdefault(photo.digest, place) != place:
            twice[photo.id] = first[photo.digest]
    return twice


# ------------------------------------------------------------------ who may


def may_begin(tester: Tester) -> bool:
    """Whoever takes part may write at once, and whose report is missing still."""
    return tester.state in (TesterState.ACCEPTED, TesterState.MISSING)


def may_see(viewer: Viewer | None, report: Report) -> bool:
    """Everybody what is shown; its writer, moderators and those who run trials what waits or was taken down. Drafts nobody."""
    if report.state is ReportState.SHOWN:
        return True
    if report.state is ReportState.DRAFT or viewer is None:
        return False
    return report.member_id == viewer.id or may_see_hidden(viewer)


def may_see_hidden(viewer: Viewer) -> bool:
    return viewer.can(Permission.MODERATE) or viewer.can(Permission.MANAGE_TRIALS)


def may_mend(viewer: Viewer | None, report: Report) -> bool:
    """Staff who run trials, in what is or was shown; nobody in what is on its writer's desk."""
    shown = report.state in (ReportState.SHOWN, ReportState.WAITING)
    return viewer is not None and viewer.can(Permission.MANAGE_TRIALS) and shown


# ------------------------------------------------------------------ mending


def most_slips(handed_in: str) -> int:
    """How many characters of a part staff may mend in all; none where nothing was written."""
    return min(MOST_SLIPS, max(2, len(handed_in) // 10)) if handed_in.strip() else 0


def slips(handed_in: str, after: str) -> int | None:
    """How many characters were added, left out or replaced; None when that is more than slips of the pen."""
    most = most_slips(handed_in)
    changed = Levenshtein.distance(handed_in, after, score_cutoff=most)
    return changed if changed <= most else None


def says_the_same(handed_in: str, after: str) -> bool:
    """Whether every no and every number stands where it stood: one character less can turn a sentence round."""
    return _noes(handed_in) == _noes(after)


def _noes(text: str) -> list[str]:
    return _SAYS_NO.findall(text.lower().replace("’", "").replace("'", ""))
