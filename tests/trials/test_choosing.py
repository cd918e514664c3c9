"""The result is told: seats are offered, everybody else hears it, and how fair it was is kept."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.accounts.models import Member
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Conflict
from portal.core.paging import PAGE_SIZE
from portal.membership.models import Span, SpanKind
from portal.trials import jobs
from portal.trials.models import Application, Decision, Tester, Trial, Way
from portal.trials.queries.result import chosen
from portal.trials.rules.fairness import read
from portal.trials.services import choosing, picking
from tests.client import PortalClient
from tests.make import Make
from tests.trials.lives import act, drawn_with, fresh, frozen_list, manager, states, told

AsMember = Callable[..., PortalClient]


@pytest.fixture
def trial(make: Make) -> Any:
    """Three seats, one for a first timer at least."""
    return make.trial("frozen", seats=3)


def test_seats_are_offered_and_everybody_hears(make: Make, trial: Trial) -> None:
    picked = [make.application(trial, decision="picked") for _one in range(2)]
    line = [make.application(trial, decision="substitute") for _one in range(2)]
    other, barred = make.application(trial), make.application(trial, barred="won")
    gone = make.application(trial, withdrawn_at=trial.closes_at)
    assert act(choosing.publish, trial, by=manager(make)) == 3
    assert states(trial) == ["offered"] * 3
    jobs.tell_everybody()
    assert [told(one.member_id) for one in picked] == [["chosen"]] * 2
    assert [told(one.member_id) for one in (*line, other, barred)] == [["chosen"]] + [["not_chosen"]] * 3
    assert told(gone.member_id) == [] and fresh(line[1]).place is not None
    with pytest.raises(Conflict, match="told"):
        act(choosing.publish, trial, by=manager(make))
    with pytest.raises(Conflict):
        act(picking.pick, trial, other.id, version=1, by=manager(make))
    assert states(trial) == ["offered"] * 3


def test_who_won_elsewhere_leaves_the_seat_to_a_substitute(make: Make, trial: Trial) -> None:
    one = make.application(trial, decision="picked")
    next_one = make.application(trial, decision="substitute")
    make.standing(member_of(one), chosen_at=clock.now() - timedelta(days=30))
    assert act(choosing.publish, trial, by=manager(make)) == 1
    assert (fresh(one).decision, fresh(one).barred) == (Decision.SKIPPED, "won")
    assert fresh(next_one).decision is Decision.PICKED
    jobs.tell_everybody()
    assert told(one.member_id) == ["not_chosen"]


def member_of(application: Application) -> Any:
    return db.session.get_one(Member, application.member_id)


def test_what_is_missing(make: Make, trial: Trial) -> None:
    by = manager(make)
    with pytest.raises(Conflict, match="Nobody"):
        act(choosing.publish, trial, by=by)
    make.application(trial, decision="picked", newcomer=False)
    new_one = make.application(trial, decision="skipped")
    with pytest.raises(Conflict, match="never tested"):
        act(choosing.publish, trial, by=by)
    act(picking.reopen, trial, new_one.id, version=1, by=by)
    frozen_list(trial, by=by)
    with pytest.raises(Conflict, match="draw first"):
        act(choosing.publish, trial, by=by)
    drawn_with(trial, "7", by=by)
    assert act(choosing.publish, trial, by=by) == 2
    ways = db.session.scalars(
        sa.select(Application.way).join(Tester, Tester.application_id == Application.id)
    )
    assert set(ways) == {Way.DRAW, Way.HAND}


def test_who_was_chosen_stands_in_no_order_of_their_applications(make: Make) -> None:
    """Their ids follow time and stand in the draw's nameless list: neither order nor cursor leads from a name to a line."""
    told = make.trial("chosen")
    applied = [
        make.application(told, make.member(display_name=f"Fan {99 - number}"), decision="picked")
        for number in range(PAGE_SIZE + 2)
    ]
    for one in applied:
        make.tester(one)
    first = chosen(told, None, cursor=None)
    assert first.next_cursor is not None
    second = chosen(told, None, cursor=first.next_cursor)
    names = [one.member.display_name for one in (*first.items, *second.items)]
    assert names == sorted(names) and len(names) == len(applied)
    packed = base64.urlsafe_b64decode(first.next_cursor + "==").decode()
    assert first.items[-1].member.display_name in packed and not any(one.id in packed for one in applied)


def test_how_fair_it_was_is_kept(make: Make) -> None:
    trial = make.trial("frozen", seats=5)
    for number in range(12):
        decision = "picked" if number % 4 == 0 else "open"
        make.application(
            trial, decision=decision, newcomer=number < 6, region="杭州" if number < 8 else "成都"
        )
    make.application(trial, barred="won", newcomer=False, region="西安")
    act(choosing.publish, trial, by=manager(make))
    kept = fresh(trial).fairness
    groups = {one.key: (one.applied, one.eligible, one.picked) for one in read(kept["experience"])}
    assert groups == {"newcomer": (6, 6, 2), "tested": (7, 6, 1)}
    assert [(one.key, one.applied) for one in read(kept["region"])] == [("杭州", 8), ("*", 5)]


