"""Joining and coming in by codes and links: on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.accounts import queries, services
from portal.accounts.models import CodePurpose, Member, OneTimeCode
from portal.accounts.signals import MemberJoined, member_joined
from portal.core import clock
from portal.core.crypto import digest
from portal.core.db import db, transaction
from portal.core.errors import Conflict, Invalid
from tests.accounts.arriving import HERE, arrive, sign_up
from tests.accounts.letters import code_in, link_in
from tests.make import Make

Outbox = Callable[[], list[Any]]


def test_account_is_made_when_address_is_proven(app: Flask, outbox: Outbox) -> None:
    joined: list[MemberJoined] = []
    with member_joined.connected_to(joined.append):
        code_id = sign_up()
        assert queries.find_member_by_email("new@example.com") is None
        with transaction():
            code = services.try_code([code_id], code_in(outbox()[-1]))
        assert code is not None
        arrival = arrive(code_id)
    member = queries.get_member(arrival.member_id)
    assert arrival.joined
    assert (member.display_name, member.password_hash, member.language, member.join_source) == (
        "小满",
        "hash",
        "zh_CN",
        "shop",
    )
    assert member.email_verified_at is not None
    assert joined == [MemberJoined(member.id)]


def test_link_in_another_browser_leaves_the_password_out(app: Flask) -> None:
    """Somebody else may have typed it: whoever owns the mailbox decides."""
    arrival = arrive(sign_up(), same_browser=False)
    assert queries.get_member(arrival.member_id).password_hash is None


def test_known_address_is_told_by_mail_only(app: Flask, make: Make, outbox: Outbox) -> None:
    member = make.member(email="alice@example.com", password="correct horse")
    before = member.password_hash
    code_id = sign_up("alice@example.com", name="Mallory", password_hash="other")
    letter = outbox()[-1]
    assert "already have an account" in letter.text_body
    assert "Mallory" not in letter.text_body
    arrival = arrive(code_id)
    assert (arrival.member_id, arrival.joined) == (member.id, False)
    assert (member.display_name, member.password_hash) == ("Alice", before)


def test_two_sign_ups_for_one_address_make_one_member(app: Flask) -> None:
    first, second = sign_up(password_hash="one"), sign_up(password_hash="two")
    assert arrive(first).joined
    again = arrive(second)
    assert not again.joined
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Member)) == 1
    assert queries.get_member(again.member_id).password_hash == "one"


def test_numbers_go_up_and_never_come_twice(app: Flask, make: Make) -> None:
    first, brought_along, third = make.member(), make.member(number=427), make.member()
    assert (first.number, brought_along.number, third.number) == (1, 427, 428)


def test_code_works_once(app: Flask, outbox: Outbox) -> None:
    code_id = sign_up()
    arrive(code_id)
    with pytest.raises(Conflict):
        arrive(code_id)
    assert services.find_link(link_in(outbox()[-1])) is None


def test_code_is_given_up_after_five_tries(app: Flask, outbox: Outbox) -> None:
    code_id = sign_up()
    right = code_in(outbox()[-1])
    wrong = "000000" if right != "000000" else "111111"
    for _try in range(5):
        with transaction():
            assert services.try_code([code_id], wrong) is None
    with transaction():
        assert services.try_code([code_id], right) is None


def test_code_and_link_expire(app: Flask, outbox: Outbox) -> None:
    code_id = sign_up()
    with clock.travel(clock.now() + timedelta(minutes=31)):
        with transaction():
            assert services.try_code([code_id], code_in(outbox()[-1])) is None
        assert services.find_link(link_in(outbox()[-1])) is None


def test_code_may_be_typed_on_a_chinese_keyboard(app: Flask, outbox: Outbox) -> None:
    code_id = sign_up()
    digits = code_in(outbox()[-1])
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in digits)
    with transaction():
        assert services.try_code([code_id], f" {wide[:3]} {wide[3:]}") is not None


def test_only_digests_are_stored(app: Flask, outbox: Outbox) -> None:
    code_id = sign_up()
    row = db.session.get_one(OneTimeCode, code_id)
    assert code_in(outbox()[-1]) not in row.code_hash
    assert row.link_hash == digest(link_in(outbox()[-1]))


def test_unknown_address_gets_a_letter_and_the_same_answer(app: Flask, make: Make, outbox: Outbox) -> None:
    make.member(email="alice@example.com")
    ids = []
    for email in ("alice@example.com", "nobody@example.com"):
        with transaction():
            ids.append(services.send_sign_in_code(email, language="en", address=HERE))
    rows = [db.session.get_one(OneTimeCode, code_id) for code_id in ids]
    assert {row.purpose for row in rows} == {CodePurpose.SIGN_IN}
    assert [letter.kind for letter in outbox()] == ["accounts.sign_in", "accounts.no_account"]
    assert "/sign-up" in outbox()[-1].text_body
    with pytest.raises(Conflict):
        arrive(ids[1])


def test_another_mail_repeats_the_sign_up(app: Flask, outbox: Outbox) -> None:
    first = sign_up()
    with transaction():
        second = services.send_again(first, language="en", address=HERE)
    assert second != first
    assert arrive(second).joined
    with pytest.raises(Conflict), transaction():
        services.send_again("01arz3ndektsv4rrffq69g5fav", language="en", address=HERE)


@pytest.mark.parametrize(
    "name", ["  Our  HOUSE ", "Our\u200d house", "_OUR-HOUSE_", "\u041eur h\u043euse", "我\u3164们"]
)
def test_nobody_takes_the_name_of_the_house(app: Flask, make: Make, name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        sign_up(name=name)
    assert refusal.value.field == "display_name"
