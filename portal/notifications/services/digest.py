"""Gathered mail: what happened since the last one, in one letter, at nine in the member's morning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from portal.brand import queries as brand
from portal.core import clock
from portal.core.db import changed_rows, db, lock_row
from portal.core.feature import Initiative
from portal.core.i18n import _, in_language, ngettext
from portal.core.links import path_to
from portal.core.mail.asking import Later
from portal.core.mail.services import Action, Item, queue_letter
from portal.notifications import rules
from portal.notifications.models import ALL, Notification, Pace, Rhythm
from portal.notifications.queries.choices import choices_of
from portal.notifications.queries.reach import reach_of
from portal.notifications.rules import Reach, next_digest
from portal.notifications.services.letters import why
from portal.notifications.services.stopping import stop_path
from portal.notifications.speech import DIGEST, said, stoppable_kinds

MOST_TOLD = 12
#: one that cannot be written because something of ours is broken tries again after this time
MENDED_AFTER = timedelta(hours=1)


def due_digests(limit: int) -> list[str]:
    """The members whose gathered mail is due, the longest waiting first."""
    due = sa.select(Rhythm.member_id).where(Rhythm.digest_at <= clock.now())
    return list(db.session.scalars(due.order_by(Rhythm.digest_at).limit(limit)))


def try_digest_later(member_id: str) -> None:
    """Something of ours is broken: this mail waits until it may be mended."""
    row = sa.update(Rhythm).where(Rhythm.member_id == member_id)
    changed_rows(row.values(digest_at=clock.now() + MENDED_AFTER))


def gather(member_id: str) -> None:
    """One letter with everything unread that this member wants by mail and has no letter of its own; none, no letter.

    In a quiet hour it waits. Afterwards the next one is planned, unless the member went back to mail at once.
    """
    lock_row(Rhythm, member_id)
    rhythm = db.session.get(Rhythm, member_id, populate_existing=True)
    now = clock.now()
    if rhythm is None or rhythm.digest_at is None or rhythm.digest_at > now:
        return
    reach = reach_of([member_id], DIGEST)[member_id]
    answer = rules.may_read_mail(reach, DIGEST.initiative, now=now)
    if isinstance(answer, Later):
        rhythm.digest_at = answer.until
        return
    news = _news(member_id, rhythm.digest_until) if answer is None else _News(0, [])
    if news.messages:
        _write(reach, news)
    rhythm.digest_until = now
    rhythm.digest_at = (
        None if rhythm.pace is Pace.AT_ONCE else next_digest(rhythm.pace, rhythm.time_zone, now)
    )
    db.session.flush()


@dataclass(frozen=True)
class _News:
    """The newest few of so many messages."""

    count: int
    messages: list[Notification]


def _news(member_id: str, since: datetime | None) -> _News:
    choices = choices_of(member_id)
    wanted = [
        kind.name
        for kind in stoppable_kinds()
        if kind.initiative is Initiative.PEOPLE and choices.reads_mail(kind)
    ]
    news = sa.and_(
        Notification.member_id == member_id,
        Notification.read_at.is_(None),
        Notification.letter_id.is_(None),
        Notification.kind.in_(wanted),
        Notification.updated_at > (since or clock.now() - timedelta(days=7)),
    )
    newest = sa.select(Notification).where(news).order_by(Notification.updated_at.desc(), Notification.id)
    messages = list(db.session.scalars(newest.limit(MOST_TOLD)))
    count = db.session.scalar(sa.select(sa.func.count()).select_from(Notification).where(news)) or 0
    return _News(count, messages)


def _write(reach: Reach, news: _News) -> None:
    assert reach.address is not None, "rules.may_read_mail asks for a confirmed address"
    with in_language(reach.language):
        subject = ngettext(
            "%(num)s thing happened for you at %(brand)s",
            "%(num)s things happened for you at %(brand)s",
            news.count,
            brand=brand.current().name,
        )
        items = [
            Item(said(message.kind, message.facts, message.count), message.path) for message in news.messages
        ]
        if news.count > len(items):
            more = ngettext("… and %(num)s more", "… and %(num)s more", news.count - len(items))
            items.append(Item(more, path_to("notifications.inbox")))
        queue_letter(
            to=reach.address,
            kind=DIGEST.name,
            language=reach.language,
            subject=subject,
            preheader=items[0].text,
            paragraphs=[
                _("Hello %(name)s,", name=reach.name),
                _("this is what happened since the last mail."),
            ],
            items=items,
            reason=why(DIGEST),
            action=Action(_("To the inbox"), path_to("notifications.inbox")),
            member_id=reach.member_id,
            stop_path=stop_path(reach.member_id, ALL),
        )
