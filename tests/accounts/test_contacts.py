"""A second contact: proven first, told to the old ones, taken back within a week; never anybody else's."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.accounts import rules
from portal.accounts.models import Member, OneTimeCode
from portal.accounts.services import codes
from portal.core import clock
from portal.core.db import db
from portal.core.sms.models import MessageState
from tests.accounts.conftest import Texts
from tests.accounts.letters import code_in, link_in
from tests.answers import BOTH, place, stored, text_of
from tests.client import PortalClient
from tests.factories.accounts import PASSWORD
from tests.make import Make

pytestmark = [pytest.mark.one_database, pytest.mark.usefixtures("texts")]

Outbox = Callable[[], list[Any]]
SignedIn = Callable[..., PortalClient]
PHONE, TYPED = "+8613800000000", "138 0000 0000"
MAIL = "new@example.com"


def is_in(client: PortalClient) -> bool:
    return client.get("/me").status_code == 200


def add(client: PortalClient, way: str, typed: str, code: Callable[[], str], *, htmx: bool = False) -> None:
    asked = client.post(f"/me/security/{way}", data={"email": typed}, htmx=htmx)
    assert place(asked, htmx=htmx) == f"/me/security/{way}/code"
    assert client.get(f"/me/security/{way}/code").status_code == 200
    done = client.post(f"/me/security/{way}/code", data={"code": code()}, htmx=htmx)
    assert place(done, htmx=htmx) == "/me/security"


@BOTH
def test_add_a_number(as_member: SignedIn, make: Make, texts: Texts, outbox: Outbox, htmx: bool) -> None:
    member = make.member(email="lin@example.com")
    client = as_member(member)
    assert "138" not in text_of(client.get("/me/security"))
    add(client, "phone", TYPED, lambda: texts()[-1].words[0], htmx=htmx)
    assert (stored(member).phone, stored(member).email) == (PHONE, "lin@example.com")
    page = text_of(client.get("/me/security"))
    assert "138****0000" in page
    assert PHONE not in page
    told = outbox()[-1]
    assert (told.recipient, told.kind) == ("lin@example.com", "accounts.contact_changed")
    assert "A mobile number was added" in told.text_body


@BOTH
def test_change_the_address(as_member: SignedIn, make: Make, outbox: Outbox, htmx: bool) -> None:
    member = make.member(email="old@example.com", mail_trouble=5, mail_stopped_at=clock.now())
    add(as_member(member), "mail", MAIL, lambda: code_in(outbox()[-1]), htmx=htmx)
    member = stored(member)
    assert (member.email, member.mail_trouble, member.mail_stopped_at) == (MAIL, 0, None)
    told = outbox()[-1]
    assert (told.recipient, "The mail address was changed" in told.text_body) == ("old@example.com", True)


@BOTH
def test_remove_never_the_last(as_member: SignedIn, make: Make, texts: Texts, htmx: bool) -> None:
    member = make.member(email="lin@example.com")
    client = as_member(member)
    assert "Remove this" not in text_of(client.get("/me/security/mail"))
    assert "the only way" in text_of(client.post("/me/security/mail/remove", htmx=htmx), 409)
    add(client, "phone", TYPED, lambda: texts()[-1].words[0])
    assert client.get("/me/security/mail/remove").status_code == 200
    gone = client.post("/me/security/mail/remove", htmx=htmx)
    assert place(gone, htmx=htmx) == "/me/security"
    assert (stored(member).email, stored(member).email_verified_at) == (None, None)
    assert texts()[-1].template == "notice"
    assert "the only way" in text_of(client.post("/me/security/phone/remove", htmx=htmx), 409)
    assert (
        place(client.post("/me/security/mail/remove", htmx=htmx), htmx=htmx) == "/me/security"
    )  # back button


def test_an_unproven_address_can_be_proven_and_keeps_nobody(
    as_member: SignedIn, make: Make, outbox: Outbox
) -> None:
    member = make.member(email="lin@example.com", verified=False)
    client = as_member(member)
    assert "not confirmed yet" in text_of(client.get("/me/security"))
    add(client, "mail", "Lin@Example.com", lambda: code_in(outbox()[-1]))
    assert stored(member).email_verified_at is not None
    assert [letter.kind for letter in outbox()] == ["accounts.contact"]
    again = client.post("/me/security/mail", data={"email": "lin@example.com"})
    assert "This is yours already" in text_of(again, 422)


# ------------------------------------------------------------------ it must be the member


@BOTH
def test_a_lent_phone_cannot_take_over(as_member: SignedIn, make: Make, texts: Texts, htmx: bool) -> None:
    """Ten minutes after signing in the password is asked for."""
    member = make.member(email="lin@example.com", password=PASSWORD)
    client = as_member(member)
    with clock.travel(clock.now() + timedelta(minutes=11)):
        assert 'name="current"' in text_of(client.get("/me/security/phone"))
        for typed in ("", "wrong password"):
            data = {"email": TYPED, "current": typed}
            answer = client.post("/me/security/phone", data=data, htmx=htmx)
            assert 'id="current-error"' in text_of(answer, 422)
            assert text_of(client.post("/me/security/mail/remove", data=data, htmx=htmx), 422)
        assert texts() == []
        data = {"email": TYPED, "current": PASSWORD}
        assert place(client.post("/me/security/phone", data=data, htmx=htmx), htmx=htmx)


@BOTH
def test_without_a_password_a_fresh_sign_in(
    as_member: SignedIn, make: Make, texts: Texts, htmx: bool
) -> None:
    client = as_member(make.member(email="lin@example.com"))
    with clock.travel(clock.now() + timedelta(minutes=11)):
        assert "sign in once more" in text_of(client.get("/me/security/phone"))
        assert text_of(client.post("/me/security/phone", data={"email": TYPED}, htmx=htmx), 422)
        assert texts() == []
        led = place(client.post("/me/security/again", data={"way": "phone"}, htmx=htmx), htmx=htmx)
        assert led == "/sign-in?next=/me/security/phone"
        assert not is_in(client)
    assert as_member().post("/me/security/again", data={"way": "nowhere"}, htmx=htmx).status_code == 404


def test_guessing_the_code_ends_it(as_member: SignedIn, make: Make, texts: Texts) -> None:
    member = make.member()
    client = as_member(member)
    client.post("/me/security/phone", data={"email": TYPED})
    code = texts()[-1].words[0]
    for _try in range(5):
        assert (
            client.post("/me/security/phone/code", data={"code": f"{(int(code) + 7) % 10**6:06}"}).status_code
            == 422
        )
    assert client.post("/me/security/phone/code", data={"code": code}).status_code == 422
    assert stored(member).phone is None


def test_somebody_elses_code_and_the_wrong_page(
    app: Flask, as_member: SignedIn, make: Make, texts: Texts
) -> None:
    alice, bob = make.member(), make.member()
    client = as_member(alice)
    assert place(client.get("/me/security/phone/code"), htmx=False) == "/me/security/phone"
    assert place(client.post("/me/security/mail/code", data={"code": "1"}), htmx=False) == "/me/security/mail"
    client.post("/me/security/phone", data={"email": TYPED})
    with client.session_transaction() as session:
        asked = session["new_contact"]
    other = as_member(bob)
    with other.session_transaction() as session:
        session["new_contact"] = asked
    assert other.post("/me/security/phone/code", data={"code": texts()[-1].words[0]}).status_code == 409
    assert (stored(alice).phone, stored(bob).phone) == (None, None)
    assert client.get("/me/security/fax").status_code == 404


# ------------------------------------------------------------------ somebody else's contact


@BOTH
def test_a_taken_contact_looks_like_a_free_one(
    as_member: SignedIn, make: Make, texts: Texts, outbox: Outbox, htmx: bool
) -> None:
    make.member(email=PHONE)
    owner = make.member(email="owner@example.com")
    seen = {}
    for way, typed in (
        ("phone", TYPED),
        ("phone", "13900000001"),
        ("mail", "owner@example.com"),
        ("mail", MAIL),
    ):
        client = as_member()
        asked = client.post(f"/me/security/{way}", data={"email": typed}, htmx=htmx)
        page = client.get(f"/me/security/{way}/code").get_data(as_text=True)
        shown = rules.readable(rules.normalised_contact(typed, countries=("CN",)))
        wrong = client.post(f"/me/security/{way}/code", data={"code": "1"}, htmx=htmx)
        text = "".join(part.replace(shown, "…") for part in (page, wrong.get_data(as_text=True)))
        seen[typed] = (asked.status_code, dict(asked.headers).keys(), wrong.status_code, without_tokens(text))
    assert seen[TYPED] == seen["13900000001"]
    assert seen["owner@example.com"] == seen[MAIL]
    taken, free = texts()
    assert (taken.template, free.template) == ("notice", "code")
    assert "Somebody wanted to add" in taken.shown
    assert [letter.kind for letter in outbox()] == ["accounts.contact_wanted", "accounts.contact"]
    assert "code" not in outbox()[0].subject
    assert stored(owner).email == "owner@example.com"


def without_tokens(text: str) -> str:
    text = re.sub(r"person\d+|No\. \d+|\d{4}", "", text)
    return re.sub(r'(csrf_token" value|csrf-token" content)="[^"]*"', "", text)


def test_taken_meanwhile(as_member: SignedIn, make: Make, texts: Texts) -> None:
    first, second = make.member(), make.member()
    one, two = as_member(first), as_member(second)
    one.post("/me/security/phone", data={"email": TYPED})
    one_code = texts()[-1].words[0]
    two.post("/me/security/phone", data={"email": TYPED})
    two_code = texts()[-1].words[0]
    assert one.post("/me/security/phone/code", data={"code": one_code}).status_code == 303
    late = two.post("/me/security/phone/code", data={"code": two_code})
    assert "belongs to another account" in text_of(late, 409)
    assert (stored(first).phone, stored(second).phone) == (PHONE, None)
    assert (
        one.post("/me/security/phone/code", data={"code": one_code}).status_code == 303
    )  # double send: led back


# ------------------------------------------------------------------ that was not me


def rob(client: PortalClient, outbox: Outbox) -> str:
    """Somebody at the member's keys changes the address; what the old one is told."""
    add(client, "mail", "thief@example.com", lambda: code_in(outbox()[-1]))
    return f"/confirm/{link_in(outbox()[-1])}"


