"""Staff look at names: the same name once, what sounds alike is said, nobody overtakes a colleague."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
import sqlalchemy as sa

from portal.accounts.queries import viewer_of
from portal.catalog.models import Product
from portal.contests.models import Contest, Entry, EntryState
from portal.contests.moderated import ENTRY
from portal.contests.queries.names import names_on_ballot
from portal.contests.queries.results import sharers_of
from portal.contests.queries.studio import entries_in
from portal.contests.services import screening, submitting
from portal.core import clock
from portal.core.db import db, new_id, transaction
from portal.core.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.moderation.rules import digest_of
from portal.notifications.models import Notification
from tests.contests.lives import act, fresh, manager, seen
from tests.make import Make


@pytest.fixture
def contest(make: Make) -> Any:
    return make.contest("screening")


def waiting(make: Make, contest: Contest, *words: str) -> list[Entry]:
    return [make.entry(contest, words=said, state="waiting") for said in words]


def told(member_id: str) -> list[str]:
    return list(db.session.scalars(sa.select(Notification.kind).where(Notification.member_id == member_id)))


def test_the_same_name_is_decided_once_for_all_who_gave_it(make: Make, contest: Contest) -> None:
    one, two, three, other = waiting(make, contest, "云朵", "云 朵", "雲朵", "晚霞")
    cards = entries_in(contest, EntryState.WAITING, cursor=None).items
    assert [card.entry.id for card in cards] == [one.id, other.id]
    assert [same.id for same in cards[0].same] == [two.id, three.id]
    assert act(screening.approve, contest, one.id, seen=seen(one), by=manager(make)) == 3
    assert {fresh(row).state for row in (one, two, three)} == {EntryState.STANDING}
    assert fresh(other).state is EntryState.WAITING
    assert "contests.approved" in told(two.member_id)


def test_five_spellings_are_one_name_for_staff_voters_and_the_count(make: Make, contest: Contest) -> None:
    """Blanks, traditional characters, full width and another case make no other name."""
    spelled = waiting(make, contest, "Cloud云朵", "Cloud 云 朵", "Cloud雲朵", "Ｃｌｏｕｄ云朵", "CLOUD云朵")
    [card] = entries_in(contest, EntryState.WAITING, cursor=None).items
    assert [card.entry.id, *(same.id for same in card.same)] == [one.id for one in spelled]
    assert act(screening.approve, contest, spelled[0].id, seen=seen(spelled[0]), by=manager(make)) == 5
    assert [name.words for name in names_on_ballot(contest.id)] == ["Cloud云朵"]
    assert [one.id for one in sharers_of(fresh(spelled[0]))] == [one.id for one in spelled]


def test_what_sounds_alike_and_what_is_watched_is_said(make: Make, contest: Contest) -> None:
    make.product(name_zh="晚夏")
    waiting(make, contest, "晚霞", "挽霞", "国家级")
    cards = {card.entry.words: card for card in entries_in(contest, EntryState.WAITING, cursor=None).items}
    assert cards["晚霞"].sounds_like == ["挽霞", "晚夏"] or cards["晚霞"].sounds_like == ["晚夏", "挽霞"]
    assert cards["国家级"].watched == ["国家级"] and not cards["国家级"].sounds_like


def test_no_product_is_too_far_down_to_be_heard(make: Make, contest: Contest) -> None:
    one = make.product()
    facts = {column.key: getattr(one, column.key) for column in Product.__table__.columns}
    many = [facts | {"id": new_id(), "slug": f"bag-{number}"} for number in range(600)]
    with transaction():
        db.session.execute(sa.insert(Product), many)
    make.product(name_zh="晚夏")
    waiting(make, contest, "晚霞")
    [card] = entries_in(contest, EntryState.WAITING, cursor=None).items
    assert card.sounds_like == ["晚夏"]


def test_a_refusal_needs_a_reason_and_tells_it(make: Make, contest: Contest) -> None:
    [entry] = waiting(make, contest, "晚霞")
    by = manager(make)
    with pytest.raises(Invalid) as refusal:
        act(screening.refuse, contest, entry.id, "  ", seen=seen(entry), by=by)
    assert refusal.value.field == "reason"
    act(screening.refuse, contest, entry.id, "Somebody’s trademark.", seen=seen(entry), by=by)
    assert (fresh(entry).state, fresh(entry).reason) == (EntryState.REFUSED, "Somebody’s trademark.")
    assert told(entry.member_id) == ["contests.refused"]


def test_undo_brings_it_back_as_it_was(make: Make, contest: Contest) -> None:
    one, two = waiting(make, contest, "云朵", "雲朵")
    by = manager(make)
    act(screening.refuse, contest, one.id, "No.", seen=seen(one), by=by)
    assert act(screening.undo, contest, two.id, by=by) == 2
    assert (fresh(one).state, fresh(one).reason, fresh(one).screened_at) == (EntryState.WAITING, "", None)
    assert told(one.member_id) == [], "an unread message about it is gone"
    assert act(screening.undo, contest, one.id, by=by) == 0


def test_a_colleague_was_faster(make: Make, contest: Contest) -> None:
    [entry] = waiting(make, contest, "晚霞")
    shown = seen(entry)
    act(screening.approve, contest, entry.id, seen=shown, by=manager(make))
    with pytest.raises(Conflict):
        act(screening.refuse, contest, entry.id, "No.", seen=shown, by=manager(make))


def test_what_nobody_read_is_not_approved(make: Make) -> None:
    """Whoever changes their words below an open card, or joins it with words of their own, is read first."""
    contest = make.contest()
    member, other = make.voter(contest), make.voter(contest)
    mine = act(submitting.submit, contest, "云朵", "轻", by=viewer_of(member.id))
    by, shown = manager(make), seen(mine)
    act(submitting.submit, contest, "云!朵!", "你们都是笨蛋", by=viewer_of(member.id))
    with pytest.raises(Conflict):
        act(screening.approve, contest, mine.id, seen=shown, by=by)
    shown = seen(fresh(mine))
    theirs = act(submitting.submit, contest, "雲朵", "你们都是笨蛋", by=viewer_of(other.id))
    with pytest.raises(Conflict):
        act(screening.approve, contest, mine.id, seen=shown, by=by)
    shown = seen(fresh(mine))
    act(submitting.withdraw, contest, theirs.id, by=viewer_of(other.id))
    act(submitting.submit, contest, "云 朵", "更难听的话", by=viewer_of(make.voter(contest).id))
    with pytest.raises(Conflict):
        act(screening.refuse, contest, mine.id, "No.", seen=shown, by=by)
    assert fresh(mine).state is EntryState.WAITING
    assert act(screening.approve, contest, mine.id, seen=seen(fresh(mine)), by=by) == 2


def test_what_sounds_like_another_stands_only_when_staff_say_so(make: Make, contest: Contest) -> None:
    make.color(make.product(), name_zh="晚夏")
    make.color(make.product(shown=False), name_zh="云多")
    alike, alone = waiting(make, contest, "晚霞", "云朵")
    by = manager(make)
    with pytest.raises(Invalid, match="晚夏") as refusal:
        act(screening.approve, contest, alike.id, seen=seen(alike), by=by)
    assert refusal.value.field == "anyway"
    assert act(screening.approve, contest, alike.id, seen=seen(fresh(alike)), by=by, anyway=True) == 1
    assert act(screening.approve, contest, alone.id, seen=seen(alone), by=by) == 1


def test_a_note_is_read_before_the_decision_and_written_after_it_too(make: Make, contest: Contest) -> None:
    [entry] = waiting(make, contest, "晚霞")
    by, shown = manager(make), seen(entry)
    act(screening.write_note, contest, entry.id, "class 18: taken", version=1, by=by)
    with pytest.raises(Conflict):
        act(screening.approve, contest, entry.id, seen=shown, by=by)
    with pytest.raises(Conflict):
        act(screening.write_note, contest, entry.id, "free", version=1, by=by)
    act(screening.approve, contest, entry.id, seen=seen(fresh(entry)), by=by)
    with clock.travel(contest.vote_from):
        act(screening.write_note, contest, entry.id, "class 18: ours", version=fresh(entry).version, by=by)
    assert (fresh(entry).note, fresh(entry).state) == ("class 18: ours", EntryState.STANDING)


def test_once_members_vote_the_ballot_stands(make: Make, contest: Contest) -> None:
    [entry] = waiting(make, contest, "晚霞")
    by = manager(make)
    with clock.travel(contest.vote_from), pytest.raises(Conflict):
        act(screening.approve, contest, entry.id, seen=seen(entry), by=by)


def test_nobody_judges_their_own_while_there_is_a_colleague(make: Make, contest: Contest) -> None:
    me, _colleague = make.staff("manager"), make.staff("owner")
    entry = make.entry(contest, me, state="waiting")
    with pytest.raises(NotAllowed):
        act(screening.approve, contest, entry.id, seen=seen(entry), by=viewer_of(me.id))
    refused = make.entry(contest, me, "晚霞", state="refused", screened_at=clock.now())
    with pytest.raises(NotAllowed):
        act(screening.undo, contest, refused.id, by=viewer_of(me.id))
    assert fresh(refused).state is EntryState.REFUSED


def test_names_of_another_contest_are_not_here(make: Make, contest: Contest) -> None:
    [entry] = waiting(make, make.contest("screening"), "晚霞")
    with pytest.raises(NotFound):
        act(screening.approve, contest, entry.id, seen=seen(entry), by=manager(make))


def test_moderators_take_a_name_off_the_ballot_and_put_it_back(make: Make) -> None:
    contest = make.contest("voting")
    entry = make.entry(contest, words="云朵")
    shared = make.entry(contest, words="雲 朵", submitted_at=clock.now())
    refused = make.entry(contest, words="云·朵", state="refused", submitted_at=clock.now())
    other = make.entry(contest, words="晚霞")
    view = ENTRY.describe([entry.id])[entry.id]
    assert view.public and view.body == entry.words and view.author_id == entry.member_id
    act(ENTRY.hold, entry.id)
    act(ENTRY.hide, entry.id, "unkind")
    assert ENTRY.state_of(entry.id) == "refused" and not ENTRY.describe([entry.id])[entry.id].public
    assert [name.id for name in names_on_ballot(contest.id)] == [other.id], "nor does the next one's stand"
    act(ENTRY.hold, shared.id)
    act(ENTRY.restore, shared.id, "refused")
    act(ENTRY.restore, entry.id, "standing")
    for back in (entry, shared):
        assert (fresh(back).state, fresh(back).reason) == (EntryState.STANDING, "")
    assert fresh(refused).reason == "像别人家的名字"


def test_moderators_read_the_why_too(make: Make) -> None:
    """What is told beside a name can be what was reported; other words are another text."""
    contest = make.contest("voting")
    entry = make.entry(contest, why="难听的话")
    view = ENTRY.describe([entry.id])[entry.id]
    assert "云朵" in view.body and "难听的话" in view.body
    bare = dataclasses.replace(view, body=entry.words)
    assert digest_of(view) != digest_of(bare)
