"""Joining, codes, sessions, waits, roles: on both databases."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.accounts import queries, services
from portal.accounts.models import AccountSession, CodePurpose, Member, OneTimeCode, Role, Throttle
from portal.accounts.services import Kind
from portal.accounts.signals import MemberJoined, member_joined
from portal.core import clock
from portal.core.access import Permission
from portal.core.audit import entries_of
from portal.core.crypto import digest
from portal.core.db import db, transaction
from portal.core.errors import Conflict, Invalid, NotAllowed, NotFound, TooMany
from tests.make import Make

Outbox = Callable[[], list[Any]]
HERE = "192.0.2.1"


def code_in(letter: Any) -> str:
    found = re.search(r"\b\d{6}\b", letter.subject)
    assert found
    return found.group()


def link_in(letter: Any) -> str:
    found = re.search(r"/confirm/([\w-]+)", letter.text_body)
    assert found
    return found.group(1)


def sign_up(email: str = "new@example.com", name: str = "小满", **facts: Any) -> str:
    with transaction():
        return services.begin_sign_up(
            email,
            display_name=name,
            password_hash=facts.get("password_hash", "hash"),
            language="zh_CN",
            source="shop",
            address=facts.get("address", HERE),
        )


def arrive(code_id: str, **facts: Any) -> services.Arrival:
    with transaction():
        code = db.session.get_one(OneTimeCode, code_id)
        return services.arrive(code, same_browser=facts.get("same_browser", True))


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


def test_nobody_takes_the_name_of_the_house(app: Flask, make: Make) -> None:
    with pytest.raises(Invalid) as refusal:
        sign_up(name="  Our  HOUSE ")
    assert refusal.value.field == "display_name"


# ------------------------------------------------------------------ waits


def test_waits_grow_per_account(app: Flask) -> None:
    start = clock.now()

    def knock(seconds: float) -> int:
        """Seconds to wait, 0 when it was our turn."""
        with clock.travel(start + timedelta(seconds=seconds)):
            try:
                with transaction():
                    services.take_turn(Kind.PASSWORD, account="a@example.com", address=HERE)
            except TooMany as refusal:
                return refusal.retry_after
        return 0

    assert [knock(0) for _try in range(5)] == [0] * 5
    assert knock(0) == 15
    assert knock(16) == 0
    assert knock(17) == 29
    assert knock(50) == 0
    assert knock(3 * 24 * 3600) == 0
    assert knock(3 * 24 * 3600) == 0


def test_waits_hold_for_an_address_over_many_accounts(app: Flask) -> None:
    for number in range(30):
        with transaction():
            services.take_turn(Kind.PASSWORD, account=f"{number}@example.com", address="2001:db8::/64")
    with pytest.raises(TooMany), transaction():
        services.take_turn(Kind.PASSWORD, account="next@example.com", address="2001:db8::/64")
    with transaction():
        services.take_turn(Kind.PASSWORD, account="next@example.com", address="2001:db8:1::/64")


def test_success_forgives(app: Flask) -> None:
    for _try in range(5):
        with transaction():
            services.take_turn(Kind.PASSWORD, account="a@example.com", address=HERE)
    with transaction():
        services.forgive(Kind.PASSWORD, account="a@example.com", address=HERE)
    for _try in range(5):
        with transaction():
            services.take_turn(Kind.PASSWORD, account="a@example.com", address=HERE)
    assert db.session.scalar(sa.select(Throttle.failures).where(Throttle.key.like("%:address:%"))) == 9


def test_mails_to_one_address_are_spaced(app: Flask, outbox: Outbox) -> None:
    for _mail in range(3):
        sign_up()
    with pytest.raises(TooMany):
        sign_up()
    assert len(outbox()) == 3


def test_waits_do_not_name_people(app: Flask) -> None:
    sign_up("someone@example.com")
    assert not any("someone" in key for key in db.session.scalars(sa.select(Throttle.key)))


# ------------------------------------------------------------------ sessions


def test_viewer_is_read_in_one_query(app: Flask, make: Make, queries: Any) -> None:
    from portal.accounts.queries import load_viewer

    member = make.staff("manager", display_name="Wen")
    with transaction():
        services.grant_role(member, Role.HOST, by=None)
    token = make.session_token(member)
    member_id = member.id
    db.session.rollback()
    with queries() as log:
        viewer = load_viewer(token)
    assert len(log) == 1
    assert viewer is not None
    assert (viewer.id, viewer.display_name, viewer.roles) == (member_id, "Wen", {"manager", "host"})
    assert viewer.can(Permission.PUBLISH_NEWS)
    assert not viewer.can(Permission.MANAGE_STAFF)
    assert load_viewer(token + "x") is None


def test_suspended_member_is_out_at_once(app: Flask, make: Make) -> None:
    member = make.member()
    token = make.session_token(member)
    with transaction():
        member.state = "suspended"
    assert queries.load_viewer(token) is None
    with pytest.raises(NotAllowed), transaction():
        services.open_session(member.id, address=HERE, device="")


def test_sessions_are_revoked_by_their_owner_only(app: Flask, make: Make) -> None:
    alice, bob = make.member(), make.member(display_name="Bob")
    token, other = make.session_token(alice), make.session_token(alice)
    with pytest.raises(NotFound), transaction():
        services.revoke_session(bob.id, digest(token))
    with transaction():
        assert services.close_other_sessions(alice.id, keep=other) == 1
    assert queries.load_viewer(token) is None
    assert queries.load_viewer(other) is not None


def test_presence_is_noted_at_most_every_ten_minutes(app: Flask, make: Make) -> None:
    token, start = make.session_token(make.member()), clock.now()
    noted = []
    for minutes in (1, 11, 12, 22):
        with clock.travel(start + timedelta(minutes=minutes)), transaction():
            noted.append(services.note_presence(token))
    assert noted == [False, True, False, True]


def test_new_password_signs_other_devices_out(app: Flask, make: Make, outbox: Outbox) -> None:
    member = make.member(password="correct horse")
    token, other = make.session_token(member), make.session_token(member)
    with transaction():
        services.change_password(member, password_hash="new", keep_session=token)
    assert queries.load_viewer(token) is not None
    assert queries.load_viewer(other) is None
    assert outbox()[-1].kind == "accounts.password_changed"


def test_reset_uses_the_code_up(app: Flask, make: Make, outbox: Outbox) -> None:
    member = make.member(email="alice@example.com")
    token = make.session_token(member)
    with transaction():
        code_id = services.send_reset_code("alice@example.com", language="en", address=HERE)
    code = services.find_code(code_id, CodePurpose.RESET)
    assert code is not None
    with transaction():
        assert services.reset_password(code, password_hash="new") == member.id
    assert member.password_hash == "new"
    assert queries.load_viewer(token) is None
    assert services.find_code(code_id, CodePurpose.RESET) is None
    with pytest.raises(Conflict), transaction():
        services.reset_password(code, password_hash="newer")


# ------------------------------------------------------------------ staff


def test_roles_are_given_and_taken_with_a_trail(app: Flask, make: Make) -> None:
    owner, member = make.staff(Role.OWNER), make.member()
    by = queries.viewer_of(owner.id)
    with transaction():
        assert services.grant_role(member, Role.HOST, by=by)
        assert not services.grant_role(member, Role.HOST, by=by)
    assert queries.staff_who_can(Permission.REPLY_AS_BRAND) == sorted([owner.id, member.id])
    with transaction():
        assert services.revoke_role(member, Role.HOST, by=by)
        assert not services.revoke_role(member, Role.HOST, by=by)
    assert [entry.action for entry in entries_of("member", member.id)] == ["staff.revoked", "staff.granted"]
    assert queries.viewer_of(member.id).permissions == frozenset()


def test_the_last_owner_stays(app: Flask, make: Make) -> None:
    owner = make.staff(Role.OWNER)
    with pytest.raises(Conflict), transaction():
        services.revoke_role(owner, Role.OWNER, by=queries.viewer_of(owner.id))
    second = make.staff(Role.OWNER)
    with transaction():
        assert services.revoke_role(owner, Role.OWNER, by=queries.viewer_of(second.id))


def test_old_things_are_swept(app: Flask, make: Make) -> None:
    sign_up()
    fresh, idle = make.session_token(make.member()), make.session_token(make.member())
    start = clock.now()
    with transaction():
        db.session.execute(
            sa.update(AccountSession)
            .where(AccountSession.token_hash == digest(idle))
            .values(last_seen_at=start - timedelta(days=181))
        )
    with clock.travel(start + timedelta(days=2)), transaction():
        services.discard_expired()
    left = {
        model: db.session.scalar(sa.select(sa.func.count()).select_from(model))
        for model in (OneTimeCode, Throttle, AccountSession)
    }
    assert left == {OneTimeCode: 0, Throttle: 0, AccountSession: 1}
    assert queries.load_viewer(fresh) is not None