def test_the_link_takes_it_back(app: Flask, as_member: SignedIn, make: Make, outbox: Outbox) -> None:
    member = make.member(email="lin@example.com", password=PASSWORD)
    thief = as_member(member)
    link, owner = rob(thief, outbox), PortalClient(app)
    for _look in range(2):
        assert "That was not me" in text_of(owner.get(link))
    assert stored(member).email == "thief@example.com"
    assert place(owner.post(link), htmx=False) == "/me/security"
    member = stored(member)
    assert (member.email, member.password_hash) == ("lin@example.com", None)
    assert is_in(owner)
    assert not is_in(thief)
    assert owner.get(link).status_code == 404


def test_a_thief_cannot_take_the_taking_back_back(
    app: Flask, as_member: SignedIn, make: Make, outbox: Outbox, texts: Texts
) -> None:
    """Every way out that the thief made for themselves is closed: their own link, and a number half added."""
    member = make.member(email="lin@example.com", password=PASSWORD)
    thief = as_member(member)
    link = rob(thief, outbox)
    add(thief, "mail", "second@example.com", lambda: code_in(outbox()[-1]))
    own_link = f"/confirm/{link_in(outbox()[-1])}"
    thief.post("/me/security/phone", data={"email": TYPED})
    assert PortalClient(app).post(own_link).status_code == 303  # the thief is quicker …
    assert stored(member).email == "thief@example.com"
    assert PortalClient(app).post(link).status_code == 303  # … and it helps nothing
    assert stored(member).email == "lin@example.com"
    open_codes = sa.select(OneTimeCode).where(OneTimeCode.used_at.is_(None))
    assert list(db.session.scalars(open_codes)) == []


