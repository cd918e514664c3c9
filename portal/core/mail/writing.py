"""Writing letters into the outbox, with both their parts in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app

from portal.core import clock
from portal.core.db import db, new_id
from portal.core.i18n import in_language
from portal.core.links import absolute
from portal.core.mail.asking import chosen_at
from portal.core.mail.models import Letter


@dataclass(frozen=True)
class Action:
    """The one button of a letter. ``path`` is a path on this portal."""

    label: str
    path: str


@dataclass(frozen=True)
class Attachment:
    """A file that comes with a letter: a text. ``type`` as a message names it: ``text/calendar; method=PUBLISH``."""

    name: str
    type: str
    body: str


@dataclass(frozen=True)
class Enclosure:
    """What stands in a letter alone, beside the words that its reader also finds in the inbox: more words, a code, a file."""

    code: str = ""
    attachment: Attachment | None = None
    paragraphs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Item:
    """One line of a letter that gathers several things: what happened, and where."""

    text: str
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
    items: Sequence[Item] = (),
    preheader: str = "",
    member_id: str | None = None,
    not_before: datetime | None = None,
    stop_path: str | None = None,
    attachment: Attachment | None = None,
) -> Letter:
    """Put a letter into the outbox, in the open transaction; the worker is told after the commit.

    All texts are already in the reader's ``language``. ``reason`` says in one line why this came, ``preheader`` is what
    mail programs show after the subject (the last paragraph unless given). ``not_before`` lets it wait, so that
    :func:`~portal.core.mail.services.recall_letters` can still take it back. ``stop_path`` stops letters like this one;
    whoever has it is asked once more before it is sent. A letter to a member says where they choose what comes.
    """
    from portal.core.mail.jobs import send_letter

    text, html = _parts(
        language,
        subject=subject,
        preheader=preheader or (paragraphs[-1] if paragraphs else reason),
        paragraphs=list(paragraphs),
        items=[{"text": item.text, "url": absolute(item.path)} for item in items],
        code=code,
        action=action and {"label": action.label, "url": absolute(action.path)},
        reason=reason,
        stop_url=stop_path and absolute(stop_path),
        choose_url=absolute(chosen_at(kind)) if member_id else None,
    )
    now = clock.now()
    letter = Letter(
        id=new_id(),
        recipient=to,
        member_id=member_id,
        kind=kind,
        subject=" ".join(subject.split())[:255],  # a line break would end the header
        text_body=text,
        html_body=html,
        attachment_name=attachment and attachment.name,
        attachment_type=attachment and attachment.type,
        attachment_body=attachment and attachment.body,
        stop_path=stop_path,
        due_at=max(not_before or now, now),
        created_at=now,
    )
    db.session.add(letter)
    db.session.flush()
    if letter.due_at <= now:
        send_letter.later(letter.id)
    return letter


def _parts(language: str | None, **facts: Any) -> tuple[str, str]:
    """The plain and the HTML part."""
    with in_language(language):
        environment = current_app.jinja_env
        text = environment.get_template("_layout/mail.txt").render(facts)
        return text, environment.get_template("_layout/mail.html").render(facts)
