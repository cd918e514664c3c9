"""The same by mail: written when something happens, asked about once more before it is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.brand import queries as brand
from portal.core import clock
from portal.core.db import changed_rows, db, lock_row
from portal.core.feature import Initiative, NotificationKind
from portal.core.i18n import _, in_language
from portal.core.installation import registry
from portal.core.mail.asking import Answer, Drop, Later
from portal.core.mail.models import Letter
from portal.core.mail.services import Action, Enclosure, queue_letter
from portal.notifications import rules
from portal.notifications.models import Notification, Pace, Touch, TouchState
from portal.notifications.queries.reach import reach_of
from portal.notifications.queries.touches import made_this_week
from portal.notifications.rules import Because, Reach
from portal.notifications.services.stopping import stop_path
from portal.notifications.speech import DIGEST


def write_letters(
    kind: NotificationKind,
    begun: Mapping[str, str],
    reached: Mapping[str, Reach],
    *,
    path: str,
    facts: dict[str, Any],
    not_before: datetime | None = None,
    enclose: Callable[[], Enclosure] | None = None,
) -> None:
    """A letter for each message that is new (``begun``: member id to message id) to members who want it by mail.

    It waits until ``not_before`` and until no quiet hour is in the way; with a gathered pace none is written at all.
    What the brand says has its own moment, whatever the pace.
    """
    for member_id, message_id in begun.items():
        reach = reached[member_id]
        gathered = kind.initiative is Initiative.PEOPLE and reach.pace is not Pace.AT_ONCE
        if gathered or not _wanted(kind, reach):
            continue
        answer = rules.may_read_mail(reach, kind.initiative, now=max(clock.now(), not_before or clock.now()))
        if isinstance(answer, Drop):
            continue
        moment = answer.until if isinstance(answer, Later) else not_before
        letter_id = _write_letter(
            kind, reach, path=path, facts=facts, not_before=moment, enclose=enclose or Enclosure
        )
        this_one = sa.update(Notification).where(Notification.id == message_id)
        changed_rows(this_one.values(letter_id=letter_id))


def _wanted(kind: NotificationKind, reach: Reach) -> bool:
    return kind.mail if kind.initiative is Initiative.TRANSACTIONAL else reach.reads_mail


def _write_letter(
    kind: NotificationKind,
    reach: Reach,
    *,
    path: str,
    facts: dict[str, Any],
    not_before: datetime | None,
    enclose: Callable[[], Enclosure],
) -> str:
    """The same words as in the inbox, in the member's language, with why it came."""
    assert reach.address is not None, "rules.may_read_mail asks for a confirmed address"
    with in_language(reach.language):
        text, reason, enclosed = kind.text(facts, 1), why(kind), enclose()
        letter = queue_letter(
            to=reach.address,
            kind=kind.name,
            language=reach.language,
            subject=text,
            preheader=reason,
            paragraphs=[_("Hello %(name)s,", name=reach.name), text, *enclosed.paragraphs],
            code=enclosed.code,
            attachment=enclosed.attachment,
            reason=reason,
            action=Action(_("Have a look"), path),
            member_id=reach.member_id,
            not_before=not_before,
            stop_path=None
            if kind.initiative is Initiative.TRANSACTIONAL
            else stop_path(reach.member_id, kind.name),
        )
    return letter.id


def why(kind: NotificationKind) -> str:
    """The sentence at the end of a letter, in the language in force."""
    return _("You get this mail %(reason)s.", reason=kind.reason)


# ------------------------------------------------------------------ the last question


def may_go(letter: Letter) -> Answer:
    """Whether a letter that can be stopped may be sent now: the core asks right before it does, in a transaction.

    A letter of the brand that could not leave with its touch counts anew: its touch is moved to this moment, and when
    the budget has no room for that, the inbox must do.
    """
    kind = DIGEST if letter.kind == DIGEST.name else registry().kinds.get(letter.kind)
    if kind is None or letter.member_id is None:
        return Drop(Because.TAKEN_BACK)
    if kind.initiative is Initiative.BRAND:
        lock_row(Member, letter.member_id, whole=False)
    reach = reach_of([letter.member_id], kind).get(letter.member_id)
    if reach is None:
        return Drop(Because.AWAY)
    if reach.address != letter.recipient:
        return Drop(Because.MOVED)
    answer = rules.may_read_mail(reach, kind.initiative, now=clock.now())
    if answer is not None or kind is DIGEST:
        return answer
    message = _message_of(letter)
    if message is None or message.read_at is not None:
        return Drop(Because.TAKEN_BACK if message is None else Because.READ)
    return _spend_again(message) if kind.initiative is Initiative.BRAND else None


def _message_of(letter: Letter) -> Notification | None:
    return db.session.scalar(
        sa.select(Notification)
        .where(Notification.member_id == letter.member_id, Notification.letter_id == letter.id)
        .execution_options(populate_existing=True)
    )


def _spend_again(message: Notification) -> Answer:
    now = clock.now()
    touch_id = db.session.scalar(
        sa.select(Touch.id).where(
            Touch.group_key == message.group_key,
            Touch.member_id == message.member_id,
            Touch.state == TouchState.MADE,
        )
    )
    if touch_id is None:
        return Drop(Because.TAKEN_BACK)
    spent = made_this_week(message.member_id, now, besides=touch_id)
    if rules.room_at(spent, brand.current().contact_budget, now) > now:
        return Drop(Because.NO_ROOM)
    changed_rows(sa.update(Touch).where(Touch.id == touch_id).values(made_at=now))
    return None
