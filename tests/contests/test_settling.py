"""Names that nobody read in time: no state is a dead end, and staff are told before it happens."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from portal.contests import FEATURE
from portal.contests.models import Contest, Entry, EntryState
from portal.contests.queries.names import names_on_ballot
from portal.contests.queries.results import sharers_of
from portal.contests.services import deciding, making, settling
from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.db import db
from portal.notifications.models import Notification
from tests.contests.lives import MINUTE, act, count, counted, fresh, manager
from tests.make import Make

SORRY = "We did not get to read it in time. That is our mistake, not yours."


def told(entry: Entry) -> list[tuple[str, str]]:
    mine = sa.select(Notification).where(Notification.member_id == entry.member_id)
    return [(one.kind, one.facts["words"]) for one in db.session.scalars(mine)]


def settle(contest: Contest) -> int:
    with clock.travel(contest.vote_from):
        return int(act(settling.settle_unread, contest))


def test_the_worker_settles_what_nobody_read_and_whoever_gave_it_is_told(make: Make, run_jobs: Any) -> None:
    contest = make.contest("screening")
    entry = make.entry(contest, state="waiting")
    run_jobs()
    assert fresh(entry).state is EntryState.WAITING and told(entry) == []
    with clock.travel(contest.vote_from):
        run_jobs()
        run_jobs()
    assert (fresh(entry).state, fresh(entry).reason) == (EntryState.UNREAD, "")
    assert told(entry) == [("contests.refused", entry.words)], "once"
    recorded = sa.select(sa.func.count()).where(AuditEntry.action == "contest.settled")
    assert db.session.scalar(recorded) == 1


def test_what_was_decided_stays_as_it_is(make: Make) -> None:
    contest = make.contest("screening")
    others = [make.entry(contest, words=state, state=state) for state in ("standing", "refused", "withdrawn")]
    make.entry(contest, state="waiting")
    assert settle(contest) == 1
    assert [fresh(one).state.value for one in others] == ["standing", "refused", "withdrawn"]
    assert settle(contest) == 0


def test_a_name_that_others_brought_onto_the_ballot_stands_for_all_who_gave_it(make: Make) -> None:
    """With the words that staff read, and with nothing that they did not."""
    contest = make.contest("screening")
    first = make.entry(contest, words="云朵", why="轻")
    later = contest.opens_at + clock.minutes(120)
    second = make.entry(contest, words="雲!朵", why="没人读过", state="waiting", submitted_at=later)
    assert settle(contest) == 1
    assert (fresh(second).state, fresh(second).words, fresh(second).why) == (EntryState.STANDING, "云朵", "")
    assert [name.id for name in names_on_ballot(contest.id)] == [first.id]
    assert [one.id for one in sharers_of(fresh(first))] == [first.id, second.id]
    assert told(second) == [("contests.approved", "云朵")]


@pytest.mark.parametrize("cancelled", [True, False])
def test_not_before_the_vote_and_not_for_what_was_called_off(make: Make, cancelled: bool) -> None:
    contest = make.contest("screening")
    make.entry(contest, state="waiting")
    if cancelled:
        act(making.cancel, contest, by=manager(make))
    with clock.travel(contest.vote_from if cancelled else contest.vote_from - MINUTE):
        assert act(settling.settle_unread, contest) == 0
        assert settling.due(9) == []


def test_the_count_leaves_nothing_waiting_even_when_the_worker_slept(make: Make) -> None:
    contest = make.contest("closed")
    entry = make.entry(contest, state="waiting")
    assert count(contest)
    assert fresh(entry).state is EntryState.UNREAD
    assert settling.due(9) == []


@pytest.mark.one_database
def test_the_giver_reads_what_became_of_it_on_the_page_and_in_the_message(make: Make, as_member: Any) -> None:
    """From the first moment of the vote on, the worker may come a minute later."""
    contest, member = make.contest("screening"), make.member()
    make.entry(contest, member, state="waiting")
    browser, page = as_member(member), f"/contests/{contest.slug}"
    assert "We read it soon" in browser.get(page).text
    with clock.travel(contest.vote_from):
        before = browser.get(page).text
        act(settling.settle_unread, contest)
        for text in (before, browser.get(page).text, browser.get("/inbox").text):
            assert SORRY in text and "We read it soon" not in text


@pytest.mark.one_database
def test_in_what_was_called_off_nothing_is_read_soon(make: Make, as_member: Any) -> None:
    contest, member = make.contest("screening"), make.member()
    make.entry(contest, member, state="waiting")
    act(making.cancel, contest, by=manager(make))
    text = as_member(member).get(f"/contests/{contest.slug}").text
    assert "We read it soon" not in text and SORRY not in text


@pytest.mark.one_database
def test_staff_find_them_under_a_heading_of_their_own(make: Make, as_staff: Any) -> None:
    contest = make.contest("voting")
    browser, page = as_staff("manager"), f"/console/contests/{contest.slug}/entries"
    assert "Not read in time" not in browser.get(page).text
    make.entry(contest, state="unread")
    assert "Not read in time" in browser.get(page).text
    assert "云朵" in browser.get(f"{page}?show=unread").text


def test_the_console_counts_what_waits_for_staff(make: Make) -> None:
    """Names whose vote has not begun, the same one once, and results that nobody confirmed."""

    def waits() -> int:
        [item] = FEATURE.console
        assert item.count is not None
        return db.session.scalar(item.count()) or 0

    contest, before = make.contest("screening"), waits()
    make.entry(contest, words="云朵", state="waiting")
    make.entry(contest, words="雲朵", state="waiting")
    make.entry(contest, words="晚霞", state="waiting")
    make.entry(contest, words="麦浪")
    make.entry(make.contest("voting"), state="waiting")
    make.entry(make.contest(cancelled_at=clock.now()), state="waiting")
    assert waits() - before == 2
    done, [winner] = counted(make, "开窑", votes=(1,))
    assert waits() - before == 3
    act(deciding.decide, done, winner.id, "", by=manager(make))
    assert waits() - before == 2
