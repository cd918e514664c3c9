"""Before the close a vote changes nothing that anybody could read: no page, file, message, audit row or log."""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.accounts.models import Member, Role
from portal.accounts.queries import viewer_of
from portal.contests.models import Ballot, Contest, Entry
from portal.contests.rules.ballots import voter_of
from portal.contests.services import freezing, voting
from portal.core import clock
from portal.core.db import Base, db
from portal.core.installation import registry
from tests.client import PortalClient
from tests.contests.lives import act, names
from tests.make import Make

pytestmark = pytest.mark.one_database

PERSONAS = ("stranger", "member", *(role.value for role in Role))
#: tables that a vote may touch
BALLOTS = {"contest_ballot", "contest_vote"}
#: what differs from one answer to the next
RANDOM = re.compile(
    r'(csrf[^>]*(?:value|content)=")[^"]*|name="key"[^>]*|(id|for|aria-[a-z]+)="[^"]*-[0-9a-f]{8}"'
)


@pytest.fixture
def contest(make: Make) -> Contest:
    made = make.contest("voting")
    names(make, made, "晚霞", "枫糖", "开窑")
    act(freezing.freeze, made)
    return made


def addresses(app: Flask, contest: Contest, entry: Entry, voter: Member) -> list[str]:
    """Every page without an argument, and all of this contest and of who votes."""
    values = {"slug": contest.slug, "entry_id": entry.id, "member_id": voter.id}
    found = []
    for rule in app.url_map.iter_rules():
        ours = rule.endpoint.partition(".")[0] in ("contests", "contests_console")
        known = rule.arguments <= (set(values) if ours else {"member_id"})
        if "GET" in (rule.methods or ()) and known and not rule._converters.keys() - rule.arguments:
            built = rule.build({name: values[name] for name in rule.arguments})
            if built is not None and not built[1].startswith(("/sign-", "/demo")):
                found.append(built[1])
    return sorted(found)


def shown(browser: PortalClient, path: str) -> str:
    db.session.commit()
    with browser.application.app_context():  # else the viewer of the page before is theirs, too
        answer = super(PortalClient, browser).open(path, headers={"Accept-Language": "en"})
    text = answer.get_data().decode("utf-8", "replace")
    db.session.expire_all()
    return f"{answer.status_code} {RANDOM.sub('', text)}"


def cast_some(make: Make, contest: Contest, voter: Member) -> list[Ballot]:
    """Nine votes: eight for one name, one of them by a member whose page can be opened."""
    chosen = db.session.scalars(sa.select(Entry).where(Entry.words == "枫糖")).one()
    others = [make.voter(contest) for _number in range(7)]
    return [act(voting.cast, contest, [chosen.id], by=viewer_of(member.id)) for member in (voter, *others)]


def test_no_page_changes_for_anybody_else(app: Flask, make: Make, contest: Contest) -> None:
    entry = db.session.scalars(sa.select(Entry)).first()
    assert entry is not None
    voter = make.voter(contest, display_name="The Voter")
    others = [make.voter(contest) for _number in range(7)]
    browsers: dict[str, PortalClient] = {}
    for persona in PERSONAS:
        browsers[persona] = PortalClient(app)
        if persona != "stranger":
            who = make.voter(contest) if persona == "member" else make.staff(persona)
            browsers[persona].sign_in(make.session_token(who))
    own, page = PortalClient(app).sign_in(make.session_token(voter)), f"/contests/{contest.slug}"
    paths = addresses(app, contest, entry, voter)
    assert f"/console/contests/{contest.slug}/result" in paths and "/contests" in paths
    with clock.travel(clock.now()):
        for browser in browsers.values():  # what a first visit leaves behind is not what we look for
            for path in paths:
                shown(browser, path)
        own_before = shown(own, page)
        before = {(who, path): shown(browsers[who], path) for who in PERSONAS for path in paths}
        ballots = [
            act(voting.cast, contest, [entry.id], by=viewer_of(member.id)) for member in (voter, *others)
        ]
        after = {(who, path): shown(browsers[who], path) for who in PERSONAS for path in paths}
    signed_in = {who: "Sign in" not in before[who, "/contests"] for who in PERSONAS}
    assert [who for who, inside in signed_in.items() if not inside] == ["stranger"]
    assert shown(own, page) != own_before, "who voted does see that: the comparison can tell"
    marks = [text for one in ballots for text in (one.receipt, one.voter, one.id)]
    assert [where for where, text in after.items() if any(mark in text for mark in marks)] == []
    assert [where for where in before if before[where] != after[where]] == []