@pytest.mark.one_database
def test_everybody_reads_who_and_how(client: PortalClient, as_member: AsMember, make: Make) -> None:
    trial = make.trial("frozen", seats=10, region_most=4)
    by, hidden = (
        manager(make),
        make.member(display_name="藏山", region="拉萨", visibility={"region": "staff"}),
    )
    shown = make.application(trial, make.member(display_name="周禾", region="成都"), decision="picked")
    make.application(trial, hidden, decision="picked", newcomer=False)
    nominated = make.application(trial, make.member(display_name="小麦"), score=12)
    act(picking.nominate, trial, nominated.id, "坐轮椅", version=1, by=by)
    loser = make.member(display_name="没中")
    make.application(trial, loser)
    base = f"/trials/{trial.slug}"
    for path in ("chosen", "fairness"):
        assert "Nothing is decided yet" in client.get(f"{base}/{path}").get_data(as_text=True)
    act(choosing.publish, trial, by=by)
    page = client.get(f"{base}/chosen").get_data(as_text=True)
    assert all(words in page for words in ("周禾", "成都", "藏山", "小麦", "坐轮椅", "1 nominated"))
    assert "拉萨" not in page and "没中" not in page and "rawn" not in page
    fair = client.get(f"{base}/fairness").get_data(as_text=True)
    assert "Small groups together" in fair
    mine = as_member(loser).get(f"{base}/chosen").get_data(as_text=True)
    assert "This time it went to others" in mine
    theirs = as_member(member_of(shown)).get(f"{base}/chosen").get_data(as_text=True)
    assert "You are among them" in theirs


@pytest.mark.one_database
def test_who_left_and_who_is_kept_away_is_not_named(
    client: PortalClient, as_member: AsMember, make: Make
) -> None:
    trial = make.trial("chosen", seats=3)
    member = make.member(display_name="退出")
    make.tester(make.application(trial, member, decision="picked"), state="declined")
    other = make.member(display_name="阿躲")
    make.tester(make.application(trial, other, decision="picked"))
    page = client.get(f"/trials/{trial.slug}/chosen").get_data(as_text=True)
    assert "退出" not in page and "阿躲" in page and "could not take part" in page
    sent = trial.chosen_at + timedelta(days=3)
    for name, state, facts in (
        ("空手", "excused", {}),
        ("病了", "excused", {"sent_at": sent}),
        ("没交", "missing", {"due_at": sent}),
        ("过时", "lapsed", {}),
    ):
        one = make.application(trial, make.member(display_name=name), decision="picked")
        make.tester(one, state=state, **facts)
    page = client.get(f"/trials/{trial.slug}/chosen").get_data(as_text=True)
    assert [name in page for name in ("空手", "病了", "没交", "过时")] == [False, True, True, False]
    assert "3 of the" in page and "3 who were chosen could not take part" in page
    reader = make.member()
    make.distance(reader, other)
    assert "阿躲" not in as_member(reader).get(f"/trials/{trial.slug}/chosen").get_data(as_text=True)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("accepted", "You are among them"),
        ("reported", "You are among them"),
        ("missing", "You were among them"),
        ("declined", "left your place to somebody else"),
        ("lapsed", "the time to say yes ran out"),
        ("excused", "could not take part to the end"),
    ],
)
def test_everybody_reads_what_became_of_themselves(
    as_member: AsMember, make: Make, state: str, words: str
) -> None:
    trial, member = make.trial("chosen"), make.member()
    make.tester(make.application(trial, member, decision="picked"), state=state)
    page = as_member(member).get(f"/trials/{trial.slug}/chosen").get_data(as_text=True)
    assert words in page and ("Congratulations" in page) == (state in ("accepted", "reported"))


@pytest.mark.one_database
def test_nobody_is_led_to_a_page_that_is_not_there_and_no_score_is_told(
    client: PortalClient, make: Make
) -> None:
    trial = make.trial("chosen", seats=9)
    hidden = make.member(display_name="不见", profile_hidden=True)
    make.tester(make.application(trial, hidden, decision="picked", score=61))
    url = f"/trials/{trial.slug}/chosen"
    for _one in range(3):
        make.tester(make.application(trial, decision="picked", score=88))
    page = client.get(url).get_data(as_text=True)
    assert "不见" in page and f"/members/{hidden.id}" not in page and "fewest points" not in page
    make.tester(make.application(trial, decision="picked", score=88))
    assert "The fewest points among them are 61." in client.get(url).get_data(as_text=True)


def test_tiers_are_asked_for_in_parts(make: Make, trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    """Databases allow 65,535 values in one statement."""
    monkeypatch.setattr(choosing, "_AT_ONCE", 3)
    for number in range(8):
        make.application(trial, decision="picked" if number == 7 else "open")
    tier, now, year = make.tier(), clock.now(), timedelta(days=365)
    member_ids = sorted(
        db.session.scalars(sa.select(Application.member_id).where(Application.trial_id == trial.id))
    )
    for member_id in member_ids[1::3]:
        span = {"starts_at": now, "ends_at": now + year, "planned_end": now + year, "given_at": now}
        db.session.add(Span(member_id=member_id, tier_id=tier.id, kind=SpanKind.GIFT, reason="", **span))
    db.session.commit()
    assert choosing._best_tiers(member_ids) == dict.fromkeys(member_ids[1::3], tier.id)
