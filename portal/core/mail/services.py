"""Writing letters into the outbox and getting them out of it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import current_app

from portal.core import clock
from portal.core.db import changed_rows, db, new_id, transaction
from portal.core.i18n import in_language
from portal.core.links import absolute
from portal.core.mail import transport
from portal.core.mail.models import Letter, LetterState

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
#: the sweep stops when the server could not be reached so many times in a row
GIVE_UP_AFTER = 3
#: waits before each further try; after the last one the letter has failed
RETRY_AFTER = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360, 720))


@dataclass(frozen=True)
class Action:
    """The one button of a letter. ``path`` is a path on this portal."""

    label: str
    path: str


def queue_letter(
    *,
    to: str,
    kind: str,
    language: str | None,
    subject: str,
    paragraphs: Sequence[str],
    reason: str,
    code: str = "",
    action: Action | None = None,
    member_id: str | None = None,
    not_before: datetime | None = None,
) -> Letter:
    """Put a letter into the outbox, in the open transaction; the worker is told after the commit.

    All texts are already in the reader's ``language``. ``reason`` says in one line why this came.
    ``not_before`` lets it wait, so that :func:`recall_letters` can still take it back.
    """
    from portal.core.mail.jobs import send_letter

    facts = {
        "subject": subject,
        "paragraphs": list(paragraphs),
        "code": code,
        "action": action and {"label": action.label, "url": absolute(action.path)},
        "reason": reason,
    }
    with in_language(language):
        environment = current_app.jinja_env
        text = environment.get_template("_layout/mail.txt").render(facts)
        html = environment.get_template("_layout/mail.html").render(facts)
    now = clock.now()
    letter = Letter(
        id=new_id(),
        recipient=to,
        member_id=member_id,
        kind=kind,
        subject=" ".join(subject.split())[:255],  # a line break would end the header
        text_body=text,
        html_body=html,
        due_at=not_before or now,
        created_at=now,
    )
    db.session.add(letter)
    db.session.flush()
    if letter.due_at <= now:
        send_letter.later(letter.id)
    return letter


def recall_letters(letter_ids: Sequence[str]) -> int:
    """Take back letters that nobody has tried to send yet. Returns how many."""
    untouched = sa.and_(Letter.id.in_(letter_ids), Letter.state == LetterState.DUE, Letter.attempts == 0)
    return changed_rows(sa.delete(Letter).where(untouched))


def deliver(letter_id: str) -> Exception | None:
    """Send one letter if it is due and nobody else is at it; note how it went. Opens its own transactions.

    The lease makes two workers harmless: whoever moves ``due_at`` first sends. Answers with what went wrong.
    """
    now = clock.now()
    with transaction():
        claimed = changed_rows(
            sa.update(Letter)
            .where(Letter.id == letter_id, Letter.state == LetterState.DUE, Letter.due_at <= now)
            .values(due_at=now + LEASE, attempts=Letter.attempts + 1)
        )
    if not claimed:
        return None
    error = _try_to_send(db.session.get_one(Letter, letter_id))
    with transaction():
        _note(db.session.get_one(Letter, letter_id), error)
    return error


def _try_to_send(letter: Letter) -> Exception | None:
    """What went wrong, if anything. Ends the open read: the network may be slow."""
    try:
        message = transport.compose(letter)
    except transport.Unwritable as problem:
        return problem
    db.session.rollback()
    try:
        transport.send(message)
    except transport.TRANSIENT as problem:
        return problem
    return None


def _note(letter: Letter, error: Exception | None) -> None:
    if error is None:
        letter.state, letter.sent_at, letter.last_error = LetterState.SENT, clock.now(), ""
        return
    letter.last_error = str(error)[:255]
    if transport.is_final(error) or letter.attempts > len(RETRY_AFTER):
        letter.state = LetterState.FAILED
        log.warning("letter %s failed for good after %s tries: %s", letter.id, letter.attempts, error)
    else:
        letter.due_at = clock.now() + RETRY_AFTER[letter.attempts - 1]


def deliver_due(limit: int = 200) -> int:
    """The sweep: send what is due, oldest first. Returns how many letters were tried.

    When the server cannot be reached several times in a row, the rest stays due for the next sweep: two hundred
    time-outs would hold up everything else the worker has to do.
    """
    due = sa.select(Letter.id).where(Letter.state == LetterState.DUE, Letter.due_at <= clock.now())
    ids = list(db.session.scalars(due.order_by(Letter.due_at, Letter.id).limit(limit)))
    tried = unreachable = 0
    for letter_id in ids:
        error = deliver(letter_id)
        tried += 1
        unreachable = unreachable + 1 if error and transport.is_unreachable(error) else 0
        if unreachable == GIVE_UP_AFTER:
            break
    return tried
