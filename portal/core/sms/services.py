"""The outbox of text messages: putting them in, getting them out, forgetting them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from portal.core import clock
from portal.core.db import changed_rows, db, new_id, transaction
from portal.core.sms import provider, shown_only
from portal.core.sms.models import MessageState, TextMessage

log = logging.getLogger(__name__)

#: the two texts that are registered with the provider: {1} code {2} minutes; and {1} what happened
CODE, NOTICE = "code", "notice"

LEASE = timedelta(minutes=2)
#: waits before each further try of what surely was not sent; after the last one the message has failed
RETRY_AFTER = tuple(timedelta(seconds=s) for s in (20, 60, 180, 600))
#: a message whose answer got lost is tried so often in all
MOST_IN_THE_DARK = 2
#: the sweep stops when nobody answered so many times in a row
GIVE_UP_AFTER = 3
KEPT_FOR = timedelta(days=30)
TOO_LATE = "too late"


def queue_text(
    *,
    to: str,
    kind: str,
    template: str,
    words: Sequence[str],
    shown: str,
    holds: timedelta,
    member_id: str | None = None,
    withheld: str = "",
) -> TextMessage:
    """Put a message into the outbox, in the open transaction; the worker is told after the commit.

    ``words`` fill the registered ``template``, ``shown`` says the same in a sentence. It is worthless after ``holds``.
    ``withheld`` says why it is never sent: everything else is as always, so that nobody can tell from outside.
    """
    from portal.core.sms.jobs import send_text

    now = clock.now()
    message = TextMessage(
        id=new_id(),
        recipient=to,
        member_id=member_id,
        kind=kind,
        template=template,
        words=list(words),
        shown=shown[:255],
        state=MessageState.FAILED if withheld else MessageState.DUE,
        last_error=withheld,
        due_at=now,
        expires_at=now + holds,
        created_at=now,
    )
    if withheld:
        _wipe(message)
    db.session.add(message)
    db.session.flush()
    send_text.later(message.id)
    return message


def deliver(message_id: str) -> Exception | None:
    """Send one message if it is due and nobody else is at it; note how it went. Opens its own transactions.

    Answers with what went wrong. The lease makes two workers harmless, and a worker that died: who moves ``due_at``
    first sends.
    """
    with transaction():
        message = _claim(message_id)
        parcel = (
            provider.Parcel(message.recipient, message.template, tuple(message.words)) if message else None
        )
    if parcel is None:
        return None
    db.session.rollback()  # the network may be slow
    receipt, error = "", None
    try:
        receipt = provider.send(parcel)
    except provider.Trouble as problem:
        error = problem
    with transaction():
        message = db.session.get(TextMessage, message_id)
        if message is not None:  # its owner may have been erased meanwhile
            _note(message, receipt, error)
    return error


def _claim(message_id: str) -> TextMessage | None:
    """The message, when this worker is to send it now. What came too late fails here."""
    now = clock.now()
    mine = sa.update(TextMessage).where(
        TextMessage.id == message_id, TextMessage.state == MessageState.DUE, TextMessage.due_at <= now
    )
    if not changed_rows(mine.values(due_at=now + LEASE, attempts=TextMessage.attempts + 1)):
        return None
    message = db.session.get_one(TextMessage, message_id, populate_existing=True)
    if message.expires_at > now:
        return message
    _fail(message, TOO_LATE)
    return None


def _note(message: TextMessage, receipt: str, error: provider.Trouble | None) -> None:
    if error is None:
        message.state, message.sent_at, message.last_error = MessageState.SENT, clock.now(), ""
        message.receipt = receipt[:64]
        _wipe(message)
        return
    message.last_error = str(error)[:255]
    if isinstance(error, provider.Refused):
        _fail(message, str(error))
    elif isinstance(error, provider.Unanswered):
        if message.attempts >= MOST_IN_THE_DARK:
            _fail(message, str(error))  # else it is due again when its lease ends
    elif message.attempts <= len(RETRY_AFTER):
        message.due_at = clock.now() + RETRY_AFTER[message.attempts - 1]
    else:
        _fail(message, str(error))


def _fail(message: TextMessage, why: str) -> None:
    message.state, message.last_error = MessageState.FAILED, why[:255]
    _wipe(message)
    log.warning("text message %s failed for good after %s tries: %s", message.id, message.attempts, why)


def _wipe(message: TextMessage) -> None:
    """A code that no longer waits stands nowhere; only the demo goes on showing it."""
    if message.template == CODE:
        message.words = []
        if not shown_only():
            message.shown = ""


def deliver_due(limit: int = 200) -> int:
    """The sweep: send what is due, oldest first. Returns how many were tried. Gives up when nobody answers."""
    due = sa.select(TextMessage.id).where(_DUE, TextMessage.due_at <= clock.now())
    ids = list(db.session.scalars(due.order_by(TextMessage.due_at, TextMessage.id).limit(limit)))
    tried = silent = 0
    for message_id in ids:
        error = deliver(message_id)
        tried += 1
        silent = silent + 1 if isinstance(error, provider.Unreachable | provider.Unanswered) else 0
        if silent == GIVE_UP_AFTER:
            break
    return tried


def discard_old(before: datetime, *, limit: int = 1000) -> int:
    """Forget messages that no longer wait and were written before this moment. Returns how many."""
    old = sa.select(TextMessage.id).where(
        TextMessage.state != MessageState.DUE, TextMessage.created_at < before
    )
    ids = list(db.session.scalars(old.order_by(TextMessage.created_at).limit(limit)))
    return changed_rows(sa.delete(TextMessage).where(TextMessage.id.in_(ids))) if ids else 0


_DUE = sa.text("text_message.state = 'due'")  # as it is written in the partial index
