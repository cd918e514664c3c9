"""A letter may bring one file along, as programs expect it."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from portal.core.db import changed_rows, db, transaction
from portal.core.mail.models import Letter
from portal.core.mail.services import Attachment
from portal.core.retention import WORDS_KEPT, let_go
from tests.core.mail.conftest import Mailbox
from tests.core.mail.test_outbox import letter_of

TEXT = "BEGIN:VCALENDAR\r\nSUMMARY:禾友节 🧵 " + "长" * 400 + "\r\nEND:VCALENDAR\r\n"


def test_it_arrives_byte_for_byte_with_its_method(mailbox: Mailbox, post: Any, run_jobs: Any) -> None:
    post(attachment=Attachment("event.ics", "text/calendar; method=PUBLISH", TEXT), code="8K3M-27QX")
    run_jobs()
    [message] = mailbox.letters
    [file] = message.iter_attachments()
    assert file.get_filename() == "event.ics"
    assert file.get_content_type() == "text/calendar"
    assert (file.get_param("method"), file.get_param("charset")) == ("PUBLISH", "utf-8")
    assert file.get_payload(decode=True) == TEXT.encode()
    plain = message.get_body(("plain",))
    assert plain is not None
    assert "8K3M-27QX" in plain.get_content()


def test_a_letter_without_one_has_no_parts_more(mailbox: Mailbox, post: Any, run_jobs: Any) -> None:
    post()
    run_jobs()
    [message] = mailbox.letters
    assert message.get_content_type() == "multipart/alternative"


def test_it_goes_with_the_words(app: Any, post: Any, run_jobs: Any) -> None:
    letter_id = post(attachment=Attachment("event.ics", "text/calendar; method=PUBLISH", TEXT))
    with transaction():
        written = letter_of(letter_id).created_at - WORDS_KEPT * 2
        old = sa.update(Letter).where(Letter.id == letter_id)
        changed_rows(old.values(state="sent", created_at=written))
    let_go()
    letter = letter_of(letter_id)
    assert (letter.attachment_name, letter.attachment_type, letter.attachment_body) == (None, None, None)


def test_half_a_file_is_none(post: Any) -> None:
    letter_id = post()
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(sa.update(Letter).where(Letter.id == letter_id).values(attachment_name="x.ics"))