def test_it_can_be_taken_back_for_a_week(app: Flask, as_member: SignedIn, make: Make, outbox: Outbox) -> None:
    member = make.member(email="lin@example.com")
    link = rob(as_member(member), outbox)
    with clock.travel(clock.now() + timedelta(days=6, hours=23)):
        assert PortalClient(app).get(link).status_code == 200
    with clock.travel(clock.now() + timedelta(days=7, minutes=1)):
        assert PortalClient(app).post(link).status_code == 404


def test_not_when_the_old_one_got_another_owner(
    app: Flask, as_member: SignedIn, make: Make, outbox: Outbox
) -> None:
    member = make.member(email="lin@example.com")
    link = rob(as_member(member), outbox)
    make.member(email="lin@example.com")
    assert "belongs to another account" in text_of(PortalClient(app).post(link), 409)
    assert stored(member).email == "thief@example.com"


@BOTH
def test_the_old_number_takes_it_back(
    app: Flask, as_member: SignedIn, make: Make, texts: Texts, htmx: bool
) -> None:
    member = make.member(email=PHONE)
    thief = as_member(member)
    add(thief, "phone", "13900000001", lambda: texts()[-1].words[0])
    assert (texts()[-1].recipient, texts()[-1].template) == (PHONE, "notice")
    owner = PortalClient(app)
    for page in (owner.get("/sign-in"), owner.get("/not-me")):
        assert "Was your number or address changed without you?" in text_of(page)
    asked = owner.post("/not-me", data={"email": TYPED}, htmx=htmx)
    assert place(asked, htmx=htmx) == "/check-mail"
    typed = owner.post("/check-mail", data={"code": texts()[-1].words[0]}, htmx=htmx)
    assert place(typed, htmx=htmx) == "/me/security"
    assert stored(member).phone == PHONE
    assert is_in(owner)
    assert not is_in(thief)


