"""What members choose: which kinds they hear of, by which way, and when."""

from __future__ import annotations

from collections.abc import Collection
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.accounts.services import consents
from portal.core import clock
from portal.core.access import Viewer
from portal.core.db import changed_rows, db, insert_once, lock_row
from portal.core.errors import Invalid
from portal.core.i18n import _
from portal.core.mail.services import drop_letters
from portal.notifications.models import Channel, Pace, Preference, Rhythm
from portal.notifications.queries.choices import choices_of
from portal.notifications.rules import Because, next_digest
from portal.notifications.speech import DIGEST, stoppable_kinds

HOW = "notification settings"


def choose(*, by: Viewer, inbox: Collection[str], mail: Collection[str], news_by_mail: bool) -> None:
    """Keep which kinds this member wants to hear of, and which of them by mail too; mail includes the inbox.

    ``news_by_mail`` is the consent that mail from the brand needs. What waits to be sent and is no longer wanted is
    dropped. Mail that was stopped altogether stays stopped.
    """
    lock_row(Member, by.id, whole=False)
    before, ended = choices_of(by.id), []
    for kind in stoppable_kinds():
        by_mail = kind.name in mail
        keep_choice(by.id, kind.name, Channel.INBOX, wanted=by_mail or kind.name in inbox)
        keep_choice(by.id, kind.name, Channel.MAIL, wanted=by_mail)
        ended += [kind.name] if before.reads_mail(kind) and not by_mail else []
    if news_by_mail:
        consents.give(by.id, consents.NEWS_MAIL, how=HOW)
    else:
        consents.take_back(by.id, consents.NEWS_MAIL, how=HOW)
    if ended:
        drop_letters(by.id, [*ended, DIGEST.name], because=Because.UNWANTED)


def choose_rhythm(*, by: Viewer, pace: Pace, quiet_from: int, quiet_until: int, time_zone: str) -> None:
    """Keep when this member may be reached (minutes after midnight; equal: no quiet hours) and how often mail comes.

    Gathered mail begins with what happens from now on. Who goes back to mail at once gets what was gathered a last
    time. Raises Invalid for a zone that does not exist.
    """
    _must_exist(time_zone)
    lock_row(Member, by.id, whole=False)
    now = clock.now()
    values = {"quiet_from": quiet_from, "quiet_until": quiet_until, "time_zone": time_zone}
    insert_once(Rhythm, member_id=by.id, pace=Pace.AT_ONCE, **values)
    row = db.session.get_one(Rhythm, by.id, populate_existing=True)
    if pace is not Pace.AT_ONCE:
        row.digest_until = row.digest_until if row.digest_at else now
        row.digest_at = next_digest(pace, time_zone, now)
    row.quiet_from, row.quiet_until, row.time_zone, row.pace = quiet_from, quiet_until, time_zone, pace
    db.session.flush()


def keep_choice(member_id: str, kind: str, channel: Channel, *, wanted: bool) -> None:
    """One choice, made or changed."""
    if insert_once(Preference, member_id=member_id, kind=kind, channel=channel, wanted=wanted):
        return
    row = sa.update(Preference).where(*_this(member_id, kind, channel))
    changed_rows(row.values(wanted=wanted))


def forget_choice(member_id: str, kind: str, channel: Channel) -> None:
    """The usual way holds again."""
    changed_rows(sa.delete(Preference).where(*_this(member_id, kind, channel)))


def _this(member_id: str, kind: str, channel: Channel) -> tuple[sa.ColumnElement[bool], ...]:
    return (Preference.member_id == member_id, Preference.kind == kind, Preference.channel == channel)


def _must_exist(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid(_("Please choose a time zone from the list."), field="time_zone") from None
