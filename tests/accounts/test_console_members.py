"""Members, for staff: finding them, their page, notes, who looks after them, and the list to take along."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.accounts.models import Member, MemberState, StaffNote
from portal.accounts.queries import viewer_of
from portal.accounts.queries.desk import MemberFilter, find_members, members_to_take_along
from portal.accounts.roles import permissions_of
from portal.accounts.services import desk as services
from portal.core import clock
from portal.core.access import Permission
from portal.core.audit import AuditEntry, entries_of
from portal.core.db import db, is_sqlite, transaction
from portal.core.errors import Conflict, Invalid
from portal.core.mail.models import Letter
from portal.core.timeline import timeline_of
from tests.answers import BOTH, text_of
from tests.make import Make

HOME = "/console/members"
PHONE = "+8613800138000"


def found(words: str = "", *, contacts: bool = False, **wanted: Any) -> list[str]:
    page = find_members(MemberFilter(words=words, **wanted), contacts=contacts, cursor=None)
    return [row.member.display_name for row in page.items]


@pytest.fixture
def people(make: Make) -> dict[str, Member]:
    """The newest first: Cleo, Bob, 小燕."""
    now = clock.now()
    return {
        "yan": make.member(
            display_name="小燕", region="杭州", email="yan@home.example", joined_at=now - timedelta(days=40)
        ),
        "bob": make.member(
            display_name="Bob_1", email="robert@mail.example", phone=PHONE, joined_at=now - timedelta(days=20)
        ),
        "cleo": make.member(display_name="Cleo Émile", join_source="parcel", joined_at=now),
    }


def test_names_numbers_and_regions_are_found_by_any_part(app: Flask, people: dict[str, Member]) -> None:
    assert found() == ["Cleo Émile", "Bob_1", "小燕"]
    assert found("小燕") == found("杭州") == found("燕") == ["小燕"]
    assert found("bob_") == ["Bob_1"]
    assert found("Émile cleo") == found("  CLEO ") == ["Cleo Émile"]
    assert found(f"#{people['bob'].number}") == found(f"No. {people['bob'].number:06d}") == ["Bob_1"]
    assert found("%") == found("小燕 Bob") == found("9" * 30) == found("🌸") == []
    assert len(found("\0")) == 3


def test_mail_and_phone_are_found_only_by_who_may_see_them(app: Flask, people: dict[str, Member]) -> None:
    for words in ("robert@mail.example", "bert@", "138001"):
        assert found(words) == []
        assert found(words, contacts=True) == ["Bob_1"]


def test_filters(app: Flask, make: Make, people: dict[str, Member]) -> None:
    host = make.staff("host", display_name="Host")
    people["bob"].looked_after_by = host.id
    people["yan"].state = "suspended"
    db.session.commit()
    today = clock.now().date()
    assert found(role="host") == ["Host"]
    assert found(state="suspended") == ["小燕"]
    assert found(source="parcel") == ["Cleo Émile"]
    assert "Bob_1" in found(source="") and "Cleo Émile" not in found(source="")
    assert found(looked_after_by=host.id) == ["Bob_1"]
    assert found(since=today - timedelta(days=30), until=today - timedelta(days=10)) == ["Bob_1"]


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"words": "nobody"},
        {"words": "12"},
        {"state": "suspended"},
        {"source": "parcel"},
        {"looked_after_by": "a" * 26},
        {"role": "host"},
        {"words": "x", "since": clock.now().date()},
    ],
)
def test_no_search_reads_the_whole_table(app: Flask, queries: Any, wanted: dict[str, Any]) -> None:
    """Each walks or searches an index; without words and with them no row outside the page is looked at."""
    with queries() as log:
        find_members(MemberFilter(**wanted), contacts=True, cursor=None)
    statement = next(text for text in log if "FROM member" in text)
    if not is_sqlite():
        db.session.execute(sa.text("SET LOCAL enable_seqscan = off"))
    plan = _plan(statement, wanted)
    assert "USE TEMP B-TREE FOR ORDER BY" not in plan or "role" in wanted, plan
    if is_sqlite():
        walks = [line for line in plan.splitlines() if "SCAN member" in line or "SEARCH member" in line]
        assert walks and all("INDEX" in line for line in walks), plan
    else:
        assert "Seq Scan on member" not in plan, plan


def _plan(statement: str, wanted: dict[str, Any]) -> str:
    """How the database would answer the statement that was just put to it, whatever its values."""
    from portal.accounts.queries import desk

    conditions = desk._conditions(MemberFilter(**wanted), True)
    query = sa.select(*desk._NEWEST).where(*conditions).order_by(*[c.desc() for c in desk._NEWEST]).limit(25)
    compiled = query.compile(db.session.get_bind(), compile_kwargs={"literal_binds": True})
    prefix = "EXPLAIN QUERY PLAN " if is_sqlite() else "EXPLAIN "
    rows = db.session.execute(sa.text(prefix + str(compiled).replace(":", "\\:")))
    return "\n".join(str(row[-1]) for row in rows)


def test_notes_are_kept_once_and_audited_without_their_words(app: Flask, make: Make) -> None:
    member, host, other = make.member(), make.staff("host"), make.staff("manager")
    by = viewer_of(host.id)
    with transaction():
        first = services.add_note(member, by=by, body=" Likes green. ")
        again = services.add_note(member, by=by, body="Likes green.")
        assert first.id == again.id
    for wrong in (" ", "x" * 2001):
        with pytest.raises(Invalid), transaction():
            services.add_note(member, by=by, body=wrong)
    with pytest.raises(Exception, match="colleague"), transaction():
        services.delete_note(first, by=viewer_of(other.id))
    with transaction():
        assert services.delete_note(db.session.get_one(StaffNote, first.id), by=by)
    trail = entries_of("member", member.id)
    assert [entry.action for entry in trail] == ["member.note_deleted", "member.note_added"]
    assert "green" not in str([entry.facts for entry in trail])


def test_the_erased_get_no_notes(app: Flask, make: Make) -> None:
    gone = make.member()
    gone.state, gone.email, gone.erased_at = "erased", None, clock.now()
    db.session.commit()
    with pytest.raises(Conflict), transaction():
        services.add_note(gone, by=viewer_of(make.staff("host").id), body="too late")


def test_whoever_is_chosen_to_look_after_somebody_is_told(app: Flask, make: Make) -> None:
    member, host, owner = make.member(), make.staff("host"), make.staff("owner")
    with transaction():
        assert services.look_after(member, host.id, by=viewer_of(owner.id))
        assert not services.look_after(member, host.id, by=viewer_of(owner.id))
    for nobody in (member.id, "x" * 26):
        with pytest.raises(Invalid), transaction():
            services.look_after(member, nobody, by=viewer_of(owner.id))
    rows = db.session.execute(sa.text("SELECT member_id, kind, path FROM notification")).all()
    assert [(row[0], row[1], row[2]) for row in rows] == [
        (host.id, "staff.looked_after", f"{HOME}/{member.id}")
    ]


def test_the_whole_list_is_read_in_helpings(app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.accounts.queries.desk.AT_ONCE", 3)
    with transaction():
        for number in range(8):
            make.member(display_name=f"Guest {number}")
    names = [member.display_name for member in members_to_take_along(MemberFilter(words="Guest"))]
    assert sorted(names) == [f"Guest {number}" for number in range(8)]


def test_a_life_is_told_page_by_page_without_a_gap(app: Flask, make: Make) -> None:
    member = make.member(joined_at=clock.now() - timedelta(days=9))
    host = viewer_of(make.staff("host").id)
    start = clock.now() - timedelta(days=5)
    for minute in (0, 0, 0, 1, 2, 2, 3):  # several at one instant
        story = make.story(author=member, published_at=start + timedelta(minutes=minute))
        make.comment(story=story, author=member, created_at=start + timedelta(minutes=minute))
    with transaction():
        services.look_after(member, host.id, by=host)
    whole = [(entry.at, entry.text) for entry in timeline_of(member.id, by=host, limit=500).entries]
    walked, before = [], None
    while True:
        told = timeline_of(member.id, before, by=host, limit=3)
        walked += [(entry.at, entry.text) for entry in told.entries]
        before = told.next_before
        if before is None:
            break
    assert sorted(walked) == sorted(whole)
    assert len(whole) >= 16
    assert [at for at, _text in walked] == sorted((at for at, _text in whole), reverse=True)


# ------------------------------------------------------------------ pages


@pytest.mark.one_database
def test_mail_and_phone_never_reach_the_page_of_who_may_not_see_them(
    as_staff: Any, people: dict[str, Member]
) -> None:
    bob = people["bob"]
    for role in ("moderator", "host", "manager", "analyst", "owner"):
        browser = as_staff(role)
        pages = [browser.get(path).text for path in (HOME, f"{HOME}/{bob.id}", f"{HOME}/{bob.id}/timeline")]
        shown = "robert@mail.example" in pages[1] and PHONE in pages[1]
        assert shown == (Permission.VIEW_CONTACTS in permissions_of([role])), role
        if not shown:
            assert not any("robert@" in text or PHONE[4:] in text for text in pages)
            assert browser.post(f"{HOME}/list.csv").status_code == 403
            assert "Bob_1" not in browser.get(f"{HOME}?q=robert").text


@pytest.mark.one_database
def test_seeing_contacts_is_written_down_once_a_day(as_staff: Any, people: dict[str, Member]) -> None:
    def lines() -> int:
        return sum(entry.action == services.CONTACTS_SEEN for entry in entries_of("member", people["bob"].id))

    manager, host, path = as_staff("manager"), as_staff("host"), f"{HOME}/{people['bob'].id}"
    host.get(path)
    assert lines() == 0
    manager.get(path)
    manager.get(path)
    assert lines() == 1
    with clock.travel(clock.now() + timedelta(days=1)):
        manager.get(path)
    assert lines() == 2


@pytest.mark.one_database
def test_the_list_is_searched_with_and_without_script(as_staff: Any, people: dict[str, Member]) -> None:
    browser = as_staff("host")
    assert "小燕" in browser.get(HOME).text
    for htmx in (False, True):
        text = text_of(browser.get(f"{HOME}?q=Bob", htmx=htmx))
        assert "Bob_1" in text and "小燕" not in text
        assert ("<html" in text) is not htmx
    assert "Nobody matches" in browser.get(f"{HOME}?q=nothing").text
    for rubbish in ("since=never&role=king&state=x&mine=9", "after=xx", "q=%F0%9F%8C%B8" * 50, "source=-"):
        assert browser.get(f"{HOME}?{rubbish}").status_code == 200


@pytest.mark.one_database
def test_the_list_goes_along_as_a_table(as_staff: Any, make: Make, people: dict[str, Member]) -> None:
    make.member(display_name='=HYPERLINK("x")')
    browser = as_staff("manager")
    answer = browser.post(f"{HOME}/list.csv", data={"q": "b"})
    assert answer.mimetype == "text/csv" and "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0][1] == "Name"
    assert ["Bob_1", "robert@mail.example", f"'{PHONE}"] in [[row[1], row[3], row[5]] for row in rows]
    everyone = browser.post(f"{HOME}/list.csv").data.decode("utf-8-sig")
    assert "'=HYPERLINK" in everyone
    taken = [
        e.facts
        for e in db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "members.exported"))
    ]
    assert taken == [{"searched": True}, {}], "words may be somebody's address, and the trail stays"


@pytest.mark.one_database
@BOTH
def test_notes_are_written_and_taken_away(as_staff: Any, make: Make, htmx: bool) -> None:
    member, browser = make.member(), as_staff("host")
    path = f"{HOME}/{member.id}"
    answer = browser.post(f"{path}/notes", data={"body": "喜欢绿色 🌿"}, htmx=htmx)
    assert answer.status_code == (200 if htmx else 303)
    assert "喜欢绿色 🌿" in browser.get(path).text
    assert browser.post(f"{path}/notes", data={"body": " "}, htmx=htmx).status_code == 422
    note_id = db.session.scalars(sa.select(StaffNote.id)).one()
    assert as_staff("owner").post(f"{path}/notes/{note_id}/delete", htmx=htmx).status_code == 403
    assert browser.post(f"{HOME}/{make.member().id}/notes/{note_id}/delete", htmx=htmx).status_code == 404
    gone = browser.post(f"{path}/notes/{note_id}/delete", htmx=htmx)
    assert gone.status_code == (200 if htmx else 303)
    assert browser.post(f"{path}/notes/{note_id}/delete", htmx=htmx).status_code == 404
    assert "喜欢绿色" not in browser.get(path).text


@pytest.mark.one_database
@BOTH
def test_somebody_is_chosen_to_look_after_a_member(as_staff: Any, make: Make, htmx: bool) -> None:
    member, host, browser = make.member(), make.staff("host", display_name="Hanna"), as_staff("moderator")
    path = f"{HOME}/{member.id}/looked-after"
    assert browser.post(path, data={"staff": host.id}, htmx=htmx).status_code == (200 if htmx else 303)
    assert 'selected value="' + host.id in browser.get(f"{HOME}/{member.id}").text
    assert browser.post(path, data={"staff": member.id}, htmx=htmx).status_code == 422
    assert browser.post(path, data={}, htmx=htmx).status_code == (200 if htmx else 303)
    assert db.session.get_one(Member, member.id).looked_after_by is None


@pytest.mark.one_database
def test_who_may_see_members(client: Any, as_member: Any, make: Make) -> None:
    member = make.member()
    for path in (HOME, f"{HOME}/{member.id}", f"{HOME}/{member.id}/timeline"):
        assert client.get(path).location.startswith("/sign-in")
        assert as_member(member).get(path).status_code == 404
    assert client.post(f"{HOME}/{member.id}/notes").status_code == 404


@pytest.mark.one_database
@pytest.mark.parametrize("htmx", [False, True])
def test_the_timeline_is_a_page_and_a_piece(as_staff: Any, make: Make, htmx: bool) -> None:
    member = make.member()
    make.story(author=member, body="一个冬天的故事")
    text = text_of(as_staff("analyst").get(f"{HOME}/{member.id}/timeline", htmx=htmx))
    assert "一个冬天的故事" in text and "Joined" in text
    assert as_staff("host").get(f"{HOME}/{member.id}/timeline?before=never", htmx=htmx).status_code == 200


@BOTH
@pytest.mark.one_database
def test_who_cannot_sign_in_is_erased_on_request(as_staff: Any, make: Make, htmx: bool) -> None:
    """They are suspended, so they wrote a letter; the way back needs no sign-in."""
    gone = make.member(state=MemberState.SUSPENDED)
    path, manager = f"/console/members/{gone.id}", as_staff("manager")
    assert manager.post(f"{path}/erase", data={"way": "pigeon"}, htmx=htmx).status_code == 422
    assert manager.post(f"{path}/erase", data={"way": "letter"}, htmx=htmx).status_code == (
        200 if htmx else 303
    )
    first = db.session.get_one(Member, gone.id).erase_after
    assert first is not None
    assert manager.post(f"{path}/erase", data={"way": "phone"}, htmx=htmx).status_code < 400
    assert db.session.get_one(Member, gone.id).erase_after == first
    letter = db.session.scalars(sa.select(Letter).where(Letter.kind == "accounts.leaving")).one()
    assert "/keep/" in letter.text_body


@pytest.mark.one_database
def test_colleagues_and_strangers_are_not_erased_on_request(as_staff: Any, make: Make) -> None:
    colleague, member = make.staff("host"), make.member()
    assert (
        as_staff("owner").post(f"/console/members/{colleague.id}/erase", data={"way": "mail"}).status_code
        == 403
    )
    assert (
        as_staff("host").post(f"/console/members/{member.id}/erase", data={"way": "mail"}).status_code == 403
    )
    assert as_staff("owner").post("/console/members/nobody/erase", data={"way": "mail"}).status_code == 404
    assert db.session.get_one(Member, colleague.id).erase_after is None