def everything() -> dict[str, list[str]]:
    """Every row of every table, by table."""
    db.session.commit()
    return {
        table.name: sorted(str(tuple(row)) for row in db.session.execute(sa.select(table)))
        for table in Base.metadata.sorted_tables
    }


def test_nothing_but_the_ballot_is_written(
    as_member: Callable[..., PortalClient], make: Make, contest: Contest
) -> None:
    """Audit rows, messages, deeds, letters, what the contest and its names say, the voter's session: all is as it was."""
    entry = db.session.scalars(sa.select(Entry)).first()
    assert entry is not None
    browser, entry_id, page = as_member(make.voter(contest)), entry.id, f"/contests/{contest.slug}/vote"
    browser.get(page)
    before = everything()
    assert browser.post(page, data={"names": [entry_id]}).status_code == 303
    after = everything()
    assert {name for name in before if before[name] != after[name]} == BALLOTS, "the comparison can tell"


def test_no_log_tells_it(
    as_member: Callable[..., PortalClient],
    make: Make,
    contest: Contest,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No line of anybody, not even of libraries and in details that production leaves out; only the database layer, which can
    tell every statement, is left as it always is."""
    voter, entry = make.voter(contest), db.session.scalars(sa.select(Entry)).first()
    assert entry is not None
    browser, entry_id, page = as_member(voter), entry.id, f"/contests/{contest.slug}/vote"
    statements = logging.getLogger("sqlalchemy.engine")
    monkeypatch.setattr(
        logging.getLogger("portal"), "propagate", True
    )  # another test may have opened a portal
    caplog.set_level(logging.DEBUG, logger="portal")
    with caplog.at_level(logging.DEBUG):
        assert statements.getEffectiveLevel() == logging.WARNING
        answer = browser.post(page, data={"names": [entry_id]})
        logging.getLogger("somebody.else").debug("another line")
    assert answer.status_code == 303
    [ballot] = db.session.scalars(sa.select(Ballot)).all()
    told = "\n".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
    assert page in told and "another line" in told, "the comparison can tell"
    assert not any(mark in told for mark in (entry_id, ballot.receipt, ballot.voter, ballot.id, voter.id))


def test_what_members_take_along_tells_no_choice(make: Make, contest: Contest) -> None:
    voter = make.voter(contest)
    ballots = cast_some(make, contest, voter)
    entry_ids = list(db.session.scalars(sa.select(Entry.id)))
    told = ""
    for data in registry().personal:
        for part in data.export(voter.id):
            told += " ".join(str(row) for row in part.rows or ())
    assert "voted" in told, "that they voted is theirs to know"
    assert not any(mark in told for mark in (*entry_ids, *(one.receipt for one in ballots)))


def test_a_ballot_holds_no_member_and_no_time(make: Make, contest: Contest) -> None:
    """Nothing of a ballot leads to a member without the secret, and none of its columns is closer than a day."""
    voter = make.voter(contest)
    ballots = cast_some(make, contest, voter)
    columns = {column.name for column in Ballot.__table__.columns}
    assert columns == {"id", "contest_id", "voter", "receipt", "cast_on"}
    assert all(voter.id not in (one.id, one.voter, one.receipt) for one in ballots)
    assert sorted(one.id for one in ballots) != [one.id for one in ballots], "ids tell no order"


def test_who_voted_stands_there_under_the_contests_secret(make: Make, contest: Contest) -> None:
    """HMAC-SHA256 of the member under a secret of this contest alone: another contest has another voter."""
    voter = make.voter(contest)
    [ballot, *_others] = cast_some(make, contest, voter)
    by_hand = hmac.new(contest.secret.encode(), voter.id.encode(), hashlib.sha256).hexdigest()
    assert ballot.voter == by_hand != voter_of(make.contest("voting"), voter.id)


def test_members_ask_in_vain(as_member: Any, make: Make, contest: Contest) -> None:
    """Not even the result page's address, before its time."""
    browser = as_member(make.voter(contest))
    for path in ("result", "proof/tally.json"):
        assert browser.get(f"/contests/{contest.slug}/{path}").status_code == 404
