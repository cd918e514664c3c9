"""Messages merge, are taken back, are written by mail in the reader's language."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from portal.brand import queries as brand
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.i18n import in_language
from portal.notifications import queries, services
from portal.notifications.models import Notification
from portal.notifications.speech import spoken
from tests.make import Make


def tell(
    *members: Any, kind: str = "test.quiet", group: str = "g", path: str = "/inbox", **facts: Any
) -> None:
    ids = [member.id for member in members]
    with transaction():
        services.notify(ids, kind, path=path, group=group, **{"word": "hello", **facts})


def take_back(actor_id: str) -> None:
    with transaction():
        services.retract("g", actor_id=actor_id)


def inbox_of(member: Any) -> list[Notification]:
    return queries.inbox(member.id).items


def test_a_message_reaches_everyone_but_the_one_who_acted(make: Make) -> None:
    alice, bob, charlie = make.member(), make.member(), make.member()
    tell(alice, bob, charlie, actor_id=bob.id)
    assert [len(inbox_of(member)) for member in (alice, bob, charlie)] == [1, 0, 1]


def test_messages_of_one_group_merge_while_unread(make: Make) -> None:
    alice = make.member()
    tell(alice, word="one", path="/first")
    tell(alice, word="two", path="/second")
    [message] = inbox_of(alice)
    assert (message.count, message.facts["word"], message.path) == (2, "two", "/second")
    assert queries.unread_count(alice.id) == 1


def test_the_same_person_counts_once(make: Make) -> None:
    alice = make.member()
    for name in ("Bob", "Charlie", "Bob"):
        tell(alice, actor_id=name.lower(), actor_name=name)
    [message] = inbox_of(alice)
    assert (message.count, message.facts["actor_name"]) == (2, "Bob")


def test_one_person_takes_theirs_back_and_the_others_stay(make: Make) -> None:
    alice = make.member()
    for name in ("Bob", "Charlie"):
        tell(alice, actor_id=name.lower(), actor_name=name)
    take_back("charlie")
    [message] = inbox_of(alice)
    assert (message.count, message.facts["actor_name"]) == (1, "Bob")
    take_back("nobody")
    assert len(inbox_of(alice)) == 1
    take_back("bob")
    assert not inbox_of(alice)


def test_other_groups_and_other_members_stay_apart(make: Make) -> None:
    alice, bob = make.member(), make.member()
    tell(alice, bob, group="a")
    tell(alice, group="b")
    assert [len(inbox_of(alice)), len(inbox_of(bob))] == [2, 1]


def test_after_reading_the_same_group_begins_anew(make: Make) -> None:
    from portal.accounts.queries import viewer_of

    alice = make.member()
    tell(alice)
    with transaction():
        services.mark_all_read(by=viewer_of(alice.id))
    tell(alice)
    assert [message.count for message in inbox_of(alice)] == [1, 1]
    assert queries.unread_count(alice.id) == 1


def test_marking_read_twice_keeps_the_first_moment(make: Make) -> None:
    from portal.accounts.queries import viewer_of

    message = make.notification()
    me = viewer_of(message.member_id)
    first = clock.now()
    for moment in (first, first + timedelta(hours=1)):
        with clock.travel(moment), transaction():
            services.mark_read(message, by=me)
    assert db.session.get_one(Notification, message.id).read_at == first


def test_nobody_marks_the_message_of_somebody_else(make: Make) -> None:
    from portal.accounts.queries import viewer_of

    message, stranger = make.notification(), make.member()
    with transaction():
        services.mark_read(message, by=viewer_of(stranger.id))
    assert db.session.get_one(Notification, message.id).read_at is None


def test_an_unknown_kind_is_refused(make: Make) -> None:
    with pytest.raises(LookupError, match=r"test\.nowhere"):
        tell(make.member(), kind="test.nowhere")


def test_nobody_to_tell_is_no_fault() -> None:
    tell()


def test_retracting_takes_back_what_was_not_read(make: Make) -> None:
    from portal.accounts.queries import viewer_of

    alice, bob = make.member(), make.member()
    tell(alice, bob)
    with transaction():
        services.mark_all_read(by=viewer_of(bob.id))
    with transaction():
        services.retract("g")
    assert [len(inbox_of(alice)), len(inbox_of(bob))] == [0, 1]


def test_a_rolled_back_message_never_was(make: Make, outbox: Any) -> None:
    alice_id = make.member().id

    def tell_and_fail() -> None:
        with transaction():
            services.notify([alice_id], "test.mailed", path="/inbox", group="g", word="x")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        tell_and_fail()
    assert not queries.inbox(alice_id).items
    assert not outbox()


def test_a_mailed_kind_writes_in_the_members_language(make: Make, outbox: Any) -> None:
    alice, bob = make.member(language="en"), make.member(language="zh_CN")
    tell(alice, bob, kind="test.mailed", path="/stories/1")
    letters = {letter.member_id: letter for letter in outbox()}
    with in_language("zh_CN"):
        chinese = spoken(inbox_of(bob)[0])
    assert letters[alice.id].subject == "Inbox: hello × 1"
    assert letters[bob.id].subject == chinese.text
    assert chinese.reason[1:] in letters[bob.id].text_body
    assert "http://portal.test/stories/1" in letters[alice.id].text_body


def test_merged_messages_write_one_mail(make: Make, outbox: Any) -> None:
    alice = make.member()
    tell(alice, kind="test.mailed")
    tell(alice, kind="test.mailed")
    assert len(outbox()) == 1


def test_no_mail_to_an_address_nobody_confirmed(make: Make, outbox: Any) -> None:
    tell(make.member(email_verified_at=None), kind="test.mailed")
    assert not outbox()


def test_a_letter_that_waits_is_taken_back_with_its_message(make: Make, outbox: Any) -> None:
    alice = make.member()
    with transaction():
        services.notify(
            [alice.id],
            "test.mailed",
            path="/inbox",
            group="g",
            word="x",
            mail_after=clock.now() + timedelta(minutes=10),
        )
    assert len(outbox()) == 1
    with transaction():
        services.retract("g")
    assert not outbox()


def test_many_members_are_told_in_few_statements(make: Make, queries: Any) -> None:
    ids = [make.member().id for _number in range(30)]
    brand.current()
    with queries() as one, transaction():
        services.notify(ids[:1], "test.quiet", path="/inbox", group="a", word="x")
    with queries() as many, transaction():
        services.notify(ids, "test.quiet", path="/inbox", group="b", word="x")
    assert len(one) == len(many) == 2


def test_the_inbox_pages_without_gaps(make: Make) -> None:
    alice, start = make.member(), clock.now()
    made = [make.notification(alice, updated_at=start - timedelta(minutes=age)) for age in range(7)]
    seen, cursor = [], None
    while True:
        page = queries.inbox(alice.id, cursor=cursor, limit=3)
        seen += [message.id for message in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == [message.id for message in made]


def test_the_bell_counts_to_a_hundred_and_no_further(make: Make) -> None:
    alice = make.member()
    for _number in range(103):
        make.notification(alice)
    assert queries.unread_count(alice.id) == queries.MOST_COUNTED


@pytest.mark.parametrize(("kind", "facts"), [("gone.kind", {}), ("test.quiet", {"other": 1})])
def test_a_message_that_lost_its_words_still_opens(make: Make, kind: str, facts: dict[str, Any]) -> None:
    message = spoken(make.notification(kind=kind, facts=facts))
    assert message.text == "Something happened here."


def test_the_database_refuses_a_second_open_message_of_a_group(make: Make) -> None:
    alice = make.member()
    make.notification(alice, group_key="same")
    with pytest.raises(IntegrityError):
        make.notification(alice, group_key="same")
