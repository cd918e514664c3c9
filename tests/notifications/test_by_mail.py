"""From what somebody does to a mailbox: a real mail server takes the letter, and the way out of it works."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest

from portal.core import clock
from portal.core.mail import services as mail
from portal.notifications import queries
from portal.notifications.speech import kind_named
from tests.client import PortalClient
from tests.core.mail.conftest import Mailbox
from tests.make import Make
from tests.notifications.telling import NOON, agree, keep_hours, release_all, say, tell

pytestmark = pytest.mark.one_database


@pytest.fixture(autouse=True)
def noon() -> Any:
    with clock.travel(NOON):
        yield


def test_an_answer_arrives_and_can_be_stopped_with_one_click(
    client: PortalClient, make: Make, mailbox: Mailbox, outbox: Any
) -> None:
    alice = make.member(language="zh_CN", display_name="小满")
    tell(alice, kind="stories.answered", path="/stories/1", text="谢谢你的故事")
    mail.deliver_due()
    [message] = mailbox.letters
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None and html is not None
    for part in (plain.get_content(), html.get_content()):
        assert "谢谢你的故事" in part and "因为这是你的故事" in part and "不再收这类邮件" in part
    assert message["Message-ID"] == f"<{outbox()[0].id}@localhost>"
    address = re.fullmatch(r"<(http://portal\.test/stop/[^>\s]+)>", str(message["List-Unsubscribe"]))
    assert address is not None
    answer = client.post(urlsplit(address[1]).path, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert not queries.choices_of(alice.id).reads_mail(kind_named("stories.answered"))
    tell(alice, kind="stories.answered", group="other", path="/stories/1", text="再说一句")
    mail.deliver_due()
    assert len(mailbox.letters) == 1


def test_what_must_be_known_has_no_way_out_and_arrives_anyway(make: Make, mailbox: Mailbox) -> None:
    alice = make.member(mail_stopped_at=NOON)
    keep_hours(alice, start=0, end=1439)
    tell(alice, kind="test.certain")
    mail.deliver_due()
    [message] = mailbox.letters
    assert message["List-Unsubscribe"] is None


def test_the_brands_word_carries_its_way_out(make: Make, mailbox: Mailbox) -> None:
    alice = make.member()
    agree(alice)
    say(alice, kind="stories.news", text="A new workshop")
    release_all()
    mail.deliver_due()
    [message] = mailbox.letters
    assert "A new workshop" in message["Subject"]
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
