"""One registered text serves every notice to a phone: what it goes on with must be true of each."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.accounts.queries import viewer_of
from portal.accounts.services import erasing
from portal.core import clock
from portal.core.db import transaction
from portal.core.sms.services import NOTICE
from tests.accounts.conftest import Texts
from tests.make import Make

pytestmark = [pytest.mark.one_database, pytest.mark.usefixtures("texts")]


@pytest.mark.parametrize(
    ("language", "what", "then"),
    [
        ("zh_CN", "想保留请登录", "如非本人操作，请打开登录页处理。"),
        ("en", "sign in to keep it", "If that was not you, our sign-in page tells you what to do."),
    ],
)
def test_leaving_is_told_by_the_same_words(
    make: Make, texts: Texts, language: str, what: str, then: str
) -> None:
    member = make.member(phone="+8613800000000", phone_verified_at=clock.now(), language=language)
    with transaction():
        erasing.ask_to_be_erased(member, by=viewer_of(member.id))
    [message] = texts()
    assert (message.template, message.kind) == (NOTICE, "accounts.leaving")
    assert message.words[0].endswith(what)
    assert message.shown.endswith(then)
    assert message.expires_at - message.created_at == timedelta(hours=12)
    assert len(message.shown) <= (70 if language == "zh_CN" else 160), "one part, not two"
