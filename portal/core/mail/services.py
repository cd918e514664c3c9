"""The outbox: taking letters back, and getting them out. Writing them is :mod:`portal.core.mail.writing`."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from portal.core import clock
from portal.core.db import changed_rows, db, transaction
from portal.core.mail import transport
from portal.core.mail.asking import Drop, Later, asked
from portal.core.mail.models import Letter, LetterState
from portal.core.mail.signals import LetterRefused, letter_refused
from portal.core.mail.writing import Action, Attachment, Enclosure, Item, queue_letter

__all__ = [
    "GIVE_UP_AFTER",
    "LEASE",
    "RETRY_AFTER",
    "Action",
    "Attachment",
    "Enclosure",
    "Item",
    "deliver",
    "deliver_due",
    "discard_old",
    "drop_letters",
    "queue_letter",
    "recall_letters",
]

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
#: the sweep stops when the server could not be reached so many times in a row
GIVE_UP_AFTER = 3
#: waits before each further try; after the last one the letter has failed
RETRY_AFTER = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360, 720))
#: letters that are out of the house are kept so long (reports of bounces name them); the demo shows them for ever
KEPT_FOR = timedelta(days=30)


def recall_letters(letter_ids: Sequence[str]) -> int:
    """Take back letters that nobody has tried to send yet. Returns how many."""
    untouched = sa.and_(Letter.id.in_(letter_ids), Letter.state == LetterState.DUE, Letter.attempts == 0)
    return changed_rows(sa.delete(Letter).where(untouched))


def drop_letters(member_id: str, kinds: Sequence[str] | None, *, because: str) -> int:
    """Letters to this member that wait, are of these kinds (None: any) and can be stopped, are not sent."""
    waiting = sa.and_(_DUE, Letter.member_id == member_id, Letter.stop_path.is_not(None))
    if kinds is not None:
        waiting = sa.and_(waiting, Letter.kind.in_(kinds))
    return changed_rows(
        sa.update(Letter).where(waiting).values(state=LetterState.DROPPED, last_error=because)
    )


def deliver(letter_id: str) -> Exception | None:
    """Send one letter if it is due and nobody else is at it; note how it went. Opens its own transactions.

    One that can be stopped is asked about first (:mod:`portal.core.mail.asking`). The lease makes two workers harmless:
    whoever moves ``due_at`` first sends. Answers with what went wrong.
    """
    with transaction():
        claimed = _claim(letter_id)
    if not claimed:
        return None
    letter = db.session.get(Letter, letter_id)
    if letter is None:  # its owner was erased a moment ago
        return None
    error = _try_to_send(letter)
    with transaction():
        letter = db.session.get(Letter, letter_id)
        if letter is not None:  # the same once more
            _note(letter, error)
    return error


def _claim(letter_id: str) -> bool:
    """Whether this worker sends the letter, now."""
    letter, now = db.session.get(Letter, letter_id), clock.now()
    if letter is None or letter.state is not LetterState.DUE or letter.due_at > now:
        return False
    answer = asked(letter)
    values: dict[str, object] = {"due_at": now + LEASE, "attempts": Letter.attempts + 1}
    if isinstance(answer, Later):
        values = {"due_at": answer.until}
    elif isinstance(answer, Drop):
        values = {"state": LetterState.DROPPED, "last_error": answer.because}
    still_due = sa.and_(Letter.id == letter_id, Letter.state == LetterState.DUE, Letter.due_at <= now)
    return bool(changed_rows(sa.update(Letter).where(still_due).values(values))) and answer is None


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
    if not transport.is_final(error) and letter.attempts <= len(RETRY_AFTER):
        letter.due_at = clock.now() + RETRY_AFTER[letter.attempts - 1]
        return
    letter.state = LetterState.FAILED
    log.warning("letter %s failed for good after %s tries: %s", letter.id, letter.attempts, error)
    if transport.is_refusal(error):
        lasting = transport.is_lasting(error)
        letter_refused.send(LetterRefused(letter.id, letter.member_id, letter.recipient, lasting))


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


def discard_old(before: datetime, *, limit: int = 1000) -> int:
    """Forget letters that left the house, or never will, and were written before this moment. Returns how many."""
    old = sa.select(Letter.id).where(Letter.state != LetterState.DUE, Letter.created_at < before)
    ids = list(db.session.scalars(old.order_by(Letter.created_at).limit(limit)))
    return changed_rows(sa.delete(Letter).where(Letter.id.in_(ids))) if ids else 0


_DUE = sa.text("letter.state = 'due'")  # as it is written in the partial index