@BOTH
def test_the_old_number_asks_for_another_code(
    app: Flask, as_member: SignedIn, make: Make, texts: Texts, htmx: bool
) -> None:
    """The second code takes the change back as the first does; after that none is sent any more."""
    member = make.member(email=PHONE)
    add(as_member(member), "phone", "13900000001", lambda: texts()[-1].words[0])
    owner, late = PortalClient(app), PortalClient(app)
    for browser in (owner, late):
        browser.post("/not-me", data={"email": TYPED}, htmx=htmx)
    with clock.travel(clock.now() + timedelta(minutes=2)):
        assert place(owner.post("/check-mail/again", htmx=htmx), htmx=htmx) == "/check-mail"
    code = texts()[-1].words[0]
    assert place(owner.post("/check-mail", data={"code": code}, htmx=htmx), htmx=htmx) == "/me/security"
    assert stored(member).phone == PHONE
    with clock.travel(clock.now() + timedelta(hours=1)):
        late.post("/check-mail/again", htmx=htmx)
    assert (texts()[-1].template, texts()[-1].state) == ("code", MessageState.FAILED)


def test_a_thief_cannot_use_up_the_codes_of_the_owner(
    app: Flask, as_member: SignedIn, make: Make, texts: Texts, outbox: Outbox
) -> None:
    """Each change is a notice to the number, and no notice is one of the codes that it may get in a day."""
    member = make.member(email=PHONE)
    thief = as_member(member)
    for number in range(codes.MOST_TEXTS // 2):
        with clock.travel(clock.now() + timedelta(minutes=number)):
            add(thief, "mail", f"thief{number}@example.com", lambda: code_in(outbox()[-1]))
            thief.post("/me/security/mail/remove")
    assert [text.template for text in texts()] == ["notice"] * codes.MOST_TEXTS
    owner = PortalClient(app)
    assert place(owner.post("/not-me", data={"email": TYPED}), htmx=False) == "/check-mail"
    assert texts()[-1].template == "code"


def test_a_letter_with_a_code_has_no_link_that_works(app: Flask, as_member: SignedIn, make: Make) -> None:
    """The address is proven where the member is signed in, nowhere else."""
    as_member(make.member()).post("/me/security/mail", data={"email": MAIL})
    row = db.session.scalars(sa.select(OneTimeCode)).one()
    assert row.facts.keys() == {"member_id"}
    assert db.session.scalar(sa.select(sa.func.count()).where(Member.email == MAIL)) == 0
